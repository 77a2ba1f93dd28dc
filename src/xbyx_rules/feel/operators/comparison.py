"""Equality and order as tables: ``(operator, left kind, right kind)`` to a three-valued answer.

Values of different kinds are not in the tables: a decision model answers null there, a policy
refuses the text.  Null itself is the decision model's affair; inside lists and contexts it equals
only null.  The answer None says that it can't be told: an Unknown inside, or a local time met
with a zoned one.  Times are compared to the second, so that exactly one of ``<``, ``=``, ``>``
holds where the answer isn't None.

Source: DMN 1.5 tables 42–44 (equality, comparison).
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.feel.temporals import NANOSECONDS, DateTime, Time
from xbyx_rules.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    TIME,
    YEARS_MONTHS,
)
from xbyx_rules.feel.values import UNKNOWN, Incomplete, Interval, Record, kind_of

from .logic import COMPLEMENT, Truth, all_true

__all__ = [
    "EQUALITY",
    "ORDERING",
    "compare_values",
    "equal_values",
    "is_in_range",
]

Comparison = Callable[[Any, Any], Truth]


def equal_values(left: Any, right: Any) -> Truth:
    """Whether two values of any kinds are equal, nulls and Unknowns included.

    Returns:
        True or False; None for different kinds, for an Unknown, and where it can't be told.
    """
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    return EQUALITY["=", kind, kind](left, right) if _same_kind(kind, right) else None


def compare_values(operator: str, left: Any, right: Any) -> Truth:
    """The answer of ``<``, ``<=``, ``>``, ``>=`` or ``=`` for any values; None when there is none.

    Example:
        >>> from decimal import Decimal
        >>> compare_values("<", Decimal(1), Decimal(2)), compare_values("<", Decimal(1), "2")
        (True, None)
    """
    if operator == "=":
        return equal_values(left, right)
    apply = ORDERING.get((operator, kind_of(left), kind_of(right)))
    return None if apply is None else apply(left, right)


def is_in_range(value: Any, interval: Interval) -> Truth:
    """Whether a value lies in a range; a missing end doesn't bound it.

    Example:
        >>> from decimal import Decimal
        >>> is_in_range(Decimal(10), Interval(Decimal(1), Decimal(10), is_high_closed=False))
        False
    """
    return all_true(
        (
            interval.low is None
            or compare_values(">=" if interval.is_low_closed else ">", value, interval.low),
            interval.high is None
            or compare_values("<=" if interval.is_high_closed else "<", value, interval.high),
        )
    )


def _same_kind(kind: str, other: Any) -> bool:
    return kind == kind_of(other) and ("=", kind, kind) in EQUALITY


def _equal_lists(left: list[Any], right: list[Any]) -> Truth:
    if isinstance(left, Incomplete) or isinstance(right, Incomplete):
        return None
    if len(left) != len(right):
        return False
    return all_true(map(equal_values, left, right))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any]) -> Truth:
    if isinstance(left, Record) and isinstance(right, Record) and left.key == right.key != "":
        return equal_values(left.get(left.key, UNKNOWN), right.get(right.key, UNKNOWN))
    if left.keys() != right.keys():
        return False
    return all_true(equal_values(value, right[key]) for key, value in left.items())


def _equal_ranges(left: Interval, right: Interval) -> Truth:
    if (left.is_low_closed, left.is_high_closed, left.is_comparison) != (
        right.is_low_closed,
        right.is_high_closed,
        right.is_comparison,
    ):
        return False
    return all_true((equal_values(left.low, right.low), equal_values(left.high, right.high)))


def _on_times(compare: Callable[[int, int], bool]) -> Comparison:
    def apply(left: Time, right: Time) -> Truth:
        if left.is_local != right.is_local:
            return None
        if left.zone == right.zone and left.offset == right.offset:
            return compare(left.second_of_day, right.second_of_day)
        return compare(
            left.second_of_day - (left.utc_offset or 0),
            right.second_of_day - (right.utc_offset or 0),
        )

    return apply


def _on_date_times(compare: Callable[[int, int], bool]) -> Comparison:
    def apply(left: DateTime, right: DateTime) -> Truth:
        if left.is_local != right.is_local:
            return None
        return compare(left.nanoseconds // NANOSECONDS, right.nanoseconds // NANOSECONDS)

    return apply


def _negated(equality: Comparison) -> Comparison:
    return lambda left, right: COMPLEMENT[equality(left, right)]


def _build_equality() -> dict[tuple[str, str, str], Comparison]:
    table: dict[tuple[str, str, str], Comparison] = {}
    plain = ("number", "string", *(k.kind for k in (BOOLEAN, DATE, YEARS_MONTHS, DAYS_TIME)))
    equalities: dict[str, Comparison] = {
        **dict.fromkeys(plain, python.eq),
        TIME.kind: _on_times(python.eq),
        DATE_TIME.kind: _on_date_times(python.eq),
        "list": _equal_lists,
        "context": _equal_contexts,
        "range": _equal_ranges,
    }
    for kind, apply in equalities.items():
        table["=", kind, kind] = apply
        table["!=", kind, kind] = python.ne if kind in plain else _negated(apply)
    return table


def _build_ordering() -> dict[tuple[str, str, str], Comparison]:
    table: dict[tuple[str, str, str], Comparison] = {}
    plain = ("number", "string", *(k.kind for k in (DATE, YEARS_MONTHS, DAYS_TIME)))
    comparisons = (("<", python.lt), ("<=", python.le), (">", python.gt), (">=", python.ge))
    for operator, compare in comparisons:
        for kind in plain:
            table[operator, kind, kind] = compare
        table[operator, TIME.kind, TIME.kind] = _on_times(compare)
        table[operator, DATE_TIME.kind, DATE_TIME.kind] = _on_date_times(compare)
    return table


EQUALITY: Final[Mapping[tuple[str, str, str], Comparison]] = MappingProxyType(_build_equality())
"""``=`` and ``!=`` of two values of one kind; lists, contexts and ranges deeply."""

ORDERING: Final[Mapping[tuple[str, str, str], Comparison]] = MappingProxyType(_build_ordering())
"""``<``, ``<=``, ``>`` and ``>=`` of two values of one kind; strings by code point."""
