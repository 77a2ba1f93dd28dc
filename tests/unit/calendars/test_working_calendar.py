"""The calendar: which table counts, what is certain, what its version says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from xbyx_rules.calendars import DayTable, Deadline, WorkingCalendar, due_day

NOTICE = DayTable({date(2026, 10, 10): True}, {2026: "通知"}, "cc-1.11.0")


def test_the_later_table_counts() -> None:
    day = date(2026, 10, 10)
    school = DayTable({day: False})
    assert WorkingCalendar(NOTICE).is_working(day)
    assert not WorkingCalendar(NOTICE, school).is_working(day)
    assert WorkingCalendar(school, NOTICE).is_working(day)


def test_the_last_week_of_a_year_is_certain_when_the_next_years_notice_is_known() -> None:
    alone = WorkingCalendar(NOTICE)
    both = WorkingCalendar(NOTICE, DayTable({}, {2027: "通知"}))
    assert [alone.is_certain(date(2026, 12, day)) for day in (24, 25, 31)] == [True, False, False]
    assert [both.is_certain(date(2026, 12, day)) for day in (24, 25, 31)] == [True, True, True]


def test_a_stated_day_is_certain_in_a_year_that_is_not_known() -> None:
    calendar = WorkingCalendar(DayTable({date(2027, 3, day): True for day in (1, 2)}))
    assert calendar.is_certain(date(2027, 3, 1), date(2027, 3, 2))
    assert not calendar.is_certain(date(2027, 3, 1), date(2027, 3, 3))


def test_no_day_at_all_is_certain() -> None:
    assert WorkingCalendar().is_certain(date(2027, 3, 2), date(2027, 3, 1))


def test_a_year_learnt_later_makes_a_provisional_day_sure_under_another_version() -> None:
    start, deadline = date(2027, 3, 1), Deadline(5, "工作日")
    before = due_day(start, deadline, WorkingCalendar(NOTICE))
    after = due_day(start, deadline, WorkingCalendar(NOTICE, DayTable({}, {2027: "通知"})))
    assert (before.is_provisional, after.is_provisional) == (True, False)
    assert before.calendar_version != after.calendar_version


@pytest.mark.parametrize(
    ("names", "start"),
    [
        (["cc-1.11.0"], "cc-1.11.0+"),
        (["cc-1.11.0", "", "bj"], "cc-1.11.0+bj+"),
        ([""], "weekdays+"),
        ([], "weekdays+"),
        (["x" * 100], "x" * 19 + "+"),
    ],
)
def test_a_version_begins_with_the_tables_names_and_fits_its_column(
    names: list[str], start: str
) -> None:
    version = WorkingCalendar(*(DayTable(name=one) for one in names)).version
    assert version.startswith(start)
    assert len(version) <= 32


def test_what_a_table_states_can_not_be_changed_afterwards() -> None:
    days = {date(2026, 10, 10): True}
    table = DayTable(days)
    days[date(2026, 10, 11)] = True
    assert list(table.days) == [date(2026, 10, 10)]


@pytest.mark.parametrize(
    "days",
    [{datetime(2026, 10, 10, tzinfo=UTC): True}, {date(2026, 10, 10): "0"}, {"2026-10-10": True}],
)
def test_rows_of_a_database_are_not_taken_as_they_are(days: Any) -> None:
    with pytest.raises(TypeError, match="2026"):
        DayTable(days)


@pytest.mark.parametrize("name", ["校历", "a b", "a+b", "school\n"])
def test_a_tables_name_is_plain(name: str) -> None:
    """A column of 32 is of bytes in some databases."""
    with pytest.raises(ValueError, match="name"):
        DayTable(name=name)
