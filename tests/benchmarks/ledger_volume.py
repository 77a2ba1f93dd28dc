"""Volume: an inbox over a million tasks, the verification of 100,000 events.

Run by `tests/benchmarks/ledger.py`.  The rows of tasks are made by the database itself, those of
events from a real plan's, with salts and hashes of their own, so that every chain holds.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select
from sqlalchemy.pool import NullPool

from tests.integration.year_plan import (
    NINE,
    PLANS,
    PLATFORM,
    POLICY,
    PlanHost,
    make_policy,
    open_platform,
    stand_in_deciding,
    walk,
)
from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PostgreSQL
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Inbox, Ledger, ledger_tables
from xbyx_rules.hosting.ledger.chain import Payload, commit_payload, hash_event, name_instance
from xbyx_rules.hosting.ledger.store import Store
from xbyx_rules.lifecycle import Actor
from xbyx_rules.policy import canonical_text

__all__ = ["print_inbox", "print_verification"]

TENANT: Final = "110108"
TASKS: Final = 1_000_000
EVENTS: Final = 100_000
_AT_ONCE: Final = 500


class _RoomyPostgreSQL(PostgreSQL):
    """With the memory that a server of this size has."""

    def command(self) -> list[str]:
        return [*super().command(), "-c", "shared_buffers=512MB", "-c", "max_wal_size=8GB"]


class _RoomyMariaDB(MariaDB):
    """With the memory that a server of this size has."""

    def command(self) -> list[str]:
        return [*super().command(), "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=1G"]


@contextmanager
def _open(name: str) -> Iterator[Engine]:
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            engine = create_engine(f"sqlite:///{folder}/platform.db")
            yield engine
            engine.dispose()
        return
    server = (_RoomyPostgreSQL if name == "postgresql" else _RoomyMariaDB)()
    try:
        server.start()
        engine = create_engine(server.url(server.make_database()), pool_size=1)
        yield engine
        engine.dispose()
    finally:
        server.remove()


# --- an inbox over a million tasks ----------------------------------------------------------------

_NUMBERS: Final = {
    "postgresql": "SELECT n FROM generate_series(1, {most}::bigint) AS numbers(n)",
    "mariadb": "SELECT CAST(seq AS SIGNED) AS n FROM seq_1_to_{most}",
}
_ID: Final = {"postgresql": "lpad(to_hex(n), 32, '0')", "mariadb": "lpad(lower(hex(n)), 32, '0')"}
# A fifth of the tasks each: 2,000 schools' three roles, 16 districts', and one that is anybody's.
_ROLE: Final = "CASE MOD(n, 5) WHEN 4 THEN 'anybody' WHEN 3 THEN 'district' ELSE {school} END"
_SCHOOL: Final = {
    "postgresql": "'school-' || MOD(n, 5)",
    "mariadb": "CONCAT('school-', MOD(n, 5))",
}
_PLACE: Final = {
    "postgresql": "CASE MOD(n, 5) WHEN 4 THEN NULL "
    "WHEN 3 THEN 'd-' || MOD(n DIV5 5, 16) ELSE 's-' || MOD(n DIV5 5, 2000) END",
    "mariadb": "CASE MOD(n, 5) WHEN 4 THEN NULL "
    "WHEN 3 THEN CONCAT('d-', MOD(n DIV5 5, 16)) ELSE CONCAT('s-', MOD(n DIV5 5, 2000)) END",
}
_INSTANCES: Final = (
    "INSERT INTO xbyx_instance (instance_id, tenant, subject_kind, subject_ref, revision, "
    "definition_key, definition_version, current_state, version, head_hash) "
    "SELECT {id}, '110108', 'plan', {id}, 1, 'flow', '1', 'waiting', 3, '-' FROM ({numbers}) x"
)
# Half of them have a day due, spread over 400 days; they were opened over 200.
_TASKS_OF: Final = (
    "INSERT INTO xbyx_task (instance_id, entry_seq, task_no, tenant, role_name, organisation, "
    "task_status, opened_at, due_at, task_kind) "
    "SELECT {id}, 3, 1, '110108', {role}, {place}, 'open', {opened}, {due}, 'act' "
    "FROM ({numbers}) x"
)


def _fill_inbox(engine: Engine) -> None:
    name = "postgresql" if engine.dialect.name == "postgresql" else "mariadb"
    ledger_tables().metadata.create_all(engine)
    begin, day = int(NINE.timestamp() * 1e6), 86_400_000_000
    parts = {
        "id": _ID[name],
        "numbers": _NUMBERS[name].format(most=TASKS),
        "role": _ROLE.format(school=_SCHOOL[name]),
        "place": _PLACE[name].replace("DIV5", "/" if name == "postgresql" else "DIV"),
        "opened": f"{begin} - MOD(n * 7919, 200) * {day}",
        "due": f"CASE MOD(n * 31 / 10, 2) WHEN 0 THEN NULL "
        f"ELSE {begin} + (MOD(n * 104729, 400) - 100) * {day} END",
    }
    if name == "mariadb":
        parts["due"] = parts["due"].replace("n * 31 / 10", "n * 31 DIV 10")
    with engine.begin() as connection:
        for statement in (_INSTANCES, _TASKS_OF):
            connection.exec_driver_sql(statement.format(**parts))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        tables = "xbyx_task, xbyx_instance"
        analyse = f"ANALYZE {tables}" if name == "postgresql" else f"ANALYZE TABLE {tables}"
        connection.exec_driver_sql(analyse)


_PEOPLE: Final = {
    "a school's (100)": Actor("a", frozenset({"school-1"}), "s-6"),
    "three roles of a school (300)": Actor(
        "a", frozenset({"school-0", "school-1", "school-2"}), "s-6"
    ),
    "a district's (12,500)": Actor("a", frozenset({"district"}), "d-6"),
    "anybody's (200,000)": Actor("a", frozenset({"anybody"}), "d-6"),
}


def print_inbox(names: tuple[str, ...]) -> None:
    """A table of pages, and the indexes that the databases say they use."""
    print("\n| inbox over a million tasks | database | first, ms | amid, ms | first, counted, ms |")
    print("|---|---|---:|---:|---:|")
    plans: list[str] = []
    for name in names:
        with _open(name) as engine:
            start = time.perf_counter()
            _fill_inbox(engine)
            plans.append(f"- {name}: filled in {time.perf_counter() - start:.0f} s")
            for who, actor in _PEOPLE.items():
                first, amid, counted = _measure_pages(engine, actor)
                print(f"| {who} | {name} | {first:.1f} | {amid:.1f} | {counted:.1f} |", flush=True)
                plans.append(f"- {name}, {who}: {_explain(engine, actor)}")
    print()
    print("\n".join(plans))


def _measure_pages(engine: Engine, actor: Actor) -> tuple[float, float, float]:
    inbox = Inbox(ledger_tables(), TENANT)

    def page(after: str | None = None, *, is_counted: bool = False, most: int = 50) -> Any:
        return inbox.tasks(engine, actor, now=NINE, after=after, is_counted=is_counted, most=most)

    whole = page(is_counted=True)
    amid = page(most=max(1, min(1000, (whole.total or 0) // 2))).next
    first = _time(page)
    return first, _time(lambda: page(amid)), _time(lambda: page(is_counted=True))


def _time(call: Callable[[], object]) -> float:
    times = []
    for _ in range(15):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def _explain(engine: Engine, actor: Actor) -> str:
    """Which indexes the queries of a first page use, and whether any reads a whole table."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _u: Any, statement: str, parameters: Any, _x: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    Inbox(ledger_tables(), TENANT).tasks(engine, actor, now=NINE)
    event.remove(engine, "before_cursor_execute", note)
    used: set[str] = set()
    with engine.connect() as connection:
        for statement, parameters in asked:
            if "xbyx_task" not in statement:
                continue
            plan = str(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all())
            used |= {one for one in ("task_inbox", "task_assignee") if f"xbyx_{one}" in plan}
            used |= {"whole table"} if "Seq Scan" in plan or "'ALL'" in plan else set()
            used |= {"sorted"} if "filesort" in plan or "Sort Key" in plan else set()
    return f"{len(asked)} statements; {', '.join(sorted(used))}"


