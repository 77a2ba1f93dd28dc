"""What the ledger costs on SQLite, PostgreSQL and MariaDB, beside what a platform does without it.

    python tests/benchmarks/ledger.py [--seconds 1] [--only sqlite] [--part commands]

*Bare* is one ``UPDATE`` of the plan's state, compared and set, and its commit; *full* is
`Ledger.act` with its lock, decision, event, bodies, tasks, message, result and commit.  Both take
turns in one run, in the same processes, on connections kept open, with plans of each worker's own.
The servers wait for the disk at a commit.  Rules are decided by a stand-in of a few lines: this is
about the ledger.  Times are by the clock, since they wait for the database.  Nothing here asserts
a time.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import Engine, create_engine, event, update

sys.path.insert(0, str(Path(__file__).parents[2]))

import ledger_volume

from tests.integration.crashing import name_statement
from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    PLANS,
    POLICY,
    PlanHost,
    add_plan,
    command,
    make_policy,
    open_platform,
    stand_in_deciding,
)
from tests.servers.databases import DATABASES, Database
from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PostgreSQL
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Ledger
from xbyx_rules.lifecycle import Command

ROUNDS: Final = 5
WORKERS: Final = (1, 8)
PLANS_EACH: Final = 20
BULK: Final = 500
FROM: Final = "草稿"
TO: Final = "待校级审核"


class Side(NamedTuple):
    """Latencies in seconds of one way of working, and how long all workers were at it."""

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """How many a second, all workers together."""
        return len(self.latencies) / self.seconds


# --- commands -------------------------------------------------------------------------------------


def measure_commands(database: Database, workers: int, seconds: float) -> dict[str, Side]:
    """Bare updates and full commands in turns, by processes that begin each round together."""
    fork = multiprocessing.get_context("fork")
    barrier, answers = fork.Barrier(workers), fork.Queue()
    running = [
        fork.Process(target=_work, args=(database.url, number, seconds, barrier, answers))
        for number in range(workers)
    ]
    for one in running:
        one.start()
    found = [answers.get(timeout=300) for _ in running]
    for one in running:
        one.join()
    return {
        side: Side(
            [latency for answer in found for latency in answer[side]],
            statistics.mean(sum(answer[f"{side} seconds"]) for answer in found),
        )
        for side in ("bare", "full")
    }


def _work(url: str, worker: int, seconds: float, barrier: Any, answers: Any) -> None:
    # WHY so patient: SQLite lets one write at a time, and the others wait without a queue.
    patience = {"timeout": 120} if url.startswith("sqlite") else {}
    engine = create_engine(url, pool_size=1, connect_args=patience)
    bare, full = (name_plans(barrier.parties, side, worker) for side in ("bare", "full"))
    sides = {"bare": _bare(engine, bare), "full": _full(engine, full)}
    found: dict[str, Any] = {key: [] for side in sides for key in (side, f"{side} seconds")}
    with stand_in_deciding():
        for call in sides.values():
            for _ in range(PLANS_EACH):
                call()  # what happens once: statements compiled, subjects taken into the ledger
        for _ in range(ROUNDS):
            for side, call in sides.items():
                barrier.wait(120)
                began = time.perf_counter()
                while time.perf_counter() - began < seconds:
                    start = time.perf_counter()
                    call()
                    found[side].append(time.perf_counter() - start)
                found[f"{side} seconds"].append(time.perf_counter() - began)
    engine.dispose()
    answers.put(found)


def name_plans(workers: int, side: str, worker: int) -> list[str]:
    """The plans that one worker has for one side."""
    return [f"{workers}-{side}-{worker}-{number:02}" for number in range(PLANS_EACH)]


def _bare(engine: Engine, plans: list[str]) -> Callable[[], None]:
    numbers = count()

    def change() -> None:
        turn, place = divmod(next(numbers), len(plans))
        old, new = (TO, FROM) if turn % 2 else (FROM, TO)
        rows = update(PLANS).where(PLANS.c.plan_no == plans[place], PLANS.c.status == old)
        with engine.begin() as connection:
            assert connection.execute(rows.values(status=new)).rowcount == 1

    return change


def _full(engine: Engine, plans: list[str]) -> Callable[[], None]:
    ledger, numbers = make_ledger(), count()

    def act() -> None:
        turn, place = divmod(next(numbers), len(plans))
        ledger.act(engine, _step(plans[place], turn, f"{plans[place]}-{turn}"))

    return act


def _step(plan: str, turn: int, name: str) -> Command:
    subject = Subject("年度计划", plan)
    if turn % 2:
        return command("退回补正", HEAD, name, subject=subject, comment="请补充")
    return command("提交校内审核", DEPUTY, name, subject=subject)


def make_ledger() -> Ledger:
    """The platform's ledger."""
    return Ledger({POLICY: make_policy()}, PlanHost(), tenant="110108")


# --- statements, many at once ---------------------------------------------------------------------


