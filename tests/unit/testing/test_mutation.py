"""Mutation testing: what the examples notice, and what they miss."""

from __future__ import annotations

import pytest

from tests.unit.testing.drafts import compile_draft, requirement
from tests.unit.testing.test_examples import CHECK
from xbyx_rules import load_policies
from xbyx_rules.testing import MutationReport, mutate

BEIJING = load_policies()["cn/beijing/school-based-training"]

TIGHT = """
| 例 | 教师培训经费预算 | 专项列支 | 结果 |
|---|---|---|---|
| 恰好 | 50 | true | 符合 |
| 高于 | 52 | true | 符合 |
| 差一分 | 49.99 | true | 不符合 |
| 未单列 | 60 | false | 不符合 |
"""


def report_on(condition: str, examples: str, properties: str = "") -> MutationReport:
    """The report on a document of one requirement."""
    return mutate(compile_draft(requirement(condition, examples, properties)))


def changes(report: MutationReport) -> list[tuple[str, str]]:
    """The survivors, as they were and as they are."""
    return [(one.original, one.changed) for one in report.survivors]


def test_tight_examples_notice_every_alteration() -> None:
    report = report_on("教师培训经费预算 >= 50 and 专项列支", TIGHT)
    assert report.is_clean
    assert report.killed == 5 + 2 + 1  # comparisons, constants, `and`
    assert (report.survived, report.invalid, report.equivalent) == (0, 0, 0)


@pytest.mark.parametrize(
    ("missing", "survivor"),
    [
        (("恰好",), (">=", ">")),
        (("高于",), (">=", "=")),
        (("差一分", "未单列"), ("and", "or")),
    ],
)
def test_without_an_example_its_alteration_survives(
    missing: tuple[str, ...], survivor: tuple[str, str]
) -> None:
    lines = TIGHT.splitlines()
    rows = "\n".join(line for line in lines if not any(one in line for one in missing))
    report = report_on("教师培训经费预算 >= 50 and 专项列支", rows)
    before, after = survivor
    assert any(f" {before} " in one and f" {after} " in other for one, other in changes(report))
    assert not report.is_clean


def test_a_survivor_stands_at_its_place_in_the_document() -> None:
    rows = "\n".join(line for line in TIGHT.splitlines() if "恰好" not in line)
    policy = compile_draft(requirement("专项列支\nand 教师培训经费预算 >= 50", rows))
    survivor = next(one for one in mutate(policy).survivors if one.original == "50")
    line = policy.policy.text.splitlines()[survivor.place.line - 1]
    assert line == "and 教师培训经费预算 >= 50"
    assert line[survivor.place.column - 1 :][: survivor.place.length] == "50"
    assert survivor.clause == "rule"
    assert str(survivor) == f"policy.md:{survivor.place.line}:17: `50` → `{survivor.changed}`"


def test_a_bound_without_an_example_exactly_on_it_is_counted() -> None:
    rows = "\n".join(line for line in TIGHT.splitlines() if "恰好" not in line)
    (tight,) = report_on("教师培训经费预算 >= 50 and 专项列支", TIGHT).clauses
    (loose,) = report_on("教师培训经费预算 >= 50 and 专项列支", rows).clauses
    assert (tight.boundaries, tight.open_boundaries) == (1, 0)
    assert (loose.boundaries, loose.open_boundaries) == (1, 1)
    assert loose.tried == tight.tried == 8


def test_each_clause_has_its_own_figures_and_they_add_up() -> None:
    report = mutate(BEIJING, ["manager", "funding-floor"])
    assert [one.clause for one in report.clauses] == ["funding-floor", "manager"]
    single = [mutate(BEIJING, [one.clause]) for one in report.clauses]
    assert report.killed == sum(one.killed for one in single)
    assert report.equivalent == sum(one.equivalent for one in single)


def test_the_same_document_gives_the_same_report() -> None:
    first = mutate(BEIJING, ["layered-network"])
    assert mutate(BEIJING, ["layered-network"]) == first


def test_without_examples_everything_survives() -> None:
    text = requirement("教师培训经费预算 >= 50", "")
    report = mutate(compile_draft(text))
    assert report.killed == 0
    assert report.survived == 7


