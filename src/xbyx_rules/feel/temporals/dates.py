"""Dates, times of day and dates with times, immutable and exact to the nanosecond.

Equality in Python is identity of meaning, as FEEL's ``is()`` has it: ``10:00:00Z`` and
``10:00:00@Etc/UTC`` differ.  FEEL's ``=`` and ``<`` compare instants, in `operators`.

Source: DMN 1.5 §10.3.2.3.4 (time), §10.3.2.3.5 (date), §10.3.2.3.6 (date and time).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, final

from .calendar import (
    GREATEST_YEAR,
    days_in_month,
    find_zone,
    local_offset,
    standard_offset,
    to_civil,
    to_ordinal,
    utc_offset,
)
from .durations import NANOSECONDS

__all__ = ["DAY_NANOSECONDS", "GREATEST_OFFSET", "Date", "DateTime", "Time"]

DAY_NANOSECONDS: Final = 86_400 * NANOSECONDS
"""Nanoseconds in a day of 24 hours."""

GREATEST_OFFSET: Final = 18 * 3600
"""The greatest offset from UTC, in seconds, to either side."""

_FIRST_DAY: Final = to_ordinal(-GREATEST_YEAR, 1, 1)
_LAST_DAY: Final = to_ordinal(GREATEST_YEAR, 12, 31)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Date:
    """A day of the proleptic Gregorian calendar; dates compare by `ordinal`.

    Args:
        year: from -999,999,999 to 999,999,999; year 0 stands before year 1.
        month: 1 to 12.
        day: 1 to the length of the month.

    Raises:
        ValueError: when there is no such day.

    Example:
        >>> Date(2022, 6, 2) < Date(2022, 9, 1)
        True
    """

    year: int
    month: int
    day: int
    ordinal: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not (-GREATEST_YEAR <= self.year <= GREATEST_YEAR and 1 <= self.month <= 12):
            raise ValueError("no such month")
        if not 1 <= self.day <= 28 and not (28 < self.day <= days_in_month(self.year, self.month)):
            raise ValueError("no such day")
        object.__setattr__(self, "ordinal", to_ordinal(self.year, self.month, self.day))

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Date | None:
        """The day with this number (1 January of year 1 is 1); None beyond the calendar."""
        if not _FIRST_DAY <= ordinal <= _LAST_DAY:
            return None
        return cls(*to_civil(ordinal))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Date) and self.ordinal == other.ordinal

    def __hash__(self) -> int:
        return hash((Date, self.ordinal))

    def __lt__(self, other: object) -> bool:
        return self.ordinal < other.ordinal if isinstance(other, Date) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.ordinal <= other.ordinal if isinstance(other, Date) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.ordinal > other.ordinal if isinstance(other, Date) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.ordinal >= other.ordinal if isinstance(other, Date) else NotImplemented

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.ordinal - 1) % 7 + 1

    @property
    def day_of_year(self) -> int:
        """1 for 1 January."""
        return self.ordinal - to_ordinal(self.year, 1, 1) + 1

    @property
    def week_of_year(self) -> int:
        """The ISO 8601 week, 1 to 53: a week belongs to the year its Thursday is in."""
        thursday = self.ordinal - self.weekday + 4
        year = to_civil(thursday)[0]
        return (thursday - to_ordinal(year, 1, 1)) // 7 + 1

    def plus_months(self, months: int) -> Date | None:
        """The same day some months on, or the month's last day; None beyond the calendar."""
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        if not -GREATEST_YEAR <= years <= GREATEST_YEAR:
            return None
        return Date(years, month + 1, min(self.day, days_in_month(years, month + 1)))

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@final
@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: local, at an offset from UTC, or in a named zone.

    Args:
        hour: 0 to 23.
        minute: 0 to 59.
        second: 0 to 59.
        nanosecond: 0 to 999,999,999.
        offset: seconds east of UTC, up to `GREATEST_OFFSET`; not together with `zone`.
        zone: a name of the IANA database, such as ``Asia/Shanghai``.

    Raises:
        ValueError: when there is no such time.

    Example:
        >>> str(Time(11, 59, 45, offset=-7200))
        '11:59:45-02:00'
    """

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if not (
            0 <= self.hour <= 23
            and 0 <= self.minute <= 59
            and 0 <= self.second <= 59
            and 0 <= self.nanosecond < NANOSECONDS
        ):
            raise ValueError("no such time")
        if self.offset is not None and (
            self.zone is not None or abs(self.offset) > GREATEST_OFFSET
        ):
            raise ValueError("no such offset")
        if self.zone is not None and find_zone(self.zone) is None:
            raise ValueError("no such time zone")

    @property
    def is_local(self) -> bool:
        """Whether it has neither an offset nor a zone."""
        return self.offset is None and self.zone is None

    @property
    def second_of_day(self) -> int:
        """Whole seconds since local midnight."""
        return self.hour * 3600 + self.minute * 60 + self.second

    @property
    def nanosecond_of_day(self) -> int:
        """Nanoseconds since local midnight."""
        return self.second_of_day * NANOSECONDS + self.nanosecond

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC; for a zone its standard time; None for a local time."""
        if self.zone is None:
            return self.offset
        zone = find_zone(self.zone)
        return None if zone is None else standard_offset(zone)

    def at_nanosecond(self, nanosecond_of_day: int) -> Time:
        """Another time of day with the same offset or zone; days wrap around."""
        seconds, fraction = divmod(nanosecond_of_day % DAY_NANOSECONDS, NANOSECONDS)
        minutes, second = divmod(seconds, 60)
        return Time(minutes // 60, minutes % 60, second, fraction, self.offset, self.zone)

    def __str__(self) -> str:
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}"
        if self.nanosecond:
            text += f".{self.nanosecond:09d}".rstrip("0")
        if self.zone is not None:
            return f"{text}@{self.zone}"
        return text if self.offset is None else text + _print_offset(self.offset)


