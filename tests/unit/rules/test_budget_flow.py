"""A year's budget is closed by what was spent, and by nobody who drew it up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.rules.acting import DEPUTY, act, blocked_by, codes, policy_of
from xbyx_rules import Case, Complete, Subject, decide
from xbyx_rules.lifecycle import Actor, Effects
from xbyx_rules.policy import Outcome

BUDGET = "cn/beijing/school-based-training/budget"
PRINCIPAL = Actor("h1", frozenset({"校长"}))
LINE = {"明细编号": "m1", "科目": "资料费", "预算年度": 2025, "金额": Decimal(1000)}
DRAWN_UP = {
    "预算年度": 2025,
    "公用经费预算总额": Decimal(1_000_000),
    "教师培训经费预算": Decimal(50_000),
    "专项列支": True,
    "校本研修经费预算": Decimal(1000),
    "批准日期": date(2025, 1, 25),
    "预算明细": Complete([LINE]),
}


def close(final_account: str, actor: Actor = PRINCIPAL) -> tuple[list[str], list[str]]:
    spent = {"支出编号": "z1", "明细编号": "m1", "金额": Decimal(100)}
    facts = {"支出": Complete([spent]), "校本研修经费决算": Decimal(final_account)}
    decided = act("annual-budget", "待关闭", "关闭", actor, facts, policy=BUDGET)
    return codes(decided), blocked_by(decided)


def test_a_budget_whose_final_account_was_changed_after_it_was_handed_in_is_not_closed() -> None:
    assert close("100") == ([], [])
    for final_account in ("99.99", "100.01"):
        assert close(final_account)[1] == ["final-account-adds-up"]


def test_who_handed_the_budget_in_does_not_close_it() -> None:
    both = Actor(DEPUTY.id, frozenset({"校长"}), DEPUTY.organisation, DEPUTY.district)
    assert close("100", both)[0]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"教师培训经费预算": Decimal("49999.99")}, "budget-floor"),
        ({"专项列支": False}, "itemised"),
    ],
)
@pytest.mark.parametrize(("state", "action"), [("待批准", "批准"), ("待批准调剂", "同意调剂")])
def test_a_transfer_meets_what_the_approval_had_to_meet(
    state: str, action: str, changed: dict[str, Any], rule: str
) -> None:
    def approve(facts: dict[str, Any]) -> list[str]:
        decided = act("annual-budget", state, action, PRINCIPAL, facts, policy=BUDGET)
        return blocked_by(decided)

    assert approve(DRAWN_UP) == []
    assert approve({**DRAWN_UP, **changed}) == [rule]


def test_spending_before_approval_is_reminded_of_and_the_year_is_still_closed() -> None:
    early = {"支出编号": "z1", "明细编号": "m1", "金额": Decimal(5), "日期": date(2025, 1, 20)}
    facts = {**DRAWN_UP, "支出": Complete([early]), "校本研修经费决算": Decimal(5)}
    assert isinstance(
        act("annual-budget", "执行中", "报送决算", DEPUTY, facts, policy=BUDGET), Effects
    )
    case, on = Case(Subject("年度预算", "1"), facts), date(2026, 1, 10)
    finding = decide(policy_of(BUDGET), case, on=on, only={"spending-in-time"})["spending-in-time"]
    assert finding.outcome is Outcome.NOT_MET
    assert not policy_of(BUDGET).clauses["spending-in-time"].is_blocking
