"""The whole way of a year plan, what a refusal leaves, what a repeated or stale command gets."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, clear_mappers, registry
from structlog.testing import capture_logs

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    FLOW,
    HEAD,
    NINE,
    PLAN,
    PLANS,
    POLICY,
    REVIEWER,
    SCHOOL,
    WAY,
    add_plan,
    command,
    make_policy,
    open_platform,
    set_plan,
    stand_in_deciding,
    step,
    tick,
    walk,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.lifecycle import ActionRefused, Actor, render_timeline


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(database):
    engine, ledger, host = open_platform(database)
    yield engine, ledger, host
    engine.dispose()


def refused_codes(call) -> list[str]:
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def column(engine, name):
    with engine.connect() as connection:
        return connection.execute(select(PLANS.c[name])).scalar_one()


# --- the way --------------------------------------------------------------------------------------


def test_a_plan_goes_from_draft_to_filed_and_the_platform_sees_each_state(platform):
    engine, ledger, _ = platform
    receipts = walk(ledger, engine)
    assert [one.target for one in receipts] == ["待校级审核", "待区级审核", "审核通过", "已备案"]
    assert [one.version for one in receipts] == [2, 3, 4, 5]
    assert column(engine, "status") == "已备案"
    assert ledger.verify(engine).is_intact


def test_the_platform_sets_its_own_column_in_the_same_transaction(platform):
    engine, ledger, _ = platform
    walk(ledger, engine)
    assert column(engine, "approved_on") == date(2026, 3, 2)


def test_the_date_decided_on_is_that_of_the_jurisdiction(platform):
    engine, ledger, _ = platform
    walk(ledger, engine, 2)
    late = NINE.replace(hour=16, minute=30)  # past midnight in Beijing
    ledger.act(engine, command("审核通过", REVIEWER, "x", at=late))
    assert column(engine, "approved_on") == date(2026, 3, 3)


def test_the_timeline_tells_every_step_in_order(platform):
    engine, ledger, _ = platform
    walk(ledger, engine)
    entries = ledger.timeline(engine, PLAN)
    assert [one.kind for one in entries] == ["start", "step", "step", "step", "step"]
    text = render_timeline(entries)
    assert "3. 2026-03-02 10:00 t-01 签发并报送：待校级审核 → 待区级审核\n   意见：同意" in text
    assert "附件：doc-7" in text


def test_a_returned_plan_can_be_submitted_again(platform):
    engine, ledger, _ = platform
    walk(ledger, engine, 2)
    ledger.act(engine, command("退回补正", REVIEWER, "back", at=tick(3), comment="缺预算表"))
    assert column(engine, "status") == "草稿"
    ledger.act(engine, command("提交校内审核", DEPUTY, "again", at=tick(4)))
    assert ledger.snapshot(engine, PLAN).state == "待校级审核"


def test_tasks_follow_the_plan_from_inbox_to_inbox(platform):
    engine, ledger, _ = platform
    walk(ledger, engine, 1)
    assert ledger.tasks(engine, "分管负责人") == ()
    (task,) = ledger.tasks(engine, "校长", SCHOOL)
    assert (task.subject, task.state, task.version) == (PLAN, "待校级审核", 2)
    assert ledger.tasks(engine, "校长", "another-school") == ()
    ledger.act(engine, command("签发并报送", HEAD, "2", at=tick(1)))
    assert ledger.tasks(engine, "校长", SCHOOL) == ()
    assert [one.organisation for one in ledger.tasks(engine, "区级审核员")] == [DISTRICT]


def test_a_filed_plan_waits_for_nobody(platform):
    engine, ledger, _ = platform
    walk(ledger, engine)
    roles = {role for one in FLOW.transitions for role in one.roles}
    assert [ledger.tasks(engine, role) for role in sorted(roles)] == [()] * len(roles)


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "actor", "action", "code"),
    [
        (0, HEAD, "提交校内审核", "XR502"),
        (0, DEPUTY, "备案", "XR501"),
        (1, Actor("t-17", frozenset({"校长"}), SCHOOL, "110108"), "签发并报送", "XR509"),
        (1, Actor("t-99", frozenset({"校长"}), "2111000002", "110108"), "签发并报送", "XR506"),
        (1, Actor("m-1", frozenset({"校长"}), SCHOOL, "110108", "model"), "签发并报送", "XR503"),
        (2, Actor("d-7", frozenset({"区级审核员"}), DISTRICT, "110105"), "审核通过", "XR509"),
        (2, REVIEWER, "不予通过", "XR505"),
        (4, CLERK, "备案", "XR522"),
    ],
)
def test_a_refusal_says_why_and_leaves_the_database_as_it_was(
    platform, database, number, actor, action, code
):
    engine, ledger, _ = platform
    walk(ledger, engine, number)
    before = database.dump()
    codes = refused_codes(lambda: ledger.act(engine, command(action, actor, "no", at=tick(9))))
    assert code in codes
    assert database.dump() == before


def test_a_refused_first_command_leaves_the_database_as_it_was(platform, database):
    engine, ledger, _ = platform
    set_plan(engine, documents="no")
    before = database.dump()
    assert refused_codes(lambda: walk(ledger, engine, 1)) == ["XR507"]
    assert database.dump() == before


def test_a_missing_fact_blocks_and_is_named(platform):
    engine, ledger, _ = platform
    set_plan(engine, funding=None)
    walk(ledger, engine, 2)
    with pytest.raises(ActionRefused) as caught:
        ledger.act(engine, command("审核通过", REVIEWER, "x", at=tick(3)))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "XR508"
    assert "funding-floor" in diagnostic.message("zh")
    assert [one.clause for one in caught.value.refusal.findings] == ["funding-floor"]


def test_all_reasons_are_given_at_once(platform):
    engine, ledger, _ = platform
    set_plan(engine, funding="no")
    walk(ledger, engine, 2)
    stranger = Actor("x-1", frozenset(), "elsewhere", "110105")
    codes = refused_codes(
        lambda: ledger.act(engine, command("审核通过", stranger, "x", at=tick(3)))
    )
    assert codes == ["XR502", "XR507", "XR509"]


def test_nothing_can_be_backdated(platform):
    engine, ledger, _ = platform
    walk(ledger, engine, 1)
    codes = refused_codes(
        lambda: ledger.act(engine, command("签发并报送", HEAD, "x", at=tick(-48)))
    )
    assert codes == ["XR529"]


def test_separated_duties_stay_separated_when_the_role_changes_hands(platform):
    """The deputy, promoted to head after submitting, can't sign their own plan."""
    engine, ledger, _ = platform
    walk(ledger, engine, 1)
    promoted = Actor(DEPUTY.id, frozenset({"校长"}), SCHOOL, "110108")
    codes = refused_codes(
        lambda: ledger.act(engine, command("签发并报送", promoted, "x", at=tick(1)))
    )
    assert codes == ["XR509"]


