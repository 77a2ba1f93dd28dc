"""Many senders at once: every command does its work once, and nobody is told a wrong state."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.integration.ledger_driver import PLANS, open_ledger, send_in_threads, way_of
from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    POLICY,
    REVIEWER,
    PlanHost,
    add_plan,
    command,
    make_policy,
    open_platform,
    set_plan,
    stand_in_deciding,
    tick,
    walk,
)
from tests.integration.year_plan import PLANS as TABLE
from tests.servers.databases import Database
from xbyx_rules.deciding import Case, Subject
from xbyx_rules.hosting.ledger import Ledger
from xbyx_rules.lifecycle import ActionRefused

SENDERS = 8


@pytest.fixture
def sixty_plans(database: Database) -> Database:
    engine, _, _ = open_platform(database)
    with engine.begin() as connection:
        for plan in PLANS:
            if plan != "2026-001":
                add_plan(connection, plan)
    return database


def assert_done_once(database: Database, answers: list[dict[str, Any]]) -> None:
    commands = [one.command_id for plan in PLANS for one in way_of(plan)]
    refused = [one for one in answers if "codes" in one]
    assert not refused
    assert Counter(one["command"] for one in answers) == dict.fromkeys(commands, SENDERS)
    first = Counter(one["command"] for one in answers if not one["replay"])
    assert first == dict.fromkeys(commands, 1)
    given = {(one["command"], one["hash"], one["version"]) for one in answers}
    assert len(given) == len(commands)  # the same answer to each of the eight

    engine, ledger = database.open(), open_ledger()
    found = ledger.verify(engine)
    assert found.is_intact
    assert found.events == len(PLANS) * 5
    with engine.connect() as connection:
        states = select(TABLE.c.status, func.count()).group_by(TABLE.c.status)
        assert connection.execute(states).all() == [("已备案", len(PLANS))]
    for plan in PLANS:
        steps = ledger.timeline(engine, Subject("年度计划", plan))
        assert [one.version for one in steps] == [1, 2, 3, 4, 5]


@pytest.mark.slow
def test_eight_threads_that_send_every_command_do_each_once(sixty_plans: Database) -> None:
    answers = send_in_threads(sixty_plans.url, SENDERS, seed=7)
    assert_done_once(sixty_plans, answers)


@pytest.mark.slow
def test_four_processes_that_send_every_command_do_each_once(sixty_plans: Database) -> None:
    driver = [sys.executable, "-m", "tests.integration.ledger_driver", sixty_plans.url, "2"]
    running = [
        subprocess.Popen(
            [*driver, str(seed)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for seed in (10, 20, 30, 40)
    ]
    written = [one.communicate()[0] for one in running]
    assert [one.returncode for one in running] == [0] * len(running)
    answers = [json.loads(line) for text in written for line in text.splitlines()]
    assert_done_once(sixty_plans, answers)


class Overtaken(PlanHost):
    """A platform on which, between two reads of the ledger's, somebody else is done."""

    def __init__(self, overtake: Callable[[], object]) -> None:
        super().__init__()
        self.overtake: Callable[[], object] | None = overtake

    def read_state(self, connection: Any, subject: Subject) -> str | None:
        overtake, self.overtake = self.overtake, None
        if overtake is not None:
            overtake()
        return super().read_state(connection, subject)


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_first_command_that_is_overtaken_is_answered_as_the_second_that_it_is(
    database: Database,
) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(database)
        asked = command("提交校内审核", DEPUTY, 1)
        overtaken = Ledger(
            {POLICY: make_policy()},
            Overtaken(lambda: ledger.act(database.open(), asked)),
            tenant="110108",
        )
        assert overtaken.act(engine, asked).is_replay


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_dry_run_that_is_overtaken_tells_no_wrong_state(database: Database) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(database)
        asked = command("提交校内审核", DEPUTY, 1)
        host = Overtaken(lambda: ledger.act(database.open(), asked))
        tried = Ledger({POLICY: make_policy()}, host, tenant="110108").dry_run(
            engine, PLAN, actor=HEAD, at=NINE
        )
        # MariaDB shows one moment, PostgreSQL a later one in each read: both are a way it stood.
        assert (tried.state, tried.version) in (("草稿", 0), ("待校级审核", 2))
        codes = {found.code for one in tried.trials for found in one.diagnostics}
        assert "XR511" not in codes


class LockingHost(PlanHost):
    """A platform whose adapter can lock the rows that facts come from."""

    def lock_case(self, connection: Any, subject: Subject, *, on: date) -> Case:
        rows = select(TABLE).where(TABLE.c.plan_no == subject.key).with_for_update()
        row = connection.execute(rows).one()
        facts = {"funding-floor": row.funding == "yes", "所属区": "110108"}
        return Case(subject, facts)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_command_in_a_transaction_that_shows_the_past_is_decided_on_what_is_so_now(
    database: Database,
) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(database)
        walk(ledger, engine, 2)
        locking = Ledger({POLICY: make_policy()}, LockingHost(), tenant="110108")
        repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
        with repeatable.connect() as connection, connection.begin():
            seen = select(TABLE.c.funding)
            assert connection.execute(seen).scalar_one() == "yes"
            set_plan(database.open(), funding="no")
            assert connection.execute(seen).scalar_one() == "yes"  # it shows the past
            with pytest.raises(ActionRefused) as caught:
                locking.act(connection, command("审核通过", REVIEWER, "now", at=tick(3)))
            assert [one.clause for one in caught.value.refusal.findings] == ["funding-floor"]
