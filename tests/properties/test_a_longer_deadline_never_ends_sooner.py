"""Law: more days, or a later start, never give an earlier due day, and never make it surer."""

from __future__ import annotations

from datetime import date
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.working_calendars import calendars, days
from xbyx_rules.calendars import Deadline, WorkingCalendar, due_day

UNITS: st.SearchStrategy[Literal["工作日", "日"]] = st.sampled_from(["工作日", "日"])


@given(days(), st.integers(1, 9999), st.integers(1, 9999), UNITS, st.booleans(), calendars())
def test_more_days_end_no_sooner(
    start: date,
    one: int,
    other: int,
    unit: Literal["工作日", "日"],
    is_moved_on: bool,
    calendar: WorkingCalendar,
) -> None:
    fewer, more = sorted((one, other))
    sooner = due_day(start, Deadline(fewer, unit, is_moved_on), calendar)
    later = due_day(start, Deadline(more, unit, is_moved_on), calendar)
    assert start < sooner.day <= later.day
    if unit == "工作日":
        assert (sooner.day < later.day) == (fewer < more)
        assert sooner.is_provisional <= later.is_provisional


@given(days(), days(), st.integers(1, 9999), UNITS, st.booleans(), calendars())
def test_a_later_start_ends_no_sooner(
    one: date,
    other: date,
    count: int,
    unit: Literal["工作日", "日"],
    is_moved_on: bool,
    calendar: WorkingCalendar,
) -> None:
    first, second = sorted((one, other))
    deadline = Deadline(count, unit, is_moved_on)
    assert due_day(first, deadline, calendar).day <= due_day(second, deadline, calendar).day
