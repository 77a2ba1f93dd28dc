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
from xbyx_rules.checking import Approvals, Invariant, Signing
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


# --- what the dry run says ------------------------------------------------------------------------


@pytest.fixture
def platform(tmp_path):
    engine, before, after, host = open_both(tmp_path / "platform.db")
    yield engine, before, after, host
    engine.dispose()


def test_an_invariant_that_the_record_does_not_bear_out_keeps_the_subject_where_it_is(platform):
    engine, before, after, _ = platform
    walk(before, engine, 1)
    plan = replace(PLAN_OF_MOVE, states={"待校级审核": "已备案", "待区级审核": "审核通过"})
    (one,) = try_migration(after, engine, plan).moves
    (reason,) = one.reasons
    assert (reason.code, reason.values["target"]) == ("XR591", "已备案")
    assert "已备案 之前必有 审核通过" in reason.render("zh")
    report = move(after, engine, plan)
    assert [found.status for found in report.outcomes] == ["refused"]
    assert status_of(engine) == "待校级审核"
    assert after.verify(engine).problems == ()


def test_to_be_put_in_a_state_is_not_to_have_come_there(platform):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    plan = replace(PLAN_OF_MOVE, states={"待区级审核": "审核通过"})
    (one,) = try_migration(after, engine, plan).moves
    (reason,) = one.reasons
    # From there it could be filed, and nobody has passed it.
    assert "审核通过 —备案→ 已备案" in reason.render("zh")
    walk(before, engine, 3)
    (one,) = try_migration(after, engine, PLAN_OF_MOVE).moves
    assert (one.source, one.target, one.reasons) == ("审核通过", "审核通过", ())


def test_what_was_only_renamed_counts_in_the_past(tmp_path):
    renamed = {"审核通过": "区级审核通过"}
    later = replace(
        FLOW,
        states=tuple(renamed.get(one, one) for one in FLOW.states),
        transitions=tuple(
            replace(
                one,
                source=renamed.get(one.source, one.source),
                action=renamed.get(one.action, one.action),
                target=renamed.get(one.target, one.target),
            )
            for one in FLOW.transitions
        ),
        invariants=(Invariant("已备案", "区级审核通过", "已备案 之前必有 区级审核通过"),),
    )
    engine, before, after, _ = open_both(tmp_path / "platform.db", later)
    walk(before, engine, 3)
    plan = replace(PLAN_OF_MOVE, target=version_of(later), states=renamed, renames={})
    (one,) = try_migration(after, engine, plan).moves
    assert [reason.code for reason in one.reasons] == ["XR591"]
    plan = replace(plan, states={}, renames=renamed)
    (one,) = try_migration(after, engine, plan).moves
    assert (one.target, one.reasons) == ("区级审核通过", ())
    move(after, engine, plan)
    after.act(engine, command("备案", CLERK, "file", at=tick(31)))
    assert after.verify(engine).is_intact


def test_no_end_is_left_again(tmp_path):
    later = replace(
        LATER,
        states=(*LATER.states, "已归档"),
        finals=("已撤回", "已终止", "已归档"),
        transitions=(*LATER.transitions, step("已备案", "归档", "已归档", "区教委备案员")),
    )
    engine, before, after, _ = open_both(tmp_path / "platform.db", later)
    walk(before, engine)
    plan = replace(PLAN_OF_MOVE, target=version_of(later))
    (one,) = try_migration(after, engine, plan).moves
    assert [reason.code for reason in one.reasons] == ["XR591"]
    assert "终结" in one.reasons[0].render("zh")


def test_a_platform_that_says_otherwise_is_a_reason(platform):
    engine, before, after, _ = platform
    walk(before, engine, 1)
    set_plan(engine, status="待区级审核")
    (one,) = try_migration(after, engine, PLAN_OF_MOVE).moves
    assert [reason.code for reason in one.reasons] == ["XR516"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"states": {}}, "也没有写明转到哪个状态：`待区级审核`"),
        ({"states": {"待区级审核": "复核"}}, "`复核` 不是新版的状态"),
        ({"states": {"待区级审核": "待区级初审", "甲": "已备案"}}, "`甲` 不是原版的状态"),
        ({"renames": {"草稿": "待校级审核"}}, "不能算改名：`草稿=待校级审核`"),
        ({"renames": {"草稿": "初审通过"}}, "不能算改名：`草稿=初审通过`"),
        ({"target": version_of(FLOW)}, "新版没有载入"),
        ({"source": "0" * 16}, "台账里没有原版"),
        ({"reason": " "}, "必须写明意见"),
    ],
)
def test_a_plan_with_a_fault_is_refused_as_a_whole(platform, change, said):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    with pytest.raises(CommandRefused) as caught:
        try_migration(after, engine, replace(PLAN_OF_MOVE, **change))
    assert [one for one in caught.value.diagnostics if said in one.render("zh")]


