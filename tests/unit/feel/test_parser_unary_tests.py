"""Unary tests: the cells of decision tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xbyx_rules.feel import Scope, parse_unary_tests, print_unary_tests
from xbyx_rules.feel.syntax import (
    Call,
    Comparison,
    Name,
    Number,
    Range,
    String,
    UnaryComparison,
    UnaryExpression,
    UnaryTests,
)
from xbyx_rules.feel.types import ANY

SCOPE = Scope(dict.fromkeys(("a", "b"), ANY))
ONE, FIVE = Number(Decimal(1)), Number(Decimal(5))
NOT_A = UnaryExpression(Call(Name("not"), (Name("a"),)))

CASES = {
    "-": UnaryTests(()),
    " - ": UnaryTests(()),
    "-5": UnaryTests((UnaryExpression(Number(Decimal(-5))),)),
    "＞ 5": UnaryTests((UnaryComparison(">", FIVE),)),
    "≠ 5": UnaryTests((UnaryComparison("!=", FIVE),)),
    '"甲", “乙”': UnaryTests((UnaryExpression(String("甲")), UnaryExpression(String("乙")))),
    "[1..5), >= 5": UnaryTests(
        (UnaryExpression(Range(ONE, FIVE, True, False)), UnaryComparison(">=", FIVE))
    ),
    "(1..5)": UnaryTests((UnaryExpression(Range(ONE, FIVE, False, False)),)),
    "(< 5)": UnaryTests((UnaryExpression(Range(None, FIVE, False, False)),)),
    "not(1, < 5)": UnaryTests((UnaryExpression(ONE), UnaryComparison("<", FIVE)), True),
    "not(not(a))": UnaryTests((NOT_A,), True),
    "(not(a))": UnaryTests((NOT_A,)),
    "not(a), b": UnaryTests((NOT_A, UnaryExpression(Name("b")))),
    "not(a) = b": UnaryTests((UnaryExpression(Comparison("=", NOT_A.value, Name("b"))),)),
    "? > 5": UnaryTests((UnaryExpression(Comparison(">", Name("?"), FIVE)),)),
}


@pytest.mark.parametrize(("text", "tests"), CASES.items())
def test_a_cell_has_the_tests_of_the_grammar(text: str, tests: UnaryTests) -> None:
    assert parse_unary_tests(text, SCOPE) == (tests, ())


@pytest.mark.parametrize("tests", CASES.values())
def test_a_printed_cell_is_read_back(tests: UnaryTests) -> None:
    assert parse_unary_tests(print_unary_tests(tests), SCOPE) == (tests, ())


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "XR101", 1),
        ("> 5 and < 10", "XR127", 1),
        ("-, 5", "XR110", 2),
        ("1,", "XR111", 3),
        ("1 5", "XR128", 3),
        ("1..5", "XR137", 2),
        ("not(", "XR111", 5),
        ("not(1", "XR108", 4),
        ("not(1, == 2)", "XR113", 8),
        ("<", "XR111", 2),
        ('"甲"、"乙"', "XR128", 4),
    ],
)
def test_a_wrong_cell_is_reported_at_its_place(text: str, code: str, column: int) -> None:
    tests, problems = parse_unary_tests(text, SCOPE)
    assert tests is None
    assert [(one.code, one.place and one.place.column) for one in problems] == [(code, column)]
