"""Subjects moved from one version of their flow to another: tried, carried out, on record."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.integration.flow_versions import (
    KEEPER,
    KEY,
    LATER,
    NEW,
    OLD,
    PLAN_OF_MOVE,
    REASON,
    move,
    open_both,
    reopen,
    version_of,
)
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    FLOW,
    HEAD,
    PLAN,
    PLANS,
    POLICY,
    REVIEWER,
    add_plan,
    command,
    set_plan,
    stand_in_deciding,
    step,
    tick,
    walk,
)
from xbyx_rules.checking import Invariant
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting.ledger import unprotect
from xbyx_rules.hosting.ledger.export_checking import check_lines
from xbyx_rules.hosting.migrating_flows import (
    carry_out_migration,
    list_flow_versions,
    try_migration,
)
from xbyx_rules.lifecycle import ActionRefused, Actor, render_timeline


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


def codes_of(caught) -> list[str]:
    return [one.code for one in caught.value.diagnostics]


def status_of(engine, number=PLAN.key) -> str:
    with engine.connect() as connection:
        query = select(PLANS.c.status).where(PLANS.c.plan_no == number)
        return connection.execute(query).scalar_one()


def start_more(engine, ledger, *numbers, steps=0) -> list[Subject]:
    """Further plans, each some steps on its way."""
    with engine.begin() as connection:
        for number in numbers:
            add_plan(connection, number)
    subjects = [Subject(PLAN.entity, number) for number in numbers]
    acts = (("提交校内审核", DEPUTY), ("签发并报送", HEAD))
    for one in subjects:
        for place, (action, actor) in enumerate(acts[: steps or 1]):
            asked = command(action, actor, f"{one.key}-{place}", subject=one, at=tick(place))
            ledger.act(engine, asked)
    return subjects


# --- on real servers ------------------------------------------------------------------------------


def test_a_subject_is_moved_and_goes_on_by_the_later_version(database):
    engine, before, after, _ = open_both(database)
    walk(before, engine, 2)
    tried = try_migration(after, engine, PLAN_OF_MOVE)
    assert [(one.source, one.target) for one in tried.possible] == [("待区级审核", "待区级初审")]
    assert status_of(engine) == "待区级审核"  # nothing was done

    report = move(after, engine, digest=tried.digest)
    assert [(one.status, one.version) for one in report.outcomes] == [("done", 4)]
    assert status_of(engine) == "待区级初审"
    assert after.snapshot(engine, PLAN).definition_version == PLAN_OF_MOVE.target
    assert [one.role for one in after.tasks(engine, "区级审核员", DISTRICT)] == ["区级审核员"]

    acts = (("初审通过", REVIEWER), ("审核通过", REVIEWER), ("备案", CLERK))
    for number, (action, actor) in enumerate(acts):
        after.act(engine, command(action, actor, f"later-{number}", at=tick(31)))
    found = after.verify(engine)
    assert (found.problems, found.events) == ((), 7)
    again = move(after, engine, digest=tried.digest)
    assert [(one.status, one.version) for one in again.outcomes] == [("replayed", 4)]
    lines: list[str] = []
    after.export(engine, lines.append)
    assert list(check_lines(lines)) == []


def test_a_command_at_the_same_time_and_the_move_have_one_outcome_each(database):
    engine, before, after, host = open_both(database)
    subjects = start_more(engine, before, *(f"2026-{number}" for number in range(100, 112)))
    both = reopen(after, host, {POLICY: NEW}, earlier=[OLD])
    digest = try_migration(after, engine, PLAN_OF_MOVE).digest
    begin, answers, errors = threading.Barrier(2), {}, []

    def send() -> None:
        begin.wait()
        for one in subjects:
            asked = command("签发并报送", HEAD, f"c{one.key}", subject=one, at=tick(30))
            try:
                answers[one] = both.act(engine, asked).target
            except Exception as error:
                errors.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    begin.wait()
    report = carry_out_migration(
        after, engine, PLAN_OF_MOVE, digest=digest, actor=KEEPER, at=tick(30), chunk=1
    )
    sender.join(60)
    assert not errors
    for one in report.outcomes:
        steps = [entry.action for entry in after.timeline(engine, one.subject)]
        if one.status == "done":
            # The command came later, and was decided by the later version.
            assert answers[one.subject] == "待区级初审"
            assert steps == ["@start", "提交校内审核", "@migrate", "签发并报送"]
        else:
            assert (answers[one.subject], one.status) == ("待区级审核", "refused")
            assert [reason.code for reason in one.reasons] == ["XR515"]
            assert steps == ["@start", "提交校内审核", "签发并报送"]
    assert after.verify(engine).is_intact