def test_all_states_without_a_successor_are_told_at_once(platform):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    with pytest.raises(CommandRefused) as caught:
        try_migration(after, engine, replace(PLAN_OF_MOVE, states={}, renames={}))
    (found,) = caught.value.diagnostics
    assert (found.code, "`草稿`、`待区级审核`" in found.render("zh")) == ("XR590", True)


def test_the_versions_in_use_are_listed(platform):
    engine, before, after, _ = platform
    walk(before, engine, 1)
    listed = list_flow_versions(after, engine, KEY)
    assert [(one.version, one.subjects, one.is_current, one.is_loaded) for one in listed] == [
        (PLAN_OF_MOVE.target, 0, True, True),
        (PLAN_OF_MOVE.source, 1, False, False),
    ]


# --- what carrying out goes by --------------------------------------------------------------------


def test_whatever_has_changed_since_the_dry_run_stops_all_of_it(platform):
    engine, before, after, host = platform
    walk(before, engine, 1)
    (other,) = start_more(engine, before, "2026-002")
    digest = try_migration(after, engine, PLAN_OF_MOVE).digest
    changed = reopen(after, host, {POLICY: OLD})
    changed.act(engine, command("签发并报送", HEAD, "x", subject=other, at=tick(2)))
    for plan in (PLAN_OF_MOVE, replace(PLAN_OF_MOVE, reason="另一个理由")):
        with pytest.raises(ConflictError) as caught:
            move(after, engine, plan, digest=digest)
        assert codes_of(caught) == ["XR592"]
    with engine.connect() as connection:
        query = select(func.count()).where(after.tables.event.c.action_name == "@migrate")
        assert connection.execute(query).scalar_one() == 0


def test_what_was_interrupted_is_taken_up_again_by_the_same_digest(platform):
    engine, before, after, host = platform
    subjects = start_more(engine, before, *(f"2026-{number}" for number in range(100, 106)))
    digest = try_migration(after, engine, PLAN_OF_MOVE).digest
    write, calls = host.responsible, []

    def fail_at_the_fourth(connection, subject, role):
        calls.append(subject)
        if len(set(calls)) == 4:
            raise RuntimeError("the platform failed")
        return write(connection, subject, role)

    host.responsible = fail_at_the_fourth
    with pytest.raises(RuntimeError):
        move(after, engine, digest=digest, chunk=2)
    host.responsible = write
    report = move(after, engine, digest=digest, chunk=2, actor=Actor("o-4"))
    assert [one.status for one in report.outcomes] == ["replayed"] * 2 + ["done"] * 4
    assert {len(after.timeline(engine, one)) for one in subjects} == {3}
    assert after.verify(engine).is_intact


def test_a_subject_that_fails_midway_takes_nothing_of_the_others_back(platform):
    engine, before, after, host = platform
    walk(before, engine, 2)
    others = start_more(engine, before, "2026-002", "2026-003", steps=2)
    digest = try_migration(after, engine, PLAN_OF_MOVE).digest
    write = host.write_state

    def miss(connection, subject, old, new):
        return 0 if subject == others[0] else write(connection, subject, old, new)

    host.write_state = miss
    report = move(after, engine, digest=digest)
    found = {
        one.subject: (one.status, [each.code for each in one.reasons]) for one in report.outcomes
    }
    assert found == {
        PLAN: ("done", []),
        others[0]: ("refused", ["XR517"]),
        others[1]: ("done", []),
    }
    assert status_of(engine, others[0].key) == "待区级审核"
    assert len(after.timeline(engine, others[1])) == 4


