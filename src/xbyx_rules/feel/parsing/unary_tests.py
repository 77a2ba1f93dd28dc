"""Unary tests: the cells of decision tables, and what may stand after ``in``.

Source: DMN 1.5 §10.3.1.2, rules 7 and 13-16.
"""

from __future__ import annotations

from typing import cast

from xbyx_rules.feel.syntax import (
    ComparisonOperator,
    UnaryComparison,
    UnaryExpression,
    UnaryTests,
)

from .failures import FeelSyntaxError, fail_at
from .levels import COMPARISONS, Level
from .literals import read_rest_of_range
from .reader import Reader

__all__ = ["read_comparison_test", "read_parenthesised_tests", "read_unary_tests"]


def read_unary_tests(reader: Reader) -> UnaryTests:
    """Read a whole text of unary tests: ``-``, ``not(…)`` or a list."""
    if reader.is_sign("-") and reader.tokens[1].kind == "end":
        minus = reader.advance()
        return UnaryTests((), start=minus.start, end=minus.end)
    failure = None
    if reader.is_keyword("not") and reader.is_sign_after("("):
        start = reader.start
        try:
            return _read_negated(reader, start)
        except FeelSyntaxError as caught:
            failure = caught
        reader.start_again()
    try:
        tests = _read_tests(reader)
        reader.expect_end()
    except FeelSyntaxError as caught:
        # WHY: of the two ways to read `not(…)`, the one that got further was meant.
        if failure is not None and failure.start >= caught.start:
            raise failure from None
        raise
    return UnaryTests(tests, start=tests[0].start, end=reader.end)


def read_parenthesised_tests(reader: Reader) -> UnaryTests:
    """Read ``(test, test)``, or the range ``(low..high)``, which begins alike."""
    opened = reader.advance()
    outer, reader.ends_range = reader.ends_range, False
    tests = _read_tests(reader)
    first = tests[0]
    if len(tests) == 1 and isinstance(first, UnaryExpression) and reader.is_sign(".."):
        low = first.value
        node = read_rest_of_range(reader, opened, low)
        tests = (UnaryExpression(node, start=node.start, end=node.end),)
    else:
        reader.expect_sign(")", also="`,`", opened=opened)
    reader.ends_range = outer
    return UnaryTests(tests, start=opened.start, end=reader.end)


def read_comparison_test(reader: Reader) -> UnaryComparison:
    """Read ``>= value``; the tested value is understood on the left."""
    operator = reader.advance()
    value = reader.read(Level.ADDITION)
    sign = cast(ComparisonOperator, operator.text)
    return UnaryComparison(sign, value, start=operator.start, end=reader.end)


def _read_negated(reader: Reader, start: int) -> UnaryTests:
    reader.advance()
    opened = reader.advance()
    tests = _read_tests(reader)
    reader.expect_sign(")", also="`,`", opened=opened)
    reader.expect_end()
    return UnaryTests(tests, is_negated=True, start=start, end=reader.end)


def _read_tests(reader: Reader) -> tuple[UnaryComparison | UnaryExpression, ...]:
    tests = [_read_test(reader)]
    while reader.take_sign(","):
        tests.append(_read_test(reader))
    return tuple(tests)


def _read_test(reader: Reader) -> UnaryComparison | UnaryExpression:
    if reader.is_sign(*COMPARISONS):
        operator = reader.current
        test = read_comparison_test(reader)
        if reader.is_keyword("and", "or"):
            raise fail_at("XR127", operator)
        return test
    start = reader.start
    return UnaryExpression(reader.read(), start=start, end=reader.end)