# --- verification of 100,000 events ---------------------------------------------------------------


class _PlansAtOnce(PlanHost):
    """The platform, read as a mapped one is: the states of many plans with one statement."""

    def read_states(
        self, connection: Connection, subjects: Sequence[Subject]
    ) -> dict[Subject, str | None]:
        keys = [one.key for one in subjects]
        query = select(PLANS.c.plan_no, PLANS.c.status).where(PLANS.c.plan_no.in_(keys))
        states = {row.plan_no: row.status for row in connection.execute(query)}
        return {one: states.get(one.key) for one in subjects}


class _Sample(NamedTuple):
    """A real plan's rows, to be told of other plans too."""

    events: list[Any]
    bodies: dict[str, Any]
    results: dict[str, Any]
    version: str
    key: str
    definition: Any


def print_verification(names: tuple[str, ...]) -> None:
    """A table of times and of memory."""
    print(f"\n| verification of {EVENTS:,} events | s | events a second | memory more, MB |")
    print("|---|---:|---:|---:|")
    sample = _take_sample()
    for name in names:
        with _open(name) as engine:
            _fill_ledger(engine, sample)
            seconds, megabytes = _verify_apart(engine)
            rate = EVENTS / seconds
            print(f"| {name} | {seconds:.1f} | {rate:.0f} | {megabytes:.0f} |", flush=True)


def _take_sample() -> _Sample:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(None)
        walk(ledger, engine)
    store = Store(ledger.tables, TENANT)
    with engine.connect() as connection:
        instance = next(store.each_instance(connection))
        events = [one.event for one in store.events_of(connection, instance.id)]
        digests = [digest for one in events for _, digest in one.payloads]
        return _Sample(
            events=events,
            bodies=store.payloads_of(connection, digests),
            results=store.results_of(connection, [one.command_id for one in events]),
            version=instance.definition_version,
            key=instance.definition_key,
            definition=connection.execute(select(ledger.tables.definition)).one()._asdict(),
        )


