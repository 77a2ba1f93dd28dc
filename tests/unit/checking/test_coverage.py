"""A document held against the list of its source's clauses."""

from __future__ import annotations

import pytest

from xbyx_rules.checking import Coverage, count_examples, cover_policy
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import (
    ClauseList,
    Outcome,
    Policy,
    load_library,
    read_clause_list,
    read_policy,
)

POLICY = """---
policy: cn/a
title: 试
document: 试〔2025〕1号
in-force: 2025-01-01..
status: in-force
---

# 一、总则

## 一-1 理念 {#idea}

- 类别: 原则性条款
- 理由: 没有可以判定的条件

## 一-2 经费 {#funds}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
经费 >= 下限
```

| 例 | 经费 | 结果 |
|---|---|---|
| 够 | 2 | 符合 |
| 也够 | 1 | met |
| 不够 | 0 | 不符合 |
| 未填 | | 暂无法判定 |

## 参数 {#parameters}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
| 下限 | 1 | 2025-01-01 | | 一－2 | 已核实 |

## 未批先行 {#early}

- 类别: 核查
- 严重: 高
- 依据: 一-3、一-2

| 事实 | 记作 |
|---|---|
| 研修活动 | a |

| 例 | 研修活动 | 结果 |
|---|---|---|
| 没有 | [] | 符合 |
| 有 | [{名称: "甲"}] | 不符合 |
| 未填 | | 暂无法判定 |

## 一-3 办理 {#flow}

- 类别: 办理流程
- 对象: 年度计划
- 初始: 草稿
- 终结: 已备案

| 从 | 动作 | 到 | 由 | 来源 | 依据 |
|---|---|---|---|---|---|
| 草稿 | 备案 | 已备案 | 校长 | 条文 | 一-1 |

## 另有 {#other}

- 类别: 计算
- 对象: 学校
- 结果: 数目 数

```feel
1
```
"""
LIST = """---
policy: cn/a
---

| 条款 | 性质 | 概要 | 说明 |
|---|---|---|---|
| 一-1 | 宣示 | 理念 | |
| 一-2 | 可计算 | 经费 | |
| 一-3 | 程序职责 | 办理 | |
"""


def read(policy: str = POLICY, clauses: str = LIST) -> tuple[Policy, ClauseList]:
    document, found = read_policy(policy, "policy.md")
    assert document is not None, [one.render() for one in found]
    listed, found = read_clause_list(clauses, "clauses.md")
    assert listed is not None, [one.render() for one in found]
    return document, listed


def cover(
    policy: tuple[str, str] = ("", ""), clauses: tuple[str, str] = ("", "")
) -> tuple[Coverage, tuple[Diagnostic, ...]]:
    """The coverage after one replacement in each text."""
    assert policy[0] in POLICY
    assert clauses[0] in LIST
    return cover_policy(*read(POLICY.replace(*policy, 1), LIST.replace(*clauses, 1)))


def said(found: tuple[Diagnostic, ...]) -> list[str]:
    assert all(one.render(language) for one in found for language in ("zh", "en"))
    return [f"{one.code} {one.place}" for one in found]


def test_each_clause_has_its_heading_and_those_that_stand_by_it() -> None:
    coverage, found = cover()
    assert found == ()
    assert [
        (
            row.locator,
            row.heading and row.heading.id,
            [one.id for one in row.beside],
            [one.id for one in row.cited_by],
        )
        for row in coverage.rows
    ] == [
        ("一-1", "idea", [], ["flow"]),
        ("一-2", "funds", ["parameters", "early"], []),
        ("一-3", "flow", ["early"], []),
    ]
    assert [one.id for one in coverage.rows[1].rules] == ["funds", "early"]
    assert [one.id for one in coverage.apart] == ["other"]


def test_a_clause_without_a_heading_is_an_error_in_the_list_with_the_nearest_heading() -> None:
    coverage, found = cover(("## 一-1 理念", "## 一-11 理念"))
    assert said(found) == ["XR223 clauses.md:7:1", "XR224 policy.md:11:4"]
    missing, unlisted = found
    assert "条款 一-1（理念）在文件里没有标题" in missing.render("zh")
    assert "`一-11`" in missing.help("zh")
    assert missing.excerpt == "| 一-1 | 宣示 | 理念 | |"
    assert "`一-1`" in unlisted.help("en")
    assert [(one.locator, one.listed is None) for one in coverage.rows][-1] == ("一-11", True)


def test_a_heading_without_a_kind_is_no_heading_of_a_clause() -> None:
    _, found = cover(clauses=("| 一-1 |", "| 一 | 宣示 | 总则 | |\n| 一-1 |"))
    assert said(found) == ["XR223 clauses.md:7:1"]


