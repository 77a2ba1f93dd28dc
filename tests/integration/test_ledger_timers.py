"""What falls due reminds and is reported, exactly once, and never takes a step by itself."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.integration.due_plans import (
    ADMIN,
    APPROVALS,
    KNOWN,
    LAST_DAY_PASSED,
    LATE,
    REMIND_DAY,
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
from xbyx_rules.calendars import DayTable, WorkingCalendar
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting.deadlines import due_timers, recompute_deadlines, remind, run_timers
from xbyx_rules.hosting.ledger import Ledger, to_microseconds
from xbyx_rules.lifecycle import Actor, render_timeline


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


def open_due(place=None, *, calendar=KNOWN, approvals=APPROVALS, steps=2):
    policies = {POLICY: make_policy(replace(FLOW, approvals=approvals))}
    more = {"calendar": calendar, "administrator": "系统管理员"}
    engine, ledger, _ = open_platform(place, policies=policies, **more)
    walk(ledger, engine, steps)
    return engine, ledger


def rows(engine, table):
    with engine.connect() as connection:
        return connection.execute(select(table).order_by(*table.primary_key)).all()


def tasks(engine, ledger):
    """The tasks that wait or are open."""
    return [
        one for one in rows(engine, ledger.tables.task) if one.task_status in ("open", "waiting")
    ]


def statuses(engine, ledger):
    return {(one.timer_kind, one.timer_status) for one in rows(engine, ledger.tables.timer)}


def run(ledger, engine, now=LATE, **more):
    return run_timers(ledger, engine, now=now, worker="w-1", **more)


def outcomes(results):
    return [(one.timer.kind, one.outcome) for one in results]


def codes(call):
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def messages(engine, ledger):
    return [json.loads(one.content) for one in rows(engine, ledger.tables.outbox)]


def check_intact(ledger, engine):
    assert ledger.verify(engine).problems == ()
    # The document is a stand-in, so its steps can't be decided again; nothing else is tried.
    tried = [str(one.values["action"]) for one in ledger.replay(engine).problems]
    assert not [one for one in tried if one.startswith("@")]
    lines: list[str] = []
    ledger.export(engine, lines.append)
    assert lines


# --- set ------------------------------------------------------------------------------------------


def test_a_state_with_a_time_limit_sets_a_reminder_and_an_end():
    engine, ledger = open_due()
    timers = rows(engine, ledger.tables.timer)
    assert [(one.timer_kind, one.due_at) for one in timers] == [
        ("remind", to_microseconds(REMIND_DAY)),
        ("overdue", to_microseconds(LAST_DAY_PASSED)),
    ]
    assert {one.calendar_version for one in timers} == {KNOWN.version}
    assert {one.due_provisional for one in timers} == {0}


def test_the_tasks_of_the_action_say_when_they_are_due():
    engine, ledger = open_due()
    due = {one.role_name: one.due_at for one in rows(engine, ledger.tables.task)}
    assert due["区级审核员"] == to_microseconds(LAST_DAY_PASSED)
    assert due["校长"] is None


def test_without_a_calendar_working_days_are_provisional():
    engine, ledger = open_due(calendar=None)
    assert {one.due_provisional for one in rows(engine, ledger.tables.timer)} == {1}


def test_without_a_calendar_days_are_exact():
    flow = replace(
        FLOW,
        transitions=tuple(
            replace(one, deadline="10 日") if one.deadline else one for one in FLOW.transitions
        ),
    )
    engine, ledger, _ = open_platform(None, policies={POLICY: make_policy(flow)})
    walk(ledger, engine, 2)
    (timer,) = rows(engine, ledger.tables.timer)
    assert (timer.due_at, timer.due_provisional) == (
        to_microseconds(datetime(2026, 3, 12, 16, tzinfo=UTC)),
        0,
    )


def test_a_reminder_whose_day_has_begun_is_left_out():
    approvals = replace(APPROVALS, reminders={"审核通过": "15 工作日"})
    engine, ledger = open_due(approvals=approvals)
    assert statuses(engine, ledger) == {("overdue", "waiting")}


def test_timers_lapse_when_the_state_is_left():
    engine, ledger = open_due()
    ledger.act(engine, command("审核通过", REVIEWER, "a", at=tick(10)))
    assert statuses(engine, ledger) == {("remind", "lapsed"), ("overdue", "lapsed")}
    assert run(ledger, engine) == ()


EXTENDABLE = replace(APPROVALS, extendable=frozenset({"审核通过"}))
ADDED = {"role": "专家", "position": "before", "actor": REVIEWER, "command_id": "s-1"}


def test_a_signature_asked_for_is_due_with_the_action_and_its_signer_is_told(database):
    engine, ledger = open_due(database, approvals=EXTENDABLE)
    ledger.signers.add(engine, PLAN, 1, "e-1", at=tick(10), **ADDED)
    (added,) = [one for one in rows(engine, ledger.tables.task) if one.assignee == "e-1"]
    assert (added.due_at, added.calendar_version, added.due_provisional) == (
        to_microseconds(LAST_DAY_PASSED),
        KNOWN.version,
        0,
    )
    assert outcomes(run(ledger, engine)) == [("remind", "fired"), ("overdue", "fired")]
    told = messages(engine, ledger)[-1]["told"]
    assert [(one["role"], one["assignee"]) for one in told["to"]] == [("专家", "e-1")]
    check_intact(ledger, engine)


def test_a_signature_asked_for_is_moved_with_the_others_when_days_are_found_anew(database):
    engine, ledger = open_due(database, calendar=None, approvals=EXTENDABLE)
    ledger.signers.add(engine, PLAN, 1, "e-1", at=tick(10), **ADDED)
    due = {one.role_name: (one.due_at, one.due_provisional) for one in tasks(engine, ledger)}
    assert due["专家"] == due["区级审核员"]
    assert due["专家"][1] == 1
    recompute_deadlines(ledger, engine, KNOWN, at=tick(20), actor=ADMIN, is_dry=False)
    due = {one.role_name: (one.due_at, one.due_provisional) for one in tasks(engine, ledger)}
    assert due["专家"] == due["区级审核员"] == (to_microseconds(LAST_DAY_PASSED), 0)


def test_where_the_action_has_no_time_limit_a_signature_asked_for_has_none():
    flow = replace(
        FLOW,
        approvals=replace(EXTENDABLE, reminders={}),
        transitions=tuple(replace(one, deadline="") for one in FLOW.transitions),
    )
    engine, ledger, _ = open_platform(None, policies={POLICY: make_policy(flow)})
    walk(ledger, engine, 2)
    ledger.signers.add(engine, PLAN, 1, "e-1", at=tick(10), **ADDED)
    assert {one.due_at for one in rows(engine, ledger.tables.task)} == {None}


# --- run ------------------------------------------------------------------------------------------


def test_nothing_is_run_before_it_is_due():
    engine, ledger = open_due()
    assert run(ledger, engine, REMIND_DAY.replace(minute=0, hour=15)) == ()
    assert outcomes(run(ledger, engine, REMIND_DAY)) == [("remind", "fired")]
    assert run(ledger, engine, LAST_DAY_PASSED.replace(hour=15)) == ()
    assert outcomes(run(ledger, engine, LAST_DAY_PASSED)) == [("overdue", "fired")]


def test_what_is_due_reminds_and_is_reported_and_moves_nothing(database):
    engine, ledger = open_due(database)
    assert [one.kind for one in due_timers(ledger, engine, now=LATE)] == ["remind", "overdue"]
    assert outcomes(run(ledger, engine)) == [("remind", "fired"), ("overdue", "fired")]
    assert run(ledger, engine) == ()
    assert ledger.snapshot(engine, PLAN).state == "待区级审核"
    assert [one.kind for one in ledger.timeline(engine, PLAN)][-2:] == ["remind", "overdue"]
    told = messages(engine, ledger)[-1]["told"]
    assert told["kind"] == "overdue"
    assert told["to"] == [
        {"role": "区级审核员", "organisation": DISTRICT, "assignee": None, "task": 1}
    ]
    assert told["reported_to"] == [{"role": "区教委备案员", "organisation": DISTRICT}]
    assert datetime.fromisoformat(told["due_at"]) == LAST_DAY_PASSED
    copies = [one for one in rows(engine, ledger.tables.task) if one.task_kind == "copy"]
    assert [(one.role_name, one.task_status) for one in copies] == [("区教委备案员", "open")]
    # A copy blocks nothing: whose turn it is may still act.
    assert ledger.act(engine, command("审核通过", REVIEWER, "a", at=LATE)).target == "审核通过"
    check_intact(ledger, engine)


def test_the_event_of_a_timer_names_no_person_but_the_worker():
    engine, ledger = open_due()
    run(ledger, engine)
    body = next(
        one
        for one in rows(engine, ledger.tables.payload)
        if one.payload_class == "timing" and "overdue" in one.content
    )
    assert json.loads(body.content) == {
        "action": "审核通过",
        "calendar": KNOWN.version,
        "due_at": LAST_DAY_PASSED.isoformat(),
        "is_provisional": False,
        "kind": "overdue",
        "reported_to": ["区教委备案员"],
        "roles": ["区级审核员"],
    }
    event = rows(engine, ledger.tables.event)[-1]
    assert (event.actor_id, event.actor_kind, event.action_name) == ("w-1", "timer", "@overdue")
    assert event.command_id == f"timer:{event.instance_id}:3:2"


def test_timers_of_a_state_entered_anew_are_its_own():
    engine, ledger = open_due()
    ledger.act(engine, command("退回补正", REVIEWER, "a", at=tick(10), comment="缺预算"))
    ledger.act(engine, command("提交校内审核", DEPUTY, "b", at=tick(11)))
    ledger.act(engine, command("签发并报送", HEAD, "c", at=tick(12), comment="同意"))
    counted = Counter(one.timer_status for one in rows(engine, ledger.tables.timer))
    assert counted == {"lapsed": 2, "waiting": 2}
    assert outcomes(run(ledger, engine)) == [("remind", "fired"), ("overdue", "fired")]


def test_a_subject_that_is_not_in_order_keeps_no_other_waiting():
    engine, ledger = open_due()
    other = Subject("年度计划", "2026-002")
    with engine.begin() as connection:
        add_plan(connection, other.key, "待区级审核")
    ledger.start(engine, other, actor=DEPUTY, command_id="s-1", at=tick(9))
    set_plan(engine, status="草稿")  # behind the ledger's back
    results = run(ledger, engine, most=2)
    found = {(one.timer.subject, one.outcome) for one in results}
    assert found == {(PLAN, "refused"), (other, "fired")}
    refused = [one for one in results if one.outcome == "refused"]
    assert {one.code for result in refused for one in result.diagnostics} == {"XR516"}
    set_plan(engine, status="待区级审核")
    assert outcomes(run(ledger, engine)) == [("remind", "fired"), ("overdue", "fired")]


def test_no_more_are_run_than_asked_for():
    engine, ledger = open_due()
    assert outcomes(run(ledger, engine, most=1)) == [("remind", "fired")]


def test_somebody_elses_command_with_the_id_of_a_timer_is_a_conflict():
    engine, ledger = open_due()
    (first, _) = due_timers(ledger, engine, now=LATE)
    remind(ledger, engine, PLAN, actor=DEPUTY, command_id=first.command_id, at=tick(10))
    refused = run(ledger, engine)[0]
    assert refused.outcome == "refused"
    assert [one.code for one in refused.diagnostics] == ["XR514"]


def test_what_is_rolled_back_is_run_later():
    engine, ledger = open_due()
    with engine.connect() as connection:
        assert len(run(ledger, connection)) == 2
        connection.rollback()
    assert statuses(engine, ledger) == {("remind", "waiting"), ("overdue", "waiting")}
    assert outcomes(run(ledger, engine)) == [("remind", "fired"), ("overdue", "fired")]


def test_workers_at_once_run_each_timer_exactly_once(database):
    engine, ledger = open_due(database)
    found, barrier = [], Barrier(4)

    def work(number):
        barrier.wait(timeout=30)
        found.extend(run_timers(ledger, engine, now=LATE, worker=f"w-{number}"))

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    counted = Counter(outcomes(found))
    assert counted[("remind", "fired")] == counted[("overdue", "fired")] == 1
    assert {one.outcome for one in found} <= {"fired", "gone"}
    actions = [one.action for one in ledger.timeline(engine, PLAN)]
    assert actions[-2:] == ["@remind", "@overdue"]
    check_intact(ledger, engine)


def test_an_act_and_a_timer_at_once_come_one_after_the_other(database):
    engine, ledger = open_due(database)
    barrier, found = Barrier(2), []

    def tick_on():
        barrier.wait(timeout=30)
        found.extend(run_timers(ledger, engine, now=LATE, worker="w-1"))

    thread = Thread(target=tick_on)
    thread.start()
    barrier.wait(timeout=30)
    with stand_in_deciding():
        receipt = ledger.act(engine, command("审核通过", REVIEWER, "a", at=LATE))
    thread.join(timeout=60)
    assert receipt.target == "审核通过"
    fired = [one.version for one in found if one.outcome == "fired"]
    assert all(version < receipt.version for version in fired)
    lapsed = [one for one in rows(engine, ledger.tables.timer) if one.timer_status == "lapsed"]
    assert len(fired) + len(lapsed) == 2
    check_intact(ledger, engine)


def test_a_page_opened_before_a_timer_ran_is_not_stale(database):
    engine, ledger = open_due(database)
    seen = ledger.dry_run(engine, PLAN, actor=REVIEWER, at=tick(9)).version
    run(ledger, engine)
    remind(ledger, engine, PLAN, actor=DEPUTY, command_id="r-1", at=LATE)
    assert ledger.snapshot(engine, PLAN).version == seen + 3
    asked = command("审核通过", REVIEWER, "a", at=LATE, expected_version=seen)
    receipt = ledger.act(engine, asked)
    assert (receipt.target, receipt.version) == ("审核通过", seen + 4)
    assert ledger.act(engine, asked).is_replay
    check_intact(ledger, engine)


@pytest.mark.parametrize("is_after", [False, True])
def test_a_page_opened_before_anything_else_is_stale_whatever_ran_since(database, is_after):
    engine, ledger = open_due(database)
    seen = ledger.snapshot(engine, PLAN).version
    if is_after:
        run(ledger, engine)
    hand = {"actor": REVIEWER, "command_id": "t-1", "at": LATE}
    ledger.signers.transfer(engine, PLAN, 1, "d-06", **hand)
    if not is_after:
        run(ledger, engine)
    other = replace(REVIEWER, id="d-06")
    stale = command("审核通过", other, "a", at=LATE, expected_version=seen)
    assert codes(lambda: ledger.act(engine, stale)) == ["XR515"]
    never = command("审核通过", other, "b", at=LATE, expected_version=99)
    assert codes(lambda: ledger.act(engine, never)) == ["XR515"]


def test_in_a_hosts_own_transaction_what_came_between_is_noticed(database):
    engine, ledger = open_due(database)
    seen = ledger.snapshot(engine, PLAN).version
    with engine.connect() as connection:
        if database.name != "sqlite":  # which lets nobody else write meanwhile
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execute(select(ledger.tables.event)).all()
        hand = {"actor": REVIEWER, "command_id": "t-1", "at": LATE}
        ledger.signers.transfer(engine, PLAN, 1, "d-06", **hand)
        stale = command("审核通过", REVIEWER, "a", at=LATE, expected_version=seen)
        with pytest.raises((CommandRefused, OperationalError)) as caught:
            ledger.act(connection, stale)
        connection.rollback()
    if database.name != "postgresql":  # which refuses to lock what has changed since
        assert [one.code for one in caught.value.diagnostics] == ["XR515"]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_timer_in_the_hosts_transaction_tells_whose_turn_it_is_by_now(database):
    """A plain reading there shows the moment of the transaction's first one."""
    approvals = replace(APPROVALS, extendable=frozenset({"审核通过"}))
    engine, ledger = open_due(database, approvals=approvals)
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection, connection.begin():
        connection.execute(select(PLANS.c.status)).all()
        hand_on = {"actor": REVIEWER, "role": "区级审核员", "position": "beside"}
        ledger.signers.add(engine, PLAN, 1, "d-06", command_id="h-1", at=tick(10), **hand_on)
        assert outcomes(run(ledger, connection)) == [("remind", "fired"), ("overdue", "fired")]
    told = [(one["assignee"], one["task"]) for one in messages(engine, ledger)[-1]["told"]["to"]]
    copies = [one for one in rows(engine, ledger.tables.task) if one.task_kind == "copy"]
    assert told == [(None, 1), ("d-06", 2)]
    assert [one.task_no for one in copies] == [3]
    check_intact(ledger, engine)


