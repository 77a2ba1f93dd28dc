"""The types of a decision model at run time: whether a value conforms, and implicit conversions.

Policies' types (`feel.types`) say what the checker knows; these say what a value is measured
against at the boundaries of decisions, functions and services, allowed values included.

Source: DMN 1.5 §10.3.2.9 (conformance, conversions) and §7.3.2 (item definitions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.feel import types as feel
from xbyx_rules.feel.temporals import Date, DateTime, Time
from xbyx_rules.feel.values import kind_of

from .functions import FunctionValue

__all__ = [
    "ANY",
    "SIMPLE_TYPES",
    "Counter",
    "ItemType",
    "coerce",
    "conforms",
    "is_instance",
    "list_of",
    "to_feel_type",
]

Counter = Callable[[int], None]
"""Counts steps, and raises where there are too many."""


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type of a decision model.

    Args:
        kind: as the operator tables have it, or ``Any``.
        name: the item definition's name, for messages; empty for the standard's types.
        element: the type of a list's elements or a range's ends.
        fields: the components of a context.
        parameters: a function's parameter types; None where they aren't said.
        result: a function's result type.
        allows: whether a value is among the allowed ones, counting its steps; None where all are.
        size: how many types there are in it, each as often as it stands there.
        shape: the type as the parser needs it: which fields a value has.
    """

    kind: str
    name: str = ""
    element: ItemType | None = None
    fields: tuple[tuple[str, ItemType], ...] = ()
    parameters: tuple[ItemType, ...] | None = None
    result: ItemType | None = None
    allows: Callable[[Any, Counter], bool] | None = None
    size: int = field(default=1, init=False, repr=False, compare=False)
    shape: feel.Type = field(default=feel.ANY, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # WHY here, from what the parts have: a type may hold another twice, that one a third twice.
        parts = [self.element, self.result, *(self.parameters or ()), *(t for _, t in self.fields)]
        size = 1 + sum(one.size for one in parts if one is not None)
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "shape", _shape_of(self))

    @property
    def looks_inside(self) -> bool:
        """Whether it takes more than a value's kind to see that it conforms."""
        return self.element is not None or bool(self.fields) or self.allows is not None

    def __str__(self) -> str:
        if self.name:
            return self.name
        return f"{self.kind}<{self.element}>" if self.element is not None else self.kind


def _shape_of(kind: ItemType) -> feel.Type:
    match kind.kind:
        case "list":
            return feel.ListType(feel.ANY if kind.element is None else kind.element.shape)
        case "context" if kind.fields:
            return feel.ContextType(tuple((name, one.shape) for name, one in kind.fields))
        case "function" if kind.parameters is not None and kind.result is not None:
            return feel.FunctionType(tuple(one.shape for one in kind.parameters), kind.result.shape)
    return feel.ANY


def _count_nothing(_steps: int) -> None:
    """Stands for a counter where nothing is bounded."""


ANY: Final = ItemType("Any")
"""The type that every value conforms to."""

SIMPLE_TYPES: Final = MappingProxyType(
    {
        **{
            kind: ItemType(kind)
            for kind in (
                *("number", "string", "boolean", "date", "time", "date and time"),
                *("days and time duration", "years and months duration", "Any", "Null"),
                *("list", "context", "function", "range"),
            )
        },
        # The names that DMN 1.1 used.
        "dateTime": ItemType("date and time"),
        "dayTimeDuration": ItemType("days and time duration"),
        "yearMonthDuration": ItemType("years and months duration"),
    }
)
"""The standard's types by their names."""


def list_of(element: ItemType, name: str = "") -> ItemType:
    """The type of lists of one type of elements."""
    return ItemType("list", name, element)


