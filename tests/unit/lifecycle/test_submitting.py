"""Which steps submit a subject: the first, and each that goes on after a return."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.integration.year_plan import FLOW, step
from xbyx_rules.checking import Approvals, CheckedLifecycle
from xbyx_rules.lifecycle import build_definition, is_submission
from xbyx_rules.lifecycle.submitting import can_be_returned_to


def make_flow(*arrows, **approvals):
    steps = tuple(step(a, f"{a}到{b}", b, "甲") for a, b in (one.split(">") for one in arrows))
    states = tuple(dict.fromkeys(name for one in arrows for name in one.split(">")))
    said = Approvals(**approvals)
    flow = CheckedLifecycle("flow", "年度计划", states[0], ("终",), states, steps, (), {}, said)
    return build_definition(flow, policy="test/flow", policy_hash="sha256:0")


NAMED = make_flow("草>校", "校>区", "区>终", "区>校", "区>草", "校>草")
BRANCHES = make_flow("草>甲", "草>乙", "甲>丙", "乙>丙", "丙>甲", "丙>终")


def way_of(text):
    names = text.split(">")
    return [(None, names[0]), *pairwise(names)]


def returnable(flow):
    return [one for one in flow.lifecycle.states if can_be_returned_to(flow, one)]


def submits(flow, way):
    """Whether the last step of a way submits."""
    *before, (source, target) = way_of(way)
    return is_submission(flow, source, target, lambda: before)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("草>校", True),
        ("草>校>区", False),
        ("草>校>区>草>校", True),
        ("草>校>区>校>区", True),
        ("草>校>区>草>校>区", False),
        ("草>校>区>校>草", False),
        ("草>校>区>校>草>校", True),
        ("草>校>区>校>区>终", False),
        ("草>校>区>校>校>区", True),
    ],
)
def test_a_step_on_from_where_it_was_returned_to_submits(way, expected):
    assert submits(NAMED, way) is expected


@pytest.mark.parametrize(("way", "expected"), [("草>甲>丙>甲>丙", True), ("草>乙>丙>甲>丙", False)])
def test_only_a_state_that_was_gone_through_can_be_returned_to(way, expected):
    assert submits(BRANCHES, way) is expected


def test_a_step_that_stays_submits_nothing():
    assert not is_submission(NAMED, "草", "草", list)


def test_the_past_is_not_read_where_returns_lead_to_the_beginning():
    def read():
        raise AssertionError("the past was read")

    flow = build_definition(FLOW, policy="test/flow", policy_hash="sha256:0")
    assert is_submission(flow, "草稿", "待校级审核", read)
    assert not is_submission(flow, "待校级审核", "待区级审核", read)
    assert not is_submission(flow, "待区级审核", "审核通过", read)


def test_which_states_a_flow_can_return_to():
    assert returnable(NAMED) == ["校", "区"]
    assert returnable(build_definition(FLOW, policy="test/flow", policy_hash="sha256:0")) == []


def test_a_state_can_be_returned_to_by_taking_back_too():
    assert returnable(make_flow("草>校", "校>区", "区>终")) == []
    taken_back = make_flow("草>校", "校>区", "区>终", retractable={"校到区"})
    assert returnable(taken_back) == ["校", "区"]
    assert submits(taken_back, "草>校>区>校>区")
    assert not submits(taken_back, "草>校>区>校")


def test_what_goes_straight_back_submits():
    flow = make_flow(
        *("草>校", "校>区", "区>市", "市>校", "市>终"),
        straight_back={"市到校"},
    )
    assert submits(flow, "草>校>区>市>校>市")
    assert not submits(flow, "草>校>区>市>校>市>终")
