"""Functions that make and ask dates, times and durations.

Source: DMN 1.5 §10.3.4.1 (conversion), §10.3.4.7 (temporal built-in functions).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.feel.temporals import (
    NANOSECONDS,
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    from_python,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from xbyx_rules.feel.types import (
    ANY,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    NumberType,
    StringType,
    Type,
)

from .signature import Builtin, Signature, make_signature

__all__ = ["TEMPORAL_FUNCTIONS"]

_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _whole(number: Decimal) -> int:
    """The number as an int.

    Raises:
        ValueError: when it has a fraction, or more digits than any part of a date.
    """
    if number != number.to_integral_value() or abs(number) > 10**12:
        raise ValueError("not a whole number")
    return int(number)


def _make_date(year: Decimal, month: Decimal, day: Decimal) -> Date | None:
    try:
        return Date(_whole(year), _whole(month), _whole(day))
    except ValueError:
        return None


def _make_time(
    hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTime | None = None
) -> Time | None:
    seconds = int(second)
    fraction = (second - seconds).scaleb(9) if 0 <= second < 60 else Decimal(0)
    try:
        east = None
        if offset is not None:
            east, rest = divmod(offset.nanoseconds, NANOSECONDS)
            if rest:
                return None
        return Time(_whole(hour), _whole(minute), seconds, _whole(fraction), east)
    except (ValueError, ArithmeticError):
        return None


def _parse_date_time(text: str) -> DateTime | None:
    date = parse_date(text)
    return parse_date_time(text) if date is None else DateTime(date, Time(0, 0, 0))


def _date_of(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


def _months_between(start: Date | DateTime, end: Date | DateTime) -> YearsMonths:
    """Whole months from one day to another, towards zero; times of day don't count."""
    first, last = _date_of(start), _date_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)


def _of_day(
    name: str, read: Callable[[Date], Any], result: Type, parameter: str = "date"
) -> Builtin:
    """A function of a date, or of the date of a date and time."""
    return Builtin(
        name,
        (
            make_signature(read, result, (parameter, DATE)),
            make_signature(lambda value: read(value.date), result, (parameter, DATE_TIME)),
        ),
    )


def _from(apply: Callable[[Any], Any], result: Type, source: Type) -> Signature:
    return make_signature(apply, result, ("from", source))


def _numbers(low: int, high: int) -> NumberType:
    return NumberType(Decimal(low), Decimal(high), 0)


def _read_clock() -> DateTime | None:
    now = from_python(datetime.now().astimezone())
    return now if isinstance(now, DateTime) else None


def _read_today() -> Date | None:
    now = _read_clock()
    return None if now is None else now.date


TEMPORAL_FUNCTIONS: Final = (
    Builtin(
        "date",
        (
            _from(parse_date, DATE, STRING),
            _from(_date_of, DATE, DATE),
            _from(_date_of, DATE, DATE_TIME),
            make_signature(_make_date, DATE, ("year", NUMBER), ("month", NUMBER), ("day", NUMBER)),
        ),
    ),
    Builtin(
        "time",
        (
            _from(parse_time, TIME, STRING),
            _from(lambda value: value, TIME, TIME),
            _from(lambda value: value.time, TIME, DATE_TIME),
            _from(lambda _: Time(0, 0, 0, offset=0), TIME, DATE),  # midnight in UTC
            make_signature(
                _make_time,
                TIME,
                ("hour", NUMBER),
                ("minute", NUMBER),
                ("second", NUMBER),
                ("offset", DAYS_TIME),
                required=3,
                nullable=("offset",),
            ),
        ),
    ),
    Builtin(
        "date and time",
        (
            _from(_parse_date_time, DATE_TIME, STRING),
            make_signature(DateTime, DATE_TIME, ("date", DATE), ("time", TIME)),
            make_signature(
                lambda value, time: DateTime(value.date, time),
                DATE_TIME,
                ("date", DATE_TIME),
                ("time", TIME),
            ),
        ),
    ),
    # WHY Any: only the text says which of the two kinds of duration it is.
    Builtin("duration", (_from(parse_duration, ANY, STRING),)),
    Builtin(
        "years and months duration",
        tuple(
            make_signature(_months_between, YEARS_MONTHS, ("from", start), ("to", end))
            for start in (DATE, DATE_TIME)
            for end in (DATE, DATE_TIME)
        ),
    ),
    _of_day("day of year", lambda date: Decimal(date.day_of_year), _numbers(1, 366)),
    _of_day("day of week", lambda date: _WEEKDAYS[date.weekday - 1], StringType(_WEEKDAYS)),
    _of_day("month of year", lambda date: _MONTHS[date.month - 1], StringType(_MONTHS)),
    _of_day("week of year", lambda date: Decimal(date.week_of_year), _numbers(1, 53)),
    Builtin("now", (make_signature(_read_clock, DATE_TIME),), is_pure=False),
    Builtin("today", (make_signature(_read_today, DATE),), is_pure=False),
)