@final
@dataclass(frozen=True, slots=True)
class DateTime:
    """A date with a time; local, at an offset, or in a zone, as its time is.

    Example:
        >>> str(DateTime(Date(2022, 6, 2), Time(8, 30, 0, zone="Asia/Shanghai")))
        '2022-06-02T08:30:00@Asia/Shanghai'
    """

    date: Date
    time: Time

    @property
    def is_local(self) -> bool:
        """Whether it has neither an offset nor a zone, and so is no instant."""
        return self.time.is_local

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of UTC at this date and time; None for a local one."""
        if self.time.zone is None:
            return self.time.offset
        zone = find_zone(self.time.zone)
        if zone is None:
            return None
        return local_offset(zone, self.date.ordinal, self.time.second_of_day)

    @property
    def nanoseconds(self) -> int:
        """Nanoseconds since midnight of day 0: in UTC, or of the local clock for a local one."""
        local = self.date.ordinal * DAY_NANOSECONDS + self.time.nanosecond_of_day
        return local - (self.utc_offset or 0) * NANOSECONDS

    def plus_nanoseconds(self, nanoseconds: int) -> DateTime | None:
        """The date and time so much later; in a zone, later in UTC.  None beyond the calendar."""
        later = self.nanoseconds + nanoseconds
        zone = None if self.time.zone is None else find_zone(self.time.zone)
        if zone is None:
            offset = self.time.offset or 0
        else:
            day, rest = divmod(later, DAY_NANOSECONDS)
            offset = utc_offset(zone, day, rest // NANOSECONDS)
        day, rest = divmod(later + offset * NANOSECONDS, DAY_NANOSECONDS)
        date = Date.from_ordinal(day)
        return None if date is None else DateTime(date, self.time.at_nanosecond(rest))

    def plus_months(self, months: int) -> DateTime | None:
        """The same local time some months on; None beyond the calendar."""
        date = self.date.plus_months(months)
        return None if date is None else DateTime(date, self.time)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def _print_offset(offset: int) -> str:
    if not offset:
        return "Z"
    minutes, second = divmod(abs(offset), 60)
    sign = "-" if offset < 0 else "+"
    text = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{second:02d}" if second else text
