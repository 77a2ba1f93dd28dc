"""Checks of how a host is moved: its state column, who acts, and whose transaction it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import HostError
from xbyx_rules.hosting import EntityMapping, Flow, Ledger, Receipt, check_flow
from xbyx_rules.lifecycle import Actor, Command

from .altering import find_strange_value, find_type, list_rows, set_column, undone, undone_part
from .platforms import Platform
from .watching import watching

__all__ = [
    "check_flows",
    "check_joining",
    "check_responsible",
    "check_round_trips",
    "check_state_column",
]

_PREFIX: Final = "xbyx_conf_"
_OPINION: Final = "适配器合规检验"
# The check's own: savepoints, and asking for a table's columns.
_OURS: Final = ("SAVEPOINT", "ROLLBACK TO", "RELEASE", "PRAGMA", "SHOW", "DESCRIBE")


def check_flows(platform: Platform) -> Iterator[str]:
    """Each flow agrees with its definition, and has a sample that stands in it."""
    moved = {flow.entity for flow, _ in platform.flowing()}
    for flow in platform.mapping.flows:
        for one in check_flow(flow, platform.lifecycle(flow)):
            yield one.render("zh") + "\n" + one.render("en")
        if flow.entity not in moved:
            yield f"{flow.entity}：没有样本 · no sample of it"
    with undone(platform.engine) as connection:
        for flow, subject in platform.flowing():
            if platform.host.lifecycle_of(flow.entity) != (flow.policy, flow.lifecycle):
                yield f"{flow.entity}：lifecycle_of 说的是别的流程 · it names another flow"
            if platform.host.read_state(connection, subject) is None:
                yield f"{subject}：状态列为空 · its state column is empty"


def check_state_column(
    platform: Platform, written_by_triggers: frozenset[str] = frozenset()
) -> Iterator[str]:
    """The state column is compared and set, it alone, and nothing is committed."""
    with undone(platform.engine) as connection:
        for flow, subject in platform.flowing():
            for problem in _set_state(platform, connection, flow, subject, written_by_triggers):
                yield f"{subject}：{problem}"


def check_round_trips(platform: Platform) -> Iterator[str]:
    """Every state of a flow is read as it was written, and an unknown code is an error."""
    host = platform.host
    with platform.alterable() as connection:
        for flow, subject in platform.flowing():
            with undone_part(connection):
                state = host.read_state(connection, subject)
                for other in platform.lifecycle(flow).states:
                    if state is None or other == state:
                        continue
                    if host.write_state(connection, subject, state, other) != 1:
                        yield f"{subject}：{state} → {other} 写不进去 · was not written"
                        break
                    found = host.read_state(connection, subject)
                    if found != other:
                        yield f"{subject}：写 {other}，读出 {found} · written, then read as another"
                        break
                    state = other
            yield from _strange_states(platform, connection, flow, subject)


def check_responsible(platform: Platform, open_roles: frozenset[str]) -> Iterator[str]:
    """Every role of a flow has an organisation, unless anybody who holds it may act."""
    with undone(platform.engine) as connection:
        for flow, subject in platform.flowing():
            steps = platform.lifecycle(flow).transitions
            for role in dict.fromkeys(role for one in steps for role in one.roles):
                try:
                    found = platform.host.responsible(connection, subject, role)
                except Exception as error:  # noqa: BLE001  (the host's own code)
                    yield f"{subject} {role}：没有答复 · no answer: {_told(error)}"
                    continue
                if type(found) is not str:
                    yield f"{subject} {role}：答复不是文本 · the answer is no text: {found!r}"
                elif not found and role not in open_roles:
                    yield (
                        f"{subject} {role}：任何机构的人都可以办理；确是这样就写进 open_roles · "
                        "anybody of any organisation may act: if that is meant, name the role "
                        "in `open_roles`"
                    )


def check_joining(platform: Platform) -> Iterator[str]:
    """A command joins the host's transaction: when that is rolled back, nothing is left.

    The ledger's tables are made under a prefix of their own, and dropped.
    """
    if not platform.mapping.flows:
        return
    ledger = Ledger(platform.policies, platform.host, tenant="conformance", prefix=_PREFIX)
    ledger.create_tables(platform.engine)
    try:
        moved = False
        for flow, subject in platform.flowing():
            command = _find_command(platform, ledger, flow, subject)
            if command is not None:
                moved = True
                yield from _join(platform, ledger, flow, command)
        if not moved:
            yield (
                "没有一个样本可以办理下一步；加一个可以的，例如草稿可以撤回 · no sample can take "
                "its next step: add one that can, such as a draft that may be withdrawn"
            )
    finally:
        ledger.tables.metadata.drop_all(platform.engine)


# --- the state column ---------------------------------------------------------------------------


def _set_state(
    platform: Platform,
    connection: Connection,
    flow: Flow,
    subject: Subject,
    written_by_triggers: frozenset[str],
) -> Iterator[str]:
    host, mapped = platform.host, platform.mapping.entity(flow.entity)
    old = host.read_state(connection, subject)
    others = [one for one in platform.lifecycle(flow).states if one != old]
    if old is None or mapped is None or not others:
        return
    wrong, new = others[0], others[-1]
    before = list_rows(connection, mapped)
    with watching(connection) as watched:
        with undone_part(connection):
            if host.write_state(connection, subject, wrong, new) != 0:
                yield f"原状态不是 {wrong} 也说写了 · it is not in {wrong}, yet 1 row was reported"
            if list_rows(connection, mapped) != before:
                yield f"原状态不是 {wrong} 也写了 · it is not in {wrong}, yet was changed"
        with undone_part(connection):
            if host.write_state(connection, subject, old, new) != 1:
                yield f"{old} → {new} 没有写成一行 · was not reported as 1 row"
            after = list_rows(connection, mapped)
            yield from _compare(before, after, flow, subject, mapped, written_by_triggers)
            nobody = Subject(flow.entity, "xbyx-0-nobody")
            if host.write_state(connection, nobody, old, new) != 0:
                yield "没有的记录也说写了 · a record that is not there was reported as changed"
    for statement in watched.changing:
        if not _is_update_of(statement, mapped.table):
            yield f"状态列之外还写了 · more than the state column is written: {statement[:80]}"
    for ended in watched.ended:
        yield f"宿主的事务被结束了 · the host's transaction was ended: {ended}"


def _compare(
    before: dict[Any, list[dict[str, Any]]],
    after: dict[Any, list[dict[str, Any]]],
    flow: Flow,
    subject: Subject,
    mapped: EntityMapping,
    written_by_triggers: frozenset[str],
) -> Iterator[str]:
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    others = [key for key in changed if str(key) != subject.key]
    if others:
        yield f"{mapped.table} 里别的 {len(others)} 行也变了 · {len(others)} other rows changed"
    if len(changed) == len(others):
        yield f"{mapped.table} 里没有变 · the row was not changed"
    for key in set(changed) - set(others):
        rows = zip(before.get(key, []), after.get(key, []), strict=False)
        columns = {name for old, new in rows for name in new if old.get(name) != new[name]}
        for name in sorted(columns - {flow.column} - written_by_triggers):
            yield f"{mapped.table}.{name} 也变了 · {mapped.table}.{name} was changed too"


def _is_update_of(statement: str, table: str) -> bool:
    words = statement.split(None, 2)
    return statement.upper().startswith(_OURS) or (
        words[0].upper() == "UPDATE" and table in words[1]
    )


def _strange_states(
    platform: Platform, connection: Connection, flow: Flow, subject: Subject
) -> Iterator[str]:
    """An empty state column is no state, and a code that the mapping hasn't is an error."""
    mapped = platform.mapping.entity(flow.entity)
    if mapped is None:
        return
    table, schema, at = mapped.table, mapped.schema, f"{mapped.table}.{flow.column}"
    with undone_part(connection):
        if set_column(connection, table, schema, flow.column, None):
            found = platform.host.read_state(connection, subject)
            if found is not None:
                yield f"{at}：NULL 读成了 {found} · NULL was read as {found}"
    kind = find_type(connection, table, schema, flow.column)
    value = find_strange_value(kind, flow.states)
    with undone_part(connection):
        if value is None or not set_column(connection, table, schema, flow.column, value):
            return
        try:
            found = platform.host.read_state(connection, subject)
        except HostError as error:
            if at not in str(error):
                yield f"{at}：报错没有说明是哪一列 · the error names another place"
        else:
            yield f"{at}：没有声明的代码读成了 {found} · an unknown code was read as {found}"


