"""Expressions as functions of one figure, exactly: where two of them cross.

A `Line` is ``(a·x + b) / (c·x + d)`` in rational numbers: sums, products with what doesn't change,
and quotients of such.  A date counts in days.  An expression with cases (``if``, a table, a
rounding) gives a line for each case; whether a crossing satisfies the rule is tried, not argued.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, Final, NamedTuple

from xbyx_rules.compiling import Budget
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import DAY_NANOSECONDS, Date, DaysTime, YearsMonths
from xbyx_rules.feel.walking import walk
from xbyx_rules.tables import DecisionTable

__all__ = ["Lines", "find_crossings"]

_MOST_CASES: Final = 24
_MOST_DIGITS: Final = 80
_MOST_BITS: Final = 4_000
_PAIR_STEPS: Final = 20
_DAYS_A_MONTH: Final = Fraction(146_097, 4_800)
_CASES: Final = frozenset({"min", "max"})
_ROUNDINGS: Final = frozenset(
    {"floor", "ceiling", "round up", "round down", "round half up", "round half down", "decimal"}
)


class Line(NamedTuple):
    """``(a·x + b) / (c·x + d)``."""

    a: Fraction
    b: Fraction
    c: Fraction = Fraction(0)
    d: Fraction = Fraction(1)

    @property
    def constant(self) -> Fraction | None:
        """Its value where it doesn't depend on x."""
        return self.b / self.d if not self.a and not self.c and self.d else None

    def plus(self, other: Line) -> Line | None:
        """The sum, where it is a line."""
        if (self.c, self.d) == (other.c, other.d):
            return Line(self.a + other.a, self.b + other.b, self.c, self.d)
        for one, shift in ((self, other.constant), (other, self.constant)):
            if shift is not None:
                return Line(one.a + shift * one.c, one.b + shift * one.d, one.c, one.d)
        return None

    def times(self, other: Line) -> Line | None:
        """The product, where it is a line."""
        for one, factor in ((self, other.constant), (other, self.constant)):
            if factor is not None:
                return Line(one.a * factor, one.b * factor, one.c, one.d)
        return None

    def inverse(self) -> Line | None:
        """One divided by it; None where that is by zero."""
        return Line(self.c, self.d, self.a, self.b) if self.a or self.b else None

    def over(self, other: Line) -> Line | None:
        """The quotient, where it is a line."""
        if (self.c, self.d) == (other.c, other.d) and (other.a or other.b):
            return Line(self.a, self.b, other.a, other.b)
        turned = other.inverse()
        return None if turned is None else self.times(turned)

    def crosses(self, other: Line) -> Fraction | None:
        """Where the two are equal; None where nowhere, everywhere, or at two places."""
        square = self.a * other.c - other.a * self.c
        slope = self.a * other.d + self.b * other.c - other.a * self.d - other.b * self.c
        shift = self.b * other.d - other.b * self.d
        return None if square or not slope else -shift / slope


_MINUS_ONE: Final = Line(Fraction(0), Fraction(-1))