# --- by hand --------------------------------------------------------------------------------------


def remind_by(ledger, engine, actor, number, at):
    return remind(ledger, engine, PLAN, actor=actor, command_id=f"r-{number}", at=at)


def test_who_has_submitted_reminds_once_a_day(database):
    engine, ledger = open_due(database)
    first = remind_by(ledger, engine, DEPUTY, 1, tick(10))
    assert (first.action, first.target) == ("@remind", "待区级审核")
    assert remind_by(ledger, engine, DEPUTY, 1, tick(10)).is_replay
    assert codes(lambda: remind_by(ledger, engine, ADMIN, 2, tick(11))) == ["XR669"]
    # 16:00 in UTC is midnight in Beijing: another day.
    assert remind_by(ledger, engine, ADMIN, 3, tick(15)).version == first.version + 1
    told = messages(engine, ledger)[-1]["told"]
    assert (told["kind"], told["to"][0]["role"]) == ("by_hand", "区级审核员")
    assert datetime.fromisoformat(told["due_at"]) == LAST_DAY_PASSED
    check_intact(ledger, engine)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_who_was_reminded_since_the_hosts_transaction_began_is_not_reminded_again(database):
    engine, ledger = open_due(database)
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection, connection.begin():
        connection.execute(select(PLANS.c.status)).all()
        remind_by(ledger, engine, DEPUTY, 1, tick(10))
        assert codes(lambda: remind_by(ledger, connection, ADMIN, 2, tick(11))) == ["XR669"]


