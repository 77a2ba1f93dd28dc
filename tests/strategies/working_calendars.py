"""Calendars of a few years with stated days and notices here and there, and days within them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from xbyx_rules.calendars import DayTable, WorkingCalendar

__all__ = ["calendars", "days", "is_certain", "is_working", "tables"]

YEARS = range(2022, 2040)


def days() -> st.SearchStrategy[date]:
    """Days of eight years, the turns of the years more often than others."""
    anywhere = st.dates(date(2023, 1, 1), date(2030, 12, 31))
    turns = st.builds(
        lambda year, count: date(year, 12, 20) + timedelta(days=count),
        st.integers(2023, 2029),
        st.integers(0, 20),
    )
    return anywhere | turns


def tables() -> st.SearchStrategy[DayTable]:
    """Tables of up to 80 days and some years' notices."""
    known = st.sets(st.sampled_from(YEARS))
    all_but_one = st.sampled_from(YEARS).map(lambda year: {*YEARS} - {year})
    years = (known | all_but_one).map(lambda found: dict.fromkeys(found, "通知"))
    stated = st.dictionaries(days(), st.booleans(), max_size=80)
    return st.builds(DayTable, stated, years, st.sampled_from(["", "cc-1.11.0", "school"]))


def calendars() -> st.SearchStrategy[WorkingCalendar]:
    """Calendars of up to three tables."""
    return st.lists(tables(), max_size=3).map(lambda found: WorkingCalendar(*found))


def is_working(calendar: WorkingCalendar, day: date) -> bool:
    """By the definition, one day at a time."""
    return calendar.days[day] if day in calendar.days else day.isoweekday() not in (6, 7)


def is_certain(calendar: WorkingCalendar, day: date) -> bool:
    """By the definition, one day at a time."""
    if day in calendar.days:
        return True
    is_last_week = day.month == 12 and day.day >= 25
    return day.year in calendar.years and (not is_last_week or day.year + 1 in calendar.years)
