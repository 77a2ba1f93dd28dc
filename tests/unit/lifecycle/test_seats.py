"""What the signatures of several come to: always something, once everybody has signed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.year_plan import DISTRICT, FLOW, REVIEWER, command
from xbyx_rules.checking import Signing
from xbyx_rules.errors import Diagnostic
from xbyx_rules.lifecycle import Actor, Seat, find_seat, open_ready, sign_seat, tally_seats

ACTION = FLOW.transition("待区级审核", "审核通过")
RULES = ("one_rejects", "cannot_pass")
QUORUMS = (("all", None), ("any", None), ("in_turn", None), ("share", Fraction(3, 5)))


def signing(quorum, share, rule):
    return Signing("待区级审核", "审核通过", quorum, share, "退回补正", rule)


def seats(count, **more):
    return tuple(
        Seat(number, "区级审核员", is_joint=True, **more) for number in range(1, count + 1)
    )


SIGNINGS = st.one_of(
    st.builds(
        lambda one, rule: signing(*one, rule), st.sampled_from(QUORUMS), st.sampled_from(RULES)
    ),
    st.builds(
        lambda share, rule: signing("share", share, rule),
        st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100),
        st.sampled_from(RULES),
    ),
    st.just(signing("any", None, "all_reject")),
)
VOTES = st.lists(st.booleans(), min_size=1, max_size=9)


@given(SIGNINGS, VOTES, st.integers(0, 3), st.data())
def test_signatures_come_to_one_result_no_later_than_the_last(how, votes, added, data):
    extra = min(added, len(votes) - 1)
    places = [*seats(len(votes))]
    places[len(votes) - extra :] = [
        Seat(one.number, one.role, added_by="t-1", is_joint=True)
        for one in places[len(votes) - extra :]
    ]
    order = data.draw(st.permutations(range(len(votes))))
    results = []
    for index in order:
        status = "agreed" if votes[index] else "rejected"
        places = sign_seat(places, index + 1, status, (f"p-{index}",))
        results.append(tally_seats(places, how))
        if results[-1] != "pending":
            break
    assert results[-1] != "pending"
    assert set(results[:-1]) <= {"pending"}


@given(SIGNINGS, VOTES)
def test_the_result_is_the_one_counted_by_hand(how, votes):
    places = seats(len(votes))
    for number, vote in enumerate(votes, start=1):
        places = sign_seat(places, number, "agreed" if vote else "rejected", (f"p-{number}",))
    yes, needed = sum(votes), {"all": len(votes), "in_turn": len(votes), "any": 1}.get(how.quorum)
    passes = Fraction(yes, len(votes)) >= how.share if needed is None else yes >= needed
    vetoed = how.rule == "one_rejects" and not all(votes)
    assert tally_seats(places, how) == ("agreed" if passes and not vetoed else "rejected")


@pytest.mark.parametrize(
    ("quorum", "rule", "votes", "result"),
    [
        ("all", "one_rejects", "y", "pending"),
        ("all", "one_rejects", "yn", "rejected"),
        ("all", "cannot_pass", "n", "rejected"),
        ("any", "one_rejects", "n", "rejected"),
        ("any", "cannot_pass", "n", "pending"),
        ("any", "all_reject", "nn", "pending"),
        ("any", "all_reject", "nnn", "rejected"),
        ("any", "all_reject", "nny", "agreed"),
    ],
)
def test_each_rule_for_a_rejection(quorum, rule, votes, result):
    places = seats(3)
    for number, vote in enumerate(votes, start=1):
        places = sign_seat(places, number, "agreed" if vote == "y" else "rejected", (str(number),))
    assert tally_seats(places, signing(quorum, None, rule)) == result


def test_who_was_asked_to_sign_too_must_agree_whatever_the_quorum():
    places = (*seats(2), Seat(3, "专家", assignee="e-1", added_by="d-05", is_joint=True))
    one_is_enough = signing("any", None, "cannot_pass")
    places = sign_seat(places, 1, "agreed", ("d-05",))
    assert tally_seats(places, one_is_enough) == "pending"
    assert tally_seats(sign_seat(places, 3, "agreed", ("e-1",)), one_is_enough) == "agreed"
    assert tally_seats(sign_seat(places, 3, "rejected", ("e-1",)), one_is_enough) == "rejected"


def test_seats_open_when_those_before_them_have_signed():
    first, second, third = seats(3)
    second = Seat(2, "区级审核员", waits_on=(1,))
    third = Seat(3, "区级审核员", waits_on=(1, 2))
    placed = open_ready((first, second, third))
    assert [one.status for one in placed] == ["open", "waiting", "waiting"]
    placed = sign_seat(placed, 1, "agreed", ("a",))
    assert [one.status for one in placed] == ["agreed", "open", "waiting"]
    assert [one.status for one in sign_seat(placed, 1, "open")] == ["open", "waiting", "waiting"]


def found(places, actor=REVIEWER, **more):
    return find_seat(places, ACTION, command("审核通过", actor, 1, **more))


def test_a_seat_is_whose_it_is_then_whoever_holds_the_role():
    mine = Seat(2, "区级审核员", assignee=REVIEWER.id)
    anybodys = Seat(1, "区级审核员")
    assert found((anybodys, mine)) == mine
    assert found((anybodys,)) == anybodys
    assert found(()) is None


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ((Seat(1, "区级审核员", assignee="d-06"),), "XR534"),
        ((Seat(1, "区级审核员", status="agreed", signers=("d-06",)),), "XR532"),
        (
            (
                Seat(1, "区级审核员", assignee="d-06"),
                Seat(2, "区级审核员", status="waiting", waits_on=(1,)),
            ),
            "XR535",
        ),
        (
            (
                Seat(1, "区级审核员", status="agreed", signers=("d-05",)),
                Seat(2, "区级审核员"),
            ),
            "XR533",
        ),
    ],
)
def test_why_there_is_no_seat(places, code):
    problem = found(places)
    assert isinstance(problem, Diagnostic)
    assert problem.code == code


def test_neither_an_agent_nor_a_principal_signs_twice():
    places = (
        Seat(1, "区级审核员", status="agreed", signers=("d-05", "d-07")),
        Seat(2, "区级审核员"),
    )
    for person in ("d-05", "d-07"):
        agent = Actor("x-1", frozenset({"区级审核员"}), DISTRICT)
        principal = Actor(person, frozenset({"区级审核员"}), DISTRICT)
        assert found(places, agent, on_behalf_of=principal).code == "XR533"