def test_a_timers_reminder_is_not_one_by_hand():
    engine, ledger = open_due()
    run(ledger, engine, REMIND_DAY)
    assert remind_by(ledger, engine, DEPUTY, 1, REMIND_DAY).action == "@remind"


def test_nobody_else_reminds():
    engine, ledger = open_due()
    assert codes(lambda: remind_by(ledger, engine, REVIEWER, 1, tick(10))) == ["XR668"]
    model = Actor("m-1", ADMIN.roles, kind="model")
    assert codes(lambda: remind_by(ledger, engine, model, 1, tick(10))) == ["XR503"]


def test_where_nobody_has_a_turn_nobody_is_reminded():
    engine, ledger = open_due(steps=4)
    assert codes(lambda: remind_by(ledger, engine, DEPUTY, 1, tick(10))) == ["XR670"]


# --- found anew -----------------------------------------------------------------------------------


def with_calendar(calendar):
    policies = {POLICY: make_policy(replace(FLOW, approvals=APPROVALS))}
    return Ledger(policies, PlanHost(), tenant="110108", calendar=calendar)


def test_a_timer_that_is_not_due_any_more_is_moved_and_not_run(database):
    engine, ledger = open_due(database, calendar=None)
    # Monday to Friday the last day is the 23rd, and the day to remind of it is the 19th.
    known = with_calendar(KNOWN)
    a_day_early = REMIND_DAY.replace(day=18)
    assert outcomes(run(ledger, engine, a_day_early.replace(hour=15))) == []
    assert outcomes(run(known, engine, a_day_early)) == [("remind", "moved")]
    assert outcomes(run(known, engine, LAST_DAY_PASSED.replace(hour=15))) == [("remind", "fired")]
    assert [one.kind for one in ledger.timeline(engine, PLAN)][-2:] == ["reschedule", "remind"]
    assert {one.due_provisional for one in rows(engine, ledger.tables.timer)} == {0}
    check_intact(known, engine)


