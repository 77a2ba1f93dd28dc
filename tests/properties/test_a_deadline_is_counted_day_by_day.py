"""Law: a due day is the one met by walking day by day, and provisional where one is not sure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count as count_up

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.working_calendars import calendars, days, is_certain, is_working
from xbyx_rules.calendars import Deadline, DueDay, WorkingCalendar, day_before, due_day


def walk(start: date, step: int) -> Iterator[date]:
    return (start + timedelta(days=step * one) for one in count_up(1))


def find_by_walking(start: date, step: int, count: int, calendar: WorkingCalendar) -> DueDay:
    touched = []
    for day in walk(start, step):
        touched.append(day)
        count -= is_working(calendar, day)
        if count == 0:
            break
    is_sure = all(is_certain(calendar, day) for day in touched)
    return DueDay(touched[-1], not is_sure, calendar.version)


@given(days(), st.integers(1, 400), calendars())
def test_working_days_are_those_met_by_walking_on(
    start: date, count: int, calendar: WorkingCalendar
) -> None:
    expected = find_by_walking(start, 1, count, calendar)
    assert due_day(start, Deadline(count, "工作日"), calendar) == expected
    assert calendar.working_days(start, expected.day) == count


@given(days(), st.integers(1, 400), calendars())
def test_a_reminders_day_is_the_one_met_by_walking_back(
    due: date, count: int, calendar: WorkingCalendar
) -> None:
    lead = Deadline(count, "工作日")
    assert day_before(due, lead, calendar) == find_by_walking(due, -1, count, calendar)


@given(days(), st.integers(1, 400), calendars())
def test_a_calendar_day_stays_or_is_moved_on_to_the_next_working_day(
    start: date, count: int, calendar: WorkingCalendar
) -> None:
    last = start + timedelta(days=count)
    assert due_day(start, Deadline(count, "日"), calendar) == DueDay(last, False, calendar.version)
    moved = find_by_walking(last - timedelta(days=1), 1, 1, calendar)
    assert due_day(start, Deadline(count, "日", is_moved_on=True), calendar) == moved
