"""Everything a platform does with the ledger, once, on SQLite, with what it sends gathered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

import xbyx_rules.hosting
from tests.dialects.collecting import Collected, collect_from
from tests.integration.filled_ledger import (
    APPROVALS,
    SCHOOL,
    TENANT,
    RecordsHost,
    fill,
    make_ledger,
    policies,
)
from tests.integration.flow_versions import KEY, version_of
from tests.integration.waiting_tasks import add_task
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    FLOW,
    HEAD,
    NINE,
    OPENED,
    PLAN,
    POLICY,
    REVIEWER,
    WAY,
    PlanHost,
    add_plan,
    command,
    make_policy,
    stand_in_deciding,
    tick,
)
from xbyx_rules.calendars import DayTable, WorkingCalendar
from xbyx_rules.checking import Approvals
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import (
    Agency,
    DelegationRegister,
    Inbox,
    Ledger,
    Outbox,
    Supervisor,
    in_force,
    revise,
    suggest,
    suggestions,
)
from xbyx_rules.hosting.deadlines import due_timers, recompute_deadlines, remind, run_timers
from xbyx_rules.hosting.migrating_flows import (
    carry_out_migration,
    list_flow_versions,
    try_migration,
)
from xbyx_rules.hosting.migrations import describe_tables
from xbyx_rules.lifecycle import Actor, Command, MigrationPlan

__all__ = ["statements_of_everyday_work"]

REVISION = Subject(PLAN.entity, "2026-001-r2")
MODEL = Actor("model-1", kind="model")
OTHER = Subject("年度计划", "2026-002")
REMINDING = replace(
    FLOW,
    approvals=Approvals(
        reminders={"审核通过": "2 工作日"}, escalations={"审核通过": ("区教委备案员",)}
    ),
)


class EmptyPlatform(PlanHost):
    """A platform on which nobody holds any role."""

    def holders(self, *_about: object, **_on: object) -> tuple[str, ...]:
        return ()


@cache
def statements_of_everyday_work() -> Collected:
    """The statements of one run."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    OPENED.append(engine)
    describe_tables().create_all(engine)
    with collect_from(engine, xbyx_rules.hosting) as found:
        fill(engine)
        ledger = make_ledger("xbyx_")
        with stand_in_deciding():
            _act_on_plans(engine, ledger)
            _sign_together(engine, ledger)
        _ask(engine, ledger)
        _remind(engine)
        _delegate(engine, ledger)
        _supervise(engine)
        _deliver(engine, ledger)
        with stand_in_deciding():
            _revise(engine, ledger)
        _move_to_another_version(engine)
    return found


def _act_on_plans(engine: Engine, ledger: Ledger) -> None:
    with engine.begin() as connection:
        add_plan(connection, OTHER.key, "待区级审核")
    ledger.start(engine, OTHER, actor=DEPUTY, command_id="s-1", at=NINE)
    ledger.act(engine, command("审核通过", REVIEWER, "o-1", subject=OTHER, at=tick(1)))
    ledger.act(engine, command("审核通过", REVIEWER, "o-1", subject=OTHER, at=tick(2)))
    ledger.keep_finding(
        engine, PLAN, {"found": "missing"}, actor=CLERK, command_id="k-1", at=tick(9)
    )
    ledger.erase(
        engine,
        PLAN,
        version=3,
        kind="opinion",
        reason="依申请删除",
        actor=CLERK,
        command_id="e-1",
        at=tick(10),
    )
    ledger.dry_run(engine, OTHER, actor=CLERK, at=tick(3))
    with engine.begin() as connection:
        add_plan(connection, "2026-014")
    third = Subject("年度计划", "2026-014")
    asked = command("提交校内审核", DEPUTY, "o-2", subject=third, at=tick(4))
    assert all(one.is_done for one in ledger.act_all(engine, [asked, asked]))
    ledger.revoke(engine, "a-1", by=HEAD, at=tick(11))


