"""Between FEEL's temporal values and Python's `datetime`, at the boundary with a host."""

from __future__ import annotations

import datetime as python
from zoneinfo import ZoneInfo

from .calendar import find_zone
from .dates import Date, DateTime, Time
from .durations import DaysTime, YearsMonths
from .text import Temporal

__all__ = ["from_python", "to_python"]

PythonTemporal = python.date | python.time | python.datetime | python.timedelta


def from_python(value: PythonTemporal) -> Temporal:
    """The FEEL value of a Python date, time, datetime or timedelta, without loss.

    Raises:
        ValueError: for another value, or an offset finer than a second.

    Example:
        >>> from datetime import date
        >>> from_python(date(2022, 6, 2))
        Date(year=2022, month=6, day=2)
    """
    match value:
        case python.datetime():
            return DateTime(
                Date(value.year, value.month, value.day),
                _from_clock(value, value.utcoffset()),
            )
        case python.date():
            return Date(value.year, value.month, value.day)
        case python.time():
            return _from_clock(value, value.utcoffset())
        case python.timedelta():
            return DaysTime.of(
                days=value.days, seconds=value.seconds, nanoseconds=value.microseconds * 1000
            )
    raise ValueError(f"no date, time or duration: {value!r}")


def to_python(value: Temporal) -> PythonTemporal:
    """The Python value of a FEEL date, time, date and time, or days and time duration.

    Raises:
        ValueError: when Python has none: a years and months duration, a year outside 1–9999,
            or nanoseconds finer than a microsecond.

    Example:
        >>> to_python(Date(2022, 6, 2))
        datetime.date(2022, 6, 2)
    """
    match value:
        case Date():
            return python.date(value.year, value.month, value.day)
        case Time():
            return _to_clock(value)
        case DateTime():
            day = python.date(value.date.year, value.date.month, value.date.day)
            return python.datetime.combine(day, _to_clock(value.time))
        case DaysTime():
            try:
                return python.timedelta(microseconds=_to_microseconds(value.nanoseconds))
            except OverflowError:
                raise ValueError(f"duration too long for Python: {value}") from None
        case YearsMonths():
            raise ValueError(f"no Python value for a duration in months: {value}")


def _from_clock(
    clock: python.time | python.datetime, python_offset: python.timedelta | None
) -> Time:
    zone, offset = None, None
    # WHY: the second reading of a repeated hour has no written form in a zone; the offset has.
    if isinstance(clock.tzinfo, ZoneInfo) and clock.tzinfo.key and not clock.fold:
        zone = clock.tzinfo.key if find_zone(clock.tzinfo.key) else None
    if zone is None and python_offset is not None:
        if python_offset.microseconds:
            raise ValueError(f"offset finer than a second: {clock!r}")
        offset = python_offset.days * 86_400 + python_offset.seconds
    return Time(clock.hour, clock.minute, clock.second, clock.microsecond * 1000, offset, zone)


def _to_clock(time: Time) -> python.time:
    zone: python.tzinfo | None = None
    if time.zone is not None:
        zone = find_zone(time.zone)
    elif time.offset is not None:
        zone = python.timezone(python.timedelta(seconds=time.offset))
    microsecond = _to_microseconds(time.nanosecond)
    return python.time(time.hour, time.minute, time.second, microsecond, zone)


def _to_microseconds(nanoseconds: int) -> int:
    microseconds, rest = divmod(nanoseconds, 1000)
    if rest:
        raise ValueError("finer than a microsecond")
    return microseconds
