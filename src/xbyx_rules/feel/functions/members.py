"""What the functions of lists share: sameness of elements, positions, and bounded results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from xbyx_rules.feel.joining import join_types
from xbyx_rules.feel.operators import Truth, equal_values
from xbyx_rules.feel.types import ANY, ListType, Type
from xbyx_rules.feel.values import UNKNOWN, Incomplete, kind_of

__all__ = [
    "GREATEST_LIST",
    "bounded",
    "common_element",
    "count_pairs",
    "distinct",
    "element_type",
    "find_index",
    "is_same",
    "kept",
]

GREATEST_LIST: Final = 100_000
"""The most elements that a list made by a function may have."""

_HASHED_KINDS: Final = frozenset(
    {
        "number",
        "string",
        "boolean",
        "date",
        "years and months duration",
        "days and time duration",
        "Null",
    }
)


def is_same(left: Any, right: Any) -> Truth:
    """Whether two elements are equal; different kinds are simply not, Unknown can't be told."""
    if left is UNKNOWN or right is UNKNOWN:
        return None
    return equal_values(left, right) if kind_of(left) == kind_of(right) else False


def distinct(items: Iterable[Any]) -> list[Any] | None:
    """The elements without later repetitions, in order; None when one can't be told apart."""
    found: list[Any] = []
    hashed: set[tuple[str, Any]] = set()
    others: list[Any] = []
    for item in items:
        if item is UNKNOWN:
            return None
        kind = kind_of(item)
        if kind in _HASHED_KINDS:
            if (kind, item) in hashed:
                continue
            hashed.add((kind, item))
        else:
            truths = [is_same(item, other) for other in others]
            if True in truths:
                continue
            if None in truths:
                return None
            others.append(item)
        found.append(item)
    return found


def count_pairs(*lists: list[Any]) -> int:
    """How many pairs of elements `distinct` compares at most."""
    others = sum(one is UNKNOWN or kind_of(one) not in _HASHED_KINDS for one in chain(*lists))
    return others * others // 2


def find_index(items: Sequence[Any], position: Decimal) -> int | None:
    """The index of a position, which counts from 1, or from -1 at the end; None outside."""
    whole = int(position)
    if whole == 0 or abs(whole) > len(items):
        return None
    return whole - 1 if whole > 0 else len(items) + whole


def bounded(items: list[Any]) -> list[Any] | None:
    """The list itself; None when it is longer than a function may make one."""
    return items if len(items) <= GREATEST_LIST else None


def kept(items: list[Any] | None, *sources: Any) -> list[Any] | None:
    """The list, bounded, and Incomplete when one of the lists it was made of is."""
    if items is None or bounded(items) is None:
        return None
    if any(isinstance(source, Incomplete) for source in sources):
        return Incomplete(items)
    return items


def element_type(kind: Type) -> Type:
    """The element type of a list type; Any for another type."""
    return kind.element if isinstance(kind, ListType) else ANY


def common_element(types: Iterable[Type]) -> Type:
    """One type for the elements of lists with these element types; Any where there is none.

    Example:
        >>> from xbyx_rules.feel.types import StringType
        >>> common_element([StringType(("规划",)), StringType(("年度计划",))]).values
        ('规划', '年度计划')
    """
    common: Type | None = None
    for kind in types:
        joined = kind if common is None else join_types(common, kind)
        if joined is None:
            return ANY
        common = joined
    return ANY if common is None else common
