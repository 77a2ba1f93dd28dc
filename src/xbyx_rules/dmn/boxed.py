"""Boxed expressions as nodes of the tree, next to those of FEEL.

Boxed lists, conditionals, filters, loops and invocations are FEEL's own nodes with boxed parts;
here stands only what FEEL's text can't say.

Source: DMN 1.5 §7.3 (boxed expressions) and §8 (decision tables).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xbyx_rules.feel.syntax import Iterator, Node, UnaryTests

from .origins import NOWHERE, Origin
from .types import ANY, ItemType

__all__ = [
    "BoxedFunction",
    "BoxedQuantifier",
    "Cell",
    "Conditional",
    "InputColumn",
    "OutputColumn",
    "Placed",
    "Table",
    "TableRule",
    "Typed",
    "TypedContext",
    "Unreadable",
]


@dataclass(frozen=True, slots=True)
class Placed(Node):
    """A tree with the text that it was read from."""

    tree: Node
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Unreadable(Node):
    """Stands for a text that could not be read: null, and recorded as an error."""


@dataclass(frozen=True, slots=True)
class Typed(Node):
    """A value that must conform to a type, by the standard's conversions, or is null."""

    value: Node
    expected: ItemType


@dataclass(frozen=True, slots=True)
class TypedContext(Node):
    """A boxed context: named entries that see those before them, perhaps with a result.

    Args:
        entries: names with their values.
        result: the value of the whole; without one the context itself.
    """

    entries: tuple[tuple[str, Node], ...]
    result: Node | None = None


@dataclass(frozen=True, slots=True)
class BoxedFunction(Node):
    """A function definition, or the logic of a business knowledge model.

    Args:
        parameters: names with types, in order.
        body: the function's value.
        language: ``FEEL``, or ``Java`` and ``PMML`` for functions from outside.
        result: the type of its value.
    """

    parameters: tuple[tuple[str, ItemType], ...]
    body: Node
    language: str = "FEEL"
    result: ItemType = ANY


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """A boxed conditional: unlike FEEL's ``if``, null where the condition is no boolean."""

    condition: Node
    consequence: Node
    alternative: Node


@dataclass(frozen=True, slots=True)
class BoxedQuantifier(Node):
    """A boxed ``some`` or ``every``: unlike FEEL's, null where any turn gives no boolean."""

    quantifier: Literal["some", "every"]
    iterator: Iterator
    condition: Node


@dataclass(frozen=True, slots=True)
class Cell:
    """Unary tests with the text they were read from; without tests where that has no meaning."""

    tests: UnaryTests | None
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class InputColumn:
    """An input of a table: the expression that is tested, and its allowed values."""

    value: Node
    allowed: Cell | None = None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """An output of a table.

    Args:
        name: its key in the result, where there are several.
        expected: the type of its values.
        allowed: the allowed values, the most important first.
        default: its value where no rule applies.
    """

    name: str
    expected: ItemType = ANY
    allowed: Cell | None = None
    default: Node | None = None


@dataclass(frozen=True, slots=True)
class TableRule:
    """One rule: a test for each input and a value for each output."""

    tests: tuple[Cell, ...]
    outputs: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A decision table with everything the standard has.

    Args:
        hit_policy: a key of `xbyx_rules.tables.HIT_POLICIES`.
        inputs: the input columns.
        outputs: the output columns.
        rules: the rules in order.
    """

    hit_policy: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[TableRule, ...]
