"""Where a table has no row for something, the finding names it instead of guessing at a reason."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from xbyx_rules import (
    Case,
    Complete,
    ExecutablePolicy,
    Subject,
    compile_policy,
    decide,
    load_policies,
)
from xbyx_rules.checking import check_policy
from xbyx_rules.errors import Language
from xbyx_rules.policy import Outcome, bundled_rules, read_vocabulary

BUDGET = "cn/beijing/school-based-training/budget"
FUNDS = "cn/training-funds"
DAY = date(2025, 12, 31)
VOCABULARY = (bundled_rules() / "vocabulary.md").read_text("utf-8")


@cache
def policy(name: str) -> ExecutablePolicy:
    return load_policies()[name]


def reason(*items: str | None, language: Language = "zh") -> str:
    lines = [{"明细编号": f"m{n}"} | ({"科目": one} if one else {}) for n, one in enumerate(items)]
    case = Case(Subject("年度预算", "1"), {"预算明细": Complete(lines)})
    found = decide(policy(BUDGET), case, on=DAY, only=["no-forbidden-use"])["no-forbidden-use"]
    return found.reason.get(language, "")


def test_the_items_that_a_table_does_not_list_are_named() -> None:
    assert reason("资料费", "专家讲课费") == (
        "“可以列支的明细”没有举出下列情形，须由人核对：科目 “专家讲课费”"
    )
    assert reason("专家讲课费", language="en").endswith(": item “专家讲课费”")


def test_an_item_is_named_once_and_at_most_five_of_them() -> None:
    said = reason("专家讲课费", "专家讲课费", *"甲乙丙丁戊")
    assert said.count("专家讲课费") == 1
    assert [one for one in "甲乙丙丁戊" if f"“{one}”" in said] == list("甲乙丙丁")


@pytest.mark.parametrize("items", [("资料费",), ("专家讲课费", "人员经费")])
def test_what_is_decided_has_no_such_reason(items: tuple[str, ...]) -> None:
    assert reason(*items) == ""


def test_a_missing_fact_is_no_case_not_listed() -> None:
    said = reason("资料费", None)
    assert said
    assert "没有举出" not in said


def test_of_the_subject_itself_the_case_is_named_too() -> None:
    case = Case(Subject("预算明细", "m"), {"科目": "专家讲课费"})
    found = decide(policy(FUNDS), case, on=DAY, only=["permitted-use"])["permitted-use"]
    assert "科目 “专家讲课费”" in found.reason["zh"]


@pytest.mark.parametrize(("mark", "is_told"), [("内部", True), ("个人", False), ("敏感", False)])
def test_a_value_about_a_person_is_not_told(mark: str, is_told: bool) -> None:
    row = "| 科目 | item | 文本 | | | | 内部 | | |"
    assert row in VOCABULARY
    marked, problems = read_vocabulary(
        VOCABULARY.replace(row, row.replace("内部", mark)), "vocabulary.md"
    )
    assert not problems
    checked, problems = check_policy(policy(FUNDS).policy, marked)
    assert checked is not None, problems
    case = Case(Subject("预算明细", "m"), {"科目": "专家讲课费"})
    found = decide(compile_policy(checked), case, on=DAY, only=["permitted-use"])["permitted-use"]
    assert found.outcome is Outcome.UNDETERMINED
    assert ("专家讲课费" in found.reason["zh"]) is is_told
