"""Straight back leaves no rule of a skipped step out, and never redirects a withdrawal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.year_plan import FLOW
from xbyx_rules.checking import Approvals, Signing
from xbyx_rules.lifecycle import required_anchors
from xbyx_rules.lifecycle.steps_beside import list_steps_beside
from xbyx_rules.lifecycle.straight_back import find_skipped, goes_straight_back

SUBMIT = FLOW.transition("草稿", "提交校内审核")
WITHDRAW = FLOW.transition("草稿", "撤回")
SIGN = FLOW.transition("待校级审核", "签发并报送")


def with_approvals(**said):
    return replace(FLOW, approvals=Approvals(**said))


def test_the_steps_between_are_skipped_and_no_others():
    skipped = [one.action for one in find_skipped(FLOW, SUBMIT, "待区级审核")]
    assert skipped == ["签发并报送"]
    further = [one.action for one in find_skipped(FLOW, SUBMIT, "审核通过")]
    assert further == ["签发并报送", "审核通过"]


def test_what_the_skipped_steps_ask_for_is_asked_for():
    assert required_anchors(FLOW, SUBMIT, "待校级审核") == ("four-documents",)
    assert required_anchors(FLOW, SUBMIT, "草稿") == ("four-documents",)
    assert required_anchors(FLOW, SUBMIT, "审核通过") == ("four-documents", "funding-floor")


@pytest.mark.parametrize(
    ("transition", "returned_from", "expected"),
    [
        (SUBMIT, "待区级审核", True),
        (SUBMIT, "待校级审核", False),
        (SUBMIT, "", False),
        (WITHDRAW, "待区级审核", False),
    ],
)
def test_only_what_leads_towards_goes_straight_back(transition, returned_from, expected):
    assert goes_straight_back(FLOW, transition, returned_from) is expected


def test_a_step_that_several_sign_is_gone_through_again():
    both = Signing("待校级审核", "签发并报送", "all", None, "退回补正", "one_rejects")
    flow = with_approvals(signings=(both,), straight_back=frozenset({"退回补正"}))
    assert goes_straight_back(FLOW, SIGN, "审核通过")
    assert not goes_straight_back(flow, SIGN, "审核通过")
    extendable = with_approvals(extendable=frozenset({"签发并报送"}))
    assert not goes_straight_back(extendable, SIGN, "审核通过")


def test_the_steps_beside_a_flow_are_those_its_approvals_make_possible():
    assert list_steps_beside(FLOW) == ()
    straight = with_approvals(straight_back=frozenset({"退回补正"}))
    assert list_steps_beside(straight) == (("草稿", "提交校内审核", "待区级审核"),)
    taken_back = with_approvals(retractable=frozenset({"签发并报送"}))
    moves = [one for one in list_steps_beside(taken_back) if one[0] != one[2]]
    assert moves == [("待区级审核", "@retract", "待校级审核")]