# --- whose transaction --------------------------------------------------------------------------


def _find_command(
    platform: Platform, ledger: Ledger, flow: Flow, subject: Subject
) -> Command | None:
    """A command that the flow and its rules allow now; None when there is none."""
    at = datetime.combine(platform.day, time(10), ZoneInfo("Asia/Shanghai"))
    with undone(platform.engine) as connection:
        _take_in(platform, ledger, connection, flow, subject, at)
        state = platform.host.read_state(connection, subject)
        for step in platform.lifecycle(flow).transitions:
            for role in step.roles if step.source == state else ():
                organisation = platform.host.responsible(connection, subject, role)
                actor = Actor("conformance", frozenset({role}), organisation)
                trial = ledger.dry_run(
                    connection, subject, actor=actor, at=at, action=step.action, comment=_OPINION
                )
                if trial[step.action].is_allowed:
                    return Command(subject, step.action, actor, "conf-2", at, comment=_OPINION)
    return None


def _join(platform: Platform, ledger: Ledger, flow: Flow, command: Command) -> Iterator[str]:
    subject, mapped = command.subject, platform.mapping.entity(flow.entity)
    if mapped is None:
        return
    with undone(platform.engine) as connection:
        before = list_rows(connection, mapped)
    with undone(platform.engine) as connection, watching(connection) as watched:
        _take_in(platform, ledger, connection, flow, subject, command.at)
        try:
            receipt: Receipt = ledger.act(connection, command)
            state = platform.host.read_state(connection, subject)
            if state != receipt.target:
                yield f"{subject}：同一事务里看不到新状态 · the new state is not seen in it"
        # WHY any: a host that commits on its own breaks whatever comes next, in its own way.
        except Exception as error:  # noqa: BLE001
            yield f"{subject} {command.action}：没有办成 · was not carried out: {_told(error)}"
    for ended in watched.ended:
        yield f"{subject}：宿主的事务被结束了 · the host's transaction was ended: {ended}"
    with undone(platform.engine) as connection:
        if list_rows(connection, mapped) != before:
            yield f"{subject}：撤回事务后 {mapped.table} 变了 · changed after a roll-back"
        events = connection.scalar(select(func.count()).select_from(ledger.tables.event))
        if events:
            yield f"{subject}：撤回事务后台账里还有 · the ledger keeps it after a roll-back"


def _take_in(
    platform: Platform,
    ledger: Ledger,
    connection: Connection,
    flow: Flow,
    subject: Subject,
    at: datetime,
) -> None:
    """Take a sample that stands beyond its initial state into the ledger."""
    if platform.host.read_state(connection, subject) != platform.lifecycle(flow).initial:
        actor = Actor("conformance")
        ledger.start(connection, subject, actor=actor, command_id="conf-1", at=at)


def _told(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