def _sign_together(engine: Engine, ledger: Ledger) -> None:
    """Ask another to sign, leave them out, hand a seat on, take a signature and a step back."""
    plan = Subject("年度计划", "2026-003")
    with engine.begin() as connection:
        add_plan(connection, plan.key)
    asked = iter(range(100))

    def ask(actor: Actor) -> dict[str, Any]:
        return {"actor": actor, "command_id": f"g-{next(asked)}", "at": tick(4)}

    def act(action: str, actor: Actor, **more: Any) -> None:
        number = f"h-{next(asked)}"
        ledger.act(engine, command(action, actor, number, subject=plan, at=tick(4), **more))

    signers = ledger.signers
    act("提交校内审核", DEPUTY)
    act("签发并报送", HEAD, comment="同意")
    signers.retract(engine, plan, **ask(HEAD))
    act("签发并报送", HEAD, comment="同意")
    signers.add(engine, plan, 1, "d-06", role="区级审核员", position="after", **ask(REVIEWER))
    signers.remove(engine, plan, 2, **ask(REVIEWER))
    signers.add(engine, plan, 1, "d-06", role="区级审核员", position="beside", **ask(REVIEWER))
    act("审核通过", REVIEWER)
    signers.retract(engine, plan, **ask(REVIEWER))
    signers.entrust(engine, plan, 1, "e-1", role="专家", **ask(REVIEWER))
    number = signers.of(engine, plan)[-1].number
    expert = Actor("e-1", frozenset({"专家"}), DISTRICT)
    signers.give_back(engine, plan, number, opinion="已核对", **ask(expert))
    signers.transfer(engine, plan, 1, "d-07", **ask(REVIEWER))
    signers.of(engine, plan)


def _move_to_another_version(engine: Engine) -> None:
    plain = make_policy(FLOW, "sha256:plain")
    later = Ledger({POLICY: plain}, PlanHost(), tenant=TENANT, clock=lambda: tick(400))
    source = version_of(replace(FLOW, approvals=APPROVALS))
    moved = MigrationPlan(flow=KEY, source=source, target=version_of(FLOW), reason="简化")
    assert list_flow_versions(later, engine, KEY)
    digest = try_migration(later, engine, moved).digest
    report = carry_out_migration(later, engine, moved, digest=digest, actor=CLERK, at=tick(400))
    assert {one.status for one in report.outcomes} == {"done"}


def _revise(engine: Engine, ledger: Ledger) -> None:
    """Revise the filed plan until the revision is in force, with a suggestion on the way."""
    with engine.begin() as connection:
        add_plan(connection, REVISION.key)
    given: Any = {"actor": HEAD, "at": tick(12), "reason": "增加一场研修"}
    revise(ledger, engine, PLAN, REVISION, command_id="revise-1", **given)
    for number, (action, actor, more) in enumerate(WAY):
        seen = ledger.snapshot(engine, REVISION).version
        if actor is REVIEWER:
            said: Any = {"actor": MODEL, "at": tick(12), "reason": "材料齐全"}
            suggest(ledger, engine, REVISION, action, command_id="suggest-1", **said)
            assert suggestions(ledger, engine, REVISION)
        asked = command(action, actor, f"revised-{number}", subject=REVISION, at=tick(12), **more)
        ledger.act(engine, replace(asked, expected_version=seen))
    assert in_force(ledger, engine, PLAN) == REVISION


def _ask(engine: Engine, ledger: Ledger) -> None:
    ledger.findings(engine, PLAN)
    ledger.tasks(engine, "区级审核员")
    ledger.tasks(engine, "区级审核员", DISTRICT)
    _read_inboxes(engine, ledger)
    ledger.timeline(engine, PLAN)
    ledger.snapshot(engine, PLAN)
    ledger.verify(engine)
    ledger.replay(engine)
    lines: list[str] = []
    ledger.export(engine, lines.append)
    assert lines


def _remind(engine: Engine) -> None:
    """A plan that nobody reviews in time, under a calendar that learns more meanwhile."""
    plan, policy = Subject("年度计划", "2026-009"), {POLICY: make_policy(REMINDING)}
    ledger = Ledger(policy, PlanHost(), tenant=TENANT, clock=lambda: NINE)
    with engine.begin() as connection:
        add_plan(connection, plan.key)
    with stand_in_deciding():
        ledger.act(engine, command("提交校内审核", DEPUTY, "p-1", subject=plan, at=NINE))
        ledger.act(engine, command("签发并报送", HEAD, "p-2", subject=plan, at=NINE))
    remind(ledger, engine, plan, actor=DEPUTY, command_id="r-1", at=tick(1))
    notice = WorkingCalendar(DayTable(notices={2026: "示例"}, name="notice"))
    for is_dry in (True, False):
        assert recompute_deadlines(ledger, engine, notice, at=tick(2), actor=CLERK, is_dry=is_dry)
    late = NINE + timedelta(days=60)
    due = due_timers(ledger, engine, now=late)
    assert [one.kind for one in due if one.subject == plan] == ["remind", "overdue"]
    done = run_timers(ledger, engine, now=late, worker="w-1")
    assert [one.outcome for one in done if one.timer.subject == plan] == ["fired", "fired"]


