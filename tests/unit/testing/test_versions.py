"""Examples of two versions under both: what is decided otherwise, once, and at its place."""

from __future__ import annotations

from datetime import date

from tests.unit.testing.drafts import compile_draft, requirement
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import Outcome
from xbyx_rules.testing import compare_outcomes

EXAMPLES = """| 例 | 教师培训经费预算 | 结果 |
|---|---|---|
| 多 | 10 | 符合 |
| 少 | 5 | 不符合 |
| 未填 | | 暂无法判定 |"""
OLD = compile_draft(requirement("教师培训经费预算 >= 10", EXAMPLES))


def test_a_document_decides_as_it_decides() -> None:
    assert compare_outcomes(OLD, OLD, [date(2026, 1, 1)]) == ()


def test_an_example_of_the_old_version_is_run_under_the_new_one() -> None:
    table = "| 例 | 教师培训经费预算 | 结果 |\n|---|---|---|\n| 全 | 20 | 符合 |"
    new = compile_draft(requirement("教师培训经费预算 >= 5", table))
    [change] = compare_outcomes(OLD, new)
    assert (change.name, change.old, change.new) == ("少", Outcome.NOT_MET, Outcome.MET)
    assert change.place.line == OLD.checked.clauses["rule"].examples[1].place.line
    [back] = compare_outcomes(new, OLD)
    assert (back.name, back.old, back.new) == ("少", Outcome.MET, Outcome.NOT_MET)


def test_a_situation_in_both_versions_is_told_once_whatever_it_is_called() -> None:
    examples = EXAMPLES.replace("少", "五元").replace("不符合", "符合")
    new = compile_draft(requirement("教师培训经费预算 >= 5", examples))
    assert [one.name for one in compare_outcomes(OLD, new)] == ["五元"]


PARAMETER = """
## 参数 {{#parameters}}

| 参数 | 值 | 生效 | 失效 | 核实 |
|---|---|---|---|---|
{rows}
"""


def test_a_parameter_that_changes_later_is_seen_on_its_day() -> None:
    rule = requirement("教师培训经费预算 >= 最低额", EXAMPLES)
    rows = "| 最低额 | 10 | 2025-01-01 | | 已核实 |"
    later = (
        "| 最低额 | 10 | 2025-01-01 | 2025-12-31 | 已核实 |\n| 最低额 | 5 | 2026-01-01 | | 已核实 |"
    )
    old = compile_draft(rule + PARAMETER.format(rows=rows))
    new = compile_draft(rule + PARAMETER.format(rows=later))
    assert compare_outcomes(old, new) == ()
    days = [date(2026, 1, 1), date(2027, 1, 1)]
    [change] = compare_outcomes(old, new, days)
    assert (change.name, change.on) == ("少", date(2026, 1, 1))
    assert (change.old, change.new) == (Outcome.NOT_MET, Outcome.MET)


def test_an_example_with_a_day_of_its_own_keeps_to_it() -> None:
    table = '| 例 | 判定日 | 结果 |\n|---|---|---|\n| 当日 | @"2025-05-01" | 符合 |'
    old = compile_draft(requirement('判定日 >= @"2025-05-01"', table))
    new = compile_draft(requirement('判定日 > @"2025-05-01"', table))
    [change] = compare_outcomes(old, new, [date(2026, 1, 1)])
    assert change.on == date(2025, 5, 1)


def test_a_case_that_the_other_version_cannot_decide_is_told_with_its_reason() -> None:
    table = '| 例 | 校长 | 结果 |\n|---|---|---|\n| 有 | "甲" | 符合 |'
    old = compile_draft(requirement('校长 != ""', table))
    people = '| 例 | 职务 | 结果 |\n|---|---|---|\n| 有 | "校长" | 符合 |'
    new = compile_draft(requirement('职务 = "校长"', people, subject="教职工"))
    changes = compare_outcomes(old, new)
    assert any(isinstance(one.old, Diagnostic) and one.old.code == "XR311" for one in changes)
    assert any(one.old is Outcome.MET and one.new is Outcome.UNDETERMINED for one in changes)
