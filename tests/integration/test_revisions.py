"""A filed plan stays in force until its revision is; then that takes its place, on record."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.integration.flow_versions import KEY, move, open_both, version_of
from tests.integration.revising import (
    IN_FORCE,
    MODEL,
    NEW,
    begin,
    file_plan,
    open_with_force,
    other,
)
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    PLANS,
    PlanHost,
    add_plan,
    command,
    set_plan,
    stand_in_deciding,
    tick,
)
from xbyx_rules.checking import Approvals
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting import Ledger, SupersessionListener, in_force, line_of
from xbyx_rules.lifecycle import MigrationPlan, render_timeline


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(tmp_path):
    engine, ledger, _ = open_with_force(tmp_path / "platform.db", NEW.key, "third", "fourth")
    file_plan(ledger, engine, PLAN)
    return engine, ledger


def codes_of(call: Any) -> list[str]:
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def test_the_old_version_is_in_force_until_the_new_one_is(database) -> None:
    engine, ledger, _ = open_with_force(database, NEW.key)
    assert in_force(ledger, engine, PLAN) is None
    file_plan(ledger, engine, PLAN)
    receipt = begin(ledger, engine, at=tick(1))
    assert (receipt.subject, receipt.target, receipt.version) == (NEW, "草稿", 1)
    again = begin(ledger, engine, at=tick(1))
    assert (again, again.is_replay) == (receipt, True)
    for steps in range(4):
        file_plan(ledger, engine, NEW, steps, at=tick(2))
        assert in_force(ledger, engine, NEW) == PLAN
    file_plan(ledger, engine, NEW, at=tick(2))
    assert in_force(ledger, engine, PLAN) == NEW
    old, new = line_of(ledger, engine, PLAN)
    assert (old.superseded_by, old.superseded_at, old.state) == (NEW, tick(2), "已备案")
    assert (new.revises, new.revision, new.is_in_force) == (PLAN, 2, True)
    assert in_force(ledger, engine, PLAN, at=tick(1)) == PLAN
    assert in_force(ledger, engine, PLAN, at=tick(2)) == NEW
    assert in_force(ledger, engine, PLAN, at=NINE - timedelta(seconds=1)) is None
    found = ledger.verify(engine)
    assert found.is_intact, found.problems
    with engine.connect() as connection:
        states = dict(connection.execute(select(PLANS.c.plan_no, PLANS.c.status)).all())
    assert states == {PLAN.key: "已备案", NEW.key: "已备案"}


def test_both_timelines_tell_of_the_revision(platform) -> None:
    engine, ledger = platform
    begin(ledger, engine, at=tick(1))
    file_plan(ledger, engine, NEW, at=tick(2))
    old = render_timeline(ledger.timeline(engine, PLAN)).splitlines()
    assert old[-3:] == [
        "6. 2026-03-02 10:00 t-17 开始修订：年度计划/2026-001-r2",
        "   意见：增加一场研修",
        "7. 2026-03-02 11:00 年度计划/2026-001-r2 生效后取代本版（d-09）",
    ]
    new = render_timeline(ledger.timeline(engine, NEW), "en").splitlines()
    assert new[0] == "1. 2026-03-02 10:00 t-17: recorded as 草稿, a revision of 年度计划/2026-001"
    lines: list[str] = []
    assert ledger.export(engine, lines.append).bodies
    assert sum('"kind":"revision"' in one for one in lines) == 3


def test_what_is_not_in_force_can_not_be_revised(platform) -> None:
    engine, ledger = platform
    assert codes_of(lambda: begin(ledger, engine, other("third"))) == ["XR681"]  # not in the ledger
    file_plan(ledger, engine, other("third"), 3)
    assert codes_of(lambda: begin(ledger, engine, other("third"))) == ["XR681"]
    begin(ledger, engine)
    file_plan(ledger, engine, NEW)
    assert codes_of(lambda: begin(ledger, engine, PLAN, other("fourth"))) == ["XR684"]
    begin(ledger, engine, NEW, other("fourth"))


def test_a_second_revision_waits_for_the_first_to_end_elsewhere(platform) -> None:
    engine, ledger = platform
    begin(ledger, engine)
    third = other("third")
    assert codes_of(lambda: begin(ledger, engine, PLAN, third)) == ["XR682"]
    ledger.act(engine, command("撤回", DEPUTY, "w", subject=NEW))
    begin(ledger, engine, PLAN, third)
    file_plan(ledger, engine, third)
    assert in_force(ledger, engine, NEW) == third
    assert [one.revision for one in line_of(ledger, engine, third)] == [1, 2, 2]


@pytest.mark.parametrize("case", ["same", "kind", "state", "known", "absent"])
def test_the_new_record_is_another_one_of_the_kind_in_draft(platform, case: str) -> None:
    engine, ledger = platform
    new, expected = {
        "same": (PLAN, "XR683"),
        "kind": (Subject("规划", NEW.key), "XR683"),
        "state": (NEW, "XR683"),
        "known": (NEW, "XR523"),
        "absent": (other("none"), "XR512"),
    }[case]
    if case == "state":
        set_plan(engine, NEW.key, status="待校级审核")
    if case == "known":
        ledger.start(engine, NEW, actor=DEPUTY, command_id="s", at=NINE)
    before = ledger.timeline(engine, PLAN)
    assert codes_of(lambda: begin(ledger, engine, new=new)) == [expected]
    assert ledger.timeline(engine, PLAN) == before


def test_a_model_begins_no_revision_and_nobody_without_a_reason_or_backdated(platform) -> None:
    engine, ledger = platform
    assert codes_of(lambda: begin(ledger, engine, actor=MODEL)) == ["XR503"]
    assert codes_of(lambda: begin(ledger, engine, reason=" ")) == ["XR505"]
    early = NINE - timedelta(days=1)
    assert codes_of(lambda: begin(ledger, engine, at=early)) == ["XR529"]
    begin(ledger, engine)
    with pytest.raises(ConflictError):
        begin(ledger, engine, reason="别的理由")


def test_nothing_more_is_done_on_what_was_superseded(platform) -> None:
    engine, ledger = platform
    begin(ledger, engine)
    file_plan(ledger, engine, NEW)
    act = command("退回补正", CLERK, "late", comment="退回")
    assert codes_of(lambda: ledger.act(engine, act)) == ["XR684"]
    retract = lambda: ledger.signers.retract(  # noqa: E731
        engine, PLAN, actor=CLERK, command_id="x", at=NINE
    )
    assert codes_of(retract) == ["XR684"]
    tried = ledger.dry_run(engine, PLAN, "备案", actor=CLERK, at=NINE)
    assert "XR684" in [one.code for one in tried["备案"].diagnostics]


def test_what_is_in_force_is_not_taken_back(platform) -> None:
    engine, ledger = platform
    retract = lambda subject, name: ledger.signers.retract(  # noqa: E731
        engine, subject, actor=CLERK, command_id=name, at=NINE
    )
    assert codes_of(lambda: retract(PLAN, "x")) == ["XR544"]
    assert in_force(ledger, engine, PLAN) == PLAN


class Marking(PlanHost):
    """A platform that notes on the old record which one took its place."""

    def on_superseded(self, connection: Any, old: Subject, new: Subject, at: Any) -> None:
        rows = update(PLANS).where(PLANS.c.plan_no == old.key)
        connection.execute(rows.values(note=f"{new.key} {at.isoformat()}"))
        if new.key == "fourth":
            raise RuntimeError("the platform failed")


def test_the_platform_is_told_in_the_same_transaction(platform) -> None:
    engine, ledger = platform
    marking = Ledger(dict(ledger.desk.policies), Marking(), tenant="110108", clock=lambda: NINE)
    assert isinstance(marking.desk.host, SupersessionListener)
    begin(marking, engine)
    file_plan(marking, engine, NEW)
    with engine.connect() as connection:
        note = connection.execute(select(PLANS.c.note).where(PLANS.c.plan_no == PLAN.key))
        assert note.scalar_one() == f"{NEW.key} 2026-03-02T09:00:00+08:00"
    begin(marking, engine, NEW, other("fourth"))
    file_plan(marking, engine, other("fourth"), 3)
    with pytest.raises(RuntimeError):
        file_plan(marking, engine, other("fourth"))
    assert in_force(marking, engine, PLAN) == NEW
    assert marking.verify(engine).is_intact


@pytest.mark.parametrize("column", ["superseded_at", "revises_id"])
def test_verifying_tells_of_a_row_that_hides_a_revision(platform, column: str) -> None:
    engine, ledger = platform
    begin(ledger, engine)
    file_plan(ledger, engine, NEW)
    table = ledger.tables.instance
    subject = PLAN if column == "superseded_at" else NEW
    with engine.begin() as connection:
        row = update(table).where(table.c.subject_ref == subject.key)
        connection.execute(row.values({column: None}))
    assert [one.code for one in ledger.verify(engine).problems] == ["XR687"]


def test_the_reason_is_erased_and_the_relation_stays(platform) -> None:
    engine, ledger = platform
    begin(ledger, engine)
    ledger.erase(
        engine,
        PLAN,
        version=6,
        kind="opinion",
        reason="依申请",
        actor=CLERK,
        command_id="e",
        at=NINE,
    )
    step = ledger.timeline(engine, PLAN)[5]
    assert (step.comment, step.is_opinion_erased, step.about) == (None, True, str(NEW))
    found = ledger.verify(engine)
    assert (found.is_intact, found.erased) == (True, 1)


def test_commands_on_both_versions_at_once_end_in_one_order(database) -> None:
    """Two rivals revise it, the first is filed while others ask and try on both: no deadlock."""
    engine, ledger, _ = open_with_force(database, "a", "b")
    file_plan(ledger, engine, PLAN)
    answers: dict[str, list[str]] = {"a": [], "b": []}
    gate = threading.Barrier(4)

    def race(number: str) -> None:
        gate.wait()
        for step in (
            lambda: begin(ledger, engine, new=other(number)),
            lambda: file_plan(ledger, engine, other(number)),
        ):
            try:
                step()
                answers[number].append("done")
            except CommandRefused as error:
                answers[number].append(error.diagnostics[0].code)
                return

    def look(name: str) -> None:
        gate.wait()
        for turn in range(4):
            ledger.keep_finding(
                engine, PLAN, {"n": turn}, actor=HEAD, command_id=f"{name}{turn}", at=NINE
            )
            assert in_force(ledger, engine, PLAN) is not None

    threads = [threading.Thread(target=race, args=(one,)) for one in ("a", "b")]
    failures: list[Exception] = []

    def watched(name: str) -> None:
        try:
            look(name)
        except Exception as error:
            failures.append(error)

    threads += [threading.Thread(target=watched, args=(one,)) for one in ("x", "y")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not failures
    assert ["done", "done"] in answers.values()
    winner = next(one for one, found in answers.items() if found == ["done", "done"])
    (loser,) = set(answers) - {winner}
    assert answers[loser][0] in ("XR682", "XR684")
    assert in_force(ledger, engine, PLAN) == other(winner)
    assert ledger.verify(engine).is_intact


def test_a_host_s_own_transaction_takes_all_of_it_back(platform) -> None:
    engine, ledger = platform
    begin(ledger, engine)
    file_plan(ledger, engine, NEW, 3)
    with engine.connect() as connection, connection.begin() as transaction:
        file_plan(ledger, connection, NEW)
        assert in_force(ledger, connection, PLAN) == NEW
        transaction.rollback()
    assert in_force(ledger, engine, PLAN) == PLAN
    assert ledger.verify(engine).is_intact


def test_a_line_outlives_a_state_s_name(tmp_path) -> None:
    """What was in force stays so when its flow's later version calls the state something else."""
    renamed = {"已备案": "已生效"}
    later = replace(
        IN_FORCE,
        states=tuple(renamed.get(one, one) for one in IN_FORCE.states),
        finals=tuple(renamed.get(one, one) for one in IN_FORCE.finals),
        transitions=tuple(
            replace(one, target=renamed.get(one.target, one.target)) for one in IN_FORCE.transitions
        ),
        invariants=(),
        approvals=Approvals(in_force=frozenset({"已生效"})),
    )
    engine, before, after, _ = open_both(tmp_path / "p.db", later, earlier=IN_FORCE)
    with engine.begin() as connection:
        add_plan(connection, NEW.key)
    file_plan(before, engine, PLAN, at=tick(1))
    begin(before, engine, at=tick(2))
    file_plan(before, engine, NEW, 3, at=tick(2))
    plan = MigrationPlan(
        flow=KEY,
        source=version_of(IN_FORCE),
        target=version_of(later),
        reason="改称",
        renames=renamed,
    )
    report = move(after, engine, plan, at=tick(3))
    assert report.count("done") == 2
    assert in_force(after, engine, NEW) == PLAN
    assert in_force(after, engine, NEW, at=tick(1)) == PLAN
    after.act(engine, command("备案", CLERK, "last", subject=NEW, at=tick(4)))
    assert in_force(after, engine, PLAN) == NEW
    assert in_force(after, engine, PLAN, at=tick(3)) == PLAN
    assert after.verify(engine).is_intact


def test_clocks_that_disagree_leave_one_in_force_at_every_instant(platform) -> None:
    """The second version is filed by a clock that is ahead, the third by one that is right."""
    engine, ledger = platform
    begin(ledger, engine)
    file_plan(ledger, engine, NEW, at=NINE + timedelta(minutes=30))
    begin(ledger, engine, NEW, other("third"), at=NINE)
    file_plan(ledger, engine, other("third"), at=NINE + timedelta(minutes=10))
    versions = line_of(ledger, engine, PLAN)
    for minutes in range(0, 60, 5):
        at = NINE + timedelta(minutes=minutes)
        there = [one.subject for one in versions if one.was_in_force(at)]
        assert there == [PLAN if minutes < 30 else other("third")]