def test_an_exact_day_is_run_while_a_provisional_one_beside_it_is_moved():
    flow = replace(
        FLOW,
        approvals=APPROVALS,
        transitions=tuple(
            replace(one, deadline="10 日") if one.action == "不予通过" else one
            for one in FLOW.transitions
        ),
    )
    policies = {POLICY: make_policy(flow)}
    engine, ledger, _ = open_platform(None, policies=policies)
    walk(ledger, engine, 2)
    known = Ledger(policies, PlanHost(), tenant="110108", calendar=KNOWN)
    (result,) = run(known, engine, datetime(2026, 3, 12, 16, tzinfo=UTC))
    assert (result.timer.action, result.outcome) == ("不予通过", "fired")
    assert [one.kind for one in ledger.timeline(engine, PLAN)][-2:] == ["reschedule", "overdue"]
    waiting = [one for one in rows(engine, ledger.tables.timer) if one.timer_status == "waiting"]
    assert [one.due_at for one in waiting] == [
        to_microseconds(REMIND_DAY),
        to_microseconds(LAST_DAY_PASSED),
    ]


def test_a_program_without_a_calendar_finds_nothing_anew():
    set_by = WorkingCalendar(DayTable(name="other"))
    engine, ledger = open_due(calendar=set_by)
    assert outcomes(run(with_calendar(WorkingCalendar()), engine)) == [
        ("remind", "fired"),
        ("overdue", "fired"),
    ]
    assert "reschedule" not in [one.kind for one in ledger.timeline(engine, PLAN)]


