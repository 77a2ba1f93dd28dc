"""Deadlines (时限): the day something is due, the instant it is overdue, the day to remind."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

from xbyx_rules.errors import Diagnostic, HostError

from .working_calendar import WorkingCalendar

__all__ = ["Deadline", "DueDay", "day_before", "due_day", "due_instant", "parse_deadline"]

_TEXT: Final = re.compile(r"([1-9][0-9]{0,3})\s*个?(工作日|日)")
_MOST: Final = 9999
_UNITS_EN: Final = {"工作日": "working days", "日": "days"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many working days (工作日) or calendar days (日).

    Args:
        count: 1 to 9999.
        unit: what is counted.
        is_moved_on: a last calendar day that is no working day gives way to the next working day.
            Only where the policy or the host declares it: see `due_day`.

    Raises:
        ValueError: the count is out of bounds.

    Example:
        >>> str(Deadline(5, "工作日"))
        '5 工作日'
    """

    count: int
    unit: Literal["工作日", "日"]
    is_moved_on: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.count <= _MOST:
            raise ValueError(f"a deadline is of 1 to {_MOST} days, not {self.count}")

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day found by counting, and how far it can be relied on.

    Args:
        day: the day.
        is_provisional: some day that was counted lies where no notice is known; the day is to be
            found anew when the calendar has another version.
        calendar_version: of the calendar that gave it.
    """

    day: date
    is_provisional: bool
    calendar_version: str


def parse_deadline(text: str) -> Deadline | None:
    """Read a 时限 as documents write it; None when it is not one.

    Example:
        >>> parse_deadline("５个工作日")
        Deadline(count=5, unit='工作日', is_moved_on=False)
        >>> parse_deadline("10 日").count, parse_deadline("两周"), parse_deadline("0 日")
        (10, None, None)
    """
    match = _TEXT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    return Deadline(int(match[1]), "工作日" if match[2] == "工作日" else "日")


def due_day(start: date, deadline: Deadline, calendar: WorkingCalendar) -> DueDay:
    """The last day on which something is in time.

    The day of arrival doesn't count, the next day (or working day) is the first.  Calendar days
    don't ask the calendar, so such a day is never provisional, and it stays where it falls, on a
    Sunday too, unless `Deadline.is_moved_on` declares otherwise.

    Args:
        start: the day of arrival, as a date in the jurisdiction's zone.
        deadline: how many days of which kind.
        calendar: which days are working days.

    Returns:
        The day; provisional exactly when what became of a day after `start`, up to it, is not
        certain (for a day moved on: from the last calendar day).

    Raises:
        HostError: XR664, the day lies beyond the year 9999.
        TypeError: `start` is an instant: which day it is depends on a zone.

    Example:
        >>> due = due_day(date(2026, 11, 27), Deadline(2, "工作日"), WorkingCalendar())
        >>> due.day, due.is_provisional  # no notice is known to an empty calendar
        (datetime.date(2026, 12, 1), True)

    Source: 民法典 第二百零一条 for the first day, by analogy: the Civil Code counts civil periods,
        and no document here rules how a 时限 is counted.  Its 第二百零三条 moves the last day on;
        not doing so unless declared is our choice, for a document that writes 日, not 工作日, may
        have meant it.  docs/deadlines.md.
    """
    _refuse_instant(start)
    if deadline.unit == "工作日":
        counted_from, found = start, calendar.find_after(start, deadline.count)
    else:
        last = start.toordinal() + deadline.count
        if last >= date.max.toordinal():
            raise _leaves_years(start, deadline.count, deadline.unit)
        if not deadline.is_moved_on:
            return DueDay(date.fromordinal(last), False, calendar.version)
        counted_from = date.fromordinal(last - 1)
        found = calendar.find_after(counted_from, 1)
    if found is None:
        raise _leaves_years(start, deadline.count, deadline.unit)
    is_certain = calendar.is_certain(counted_from + timedelta(days=1), found)
    return DueDay(found, not is_certain, calendar.version)


def day_before(due: date, lead: Deadline, calendar: WorkingCalendar) -> DueDay:
    """The day that lies so many days before a due day: the day to remind (催办: 期前 2 工作日).

    Args:
        due: the due day, which doesn't count itself.
        lead: how many days of which kind; working days lead to a working day, calendar days to
            where they fall.
        calendar: which days are working days.

    Returns:
        The day; provisional exactly when working days were counted and a day from it to the one
        before `due` is not certain.

    Raises:
        HostError: XR664, the day lies before the year 1.
        TypeError: `due` is an instant.

    Example:
        >>> day_before(date(2026, 12, 1), Deadline(2, "工作日"), WorkingCalendar()).day
        datetime.date(2026, 11, 27)
    """
    _refuse_instant(due)
    if lead.unit == "工作日":
        found = calendar.find_before(due, lead.count)
    else:
        first = due.toordinal() - lead.count
        found = date.fromordinal(first) if first >= 1 else None
    if found is None:
        raise _leaves_years(due, lead.count, lead.unit)
    is_certain = lead.unit == "日" or calendar.is_certain(found, due - timedelta(days=1))
    return DueDay(found, not is_certain, calendar.version)


def due_instant(day: date, zone: tzinfo) -> datetime:
    """The first instant that is too late: the start of the next day in the zone.

    Args:
        day: a due day.
        zone: the jurisdiction's zone.

    Returns:
        An aware instant; something done before it is in time, at it or after is not.

    Raises:
        HostError: XR664, it is the very last day that dates reach.
        TypeError: `day` is an instant.

    Example:
        >>> from datetime import timezone
        >>> due_instant(date(2026, 12, 1), timezone(timedelta(hours=8))).isoformat()
        '2026-12-02T00:00:00+08:00'
    """
    _refuse_instant(day)
    if day == date.max:
        raise _leaves_years(day, 1, "日")
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def _refuse_instant(day: date) -> None:
    # WHY: Python takes a date-time for a date, and that of an instant in UTC is often yesterday.
    if isinstance(day, datetime):
        raise TypeError("a day is counted from a date: take the instant's date in the zone first")


def _leaves_years(start: date, count: int, unit: str) -> HostError:
    values = {"day": start.isoformat(), "count": str(count), "unit": unit}
    return HostError(Diagnostic("XR664", values=values | {"unit_en": _UNITS_EN[unit]}))
