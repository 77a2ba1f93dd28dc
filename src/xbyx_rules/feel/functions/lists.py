"""Functions that search lists and make lists of lists.  Positions count from 1, or from -1 back.

Source: DMN 1.5 §10.3.4.4 (list functions) and §10.3.4.8 (sort).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Final

from xbyx_rules.feel.operators import Truth, any_true
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    NUMBER,
    FunctionType,
    ListType,
    NumberType,
    Type,
)
from xbyx_rules.feel.values import Incomplete

from .members import (
    GREATEST_LIST,
    bounded,
    common_element,
    count_pairs,
    distinct,
    element_type,
    find_index,
    is_same,
    kept,
)
from .signature import Builtin, make_signature

__all__ = ["LIST_FUNCTIONS"]

_POSITION: Final = NumberType(Decimal(1), Decimal(GREATEST_LIST), 0)
_GREATEST_DEPTH: Final = 100


def _contains(items: list[Any], element: Any) -> Truth:
    found = any_true(is_same(item, element) for item in items)
    return None if found is False and isinstance(items, Incomplete) else found


def _sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    index = find_index(items, start)
    if index is None:
        return None
    if length is None:
        return items[index:]
    count = int(length)
    return items[index : index + count] if 1 <= count <= len(items) - index else None


def _append(items: list[Any], *more: Any) -> list[Any] | None:
    return kept([*items, *more], items)


def _concatenate(*lists: list[Any]) -> list[Any] | None:
    if sum(map(len, lists)) > GREATEST_LIST:
        return None
    return kept([item for items in lists for item in items], *lists)


def _union(*lists: list[Any]) -> list[Any] | None:
    return kept(distinct(item for items in lists for item in items), *lists)


def _insert(items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    index = find_index(items, position)
    return None if index is None else bounded([*items[:index], item, *items[index:]])


def _remove(items: list[Any], position: Decimal) -> list[Any] | None:
    index = find_index(items, position)
    return None if index is None else [*items[:index], *items[index + 1 :]]


def _replace(items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    index = find_index(items, position)
    return None if index is None else [*items[:index], item, *items[index + 1 :]]


def _replace_matching(
    items: list[Any], match: Callable[[Any, Any], Any], new: Any
) -> list[Any] | None:
    result = []
    for item in items:
        is_match = match(item, new)
        if not isinstance(is_match, bool):
            return None
        result.append(new if is_match else item)
    return result


def _index_of(items: list[Any], match: Any) -> list[Any] | None:
    truths = [is_same(item, match) for item in items]
    if None in truths:
        return None
    return [Decimal(index) for index, truth in enumerate(truths, 1) if truth]


def _flatten(items: list[Any]) -> list[Any] | None:
    result: list[Any] = []
    is_incomplete = isinstance(items, Incomplete)
    rest = [iter(items)]
    while rest:
        for item in rest[-1]:
            if not isinstance(item, list):
                result.append(item)
                continue
            if len(rest) > _GREATEST_DEPTH:
                return None
            is_incomplete = is_incomplete or isinstance(item, Incomplete)
            rest.append(iter(item))
            break
        else:
            rest.pop()
        if len(result) > GREATEST_LIST:
            return None
    return Incomplete(result) if is_incomplete else result


class _NoOrderError(Exception):
    """The function given to ``sort`` did not say true or false."""


def _sort(items: list[Any], precedes: Callable[[Any, Any], Any]) -> list[Any] | None:
    def compare(left: Any, right: Any) -> int:
        for first, second, answer in ((left, right, -1), (right, left, 1)):
            truth = precedes(first, second)
            if not isinstance(truth, bool):
                raise _NoOrderError
            if truth:
                return answer
        return 0

    try:
        return kept(sorted(items, key=cmp_to_key(compare)), items)
    except _NoOrderError:
        return None


# Types of results


def _same_list(arguments: tuple[Type, ...]) -> Type:
    kind = arguments[0]
    return kind if isinstance(kind, ListType) else ListType(ANY)


def _appended(arguments: tuple[Type, ...]) -> Type:
    return _joined_type((arguments[0], *(ListType(item, 1) for item in arguments[1:])))


def _joined_type(arguments: tuple[Type, ...]) -> Type:
    lists = [kind for kind in arguments if isinstance(kind, ListType)]
    lengths = [kind.greatest_length for kind in lists if kind.greatest_length is not None]
    return ListType(
        common_element(element_type(kind) for kind in arguments if not _is_empty(kind)),
        sum(lengths) if len(lengths) == len(arguments) else None,
        any(kind.records for kind in lists),
    )


def _is_empty(kind: Type) -> bool:
    return isinstance(kind, ListType) and kind.greatest_length == 0


def _inserted(arguments: tuple[Type, ...]) -> Type:
    return _joined_type((arguments[0], ListType(arguments[2], 1)))


def _replaced(arguments: tuple[Type, ...]) -> Type:
    joined = _inserted(arguments)
    kind = arguments[0]
    if isinstance(joined, ListType) and isinstance(kind, ListType):
        return ListType(joined.element, kind.greatest_length, kind.records)
    return joined


def _flattened_type(arguments: tuple[Type, ...]) -> Type:
    kind = arguments[0]
    element: Type = kind
    while isinstance(element, ListType):
        element = element.element
    records = isinstance(kind, ListType) and kind.records
    is_flat = isinstance(kind, ListType) and element is kind.element and element != ANY
    return kind if is_flat else ListType(element, None, records)


_LIST = ("list", ListType(ANY))
_START = ("start position", NUMBER)
_AT = ("position", NUMBER)
_NEW = ("newItem", ANY)
_MATCHER = FunctionType((ANY, ANY), BOOLEAN)

LIST_FUNCTIONS: Final = (
    Builtin(
        "list contains",
        (make_signature(_contains, BOOLEAN, _LIST, ("element", ANY), nullable=("element",)),),
        needs_complete=True,
        decides_early=True,
    ),
    Builtin(
        "sublist",
        (make_signature(_sublist, _same_list, _LIST, _START, ("length", NUMBER), required=2),),
        needs_complete=True,
    ),
    Builtin(
        "append",
        (
            make_signature(
                _append, _appended, _LIST, ("item", ANY), is_variadic=True, nullable=("item",)
            ),
        ),
        keeps_incomplete=True,
    ),
    Builtin(
        "concatenate",
        (make_signature(_concatenate, _joined_type, _LIST, is_variadic=True),),
        keeps_incomplete=True,
    ),
    Builtin(
        "union",
        (make_signature(_union, _joined_type, _LIST, is_variadic=True),),
        keeps_incomplete=True,
        work=count_pairs,
    ),
    Builtin(
        "distinct values",
        (make_signature(lambda items: kept(distinct(items), items), _same_list, _LIST),),
        keeps_incomplete=True,
        work=count_pairs,
    ),
    Builtin(
        "insert before",
        (make_signature(_insert, _inserted, _LIST, _AT, _NEW, nullable=("newItem",)),),
        needs_complete=True,
    ),
    Builtin(
        "remove",
        (make_signature(_remove, _same_list, _LIST, _AT),),
        needs_complete=True,
    ),
    Builtin(
        "list replace",
        (
            make_signature(_replace, _replaced, _LIST, _AT, _NEW, nullable=("newItem",)),
            make_signature(
                _replace_matching,
                _replaced,
                _LIST,
                ("match", _MATCHER),
                _NEW,
                nullable=("newItem",),
            ),
        ),
        needs_complete=True,
    ),
    Builtin(
        "reverse",
        (make_signature(lambda items: kept(items[::-1], items), _same_list, _LIST),),
        keeps_incomplete=True,
    ),
    Builtin(
        "index of",
        (
            make_signature(
                _index_of, ListType(_POSITION), _LIST, ("match", ANY), nullable=("match",)
            ),
        ),
        needs_complete=True,
    ),
    Builtin(
        "flatten",
        (make_signature(_flatten, _flattened_type, _LIST),),
        keeps_incomplete=True,
    ),
    Builtin(
        "sort",
        (make_signature(_sort, _same_list, _LIST, ("precedes", _MATCHER)),),
        keeps_incomplete=True,
    ),
)
