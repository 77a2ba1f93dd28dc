"""Whatever people sign, hand on, add and take back: the invariants hold on record."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    FLOW,
    HEAD,
    PLAN,
    POLICY,
    REVIEWER,
    PlanHost,
    command,
    make_policy,
    open_platform,
    stand_in_deciding,
    tick,
)
from xbyx_rules.checking import Approvals, Signing
from xbyx_rules.errors import CommandRefused
from xbyx_rules.lifecycle import Actor

PANEL = tuple(Actor(f"d-0{number}", REVIEWER.roles, DISTRICT, "110108") for number in (5, 6, 7))
EXPERT = Actor("e-1", frozenset({"专家"}), DISTRICT, "110108")
ADMIN = Actor("a-1", frozenset({"系统管理员"}), DISTRICT)
PEOPLE = (DEPUTY, HEAD, *PANEL, CLERK, EXPERT, ADMIN)


class PanelHost(PlanHost):
    def holders(self, connection, subject, role, *, on):
        return tuple(one.id for one in PEOPLE if role in one.roles)


SIGNINGS = st.sampled_from(
    [
        (),
        *(
            (Signing("待区级审核", "审核通过", quorum, None, "退回补正", rule),)
            for quorum in ("all", "any", "in_turn")
            for rule in ("one_rejects", "cannot_pass")
        ),
    ]
)
# WHY no ends but filing: they would end most walks before anything is signed.
ABLE = [
    (one.action, person)
    for one in FLOW.transitions
    if one.target not in ("已撤回", "已终止")
    for person in (*PEOPLE, EXPERT)
    if set(one.roles) & person.roles
]
ACTS = st.tuples(st.just("act"), st.sampled_from([*ABLE, *[("审核通过", EXPERT)] * 3]))
SEATS = st.integers(1, 4)
HANDED = st.tuples(
    st.sampled_from(["transfer", "reassign", "before", "beside", "after", "remove", "retract"]),
    SEATS,
    st.sampled_from((*PANEL, *PANEL, HEAD, ADMIN)),
    st.sampled_from((*PANEL, EXPERT, EXPERT)),
)


def hand(ledger, engine, what, seat, actor, to, number):
    asked = {"actor": actor, "command_id": f"h-{number}", "at": tick(number), "reason": "调整"}
    signers = ledger.signers
    if what in ("transfer", "reassign"):
        getattr(signers, what)(engine, PLAN, seat, to.id, **asked)
    elif what == "remove":
        signers.remove(engine, PLAN, seat, **asked)
    elif what == "retract":
        signers.retract(engine, PLAN, **asked)
    else:
        role = min(to.roles)
        signers.add(engine, PLAN, seat, to.id, role=role, position=what, **asked)


@settings(max_examples=60, deadline=None)
@given(SIGNINGS, st.booleans(), st.lists(ACTS | HANDED, min_size=6, max_size=30))
def test_the_record_holds_whatever_people_do(signings, is_straight, wanted):
    approvals = Approvals(
        signings=signings,
        straight_back=frozenset({"退回补正"}) if is_straight else frozenset(),
        retractable=frozenset({"提交校内审核", "签发并报送", "审核通过"}),
        extendable=frozenset({"审核通过", "签发并报送"}),
    )
    policy = make_policy(replace(FLOW, approvals=approvals))
    with stand_in_deciding():
        engine, plain, _ = open_platform(None, policies={POLICY: policy})
        more = {"tenant": "110108", "administrator": "系统管理员"}
        ledger = type(plain)({POLICY: policy}, PanelHost(), **more)
        # WHY these first: a walk of chance alone hardly ever comes to the panel.
        opening = [("act", ("提交校内审核", DEPUTY)), ("act", ("签发并报送", HEAD))]
        for number, (what, *rest) in enumerate([*opening, *wanted]):
            try:
                if what == "act":
                    ((action, actor),) = rest
                    sent = command(action, actor, number, at=tick(number), comment="意见")
                    ledger.act(engine, sent)
                else:
                    hand(ledger, engine, what, *rest, number)
            except CommandRefused:
                continue
        found = ledger.verify(engine)
        entries = ledger.timeline(engine, PLAN)
        seats = ledger.signers.of(engine, PLAN)
    engine.dispose()
    assert found.problems == ()
    check_invariants(entries)
    check_seats(entries[-1].target, seats)


def check_invariants(entries):
    """Nothing is filed that was not reviewed, nobody signs what they submitted."""
    reached = [one.target for one in entries]
    if "已备案" in reached:
        assert "审核通过" in reached[: reached.index("已备案")]
    if "待区级审核" in reached:
        before = entries[: reached.index("待区级审核") + 1]
        assert "签发并报送" in [one.action for one in before]


def check_seats(state, seats):
    """Nobody is seated or has signed twice; where the flow goes on, it is somebody's turn."""
    signed = [person for one in seats for person in one.signers]
    assert len(signed) == len(set(signed))
    assigned = [one.assignee for one in seats if one.assignee and not one.is_signed]
    assert len(assigned) == len(set(assigned))
    if state not in FLOW.finals:
        assert any(one.status == "open" for one in seats)
