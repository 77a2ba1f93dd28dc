"""A document of many requirements with its vocabulary, made up for measuring.

The rules vary as those of a real document do: comparisons, arithmetic with a parameter, lists of
allowed values, quantifiers over records, conditions of application, messages in two languages, and
examples on every fifth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from xbyx_rules import Case, Complete, Subject

__all__ = ["make_case", "make_policy_text", "make_vocabulary_text", "review_by_hand", "write_rules"]

_FRONT = """---
policy: cn/many
title: 测量用文件
document: 测字〔2024〕1号
in-force: 2024-01-01..
status: in-force
---

# 一、条款

"""
_KINDS = ("讲座", "听评课", "集体备课", "课题研究")
_GROUP = 10
"""Requirements that share their facts: a document speaks of the same things again and again."""


def make_vocabulary_text(count: int) -> str:
    """The vocabulary for `count` requirements."""
    rows = [
        "| 标识码 | code | 文本 | | | 主键 | 公开 | | |",
        "| 活动 | activities | 活动 | | | 对多 | 内部 | | |",
        "| 年级 | grade | 文本 | | 小学、初中、高中 | | 公开 | | |",
    ]
    for group in range(-(-count // _GROUP)):
        rows += [
            f"| 预算{group} | budget {group} | 数(2) | 元 | [0..1e11] | | 内部 | | |",
            f"| 支出{group} | spending {group} | 数(2) | 元 | [0..1e11] | | 内部 | | |",
            f"| 学时{group} | hours {group} | 整数 | 学时 | [0..1000] | | 内部 | | |",
            f"| 已公示{group} | published {group} | 是非 | | | | 公开 | | |",
        ]
    head = "| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |\n"
    head += "|---|---|---|---|---|---|---|---|---|\n"
    activity = [
        "| 编号 | number | 文本 | | | 主键 | 公开 | | |",
        f"| 种类 | kind | 文本 | | {'、'.join(_KINDS)} | | 公开 | | |",
        "| 课时 | class hours | 整数 | 学时 | [0..1000] | | 内部 | | |",
        "| 日期 | held on | 日期 | | | | 内部 | | |",
    ]
    parts = ('## 学校 {#school en="school"}\n\n', head, "\n".join(rows))
    other = ('\n\n## 活动 {#activity en="activity"}\n\n', head, "\n".join(activity))
    return "".join((*parts, *other, "\n"))


def _rule(number: int) -> tuple[str, str, tuple[str, ...]]:
    """Condition, further property, and the facts of its examples (met, not met, unknown)."""
    group, limit = number // _GROUP, 10 + number % 90
    budget, spent, hours = f"预算{group}", f"支出{group}", f"学时{group}"
    rules: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        (f"{hours} >= {limit}", "", (hours, str(limit), str(limit - 1), "")),
        (f"{spent} <= {budget} * 最低比例 + {limit}", f"- 前提: {budget} > 0\n", ()),
        (f"{spent} >= {budget} * 最低比例 and 已公示{group}", "", ()),
        ('年级 in ("小学", "初中")', f"- 适用条件: {hours} > {limit}\n", ()),
        (f"{hours} in [{limit}..{limit + 200}]", "", (hours, str(limit), str(limit - 1), "")),
        (f'every a in 活动 satisfies a.课时 <= {limit} or a.种类 = "讲座"', "", ()),
        (f'count(活动[种类 = "听评课"]) >= {number % 3}', "", ()),
        (f'some a in 活动 satisfies a.种类 = "集体备课" and a.课时 > {number % 7}', "", ()),
        (f"sum(for a in 活动 return a.课时) + {hours} >= {limit}", "", ()),
        (f"if 已公示{group} then {spent} / 2 <= {budget} else {hours} > {limit}", "", ()),
    )
    return rules[number % len(rules)]


def make_policy_text(count: int) -> str:
    """A document of `count` requirements about a school."""
    parts = [_FRONT, "## 参数 {#parameters}\n\n| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |\n"]
    parts.append("|---|---|---|---|---|---|\n| 最低比例 | 5% | 2024-01-01 | | 一-1 | 已核实 |\n\n")
    for number in range(count):
        condition, extra, example = _rule(number)
        parts.append(
            f"## 一-{number + 1} 第{number + 1}项要求 {{#rule-{number + 1}}}\n\n"
            f"- 类别: 要求\n- 对象: 学校\n- 规范用语: 应当\n{extra}\n"
            f"学校应当做到第{number + 1}项所列的内容。\n\n```feel\n{condition}\n```\n\n"
            f"> 学时为 {{学时{number // _GROUP}}}，未达到第{number + 1}项要求。\n>\n"
            f"> en: With {{学时{number // _GROUP}}} hours, item {number + 1} is not met.\n\n"
        )
        if example:
            fact, *values = example
            names = ("恰好", "差一", "未填")
            outcomes = ("符合", "不符合", "暂无法判定")
            rows = zip(names, values, outcomes, strict=True)
            parts.append(f"| 例 | {fact} | 结果 |\n|---|---|---|\n")
            parts += [f"| {name} | {value} | {outcome} |\n" for name, value, outcome in rows]
            parts.append("\n")
    return "".join(parts)


def make_case(count: int) -> Case:
    """A school with every fact that the requirements read."""
    activities = Complete(
        {"编号": str(one), "种类": _KINDS[one % 4], "课时": 2 + one, "日期": date(2024, 9, 1 + one)}
        for one in range(10)
    )
    facts: dict[str, Any] = {"标识码": "1", "活动": activities, "年级": "小学"}
    for group in range(-(-count // _GROUP)):
        facts |= {
            f"预算{group}": Decimal(1_000_000),
            f"支出{group}": Decimal(40_000 + 500 * group),
            f"学时{group}": 40 + group % 60,
            f"已公示{group}": group % 5 != 0,
        }
    return Case(Subject("学校", "1"), facts)


def write_rules(folder: Path, count: int, note: str) -> None:
    """A rules folder with the document and its vocabulary; `note` makes their texts new."""
    vocabulary = f"# 词汇\n\n{note}\n\n{make_vocabulary_text(count)}"
    policy = make_policy_text(count).replace("# 一、条款\n", f"# 一、条款\n\n{note}\n")
    (folder / "cn" / "many").mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.md").write_text(vocabulary, "utf-8")
    (folder / "cn" / "many" / "policy.md").write_text(policy, "utf-8")


_RATE = Decimal("0.05")
_BY_HAND: tuple[Callable[[Mapping[str, Any], int, int, int], bool | None], ...] = (
    lambda facts, group, limit, number: facts[f"学时{group}"] >= limit,
    lambda facts, group, limit, number: (
        facts[f"支出{group}"] <= facts[f"预算{group}"] * _RATE + limit
        if facts[f"预算{group}"] > 0
        else None
    ),
    lambda facts, group, limit, number: (
        facts[f"支出{group}"] >= facts[f"预算{group}"] * _RATE and facts[f"已公示{group}"]
    ),
    lambda facts, group, limit, number: (
        facts["年级"] in ("小学", "初中") if facts[f"学时{group}"] > limit else None
    ),
    lambda facts, group, limit, number: limit <= facts[f"学时{group}"] <= limit + 200,
    lambda facts, group, limit, number: all(
        one["课时"] <= limit or one["种类"] == "讲座" for one in facts["活动"]
    ),
    lambda facts, group, limit, number: (
        sum(one["种类"] == "听评课" for one in facts["活动"]) >= number % 3
    ),
    lambda facts, group, limit, number: any(
        one["种类"] == "集体备课" and one["课时"] > number % 7 for one in facts["活动"]
    ),
    lambda facts, group, limit, number: (
        sum(one["课时"] for one in facts["活动"]) + facts[f"学时{group}"] >= limit
    ),
    lambda facts, group, limit, number: (
        facts[f"支出{group}"] / 2 <= facts[f"预算{group}"]
        if facts[f"已公示{group}"]
        else facts[f"学时{group}"] > limit
    ),
)


def review_by_hand(facts: Mapping[str, Any], count: int) -> list[bool | None]:
    """The same requirements as a programmer would write them; None where one does not apply."""
    return [
        _BY_HAND[number % len(_BY_HAND)](facts, number // _GROUP, 10 + number % 90, number)
        for number in range(count)
    ]