def test_in_the_hosts_own_transaction_all_of_it_is_taken_back_with_it(platform):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    with Session(engine) as session:
        assert move(after, session).count("done") == 1
        session.rollback()
    assert status_of(engine) == "待区级审核"
    assert before.snapshot(engine, PLAN).version == 3


def test_a_model_moves_nothing_and_nobody_before_the_last_step(platform):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    with pytest.raises(CommandRefused) as caught:
        move(after, engine, actor=Actor("m-1", kind="model"))
    assert codes_of(caught) == ["XR503"]
    report = move(after, engine, at=tick(-30))
    assert [[one.code for one in each.reasons] for each in report.outcomes] == [["XR529"]]


# --- on record ------------------------------------------------------------------------------------


def test_the_move_is_a_step_of_the_subject_with_its_reason(platform):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    move(after, engine)
    entry = after.timeline(engine, PLAN)[-1]
    assert (entry.kind, entry.actor, entry.comment) == ("migrate", "o-3", REASON)
    said = render_timeline([entry])
    assert "o-3 改按流程的另一版办理：待区级审核 → 待区级初审" in said
    lines: list[str] = []
    after.export(engine, lines.append)
    events = [one for one in map(json.loads, lines) if one["record"] == "event"]
    versions = [one["content"]["definition_version"] for one in events]
    assert versions == [PLAN_OF_MOVE.source] * 3 + [PLAN_OF_MOVE.target]
    (body,) = [one for one in events[-1]["bodies"] if one["kind"] == "migration"]
    moved = json.loads(body["text"])
    assert (moved["from"], moved["to"]) == (PLAN_OF_MOVE.source, PLAN_OF_MOVE.target)
    assert moved["states"]["草稿"] == "拟稿"


def test_who_submitted_before_the_move_may_still_not_sign_after_it(platform):
    engine, before, after, _ = platform
    both = Actor(DEPUTY.id, DEPUTY.roles | HEAD.roles, DEPUTY.organisation, "110108")
    before.act(engine, command("提交校内审核", both, 1))
    move(after, engine)
    with pytest.raises(ActionRefused) as caught:
        after.act(engine, command("签发并报送", both, 2, at=tick(31)))
    assert codes_of(caught) == ["XR509"]
    after.act(engine, command("签发并报送", HEAD, 3, at=tick(31)))


def test_the_diagram_shows_what_was_done_under_the_names_of_the_later_version(platform):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    move(after, engine)
    drawn = after.diagram(engine, PLAN)
    assert drawn.count("✓ 已办</text>") == 2  # 拟稿 and 待校级审核
    assert "拟稿 ✓ 已办" in drawn
    assert "待区级初审 ● 当前" in drawn


def test_moved_twice_and_back_the_chain_still_verifies(platform):
    engine, before, after, host = platform
    walk(before, engine, 1)
    move(after, engine)
    back = replace(
        PLAN_OF_MOVE,
        source=PLAN_OF_MOVE.target,
        target=PLAN_OF_MOVE.source,
        states={"待区级初审": "待区级审核", "待区级复审": "待区级审核"},
        renames={"拟稿": "草稿"},
    )
    old = reopen(after, host, {POLICY: OLD})
    assert move(old, engine, back).count("done") == 1
    assert move(after, engine).count("done") == 1
    found = after.verify(engine)
    assert (found.problems, found.events) == ((), 5)
    assert after.snapshot(engine, PLAN).submitters[0].id == DEPUTY.id


