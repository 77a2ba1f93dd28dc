"""Supervision of the demonstration district: what it finds, and what becomes of a doubt."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, StaticPool, create_engine, text, update

from tests.integration.demo_district import district_after_the_year, host, policies
from tests.integration.plain_sql_checks import CHECKS, count_hits
from tests.unit.cli.command import xbyx
from xbyx_demo_platform.supervision import PlantedDoubt, change_afterwards, keep_registers
from xbyx_demo_platform.supervision.tables import dd_xk
from xbyx_rules.cli.terminal import ExitCode
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Subject, decide, decide_check
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Doubt, Supervised, Supervisor
from xbyx_rules.lifecycle import Actor, Command
from xbyx_rules.policy import Outcome
from xbyx_rules.supervising import EvaluatorChoice
from xbyx_rules.supervising.rete import is_importable

DAY = date(2025, 8, 1)
AT = datetime(2025, 8, 1, 2, 0, tzinfo=UTC)
DISTRICT = "110199"
REVIEWER = Actor("JX110199-01", frozenset({"区级审核员"}), "JX110199", DISTRICT)
INSPECTOR = Actor("JW110199-02", frozenset({"区教委督导员"}), "JW110199", DISTRICT)


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Engine, tuple[PlantedDoubt, ...]]]:
    with district_after_the_year(7) as district:
        planted = keep_registers(district.engine, 7)
        changed = change_afterwards(district.engine, 7, planted)
        yield district.engine, (*planted, *changed)


def supervisor(evaluator: EvaluatorChoice = "auto") -> Supervisor:
    return Supervisor(policies(), host(), tenant=DISTRICT, evaluator=evaluator)


def subjects(engine: Engine) -> tuple[Subject, ...]:
    with engine.connect() as connection:
        return (*host().subjects(connection, "学校"), *host().subjects(connection, "区"))


def look_everywhere(
    engine: Engine, evaluator: EvaluatorChoice
) -> tuple[Counter[tuple[str, str]], set[str]]:
    seen: Counter[tuple[str, str]] = Counter()
    used: set[str] = set()
    for subject in subjects(engine):
        for check in supervisor(evaluator).look(engine, subject, on=DAY):
            seen[check.anchor, subject.key] += len(check.hits)
            used.add(check.evaluator)
    return +seen, used


@pytest.mark.slow
@pytest.mark.parametrize("evaluator", ["reference", "rete"])
def test_what_is_found_equals_plain_sql(
    opened: tuple[Engine, tuple[PlantedDoubt, ...]], evaluator: EvaluatorChoice
) -> None:
    engine, _ = opened
    found, used = look_everywhere(engine, evaluator)
    with engine.connect() as connection:
        assert found == count_hits(connection)
    assert ("rete" in used) is (evaluator == "rete" and is_importable())


@pytest.mark.slow
def test_what_each_rule_decides_by_itself_agrees_with_plain_sql(
    opened: tuple[Engine, tuple[PlantedDoubt, ...]],
) -> None:
    """Without the searches of supervision: `decide`, subject by subject."""
    engine, _ = opened
    decided: dict[tuple[str, str], Outcome] = {}
    counted: Counter[tuple[str, str]] = Counter()
    with engine.connect() as connection:
        expected = count_hits(connection)
        for subject in subjects(engine):
            case = host().case(connection, subject, on=DAY)
            for anchor, policy in checks_of(case).items():
                finding = decide(policy, case, on=DAY, only={anchor})[anchor]
                decided[anchor, subject.key] = finding.outcome
                if finding.outcome is Outcome.NOT_MET:
                    found = decide_check(policy, anchor, case.records, on=DAY)
                    counted[anchor, subject.key] = len(found.hits)
    assert {one for one, outcome in decided.items() if outcome is Outcome.NOT_MET} == set(expected)
    assert counted == expected
    assert {anchor for anchor, _ in decided} == set(CHECKS)


def checks_of(case: Case) -> dict[str, ExecutablePolicy]:
    """The checks all of whose records the case holds, with the document each stands in."""
    return {
        anchor: policy
        for policy in policies().values()
        for anchor, clause in policy.clauses.items()
        if clause.checked.pattern
        and all(row.entity in case.records for row in clause.checked.pattern)
    }


def test_every_check_of_the_documents_is_worked_out_in_plain_sql() -> None:
    documents = policies()
    anchors = {
        anchor
        for policy in documents.values()
        for anchor, clause in policy.clauses.items()
        if clause.checked.pattern
    }
    assert anchors == set(CHECKS)


def test_every_fault_that_was_planted_is_found(
    opened: tuple[Engine, tuple[PlantedDoubt, ...]],
) -> None:
    engine, planted = opened
    assert sorted(one.check for one in planted) == sorted(CHECKS)
    with engine.connect() as connection:
        expected = count_hits(connection)
    for one in planted:
        assert expected[one.check, one.where] >= 1, one


# --- the way of a doubt -------------------------------------------------------------------------


@pytest.fixture
def fresh(opened: tuple[Engine, tuple[PlantedDoubt, ...]]) -> Iterator[Engine]:
    """A copy of the district, since its year takes long to run."""
    source = opened[0].raw_connection()
    copy = create_engine("sqlite://", poolclass=StaticPool)
    target = copy.raw_connection()
    source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
    target.close()
    source.close()
    supervisor().create_tables(copy)
    yield copy
    copy.dispose()


def run(engine: Engine, minutes: int = 0, **more: bool) -> tuple[Supervised, ...]:
    at = AT + timedelta(minutes=minutes)
    return supervisor("reference").supervise(engine, subjects(engine), at=at, on=DAY, **more)


def small_subject(engine: Engine) -> Doubt:
    doubts = supervisor().doubts(engine)
    return next(one for one in doubts if one.clause == "small-subject-alone")


def act(engine: Engine, doubt: Doubt, action: str, actor: Actor, comment: str = "已核对") -> None:
    subject = Subject("疑点", doubt.id)
    number = supervisor().ledger.snapshot(engine, subject).version
    command = Command(
        subject,
        action,
        actor,
        f"{doubt.id}-{number}",
        AT + timedelta(hours=1, minutes=number),
        comment=comment,
    )
    supervisor().ledger.act(engine, command)


def manager_of(doubt: Doubt) -> Actor:
    school = doubt.about.key
    return Actor(f"{school}-02", frozenset({"分管负责人"}), school, DISTRICT)


@pytest.mark.slow
def test_a_doubt_is_verified_rectified_looked_at_again_and_closed(fresh: Engine) -> None:
    first = run(fresh)
    assert all(not one.failure for one in first)
    doubt = small_subject(fresh)
    assert (doubt.state, doubt.stands, doubt.found_on) == ("待核实", True, DAY)

    act(fresh, doubt, "核实属实", REVIEWER)
    act(fresh, doubt, "提交整改", manager_of(doubt))
    with pytest.raises(CommandRefused):  # the records still show it
        act(fresh, doubt, "销号", INSPECTOR)
    with fresh.begin() as connection:
        row = update(dd_xk).where(dd_xk.c.xxbsm == doubt.about.key)
        connection.execute(row.values(xjtd=1))
    second = run(fresh, 1)
    assert [one.subject for one in second if not one.is_unchanged] == [doubt.about]
    assert [change.kind for one in second for change in one.changes if change.hit is None] == [
        "gone"
    ]
    act(fresh, small_subject(fresh), "销号", INSPECTOR, "")
    assert small_subject(fresh).state == "已销号"
    entries = supervisor().ledger.timeline(fresh, Subject("疑点", doubt.id))
    assert [one.action for one in entries] == ["@start", "核实属实", "提交整改", "@look", "销号"]
    assert supervisor().ledger.verify(fresh).is_intact

    with fresh.begin() as connection:  # what was set right comes back, the very same
        row = update(dd_xk).where(dd_xk.c.xxbsm == doubt.about.key)
        connection.execute(row.values(xjtd=0))
    opened = [one for part in run(fresh, 2) for one in part.changes if one.kind == "opened"]
    assert [(one.doubt.first_id, one.doubt.occurrence) for one in opened] == [(doubt.id, 2)]


@pytest.mark.slow
def test_who_verified_a_doubt_does_not_close_it_and_the_school_may_object(fresh: Engine) -> None:
    run(fresh)
    doubt = small_subject(fresh)
    both = Actor(REVIEWER.id, frozenset({"区级审核员", "区教委督导员"}), "JW110199", DISTRICT)
    with pytest.raises(CommandRefused):  # an opinion is required
        act(fresh, doubt, "核实属实", REVIEWER, "")
    stranger = Actor("x", frozenset({"区级审核员"}), "JX110198", "110198")
    with pytest.raises(CommandRefused):
        act(fresh, doubt, "核实属实", stranger)
    act(fresh, doubt, "核实属实", REVIEWER)
    act(fresh, doubt, "提交整改", manager_of(doubt))
    for action in ("退回整改", "说明后销号"):
        with pytest.raises(CommandRefused):
            act(fresh, doubt, action, both)
    act(fresh, doubt, "退回整改", INSPECTOR, "语文教师人数有误")
    act(fresh, doubt, "提出异议", manager_of(doubt), "语文与邻校联合教研，已登记在学区")
    with pytest.raises(CommandRefused):
        act(fresh, doubt, "采纳异议", both)
    act(fresh, doubt, "采纳异议", INSPECTOR)
    assert small_subject(fresh).state == "已排除"
    again = run(fresh, 1, is_complete=True)
    kinds = {change.kind for one in again for change in one.changes if change.doubt.id == doubt.id}
    assert kinds == {"settled"}
    assert small_subject(fresh).occurrence == 1


@pytest.mark.slow
def test_a_second_run_writes_nothing_and_a_closed_doubt_with_other_contents_opens_anew(
    fresh: Engine,
) -> None:
    run(fresh)
    count = "SELECT COUNT(*) FROM xbyx_event"
    with fresh.connect() as connection:
        before = connection.execute(text(count)).scalar_one()
    again = run(fresh, 1, is_complete=True)
    assert not any(change.kind == "opened" for one in again for change in one.changes)
    with fresh.connect() as connection:
        assert connection.execute(text(count)).scalar_one() == before
    assert all(one.is_unchanged for one in run(fresh, 2))

    doubt = small_subject(fresh)
    act(fresh, doubt, "排除", REVIEWER)
    with fresh.begin() as connection:
        row = update(dd_xk).where(dd_xk.c.xxbsm == doubt.about.key)
        connection.execute(row.values(jss=2))
    opened = [one for part in run(fresh, 3) for one in part.changes if one.kind == "opened"]
    assert [(one.doubt.first_id, one.doubt.occurrence) for one in opened] == [(doubt.id, 2)]
    assert opened[0].doubt.id == f"{doubt.id}-2"


@pytest.mark.slow
def test_records_that_went_missing_settle_no_doubt(fresh: Engine) -> None:
    run(fresh)
    doubt = small_subject(fresh)
    with fresh.begin() as connection:
        connection.execute(text("UPDATE cw_gyjf SET jspxf = NULL"))
        connection.execute(text("UPDATE dd_rz SET fgjxbz = NULL"))
    found = run(fresh, 1)
    unclear = {one.anchor for part in found for one in part.undetermined}
    assert {"training-budget-low", "manager-not-in-charge"} <= unclear
    gone = [one for part in found for one in part.changes if one.kind == "gone"]
    assert not [one for one in gone if one.result.outcome is Outcome.UNDETERMINED]
    assert all(one.doubt.clause != "training-budget-low" for one in gone)
    assert small_subject(fresh).stands
    assert small_subject(fresh).id == doubt.id


@pytest.mark.slow
def test_a_school_that_cannot_be_read_fails_alone(fresh: Engine) -> None:
    school = subjects(fresh)[0]
    with fresh.begin() as connection:
        statement = text("UPDATE dd_xk SET xjtd = 7 WHERE xxbsm = :school")
        connection.execute(statement, {"school": school.key})
    found = run(fresh)
    failed = [one for one in found if one.failure]
    assert [(one.subject, [d.code for d in one.failure]) for one in failed] == [(school, ["XR620"])]
    assert sum(one.results != () for one in found) == len(found) - 1


@pytest.mark.slow
def test_the_command_ends_with_1_as_long_as_doubts_wait(fresh: Engine, tmp_path: Path) -> None:
    file = tmp_path / "district.sqlite"
    with closing(sqlite3.connect(file)) as copy, closing(fresh.raw_connection()) as source:
        source.driver_connection.backup(copy)  # type: ignore[union-attr]
    run(fresh)  # of the copy's source: to know a school with a doubt
    school = small_subject(fresh).about.key
    asked = ("supervise", school, "--database", f"sqlite:///{file}", "--adapter", "demo-platform")
    for is_unchanged in (False, True):
        result = xbyx(*asked, "--evaluator", "reference", "--at", AT.isoformat(), "--json")
        assert result.exit_code == ExitCode.FINDINGS
        (subject,) = json.loads(result.stdout)["subjects"]
        assert subject["is_unchanged"] is is_unchanged