def test_days_are_found_anew_by_a_dry_run_first(database):
    engine, ledger = open_due(database, calendar=None)
    before = rows(engine, ledger.tables.timer)
    ask = {"at": tick(20), "actor": ADMIN}
    (dry,) = recompute_deadlines(ledger, engine, KNOWN, **ask)
    assert (dry.subject, dry.outcome, dry.version) == (PLAN, "found", None)
    assert rows(engine, ledger.tables.timer) == before
    (done,) = recompute_deadlines(ledger, engine, KNOWN, is_dry=False, **ask)
    assert (done.outcome, done.moved) == ("moved", dry.moved)
    assert [one[3] for one in done.moved] == [REMIND_DAY, LAST_DAY_PASSED]
    assert recompute_deadlines(ledger, engine, KNOWN, is_dry=False, **ask) == ()
    after = {one.role_name: one.due_at for one in rows(engine, ledger.tables.task)}
    assert after["区级审核员"] == to_microseconds(LAST_DAY_PASSED)
    entries = ledger.timeline(engine, PLAN)
    assert entries[-1].kind == "reschedule"
    assert "a-1 改期" in render_timeline(entries)
    check_intact(ledger, engine)


def test_a_model_finds_no_day_anew():
    engine, ledger = open_due(calendar=None)
    model = Actor("m-1", kind="model")
    call = lambda: recompute_deadlines(ledger, engine, KNOWN, at=tick(20), actor=model)  # noqa: E731
    assert codes(call) == ["XR503"]


def test_a_reminder_and_an_end_are_readable_in_the_timeline():
    engine, ledger = open_due()
    run(ledger, engine)
    remind_by(ledger, engine, DEPUTY, 1, LATE)
    zh = render_timeline(ledger.timeline(engine, PLAN)).splitlines()[-3:]
    assert [line.split(" ", 3)[3] for line in zh] == ["w-1 催办", "w-1 逾期", "t-17 催办"]
    en = render_timeline(ledger.timeline(engine, PLAN), "en").splitlines()[-2]
    assert en.endswith("w-1: overdue")
    assert CLERK.id not in "\n".join(zh)
