"""How the bounds and scales of numbers follow through arithmetic.

Arithmetic rounds to 34 digits half to even; rounding keeps order, so the rounded bounds of the
exact result bound the rounded result.  What can't be bounded is None: the SQL and SMT targets
then refuse the expression.

Source: docs/architecture.md (one tree, many targets).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from xbyx_rules.feel.types import NUMBER, NumberType, Type
from xbyx_rules.feel.values import NUMBERS

__all__ = [
    "add_types",
    "divide_types",
    "multiply_types",
    "negate_type",
    "power_types",
]

_GREATEST_SCALE = 34
_GREATEST_CONSTANT_EXPONENT = 16


def add_types(left: Type, right: Type) -> Type:
    """The type of a sum: bounds add, the greater scale remains.

    Example:
        >>> add_types(NumberType(scale=2), NumberType(scale=0)).scale
        2
    """
    if not (isinstance(left, NumberType) and isinstance(right, NumberType)):
        return NUMBER
    scales = (left.scale, right.scale)
    return NumberType(
        _bound(NUMBERS.add, left.low, right.low),
        _bound(NUMBERS.add, left.high, right.high),
        None if None in scales else max(scale for scale in scales if scale is not None),
        left.unit if left.unit == right.unit else "",
    )


def negate_type(operand: Type) -> Type:
    """The type of a number's negation: the bounds change places."""
    if not isinstance(operand, NumberType):
        return NUMBER
    low = None if operand.high is None else NUMBERS.minus(operand.high)
    high = None if operand.low is None else NUMBERS.minus(operand.low)
    return NumberType(low, high, operand.scale, operand.unit)


def multiply_types(left: Type, right: Type) -> Type:
    """The type of a product: scales add."""
    if not (isinstance(left, NumberType) and isinstance(right, NumberType)):
        return NUMBER
    low, high = _corners(NUMBERS.multiply, left, right)
    scale = None if left.scale is None or right.scale is None else left.scale + right.scale
    unit = left.unit if not right.unit else right.unit if not left.unit else ""
    return NumberType(low, high, _checked_scale(scale), unit)


def divide_types(left: Type, right: Type) -> Type:
    """The type of a quotient: a scale only when the divisor is a constant that divides finitely.

    Example:
        >>> twenty = NumberType(Decimal(20), Decimal(20), 0)
        >>> divide_types(NumberType(Decimal(0), Decimal(100), 0), twenty).scale
        2
    """
    if not (isinstance(left, NumberType) and isinstance(right, NumberType)):
        return NUMBER
    unit = left.unit if not right.unit else ""
    if right.low is None or right.high is None or right.low <= 0 <= right.high:
        return NumberType(unit=unit)
    low, high = _corners(NUMBERS.divide, left, right)
    scale = None
    if right.low == right.high and left.scale is not None:
        places = _decimal_places_of_inverse(right.low)
        scale = None if places is None else left.scale + places
    return NumberType(low, high, _checked_scale(scale), unit)


def power_types(left: Type, right: Type) -> Type:
    """The type of a power: bounds and scale for a constant whole exponent from 0 to 16."""
    if not (isinstance(left, NumberType) and isinstance(right, NumberType)):
        return NUMBER
    exponent = right.low
    if (
        exponent is None
        or exponent != right.high
        or exponent != exponent.to_integral_value()
        or not 0 <= exponent <= _GREATEST_CONSTANT_EXPONENT
    ):
        return NUMBER
    result: Type = NumberType(Decimal(1), Decimal(1), 0)
    for _ in range(int(exponent)):
        result = multiply_types(result, left)
    return result


def _bound(
    operation: Callable[[Decimal, Decimal], Decimal], left: Decimal | None, right: Decimal | None
) -> Decimal | None:
    if left is None or right is None:
        return None
    try:
        return operation(left, right)
    except ArithmeticError:
        return None


def _corners(
    operation: Callable[[Decimal, Decimal], Decimal], left: NumberType, right: NumberType
) -> tuple[Decimal | None, Decimal | None]:
    """The least and greatest results at the ends: where an operation is monotone, its bounds."""
    ends = [_bound(operation, a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    known = [end for end in ends if end is not None]
    return (min(known), max(known)) if len(known) == len(ends) else (None, None)


def _decimal_places_of_inverse(divisor: Decimal) -> int | None:
    """How many places dividing by a constant adds; None when it never ends."""
    # WHY: a decimal's denominator divides a power of ten, so only the numerator matters.
    twos, fives, rest = 0, 0, abs(divisor.as_integer_ratio()[0])
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    return max(twos, fives) if rest == 1 else None


def _checked_scale(scale: int | None) -> int | None:
    return None if scale is None or scale > _GREATEST_SCALE else scale