# --- delegation -----------------------------------------------------------------------------------


def allow_all(*_arguments):
    return True


def test_nobody_acts_for_anybody_unless_the_host_says_so(platform):
    engine, ledger, _ = platform
    walk(ledger, engine, 1)
    aide = Actor("t-30", frozenset(), SCHOOL, "110108")
    asked = command("签发并报送", aide, "x", at=tick(1), on_behalf_of=HEAD)
    assert refused_codes(lambda: ledger.act(engine, asked)) == ["XR504"]


@pytest.mark.parametrize(
    ("actor", "principal", "codes"),
    [
        (Actor("t-30", frozenset(), SCHOOL), HEAD, []),
        (DEPUTY, HEAD, ["XR509"]),  # who submitted signs for the head
        (Actor("t-30"), Actor(DEPUTY.id, frozenset({"校长"}), SCHOOL), ["XR509"]),
        (Actor("t-30", frozenset({"校长"}), SCHOOL), Actor("t-31"), ["XR521"]),
    ],
)
def test_separated_duties_survive_delegation(database, actor, principal, codes):
    engine, ledger, _ = open_platform(database, delegations=allow_all)
    walk(ledger, engine, 1)
    asked = command("签发并报送", actor, "x", at=tick(1), on_behalf_of=principal)
    if codes:
        assert refused_codes(lambda: ledger.act(engine, asked)) == codes
    else:
        ledger.act(engine, asked)
        entry = ledger.timeline(engine, PLAN)[-1]
        assert (entry.actor, entry.on_behalf_of) == (actor.id, principal.id)
    engine.dispose()