def conforms(
    value: Any,
    expected: ItemType,
    *,
    by_kind_alone: bool = False,
    count: Counter = _count_nothing,
) -> bool:
    """Whether a value may stand where a type is expected; null may anywhere.

    Args:
        value: the value.
        expected: the type.
        by_kind_alone: whether allowed values don't matter.
        count: counts the steps that looking at allowed values takes.

    Example:
        >>> from decimal import Decimal
        >>> conforms([Decimal(1), None], list_of(SIMPLE_TYPES["number"]))
        True
        >>> conforms("1", SIMPLE_TYPES["number"])
        False
    """
    if expected.kind == "Any" or value is None:
        is_well = True
    elif kind_of(value) != expected.kind:
        is_well = False
    else:
        is_well = _parts_conform(value, expected, by_kind_alone, count)
    if by_kind_alone or expected.allows is None or value is None:
        return is_well
    return is_well and expected.allows(value, count)


def is_instance(value: Any, expected: ItemType) -> bool:
    """``instance of``: without regard to allowed values; null is an instance of Null alone."""
    if value is None:
        return expected.kind == "Null"
    return conforms(value, expected, by_kind_alone=True)


def _parts_conform(value: Any, expected: ItemType, by_kind_alone: bool, count: Counter) -> bool:
    def fits(part: Any, kind: ItemType) -> bool:
        return conforms(part, kind, by_kind_alone=by_kind_alone, count=count)

    element = expected.element
    match expected.kind:
        case "list" if element is not None:
            return all(fits(item, element) for item in value)
        case "context":
            return all(name in value and fits(value[name], kind) for name, kind in expected.fields)
        case "range" if element is not None:
            return fits(value.low, element) and fits(value.high, element)
        case "function":
            return _function_conforms(value, expected)
    return True


def _function_conforms(value: Any, expected: ItemType) -> bool:
    """A function conforms when it accepts as much and gives no more."""
    if expected.parameters is None or not isinstance(value, FunctionValue):
        return True
    if len(value.parameters) != len(expected.parameters):
        return False
    own = [kind if isinstance(kind, ItemType) else ANY for kind in value.types]
    return all(
        is_subtype(wanted, given) for wanted, given in zip(expected.parameters, own, strict=True)
    ) and (expected.result is None or is_subtype(_result_of(value), expected.result))


def _result_of(value: FunctionValue) -> ItemType:
    return value.result if isinstance(value.result, ItemType) else ANY


def is_subtype(given: ItemType, expected: ItemType) -> bool:
    """Whether every value of one type conforms to another, as far as the types tell."""
    if given is expected or expected.kind == "Any" or given.kind in ("Null", "Any"):
        return True
    if given.kind != expected.kind:
        return False
    if expected.element is not None:
        return given.element is not None and is_subtype(given.element, expected.element)
    own = dict(given.fields)
    return all(name in own and is_subtype(own[name], kind) for name, kind in expected.fields)


def coerce(value: Any, expected: ItemType, count: Counter = _count_nothing) -> tuple[Any, bool]:
    """A value as a type wants it, by the standard's implicit conversions.

    A value becomes a list of itself, a list of one its element, a date the midnight of its day
    in UTC; what still doesn't conform becomes null.

    Returns:
        The value, and whether it conforms.

    Example:
        >>> from decimal import Decimal
        >>> coerce([Decimal(7)], SIMPLE_TYPES["number"])
        (Decimal('7'), True)
        >>> coerce("7", SIMPLE_TYPES["number"])
        (None, False)
    """
    for candidate in _candidates(value, expected.kind):
        if conforms(candidate, expected, count=count):
            return candidate, True
    return None, False


def _candidates(value: Any, kind: str) -> list[Any]:
    found = [value]
    if kind == "list" and not isinstance(value, list):
        found.append([value])
    elif kind != "list" and isinstance(value, list) and len(value) == 1:
        found += _candidates(value[0], kind)
    elif kind == "date and time" and isinstance(value, Date):
        found.append(midnight(value))
    return found


def midnight(value: Date) -> DateTime:
    """The beginning of a day in UTC: what a date is where a date and time is wanted."""
    return DateTime(value, Time(0, 0, 0, offset=0))


def to_feel_type(kind: ItemType) -> feel.Type:
    """The type as the parser needs it: which fields a value has."""
    return kind.shape
