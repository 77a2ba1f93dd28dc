"""Operators by how strongly they bind, what follows a value, and values themselves.

One loop reads all levels: an operator takes as its right side everything that binds more
strongly.  Chains are loops, so only brackets, prefixes and mixed levels nest.

Source: DMN 1.5 §10.3.1.2, rules 2, 4, 19-24, 38-43 and 47-51.
"""

from __future__ import annotations

from typing import Final, cast

from xbyx_rules.feel.syntax import (
    And,
    Arithmetic,
    ArithmeticOperator,
    Between,
    Boolean,
    Call,
    Comparison,
    ComparisonOperator,
    Filter,
    In,
    InstanceOf,
    Negation,
    Node,
    Null,
    Or,
    UnaryExpression,
    UnaryTests,
)

from .control import read_construct
from .failures import fail_at, missing_value
from .levels import ARITHMETIC, COMPARISONS, KEYWORDS, Level
from .literals import (
    can_start_value,
    read_bare_range,
    read_bracketed,
    read_number,
    read_string,
    read_temporal,
)
from .names import (
    find_known_name,
    frames_of_items,
    is_new_name_before,
    read_known_name,
    read_new_name,
    read_path,
    read_unknown_name,
)
from .reader import Reader
from .shapes import shape_of_call
from .type_names import read_type
from .unary_tests import read_comparison_test, read_parenthesised_tests

__all__ = ["read_operators"]

_WORDS: Final = {
    "or": Level.DISJUNCTION,
    "and": Level.CONJUNCTION,
    "between": Level.COMPARISON,
    "in": Level.COMPARISON,
    "instance": Level.INSTANCE,
}
_SIGNS: Final = ARITHMETIC | dict.fromkeys(COMPARISONS, Level.COMPARISON)
_CONSTANTS: Final = frozenset({"true", "false", "null"})


def read_operators(reader: Reader, least: Level) -> Node:
    """Read an expression whose operators bind at least as strongly as `least`."""
    if least == Level.EXPRESSION and reader.is_sign(*COMPARISONS):
        return read_bare_range(reader)
    reader.descend()
    start = reader.start
    node = _continue(reader, _read_operand(reader), start, least)
    reader.ascend()
    return node


def _continue(reader: Reader, left: Node, start: int, least: Level) -> Node:
    """Read the operators after a value, as long as they bind strongly enough."""
    while True:
        level = _find_level(reader)
        if level is None or level < least:
            return left
        operator = reader.current.text
        if operator == "in":
            left = _read_in(reader, left, start)
        elif operator in ("and", "or"):
            left = _read_logic(reader, left, start, level)
        elif operator == "between":
            left = _read_between(reader, left, start)
        elif operator == "instance":
            reader.at += 2
            left = InstanceOf(left, read_type(reader), start=start, end=reader.end)
        else:
            reader.advance()
            right = read_operators(reader, Level(level + 1))
            left = _apply(operator, left, right, start)


def _find_level(reader: Reader) -> Level | None:
    token = reader.current
    if token.kind == "sign":
        return _SIGNS.get(token.text)
    if token.kind != "word":
        return None
    if token.text == "instance" and reader.tokens[reader.at + 1].text != "of":
        return None
    return _WORDS.get(token.text)


def _apply(operator: str, left: Node, right: Node, start: int) -> Node:
    if operator in ARITHMETIC:
        sign = cast(ArithmeticOperator, operator)
        return Arithmetic(sign, left, right, start=start, end=right.end)
    comparison = cast(ComparisonOperator, operator)
    return Comparison(comparison, left, right, start=start, end=right.end)


def _read_logic(reader: Reader, left: Node, start: int, level: Level) -> Node:
    word = reader.current.text
    operands = [left]
    while reader.is_keyword(word):
        reader.advance()
        operands.append(read_operators(reader, Level(level + 1)))
    kind = And if word == "and" else Or
    return kind(tuple(operands), start=start, end=reader.end)


def _read_between(reader: Reader, value: Node, start: int) -> Between:
    begun = reader.advance()
    low = read_operators(reader, Level.ADDITION)
    reader.expect_keyword("and", begun)
    high = read_operators(reader, Level.ADDITION)
    return Between(value, low, high, start=start, end=reader.end)