def test_who_had_somebody_submit_for_them_can_not_sign(database):
    engine, ledger, _ = open_platform(database, delegations=allow_all)
    both = Actor("t-50", frozenset({"分管负责人", "校长"}), SCHOOL, "110108")
    ledger.act(engine, command("提交校内审核", Actor("t-51"), "1", on_behalf_of=both))
    codes = refused_codes(lambda: ledger.act(engine, command("签发并报送", both, "2")))
    assert codes == ["XR509"]
    engine.dispose()


# --- once, and in order ---------------------------------------------------------------------------


def test_a_repeated_command_gets_the_first_answer(platform, database):
    engine, ledger, _ = platform
    (first,) = walk(ledger, engine, 1)
    before = database.dump()
    later = command("提交校内审核", DEPUTY, 0, at=tick(5))
    again = ledger.act(engine, later)
    assert again == first
    assert again.is_replay
    assert not first.is_replay
    assert database.dump() == before


def test_a_command_id_used_for_something_else_is_a_conflict(platform, database):
    engine, ledger, _ = platform
    walk(ledger, engine, 1)
    with engine.begin() as connection:
        add_plan(connection, "2026-002")
    before = database.dump()
    other = command("提交校内审核", DEPUTY, 0, subject=Subject("年度计划", "2026-002"))
    for asked in (command("撤回", DEPUTY, 0), command("提交校内审核", HEAD, 0), other):
        with pytest.raises(ConflictError) as caught:
            ledger.act(engine, asked)
        assert caught.value.diagnostics[0].code == "XR514"
    assert database.dump() == before


@pytest.mark.parametrize(("expected", "is_current"), [(2, True), (1, False), (3, False)])
def test_a_stale_version_is_a_conflict(platform, expected, is_current):
    engine, ledger, _ = platform
    walk(ledger, engine, 1)
    asked = command("签发并报送", HEAD, "x", at=tick(1), expected_version=expected)
    if is_current:
        assert ledger.act(engine, asked).version == 3
    else:
        with pytest.raises(ConflictError) as caught:
            ledger.act(engine, asked)
        assert [one.code for one in caught.value.diagnostics] == ["XR515"]


def test_a_dry_run_gives_the_version_that_the_first_command_expects(platform):
    engine, ledger, _ = platform
    seen = ledger.dry_run(engine, PLAN, actor=DEPUTY, at=NINE)
    asked = command("提交校内审核", DEPUTY, 1, expected_version=seen.version)
    assert ledger.act(engine, asked).target == "待校级审核"


def test_a_column_changed_past_the_flow_is_a_conflict(platform):
    engine, ledger, _ = platform
    walk(ledger, engine, 1)
    set_plan(engine, status="审核通过")
    codes = refused_codes(lambda: ledger.act(engine, command("备案", CLERK, "x", at=tick(2))))
    assert codes == ["XR516"]
    assert [one.code for one in ledger.verify(engine).problems] == ["XR516"]


def test_two_threads_with_the_same_command_do_it_once(platform):
    engine, ledger, _ = platform
    receipts = _race(lambda _: ledger.act(engine, command("提交校内审核", DEPUTY, 1)), 2)
    assert receipts[0] == receipts[1]
    assert sorted(one.is_replay for one in receipts) == [False, True]
    assert len(ledger.timeline(engine, PLAN)) == 2
    assert ledger.verify(engine).is_intact


