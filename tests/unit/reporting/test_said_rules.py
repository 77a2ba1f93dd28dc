"""What each sort of heading says in one line."""

from __future__ import annotations

import pytest

from xbyx_rules.deciding import load_policies
from xbyx_rules.errors import Language
from xbyx_rules.reporting import say_rule

CHECKED = load_policies()["cn/beijing/school-based-training"].checked


def said(anchor: str, language: Language = "zh") -> str:
    one = CHECKED.clauses[anchor]
    return say_rule(one.clause, CHECKED, language)


@pytest.mark.parametrize(
    ("anchor", "zh", "en"),
    [
        ("idea", "不判定：", "not decided: "),
        ("layer-above", "决策表 4 行：职务 → 上一层职务", "decision table of 4 rows: 职务 → "),
        ("annual-plan", "7 个状态、8 步：从草稿到", "7 states, 8 steps: from 草稿 to "),
        ("content-fits", "由区级审核员认定，凭", "attested by 区级审核员 on "),
        ("parameters", "培训经费最低比例 = 5%；", "培训经费最低比例 = 5%; "),
        (
            "held-before-approval",
            "发现即为疑点：有研修活动 a，没有有效批准 b（",
            "a doubt where there is some 研修活动 a and no 有效批准 b (",
        ),
    ],
)
def test_a_heading_says_what_it_holds(anchor: str, zh: str, en: str) -> None:
    assert said(anchor).startswith(zh)
    assert said(anchor, "en").startswith(en)


def test_a_rule_says_under_what_condition_it_can_be_decided() -> None:
    assert said("funding-floor").endswith("（前提是公用经费年度预算总额多于0元）")
    assert said("funding-floor", "en").endswith(
        " (provided that the annual public operating funds are more than 0 yuan)"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_heading_of_the_bundled_document_says_something_in_one_line(
    language: Language,
) -> None:
    for anchor in CHECKED.clauses:
        line = said(anchor, language)
        assert line
        assert "\n" not in line


def test_a_rule_that_could_not_be_checked_says_nothing() -> None:
    one = CHECKED.clauses["funding-floor"].clause
    assert say_rule(one, None) == ""
