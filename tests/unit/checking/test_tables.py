"""Decision tables in a document: checked with their places, and run under every hit policy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules import UNKNOWN, Case, Subject, compile_policy, decide, load_library, read_policy
from xbyx_rules.checking import check_policy
from xbyx_rules.errors import CaseError, Diagnostic

VOCABULARY = load_library().vocabulary
HEAD = """---
policy: cn/test
title: 试
document: 试〔2025〕1号
kind: 通知
issuer: 试
division: "110000"
adopted: 2025-01-01
in-force: 2025-01-01..
validity: 未核实
status: in-force
---

# 一

## 一-1 表 {#table}

- 类别: 计算
- 对象: 研修活动
- 结果: RESULT

"""


def check(result: str, table: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    policy, problems = read_policy(HEAD.replace("RESULT", result) + table, "policy.md")
    assert policy is not None, [one.render() for one in problems]
    return check_policy(policy, VOCABULARY)


def compute(result: str, table: str, facts: dict[str, Any]) -> Any:
    checked, problems = check(result, table)
    assert checked is not None, [one.render() for one in problems]
    case = Case(Subject("研修活动", "1"), facts)
    review = decide(compile_policy(checked), case, on=date(2025, 9, 1), only=("table",))
    return review["table"].value


def table(policy: str) -> str:
    return f"""| {policy} | 学时 | 研修方式 | → 等级 | 说明 |
|---|---|---|---|---|
| 1 | >= 4 | - | "合格" | 甲 |
| 2 | [2..8) | "自主学习", "网络协作" | "优秀" | 乙 |
| 3 | < 2 | not("网络协作") | "合格" | |
"""


@pytest.mark.parametrize(
    ("policy", "hours", "method", "value"),
    [
        ("U", "1", "自主学习", "合格"),
        ("U", "1", "网络协作", UNKNOWN),
        ("U", "8", None, "合格"),
        ("F", "5", "自主学习", "合格"),
        ("F", "3", None, UNKNOWN),
        ("P", "5", "自主学习", "优秀"),
        ("O", "5", "自主学习", ["优秀", "合格"]),
        ("R", "5", "自主学习", ["合格", "优秀"]),
        ("C", "5", "自主学习", ["合格", "优秀"]),
        ("C#", "5", "自主学习", Decimal(2)),
        ("A", "5", "同伴互助", "合格"),
        ("A", "5", "自主学习", UNKNOWN),
    ],
)
def test_a_table_answers_by_its_hit_policy(
    policy: str, hours: str, method: str | None, value: Any
) -> None:
    result = "等级 数" if policy == "C#" else "等级 文本[优秀、合格]"
    facts = {"学时": Decimal(hours), "研修方式": method}
    if policy == "C#":
        counted = table(policy).replace('"合格"', "1").replace('"优秀"', "1")
        assert compute(result, counted, facts) == value
        return
    assert compute(result, table(policy), facts) == value


def test_overlapping_rows_of_a_unique_table_name_the_rows() -> None:
    with pytest.raises(CaseError) as raised:
        compute("等级 文本", table("U"), {"学时": Decimal(5), "研修方式": "自主学习"})
    (found,) = raised.value.diagnostics
    assert found.code == "XR304"
    assert "1、2" in found.message("zh")


def test_several_outputs_make_several_names() -> None:
    text = """| U | 学时 | → 等级 | → 折合 |
|---|---|---|---|
| 1 | > 2 | "合格" | 学时 / 20 |
| 2 | <= 2 | "优秀" | 0 |
"""
    value = compute("等级 文本, 折合 数", text, {"学时": Decimal(5)})
    assert value == {"等级": "合格", "折合": Decimal("0.25")}


@pytest.mark.parametrize(
    ("result", "old", "new", "code", "shown"),
    [
        ("等级 数", "", "", "XR253", '"合格"'),
        ("级别 文本", "", "", "XR251", "等级"),
        ("等级 文本", "| F |", "| P |", "XR252", "P"),
        ("等级 文本", '"自主学习"', '"自主学刁"', "XR205", '"自主学刁"'),
        ("等级 文本", "| >= 4 |", '| >= "4" |', "XR207", '"4"'),
        ("等级 文本", "| 学时 |", "| 学分 |", "XR201", "学分"),
        ("等级 文木", "", "", "XR282", "等级 文木"),
    ],
)
def test_a_problem_in_a_table_has_code_and_place(
    result: str, old: str, new: str, code: str, shown: str
) -> None:
    checked, problems = check(result, table("F").replace(old, new) if old else table("F"))
    assert checked is None
    found = next(one for one in problems if one.severity == "error")
    assert found.code == code
    assert found.place is not None
    assert found.excerpt[found.place.column - 1 :].startswith(shown)


def test_a_table_that_collects_rows_gives_its_name_a_list() -> None:
    rule = """