def test_of_threads_with_different_commands_one_wins(platform):
    engine, ledger, _ = platform
    found = _race(lambda n: ledger.act(engine, command("提交校内审核", DEPUTY, n)), 4)
    done = [one for one in found if not isinstance(one, Exception)]
    assert len(done) == 1
    assert all(isinstance(one, CommandRefused) for one in found if one not in done)
    assert ledger.verify(engine).is_intact


def _race(work, count):
    found = [None] * count
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait()
        try:
            found[number] = work(number)
        except Exception as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


# --- the host's transaction -----------------------------------------------------------------------


def test_the_hosts_rollback_takes_everything_back(platform, database):
    engine, ledger, _ = platform
    before = database.dump()
    with engine.connect() as connection:
        connection.execute(PLANS.update().values(note="mine"))
        walk(ledger, connection)
        connection.rollback()
    assert database.dump() == before


@pytest.mark.parametrize("writes_first", [True, False])
def test_nothing_lasts_before_the_host_commits(platform, database, writes_first):
    engine, ledger, _ = platform
    before = database.dump()
    with engine.connect() as connection:
        if writes_first:
            connection.execute(PLANS.update().values(note="mine"))
        walk(ledger, connection, 1)
        assert database.dump() == before
        connection.commit()
    assert column(engine, "status") == "待校级审核"
    assert ledger.verify(engine).is_intact


def test_a_refusal_leaves_the_hosts_own_changes_alone(platform):
    engine, ledger, _ = platform
    with engine.begin() as connection:
        connection.execute(PLANS.update().values(note="mine"))
        assert refused_codes(lambda: ledger.act(connection, command("撤回", HEAD, 1))) == ["XR502"]
    assert column(engine, "note") == "mine"
    assert ledger.timeline(engine, PLAN) == ()


class Plan:
    """The platform's own object, mapped to its table."""


@pytest.fixture
def mapped():
    registry().map_imperatively(Plan, PLANS)
    yield
    clear_mappers()


@pytest.mark.usefixtures("mapped")
def test_a_session_sees_what_the_ledger_did_and_the_ledger_what_the_session_did(platform):
    engine, ledger, _ = platform
    set_plan(engine, documents="no")
    with Session(engine, autoflush=False) as session:
        plan = session.get(Plan, PLAN.key)
        plan.documents = "yes"  # not written yet
        (trial,) = ledger.dry_run(session, PLAN, "提交校内审核", actor=DEPUTY, at=NINE).trials
        assert trial.is_allowed
        plan.note = "mine"
        walk(ledger, session, 1)
        assert (plan.status, plan.note) == ("待校级审核", "mine")
        session.rollback()
    assert column(engine, "documents") == "no"
    assert ledger.timeline(engine, PLAN) == ()


def test_a_failure_in_the_hosts_hook_undoes_the_command(platform, database):
    engine, ledger, host = platform
    walk(ledger, engine, 2)
    before = database.dump()
    host.fails_after = "审核通过"
    with pytest.raises(RuntimeError):
        ledger.act(engine, command("审核通过", REVIEWER, "x", at=tick(3)))
    assert database.dump() == before


def test_a_command_is_whole_where_an_engine_commits_each_statement(platform, database):
    engine, ledger, host = platform
    hasty = engine.execution_options(isolation_level="AUTOCOMMIT")
    walk(ledger, hasty, 2)
    before = database.dump()
    host.fails_after = "审核通过"
    with pytest.raises(RuntimeError):
        ledger.act(hasty, command("审核通过", REVIEWER, "x", at=tick(3)))
    assert database.dump() == before
    assert len(ledger.timeline(engine, PLAN)) == 3


def test_who_submitted_is_known_however_much_has_been_recorded_since(platform):
    engine, ledger, _ = platform
    both = replace(HEAD, roles=HEAD.roles | DEPUTY.roles)
    ledger.act(engine, command("提交校内审核", both, 0))
    for number in range(6):  # more than are read at once
        ledger.keep_finding(
            engine, PLAN, {"n": number}, actor=CLERK, command_id=f"look-{number}", at=tick(1)
        )
    asked = command("签发并报送", both, 1, at=tick(2), comment="同意")
    assert refused_codes(lambda: ledger.act(engine, asked)) == ["XR509"]


