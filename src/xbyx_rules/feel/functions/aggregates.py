"""Functions that make one value of a list: sums, extremes, statistics, all and any.

Each can be called with a list or with the elements as arguments.  An element that is null or
Unknown, or of another kind, leaves no value.  The sum, product and extremes of nothing are no
value either, as in SQL.

Source: DMN 1.5 §10.3.4.4 (list functions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.feel.operators import (
    ORDERING,
    Truth,
    all_true,
    any_true,
)
from xbyx_rules.feel.types import ANY, BOOLEAN, NUMBER, ListType, NumberType, Type
from xbyx_rules.feel.values import NUMBERS, Incomplete, kind_of

from .members import GREATEST_LIST, common_element
from .signature import Builtin, Result, make_signature

__all__ = ["AGGREGATE_FUNCTIONS"]

Aggregate = Callable[[list[Any]], Any]


def _over_numbers(aggregate: Callable[[list[Decimal]], Any], least: int = 1) -> Aggregate:
    """An aggregate with no value for fewer than `least` elements, or one that is no number."""

    def apply(items: list[Any]) -> Any:
        if len(items) < least or not all(isinstance(item, Decimal) for item in items):
            return None
        try:
            return aggregate(items)
        except ArithmeticError:
            return None

    return apply


def _sum(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = NUMBERS.add(total, number)
    return total


def _product(numbers: list[Decimal]) -> Decimal:
    product = Decimal(1)
    for number in numbers:
        product = NUMBERS.multiply(product, number)
    return product


def _mean(numbers: list[Decimal]) -> Decimal:
    return NUMBERS.divide(_sum(numbers), Decimal(len(numbers)))


def _median(numbers: list[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return _mean(ordered[middle - 1 : middle + 1])


def _deviation(numbers: list[Decimal]) -> Decimal:
    """The sample's standard deviation."""
    mean = _mean(numbers)
    squares = [NUMBERS.power(NUMBERS.subtract(number, mean), 2) for number in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(_sum(squares), Decimal(len(numbers) - 1)))


def _mode(numbers: list[Decimal]) -> list[Decimal]:
    counts = Counter(numbers)
    greatest = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == greatest)


def _extreme(operator: str) -> Aggregate:
    """The element that stands before every other in an order."""

    def apply(items: list[Any]) -> Any:
        if not items:
            return None
        kind = kind_of(items[0])
        precedes = ORDERING.get((operator, kind, kind))
        if precedes is None or any(kind_of(item) != kind for item in items):
            return None
        extreme = items[0]
        for item in items:
            truth = precedes(item, extreme)
            if truth is None and item is not extreme:
                return None
            extreme = item if truth else extreme
        return extreme

    return apply


def _truths(items: list[Any]) -> list[Truth]:
    return [item if isinstance(item, bool) else None for item in items]


def _all(items: list[Any]) -> Truth:
    truth = all_true(_truths(items))
    return None if truth is True and isinstance(items, Incomplete) else truth


def _any(items: list[Any]) -> Truth:
    truth = any_true(_truths(items))
    return None if truth is False and isinstance(items, Incomplete) else truth


# Types of results: of a list argument, or of arguments that are the elements


def _gathered(arguments: tuple[Type, ...]) -> tuple[Type, int | None]:
    """The common type of the elements, and how many there are at most."""
    first = arguments[0] if arguments else ANY
    if len(arguments) == 1 and isinstance(first, ListType):
        return first.element, first.greatest_length
    return common_element(arguments), len(arguments)


def _number_of(arguments: tuple[Type, ...]) -> tuple[NumberType, int | None]:
    element, length = _gathered(arguments)
    return element if isinstance(element, NumberType) else NUMBER, length


def _sum_type(arguments: tuple[Type, ...]) -> Type:
    element, length = _number_of(arguments)
    return NumberType(
        _sum_bound(element.low, length, min),
        _sum_bound(element.high, length, max),
        element.scale,
        element.unit,
    )


def _sum_bound(
    bound: Decimal | None, length: int | None, outer: Callable[[Decimal, Decimal], Decimal]
) -> Decimal | None:
    """The bound of a sum of 1 to `length` elements, each within `bound`."""
    if bound is None:
        return None
    if outer(bound, Decimal(0)) == 0:
        return bound  # more elements only take the sum away from it
    if length is None:
        return None
    try:
        return NUMBERS.multiply(bound, Decimal(length))
    except ArithmeticError:
        return None


def _mean_type(arguments: tuple[Type, ...]) -> Type:
    element, _ = _number_of(arguments)
    return NumberType(element.low, element.high, None, element.unit)


def _element_type(arguments: tuple[Type, ...]) -> Type:
    return _gathered(arguments)[0]


def _mode_type(arguments: tuple[Type, ...]) -> Type:
    element, length = _number_of(arguments)
    return ListType(element, length)


def _count_type(arguments: tuple[Type, ...]) -> Type:
    kind = arguments[0]
    length = kind.greatest_length if isinstance(kind, ListType) else None
    return NumberType(Decimal(0), None if length is None else Decimal(length), 0)


def _aggregate(
    name: str,
    apply: Aggregate,
    result: Result,
    element: Type,
    parameter: str,
    *,
    decides_early: bool = False,
) -> Builtin:
    """A function of a list, or of the elements themselves."""
    return Builtin(
        name,
        (
            make_signature(apply, result, ("list", ListType(element))),
            make_signature(
                lambda *items: apply(list(items)) if len(items) <= GREATEST_LIST else None,
                result,
                (parameter, element),
                is_variadic=True,
                nullable=(parameter,),
            ),
        ),
        needs_complete=True,
        decides_early=decides_early,
    )


def _count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


AGGREGATE_FUNCTIONS: Final = (
    Builtin(
        "count",
        (make_signature(_count, _count_type, ("list", ListType(ANY))),),
        needs_complete=True,
    ),
    _aggregate("min", _extreme("<"), _element_type, ANY, "c"),
    _aggregate("max", _extreme(">"), _element_type, ANY, "c"),
    _aggregate("sum", _over_numbers(_sum), _sum_type, NUMBER, "n"),
    _aggregate("mean", _over_numbers(_mean), _mean_type, NUMBER, "n"),
    _aggregate("product", _over_numbers(_product), NUMBER, NUMBER, "n"),
    _aggregate("median", _over_numbers(_median), _mean_type, NUMBER, "n"),
    _aggregate("stddev", _over_numbers(_deviation, 2), NUMBER, NUMBER, "n"),
    _aggregate("mode", _over_numbers(_mode, 0), _mode_type, NUMBER, "n"),
    _aggregate("all", _all, BOOLEAN, BOOLEAN, "b", decides_early=True),
    _aggregate("any", _any, BOOLEAN, BOOLEAN, "b", decides_early=True),
)
