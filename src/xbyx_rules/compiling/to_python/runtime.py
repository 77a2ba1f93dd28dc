"""What generated functions call: the parts of the meaning that are not worth unrolling.

Every function takes and gives FEEL values, UNKNOWN among them, and never raises for a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from xbyx_rules.feel.operators import equal_values
from xbyx_rules.feel.syntax import TypeName
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.values import UNKNOWN, Incomplete, kind_of

__all__ = [
    "Budget",
    "StepLimitError",
    "charge_work",
    "compare_ratios",
    "contains_unknown",
    "copy_list",
    "invoke",
    "is_instance",
    "is_member",
    "item_at",
    "make_context",
    "map_field",
    "map_property",
    "span",
    "span_of",
]

GREATEST_SPAN = 100_000
_EXACT = Context(prec=80, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Holds any product of two numbers of 34 digits."""


class StepLimitError(Exception):
    """A rule took more steps than its budget allows."""


class Budget:
    """The steps one evaluation may take, so that no rule runs without end or fills the memory.

    A step is a round of a loop with a short body, or an equal amount of other work: two elements
    or eight characters that a function reads or makes.  A round that adds to a list counts three.
    """

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take steps off the budget.

        Raises:
            StepLimitError: the budget is used up.
        """
        self.left -= steps + 1
        if self.left < 0:
            raise StepLimitError

    def charge(self, *values: Any) -> None:
        """Take off the steps for the size of texts and lists, with what stands in them.

        Raises:
            StepLimitError: the budget is used up.
        """
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            if isinstance(value, str):
                self.left -= len(value) >> 3
            elif isinstance(value, list):
                self.left -= 1 + (len(value) >> 1)
                waiting += [one for one in value if isinstance(one, _SIZED) or type(one) is dict]
            elif type(value) is dict:
                self.left -= 1 + (len(value) >> 1)
                waiting += value.values()
            # WHY here: a list can hold another many times, and so be endless to walk through.
            if self.left < 0:
                raise StepLimitError


_SIZED = (str, list)


def charge_work(budget: Budget, work: Callable[..., int], *arguments: Any) -> None:
    """Take off the steps of a function that works longer than its arguments are large."""
    if not any(one is UNKNOWN for one in arguments):
        budget.spend(work(*arguments))


def contains_unknown(value: Any) -> bool:
    """Whether UNKNOWN stands anywhere inside a list or a context."""
    if value is UNKNOWN or isinstance(value, Incomplete):
        return True
    if isinstance(value, list):
        return any(contains_unknown(one) for one in value)
    if isinstance(value, dict):
        return any(contains_unknown(one) for one in value.values())
    return False


def map_field(records: Any, name: str) -> Any:
    """``list.field``: the field of each element, UNKNOWN where an element lacks it."""
    if records is UNKNOWN:
        return UNKNOWN
    made: list[Any] = Incomplete() if isinstance(records, Incomplete) else []
    made.extend(one if one is UNKNOWN else one.get(name, UNKNOWN) for one in records)
    return made


def map_property(values: Any, read: Callable[[Any], Any]) -> Any:
    """``list.property``, such as the years of dates, UNKNOWN where a value has none."""
    if values is UNKNOWN:
        return UNKNOWN
    made: list[Any] = Incomplete() if isinstance(values, Incomplete) else []
    for one in values:
        value = None if one is UNKNOWN else read(one)
        made.append(UNKNOWN if value is None else value)
    return made


def copy_list(items: Any, budget: Budget) -> Any:
    """The results of a ``for`` so far, as a list of its own."""
    budget.spend(len(items))
    return Incomplete(items) if isinstance(items, Incomplete) else list(items)


def compare_ratios(
    compared: Callable[[Any, Any], Any],
    left: Decimal,
    left_by: Decimal,
    right: Decimal,
    right_by: Decimal,
) -> Any:
    """``left/left_by`` compared with ``right/right_by``, exactly; None when a divisor is zero."""
    if not left_by or not right_by:
        return None
    try:
        sides = _EXACT.multiply(left, right_by), _EXACT.multiply(right, left_by)
    except ArithmeticError:
        return None
    is_mirrored = left_by.is_signed() != right_by.is_signed()
    return compared(*reversed(sides)) if is_mirrored else compared(*sides)


def item_at(items: Any, index: Any) -> Any:
    """``list[n]``, counted from 1, or from the end when negative."""
    if items is UNKNOWN or index is UNKNOWN or isinstance(items, Incomplete):
        return UNKNOWN
    if index != index.to_integral_value() or not 1 <= abs(index) <= len(items):
        return UNKNOWN
    position = int(index)
    return items[position - 1 if position > 0 else position]


def span(low: Any, high: Any) -> Any:
    """``low..high`` as a list, of whole numbers or of dates, upwards or downwards."""
    if low is UNKNOWN or high is UNKNOWN:
        return UNKNOWN
    if isinstance(low, Decimal):
        if low != low.to_integral_value() or high != high.to_integral_value():
            return UNKNOWN
        if abs(high - low) >= GREATEST_SPAN:
            raise StepLimitError
        first, last = int(low), int(high)
        return [Decimal(one) for one in _run(first, last)]
    first, last = low.ordinal, high.ordinal
    if abs(last - first) >= GREATEST_SPAN:
        raise StepLimitError
    return [Date.from_ordinal(one) for one in _run(first, last)]


def span_of(interval: Any) -> Any:
    """The whole numbers or dates of a range, as a loop over it takes them."""
    if interval is UNKNOWN or interval.low is None or interval.high is None:
        return UNKNOWN
    items = span(interval.low, interval.high)
    if items is UNKNOWN:
        return UNKNOWN
    first = 0 if interval.is_low_closed else 1
    return items[first : len(items) - (0 if interval.is_high_closed else 1)]


def _run(first: int, last: int) -> range:
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def is_member(value: Any, items: Any) -> Any:
    """Whether a value equals an element of a list; an element that does decides."""
    if value is UNKNOWN or items is UNKNOWN:
        return UNKNOWN
    verdicts = [equal_values(value, one) for one in items]
    if True in verdicts:
        return True
    return UNKNOWN if None in verdicts or isinstance(items, Incomplete) else False


def make_context(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """A context literal."""
    return dict(zip(names, values, strict=True))


class _UndecidedError(Exception):
    """A function handed to a built-in function gave UNKNOWN."""


def invoke(
    apply: Callable[..., Any],
    needs_complete: bool,
    decides_early: bool,
    counts_only: bool,
    *arguments: Any,
) -> Any:
    """Call a built-in function strictly.

    UNKNOWN when an argument is, when a list holds one inside, when a list is incomplete and the
    function is an aggregate that the known part doesn't decide, or when it has no value.
    """
    given: list[Any] = []
    for argument in arguments:
        if argument is UNKNOWN:
            return UNKNOWN
        if isinstance(argument, Incomplete) and needs_complete and not decides_early:
            return UNKNOWN
        if isinstance(argument, list) and not counts_only and _holds_unknown(argument):
            if not decides_early:
                return UNKNOWN
            given.append(Incomplete(one for one in argument if not contains_unknown(one)))
        else:
            given.append(_decided(argument) if callable(argument) else argument)
    try:
        result = apply(*given)
    except _UndecidedError:
        return UNKNOWN
    return UNKNOWN if result is None else result


def _holds_unknown(items: list[Any]) -> bool:
    return any(one is UNKNOWN or (isinstance(one, list) and contains_unknown(one)) for one in items)


def _decided(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        result = function(*arguments)
        if result is UNKNOWN:
            raise _UndecidedError
        return result

    return call


def is_instance(value: Any, expected: TypeName) -> Any:
    """``value instance of type``: by kind, and by the parts that the type speaks of."""
    if value is UNKNOWN:
        return UNKNOWN
    if expected.name == "Any":
        return True
    if kind_of(value) != expected.name:
        return False
    arguments = expected.arguments
    if not arguments or expected.name == "function":
        return True
    if expected.name == "context":
        if not set(expected.keys) <= value.keys():
            return False
        pairs = zip(expected.keys, arguments, strict=True)
        verdicts = [is_instance(value[key], one) for key, one in pairs]
    else:
        items = (value.low, value.high) if expected.name == "range" else value
        verdicts = [is_instance(one, arguments[0]) for one in items if one is not None]
    if any(one is False for one in verdicts):
        return False
    is_open = isinstance(value, Incomplete) or any(one is UNKNOWN for one in verdicts)
    return UNKNOWN if is_open else True
