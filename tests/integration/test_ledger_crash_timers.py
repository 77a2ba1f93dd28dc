"""Workers of time limits that are killed at any moment leave every timer fired exactly once.

After each kill two others take over at once: then each timer has one event, one message and its
copies once, and days that were found anew are on record once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select

from tests.integration.crash_runs import crash_often, print_histogram
from tests.integration.crashing import Crash, Work
from tests.integration.due_plans import ADMIN, APPROVALS, KNOWN, LATE, REMIND_DAY
from tests.integration.ledger_driver import way_of
from tests.integration.year_plan import (
    FLOW,
    POLICY,
    PlanHost,
    add_plan,
    make_policy,
    open_platform,
    stand_in_deciding,
    tick,
)
from tests.servers.databases import Database
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Ledger
from xbyx_rules.hosting.deadlines import due_timers, recompute_deadlines, run_timers

POLICIES = {POLICY: make_policy(replace(FLOW, approvals=APPROVALS))}


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


class Platform:
    """One on which plan after plan waits for its review, with or without a calendar."""

    def __init__(self, database: Database, calendar: Any) -> None:
        more = {"policies": POLICIES, "calendar": calendar}
        self.engine, self.ledger, _ = open_platform(database, **more)
        self.numbers = count(1)
        self.plans: list[str] = []

    def hand_in(self) -> str:
        plan = f"due-{next(self.numbers):04}"
        with self.engine.begin() as connection:
            add_plan(connection, plan)
        assert all(one.is_done for one in self.ledger.act_all(self.engine, list(way_of(plan))[:2]))
        self.plans.append(plan)
        return plan

    def rows(self, name: str, plan: str) -> list[Any]:
        table, instance = getattr(self.ledger.tables, name), self.ledger.tables.instance
        query = select(table).join(instance, instance.c.instance_id == table.c.instance_id)
        query = query.where(instance.c.subject_ref == plan).order_by(*table.primary_key)
        with self.engine.connect() as connection:
            return list(connection.execute(query))


def work_by_two(work: Callable[[str], object]) -> None:
    threads = [Thread(target=work, args=(name,)) for name in ("w-2", "w-3")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def check_fired_once(platform: Platform, plan: str) -> None:
    timers = platform.rows("timer", plan)
    assert [(one.timer_kind, one.timer_status) for one in timers] == [
        ("remind", "fired"),
        ("overdue", "fired"),
    ]
    steps = platform.ledger.timeline(platform.engine, Subject("年度计划", plan))
    assert Counter(one.kind for one in steps if one.kind in ("remind", "overdue")) == {
        "remind": 1,
        "overdue": 1,
    }
    messages = [json.loads(one.content) for one in platform.rows("outbox", plan)]
    assert len(messages) == len(steps)
    told = [one["told"]["kind"] for one in messages if one.get("told")]
    assert sorted(told) == ["overdue", "remind"]
    copies = [one for one in platform.rows("task", plan) if one.task_kind == "copy"]
    assert [one.role_name for one in copies] == ["区教委备案员"]


@pytest.mark.slow
def test_a_worker_of_timers_killed_at_any_point_leaves_each_fired_exactly_once(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = Platform(database, KNOWN)
    engine, ledger = platform.engine, platform.ledger

    def prepare() -> Work:
        platform.hand_in()

        def work(target: Engine, say: Callable[[str], None]) -> None:
            run_timers(ledger, target, now=LATE, worker="w-1")
            say("answered")

        return work

    def check(_crash: Crash) -> None:
        work_by_two(lambda name: run_timers(ledger, engine, now=LATE, worker=name))
        check_fired_once(platform, platform.plans[-1])
        assert due_timers(ledger, engine, now=LATE) == ()

    crashes, points = zip(*crash_often(database, prepare, check, 0.25), strict=True)
    for plan in platform.plans:
        check_fired_once(platform, plan)
    assert ledger.verify(engine).is_intact
    print_histogram(f"{database.name}, run_timers", crashes, points[0], capsys)


@pytest.mark.slow
def test_who_finds_days_anew_and_is_killed_leaves_them_moved_exactly_once(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = Platform(database, None)
    engine = platform.engine
    known = Ledger(POLICIES, PlanHost(), tenant="110108", calendar=KNOWN)

    def recompute(target: Engine) -> None:
        recompute_deadlines(known, target, KNOWN, at=tick(20), actor=ADMIN, is_dry=False)

    def prepare() -> Work:
        platform.hand_in()

        def work(target: Engine, say: Callable[[str], None]) -> None:
            recompute(target)
            say("answered")

        return work

    def check(_crash: Crash) -> None:
        work_by_two(lambda _name: recompute(engine))
        plan = platform.plans[-1]
        timers = platform.rows("timer", plan)
        assert {one.due_provisional for one in timers} == {0}
        assert {one.calendar_version for one in timers} == {KNOWN.version}
        steps = known.timeline(engine, Subject("年度计划", plan))
        assert [one.kind for one in steps].count("reschedule") == 1
        assert len(platform.rows("outbox", plan)) == len(steps)

    crashes, points = zip(*crash_often(database, prepare, check, 0.2), strict=True)
    assert known.verify(engine).is_intact
    due = due_timers(known, engine, now=REMIND_DAY)
    assert {one.kind for one in due} == {"remind"}
    assert len(due) == min(100, len(platform.plans))
    print_histogram(f"{database.name}, recompute_deadlines", crashes, points[0], capsys)
