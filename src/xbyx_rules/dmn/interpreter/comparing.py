"""Equality, order and membership where null is a value: the operator tables with null in front.

Source: DMN 1.5 tables 42 to 44 and 54 (equality, comparison, ``in``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.dmn.types import midnight
from xbyx_rules.feel.operators import COMPLEMENT, EQUALITY, ORDERING, Truth, all_true, any_true
from xbyx_rules.feel.temporals import Date, DateTime
from xbyx_rules.feel.values import Interval, kind_of

__all__ = ["COMPARISONS", "are_equal", "compare", "is_in", "is_within"]


def are_equal(left: Any, right: Any) -> Truth:
    """``=``: null equals only null; values of different kinds can't be compared."""
    if left is None or right is None:
        return left is right
    apply = EQUALITY.get(("=", kind_of(left), kind_of(right)))
    return None if apply is None else apply(left, right)


def _differ(left: Any, right: Any) -> Truth:
    return COMPLEMENT[are_equal(left, right)]


def _ordering(operator: str) -> Callable[[Any, Any], Truth]:
    def apply(left: Any, right: Any) -> Truth:
        if left is None or right is None:
            return None
        # A date meets a date and time as its midnight in UTC.
        if isinstance(left, Date) and isinstance(right, DateTime):
            left = midnight(left)
        elif isinstance(left, DateTime) and isinstance(right, Date):
            right = midnight(right)
        known = ORDERING.get((operator, kind_of(left), kind_of(right)))
        return None if known is None else known(left, right)

    return apply


COMPARISONS: Final[Mapping[str, Callable[[Any, Any], Truth]]] = MappingProxyType(
    {"=": are_equal, "!=": _differ, **{sign: _ordering(sign) for sign in ("<", "<=", ">", ">=")}}
)
"""Each comparison of any two values, null included."""


def compare(operator: str, left: Any, right: Any) -> Truth:
    """The answer of one comparison; None where there is none.

    Example:
        >>> compare("=", None, None), compare("<", None, None)
        (True, None)
    """
    return COMPARISONS[operator](left, right)


def is_within(value: Any, interval: Interval) -> Truth:
    """Whether a value lies in a range.  An end that is null is no end: nothing can be said.

    Example:
        >>> from decimal import Decimal
        >>> is_within(Decimal(3), Interval(Decimal(1), None)) is None
        True
        >>> is_within(Decimal(3), Interval(Decimal(1), None, is_comparison=True))
        True
    """
    if interval.is_comparison and interval.low is None and interval.high is None:
        return None
    sides = []
    for sign, end, is_closed in (
        (">", interval.low, interval.is_low_closed),
        ("<", interval.high, interval.is_high_closed),
    ):
        if end is not None or not interval.is_comparison:
            sides.append(compare(f"{sign}=" if is_closed else sign, value, end))
    return all_true(sides)


def is_in(value: Any, other: Any) -> Truth:
    """Whether a value equals another, or is in it where that is a range or a list.

    Example:
        >>> from decimal import Decimal
        >>> is_in(Decimal(1), [Decimal(1), Decimal(2)])
        True
    """
    if isinstance(other, Interval) and not isinstance(value, Interval):
        return is_within(value, other)
    if isinstance(other, list):
        whole = are_equal(value, other) if isinstance(value, list) else False
        return any_true((whole is True, *(_is_element(value, one) for one in other)))
    return are_equal(value, other)


def _is_element(value: Any, element: Any) -> Truth:
    if isinstance(element, Interval) and not isinstance(value, Interval):
        return is_within(value, element)
    # WHY: a list may hold values of several kinds; those of another kind are simply not it.
    return are_equal(value, element) is True
