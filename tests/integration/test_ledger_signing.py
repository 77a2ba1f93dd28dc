"""Several sign together, seats are handed on and taken back, returns come straight back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

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
    command,
    make_policy,
    open_platform,
    set_plan,
    stand_in_deciding,
    step,
    tick,
    walk,
)
from xbyx_rules.checking import Approvals, Signing
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting.deadlines import remind
from xbyx_rules.lifecycle import Actor

PANEL = tuple(Actor(f"d-0{number}", REVIEWER.roles, DISTRICT, "110108") for number in (5, 6, 7))
FIRST, SECOND, THIRD = PANEL
EXPERT = Actor("e-1", frozenset({"专家"}), DISTRICT, "110108")
ADMIN = Actor("a-1", frozenset({"系统管理员"}), DISTRICT)


def signing(quorum="all", share=None, rule="one_rejects"):
    return Signing("待区级审核", "审核通过", quorum, share, "退回补正", rule)


class PanelHost(PlanHost):
    """A platform that knows who holds a role."""

    def __init__(self):
        super().__init__()
        self.people = {"区级审核员": ("d-05", "d-06", "d-07"), "专家": ("e-1",)}

    def holders(self, connection, subject, role, *, on):
        return self.people.get(role, ())


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


def open_panel(database, approvals, flow=FLOW, host=None):
    policy = make_policy(replace(flow, approvals=approvals))
    engine, plain, _ = open_platform(database, policies={POLICY: policy})
    more = {"tenant": "110108", "administrator": "系统管理员"}
    ledger = type(plain)({POLICY: policy}, host or PanelHost(), **more)
    walk(ledger, engine, 2)
    return engine, ledger


def act(ledger, engine, action, actor, number, **more):
    more.setdefault("at", tick(10))
    return ledger.act(engine, command(action, actor, number, **more))


def codes(call):
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def column(engine):
    with engine.connect() as connection:
        return connection.execute(select(PLANS.c.status)).scalar_one()


def ask(number, actor, **more):
    return {"actor": actor, "command_id": f"h-{number}", "at": tick(11), **more}


def check_intact(ledger, engine):
    found = ledger.verify(engine)
    assert found.problems == ()


def test_all_of_a_panel_sign_and_the_last_signature_takes_the_step(database):
    engine, ledger = open_panel(database, Approvals(signings=(signing(),)))
    assert [one.assignee for one in ledger.signers.of(engine, PLAN)] == ["d-05", "d-06", "d-07"]
    first = act(ledger, engine, "审核通过", FIRST, "a")
    assert (first.source, first.target) == ("待区级审核", "待区级审核")
    assert act(ledger, engine, "审核通过", FIRST, "a").is_replay
    assert codes(lambda: act(ledger, engine, "审核通过", FIRST, "b")) == ["XR533"]
    assert [one.assignee for one in ledger.tasks(engine, "区级审核员")] == ["d-06", "d-07"]
    act(ledger, engine, "审核通过", THIRD, "c", signature="seal-3")
    assert column(engine) == "待区级审核"
    assert act(ledger, engine, "审核通过", SECOND, "d").target == "审核通过"
    assert column(engine) == "审核通过"
    kinds = [one.kind for one in ledger.timeline(engine, PLAN)]
    assert kinds == ["start", "step", "step", "sign", "sign", "step"]
    assert ledger.timeline(engine, PLAN)[4].signature == "seal-3"
    check_intact(ledger, engine)


def test_one_who_says_no_is_enough_where_the_flow_says_so(database):
    engine, ledger = open_panel(database, Approvals(signings=(signing(),)))
    act(ledger, engine, "审核通过", FIRST, "a")
    returned = act(ledger, engine, "退回补正", SECOND, "b", comment="缺预算")
    assert returned.target == column(engine) == "草稿"
    assert ledger.tasks(engine, "区级审核员") == ()
    check_intact(ledger, engine)


def test_of_a_share_it_takes_no_more_than_the_share(database):
    two_thirds = signing("share", Fraction(2, 3), "cannot_pass")
    engine, ledger = open_panel(database, Approvals(signings=(two_thirds,)))
    act(ledger, engine, "退回补正", FIRST, "a", comment="不同意")
    assert column(engine) == "待区级审核"
    act(ledger, engine, "审核通过", SECOND, "b")
    assert act(ledger, engine, "审核通过", THIRD, "c").target == "审核通过"
    check_intact(ledger, engine)


def test_in_turn_nobody_signs_before_the_one_before(database):
    engine, ledger = open_panel(database, Approvals(signings=(signing("in_turn"),)))
    assert codes(lambda: act(ledger, engine, "审核通过", SECOND, "a")) == ["XR535"]
    for number, person in enumerate(PANEL):
        receipt = act(ledger, engine, "审核通过", person, f"b{number}")
    assert receipt.target == "审核通过"


def test_each_signature_asks_for_the_rules(database):
    engine, ledger = open_panel(database, Approvals(signings=(signing(),)))
    set_plan(engine, funding="no")
    assert codes(lambda: act(ledger, engine, "审核通过", FIRST, "a")) == ["XR507"]
    assert [one.status for one in ledger.signers.of(engine, PLAN)] == ["open"] * 3


def test_of_eight_who_sign_at_once_each_signs_once_and_one_takes_the_step(database):
    host = PanelHost()
    host.people = {"区级审核员": tuple(f"p-{number}" for number in range(8))}
    engine, ledger = open_panel(database, Approvals(signings=(signing(),)), host=host)
    barrier, results = Barrier(8), []

    def run(number):
        person = Actor(f"p-{number}", REVIEWER.roles, DISTRICT, "110108")
        barrier.wait()
        # WHY three times: a browser sends again, and a signature is one all the same.
        results.extend(act(ledger, engine, "审核通过", person, f"t{number}") for _ in range(3))

    threads = [Thread(target=run, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(results) == 24
    assert sum(not one.is_replay for one in results) == 8
    assert {one.version for one in results} == set(range(4, 12))
    assert column(engine) == "审核通过"
    check_intact(ledger, engine)


def test_a_seat_that_was_handed_on_is_only_the_new_persons(database):
    engine, ledger = open_panel(database, Approvals())
    (task,) = ledger.tasks(engine, "区级审核员")
    hand = ledger.signers.transfer
    assert codes(lambda: hand(engine, PLAN, task.number, "t-99", **ask(0, FIRST))) == ["XR536"]
    assert codes(lambda: hand(engine, PLAN, task.number, "d-06", **ask(1, CLERK))) == ["XR502"]
    receipt = hand(engine, PLAN, task.number, "d-06", **ask(2, FIRST, reason="外出"))
    assert hand(engine, PLAN, task.number, "d-06", **ask(2, FIRST, reason="外出")) == receipt
    assert codes(lambda: act(ledger, engine, "审核通过", FIRST, "a")) == ["XR534"]
    assert codes(lambda: hand(engine, PLAN, task.number, "d-07", **ask(3, FIRST))) == ["XR534"]
    assert act(ledger, engine, "审核通过", SECOND, "b").target == "审核通过"
    assert ledger.timeline(engine, PLAN)[3].kind == "transfer"
    check_intact(ledger, engine)


def test_an_administrator_reassigns_with_a_reason_and_decides_nothing(database):
    host = PanelHost()
    engine, ledger = open_panel(database, Approvals(signings=(signing(),)), host=host)
    move = ledger.signers.reassign
    assert codes(lambda: move(engine, PLAN, 1, "d-08", **ask(0, FIRST, reason="调岗"))) == ["XR545"]
    assert codes(lambda: move(engine, PLAN, 1, "d-08", **ask(1, ADMIN, reason=" "))) == ["XR505"]
    assert codes(lambda: move(engine, PLAN, 1, "d-06", **ask(2, ADMIN, reason="调岗"))) == ["XR533"]
    host.people = {"区级审核员": ("d-06", "d-07", "d-08")}
    move(engine, PLAN, 1, "d-08", **ask(3, ADMIN, reason="调岗"))
    assert [one.assignee for one in ledger.signers.of(engine, PLAN)] == ["d-08", "d-06", "d-07"]
    assert column(engine) == "待区级审核"
    assert codes(lambda: act(ledger, engine, "审核通过", ADMIN, "a"))[0] == "XR502"
    assert codes(lambda: act(ledger, engine, "审核通过", FIRST, "b")) == ["XR534"]
    entry = ledger.timeline(engine, PLAN)[-1]
    assert (entry.kind, entry.actor, entry.comment) == ("reassign", "a-1", "调岗")
    check_intact(ledger, engine)


@pytest.mark.parametrize("position", ["before", "beside", "after"])
def test_who_is_asked_to_sign_too_signs_in_their_place(database, position):
    engine, ledger = open_panel(database, Approvals(extendable=frozenset({"审核通过"})))
    add = ledger.signers.add
    more = {"role": "专家", "position": position}
    add(engine, PLAN, 1, "e-1", **more, **ask(0, FIRST))
    assert codes(lambda: add(engine, PLAN, 1, "e-1", **more, **ask(1, FIRST))) == ["XR533"]
    own, added = ledger.signers.of(engine, PLAN)
    assert (own.status, added.status) == {
        "before": ("waiting", "open"),
        "beside": ("open", "open"),
        "after": ("open", "waiting"),
    }[position]
    order = (EXPERT, FIRST) if position == "before" else (FIRST, EXPERT)
    if position != "beside":
        assert codes(lambda: act(ledger, engine, "审核通过", order[1], "x")) == ["XR535"]
    assert act(ledger, engine, "审核通过", order[0], "a").target == "待区级审核"
    assert act(ledger, engine, "审核通过", order[1], "b").target == "审核通过"
    check_intact(ledger, engine)


def test_what_was_added_may_be_left_out_again_by_who_added_it(database):
    engine, ledger = open_panel(database, Approvals(extendable=frozenset({"审核通过"})))
    signers = ledger.signers
    more = {"role": "专家", "position": "before"}
    signers.add(engine, PLAN, 1, "e-1", **more, **ask(0, FIRST))
    assert codes(lambda: signers.remove(engine, PLAN, 2, **ask(1, SECOND))) == ["XR539"]
    assert codes(lambda: signers.remove(engine, PLAN, 1, **ask(2, FIRST))) == ["XR539"]
    signers.remove(engine, PLAN, 2, **ask(3, FIRST))
    assert codes(lambda: act(ledger, engine, "审核通过", EXPERT, "a")) == ["XR502"]
    signers.add(engine, PLAN, 1, "e-1", role="专家", position="after", **ask(4, FIRST))
    act(ledger, engine, "审核通过", FIRST, "b")
    assert codes(lambda: signers.remove(engine, PLAN, 3, **ask(5, FIRST))) == ["XR539"]
    assert act(ledger, engine, "审核通过", EXPERT, "c").target == "审核通过"
    check_intact(ledger, engine)


def test_nobody_is_asked_to_sign_where_the_flow_does_not_say_so(database):
    engine, ledger = open_panel(database, Approvals())
    more = {"role": "专家", "position": "after", **ask(0, FIRST)}
    assert codes(lambda: ledger.signers.add(engine, PLAN, 1, "e-1", **more)) == ["XR537"]


def test_a_signature_is_taken_back_in_the_middle_and_may_be_given_again(database):
    approvals = Approvals(signings=(signing("in_turn"),), retractable=frozenset({"审核通过"}))
    engine, ledger = open_panel(database, approvals)
    act(ledger, engine, "审核通过", FIRST, "a")
    ledger.signers.retract(engine, PLAN, **ask(0, FIRST))
    assert [one.status for one in ledger.signers.of(engine, PLAN)] == ["open", "waiting", "waiting"]
    act(ledger, engine, "审核通过", FIRST, "b")
    act(ledger, engine, "审核通过", SECOND, "c")
    assert codes(lambda: ledger.signers.retract(engine, PLAN, **ask(1, FIRST))) == ["XR544"]
    assert act(ledger, engine, "审核通过", THIRD, "d").target == "审核通过"
    assert codes(lambda: ledger.signers.retract(engine, PLAN, **ask(2, THIRD))) == ["XR544"]
    check_intact(ledger, engine)


def test_a_step_is_taken_back_while_others_are_signing_and_their_signatures_are_void(database):
    approvals = Approvals(signings=(signing(),), retractable=frozenset({"签发并报送"}))
    engine, ledger = open_panel(database, approvals)
    act(ledger, engine, "审核通过", FIRST, "a")
    assert codes(lambda: ledger.signers.retract(engine, PLAN, **ask(0, DEPUTY))) == ["XR544"]
    assert ledger.signers.retract(engine, PLAN, **ask(1, HEAD)).target == "待校级审核"
    assert column(engine) == "待校级审核"
    assert ledger.tasks(engine, "区级审核员") == ()
    act(ledger, engine, "签发并报送", HEAD, "b", comment="同意", at=tick(12))
    assert [one.status for one in ledger.signers.of(engine, PLAN)] == ["open"] * 3
    check_intact(ledger, engine)


def test_what_goes_on_is_not_taken_back(database):
    engine, ledger = open_panel(database, Approvals(retractable=frozenset({"签发并报送"})))
    act(ledger, engine, "审核通过", FIRST, "a")
    assert codes(lambda: ledger.signers.retract(engine, PLAN, **ask(0, HEAD))) == ["XR544"]


def test_what_was_returned_goes_straight_back_with_the_rules_of_the_steps_between(database):
    flow = replace(
        FLOW,
        transitions=tuple(
            replace(one, must_meet=("funding-floor",)) if one.action == "签发并报送" else one
            for one in FLOW.transitions
        ),
    )
    engine, ledger = open_panel(database, Approvals(straight_back=frozenset({"退回补正"})), flow)
    act(ledger, engine, "退回补正", FIRST, "a", comment="缺预算")
    set_plan(engine, funding="no")
    assert codes(lambda: act(ledger, engine, "提交校内审核", DEPUTY, "b", at=tick(11))) == ["XR507"]
    set_plan(engine, funding="yes")
    receipt = act(ledger, engine, "提交校内审核", DEPUTY, "c", at=tick(12))
    assert receipt.target == column(engine) == "待区级审核"
    assert act(ledger, engine, "审核通过", FIRST, "d", at=tick(13)).target == "审核通过"
    check_intact(ledger, engine)
    assert ledger.definition(engine, PLAN).lifecycle.approvals.straight_back


def test_who_withdraws_what_was_returned_withdraws_it(database):
    engine, ledger = open_panel(database, Approvals(straight_back=frozenset({"退回补正"})))
    act(ledger, engine, "退回补正", FIRST, "a", comment="缺预算")
    assert act(ledger, engine, "撤回", DEPUTY, "b", at=tick(11)).target == "已撤回"


def test_one_returns_to_a_step_that_the_flow_names(database):
    back = step("待区级审核", "退回补正", "待校级审核", "区级审核员")
    flow = replace(FLOW, transitions=(*FLOW.transitions, back))
    engine, ledger = open_panel(database, Approvals(), flow)
    trials = ledger.dry_run(engine, PLAN, "退回补正", actor=FIRST, at=tick(9)).trials
    assert [(one.target, one.is_allowed) for one in trials] == [
        ("草稿", True),
        ("待校级审核", True),
    ]
    more = {"comment": "缺预算"}
    assert codes(lambda: act(ledger, engine, "退回补正", FIRST, "a", **more)) == ["XR541"]
    more["target"] = "已备案"
    assert codes(lambda: act(ledger, engine, "退回补正", FIRST, "b", **more)) == ["XR542"]
    more["target"] = "待校级审核"
    assert act(ledger, engine, "退回补正", FIRST, "c", **more).target == "待校级审核"
    assert column(engine) == "待校级审核"
    check_intact(ledger, engine)


def test_a_seal_that_the_flow_asks_for_must_be_there(database):
    engine, ledger = open_panel(database, Approvals(signed=frozenset({"审核通过"})))
    assert codes(lambda: act(ledger, engine, "审核通过", FIRST, "a")) == ["XR543"]
    act(ledger, engine, "审核通过", FIRST, "b", signature="seal-3")
    assert ledger.timeline(engine, PLAN)[-1].signature == "seal-3"


def test_copies_wait_for_nobody_and_nobody_waits_for_them(database):
    engine, ledger = open_panel(database, Approvals(copies={"审核通过": ("校长", "分管负责人")}))
    act(ledger, engine, "审核通过", FIRST, "a")
    assert ledger.tasks(engine, "校长") == ()
    assert act(ledger, engine, "备案", CLERK, "b").target == "已备案"
    table = ledger.tables.task
    with engine.connect() as connection:
        query = select(table.c.role_name, table.c.task_status).where(table.c.task_kind == "copy")
        assert sorted(map(tuple, connection.execute(query))) == [
            ("分管负责人", "open"),
            ("校长", "open"),
        ]


def test_a_model_hands_nothing_on(database):
    engine, ledger = open_panel(database, Approvals())
    model = Actor("m-1", REVIEWER.roles, DISTRICT, kind="model")
    hand = ledger.signers.transfer
    assert codes(lambda: hand(engine, PLAN, 1, "d-06", **ask(0, model))) == ["XR503"]


def test_a_subject_that_the_ledger_does_not_know_has_no_seats(database):
    engine, ledger = open_panel(database, Approvals())
    other = Subject(PLAN.entity, "2026-999")
    assert ledger.signers.of(engine, other) == ()
    retract = ledger.signers.retract
    assert codes(lambda: retract(engine, other, **ask(0, HEAD))) == ["XR686"]
    asked = {"actor": DEPUTY, "command_id": "r-1", "at": tick(11)}
    assert codes(lambda: remind(ledger, engine, other, **asked)) == ["XR686"]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_signature_given_since_the_hosts_transaction_began_counts(database):
    """A plain reading there shows the moment of the transaction's first one."""
    engine, ledger = open_panel(database, Approvals(signings=(signing(),)))
    act(ledger, engine, "审核通过", FIRST, "a")
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection, connection.begin():
        connection.execute(select(PLANS.c.status)).all()
        act(ledger, engine, "审核通过", SECOND, "b")
        receipt = act(ledger, connection, "审核通过", THIRD, "c")
    assert receipt.target == column(engine) == "审核通过"
    check_intact(ledger, engine)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_who_submitted_since_the_hosts_transaction_began_does_not_sign(database):
    engine, ledger = open_panel(database, Approvals())
    act(ledger, engine, "退回补正", FIRST, "a", comment="缺预算")
    both = Actor("t-01", frozenset({"分管负责人", "校长"}), HEAD.organisation, "110108")
    act(ledger, engine, "提交校内审核", DEPUTY, "b", at=tick(11))
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection, connection.begin():
        connection.execute(select(PLANS.c.status)).all()
        act(ledger, engine, "退回补正", HEAD, "c", comment="缺主题", at=tick(12))
        act(ledger, engine, "提交校内审核", both, "d", at=tick(13))
        more = {"comment": "同意", "at": tick(14)}
        refused = codes(lambda: act(ledger, connection, "签发并报送", both, "e", **more))
    assert refused == ["XR509"]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_seat_added_since_the_hosts_transaction_began_keeps_its_number(database):
    host = PanelHost()
    host.people["专家"] = ("e-1", "e-2")
    approvals = Approvals(extendable=frozenset({"审核通过"}))
    engine, ledger = open_panel(database, approvals, host=host)
    more = {"role": "专家", "position": "before"}
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection, connection.begin():
        connection.execute(select(PLANS.c.status)).all()
        ledger.signers.add(engine, PLAN, 1, "e-1", **more, **ask(0, FIRST))
        ledger.signers.add(connection, PLAN, 1, "e-2", **more, **ask(1, FIRST))
    found = [(one.number, one.assignee) for one in ledger.signers.of(engine, PLAN)]
    assert found == [(1, ""), (2, "e-1"), (3, "e-2")]
    check_intact(ledger, engine)
