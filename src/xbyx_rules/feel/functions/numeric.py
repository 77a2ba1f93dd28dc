"""Functions of numbers: rounding, remainders, roots and logarithms.

Source: DMN 1.5 §10.3.4.5 (numeric functions).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any, Final

from xbyx_rules.feel.temporals import DaysTime, YearsMonths
from xbyx_rules.feel.types import (
    BOOLEAN,
    DAYS_TIME,
    NUMBER,
    YEARS_MONTHS,
    NumberType,
    Type,
)
from xbyx_rules.feel.values import NUMBERS

from .signature import Builtin, make_signature

__all__ = ["NUMERIC_FUNCTIONS", "round_number"]

_LEAST_SCALE: Final = -6111
_GREATEST_SCALE: Final = 6176


def round_number(number: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    """A number rounded to so many decimal places.

    Args:
        number: any number.
        scale: places, from -6111 to 6176; its own fraction is dropped.
        rounding: one of the rounding modes of `decimal`.

    Returns:
        The rounded number; None for a scale out of range or a result too great.

    Example:
        >>> round_number(Decimal("2.5"), Decimal(0), ROUND_HALF_EVEN)
        Decimal('2')
    """
    places = int(scale)
    if not _LEAST_SCALE <= places <= _GREATEST_SCALE:
        return None
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number  # has no more places than that
    try:
        return number.quantize(Decimal(1).scaleb(-places), rounding, NUMBERS)
    except ArithmeticError:
        return None


def _rounder(rounding: str) -> Callable[..., Decimal | None]:
    def apply(number: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
        return round_number(number, scale, rounding)

    return apply


def _rounded_type(rounding: str) -> Callable[[tuple[Type, ...]], Type]:
    """The type of a rounded number: known places when the scale is a constant."""

    def result(arguments: tuple[Type, ...]) -> Type:
        number = arguments[0] if isinstance(arguments[0], NumberType) else NUMBER
        places = arguments[1] if len(arguments) > 1 else NumberType(Decimal(0), Decimal(0), 0)
        if not isinstance(places, NumberType) or places.low is None or places.low != places.high:
            return NumberType(unit=number.unit)
        low, high = (
            None if bound is None else round_number(bound, places.low, rounding)
            for bound in (number.low, number.high)
        )
        scale = max(int(places.low), 0)
        known = scale if number.scale is None else min(scale, number.scale)
        return NumberType(low, high, known, number.unit)

    return result


def _rounding(name: str, rounding: str, required: int = 2) -> Builtin:
    signature = make_signature(
        _rounder(rounding),
        _rounded_type(rounding),
        ("n", NUMBER),
        ("scale", NUMBER),
        required=required,
    )
    return Builtin(name, (signature,))


def _absolute_type(arguments: tuple[Type, ...]) -> Type:
    number = arguments[0]
    if not isinstance(number, NumberType):
        return NUMBER
    ends = [abs(end) for end in (number.low, number.high) if end is not None]
    if len(ends) < 2 or number.low is None or number.high is None:
        return NumberType(Decimal(0), None, number.scale, number.unit)
    low = Decimal(0) if number.low <= 0 <= number.high else min(ends)
    return NumberType(low, max(ends), number.scale, number.unit)


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder with the divisor's sign, exact: dividend - divisor * floor(quotient)."""
    if not divisor:
        return None
    exponent = min(_exponent(dividend), _exponent(divisor))
    rest = _whole(dividend, exponent) % _whole(divisor, exponent)
    sign, digits, _ = Decimal(rest).as_tuple()
    return NUMBERS.plus(Decimal((sign, digits, exponent)))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _whole(number: Decimal, exponent: int) -> int:
    """The number in units of a power of ten that divides it."""
    sign, digits, own = number.as_tuple()
    size = int("".join(map(str, digits))) * int(10 ** (int(own) - exponent))
    return -size if sign else size


def _calculated(calculate: Callable[[Decimal], Decimal]) -> Callable[[Decimal], Decimal | None]:
    """A function that gives None outside its domain and beyond the range of numbers."""

    def apply(number: Decimal) -> Decimal | None:
        try:
            result = calculate(number)
        except ArithmeticError:
            return None
        return result if result.is_finite() else None

    return apply


def _is_even(number: Decimal) -> bool:
    return _modulo(number, Decimal(2)) == 0


def _is_odd(number: Decimal) -> bool:
    return _modulo(number, Decimal(2)) == 1


def _of_number(name: str, apply: Callable[[Decimal], Any], result: Type) -> Builtin:
    return Builtin(name, (make_signature(apply, result, ("number", NUMBER)),))


NUMERIC_FUNCTIONS: Final = (
    _rounding("decimal", ROUND_HALF_EVEN),
    _rounding("floor", ROUND_FLOOR, required=1),
    _rounding("ceiling", ROUND_CEILING, required=1),
    _rounding("round up", ROUND_UP),
    _rounding("round down", ROUND_DOWN),
    _rounding("round half up", ROUND_HALF_UP),
    _rounding("round half down", ROUND_HALF_DOWN),
    Builtin(
        "abs",
        (
            make_signature(NUMBERS.abs, _absolute_type, ("n", NUMBER)),
            make_signature(lambda n: YearsMonths(abs(n.months)), YEARS_MONTHS, ("n", YEARS_MONTHS)),
            make_signature(lambda n: DaysTime(abs(n.nanoseconds)), DAYS_TIME, ("n", DAYS_TIME)),
        ),
    ),
    Builtin(
        "modulo", (make_signature(_modulo, NUMBER, ("dividend", NUMBER), ("divisor", NUMBER)),)
    ),
    _of_number("sqrt", _calculated(NUMBERS.sqrt), NUMBER),
    _of_number("log", _calculated(NUMBERS.ln), NUMBER),
    _of_number("exp", _calculated(NUMBERS.exp), NUMBER),
    _of_number("odd", _is_odd, BOOLEAN),
    _of_number("even", _is_even, BOOLEAN),
)