def _fill_ledger(engine: Engine, sample: _Sample) -> None:
    tables = ledger_tables()
    tables.metadata.create_all(engine)
    PLATFORM.create_all(engine)
    plans = (f"v-{number:05}" for number in range(EVENTS // len(sample.events)))
    with engine.begin() as connection:
        connection.execute(insert(tables.definition).values(**sample.definition))
        while part := list(itertools.islice(plans, _AT_ONCE)):
            rows: dict[Table, list[dict[str, Any]]] = {}
            for plan in part:
                for table, row in _rows_of(sample, plan):
                    rows.setdefault(table, []).append(row)
            _insert(connection, rows)
    _gather_statistics(engine, [*tables.metadata.sorted_tables, PLANS])


def _gather_statistics(engine: Engine, tables: Iterable[Table]) -> None:
    """As the server does by itself in a while; without them PostgreSQL reads whole tables."""
    verb = {"sqlite": "ANALYZE", "postgresql": "ANALYZE"}.get(engine.dialect.name, "ANALYZE TABLE")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f"{verb} {table.name}")


def _insert(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    for table, some in rows.items():
        connection.execute(insert(table), some)


def _rows_of(sample: _Sample, plan: str) -> Iterator[tuple[Table, dict[str, Any]]]:
    """One plan's rows, with its own salts, digests and chain."""
    tables, subject = _TABLES, Subject("年度计划", plan)
    instance, head = name_instance(TENANT, subject), None
    for one in sample.events:
        bodies = [_body_again(kind, sample.bodies[digest]) for kind, digest in one.payloads]
        made = replace(
            one,
            command_id=f"{plan}-{one.command_id}",
            payloads=tuple((body.kind, body.digest) for body in bodies),
            prev_hash=head,
        )
        head = hash_event(TENANT, subject, 1, sample.version, made)
        for body in bodies:
            yield tables.payload, _payload_row(body)
        yield tables.event, {**_event_row(made), "instance_id": instance, "event_hash": head}
        result = sample.results.get(one.command_id)
        if result is not None and result["version"] == one.seq:
            text = canonical_text({**result, "event_hash": head})
            row = {"command_id": made.command_id, "request_hash": "-", "result_text": text}
            yield tables.command, {**row, "tenant": TENANT}
    yield (
        tables.instance,
        {
            "instance_id": instance,
            "tenant": TENANT,
            "subject_kind": subject.entity,
            "subject_ref": plan,
            "revision": 1,
            "definition_key": sample.key,
            "definition_version": sample.version,
            "current_state": sample.events[-1].target,
            "version": sample.events[-1].seq,
            "head_hash": head,
        },
    )
    yield PLANS, {"plan_no": plan, "status": sample.events[-1].target}


_TABLES: Final = ledger_tables()


def _body_again(kind: str, body: Any) -> Payload:
    return commit_payload(kind, json.loads(body.content), "sha256")


def _payload_row(body: Payload) -> dict[str, Any]:
    row = {"digest": body.digest, "salt": body.salt, "content": body.content}
    return {**row, "tenant": TENANT, "payload_class": body.kind}


def _event_row(one: Any) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "command_id": one.command_id,
        "actor_id": one.actor_id,
        "actor_kind": one.actor_kind,
        "principal_id": one.principal_id,
        "action_name": one.action,
        "from_state": one.source,
        "to_state": one.target,
        "occurred_at": one.occurred_at,
        "recorded_at": one.recorded_at,
        "policy_hash": one.policy_hash,
        "semantics": one.semantics,
        "payload_digests": canonical_text([list(pair) for pair in one.payloads]),
        "prev_hash": one.prev_hash,
    }


def _verify_apart(engine: Engine) -> tuple[float, float]:
    """Seconds and megabytes, in a process whose memory nothing else has raised."""
    fork = multiprocessing.get_context("spawn")
    answers = fork.Queue()
    url = engine.url.render_as_string(hide_password=False)
    child = fork.Process(target=_verify, args=(url, answers))
    child.start()
    seconds, megabytes, events = answers.get(timeout=600)
    child.join()
    assert events == EVENTS
    return seconds, megabytes


def _peak_kilobytes() -> int:
    # WHY not `resource`: what it says of a new process begins with what its parent had.
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith("VmHWM"))


def _verify(url: str, answers: Any) -> None:
    ledger = Ledger({POLICY: make_policy()}, _PlansAtOnce(), tenant=TENANT)
    engine = create_engine(url, poolclass=NullPool)
    before = _peak_kilobytes()
    start = time.perf_counter()
    found = ledger.verify(engine)
    seconds = time.perf_counter() - start
    assert found.is_intact, found.problems[:3]
    after = _peak_kilobytes()
    answers.put((seconds, (after - before) / 1024, found.events))
