"""ISO 8601 text, as FEEL has it, to temporal values.  Text that is none gives None.

Source: DMN 1.5 §10.3.4.1 (date, time, date and time, duration); ``@`` before a zone's name.
"""

from __future__ import annotations

import re
from typing import Final

from .dates import Date, DateTime, Time
from .durations import DaysTime, YearsMonths

__all__ = [
    "Temporal",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_temporal",
    "parse_time",
]

Temporal = Date | Time | DateTime | YearsMonths | DaysTime

_DATE: Final = re.compile(r"(-?(?:[1-9][0-9]{3,8}|0[0-9]{3}))-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@(.+))?"
)
_COUNT: Final = "([0-9]{1,20})"
_MONTHS: Final = re.compile(rf"(-?)P(?:{_COUNT}Y)?(?:{_COUNT}M)?")
_SECONDS: Final = re.compile(
    rf"(-?)P(?:{_COUNT}D)?(?:T(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}(?:\.([0-9]{{0,9}}))?S)?)?"
)


def parse_temporal(text: str) -> Temporal | None:
    """The value of an at-literal's text: a date, time, date and time or duration.

    Example:
        >>> parse_temporal("2022-06-02"), parse_temporal("第一学期")
        (Date(year=2022, month=6, day=2), None)
    """
    if "P" in text[:2]:
        return parse_duration(text)
    if "T" in text.partition("@")[0]:  # a zone's name may have one too
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


def parse_date(text: str) -> Date | None:
    """A date such as ``2022-06-02`` or ``-0044-03-15``; None for other text."""
    match = _DATE.fullmatch(text)
    if match is None or match[1] == "-0000":
        return None
    try:
        return Date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> Time | None:
    """A time such as ``08:30:00``, ``08:30:00.5Z`` or ``08:30:00@Asia/Shanghai``, else None.

    ``24:00:00`` is midnight, as in XML Schema.
    """
    parsed = _parse_time(text)
    return None if parsed is None else parsed[0]


def parse_date_time(text: str) -> DateTime | None:
    """A date and time joined by ``T``, else None; ``24:00:00`` is the next day's midnight."""
    day, _, clock = text.partition("T")
    date = parse_date(day)
    parsed = _parse_time(clock)
    if date is None or parsed is None:
        return None
    time, is_next_day = parsed
    if is_next_day:
        date = Date.from_ordinal(date.ordinal + 1)
    return None if date is None else DateTime(date, time)


def parse_duration(text: str) -> YearsMonths | DaysTime | None:
    """A duration of months (``P1Y2M``) or of days and time (``-P1DT2H``), else None."""
    if text.endswith(("P", "T")):
        return None
    try:
        match = _MONTHS.fullmatch(text)
        if match is not None:
            months = 12 * int(match[2] or 0) + int(match[3] or 0)
            return YearsMonths(-months if match[1] else months)
        match = _SECONDS.fullmatch(text)
        if match is None:
            return None
        days, hours, minutes, seconds = (int(count or 0) for count in match.group(2, 3, 4, 5))
        fraction = int((match[6] or "").ljust(9, "0"))
        seconds += 3600 * hours + 60 * minutes
        duration = DaysTime.of(days=days, seconds=seconds, nanoseconds=fraction)
        return DaysTime(-duration.nanoseconds) if match[1] else duration
    except ValueError:
        return None


def _parse_time(text: str) -> tuple[Time, bool] | None:
    """The time, and whether it was written as the end of the day (``24:00:00``)."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    nanosecond = int((match[4] or "").ljust(9, "0"))
    is_end_of_day = hour == 24 and not (minute or second or nanosecond)
    offset = 0 if match[5] else None
    if match[6]:
        if int(match[8]) > 59 or int(match[9] or 0) > 59:
            return None
        offset = 3600 * int(match[7]) + 60 * int(match[8]) + int(match[9] or 0)
        offset = -offset if match[6] == "-" else offset
    try:
        hour = 0 if is_end_of_day else hour
        return Time(hour, minute, second, nanosecond, offset, match[10]), is_end_of_day
    except ValueError:
        return None
