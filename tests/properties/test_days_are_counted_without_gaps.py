"""Law: the calendar counts every day once, as `datetime` does where it reaches."""

import datetime as python

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.temporal_values import dates
from xbyx_rules.feel.temporals import Date, to_python


@given(dates())
def test_days_are_counted_without_gaps(date: Date) -> None:
    assert Date.from_ordinal(date.ordinal) == date
    following = Date.from_ordinal(date.ordinal + 1)
    if following is None:
        assert (date.year, date.month, date.day) == (999_999_999, 12, 31)
        return
    assert date < following
    assert following.weekday == date.weekday % 7 + 1
    starts_month = following.day == 1 and following.month == date.month % 12 + 1
    assert starts_month or (following.month, following.day) == (date.month, date.day + 1)


@given(st.dates())
def test_the_calendar_agrees_with_pythons(day: python.date) -> None:
    date = Date.from_ordinal(day.toordinal())
    assert date is not None
    assert to_python(date) == day
    assert (date.weekday, date.week_of_year) == (day.isoweekday(), day.isocalendar().week)
    assert date.day_of_year == day.timetuple().tm_yday
