"""Credits of a cycle, worked out by hand for each rule set."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules import Case, Complete, Outcome, Review, Subject, decide, load_policies
from xbyx_rules.feel.temporals import Date

OLD, NOW, NEXT = (
    f"cn/beijing/training-credits-{years}" for years in ("2016-2020", "2021-2025", "2026-2030")
)
POLICIES = load_policies()
FIELDS = ("活动编号", "培训类别", "课程性质", "学时")
APPROVED = date(2018, 3, 1)
TWO_HOURS = (("开始", 8), ("结束", 10))
# One teacher's five years; beside each line what it gives by hand.
RECORDS = [
    ("a", "集中培训", "公共必修", 40),  # 4
    ("b", "网络学习", "公共必修", 40),  # 2: together 6
    ("c", "集中培训", "专业必修", 120),  # 12
    ("c", "集中培训", "专业必修", 120),  # the same activity again: nothing
    ("d", "科研", "选修", 160),  # 8, and 2 of the 12 make 10
    ("e", "校本研修", "校本研修", 200),  # 10
    ("f", "观摩诊断", "校本研修", 5),  # 0.25: together 10.25
]
SESSIONS = [f"2018-03-0{day} 08:00:00 {key}" for day, key in enumerate("abcdef", start=1)]
BY_HAND = {"公共必修学分": "6", "专业必修学分": "12", "选修学分": "8", "校本研修学分": "10.25"}


def review(policy: str, on: date, facts: dict[str, Any], only: list[str] | None = None) -> Review:
    case = Case(Subject("周期学分", "t1/2016"), facts)
    return decide(POLICIES[policy], case, on=on, only=only)


def on_day(day: date) -> dict[str, Any]:
    """When a training of two hours was held."""
    hours = {f"{end}时间": datetime.combine(day, time(hour)) for end, hour in TWO_HOURS}
    return {"日期": day, "末日": day, **hours}


def records(rows: list[tuple[str, str, str, int]]) -> dict[str, Any]:
    """Each activity on a day of its own, after the plan was approved."""
    return {
        "培训记录": Complete(
            [
                {
                    **dict(zip(FIELDS, row, strict=True)),
                    **on_day(date(2018, 3, ord(row[0]) - ord("a") + 1)),
                    "计划批准日期": APPROVED,
                }
                for row in rows
            ]
        )
    }


def test_a_transcript_of_the_old_rule_set_adds_up_as_it_does_by_hand() -> None:
    found = {
        name: clause
        for clause, one in POLICIES[OLD].checked.clauses.items()
        for name, _ in one.results
        if one.subject == "周期学分"
    }
    given = review(OLD, date(2020, 12, 31), records(RECORDS), list(found.values()))
    assert {name: given[clause].value for name, clause in found.items()} == {
        "计入起日": Date(2016, 1, 1),
        "期外的活动": [],
        "重叠的活动": [],
        "重叠的配对": [],
        "重叠不明的配对": [],
        "过早的活动": [],
        "可计的活动": SESSIONS,
        "计入的活动": SESSIONS,
        **{name: Decimal(value) for name, value in BY_HAND.items()},
    }


def test_every_minimum_of_the_old_rule_set_is_met_with_the_surplus_counted_once() -> None:
    facts = {**records(RECORDS), "入职日期": date(2012, 9, 1)}
    outcomes = {one.clause: one.outcome for one in review(OLD, date(2020, 12, 31), facts)}
    assert outcomes == {
        "common-compulsory": Outcome.MET,
        "professional-compulsory": Outcome.MET,
        "school-based": Outcome.MET,
        "elective": Outcome.MET,
        "total": Outcome.MET,  # 6 + 12 + 8 + 10.25 = 36.25
        "induction": Outcome.NOT_APPLICABLE,
    }


def test_one_class_hour_less_of_an_elective_leaves_the_offset_short() -> None:
    rows = [row if row[0] != "d" else ("d", "科研", "选修", 159) for row in RECORDS]
    finding = review(OLD, date(2020, 12, 31), records(rows), ["elective"])["elective"]
    assert finding.outcome is Outcome.NOT_MET
    assert finding.conditions[0].shortfall == Decimal("0.05")


@pytest.mark.parametrize(
    ("policy", "on", "outcome"),
    [
        (OLD, date(2020, 12, 31), Outcome.MET),
        (OLD, date(2021, 1, 1), Outcome.UNDETERMINED),
        (NOW, date(2020, 12, 31), Outcome.UNDETERMINED),
        (NOW, date(2025, 12, 31), Outcome.MET),
        (NOW, date(2026, 1, 1), Outcome.UNDETERMINED),
        (NEXT, date(2026, 11, 27), Outcome.UNDETERMINED),
    ],
)
def test_a_rule_set_speaks_of_its_own_five_years_only(
    policy: str, on: date, outcome: Outcome
) -> None:
    facts = {**records(RECORDS), "已认定学分": Decimal(36)}
    assert review(policy, on, facts, ["total"])["total"].outcome is outcome


def test_without_a_verified_rule_set_the_answer_says_so() -> None:
    finding = review(NEXT, date(2026, 11, 27), {"已认定学分": Decimal(40)}, ["total"])["total"]
    assert "尚未核实，不据以判定" in finding.reason["zh"]


def recognised(*rows: tuple[str, str, str, str], year: int = 2022) -> dict[str, Any]:
    """Records of activities each on a day of its own, of a teacher long in the profession.

    Args:
        rows: 培训类别, 内容类别, 组织级别 and 认定学分.
        year: in which they were held, after the plan was approved.
    """
    names = ("培训类别", "内容类别", "组织级别", "认定学分")
    given = [dict(zip(names, row, strict=True)) for row in rows]
    records = [
        {
            **one,
            "活动编号": str(number),
            "认定学分": Decimal(one["认定学分"]),
            **on_day(date(year, 3, number)),
            "计划批准日期": date(year, 2, 20),
        }
        for number, one in enumerate(given, start=1)
    ]
    return {"入职日期": date(2005, 9, 1), "培训记录": Complete(records)}


def outcomes(policy: str, on: date, facts: dict[str, Any]) -> dict[str, str]:
    return {one.clause: one.outcome.code for one in review(policy, on, facts)}


def test_shanghai_asks_by_content_and_by_level_at_once() -> None:
    facts = recognised(
        ("集中培训", "师德素养", "市级", "6"),
        ("集中培训", "知识技能", "市级", "1"),  # municipal 7
        ("集中培训", "知识技能", "区级", "9"),  # skills 10
        ("集中培训", "实践体验", "区级", "1"),  # district 10
        ("校本研修", "师德素养", "校级", "2"),  # ethics 8
        ("校本研修", "实践体验", "校级", "13"),  # practice 14, school-based 15
        ("自主研修", "自主研修", "个人", "4"),  # 36 in all
    )
    found = outcomes("cn/shanghai/training-credits-2021-2025", date(2025, 12, 31), facts)
    assert set(found.values()) == {"met"}
    assert len(found) == 10


@pytest.mark.parametrize(
    ("policy", "part"),
    [
        ("cn/shanghai/training-credits-2021-2025", "practice"),
        ("cn/shaanxi/training-credits", "concentrated"),
        ("cn/chongqing/training-credits-2019", "concentrated"),
    ],
)
def test_an_activity_recorded_twice_counts_once_where_credits_are_recognised(
    policy: str, part: str
) -> None:
    one = recognised(("集中培训", "实践体验", "区级", "60"))
    twice = {"培训记录": Complete([*one["培训记录"], *one["培训记录"]])}
    for clause in ("total-credits", f"{part}-credits"):
        for facts in (one, twice):
            found = review(policy, date(2024, 9, 1), facts, [clause])
            assert found[clause].value == Decimal(60)


def test_an_activity_recorded_under_two_parts_counts_in_the_first_of_them() -> None:
    rows = [("a", "集中培训", "选修", 100), ("a", "集中培训", "公共必修", 60)]
    clauses = ["common-compulsory-credits", "elective-credits", "total"]
    found = review(OLD, date(2020, 12, 31), records(rows), clauses)
    assert [found[one].value for one in clauses[:2]] == [Decimal(6), Decimal(0)]
    assert "总学分为 6，" in found["total"].message["zh"]


def test_without_its_last_day_an_earlier_activity_may_overlap_a_later_one() -> None:
    facts = records([("a", "集中培训", "选修", 10), ("b", "集中培训", "选修", 10)])
    for one in facts["培训记录"]:
        del one["末日"]
    found = review(OLD, date(2020, 12, 31), facts, ["counted-activities"])["counted-activities"]
    assert found.outcome is Outcome.UNDETERMINED
    assert any("末日" in one.name for one in found.missing)


def test_what_is_left_out_for_approval_leaves_nothing_else_out() -> None:
    """An early school-based activity at the same time takes no place from an elective one."""
    facts = records([("a", "校本研修", "校本研修", 20), ("b", "集中培训", "选修", 10)])
    day = date(2018, 2, 5)
    for one in facts["培训记录"]:
        one.update(on_day(day))
    clauses = ["premature-activities", "overlapped-activities", "counted-activities"]
    found = review(OLD, date(2020, 12, 31), facts, clauses)
    early, elective = (f"2018-02-05 08:00:00 {key}" for key in "ab")
    assert [found[one].value for one in clauses] == [[early], [], [elective]]


def test_shaanxi_asks_for_three_parts_that_make_the_whole() -> None:
    facts = recognised(
        ("集中培训", "知识技能", "市级", "30"),
        ("网络学习", "知识技能", "个人", "40"),
        ("校本研修", "实践体验", "校级", "49.99"),
        year=2021,
    )
    found = outcomes("cn/shaanxi/training-credits", date(2022, 9, 1), facts)
    assert found == {
        "total": "not_met",  # 119.99
        "concentrated": "met",
        "remote": "met",
        "school-based": "not_met",
    }


def test_chongqing_asks_for_120_of_which_20_are_concentrated() -> None:
    facts = recognised(
        ("集中培训", "知识技能", "市级", "20"), ("自主研修", "自主研修", "个人", "100")
    )
    found = outcomes("cn/chongqing/training-credits-2019", date(2024, 9, 1), facts)
    assert found == {"total": "met", "concentrated": "met"}


def test_chongqings_concentrated_credits_are_the_districts_or_above() -> None:
    facts = recognised(
        ("集中培训", "知识技能", "区级", "19"),
        ("集中培训", "知识技能", "校级", "101"),  # 120 in all, but only 19 of the district
    )
    found = outcomes("cn/chongqing/training-credits-2019", date(2024, 9, 1), facts)
    assert found == {"total": "met", "concentrated": "not_met"}


def test_yujiang_converts_two_kinds_and_says_nothing_of_the_others() -> None:
    policy = POLICIES["cn/jiangxi/yingtan/yujiang/training-credits-2019"]
    values = []
    for kind, hours in (("集中培训", 25), ("网络学习", 25), ("校本研修", 25)):
        case = Case(Subject("培训记录", "r"), {"培训类别": kind, "学时": Decimal(hours)})
        one = decide(policy, case, on=date(2024, 9, 1), only=["credits-of-record"])
        values.append(one["credits-of-record"])
    assert [one.value for one in values[:2]] == [Decimal("2.5"), Decimal("1.25")]
    assert values[2].outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(("hours", "outcome"), [("360", "met"), ("359.9", "not_met")])
def test_the_nation_asks_for_360_hours_in_five_years(hours: str, outcome: str) -> None:
    facts = {
        "入职日期": date(2005, 9, 1),
        "近五年培训学时": Decimal(hours),
        "是新任教师": False,
    }
    found = outcomes("cn/training-hours", date(2026, 11, 27), facts)
    assert found == {"five-years": outcome, "induction": "not_applicable"}


def test_the_nations_hours_are_open_for_a_teacher_of_under_five_years() -> None:
    facts = {"入职日期": date(2025, 9, 1), "近五年培训学时": Decimal(80), "是新任教师": False}
    found = outcomes("cn/training-hours", date(2026, 11, 28), facts)
    assert found == {"five-years": "undetermined", "induction": "not_applicable"}


@pytest.mark.parametrize(("on", "year"), [(date(2024, 1, 1), 1), (date(2028, 12, 31), 5)])
def test_xinjiangs_cycle_is_not_the_nations(on: date, year: int) -> None:
    given = review("cn/xinjiang/training-cycle-2024-2028", on, {}, ["in-cycle"])
    assert given["in-cycle"].value == Decimal(year)
