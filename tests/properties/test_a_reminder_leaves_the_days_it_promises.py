"""Law: so many working days before the n-th working day comes the one that is so many fewer."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.working_calendars import calendars, days
from xbyx_rules.calendars import Deadline, WorkingCalendar, day_before, due_day


@given(days(), st.integers(1, 5000), st.integers(1, 4999), calendars())
def test_a_reminder_leaves_the_days_it_promises(
    start: date, kept: int, ahead: int, calendar: WorkingCalendar
) -> None:
    due = due_day(start, Deadline(kept + ahead, "工作日"), calendar).day
    reminded = day_before(due, Deadline(ahead, "工作日"), calendar).day
    assert reminded == due_day(start, Deadline(kept, "工作日"), calendar).day
