"""Which delegations a step names: those it rests on, and no other the principal has given."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.integration.year_plan import DISTRICT, NINE, SCHOOL, command, step
from xbyx_rules.hosting.ledger.agency import commit_agency
from xbyx_rules.lifecycle import Actor, Effects, Guards, Seat

HEAD = Actor("t-01", frozenset({"校长", "书记"}), SCHOOL)
ASKED = command("签发并报送", Actor("t-30"), 1, on_behalf_of=HEAD)
TAKEN = replace(
    step("待校级审核", "签发并报送", "待区级审核", "校长"), roles=("校长", "书记", "督学")
)
BOTH = {"校长": "g-1", "书记": "g-2"}


def named(agencies, seat=None, asked=ASKED, **organisations):
    effects = Effects(TAKEN, TAKEN.source, TAKEN.target, 3, (), seat=seat)
    given = Guards(NINE.date(), organisations=organisations, agencies=agencies)
    bodies = commit_agency(effects, asked, given, "sha256")
    return [one["delegation"] for body in bodies for one in json.loads(body.content)["delegations"]]


@pytest.mark.parametrize(
    ("agencies", "seat", "organisations", "expected"),
    [
        ({}, None, {}, []),
        ({"书记": "g-2"}, None, {}, ["g-2"]),
        (BOTH, None, {}, ["g-1", "g-2"]),
        (BOTH, None, {"校长": DISTRICT, "书记": SCHOOL}, ["g-2"]),
        (BOTH, Seat(1, "书记"), {}, ["g-1", "g-2"]),  # the turn of either role
        (BOTH, Seat(1, "书记", is_joint=True), {}, ["g-2"]),
        ({**BOTH, "书记": "g-3"}, Seat(4, "书记", added_by="t-02"), {}, ["g-3"]),
        ({"督学": "g-4"}, None, {}, []),  # delegated, but not held
    ],
)
def test_a_step_names_the_delegations_it_rests_on(agencies, seat, organisations, expected):
    assert named(agencies, seat, **organisations) == expected