## 一-2 用表 {#rule}

- 类别: 要求
- 对象: 研修活动
- 规范用语: 应当

```feel
count(等级) = 2
```
"""
    text = HEAD.replace("RESULT", "等级 文本") + table("C") + rule
    policy, _ = read_policy(text, "policy.md")
    assert policy is not None
    checked, problems = check_policy(policy, VOCABULARY)
    assert checked is not None, [one.render() for one in problems]
    case = Case(Subject("研修活动", "1"), {"学时": Decimal(5), "研修方式": "自主学习"})
    review = decide(compile_policy(checked), case, on=date(2025, 9, 1))
    assert review["rule"].outcome.code == "met"


def test_a_parameter_read_in_a_cell_is_among_the_readings_and_gives_the_reason() -> None:
    parameters = """
## 参数 {#parameters}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
| 下限 | 4 | 2025-01-01 | | 一-1 | 未核实 |
"""
    text = HEAD.replace("RESULT", "等级 文本") + table("F").replace(">= 4", ">= 下限") + parameters
    policy, _ = read_policy(text, "policy.md")
    assert policy is not None
    checked, problems = check_policy(policy, VOCABULARY)
    assert checked is not None, [one.render() for one in problems]
    case = Case(Subject("研修活动", "1"), {"学时": Decimal(5), "研修方式": "自主学习"})
    review = decide(compile_policy(checked), case, on=date(2025, 9, 1), only=("table",))
    finding = review["table"]
    assert finding.outcome.code == "undetermined"
    assert [one.name for one in finding.parameters] == ["下限"]
    assert "尚未核实" in finding.reason["zh"]


REQUIREMENT = """| POLICY | 学时 | → 结论 | OUTPUT
|---|---|---|---
| 1 | >= 2 | true | VALUE
| 2 | < 2 | false | VALUE
"""


@pytest.mark.parametrize(
    ("policy", "is_wide", "codes"),
    [
        ("U", False, set()),
        ("A", False, set()),
        ("F", False, set()),
        ("C", False, {"XR254"}),
        ("R", False, {"XR254"}),
        ("C#", False, {"XR254"}),
        ("U", True, {"XR254"}),
    ],
)
def test_a_requirement_has_one_output_and_a_policy_that_gives_one_answer(
    policy: str, is_wide: bool, codes: set[str]
) -> None:
    rule = "- 类别: 要求\n- 对象: 研修活动\n- 规范用语: 应当"
    head = HEAD.replace("- 类别: 计算\n- 对象: 研修活动\n- 结果: RESULT", rule)
    text = REQUIREMENT.replace("POLICY", policy)
    if is_wide:
        text = text.replace("OUTPUT", "→ 另一 |").replace("VALUE", "true |")
        text = text.replace("|---\n", "|---|\n")
    else:
        text = (
            text.replace(" OUTPUT", "")
            .replace(" VALUE", "")
            .replace("|---|---|---|---", "|---|---|---|")
        )
    read, problems = read_policy(head + text, "policy.md")
    assert read is not None, [one.render() for one in problems]
    _, found = check_policy(read, VOCABULARY)
    assert {one.code for one in found if one.severity == "error"} == codes


def test_an_aggregate_has_one_output() -> None:
    text = """| C+ | 学时 | → 等级 | → 折合 |
|---|---|---|---|
| 1 | > 2 | 1 | 2 |
"""
    _, problems = check("等级 数, 折合 数", text)
    assert [one.code for one in problems] == ["XR255"]