def count_statements(engine: Engine, plan: str) -> Counter[str]:
    """The statements of one command in the middle of a plan's way."""
    ledger, found = make_ledger(), Counter[str]()
    with stand_in_deciding():
        ledger.act(engine, _step(plan, 0, f"{plan}-0"))

        @event.listens_for(engine, "before_cursor_execute")
        def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
            found[name_statement(statement)] += 1

        ledger.act(engine, _step(plan, 1, f"{plan}-1"))
        event.remove(engine, "before_cursor_execute", note)
    return found


def measure_bulk(engine: Engine, add_plans: Callable[[list[str]], None]) -> dict[str, float]:
    """Seconds for 500 first commands: singly, by chunks of 100, in one transaction."""
    ledger, found = make_ledger(), {}
    for name, chunk in (("singly", 0), ("chunks of 100", 100), ("one transaction", BULK)):
        plans = [f"{name[:3]}-{number:03}" for number in range(BULK)]
        add_plans(plans)
        commands = [_step(plan, 0, plan) for plan in plans]
        with stand_in_deciding():
            start = time.perf_counter()
            if chunk:
                assert all(one.is_done for one in ledger.act_all(engine, commands, chunk=chunk))
            else:
                for one in commands:
                    ledger.act(engine, one)
            found[name] = time.perf_counter() - start
    return found


# --- one database after the other -----------------------------------------------------------------


@contextmanager
def open_database(name: str) -> Iterator[Database]:
    """An empty database whose commits wait for the disk."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield Database(name, f"sqlite:///{folder}/platform.db")
        return
    server = (PostgreSQL if name == "postgresql" else MariaDB)(is_durable=True)
    try:
        server.start()
        url = server.url(server.make_database())
        yield Database(name, url.render_as_string(hide_password=False))
    finally:
        server.remove()


class Lines(NamedTuple):
    """Lines of the tables, as they are found."""

    commands: list[str]
    bulk: list[str]
    statements: list[str]


def measure_database(name: str, seconds: float, lines: Lines) -> None:
    """Find one database's lines."""
    with open_database(name) as database:
        engine, _, _ = open_platform(database)

        def add_plans(plans: list[str]) -> None:
            with engine.begin() as connection:
                for plan in plans:
                    add_plan(connection, plan)

        add_plans(["one"])
        statements = count_statements(engine, "one")
        listed = ", ".join(f"{times} {one}" for one, times in sorted(statements.items()))
        lines.statements.append(f"- {name}: {statements.total()} statements: {listed}")
        bulk = measure_bulk(engine, add_plans)
        times = " | ".join(f"{one:.2f}" for one in bulk.values())
        less = bulk["singly"] / bulk["chunks of 100"]
        lines.bulk.append(f"| {name} | {times} | {less:.1f} |")
        for workers in WORKERS:
            for side in ("bare", "full"):
                for worker in range(workers):
                    add_plans(name_plans(workers, side, worker))
            sides = measure_commands(database, workers, seconds)
            lines.commands.append(_line(name, workers, sides))
        database.close()
        engine.dispose()


def _line(name: str, workers: int, sides: dict[str, Side]) -> str:
    bare, full = sides["bare"], sides["full"]
    cells = [
        cell
        for side in (bare, full)
        for cell in (
            f"{side.rate:.0f}",
            f"{statistics.median(side.latencies) * 1e3:.2f}",
            f"{statistics.quantiles(side.latencies, n=20)[18] * 1e3:.2f}",
        )
    ]
    ratio = bare.rate / full.rate
    return f"| {name} | {workers} | {' | '.join(cells)} | {ratio:.1f} |"


def print_commands(names: tuple[str, ...], seconds: float) -> None:
    """Tables of commands, of many at once, and the statements of one."""
    lines = Lines([], [], [])
    for name in names:
        measure_database(name, seconds, lines)
    print(
        "| database | workers | bare, a second | median, ms | p95, ms "
        "| full, a second | median, ms | p95, ms | ratio |"
    )
    print("|---|" + "---:|" * 8)
    print("\n".join(lines.commands))
    print("\n| 500 first commands | singly, s | chunks of 100, s | one transaction, s | ratio |")
    print("|---|---:|---:|---:|---:|")
    print("\n".join(lines.bulk))
    print()
    print("\n".join(lines.statements))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=1.0, help="for each round of a side")
    options.add_argument("--only", choices=DATABASES, action="append", help="these databases")
    options.add_argument("--part", choices=("commands", "inbox", "verification"))
    given = options.parse_args()
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    wanted = tuple(given.only or DATABASES)
    if given.part in (None, "commands"):
        print_commands(wanted, given.seconds)
    if given.part in (None, "inbox"):
        ledger_volume.print_inbox(tuple(one for one in wanted if one != "sqlite"))
    if given.part in (None, "verification"):
        ledger_volume.print_verification(wanted)
