"""Calendars: which days are working days (工作日, with 调休), and deadlines counted in them.

Takes: tables of days: the published ones (the extra `calendar`), a province's, a school's own.
Gives: `WorkingCalendar`; `due_day`, `due_instant` and `day_before`, each answer with whether it is
    provisional and the version of the calendar that gave it.
May assume: nothing; it reads no clock, and only `read_published_days` looks beyond its arguments,
    at an installed package.
Refuses: to be sure of a year whose notice it doesn't have.
"""

from .day_table import DayTable
from .deadlines import Deadline, DueDay, day_before, due_day, due_instant, parse_deadline
from .published_days import read_published_days
from .read_day_table import read_day_table
from .working_calendar import WorkingCalendar

__all__ = [
    "DayTable",
    "Deadline",
    "DueDay",
    "WorkingCalendar",
    "day_before",
    "due_day",
    "due_instant",
    "parse_deadline",
    "read_day_table",
    "read_published_days",
]
