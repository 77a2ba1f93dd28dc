"""The arithmetic operators as a table: ``(operator, left kind, right kind)`` to an operation.

Both meanings share it.  An operation gets proper values and returns None for "no value": division
by zero, overflow, a day beyond the calendar, a local time met with a zoned one.

Source: DMN 1.5 tables 53–58 (addition to exponentiation) and §10.3.2.3.1 (numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.feel.temporals import (
    DAY_NANOSECONDS,
    NANOSECONDS,
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
)
from xbyx_rules.feel.types import (
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    Type,
)
from xbyx_rules.feel.values import NUMBERS

from .bounds import add_types, divide_types, multiply_types, negate_type, power_types

__all__ = [
    "ARITHMETIC",
    "GREATEST_EXPONENT",
    "GREATEST_TEXT",
    "NEGATION",
    "NegationOperation",
    "Operation",
]

GREATEST_EXPONENT: Final = 999_999_999
"""The greatest exponent of ``**``, to either side."""

GREATEST_TEXT: Final = 1_000_000
"""The most characters that a string made by an operator or a function may have."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table.

    Args:
        result: the result's type from the operands' types.
        apply: the result from proper values; None for "no value".
    """

    result: Callable[[Type, Type], Type]
    apply: Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class NegationOperation:
    """Arithmetic negation of one kind of value."""

    result: Callable[[Type], Type]
    apply: Callable[[Any], Any]


def _always(kind: Type) -> Callable[[Type, Type], Type]:
    return lambda _left, _right: kind


def _checked(calculate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A calculation that gives None where it overflows, divides by zero or leaves its range."""

    def apply(left: Any, right: Any) -> Any:
        try:
            return calculate(left, right)
        except (ArithmeticError, ValueError):
            return None

    return apply