def test_an_example_that_fails_anyway_notices_nothing() -> None:
    rows = TIGHT.replace("| 差一分 | 49.99 | true | 不符合 |", "| 差一分 | 49.99 | true | 符合 |")
    report = report_on("教师培训经费预算 >= 50 and 专项列支", rows)
    assert report.failing == (("rule", "差一分"),)
    assert report.survived > 0
    assert not report.is_clean


def test_alterations_that_no_longer_check_are_counted_apart() -> None:
    rows = """
| 例 | 专项列支 | 结果 |
|---|---|---|
| 是 | true | 符合 |
| 否 | false | 不符合 |
"""
    report = report_on("专项列支 = true", rows)
    assert report.invalid == 4  # < <= > >= of yes and no
    assert report.is_clean


def test_alterations_that_provably_change_nothing_are_counted_apart() -> None:
    rows = """
| 例 | 教师培训经费预算 | 结果 |
|---|---|---|
| 有 | 0.5 | 符合 |
| 零 | 0 | 不符合 |
| 多 | 1 | 符合 |
"""
    report = report_on("教师培训经费预算 > 0", rows)
    assert report.equivalent == 1  # the term is never below zero, so `!=` is the same
    assert report.is_clean


def test_gates_are_altered_too() -> None:
    properties = "- 适用条件: 专项列支\n- 前提: 教师培训经费预算 > 10"
    rows = """
| 例 | 教师培训经费预算 | 专项列支 | 结果 |
|---|---|---|---|
| 合 | 60 | true | 符合 |
"""
    report = report_on("教师培训经费预算 >= 50", rows, properties)
    assert ("教师培训经费预算 > 10", "教师培训经费预算 >= 10") in changes(report)
    assert ("10", "11") in changes(report)


TABLE = """## 一-1 折算 {#rule}

- 类别: 计算
- 对象: 研修活动
- 结果: 学分 数

| U | 内容领域 | 学时 | → 学分 |
|---|---|---|---|
| 1 | "教师发展", "学生发展" | >= 10 | 学时 / 10 |
| 2 | not("教师发展", "学生发展") | [10..20) | 1 |

| 例 | 内容领域 | 学时 | 结果 |
|---|---|---|---|
| 一 | "教师发展" | 10 | 1 |
| 二 | "学生发展" | 20 | 2 |
| 三 | "其他" | 15 | 1 |
"""


def test_the_cells_of_a_table_are_altered() -> None:
    report = mutate(compile_draft(TABLE))
    found = changes(report)
    assert ("[10..20)", "(10..20)") in found
    assert ("[10..20)", "[10..20]") in found
    assert ('"教师发展", "学生发展"', '"学生发展"') not in found
    full = TABLE + '| 四 | "其他" | 10 | 1 |\n| 五 | "其他" | 20 | 暂无法判定 |\n'
    survivors = changes(mutate(compile_draft(full)))
    assert ("[10..20)", "(10..20)") not in survivors
    assert ("[10..20)", "[10..20]") not in survivors


def test_rows_that_come_to_overlap_are_noticed() -> None:
    rows = TABLE.replace('not("教师发展", "学生发展")', '"学校发展"').replace(
        '"其他"', '"学校发展"'
    )
    report = mutate(compile_draft(rows))
    assert all("学校发展" not in one for one, _ in changes(report))


def test_the_rows_of_a_check_are_altered() -> None:
    report = mutate(compile_draft(CHECK))
    found = changes(report)
    assert ("活.日期 < 计.批准日期", "活.日期 <= 计.批准日期") not in found
    assert ("活.学年 = 计.学年", "活.学年 <= 计.学年") in found


def test_only_the_clauses_asked_for_are_altered() -> None:
    one = mutate(BEIJING, ["manager"])
    assert one.killed < mutate(BEIJING, ["manager", "funding-floor"]).killed
    with pytest.raises(KeyError):
        mutate(BEIJING, ["nonsense"])


def test_the_policy_itself_is_not_altered() -> None:
    before = dict(BEIJING.clauses)
    mutate(BEIJING, ["manager", "layer-above"])
    assert dict(BEIJING.clauses) == before


def test_the_examples_of_the_bundled_document_notice_every_alteration() -> None:
    report = mutate(BEIJING)
    assert [str(one) for one in report.survivors] == []
    assert report.is_clean
