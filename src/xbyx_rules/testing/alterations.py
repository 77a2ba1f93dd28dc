"""Altering a tree in one place: another operator, another constant, one member less.

Every operator or constant of the text is altered in each way that a slip of the pen might:
comparisons to each other comparison, ``and`` and ``or``, ``some`` and ``every``, ``+ - * / **``,
signs and ``not`` left out, numbers by one and by one in their last place, texts to another allowed
value, dates by a day, members of lists left out, ends of ranges opened or closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, get_args

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.printer import print_expression, print_unary_tests
from xbyx_rules.feel.temporals import NANOSECONDS, Date, DateTime, DaysTime, Time, YearsMonths
from xbyx_rules.feel.types import ListType, StringType, Type
from xbyx_rules.feel.walking import children, replace_children, walk

__all__ = ["Alteration", "alter"]

_SUFFIX: Final = "x"
_COMPARISONS: Final = get_args(s.ComparisonOperator)
_STRICTNESS: Final = ({"<", "<="}, {">", ">="})
_ARITHMETIC: Final[Mapping[str, s.ArithmeticOperator]] = {
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "**": "*",
}


@dataclass(frozen=True, slots=True)
class Alteration:
    """A tree with one place altered; its types are those of the tree before.

    Args:
        tree: the whole tree, altered.
        start: offset of the altered part in the text of the tree, to `end`.
        original: the part as it was, printed.
        changed: the part as it is now, printed.
        is_boundary: whether only a case exactly on a bound can tell: ``>=`` made ``>``, the end
            of a range opened.
    """

    tree: s.Node
    start: int
    end: int
    original: str
    changed: str
    is_boundary: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """A node altered: what stands in its place, and the part to show before and after."""

    node: s.Node
    before: s.Node
    after: s.Node


def alter(tree: s.Node, kind: Type | None = None) -> Iterator[Alteration]:
    """Every alteration of a typed tree, in the order of its text.

    Args:
        tree: an expression, or the unary tests of a table's cell.
        kind: of a cell, the type of what it is tested against or given for: it lists the
            allowed values of the texts in it.

    Example:
        >>> from decimal import Decimal
        >>> tree = s.Comparison(">", s.Name("学时"), s.Number(Decimal("0.5")))
        >>> [one.changed for one in alter(tree)][-4:]
        ['0.6', '0.4', '1.5', '-0.5']
    """
    choices = _find_choices(tree, kind)
    for step, whole in _walk(tree, choices):
        before = step.before
        texts = (_print(before), _print(step.after))
        is_boundary = _is_boundary(before, step.after)
        yield Alteration(whole, before.start, before.end, *texts, is_boundary)


def _walk(node: s.Node, choices: Mapping[int, tuple[str, ...]]) -> Iterator[tuple[_Step, s.Node]]:
    for step in _alter_node(node, choices):
        yield step, step.node
    parts = children(node)
    for index, part in enumerate(parts):
        for step, altered in _walk(part, choices):
            whole = replace_children(node, (*parts[:index], altered, *parts[index + 1 :]))
            yield step, whole


def _is_boundary(before: s.Node, after: s.Node) -> bool:
    """Whether the two differ in their bounds alone."""
    match before, after:
        case s.Comparison(operator=old), s.Comparison(operator=new):
            return {old, new} in _STRICTNESS
        case s.UnaryComparison(operator=old), s.UnaryComparison(operator=new):
            return {old, new} in _STRICTNESS
        case (s.Range(), s.Range()) | (s.Between(), s.And()):
            return True
    return False


def _print(node: s.Node) -> str:
    if isinstance(node, s.UnaryComparison | s.UnaryExpression):
        node = s.UnaryTests((node,))
    return print_unary_tests(node) if isinstance(node, s.UnaryTests) else print_expression(node)


# Which other texts a text may become


def _find_choices(tree: s.Node, kind: Type | None) -> dict[int, tuple[str, ...]]:
    """For each text that is compared with a term of listed values (by identity): the others."""
    found: dict[int, tuple[str, ...]] = {}
    if kind is not None:
        _note(found, _texts(tree), kind)
    for node in walk(tree):
        match node:
            case s.Comparison():
                _note(found, _texts(node.left), node.right.type)
                _note(found, _texts(node.right), node.left.type)
            case s.In():
                _note(found, _texts(node.tests), node.value.type)
    return found


def _texts(node: s.Node) -> list[s.String]:
    """The texts that stand as values themselves: alone, in a list, or as tests."""
    match node:
        case s.String():
            return [node]
        case s.List():
            return [text for item in node.items for text in _texts(item)]
        case s.UnaryTests():
            return [text for test in node.tests for text in _texts(test.value)]
    return []


def _note(found: dict[int, tuple[str, ...]], texts: list[s.String], kind: Type) -> None:
    if isinstance(kind, ListType):
        kind = kind.element
    allowed = kind.values if isinstance(kind, StringType) else None
    if allowed is None:
        return
    taken = {text.value for text in texts}
    for text in texts:
        # WHY: a value that stands beside it already would only leave this one out.
        at = allowed.index(text.value) if text.value in allowed else 0
        others = (*allowed[at + 1 :], *allowed[:at])
        found[id(text)] = tuple(one for one in others if one not in taken)[:1]


# What each kind of node may become


def _alter_node(node: s.Node, choices: Mapping[int, tuple[str, ...]]) -> Iterator[_Step]:
    match node:
        case s.And() | s.Or():
            yield from _alter_logic(node)
        case s.UnaryTests():
            yield from (_step(node, one) for one in _alter_tests(node))
        case s.String():
            texts = choices.get(id(node), (node.value + _SUFFIX,))
            yield from (_step(node, replace(node, value=text)) for text in texts)
        case _:
            yield from (_step(node, one) for one in _alter_plain(node))


def _step(node: s.Node, altered: s.Node) -> _Step:
    return _Step(altered, node, altered)


def _alter_plain(node: s.Node) -> Iterator[s.Node]:
    match node:
        case s.Comparison() | s.UnaryComparison():
            others = [one for one in _COMPARISONS if one != node.operator]
            yield from (replace(node, operator=one) for one in others)
        case s.Quantified():
            yield replace(node, quantifier="every" if node.quantifier == "some" else "some")
        case s.Arithmetic():
            yield replace(node, operator=_ARITHMETIC[node.operator])
        case s.Negation():
            yield node.operand
        case s.Call(function=s.Name(name="not"), arguments=(argument,)):
            yield argument
        case s.Number():
            yield from (replace(node, value=one, text="") for one in _near_numbers(node.value))
        case s.Boolean():
            yield replace(node, value=not node.value)
        case s.Temporal():
            near = _near_moments(node.value)
            yield from (replace(node, value=one, text=str(one)) for one in near)
        case s.List(items=items):
            yield from (replace(node, items=one) for one in _one_less(items))
        case s.Range():
            yield from _alter_range(node)
        case s.Between():
            yield from _alter_between(node)


def _alter_logic(node: s.And | s.Or) -> Iterator[_Step]:
    """Each ``and`` as ``or`` and the reverse; ``and`` binds more strongly in the altered text."""
    operands = node.operands
    for at in range(1, len(operands)):
        pair = operands[at - 1 : at + 1]
        place: dict[str, Any] = {"start": pair[0].start, "end": pair[1].end}
        if isinstance(node, s.And):
            altered: s.Node = s.Or((_conjoin(operands[:at]), _conjoin(operands[at:])))
            yield _Step(altered, s.And(pair, **place), s.Or(pair, **place))
        else:
            rest = (*operands[: at - 1], s.And(pair), *operands[at + 1 :])
            altered = rest[0] if len(rest) == 1 else s.Or(rest)
            yield _Step(altered, s.Or(pair, **place), s.And(pair, **place))


def _conjoin(operands: tuple[s.Node, ...]) -> s.Node:
    return operands[0] if len(operands) == 1 else s.And(operands)


def _alter_tests(node: s.UnaryTests) -> Iterator[s.Node]:
    if node.is_negated:
        yield replace(node, is_negated=False)
    if len(node.tests) > 1:
        yield from (replace(node, tests=one) for one in _one_less(node.tests))


def _one_less(items: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    return (items[:at] + items[at + 1 :] for at in range(len(items)))


def _alter_range(node: s.Range) -> Iterator[s.Node]:
    if node.low is not None:
        yield replace(node, is_low_closed=not node.is_low_closed)
    if node.high is not None:
        yield replace(node, is_high_closed=not node.is_high_closed)


def _alter_between(node: s.Between) -> Iterator[s.Node]:
    """``x between a and b`` with one of its ends left out."""
    ends: tuple[tuple[s.ComparisonOperator, s.ComparisonOperator], ...] = ((">", "<="), (">=", "<"))
    for above, below in ends:
        low = s.Comparison(above, node.value, node.low)
        high = s.Comparison(below, node.value, node.high)
        yield s.And((low, high), start=node.start, end=node.end)


def _near_numbers(value: Decimal) -> Iterator[Decimal]:
    exponent = value.as_tuple().exponent
    last = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    steps = dict.fromkeys((last, -last, Decimal(1), Decimal(-1)))
    return (value + step for step in steps)


def _near_moments(value: Any) -> Iterator[Any]:
    for step in (1, -1):
        moved: Any = None
        match value:
            case Date():
                moved = Date.from_ordinal(value.ordinal + step)
            case DateTime():
                moved = value.plus_nanoseconds(step * NANOSECONDS)
            case Time():
                moved = value.at_nanosecond(value.nanosecond_of_day + step * NANOSECONDS)
            case YearsMonths():
                moved = YearsMonths(value.months + step)
            case DaysTime():
                whole = value.hours_part == value.minutes_part == value.seconds_part == 0
                unit = DaysTime.of(days=1) if whole else DaysTime.of(seconds=1)
                moved = DaysTime(value.nanoseconds + step * unit.nanoseconds)
        if moved is not None:
            yield moved
