"""The types of FEEL, with what the targets need to know: bounds, scale, domain, completeness.

Source: DMN 1.5 §10.3.2 (types); docs/architecture.md (one tree, many targets).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from decimal import Decimal
from typing import Protocol

__all__ = [
    "ANY",
    "BOOLEAN",
    "DATE",
    "DATE_TIME",
    "DAYS_TIME",
    "NULL",
    "NUMBER",
    "STRING",
    "TIME",
    "YEARS_MONTHS",
    "ContextType",
    "EntityType",
    "FieldSource",
    "FunctionType",
    "ListType",
    "NumberType",
    "RangeType",
    "SimpleType",
    "StringType",
    "Type",
]


@dataclass(frozen=True, slots=True)
class Type:
    """Any type.  `kind` is its name in FEEL: what the operator tables are keyed by."""

    @property
    def kind(self) -> str:
        """The type's FEEL name without parameters, such as ``number`` or ``list``."""
        raise TypeError("Type is abstract")


@dataclass(frozen=True, slots=True)
class SimpleType(Type):
    """A type without parameters: boolean, the temporal types, Any and Null."""

    name: str

    @property
    def kind(self) -> str:
        """The type's FEEL name."""
        return self.name


@dataclass(frozen=True, slots=True)
class NumberType(Type):
    """A decimal number, with the bounds and scale that the vocabulary declares.

    Args:
        low: least value, or None.
        high: greatest value, or None.
        scale: greatest number of decimal places, or None when not declared; 0 for whole numbers.
        unit: as shown to people (元, 学时); no arithmetic is done on units.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    scale: int | None = None
    unit: str = ""

    @property
    def kind(self) -> str:
        """``number``."""
        return "number"


@dataclass(frozen=True, slots=True)
class StringType(Type):
    """A string; `values` lists the allowed ones where the vocabulary does."""

    values: tuple[str, ...] | None = None

    @property
    def kind(self) -> str:
        """``string``."""
        return "string"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list of one element type.

    Args:
        element: type of each element.
        greatest_length: most elements it may have, or None.
        records: whether the elements are records of the host.  Such a list can be incomplete:
            an aggregate over one that was not declared complete is Unknown.
    """

    element: Type
    greatest_length: int | None = None
    records: bool = False

    @property
    def kind(self) -> str:
        """``list``."""
        return "list"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """A context: named fields in order."""

    fields: tuple[tuple[str, Type], ...]

    @property
    def kind(self) -> str:
        """``context``."""
        return "context"

    def field(self, name: str) -> Type | None:
        """The type of one field; None when the context has no such field."""
        return next((kind for key, kind in self.fields if key == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, in order."""
        return tuple(key for key, _ in self.fields)


class FieldSource(Protocol):
    """Whoever knows the fields of an entity: the vocabulary."""

    def fields_of(self, entity: str) -> Mapping[str, Type]:
        """The fields of one entity, by name, in the order of the vocabulary."""

    def key_of(self, entity: str) -> str | None:
        """The field that identifies a record of the entity; None where it has none."""


@dataclass(frozen=True, slots=True)
class EntityType(Type):
    """A record of one entity of the vocabulary; a context whose fields are looked up.

    WHY: entities refer to each other (学校 → 研修活动 → 学校), so their types can't be spelled out.
    """

    entity: str
    source: FieldSource = _field(compare=False, repr=False)

    @property
    def kind(self) -> str:
        """``context``."""
        return "context"

    def field(self, name: str) -> Type | None:
        """The type of one field; None when the entity has no such field."""
        return self.source.fields_of(self.entity).get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, in order."""
        return tuple(self.source.fields_of(self.entity))


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """A range of one element type, such as ``[1..10)``."""

    element: Type

    @property
    def kind(self) -> str:
        """``range``."""
        return "range"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """A function value: parameter types in order and the result's type."""

    parameters: tuple[Type, ...]
    result: Type

    @property
    def kind(self) -> str:
        """``function``."""
        return "function"


ANY = SimpleType("Any")
NULL = SimpleType("Null")
BOOLEAN = SimpleType("boolean")
DATE = SimpleType("date")
TIME = SimpleType("time")
DATE_TIME = SimpleType("date and time")
YEARS_MONTHS = SimpleType("years and months duration")
DAYS_TIME = SimpleType("days and time duration")
NUMBER = NumberType()
STRING = StringType()
