"""Laws that a clause declares of itself: what is read, and what is said of those that can't be."""

from __future__ import annotations

import pytest

from tests.unit.testing.drafts import HEAD, VOCABULARY, compile_draft, requirement
from xbyx_rules import read_policy
from xbyx_rules.checking import LawKind, check_policy
from xbyx_rules.policy import format_text

CONDITION = "教师培训经费预算 >= 公用经费年度预算总额"
CALCULATION = """## 一-2 折合 {#credits}

- 类别: 计算
- 对象: 培训记录
- 结果: 试的学分 数
- 性质: 学时 is-upper-bound； 不为负

```feel
学时 / 10
```
"""


def diagnose(law: str) -> list[tuple[str, int]]:
    text = HEAD + requirement(CONDITION, "", f"- 性质: {law}\n")
    policy, problems = read_policy(text, "policy.md")
    assert policy is not None, problems
    _, found = check_policy(policy, VOCABULARY)
    return [(one.code, one.place.column) for one in found if one.code.startswith("XR89")]


def test_laws_are_read_in_both_spellings() -> None:
    policy = compile_draft(CALCULATION)
    laws = policy.checked.clauses["credits"].laws
    assert [(one.kind, one.path) for one in laws] == [
        (LawKind.UPPER_BOUND, ("学时",)),
        (LawKind.NEVER_NEGATIVE, ()),
    ]
    assert laws[0].name == "学时 为上限"


@pytest.mark.parametrize(
    ("law", "code", "column"),
    [
        ("教师培训经费预算 越多越好", "XR890", 7),
        ("教师培训经费预算 越多越符合; 教师培训经费 越多越符合", "XR891", 23),
        ("专项列支 越多越符合", "XR892", 7),
        ("越多越符合", "XR892", 7),
        ("专项列支 补充事实不改判", "XR892", 7),
        ("教师培训经费预算 次序无关", "XR892", 7),
        ("教师培训经费预算 越多越大", "XR893", 7),
        ("不放宽上位规定", "XR893", 7),
        ("补充事实不改判; learning-keeps-decided", "XR894", 16),
    ],
)
def test_a_law_that_cannot_be_is_reported_where_it_stands(law: str, code: str, column: int) -> None:
    assert diagnose(law) == [(code, column)]


def test_an_unknown_law_has_the_nearest_name() -> None:
    policy, _ = read_policy(
        HEAD + requirement(CONDITION, "", "- 性质: 教师培训经费预算 越多越符\n"), "policy.md"
    )
    assert policy is not None
    _, found = check_policy(policy, VOCABULARY)
    near = [one.values["nearest"] for one in found if one.code == "XR890"]
    assert len(near) == 1
    assert near[0].startswith("`越多越符合`")


def test_the_layout_keeps_laws() -> None:
    text = HEAD + requirement(CONDITION, "", "- laws: 教师培训经费预算 more-is-met\n")
    written, _ = format_text(text, "policy.md")
    assert written is not None
    assert "- 性质: 教师培训经费预算 more-is-met\n" in written
