"""Law: records of another school year, whichever they are, change no figure of a school year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules import Complete, ExecutablePolicy, decide, load_policies
from xbyx_rules.testing.examples import PreparedExample, prepare_examples

NAMES: Final = (
    "cn/beijing/school-based-training/statistics",
    "cn/beijing/school-based-training/activity-statistics",
    "cn/beijing/school-based-training/outcome-statistics",
)
IDS: Final = st.sampled_from(["1", "2", "3", "a", "b", "c", "a1"])
BEFORE: Final = (date(2019, 9, 1), date(2020, 8, 31))
AFTER: Final = (date(2029, 9, 1), date(2030, 8, 31))


@cache
def policy(name: str) -> ExecutablePolicy:
    return load_policies()[name]


@cache
def examples(name: str) -> tuple[PreparedExample, ...]:
    clauses = policy(name).policy.clauses
    anchors = [one.id for one in clauses if one.property("对象") == "研修统计"]
    return tuple(one for anchor in anchors for one in prepare_examples(policy(name), anchor))


@st.composite
def records(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """A record of each register, all of one school year that no example counts."""
    first, last = draw(st.sampled_from([BEFORE, AFTER]))
    held = first + timedelta(days=draw(st.integers(0, (last - first).days)))
    year = f"{first.year}-{last.year}"
    school, teacher, number = draw(IDS), draw(IDS), draw(IDS)
    result = draw(st.sampled_from(["待审核", "审核通过", "退回补正", "不予通过"]))
    of_school = {"学校": school, "学年": year}
    return {
        "报审记录": of_school
        | {"种类": draw(st.sampled_from(["规划", "年度计划"])), "起始日期": first, "终止日期": last}
        | {"审核结果": result, "报送日期": held, "审核日期": held},
        "实施方案": {"方案编号": f"{year}/{number}", "学年": year},
        "备案记录": {"学校": school, "方案编号": f"{year}/{number}", "日期": held},
        "研修活动": of_school
        | {
            "日期": held,
            "活动编号": number,
            "学时": 2,
            "内容领域": "教师发展",
            "内容模块": "师德修养",
        }
        | {
            "研修方式": "同伴互助",
            "集中与分散": "集中",
            "专题与系统": "专题",
            "线上与线下": "线上",
        },
        "参加记录": {"教师": teacher, "学校": school, "活动编号": number, "实到": True}
        | {"开始时间": datetime.combine(held, time(14))},
        "学分审核": {"教师": teacher, "学年": year, "申报学分": 3, "审定学分": 4, "审定日期": held},
        "研修成果": {"成果编号": number, "学年": year, "已被采用": True},
        "智能建议": {"建议编号": number, "提出日期": held, "处理结果": "已采纳"},
        "区级活动": {"种类": "交流展示", "日期": held},
        "区级评选": {"种类": "示范校", "日期": held},
    }


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(deadline=None)
def test_records_of_another_year_change_no_statistic(name: str, data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(examples(name)))
    added = data.draw(records())
    facts = {
        register: Complete([*value, added[register]])
        if register in added and isinstance(value, Complete)
        else value
        for register, value in example.case.facts.items()
    }
    clause = example.clause
    asked = [
        decide(policy(name), one, on=example.on, only=[clause])[clause]
        for one in (example.case, replace(example.case, facts=facts))
    ]
    assert asked[0].outcome is asked[1].outcome
    assert asked[0].value == asked[1].value
