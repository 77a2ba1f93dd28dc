"""Names that a document may not give, since they would stand for two things."""

from __future__ import annotations

import pytest

from xbyx_rules import read_policy
from xbyx_rules.checking import check_policy
from xbyx_rules.policy import load_library

VOCABULARY = load_library().vocabulary
HEAD = """---
policy: cn/trial
title: 试
document: 试
in-force: 2025-01-01..
status: in-force
---

# 一

"""
TAKEN = [
    *("判定日", "已知", "item", "partial", "if", "true"),
    *("count", "not", "教职工", "a b", "a-b", "?"),
]


def codes(body: str) -> set[str]:
    policy, problems = read_policy(HEAD + body, "policy.md")
    assert policy is not None, problems
    _, problems = check_policy(policy, VOCABULARY)
    return {one.code for one in problems}


def parameter(name: str) -> str:
    return f"## 参数 {{#p}}\n\n| 参数 | 值 | 核实 |\n|---|---|---|\n| {name} | 5 | 已核实 |\n\n"


def calculation(name: str, anchor: str = "c") -> str:
    lines = [f"## 算 {{#{anchor}}}", "", "- 类别: 计算", "- 对象: 学校", f"- 结果: {name} 数", ""]
    return "\n".join([*lines, "```feel", "1", "```", "", ""])


def pattern(*aliases: str) -> str:
    lines = ["## 查 {#k}", "", "- 类别: 核查", "- 严重: 高", "", "| 事实 | 记作 |", "|---|---|"]
    return "\n".join([*lines, *(f"| 研修活动 | {alias} |" for alias in aliases), "", ""])


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_that_means_something_already_is_refused(name: str) -> None:
    assert codes(parameter(name)) & {"XR231", "XR233"}
    assert "XR233" in codes(pattern(name))
    assert codes(calculation(name)) & {"XR233", "XR281", "XR282"}


def test_a_name_is_given_once() -> None:
    assert "XR234" in codes(parameter("甲数") + calculation("甲数"))
    assert "XR234" in codes(calculation("甲数") + calculation("甲数", "d"))
    assert "XR233" in codes(parameter("甲数") + pattern("甲数"))


def test_names_of_python_and_of_generated_code_are_names_like_others() -> None:
    for name in ("UNKNOWN", "budget", "a0", "命中", "__class__"):
        assert codes(parameter(name) + calculation(f"{name}2") + pattern(f"{name}3")) == set()


def test_a_check_has_no_more_records_than_loops_can_stand_in_each_other() -> None:
    assert codes(pattern(*(f"a{one}" for one in range(15)))) == set()
    assert codes(pattern(*(f"a{one}" for one in range(16)))) == {"XR220"}
