"""The syntax tree of FEEL: parsed once, typed once, visited by every target.

Each node knows its place (`start`, `end`: offsets in the source text that was parsed, the text
after full-width normalisation keeps length) and, after inference, its type and whether it may be
Unknown.  These do not take part in equality, so ``parse(print(tree)) == tree`` compares meaning.

Source: DMN 1.5 §10.3.1.2, the grammar's rules; rule numbers stand in the docstrings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from .types import ANY, Type

__all__ = [
    "And",
    "Arithmetic",
    "Between",
    "Boolean",
    "Call",
    "Comparison",
    "ComparisonOperator",
    "Context",
    "Filter",
    "For",
    "Function",
    "If",
    "In",
    "InstanceOf",
    "Iterator",
    "List",
    "Name",
    "Negation",
    "Node",
    "Null",
    "Number",
    "Or",
    "Parameter",
    "Path",
    "Quantified",
    "Range",
    "String",
    "Temporal",
    "TypeName",
    "UnaryComparison",
    "UnaryExpression",
    "UnaryTests",
]

ArithmeticOperator = Literal["+", "-", "*", "/", "**"]
ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Any node: its place in the source text and, after inference, its type."""

    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    type: Type = field(default=ANY, compare=False, repr=False)
    may_be_unknown: bool = field(default=True, compare=False, repr=False)


# Literals (rules 33-37, 62)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number; `text` is how it was written (``5%`` is 0.05), kept for prose."""

    value: Decimal
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class String(Node):
    """A string, escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Null(Node):
    """``null``; the policy meaning refuses it, decision models need it."""


@dataclass(frozen=True, slots=True)
class Temporal(Node):
    """An at-literal such as ``@"2022-06-02"``; `value` is one of the classes of `temporals`."""

    text: str
    value: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class List(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Context(Node):
    """``{key: value}``; a later entry sees the earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Range(Node):
    """``[low..high]``, ``(low..high]`` and so on; a side that is None is unbounded (``(<10)``)."""

    low: Node | None
    high: Node | None
    is_low_closed: bool = True
    is_high_closed: bool = True


# Names and navigation (rules 20-27, 45)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name in scope; spaces inside are single."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """``base.name``; over a list it maps to the elements' fields."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``base[condition]``: by condition or by index; `item` and the item's fields are in scope."""

    base: Node
    condition: Node


# Operators (rules 4-19, 49-51)


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """Arithmetic ``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``left operator right``; all associate to the left, ``**`` too (rule 23)."""

    operator: ArithmeticOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``left operator right``."""

    operator: ComparisonOperator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    """``a and b and c``, flat: an operand that is an `And` was in parentheses."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """``a or b or c``, flat like `And`."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``value between low and high``, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``value in tests``."""

    value: Node
    tests: UnaryTests


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A type as written after ``instance of`` or in a function's parameter (rule 52).

    `name` is ``number``, ``list``, ``context``, ``function``, ``range`` or another type's name;
    `arguments` its parameters, with `keys` for the fields of a context; for a function the last
    argument is the result.
    """

    name: str
    arguments: tuple[TypeName, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """``value instance of type``."""

    value: Node
    expected: TypeName


# Control and functions (rules 28-32, 38-48)


@dataclass(frozen=True, slots=True)
class If(Node):
    """``if condition then consequence else alternative``."""

    condition: Node
    consequence: Node
    alternative: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """``name in domain``, or ``name in domain..last`` when `last` is given."""

    name: str
    domain: Node
    last: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """``for a in x, b in y return result``; ``partial`` is in scope."""

    iterators: tuple[Iterator, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some …`` or ``every … satisfies condition``."""

    quantifier: Literal["some", "every"]
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``function(arguments)``: positional, or named when `names` is not empty."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A formal parameter of a function definition."""

    name: str
    expected: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Function(Node):
    """``function(a, b: number) body``; an external one's body names a host's code."""

    parameters: tuple[Parameter, ...]
    body: Node
    is_external: bool = False


# Unary tests (rules 1-3, 7-13)


@dataclass(frozen=True, slots=True)
class UnaryComparison(Node):
    """``< value``, ``>= value``, ``= value`` …: the tested value stands on the left."""

    operator: ComparisonOperator
    value: Node


@dataclass(frozen=True, slots=True)
class UnaryExpression(Node):
    """An expression as a test: equal to it, member of it, in it, or, where it uses ``?``, true."""

    value: Node


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """``a, b``, ``not(a, b)`` or ``-`` (no tests at all: always true)."""

    tests: tuple[UnaryComparison | UnaryExpression, ...]
    is_negated: bool = False