def test_a_host_that_can_lock_its_rows_reads_them_so_for_a_command_only(platform, monkeypatch):
    engine, ledger, host = platform
    calls = []
    read = host.case

    def note(kind):
        return lambda *a, **k: (calls.append(kind), read(*a, **k))[1]

    monkeypatch.setattr(host, "lock_case", note("lock"), raising=False)
    monkeypatch.setattr(host, "case", note("read"))
    walk(ledger, engine, 1)
    assert calls == ["lock"]
    ledger.dry_run(engine, PLAN, actor=HEAD, at=NINE)
    assert calls == ["lock", "read"]


def test_a_state_column_taken_meanwhile_is_a_conflict(platform, monkeypatch):
    engine, ledger, host = platform
    monkeypatch.setattr(host, "write_state", lambda *_: 0)
    assert refused_codes(lambda: walk(ledger, engine, 1)) == ["XR517"]


# --- taking in, and which flow --------------------------------------------------------------------


def test_a_plan_under_way_is_taken_in_only_when_somebody_says_so(platform):
    engine, ledger, _ = platform
    set_plan(engine, status="待校级审核")
    asked = command("签发并报送", HEAD, 1)
    assert refused_codes(lambda: ledger.act(engine, asked)) == ["XR511"]
    ledger.start(engine, PLAN, actor=CLERK, command_id="s-1", at=NINE)
    # who submitted it is not known, so the duties can't be told apart
    assert refused_codes(lambda: ledger.act(engine, asked)) == ["XR510"]
    ledger.act(engine, command("退回补正", HEAD, 2, comment="请重新提交"))
    ledger.act(engine, command("提交校内审核", DEPUTY, 3))
    assert ledger.act(engine, command("签发并报送", HEAD, 4)).target == "待区级审核"
    assert ledger.verify(engine).is_intact


def test_taking_in_twice_is_refused_and_repeated_is_answered(platform):
    engine, ledger, _ = platform
    first = ledger.start(engine, PLAN, actor=CLERK, command_id="s-1", at=NINE)
    assert ledger.start(engine, PLAN, actor=CLERK, command_id="s-1", at=NINE) == first
    codes = refused_codes(
        lambda: ledger.start(engine, PLAN, actor=CLERK, command_id="s-2", at=NINE)
    )
    assert codes == ["XR523"]


@pytest.mark.parametrize(
    ("subject", "code"),
    [(Subject("年度计划", "none"), "XR512"), (Subject("学校", SCHOOL), "XR519")],
)
def test_what_the_platform_does_not_have_is_refused(platform, subject, code):
    engine, ledger, _ = platform
    codes = refused_codes(
        lambda: ledger.act(engine, command("提交校内审核", DEPUTY, 1, subject=subject))
    )
    assert codes == [code]


def test_a_state_that_is_not_of_the_flow_is_refused(platform):
    engine, ledger, _ = platform
    set_plan(engine, status="submitted")
    assert refused_codes(lambda: walk(ledger, engine, 1)) == ["XR513"]


def test_a_plan_stays_with_the_version_of_the_flow_it_began_with(platform):
    engine, ledger, host = platform
    walk(ledger, engine, 1)
    newer = make_policy(_with_a_step(FLOW), "sha256:newer")
    fields = {"tenant": "110108"}
    alone = type(ledger)({POLICY: newer}, host, **fields)
    asked = command("签发并报送", HEAD, 1, at=tick(1))
    assert refused_codes(lambda: alone.act(engine, asked)) == ["XR520"]
    both = type(ledger)({POLICY: newer}, host, earlier=[make_policy()], **fields)
    assert both.act(engine, asked).target == "待区级审核"
    assert both.verify(engine).is_intact


