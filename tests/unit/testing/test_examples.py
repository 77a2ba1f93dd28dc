"""Running the examples of a document."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.testing.drafts import HEAD, compile_draft, requirement
from xbyx_rules import Outcome, load_policies
from xbyx_rules.errors import Diagnostic
from xbyx_rules.testing import run_examples

BEIJING = load_policies()["cn/beijing/school-based-training"]


def test_every_example_of_the_bundled_document_passes() -> None:
    results = run_examples(BEIJING)
    assert [(one.clause, one.name) for one in results if not one.passed] == []
    assert len(results) == sum(len(one.examples) for one in BEIJING.checked.clauses.values())


def test_results_stand_in_the_order_of_the_document_with_their_places() -> None:
    places = [one.place for one in run_examples(BEIJING)]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_only_the_clauses_asked_for_are_run() -> None:
    results = run_examples(BEIJING, ["manager", "budget-made"])
    assert {one.clause for one in results} == {"manager", "budget-made"}


def test_a_clause_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        run_examples(BEIJING, ["nonsense"])


def test_a_wrong_expectation_fails_and_says_what_was_found() -> None:
    rows = """
| 例 | 教师培训经费预算 | 结果 |
|---|---|---|
| 多 | 2 | 不符合 |
| 少 | 0 | 符合 |
| 未填 | | 不符合 |
"""
    results = run_examples(compile_draft(requirement("教师培训经费预算 >= 1", rows)))
    assert [one.passed for one in results] == [False, False, False]
    assert [one.found for one in results] == [
        Outcome.MET,
        Outcome.NOT_MET,
        Outcome.UNDETERMINED,
    ]
    finding = results[1].finding
    assert finding is not None
    assert finding.conditions[0].outcome is False


def test_the_value_of_a_calculation_is_compared_as_a_value() -> None:
    text = """## 一-1 折算 {#rule}

- 类别: 计算
- 对象: 研修活动
- 结果: 学分 数

```feel
学时 / 20
```

| 例 | 学时 | 结果 |
|---|---|---|
| 合 | 10 | 0.50 |
| 不合 | 10 | 0.51 |
| 未填 | | 暂无法判定 |
| 未填却有值 | | 1 |
"""
    results = run_examples(compile_draft(text))
    assert [one.passed for one in results] == [True, False, True, False]
    assert results[1].found == Decimal("0.5")
    assert results[3].found is Outcome.UNDETERMINED


def test_a_list_of_records_in_an_example_is_complete() -> None:
    rows = """
| 例 | 教职工 | 结果 |
|---|---|---|
| 没有人 | [] | 符合 |
| 有校长 | [{工号: "1", 职务: "校长"}] | 不符合 |
| 职务未填 | [{工号: "1"}] | 暂无法判定 |
| 未填 | | 暂无法判定 |
"""
    condition = 'every 人 in 教职工 satisfies 人.职务 != "校长"'
    results = run_examples(compile_draft(requirement(condition, rows)))
    assert [one.found for one in results if not one.passed] == []


def test_a_column_may_go_through_a_record() -> None:
    rows = """
| 例 | 领导小组.组长 | 领导小组.已成立 | 校长 | 结果 |
|---|---|---|---|---|
| 合 | "1" | true | "1" | 符合 |
| 不合 | "1" | false | "1" | 不符合 |
| 组长未填 | | true | "1" | 暂无法判定 |
| 都未填 | | | "1" | 暂无法判定 |
"""
    condition = "领导小组.组长 = 校长 and 领导小组.已成立"
    results = run_examples(compile_draft(requirement(condition, rows)))
    assert all(one.passed for one in results)


DAYS = """
| 例 | 判定日 | 结果 |
|---|---|---|
| 之前 | @"2025-08-31" | 不符合 |
| 当日 | @"2025-09-01" | 符合 |
| 未写 | | 不符合 |
"""


def test_the_day_is_the_column_else_the_first_day_in_force() -> None:
    made = compile_draft(requirement('判定日 >= @"2025-09-01"', DAYS))
    assert all(one.passed for one in run_examples(made))


def test_the_first_day_is_the_later_of_the_document_and_the_clause() -> None:
    rows = DAYS.replace("| 未写 | | 不符合 |", "| 未写 | | 符合 |").replace(
        '| 之前 | @"2025-08-31" | 不符合 |', '| 之前 | @"2025-08-31" | 暂无法判定 |'
    )
    made = compile_draft(
        requirement('判定日 >= @"2025-09-01"', rows, "- 施行: 2025-09-01..2026-08-31")
    )
    assert all(one.passed for one in run_examples(made))


def test_a_document_without_a_first_day_is_judged_on_the_day_of_its_adoption() -> None:
    made = compile_draft(
        requirement('判定日 = @"2025-01-01"', DAYS),
        HEAD.replace("in-force: 2025-01-01..", "in-force: ..2030-12-31"),
    )
    finding = run_examples(made)[2].finding
    assert finding is not None
    assert finding.outcome is Outcome.MET


def test_a_judgement_counts_in_a_role_the_clause_names() -> None:
    text = """## 一-1 切合实际 {#rule}

- 类别: 人工认定
- 对象: 年度计划
- 规范用语: 应当
- 证据: 对应表
- 证明人: 区级审核员、校长

| 例 | 认定 | 结果 |
|---|---|---|
| 合 | "符合" | 符合 |
| 不合 | "not_met" | 不符合 |
| 没有 | | 暂无法判定 |
"""
    assert all(one.passed for one in run_examples(compile_draft(text)))


CHECK = """## 未批先行 {#rule}

- 类别: 核查
- 严重: 高

| 事实 | 记作 | 满足 |
|---|---|---|
| 年度计划 | 计 | |
| 研修活动 | 活 | 活.学年 = 计.学年 and 活.日期 < 计.批准日期 |

| 例 | 年度计划 | 研修活动 | 结果 |
|---|---|---|---|
| 之后 | [{学年: "1", 批准日期: @"2025-09-01"}] | [{学年: "1", 日期: @"2025-09-01"}] | 符合 |
| 之前 | [{学年: "1", 批准日期: @"2025-09-01"}] | [{学年: "1", 日期: @"2025-08-31"}] | 不符合 |
| 未给 | [{学年: "1", 批准日期: @"2025-09-01"}] | | 暂无法判定 |
"""


def test_the_columns_of_a_check_are_lists_of_records() -> None:
    # 年度计划 has a term 研修活动 of its own, which must not stand for the records.
    results = run_examples(compile_draft(CHECK))
    assert [one.found for one in results] == [
        Outcome.MET,
        Outcome.NOT_MET,
        Outcome.UNDETERMINED,
    ]


def test_an_example_that_can_not_be_decided_fails_with_the_reason() -> None:
    text = """## 一-1 折算 {#rule}

- 类别: 计算
- 对象: 研修活动
- 结果: 学分 数

| U | 学时 | → 学分 |
|---|---|---|
| 1 | > 10 | 1 |
| 2 | > 20 | 2 |

| 例 | 学时 | 结果 |
|---|---|---|
| 一行 | 15 | 1 |
| 重叠 | 25 | 2 |
| 超出范围 | 1001 | 2 |
"""
    results = run_examples(compile_draft(text))
    assert [one.passed for one in results] == [True, False, False]
    codes = [one.found.code for one in results if isinstance(one.found, Diagnostic)]
    assert codes == ["XR304", "XR302"]
    assert results[1].finding is None
