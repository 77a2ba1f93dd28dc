"""Which records count towards a cycle: inside it, after approval, one of those at once."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules import Case, Complete, Finding, Outcome, Subject, decide, load_policies

POLICIES = load_policies()
BEIJING, SHANGHAI, SHAANXI, CHONGQING = SETS = (
    "cn/beijing/training-credits-2016-2020",
    "cn/shanghai/training-credits-2021-2025",
    "cn/shaanxi/training-credits",
    "cn/chongqing/training-credits-2019",
)
# The day asked about, the first day that counts, the last that doesn't.
PERIODS = {
    BEIJING: (date(2020, 12, 31), date(2016, 1, 1), date(2015, 12, 31)),
    SHANGHAI: (date(2025, 12, 31), date(2021, 1, 1), date(2020, 12, 31)),
    SHAANXI: (date(2022, 9, 1), date(2017, 9, 2), date(2017, 9, 1)),
    CHONGQING: (date(2024, 9, 1), date(2019, 9, 2), date(2019, 9, 1)),
}


def held(key: str, first: date, last: date | None = None, **more: Any) -> dict[str, Any]:
    """A record of concentrated training, ten hours and one credit."""
    return {
        "活动编号": key,
        "培训类别": "集中培训",
        "课程性质": "选修",
        "内容类别": "知识技能",
        "组织级别": "区级",
        "学时": Decimal(10),
        "认定学分": Decimal(1),
        "日期": first,
        "末日": last or first,
        **at(first, 8, 10, last),
        **more,
    }


def at(first: date, begins: int, ends: int, last: date | None = None) -> dict[str, Any]:
    return {
        "开始时间": datetime.combine(first, time(begins)),
        "结束时间": datetime.combine(last or first, time(ends)),
    }


def session(key: str, day: date, begins: int = 8) -> str:
    """How a list names a session."""
    return f"{day} {begins:02}:00:00 {key}"


def find(policy: str, clause: str, on: date, records: list[Any], **facts: Any) -> Finding:
    case = Case(Subject("周期学分", "t"), {"培训记录": Complete(records), **facts})
    return decide(POLICIES[policy], case, on=on, only=[clause])[clause]


@pytest.mark.parametrize("policy", SETS)
def test_records_outside_the_period_do_not_count(policy: str) -> None:
    on, first, before = PERIODS[policy]
    after = date.fromordinal(on.toordinal() + 1)
    records = [held("in", first), held("last", on), held("before", before), held("after", after)]
    outside = find(policy, "outside-activities", on, records)
    counted = find(policy, "counted-activities", on, records)
    assert outside.value == [session("before", before), session("after", after)]
    assert counted.value == [session("in", first), session("last", on)]


@pytest.mark.parametrize("policy", SETS)
def test_an_activity_that_runs_into_the_period_belongs_to_it(policy: str) -> None:
    on, first, before = PERIODS[policy]
    counted = find(policy, "counted-activities", on, [held("a", before, first)])
    assert counted.value == [session("a", before)]


@pytest.mark.parametrize("policy", SETS)
def test_of_three_at_the_same_hours_one_counts_and_an_early_one_does_not(policy: str) -> None:
    on, *_ = PERIODS[policy]
    day = date(on.year - 1, 3, 1)
    hours = at(day, 8, 17)
    early = {"培训类别": "校本研修", "计划批准日期": on}
    records = [held("a", day, **hours), held("b", day, **hours), held("c", day, **hours, **early)]
    a, b, c = (session(key, day) for key in "abc")
    assert find(policy, "counted-activities", on, records).value == [a]
    assert find(policy, "overlaps", on, records).value == [f"{b} / {a}"]
    assert find(policy, "premature-activities", on, records).value == [c]


def test_what_overlaps_only_an_activity_left_out_counts() -> None:
    """a10 (1 hour) and a3 (50 hours) stay; a2 overlaps both."""
    day = date(2018, 3, 1)
    records = [
        held("a10", day, 学时=Decimal(1), **at(day, 8, 10)),
        held("a2", day, 学时=Decimal(100), **at(day, 9, 12)),
        held("a3", day, 学时=Decimal(50), **at(day, 11, 17)),
    ]
    for given in (records, records[::-1]):
        total = find(BEIJING, "elective-credits", date(2020, 12, 31), given)
        assert total.value == Decimal("5.1")


@pytest.mark.parametrize("part", ["选修", "专业必修", "校本研修"])
def test_school_based_training_waits_for_approval_under_whatever_part_it_stands(part: str) -> None:
    record = held("a", date(2018, 3, 1), 培训类别="校本研修", 课程性质=part)
    record["计划批准日期"] = date(2019, 1, 1)
    counted = find(BEIJING, "counted-activities", date(2020, 12, 31), [record])
    assert counted.value == []


@pytest.mark.parametrize("policy", SETS)
def test_a_last_day_before_the_first_leaves_every_total_open(policy: str) -> None:
    on, *_ = PERIODS[policy]
    wrong = held("b", date(on.year - 1, 3, 2), date(on.year - 1, 3, 1))
    records = [held("a", date(on.year - 1, 5, 1)), wrong]
    finding = find(policy, "total", on, records, 入职日期=date(2001, 9, 1))
    assert finding.outcome is Outcome.UNDETERMINED
    assert "日期不晚于记的末日" in finding.reason["zh"]
    assert finding.missing == ()


@pytest.mark.parametrize(
    ("on", "hours", "outcome"),
    [
        (date(2020, 12, 30), 359, "undetermined"),
        (date(2020, 12, 30), 360, "met"),
        (date(2020, 12, 31), 359, "not_met"),
        (date(2020, 12, 31), 360, "met"),
    ],
)
def test_before_the_cycle_ends_a_shortfall_is_not_yet_a_failure(
    on: date, hours: int, outcome: str
) -> None:
    records = [held("a", date(2018, 3, 1), 学时=Decimal(hours))]
    finding = find(BEIJING, "total", on, records)
    assert finding.outcome.code == outcome
    if outcome != "met":
        assert finding.conditions[0].shortfall == Decimal("0.1")
        assert finding.missing == ()


def test_who_joined_less_than_five_years_ago_has_not_failed_a_rolling_minimum() -> None:
    on = date(2022, 9, 1)
    joined = {"2017-09-01": "not_met", "2017-09-02": "undetermined"}
    for day, outcome in joined.items():
        found = find(SHAANXI, "total", on, [], 入职日期=date.fromisoformat(day))
        assert found.outcome.code == outcome
    unknown = find(SHAANXI, "total", on, [])
    assert [one.name for one in unknown.missing] == ["入职日期"]


def test_a_kindergarten_teachers_first_year_fails_only_when_it_is_over() -> None:
    policy = POLICIES["cn/beijing/new-teacher-training"]
    facts = {
        "入职日期": date(2025, 9, 1),
        "是新任教师": True,
        "任教学校类别": "幼儿园",
        "入职首年培训学时": Decimal(10),
    }
    clause = "kindergarten-first-year"
    case = Case(Subject("周期学分", "t"), facts)
    found = {
        on: decide(policy, case, on=on, only=[clause])[clause]
        for on in (date(2025, 9, 10), date(2026, 8, 31), date(2026, 9, 1))
    }
    outcomes = [one.outcome.code for one in found.values()]
    assert outcomes == ["undetermined", "undetermined", "not_met"]
    assert found[date(2025, 9, 10)].conditions[0].shortfall == Decimal(110)