def test_a_change_elsewhere_in_the_document_leaves_the_flow_its_version(platform):
    engine, ledger, host = platform
    walk(ledger, engine, 1)
    reworded = type(ledger)({POLICY: make_policy(FLOW, "sha256:reworded")}, host, tenant="110108")
    receipt = reworded.act(engine, command("签发并报送", HEAD, 1, at=tick(1)))
    assert receipt.target == "待区级审核"


def _with_a_step(flow):
    extra = step("审核通过", "终止", "已终止", "区级审核员")
    return replace(flow, transitions=(*flow.transitions, extra))


def test_tenants_do_not_see_each_other(platform):
    engine, ledger, host = platform
    walk(ledger, engine, 1)
    other = type(ledger)({POLICY: make_policy()}, host, tenant="110105")
    assert other.timeline(engine, PLAN) == ()
    assert other.tasks(engine, "校长") == ()
    assert other.verify(engine).subjects == 0


# --- before trying --------------------------------------------------------------------------------


def test_a_dry_run_names_every_reason_and_writes_nothing(platform, database):
    engine, ledger, _ = platform
    set_plan(engine, funding="no")
    walk(ledger, engine, 2)
    before = database.dump()
    found = ledger.dry_run(engine, PLAN, actor=REVIEWER, at=tick(3))
    assert database.dump() == before
    assert [one.action for one in found.trials] == ["审核通过", "退回补正", "不予通过"]
    approve, back, _ = found.trials
    assert [one.code for one in approve.diagnostics] == ["XR507"]
    assert [one.clause for one in approve.blocked_by] == ["funding-floor"]
    assert back.is_allowed
    assert back.is_comment_required


def test_a_dry_run_before_the_first_command_writes_nothing(platform, database):
    engine, ledger, _ = platform
    before = database.dump()
    assert ledger.dry_run(engine, PLAN, "提交校内审核", actor=DEPUTY, at=NINE).trials[0].is_allowed
    assert database.dump() == before


def test_an_unknown_action_is_a_reason_too(platform):
    engine, ledger, _ = platform
    (trial,) = ledger.dry_run(engine, PLAN, "备案", actor=CLERK, at=NINE).trials
    assert [one.code for one in trial.diagnostics] == ["XR501"]


def test_available_actions_are_those_that_then_succeed(platform):
    engine, ledger, _ = platform
    walk(ledger, engine, 2)
    names = [
        one.action for one in ledger.available_actions(engine, PLAN, actor=REVIEWER, at=tick(2))
    ]
    assert names == ["审核通过", "退回补正", "不予通过"]
    assert ledger.available_actions(engine, PLAN, actor=HEAD, at=tick(2)) == ()


def test_what_a_dry_run_allows_is_carried_out_and_what_it_does_not_is_refused(platform):
    engine, ledger, _ = platform
    people = (DEPUTY, HEAD, REVIEWER, CLERK)
    for number, (_, actor, _more) in enumerate(WAY):
        for person in people:
            for trial in ledger.dry_run(engine, PLAN, actor=person, at=tick(number)).trials:
                asked = command(trial.action, person, f"{number}-{trial.action}", at=tick(number))
                if not trial.is_allowed:
                    assert refused_codes(lambda asked=asked: ledger.act(engine, asked))
        assert actor in people
        walk(ledger, engine, number + 1)


# --- logs -----------------------------------------------------------------------------------------


def test_logs_hold_no_person_and_no_opinion(platform):
    engine, ledger, _ = platform
    with capture_logs() as logs:
        walk(ledger, engine)
        refused_codes(lambda: ledger.act(engine, command("备案", CLERK, "x", at=tick(9))))
        ledger.verify(engine)
    text = repr(logs)
    assert [one["event"] for one in logs if one["event"] != "decided"] == [
        *["command_done"] * 4,
        "command_refused",
        "ledger_verified",
    ]
    for secret in (
        "材料齐全",
        "同意",
        "doc-7",
        *(one.id for one in (DEPUTY, HEAD, CLERK)),
        PLAN.key,
    ):
        assert secret not in text
