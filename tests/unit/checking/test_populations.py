"""Figures about persons: a document says whom each of them is about."""

from __future__ import annotations

import pytest

from xbyx_rules import read_policy
from xbyx_rules.checking import check_policy, read_populations
from xbyx_rules.policy import load_library

VOCABULARY = load_library().vocabulary
DOCUMENT = """---
policy: test/figures
title: 试
document: 试
in-force: 2025-01-01..
status: in-force
---

# 一

## 教师数 {#teachers}

- 类别: 计算
- 对象: 研修统计
- 结果: 教师总数 整数
- 统计: 人数

```feel
count(统计教师)
```

| 例 | 统计教师 | 结果 |
|---|---|---|
| 一人 | [{教师: "1"}] | 1 |

## 学分 {#credits}

- 类别: 计算
- 对象: 研修统计
- 结果: 学分之和 数
- 人群: 教师总数

```feel
sum(学分审核.审定学分)
```

| 例 | 学分审核 | 结果 |
|---|---|---|
| 一人 | [{教师: "1", 审定学分: 2}] | 2 |

## 人均 {#mean}

- 类别: 计算
- 对象: 研修统计
- 结果: 人均学分 数

```feel
学分之和 / 教师总数
```

| 例 | 统计教师 | 学分审核 | 结果 |
|---|---|---|---|
| 一人 | [{教师: "1"}] | [{教师: "1", 审定学分: 2}] | 2 |

## 参数 {#parameters}

| 参数 | 值 | 核实 |
|---|---|---|
| 小单元教师数下限 | 5 | 已核实 |
"""


def codes(text: str) -> list[str]:
    policy, read = read_policy(text, "policy.md")
    assert policy is not None, read
    return [one.code for one in check_policy(policy, VOCABULARY)[1]]


def test_what_calculates_with_a_count_rests_on_it_without_saying_so() -> None:
    policy, _ = read_policy(DOCUMENT, "policy.md")
    assert policy is not None
    checked, problems = check_policy(policy, VOCABULARY)
    assert checked is not None, problems
    found = read_populations(checked.clauses, VOCABULARY)
    assert (found.counts, found.unnamed) == ({"teachers"}, frozenset())
    assert found.groups["credits"] == ("teachers",)
    assert set(found.groups["mean"]) == {"teachers", "credits"}


def test_a_document_that_counts_nobody_says_nothing_of_persons() -> None:
    text = DOCUMENT.replace("- 统计: 人数\n", "").replace("- 人群: 教师总数\n", "")
    assert codes(text) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("- 人群: 教师总数", "- 人群: 学分之和", "XR593"),
        ("- 人群: 教师总数", "- 人群: 教师", "XR593"),
        ("- 人群: 教师总数\n", "", "XR594"),
        ("小单元教师数下限", "下限", "XR595"),
    ],
)
def test_what_would_let_a_small_figure_through_is_an_error(old: str, new: str, code: str) -> None:
    assert codes(DOCUMENT.replace(old, new, 1)) == [code]
