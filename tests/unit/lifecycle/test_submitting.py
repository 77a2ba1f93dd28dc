"""Which steps submit a subject: the first, and each that goes on after a return."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.integration.year_plan import FLOW, step
from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.lifecycle import is_submission
from xbyx_rules.lifecycle.submitting import can_be_returned_to


def make_flow(*arrows):
    steps = tuple(step(a, f"{a}到{b}", b, "甲") for a, b in (one.split(">") for one in arrows))
    states = tuple(dict.fromkeys(name for one in arrows for name in one.split(">")))
    return CheckedLifecycle("flow", "年度计划", states[0], ("终",), states, steps, (), {})


NAMED = make_flow("草>校", "校>区", "区>终", "区>校", "区>草", "校>草")
BRANCHES = make_flow("草>甲", "草>乙", "甲>丙", "乙>丙", "丙>甲", "丙>终")


def way_of(text):
    names = text.split(">")
    return [(None, names[0]), *pairwise(names)]


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

    assert is_submission(FLOW, "草稿", "待校级审核", read)
    assert not is_submission(FLOW, "待校级审核", "待区级审核", read)
    assert not is_submission(FLOW, "待区级审核", "审核通过", read)


def test_which_states_a_flow_can_return_to():
    assert [one for one in NAMED.states if can_be_returned_to(NAMED, one)] == ["校", "区"]
    assert not any(can_be_returned_to(FLOW, one) for one in FLOW.states)