def _swapped(calculate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: calculate(right, left)


# Numbers and text


def _power(base: Decimal, exponent: Decimal) -> Decimal | None:
    if abs(exponent) > GREATEST_EXPONENT:
        return None
    result = NUMBERS.power(base, exponent)
    # WHY: zero to a negative power gives an infinity without any signal.
    return result if result.is_finite() else None


def _join(left: str, right: str) -> str | None:
    return left + right if len(left) + len(right) <= GREATEST_TEXT else None


# Durations


def _scale(count: int, factor: Decimal) -> int:
    numerator, denominator = factor.as_integer_ratio()
    return _divide_whole(count * numerator, denominator)


def _shrink(count: int, divisor: Decimal) -> int:
    numerator, denominator = divisor.as_integer_ratio()
    return _divide_whole(count * denominator, numerator)


def _divide_whole(dividend: int, divisor: int) -> int:
    # WHY: towards zero, so that -2.5 times a year and eleven months is minus 4 years 9 months.
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


# Dates and times


def _date_plus_months(date: Date, duration: YearsMonths) -> Date | None:
    return date.plus_months(duration.months)


def _date_minus_months(date: Date, duration: YearsMonths) -> Date | None:
    return date.plus_months(-duration.months)


def _date_plus_days(date: Date, duration: DaysTime) -> Date | None:
    # The date is its midnight: an hour before is the day before, an hour after the same day.
    return Date.from_ordinal(date.ordinal + duration.nanoseconds // DAY_NANOSECONDS)


def _date_minus_days(date: Date, duration: DaysTime) -> Date | None:
    return Date.from_ordinal(date.ordinal + -duration.nanoseconds // DAY_NANOSECONDS)


def _time_plus_days(time: Time, duration: DaysTime) -> Time:
    return time.at_nanosecond(time.nanosecond_of_day + duration.nanoseconds)


def _time_minus_days(time: Time, duration: DaysTime) -> Time:
    return time.at_nanosecond(time.nanosecond_of_day - duration.nanoseconds)


def _between_times(left: Time, right: Time) -> DaysTime | None:
    if left.is_local != right.is_local:
        return None
    offsets = (left.utc_offset or 0) - (right.utc_offset or 0)
    local = left.nanosecond_of_day - right.nanosecond_of_day
    return DaysTime(local - offsets * NANOSECONDS)


def _between_date_times(left: DateTime, right: DateTime) -> DaysTime | None:
    if left.is_local != right.is_local:
        return None
    return DaysTime(left.nanoseconds - right.nanoseconds)


def _date_time_minus_date(left: DateTime, right: Date) -> DaysTime | None:
    if left.is_local:  # a date stands for its midnight in UTC
        return None
    return DaysTime(left.nanoseconds - right.ordinal * DAY_NANOSECONDS)


def _date_minus_date_time(left: Date, right: DateTime) -> DaysTime | None:
    if right.is_local:
        return None
    return DaysTime(left.ordinal * DAY_NANOSECONDS - right.nanoseconds)


_DATE, _TIME, _MOMENT = DATE.kind, TIME.kind, DATE_TIME.kind
_MONTHS, _DAYS = YEARS_MONTHS.kind, DAYS_TIME.kind

_SUMS: Final[list[tuple[str, str, Type, Callable[[Any, Any], Any]]]] = [
    (_DATE, _MONTHS, DATE, _date_plus_months),
    (_DATE, _DAYS, DATE, _date_plus_days),
    (_MOMENT, _MONTHS, DATE_TIME, lambda at, by: at.plus_months(by.months)),
    (_MOMENT, _DAYS, DATE_TIME, lambda at, by: at.plus_nanoseconds(by.nanoseconds)),
    (_TIME, _DAYS, TIME, _time_plus_days),
    (_MONTHS, _MONTHS, YEARS_MONTHS, lambda a, b: YearsMonths(a.months + b.months)),
    (_DAYS, _DAYS, DAYS_TIME, lambda a, b: DaysTime(a.nanoseconds + b.nanoseconds)),
]

_DIFFERENCES: Final[list[tuple[str, str, Type, Callable[[Any, Any], Any]]]] = [
    (_DATE, _MONTHS, DATE, _date_minus_months),
    (_DATE, _DAYS, DATE, _date_minus_days),
    (_MOMENT, _MONTHS, DATE_TIME, lambda at, by: at.plus_months(-by.months)),
    (_MOMENT, _DAYS, DATE_TIME, lambda at, by: at.plus_nanoseconds(-by.nanoseconds)),
    (_TIME, _DAYS, TIME, _time_minus_days),
    (_DATE, _DATE, DAYS_TIME, lambda a, b: DaysTime((a.ordinal - b.ordinal) * DAY_NANOSECONDS)),
    (_MOMENT, _MOMENT, DAYS_TIME, _between_date_times),
    (_MOMENT, _DATE, DAYS_TIME, _date_time_minus_date),
    (_DATE, _MOMENT, DAYS_TIME, _date_minus_date_time),
    (_TIME, _TIME, DAYS_TIME, _between_times),
    (_MONTHS, _MONTHS, YEARS_MONTHS, lambda a, b: YearsMonths(a.months - b.months)),
    (_DAYS, _DAYS, DAYS_TIME, lambda a, b: DaysTime(a.nanoseconds - b.nanoseconds)),
]


def _ratio(left: int, right: int) -> Decimal:
    return NUMBERS.divide(Decimal(left), Decimal(right))


_QUOTIENTS: Final[list[tuple[str, str, Type, Callable[[Any, Any], Any]]]] = [
    (_MONTHS, "number", YEARS_MONTHS, lambda a, n: YearsMonths(_shrink(a.months, n))),
    (_DAYS, "number", DAYS_TIME, lambda a, n: DaysTime(_shrink(a.nanoseconds, n))),
    (_MONTHS, _MONTHS, NUMBER, lambda a, b: _ratio(a.months, b.months)),
    (_DAYS, _DAYS, NUMBER, lambda a, b: _ratio(a.nanoseconds, b.nanoseconds)),
]

_PRODUCTS: Final[list[tuple[str, str, Type, Callable[[Any, Any], Any]]]] = [
    (_MONTHS, "number", YEARS_MONTHS, lambda a, n: YearsMonths(_scale(a.months, n))),
    (_DAYS, "number", DAYS_TIME, lambda a, n: DaysTime(_scale(a.nanoseconds, n))),
]


def _subtract_types(left: Type, right: Type) -> Type:
    return add_types(left, negate_type(right))


def _build() -> dict[tuple[str, str, str], Operation]:
    table = {
        ("+", "number", "number"): Operation(add_types, _checked(NUMBERS.add)),
        ("-", "number", "number"): Operation(_subtract_types, _checked(NUMBERS.subtract)),
        ("*", "number", "number"): Operation(multiply_types, _checked(NUMBERS.multiply)),
        ("/", "number", "number"): Operation(divide_types, _checked(NUMBERS.divide)),
        ("**", "number", "number"): Operation(power_types, _checked(_power)),
        ("+", "string", "string"): Operation(_always(STRING), _join),
    }
    rows = {"+": _SUMS, "-": _DIFFERENCES, "*": _PRODUCTS, "/": _QUOTIENTS}
    for operator, operations in rows.items():
        for left, right, kind, apply in operations:
            table[operator, left, right] = Operation(_always(kind), _checked(apply))
            if operator in "+*" and left != right:
                table[operator, right, left] = Operation(_always(kind), _checked(_swapped(apply)))
    return table


ARITHMETIC: Final[Mapping[tuple[str, str, str], Operation]] = MappingProxyType(_build())
"""``(operator, left kind, right kind)`` to what it does; what isn't here is an error."""

NEGATION: Final[Mapping[str, NegationOperation]] = MappingProxyType(
    {
        "number": NegationOperation(negate_type, NUMBERS.minus),
        _MONTHS: NegationOperation(lambda _: YEARS_MONTHS, lambda a: YearsMonths(-a.months)),
        _DAYS: NegationOperation(lambda _: DAYS_TIME, lambda a: DaysTime(-a.nanoseconds)),
    }
)
"""Arithmetic negation by the operand's kind."""
