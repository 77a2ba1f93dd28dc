"""`WorkingCalendar`: how many working days lie between two days, and whether that is certain."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from .day_table import DayTable

__all__ = ["WorkingCalendar"]

# WHY one day short of the last: the end of a day is the start of the next one.
_LAST: Final = date.max.toordinal() - 1
_DIGEST: Final = 12
_LONGEST_NAME: Final = 32 - 1 - _DIGEST


class WorkingCalendar:
    """Which days are working days: the tables' word, and else Monday to Friday.

    A year that no table's notice arranges is counted by its weekdays and every answer that touched
    one of its days is not certain.  The last week of December, too, is certain only when the
    *next* year is known: notices of a new year have moved days of the old one (29 to 31 December in
    the notices of 2007, 2008, 2012 and 2019).  A day that a table states is certain in any year.

    Counting takes time with the logarithm of the days counted and of the tables' size.

    Args:
        tables: from the general to the special (the published days, a province, a school); where
            two state the same day, the later counts.

    Example:
        >>> calendar = WorkingCalendar(DayTable({date(2027, 2, 6): True}, name="school"))
        >>> calendar.is_working(date(2027, 2, 6)), calendar.is_working(date(2027, 2, 7))
        (True, False)
        >>> calendar.is_certain(date(2027, 2, 6)), calendar.is_certain(date(2027, 2, 8))
        (True, False)
        >>> calendar.version
        'school+f5ae28523737'
    """

    __slots__ = ("_changes", "_changing", "_stated", "days", "version", "years")

    def __init__(self, *tables: DayTable) -> None:
        merged: dict[date, bool] = {}
        for table in tables:
            merged.update(table.days)
        self.days = MappingProxyType(dict(sorted(merged.items())))
        """Every day that a table states: True for a working day."""
        self.years = frozenset(year for table in tables for year in table.notices)
        """The years whose notice some table has."""
        self.version = _to_version(tables, self.days, self.years)
        """At most 32 characters: the tables' names and a digest of all they state."""
        self._stated = [one.toordinal() for one in self.days]
        changing = {
            day.toordinal(): 1 if is_working else -1
            for day, is_working in self.days.items()
            if is_working != (day.weekday() < 5)
        }
        self._changing = list(changing)
        self._changes = [0, *accumulate(changing.values())]

    def is_working(self, day: date) -> bool:
        """Whether a day is a working day, as far as is known."""
        return self.days.get(day, day.weekday() < 5)

    def is_certain(self, first: date, last: date | None = None) -> bool:
        """Whether it is known of every day from `first` to `last`, both included, what it is.

        Args:
            first: the first day asked about.
            last: the last; only `first` when left out.  Of no days at all everything is known.
        """
        low, high = first.toordinal(), (first if last is None else last).toordinal()
        for start, end, is_known in self._stretches(first.year, date.fromordinal(high).year):
            begin, stop = max(start, low), min(end, high)
            if not is_known and begin <= stop and self._count_stated(begin, stop) <= stop - begin:
                return False
        return True

    def working_days(self, after: date, until: date) -> int:
        """How many working days come after one day, up to and including another.

        Example:
            >>> WorkingCalendar().working_days(date(2026, 11, 27), date(2026, 12, 1))
            2
        """
        return self._count(until.toordinal()) - self._count(after.toordinal())

    def find_after(self, start: date, count: int) -> date | None:
        """The `count`-th working day after a day (1 is the next); None when years run out."""
        ordinals = range(start.toordinal() + 1, _LAST + 1)
        wanted = self._count(start.toordinal()) + count
        at = bisect_left(ordinals, wanted, key=self._count)
        return date.fromordinal(ordinals[at]) if at < len(ordinals) else None

    def find_before(self, end: date, count: int) -> date | None:
        """The `count`-th working day before a day (1 is the last before it), or None."""
        left = self._count(end.toordinal() - 1) - count
        if left < 0:
            return None
        # INVARIANT: the day after the last one with so many up to it is itself a working day.
        at = bisect_right(range(end.toordinal() - 1), left, key=self._count)
        return date.fromordinal(at)

    def _count(self, ordinal: int) -> int:
        """Working days from the first day of year 1, a Monday, up to and including one day."""
        weeks, days = divmod(ordinal, 7)
        change = self._changes[bisect_right(self._changing, ordinal)]
        return weeks * 5 + min(days, 5) + change

    def _count_stated(self, first: int, last: int) -> int:
        return bisect_right(self._stated, last) - bisect_left(self._stated, first)

    def _stretches(self, first: int, last: int) -> Iterator[tuple[int, int, bool]]:
        """Each year to 24 December and its last week: both ends, and whether it is known."""
        for year in range(first, last + 1):
            is_known = year in self.years
            eve = date(year, 12, 25).toordinal()
            yield date(year, 1, 1).toordinal(), eve - 1, is_known
            yield eve, eve + 6, is_known and year + 1 in self.years


def _to_version(
    tables: tuple[DayTable, ...], days: MappingProxyType[date, bool], years: frozenset[int]
) -> str:
    """What a column of 32 characters keeps; calendars that can differ in an answer differ here."""
    lines = [f"{day.isoformat()} {int(is_working)}" for day, is_working in days.items()]
    lines += [str(year) for year in sorted(years)]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_DIGEST]
    name = "+".join(table.name for table in tables if table.name)[:_LONGEST_NAME]
    return f"{name or 'weekdays'}+{digest}"