TAMPERINGS = {
    "the row says the version before": (
        "UPDATE xbyx_instance SET definition_version = :source",
        {"XR553"},
    ),
    "the move is deleted": (
        "DELETE FROM xbyx_event WHERE action_name = '@migrate'",
        {"XR550", "XR553", "XR558"},
    ),
    "the move leads elsewhere": (
        "UPDATE xbyx_event SET to_state = '审核通过' WHERE action_name = '@migrate'",
        {"XR550", "XR556", "XR558"},
    ),
    "its record is altered": (
        "UPDATE xbyx_payload SET content = '{}' WHERE payload_class = 'migration'",
        {"XR550", "XR553", "XR555", "XR558"},
    ),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_with_a_move_is_found(platform, kind):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    move(after, engine)
    statement, expected = TAMPERINGS[kind]
    with engine.begin() as connection:
        unprotect(connection, after.tables.protected)
        values = {"source": PLAN_OF_MOVE.source} if ":source" in statement else {}
        assert connection.execute(text(statement), values).rowcount == 1
    found = {one.code for one in after.verify(engine).problems}
    assert found == expected


def test_the_log_says_how_many_and_names_nobody(platform):
    engine, before, after, _ = platform
    walk(before, engine, 2)
    with capture_logs() as log:
        move(after, engine)
    told = {one["event"]: one for one in log}
    assert told["flow_migration_tried"]["possible"] == 1
    assert (told["flow_migrated"]["done"], told["flow_migrated"]["refused"]) == (1, 0)
    assert not [one for one in ("t-17", "o-3", "2026-001", REASON) if one in repr(log)]


# --- with approvals -------------------------------------------------------------------------------

OTHER_REVIEWER = replace(REVIEWER, id="d-06")


@pytest.fixture
def signing(tmp_path):
    """Both reviewers of the district sign together, by the flow as it was; one of them has."""
    together = Signing("待区级审核", "审核通过", "all", None, "不予通过", "one_rejects")
    earlier = replace(FLOW, approvals=Approvals(signings=(together,)))
    engine, before, after, host = open_both(tmp_path / "platform.db", earlier=earlier)
    people = {"区级审核员": ("d-05", "d-06")}
    host.holders = lambda _connection, _subject, role, *, on: people.get(role, ())
    walk(before, engine, 3)
    assert before.snapshot(engine, PLAN).state == "待区级审核"
    yield engine, after, replace(PLAN_OF_MOVE, source=version_of(earlier))
    engine.dispose()


def test_one_signature_of_several_is_no_approval_to_be_moved_on_by(signing):
    engine, after, plan = signing
    (one,) = try_migration(after, engine, replace(plan, states={"待区级审核": "已备案"})).moves
    assert [reason.code for reason in one.reasons] == ["XR591"]
    (one,) = try_migration(after, engine, plan).moves
    assert one.is_possible


def test_signatures_so_far_are_void_after_the_move_and_on_record(signing):
    engine, after, plan = signing
    assert move(after, engine, plan).count("done") == 1
    (task,) = after.tasks(engine, "区级审核员")
    assert (task.version, task.assignee) == (5, "")
    after.act(engine, command("初审通过", OTHER_REVIEWER, "later", at=tick(31)))
    actions = [entry.action for entry in after.timeline(engine, PLAN)]
    assert actions[-3:] == ["审核通过", "@migrate", "初审通过"]
    assert after.verify(engine).is_intact


def test_nothing_goes_straight_back_past_what_the_later_version_asks_for(tmp_path):
    straight = Approvals(straight_back=frozenset({"退回补正"}))
    earlier = replace(FLOW, approvals=straight)
    later = replace(LATER, approvals=straight)
    engine, before, after, _ = open_both(tmp_path / "platform.db", later, earlier=earlier)
    walk(before, engine, 2)
    back = command("退回补正", REVIEWER, "back", at=tick(3), comment="预算不足")
    assert before.act(engine, back).target == "草稿"
    assert before.snapshot(engine, PLAN).returned_from == "待区级审核"
    plan = replace(PLAN_OF_MOVE, source=version_of(earlier), target=version_of(later))
    assert move(after, engine, plan).count("done") == 1
    assert after.snapshot(engine, PLAN).returned_from == ""
    sent = after.act(engine, command("提交校内审核", DEPUTY, "again", at=tick(31)))
    assert sent.target == "待校级审核"


def test_what_was_taken_back_is_no_past_to_be_moved_on_by(tmp_path):
    earlier = replace(FLOW, approvals=Approvals(retractable=frozenset({"审核通过"})))
    engine, before, after, _ = open_both(tmp_path / "platform.db", earlier=earlier)
    walk(before, engine, 3)
    plan = replace(PLAN_OF_MOVE, source=version_of(earlier))
    assert try_migration(after, engine, plan).possible
    before.signers.retract(engine, PLAN, actor=REVIEWER, command_id="r-1", at=tick(4))
    assert before.snapshot(engine, PLAN).state == "待区级审核"
    on = replace(plan, states={"待区级审核": "已备案"})
    assert not try_migration(after, engine, on).possible
    assert try_migration(after, engine, plan).possible