class Lines:
    """Reads expressions as lines of one figure.

    Args:
        is_figure: whether a node is the figure itself.
        depends: whether the value of a node changes with it.
        value_of: a node's value as things are.
        definition_of: what a name stands for, where it is calculated; else None.
        budget: pays for combining the lines of two parts.
    """

    def __init__(
        self,
        is_figure: Callable[[s.Node], bool],
        depends: Callable[[s.Node], bool],
        value_of: Callable[[s.Node], Any],
        definition_of: Callable[[s.Node], s.Node | None],
        budget: Budget,
    ) -> None:
        self._is_figure = is_figure
        self._depends = depends
        self._value_of = value_of
        self._definition_of = definition_of
        self._budget = budget
        self._known: dict[int, tuple[s.Node, tuple[Line, ...]]] = {}

    def read(self, node: s.Node) -> tuple[Line, ...]:
        """The lines that an expression may follow; empty where it is none."""
        # WHY: calculations that read each other twice would otherwise take exponential time.
        if id(node) not in self._known:
            lines = tuple(dict.fromkeys(self._read(node)))[:_MOST_CASES]
            self._known[id(node)] = (node, lines)
        return self._known[id(node)][1]

    def _read(self, node: s.Node) -> Iterable[Line]:
        if self._is_figure(node):
            return (Line(Fraction(1), Fraction(0)),)
        if not self._depends(node):
            value = to_fraction(self._value_of(node))
            return () if value is None else (Line(Fraction(0), value),)
        match node:
            case s.Arithmetic():
                return self._read_arithmetic(node)
            case s.Negation():
                return _found(one.times(_MINUS_ONE) for one in self.read(node.operand))
            case s.If():
                return (*self.read(node.consequence), *self.read(node.alternative))
            case s.Call(function=s.Name(name=name)) if node.arguments:
                return self._read_call(name, node.arguments)
            case DecisionTable() if len(node.outputs) == 1:
                return (line for rule in node.rules for line in self.read(rule.outputs[0]))
        inner = self._definition_of(node)
        return () if inner is None else self.read(inner)

    def _read_arithmetic(self, node: s.Arithmetic) -> Iterable[Line]:
        left, right = self.read(node.left), self.read(node.right)
        self._budget.spend(len(left) * len(right) * _PAIR_STEPS)
        pairs = product(left, right)
        match node.operator:
            case "+":
                return _found(one.plus(other) for one, other in pairs)
            case "-":
                return _found(
                    one.plus(Line(-other.a, -other.b, other.c, other.d)) for one, other in pairs
                )
            case "*":
                return _found(one.times(other) for one, other in pairs)
            case "/":
                return _found(one.over(other) for one, other in pairs)
        return ()

    def _read_call(self, name: str, arguments: tuple[s.Node, ...]) -> Iterable[Line]:
        if name in _ROUNDINGS:
            return self.read(arguments[0])
        items = arguments
        if len(arguments) == 1 and isinstance(arguments[0], s.List):
            items = arguments[0].items
        if name in _CASES:
            return (line for one in items for line in self.read(one))
        if name == "sum" and (len(items) > 1 or isinstance(arguments[0], s.List)):
            total: tuple[Line, ...] = (Line(Fraction(0), Fraction(0)),)
            for one in items:
                pairs = product(total, self.read(one))
                total = tuple(_found(left.plus(right) for left, right in pairs))[:_MOST_CASES]
            return total
        return ()


def _found(lines: Iterable[Line | None]) -> Iterator[Line]:
    # WHY: what has more digits than any figure is of no use, and its digits would only grow.
    return (one for one in lines if one is not None and max(map(_bits, one)) <= _MOST_BITS)


def _bits(number: Fraction) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def to_fraction(value: Any) -> Fraction | None:
    """A number, a date (in days) or a duration (in days) exactly; None for any other value."""
    match value:
        case Decimal() if abs(value.adjusted()) <= _MOST_DIGITS:
            return Fraction(value)
        case Date():
            return Fraction(value.ordinal)
        case DaysTime():
            return Fraction(value.nanoseconds, DAY_NANOSECONDS)
        case YearsMonths():
            # WHY an average: the days near it are tried one by one.
            return value.months * _DAYS_A_MONTH
    return None


def find_crossings(nodes: Iterable[s.Node], lines: Lines) -> Iterator[Fraction]:
    """Every place where a comparison or a test within some trees may turn over.

    Args:
        nodes: a condition, and the definitions of what it reads.
        lines: reads them.
    """
    for node in nodes:
        for one in walk(node):
            for left, right in _compared(one):
                for pair in product(lines.read(left), lines.read(right)):
                    at = pair[0].crosses(pair[1])
                    if at is not None:
                        yield at


def _compared(node: s.Node) -> Iterator[tuple[s.Node, s.Node]]:
    """The pairs of values that a node compares."""
    match node:
        case s.Comparison():
            yield node.left, node.right
        case s.Between():
            yield node.value, node.low
            yield node.value, node.high
        case s.In():
            for test in _ends(node.tests):
                yield node.value, test
        case DecisionTable():
            for rule in node.rules:
                for value, tests in zip(node.inputs, rule.tests, strict=True):
                    for test in _ends(tests):
                        yield value, test


def _ends(tests: s.UnaryTests) -> Iterator[s.Node]:
    for test in tests.tests:
        if isinstance(test.value, s.Range):
            yield from (end for end in (test.value.low, test.value.high) if end is not None)
        else:
            yield test.value
