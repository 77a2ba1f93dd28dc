"""The proleptic Gregorian calendar for any year, and the offsets of named time zones.

`datetime` ends at the years 1 and 9999; FEEL's calendar goes to ±999,999,999, with a year 0 as in
ISO 8601.  The algorithms count days as whole numbers; nothing here reads a clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

__all__ = [
    "GREATEST_YEAR",
    "days_in_month",
    "find_zone",
    "local_offset",
    "standard_offset",
    "to_civil",
    "to_ordinal",
    "utc_offset",
]

GREATEST_YEAR: Final = 999_999_999
"""Years run from minus this to plus this (DMN 1.5 §10.3.2.3.5)."""

_DAYS_IN_ERA: Final = 146_097  # 400 years
_MONTH_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ZONE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*")
# WHY: these are files of the time zone database that are no zones of their own, or differ
# from one machine to the next.
_NOT_ZONES: Final = frozenset({"localtime", "posixrules", "Factory", "posix", "right"})


def days_in_month(year: int, month: int) -> int:
    """The number of days of one month.

    Example:
        >>> days_in_month(2024, 2)
        29
    """
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _MONTH_LENGTHS[month - 1]


def to_ordinal(year: int, month: int, day: int) -> int:
    """The number of a day, where 1 January of the year 1 is 1, as in `datetime`.

    Example:
        >>> to_ordinal(1970, 1, 1)
        719163
    """
    # WHY: years are counted from March, so that the leap day is a year's last day.
    if month <= 2:
        year -= 1
        month += 12
    before = 365 * year + year // 4 - year // 100 + year // 400
    return before + (153 * month - 457) // 5 + day - 306


def to_civil(ordinal: int) -> tuple[int, int, int]:
    """The year, month and day of a day's number: the inverse of `to_ordinal`.

    Example:
        >>> to_civil(719163)
        (1970, 1, 1)
    """
    era, day_of_era = divmod(ordinal + 305, _DAYS_IN_ERA)
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return year_of_era + 400 * era + (month <= 2), month, day


@lru_cache(maxsize=256)
def find_zone(name: str) -> ZoneInfo | None:
    """The named time zone (``Europe/Paris``); None when the database has no such zone."""
    if not _ZONE_NAME.fullmatch(name) or name.split("/", 1)[0] in _NOT_ZONES:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):
        # WHY: ZoneInfoNotFoundError is a KeyError only for names absent from every source; a
        # folder's name (`Europe`) gives an OSError, a malformed file a ValueError.
        return None
    except KeyError:
        return None


def _year_with_same_rules(year: int) -> int:
    """A year that `datetime` has, with the same weekdays and the zone rules of `year`.

    Weekdays repeat every 400 years; a zone's last rule holds for ever, its first one before.
    """
    if 1 < year < 9999:
        return year
    # WHY: 2400 lies beyond every tabulated change, where only the zone's last rule holds.
    return (2400 if year > 1 else 400) + year % 400


def local_offset(zone: ZoneInfo, ordinal: int, second_of_day: int) -> int:
    """The offset from UTC, in seconds, at one local time.

    A local time that a change of clocks skips or repeats has the offset from before the change.
    """
    year, month, day = to_civil(ordinal)
    midnight = datetime(_year_with_same_rules(year), month, day, tzinfo=zone)
    return _seconds((midnight + timedelta(seconds=second_of_day)).utcoffset())


def utc_offset(zone: ZoneInfo, ordinal: int, second_of_day: int) -> int:
    """The offset from UTC, in seconds, at one time given in UTC."""
    year, month, day = to_civil(ordinal)
    midnight = datetime(_year_with_same_rules(year), month, day, tzinfo=UTC)
    return _seconds((midnight + timedelta(seconds=second_of_day)).astimezone(zone).utcoffset())


@lru_cache(maxsize=256)
def standard_offset(zone: ZoneInfo) -> int:
    """The zone's offset in seconds without summer time, for a time of day that has no date.

    WHY: a time without a date has no one offset where clocks change; the day of reading would
    be a hidden input, so a fixed day is taken.
    """
    reference = datetime(2000, 1, 1, tzinfo=zone)
    return _seconds(reference.utcoffset()) - _seconds(reference.dst())


def _seconds(offset: timedelta | None) -> int:
    return 0 if offset is None else offset.days * 86_400 + offset.seconds
