"""A small vocabulary with every kind of term, and a plan in its words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from xbyx_rules import Complete
from xbyx_rules.deciding import Case, Subject
from xbyx_rules.lifecycle import SubmittedVersion, version_of
from xbyx_rules.policy import Vocabulary, read_vocabulary

__all__ = ["PLAN", "TERMS", "facts", "submit"]

_HEAD = """\
| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
"""
_ROWS = {
    "学校": """\
| 学校标识码 | code | 文本 | | | 主键 | 公开 | | |
| 年度计划 | plans | 年度计划 | | | 对多 | 公开 | | |
""",
    "工作小组": """\
| 组长 | head | 文本 | | | | 个人 | | |
| 人数 | size | 数(0) | 人 | | | 公开 | | |
| 上级小组 | group above | 工作小组 | | | 对一 | 公开 | | |
""",
    "教师": """\
| 工号 | staff id | 文本 | | | 主键 | 个人 | | |
| 学时 | hours | 数(1) | 学时 | | | 公开 | | |
""",
    "活动": """\
| 活动编号 | activity id | 文本 | | | 主键 | 公开 | | |
| 学时 | hours | 数(1) | 学时 | [0..100] | | 公开 | | |
| 主讲 | speaker | 教师 | | | 对一 | 公开 | | |
| 参加 | attending | 教师 | | | 对多 | 公开 | | |
| 材料 | papers | 明细 | | | 对多 | 公开 | | |
""",
    "明细": """\
| 科目 | item | 文本 | | | | 公开 | | |
| 金额 | amount | 数(2) | 元 | | | 公开 | | |
""",
    "年度计划": """\
| 计划编号 | plan id | 文本 | | | 主键 | 公开 | | |
| 学校 | school | 学校 | | | 对一 | 公开 | | |
| 学年 | year | 文本 | | | | 公开 | | |
| 主题 | themes | 列表<文本> | | | | 公开 | | |
| 经费 | budget | 数(2) | 元 | | | 内部 | | |
| 起始日期 | first day | 日期 | | | | 公开 | | |
| 专项列支 | is separate | 是非 | | | | 公开 | | |
| 联系人 | contact | 文本 | | | | 个人 | | |
| 小组 | group | 工作小组 | | | 对一 | 公开 | | |
| 活动 | activities | 活动 | | | 对多 | 公开 | | |
| 明细 | items | 明细 | | | 对多 | 公开 | | |
| 教师 | teachers | 教师 | | | 对多 | 公开 | | |
""",
}


def _read() -> Vocabulary:
    parts = (
        f'## {name} {{#e{number} en="e{number}"}}\n\n{_HEAD}{rows}'
        for number, (name, rows) in enumerate(_ROWS.items())
    )
    vocabulary, problems = read_vocabulary("# 词汇表\n\n" + "\n".join(parts), "vocabulary.md")
    assert vocabulary is not None, [one.render() for one in problems]
    return vocabulary


TERMS = _read()
PLAN = Subject("年度计划", "p-1")


def facts(**changed: Any) -> dict[str, Any]:
    """The facts of a plan, some of them otherwise."""
    return {
        "计划编号": "p-1",
        "学校": {"学校标识码": "2111000001", "年度计划": Complete()},
        "学年": "2025-2026",
        "主题": ["阅读", "实验"],
        "经费": Decimal("50000.00"),
        "起始日期": date(2025, 9, 1),
        "专项列支": True,
        "联系人": "t-17",
        "小组": {"组长": "t-01", "人数": 5},
        "活动": Complete([activity("a-1"), activity("a-2")]),
        "明细": Complete([item("讲课费", "3000"), item("资料费", "200.50")]),
        "教师": Complete([{"工号": "t-17", "学时": Decimal(8)}]),
        **changed,
    }


def activity(key: str, **changed: Any) -> dict[str, Any]:
    """An activity with a speaker from the staff and one paper."""
    speaker = {"工号": "t-01", "学时": Decimal(4)}
    papers = Complete([item("讲义", "12")])
    return {"活动编号": key, "学时": Decimal(2), "主讲": speaker, "材料": papers, **changed}


def item(name: str, amount: str) -> dict[str, Any]:
    """A line of a budget."""
    return {"科目": name, "金额": Decimal(amount)}


def submit(**changed: Any) -> SubmittedVersion:
    """The version of a plan with some facts otherwise."""
    return version_of(Case(PLAN, facts(**changed)), TERMS)