def _read_in(reader: Reader, value: Node, start: int) -> In:
    reader.advance()
    tests_start = reader.start
    if reader.is_sign(*COMPARISONS):
        tests = UnaryTests((read_comparison_test(reader),))
    elif reader.is_sign("("):
        tests = read_parenthesised_tests(reader)
        tests = _continue_single_test(reader, tests, tests_start)
    else:
        node = read_operators(reader, Level.ADDITION)
        tests = UnaryTests((UnaryExpression(node, start=node.start, end=node.end),))
    placed = UnaryTests(tests.tests, start=tests_start, end=reader.end)
    return In(value, placed, start=start, end=reader.end)


def _continue_single_test(reader: Reader, tests: UnaryTests, start: int) -> UnaryTests:
    """``x in (a + b).c``: one expression in parentheses can be the beginning of a longer one."""
    first = tests.tests[0]
    if len(tests.tests) > 1 or not isinstance(first, UnaryExpression):
        return tests
    node = _continue_postfix(reader, first.value, start)
    node = _continue(reader, node, start, Level.ADDITION)
    return UnaryTests((UnaryExpression(node, start=start, end=reader.end),))


def _read_operand(reader: Reader) -> Node:
    start = reader.start
    if not reader.is_sign("-"):
        return _continue_postfix(reader, _read_value(reader), start)
    minus = reader.advance()
    if reader.current.kind == "number" and find_known_name(reader) is None:
        return _continue_postfix(reader, read_number(reader, minus), start)
    operand = read_operators(reader, Level.INSTANCE)
    return Negation(operand, start=start, end=reader.end)


def _continue_postfix(reader: Reader, node: Node, start: int) -> Node:
    """Read fields, filters and calls after a value."""
    while True:
        if reader.is_sign("."):
            node = read_path(reader, node, start)
        elif reader.is_sign("("):
            node = _read_call(reader, node, start)
        elif reader.is_sign("[") and not _ends_range(reader):
            node = _read_filter(reader, node, start)
        else:
            return node


def _ends_range(reader: Reader) -> bool:
    """Whether the ``[`` here closes a range with an open end, such as ``]1..10[``."""
    if not reader.ends_range:
        return False
    reader.advance()
    ends = not can_start_value(reader, but=("]",))
    reader.at -= 1
    return ends


def _read_filter(reader: Reader, base: Node, start: int) -> Filter:
    opened = reader.advance()
    reader.frames += frames_of_items(reader, base)
    condition = reader.read()
    del reader.frames[-2:]
    reader.expect_sign("]", opened=opened)
    return Filter(base, condition, start=start, end=reader.end, type=base.type)


def _read_call(reader: Reader, function: Node, start: int) -> Call:
    opened = reader.advance()
    names: list[str] = []
    arguments: list[Node] = []
    while not reader.is_sign(")") or arguments:
        first = reader.current
        if is_new_name_before(reader, ":"):
            names.append(read_new_name(reader))
            reader.advance()
        arguments.append(reader.read())
        if len(names) not in (0, len(arguments)):
            raise fail_at("XR130", first)
        if not reader.take_sign(","):
            break
    reader.expect_sign(")", also="`,`", opened=opened)
    shape = shape_of_call(function.type)
    return Call(function, tuple(arguments), tuple(names), start=start, end=reader.end, type=shape)


def _read_value(reader: Reader) -> Node:
    token = reader.current
    if token.kind in ("word", "number"):
        found = find_known_name(reader)
        if found is not None:
            return read_known_name(reader, found)
    node: Node | None = None
    match token.kind:
        case "number":
            node = read_number(reader)
        case "string":
            node = read_string(reader)
        case "sign":
            node = read_temporal(reader) if token.text == "@" else read_bracketed(reader)
        case "word":
            node = _read_word(reader)
        case _:
            pass
    if node is None:
        raise missing_value(reader)
    return node


def _read_word(reader: Reader) -> Node | None:
    token = reader.current
    if token.text in _CONSTANTS:
        reader.advance()
        if token.text == "null":
            return Null(start=token.start, end=token.end)
        return Boolean(token.text == "true", start=token.start, end=token.end)
    return read_construct(reader) if token.text in KEYWORDS else read_unknown_name(reader)
