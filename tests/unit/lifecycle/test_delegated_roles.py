"""Of a principal with several roles, whoever acts for them has those that were delegated alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.year_plan import DISTRICT, FLOW, SCHOOL, command, step
from xbyx_rules.checking import Approvals, Signing
from xbyx_rules.lifecycle import (
    Actor,
    Effects,
    Guards,
    Refusal,
    Seat,
    Snapshot,
    build_definition,
    civil_date,
    decide_command,
)

AGENT = Actor("t-30", frozenset(), SCHOOL)
TWO = Actor("t-01", frozenset({"校长", "书记"}), SCHOOL)
JOINT = Signing("待校级审核", "签发并报送", "all", None, "退回补正", "one_rejects")
SIGNED = replace(step("待校级审核", "签发并报送", "待区级审核", "校长"), roles=("校长", "书记"))
FLOW_OF_TWO = replace(
    FLOW,
    transitions=tuple(SIGNED if one.action == SIGNED.action else one for one in FLOW.transitions),
    approvals=Approvals(signings=(JOINT,)),
)
DEFINITION = build_definition(FLOW_OF_TWO, policy="p", policy_hash="sha256:p")
ASKED = command("签发并报送", AGENT, 1, on_behalf_of=TWO)


def decide(*delegated: str, seats: tuple[Seat, ...] = (), **organisations: str):
    snapshot = Snapshot("待校级审核", version=2, seats=seats)
    on = civil_date(ASKED.at, "Asia/Shanghai")
    given = Guards(on, organisations=organisations, delegated=frozenset(delegated))
    return decide_command(DEFINITION, snapshot, ASKED, given)


def codes(decided) -> list[str]:
    return [one.code for one in decided.diagnostics] if isinstance(decided, Refusal) else []


@pytest.mark.parametrize(
    ("delegated", "expected"),
    [
        ({"校长"}, ["XR506"]),
        ({"书记"}, []),
        ({"校长", "书记"}, []),
        (set(), ["XR504"]),
        ({"区级审核员"}, ["XR504"]),
    ],
)
def test_a_role_that_was_not_delegated_lends_no_organisation(delegated, expected):
    assert codes(decide(*delegated, 校长=DISTRICT, 书记=SCHOOL)) == expected


SEATS = (Seat(1, "校长", assignee="t-01", is_joint=True), Seat(2, "书记", is_joint=True))


@pytest.mark.parametrize(
    ("delegated", "seat"), [({"校长"}, 1), ({"书记"}, 2), ({"校长", "书记"}, 1)]
)
def test_an_agent_signs_in_a_seat_of_a_role_that_was_delegated(delegated, seat):
    decided = decide(*delegated, seats=SEATS)
    assert isinstance(decided, Effects)
    assert decided.seat == SEATS[seat - 1]
    assert decided.seats[seat - 1].signers == ("t-30", "t-01")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"assignee": "t-02"}, "XR534"),
        ({"status": "agreed", "signers": ("t-02",)}, "XR532"),
        ({"status": "waiting", "waits_on": (1,)}, "XR535"),
    ],
)
def test_an_agent_does_not_sign_in_a_seat_of_another_role_that_the_principal_holds(other, code):
    assert codes(decide("书记", seats=(SEATS[0], replace(SEATS[1], **other)))) == [code]


def test_who_has_signed_for_somebody_can_not_sign_again_for_another():
    signed = replace(SEATS[0], assignee="t-02", status="agreed", signers=("t-30", "t-02"))
    assert codes(decide("校长", "书记", seats=(signed, SEATS[1]))) == ["XR533"]


# --- in one's own name, too -----------------------------------------------------------------------


def decide_alone(*seats: Seat, **organisations: str):
    snapshot = Snapshot("待校级审核", version=2, seats=seats)
    asked = command("签发并报送", TWO, 1)
    given = Guards(civil_date(asked.at, "Asia/Shanghai"), organisations=organisations)
    return decide_command(DEFINITION, snapshot, asked, given)


ELSEWHERE = replace(SEATS[0], assignee="", organisation=DISTRICT)
HERE = replace(SEATS[1], organisation=SCHOOL)


def test_of_two_seats_one_takes_that_of_ones_own_organisation():
    decided = decide_alone(ELSEWHERE, HERE, 校长=DISTRICT, 书记=SCHOOL)
    assert isinstance(decided, Effects)
    assert decided.seat == HERE


def test_another_role_of_ones_own_lends_no_seat_of_another_organisation():
    signed = replace(HERE, status="agreed", signers=("t-02",))
    assert codes(decide_alone(ELSEWHERE, signed, 校长=DISTRICT, 书记=SCHOOL)) == ["XR506"]
