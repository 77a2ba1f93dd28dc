"""Which records count towards a cycle: inside it, after approval, one of those at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
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
    early: dict[str, Any] = {"培训类别": "校本研修", "计划批准日期": on}
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


def credits_of(policy: str, records: list[Any]) -> Any:
    """The sum of electives in 2016–2020, of everything elsewhere: one credit a session."""
    clause = "elective-credits" if policy == BEIJING else "total-credits"
    return find(policy, clause, PERIODS[policy][0], records).value


def wednesdays(policy: str) -> tuple[date, date]:
    """The first and last Wednesday of a term, entirely inside the period."""
    start = date(PERIODS[policy][0].year - 1, 3, 1)
    first = start + timedelta(days=(2 - start.weekday()) % 7)
    return first, first + timedelta(weeks=16)


@pytest.mark.parametrize("policy", SETS)
def test_whether_a_meeting_overlaps_a_weekly_course_is_left_open(policy: str) -> None:
    on, *_ = PERIODS[policy]
    first, last = wednesdays(policy)
    tuesday, friday = first + timedelta(days=27), first + timedelta(days=58)
    records = [
        held("course", first, last, **at(first, 13, 16, last)),
        held("b", tuesday, **at(tuesday, 8, 17)),
        held("c", friday, **at(friday, 8, 17)),
    ]
    course = session("course", first, 13)
    pairs = [f"{course} / {session('b', tuesday)}", f"{course} / {session('c', friday)}"]
    for given in (records, records[::-1]):
        assert sorted(find(policy, "undecidable-overlaps", on, given).value) == pairs
        assert find(policy, "counted-activities", on, given).outcome is Outcome.UNDETERMINED
        total = find(policy, "total", on, given, 入职日期=date(2001, 9, 1))
        assert total.outcome is Outcome.UNDETERMINED
        assert all(pair in total.reason[language] for pair in pairs for language in ("zh", "en"))


@pytest.mark.parametrize("policy", SETS)
def test_a_meeting_at_other_hours_than_a_weekly_course_counts_beside_it(policy: str) -> None:
    first, last = wednesdays(policy)
    day = first + timedelta(days=27)
    course = held("course", first, last, **at(first, 13, 16, last))
    for begins, ends in ((9, 10), (12, 13), (16, 17)):
        assert credits_of(policy, [course, held("b", day, **at(day, begins, ends))]) == 2


@pytest.mark.parametrize("policy", SETS)
def test_a_weekly_course_recorded_day_by_day_displaces_only_what_it_overlaps(policy: str) -> None:
    first, _ = wednesdays(policy)
    days = [first + timedelta(weeks=week) for week in range(4)]
    sessions = [held("course", day, **at(day, 13, 16)) for day in days]
    tuesday, wednesday = first + timedelta(days=6), days[2]
    others = [
        held("b", tuesday, **at(tuesday, 8, 17)),
        held("c", wednesday, **at(wednesday, 15, 17)),
    ]
    assert credits_of(policy, sessions) == 4
    assert credits_of(policy, [*sessions, *others]) == 5
    left_out = find(policy, "overlaps", PERIODS[policy][0], [*others, *sessions]).value
    assert left_out == [f"{session('c', wednesday, 15)} / {session('course', wednesday, 13)}"]


@pytest.mark.parametrize("policy", SETS)
def test_sessions_of_one_activity_count_each_and_the_same_session_once(policy: str) -> None:
    first, _ = wednesdays(policy)
    afternoon = held("course", first, **at(first, 13, 16))
    morning = held("course", first, **at(first, 8, 11))
    next_week = held("course", first + timedelta(weeks=1), **at(first + timedelta(weeks=1), 13, 16))
    assert credits_of(policy, [afternoon, morning, next_week]) == 3
    assert credits_of(policy, [afternoon, afternoon]) == 1
    assert credits_of(policy, [afternoon, morning, afternoon, next_week, next_week]) == 3


@pytest.mark.parametrize("policy", SETS)
def test_two_sessions_of_one_activity_at_the_same_hours_count_once(policy: str) -> None:
    day, _ = wednesdays(policy)
    one, other = held("a", day, **at(day, 8, 11)), held("a", day, **at(day, 10, 12))
    assert credits_of(policy, [one, other]) == 1


@pytest.mark.parametrize("policy", SETS)
def test_only_the_session_outside_the_period_is_left_out(policy: str) -> None:
    on, first, before = PERIODS[policy]
    records = [held("o", before), held("o", first), held("o", on)]
    assert find(policy, "outside-activities", on, records).value == [session("o", before)]
    assert credits_of(policy, records) == 2


@pytest.mark.parametrize("policy", SETS)
def test_only_the_session_before_approval_is_left_out(policy: str) -> None:
    on, *_ = PERIODS[policy]
    approved, _ = wednesdays(policy)
    early, late = approved - timedelta(days=2), approved + timedelta(days=30)
    of_school: dict[str, Any] = {"培训类别": "校本研修", "计划批准日期": approved}
    records = [held("s", early, **of_school), held("s", late, **of_school)]
    assert find(policy, "premature-activities", on, records).value == [session("s", early)]
    assert find(policy, "counted-activities", on, records).value == [session("s", late)]


@pytest.mark.parametrize("policy", SETS)
def test_a_long_course_left_out_leaves_nothing_else_open(policy: str) -> None:
    on, *_ = PERIODS[policy]
    first, last = wednesdays(policy)
    day = first + timedelta(days=27)
    hours = at(first, 13, 16, last)
    early: dict[str, Any] = {"培训类别": "校本研修", "计划批准日期": on}
    too_early = held("course", first, last, **hours, **early)
    too_late = held("late", on, on + timedelta(days=9), **at(on, 8, 17, on + timedelta(days=9)))
    meetings = [held("b", day, **at(day, 13, 16)), held("c", on)]
    assert credits_of(policy, [too_early, too_late, *meetings]) == 2


@pytest.mark.parametrize("policy", SETS)
def test_without_a_time_a_session_is_not_told_from_another(policy: str) -> None:
    on, *_ = PERIODS[policy]
    record = held("a", date(on.year - 1, 3, 1))
    del record["开始时间"]
    found = find(policy, "counted-activities", on, [record])
    assert found.outcome is Outcome.UNDETERMINED
    assert "培训记录.开始时间" in [one.name for one in found.missing]


@pytest.mark.parametrize("policy", SETS)
def test_two_hundred_sessions_of_a_cycle_are_counted(policy: str) -> None:
    """Some forty a year, of seven activities: within the steps of one decision."""
    on, *_ = PERIODS[policy]
    days = [on - timedelta(days=8 * back) for back in range(200)]
    records = [held(f"c{number % 7}", day) for number, day in enumerate(days)]
    assert credits_of(policy, records) == 200
