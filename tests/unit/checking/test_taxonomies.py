"""Taxonomies and the vocabulary's values; duties and the flows that they name."""

from __future__ import annotations

import pytest

from xbyx_rules.checking import check_policy
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import read_policy, read_vocabulary

HEAD = """---
policy: cn/x
title: 分类
document: 一号
in-force: 2022-01-01..
status: in-force
---

# 一、分类
"""
TERMS = """# 词汇

## 活动 {#activity en="activity"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 领域 | domain | 文本 | | 教师、学生 | | 公开 | | |
| 模块 | module | 文本 | | 师德、技能、策略 | | 公开 | | |
"""
ROWS = "| 取值 | 上级 | English | 说明 |\n|---|---|---|---|\n"


def heading(anchor: str, term: str, rows: dict[str, str], parent_term: str = "") -> str:
    above = f"- 上级词项: {parent_term}\n" if parent_term else ""
    listed = "".join(f"| {value} | {parent} | | |\n" for value, parent in rows.items())
    return f"\n## {anchor} {{#{anchor}}}\n\n- 类别: 分类\n- 词项: {term}\n{above}\n{ROWS}{listed}"


def problems_of(*headings: str) -> list[Diagnostic]:
    vocabulary, found = read_vocabulary(TERMS, "vocabulary.md")
    assert vocabulary is not None, found
    policy, problems = read_policy(HEAD + "".join(headings), "policy.md")
    assert policy is not None, problems
    return list(check_policy(policy, vocabulary)[1])


def test_several_headings_list_the_values_of_one_term() -> None:
    first = heading("a", "活动.模块", {"师德": "教师", "技能": "教师"}, "活动.领域")
    second = heading("b", "活动.模块", {"策略": "学生"}, "活动.领域")
    assert problems_of(first, second) == []


def test_a_value_that_no_heading_lists_is_reported_at_the_last_of_them() -> None:
    first = heading("a", "活动.模块", {"师德": "教师"}, "活动.领域")
    second = heading("b", "活动.模块", {"策略": "学生"}, "活动.领域")
    (found,) = problems_of(first, second)
    assert (found.code, found.values["values"]) == ("XR287", "技能")


def test_a_value_that_the_vocabulary_lacks_is_reported() -> None:
    (found,) = problems_of(heading("a", "活动.领域", {"教师": "", "学生": "", "学校": ""}))
    assert (found.code, found.values["values"]) == ("XR287", "学校")


@pytest.mark.parametrize(
    "rows",
    [
        {"教师": "", "学生": "", "师德": "教师"},
        {"人": "", "教师": "人", "学生": "人"},
    ],
    ids=["the lower level describes", "the upper level groups"],
)
def test_one_level_of_a_table_of_two_is_the_values_of_the_term(rows: dict[str, str]) -> None:
    assert problems_of(heading("a", "活动.领域", rows)) == []


def test_a_value_above_must_be_one_of_the_term_above() -> None:
    rows = {"师德": "教师", "技能": "教师", "策略": "学校"}
    (found,) = problems_of(heading("a", "活动.模块", rows, "活动.领域"))
    assert (found.code, found.values["name"]) == ("XR256", "学校")
    assert found.place is not None
    assert found.excerpt[found.place.column - 1 :].startswith("学校")


@pytest.mark.parametrize(
    ("duty", "codes"),
    [
        ("- 流程: flow\n- 角色: 校长\n", []),
        ("- 流程: flow, flow\n", []),
        ("- 角色: 校长\n", []),
        ("- 流程: flow\n- 角色: 园长\n", ["XR257"]),
        ("- 流程: flow, flaw\n", ["XR289"]),
    ],
)
def test_a_duty_names_flows_and_the_roles_that_act_in_them(duty: str, codes: list[str]) -> None:
    flow = (
        "\n## 流程 {#flow}\n\n- 类别: 办理流程\n- 对象: 活动\n- 初始: 草稿\n- 终结: 办结\n\n"
        "| 从 | 动作 | 到 | 由 | 来源 |\n|---|---|---|---|---|\n"
        "| 草稿 | 办 | 办结 | 校长 | 推论 |\n"
    )
    one = f"\n## 职责 {{#duty}}\n\n- 类别: 职责\n- 主体: 学校\n{duty}\n写明。\n"
    assert [found.code for found in problems_of(flow, one)] == codes