def _delegate(engine: Engine, ledger: Ledger) -> None:
    register = DelegationRegister(ledger.tables, TENANT)
    day = date(2026, 3, 3)
    with engine.connect() as connection:
        found = register.find_delegation(connection, HEAD, Actor("t-30"), "校长", PLAN, day)
    assert found == "g-1"
    (granted,) = register.granted_by(engine, HEAD.id, day)
    assert register.granted_to(engine, "t-30") == (granted,)
    register.revoke(engine, "g-1", actor=HEAD, at=tick(12))
    empty = Ledger({POLICY: make_policy()}, EmptyPlatform(), tenant=TENANT)
    vacant = empty.vacancies(engine, at=NINE)
    assert vacant is not None
    assert OTHER in [one.subject for one in vacant]


def _read_inboxes(engine: Engine, ledger: Ledger) -> None:
    # Of another tenant: what is written as a bare row has no chain that holds.
    tenant, roles = "110102", frozenset({"校长", "区级审核员"})
    inbox = Inbox(ledger.tables, tenant)
    with engine.begin() as connection:
        for number, kind in enumerate(("act", "act", "copy"), start=900):
            due_at = None if number == 901 else tick(5)
            role = "区级审核员" if number == 902 else "校长"
            more = {"tenant": tenant, "task_kind": kind, "due_at": due_at}
            add_task(connection, ledger.tables, number, role, **more)
    head, both = Actor("t-01", frozenset({"校长"}), "s1"), Actor("d-5", roles, DISTRICT)
    agency = Agency(head, "校长", "年度计划", "2026-900")
    for after in (None, inbox.tasks(engine, head, now=tick(6), most=1).next):
        inbox.tasks(engine, both, now=tick(6), acting_for=[agency], after=after, is_counted=True)
    undated = inbox.tasks(engine, both, now=tick(6)).items[-1].token
    inbox.tasks(engine, both, after=undated, now=tick(6))
    inbox.tasks(engine, Actor("d-6", roles), now=tick(6), is_counted=True)
    (copy,) = inbox.copies(engine, both, now=tick(6)).items
    assert inbox.mark_read(engine, copy.id, actor=both, at=tick(6))


def _supervise(engine: Engine) -> None:
    # The school has set its record right since `fill`: looking again, the doubt is gone.
    supervisor = Supervisor(
        policies(),
        RecordsHost(post="校长", superior=""),
        tenant=TENANT,
        prefix="xbyx_",
        evaluator="reference",
    )
    at = NINE + timedelta(days=2)
    supervisor.supervise(engine, [SCHOOL], at=at, on=date(2026, 3, 4))
    doubt = supervisor.doubts(engine, SCHOOL)[0]
    lifecycle = supervisor.ledger.definition(engine, Subject("疑点", doubt.id)).lifecycle
    step = next(one for one in lifecycle.transitions if one.source == doubt.state)
    actor = Actor("d-1", frozenset(step.roles), DISTRICT, "110108")
    supervisor.ledger.act(
        engine,
        Command(Subject("疑点", doubt.id), step.action, actor, "d-1", at, comment="已核对"),
    )
    assert supervisor.ledger.verify(engine).events


def _deliver(engine: Engine, ledger: Ledger) -> None:
    outbox = Outbox(ledger.tables, TENANT, most_attempts=1)
    now = NINE + timedelta(days=3)
    failing, given_back, *others = outbox.lease(engine, worker="w-1", now=now, most=9)
    assert outbox.failed(engine, failing, reason="ValueError", now=now)
    outbox.release(engine, given_back)
    for message in others:
        outbox.delivered(engine, message, now=now)
    outbox.backlog(engine, now=now)
    (parked,) = outbox.parked(engine)
    ledger.unpark(
        engine,
        parked.subject,
        version=parked.version,
        decision="retry",
        reason="已修复",
        actor=CLERK,
        command_id="u-1",
        at=now,
    )
    outbox.clear(engine, before=now + timedelta(days=1))
    kept = ledger.anchor(engine, at=now)
    ledger.anchor(engine, at=now + timedelta(days=1))
    assert ledger.verify(engine, is_host_compared=False, anchors=[kept]).is_intact