def test_a_computable_clause_without_a_rule_is_an_error_whatever_the_list_says() -> None:
    for note in ("", "由人判断"):
        _, found = cover(clauses=("| 一-1 | 宣示 | 理念 | |", f"| 一-1 | 可计算 | 理念 | {note} |"))
        codes = [] if note else ["XR226 policy.md:11:4"]
        assert sorted(said(found)) == [*codes, "XR227 policy.md:11:4"]


def test_a_rule_that_stands_by_a_computable_clause_is_its_rule() -> None:
    coverage, found = cover(clauses=("程序职责", "可计算"))
    assert said(found) == ["XR226 policy.md:55:4"]
    assert "改为要求或计算" in found[0].help("zh")
    assert [one.id for one in coverage.rows[2].rules] == ["early"]


@pytest.mark.parametrize(
    ("nature", "is_fitting"),
    [("宣示", True), ("分类", False), ("人工判断", False), ("程序职责", False)],
)
def test_another_kind_than_the_nature_suggests_is_a_warning(nature: str, is_fitting: bool) -> None:
    coverage, found = cover(clauses=("| 宣示 |", f"| {nature} |"))
    assert said(found) == ([] if is_fitting else ["XR226 policy.md:11:4"])
    assert coverage.rows[0].is_of_nature is is_fitting
    assert all(one.severity == "warning" for one in found)


def test_a_reason_in_the_list_answers_for_another_kind() -> None:
    coverage, found = cover(clauses=("| 宣示 | 理念 | |", "| 分类 | 理念 | 取值未定 |"))
    assert found == ()
    assert not coverage.rows[0].is_of_nature


def test_what_is_cited_must_be_in_the_list_and_another_document_may_be_named() -> None:
    _, found = cover(("- 依据: 一-3、一-2", "- 依据: 一-3、一-22, 京教人〔2018〕3号第五条"))
    assert said(found) == ["XR225 policy.md:43:7"]
    assert "`一-2`" in found[0].help()


def test_outcomes_that_no_example_of_a_check_or_a_calculation_shows_are_told() -> None:
    _, found = cover(('| 有 | [{名称: "甲"}] | 不符合 |\n| 未填 | | 暂无法判定 |\n', ""))
    assert said(found) == ["XR228 policy.md:39:4"]
    assert found[0].values["lacking"] == "不符合、暂无法判定"
    _, found = cover(("- 结果: 数目 数", "- 结果: 数目 数\n- 依据: 一-2"))
    assert [one.values["lacking_en"] for one in found] == ["a value"]


def test_without_a_list_the_document_is_arranged_and_nothing_is_missed() -> None:
    document, _ = read()
    coverage, found = cover_policy(document)
    assert found == ()
    assert [row.locator for row in coverage.rows] == ["一-1", "一-2", "一-3"]
    assert [one.id for one in coverage.rows[1].beside] == ["parameters", "early"]
    assert all(row.is_of_nature for row in coverage.rows)


def test_examples_are_counted_by_what_they_expect() -> None:
    document, _ = read()
    funds = document.clause("funds")
    assert funds is not None
    assert count_examples(funds) == {
        Outcome.MET: 2,
        Outcome.NOT_MET: 1,
        Outcome.UNDETERMINED: 1,
    }


def test_every_heading_of_the_bundled_documents_stands_somewhere_and_once_as_its_own() -> None:
    library = load_library()
    for name, document in library.policies.items():
        coverage, _ = cover_policy(document, library.clause_lists.get(name))
        own = [row.heading.id for row in coverage.rows if row.heading]
        beside = {one.id for row in coverage.rows for one in row.beside}
        apart = [one.id for one in coverage.apart]
        kinds = [one.id for one in document.clauses if one.kind is not None]
        assert len(own) == len(set(own))
        assert sorted({*own, *beside, *apart}) == sorted(kinds)
        assert not beside & {*own, *apart}


def test_the_bundled_list_is_covered_without_a_word() -> None:
    library = load_library()
    assert library.clause_lists
    for name, clauses in library.clause_lists.items():
        coverage, found = cover_policy(library.policies[name], clauses)
        assert said(found) == []
        assert all(row.heading for row in coverage.rows)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("- 原文用词: 要\n", []), ("- 原文用词: 应\n", ["XR342"]), ("", ["XR342"])],
)
def test_the_source_s_word_is_the_list_s(word: str, expected: list[str]) -> None:
    listed = LIST.replace("| 性质 | 概要 |", "| 性质 | 原文用词 | 概要 |").replace(
        "|---|", "|---|---|", 1
    )
    for nature in ("宣示", "可计算", "程序职责"):
        listed = listed.replace(
            f"| {nature} |", f"| {nature} | {'要' if nature == '可计算' else ''} |"
        )
    policy = POLICY.replace("- 规范用语: 应当\n", f"- 规范用语: 应当\n{word}", 1)
    _, found = cover_policy(*read(policy, listed))
    assert [one.code for one in found] == expected
    assert all("一-2" in one.render(language) for one in found for language in ("zh", "en"))
