"""The cheap static types that reading needs: which fields a value has, to read them after a dot.

This is no inference: what isn't plain to see is Any, and names after it are guessed (see `names`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.types import (
    ANY,
    ContextType,
    EntityType,
    FunctionType,
    ListType,
    Type,
)

__all__ = [
    "PROPERTIES",
    "element_of",
    "field_names",
    "fields_of",
    "shape_of_call",
    "shape_of_context",
    "shape_of_list",
]

PROPERTIES: Final = ("time offset", "start included", "end included")
"""The properties of times and ranges whose names are more than one word."""


def element_of(type_: Type) -> Type:
    """The type of a list's elements; another value is a list of itself."""
    return type_.element if isinstance(type_, ListType) else type_


def fields_of(type_: Type) -> Mapping[str, Type] | None:
    """The fields of one element with their types; None when they aren't known."""
    if isinstance(type_, ContextType):
        return dict(type_.fields)
    return type_.source.fields_of(type_.entity) if isinstance(type_, EntityType) else None


def shape_of_call(function: Type) -> Type:
    """The type of a call's result."""
    return function.result if isinstance(function, FunctionType) else ANY


def shape_of_context(fields: dict[str, Type]) -> Type:
    """The type of a context literal."""
    return ContextType(tuple(fields.items()))


def shape_of_list(items: Iterable[Type]) -> Type:
    """The type of a list literal: where elements are contexts, one with the fields of all."""
    fields: dict[str, Type] = {}
    other: Type = ANY
    last: Type = ANY
    for item in items:
        if isinstance(item, ContextType) and item is not last:
            fields |= dict(item.fields)
        elif isinstance(item, EntityType):
            other = item
        last = item
    return ListType(ContextType(tuple(fields.items())) if fields else other)


def field_names(scope: Scope) -> Iterator[str]:
    """Every name in scope and every field of their types, however deep."""
    seen: set[str] = set()
    waiting: list[Type] = []
    for one in scope.chain():
        yield from one.names
        waiting += one.names.values()
    while waiting:
        type_ = element_of(waiting.pop())
        if isinstance(type_, EntityType):
            if type_.entity in seen:
                continue
            seen.add(type_.entity)
        elif isinstance(type_, FunctionType):
            waiting.append(type_.result)
        fields = fields_of(type_) or {}
        yield from fields
        waiting += fields.values()
    yield from PROPERTIES
