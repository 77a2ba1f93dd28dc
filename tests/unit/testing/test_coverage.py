"""Coverage with its tests: which clauses count as tested, and the shares."""

from __future__ import annotations

import pytest

from tests.unit.testing.drafts import compile_draft, requirement
from xbyx_rules import ExecutablePolicy
from xbyx_rules.checking import cover_policy
from xbyx_rules.policy import ClauseNature, Outcome, read_clause_list
from xbyx_rules.testing import CoverageReport, report_coverage

LIST = """---
policy: cn/draft
---

| 条款 | 性质 | 概要 |
|---|---|---|
| 一-1 | 可计算 | 经费 |
| 一-2 | 可计算 | 没有写 |
| 一-3 | 宣示 | 理念 |
"""
TIGHT = """
| 例 | 教师培训经费预算 | 结果 |
|---|---|---|
| 恰好 | 50 | 符合 |
| 高于 | 52 | 符合 |
| 差一分 | 49.99 | 不符合 |
| 未填 | | 暂无法判定 |
"""
PRINCIPLE = """
## 一-3 理念 {#idea}

- 类别: 原则性条款
- 理由: 没有条件
"""


def compile_with(examples: str) -> ExecutablePolicy:
    return compile_draft(requirement("教师培训经费预算 >= 50", examples) + PRINCIPLE)


def report(examples: str = TIGHT, *, is_mutating: bool = True) -> CoverageReport:
    executable = compile_with(examples)
    clauses, _ = read_clause_list(LIST, "clauses.md")
    coverage, _ = cover_policy(executable.policy, clauses)
    return report_coverage(coverage, executable.policy, executable, is_mutating=is_mutating)


def test_shares_are_told_by_nature_and_together() -> None:
    found = report()
    rows = [(one.nature, one.total, one.encoded, one.ruled, one.tested) for one in found.shares]
    assert rows == [
        (ClauseNature.COMPUTABLE, 2, 1, 1, 1),
        (ClauseNature.DECLARATORY, 1, 1, 0, 0),
    ]
    total = found.total
    assert (total.nature, total.total, total.encoded, total.ruled, total.tested) == (
        None,
        3,
        2,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("old", "new", "lacking"),
    [
        ("| 恰好 | 50 | 符合 |\n", "", ()),
        ("| 未填 | | 暂无法判定 |\n", "", (Outcome.UNDETERMINED,)),
        ("| 差一分 | 49.99 | 不符合 |", "| 差一分 | 49.99 | 符合 |", (Outcome.NOT_MET,)),
        (TIGHT, "", (Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED)),
    ],
)
def test_a_rule_counts_as_tested_only_with_every_sort_of_example(
    old: str, new: str, lacking: tuple[Outcome, ...]
) -> None:
    assert old in TIGHT
    found = report(TIGHT.replace(old, new))
    row = found.coverage.rows[0]
    assert row.heading is not None
    assert found.lacking(row.heading) == lacking
    assert not found.is_tested(row)
    assert report().is_tested(report().coverage.rows[0])


def test_a_failing_example_counts_against_its_rule() -> None:
    found = report(TIGHT + "| 多余 | 60 | 不符合 |")
    row = found.coverage.rows[0]
    assert row.heading is not None
    assert found.failed(row.heading) == 1
    assert not found.is_tested(row)


def test_without_altering_no_rule_counts_as_tested() -> None:
    found = report(is_mutating=False)
    assert found.mutation is None
    assert len(found.results) == 4
    assert found.total.tested == 0


UNVERIFIED = """
## 参数 {#parameters}

| 参数 | 值 | 核实 |
|---|---|---|
| 下限 | 50 | 未核实 |

## 起点 {#start}

- 类别: 计算
- 对象: 学校
- 结果: 起点 数

```feel
下限 + 1
```
"""


@pytest.mark.parametrize(
    ("condition", "properties", "undecided"),
    [
        ("教师培训经费预算 >= 50", "", {"start"}),
        ("教师培训经费预算 >= 50", "- 核实: 未核实\n", {"rule", "start"}),
        ("教师培训经费预算 >= 下限", "", {"rule", "start"}),
        ("教师培训经费预算 >= 起点", "", {"rule", "start"}),
    ],
)
def test_a_rule_that_decides_nothing_is_not_altered(
    condition: str, properties: str, undecided: set[str]
) -> None:
    executable = compile_draft(requirement(condition, TIGHT, properties) + UNVERIFIED)
    coverage, _ = cover_policy(executable.policy)
    found = report_coverage(coverage, executable.policy, executable)
    assert found.undecided == undecided
    assert found.mutation is not None
    tried = {one.clause for one in found.mutation.clauses}
    assert tried == {"rule", "start", "parameters"} - undecided


def test_without_a_compiled_document_there_are_no_results() -> None:
    executable = compile_with(TIGHT)
    coverage, _ = cover_policy(executable.policy)
    found = report_coverage(coverage, executable.policy, None)
    assert (found.results, found.mutation) == ((), None)
    assert found.total.total == 0
    assert [one.locator for one in found.coverage.rows] == ["一-1", "一-3"]
