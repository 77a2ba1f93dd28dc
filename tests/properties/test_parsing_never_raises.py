"""Law: any text gives a tree or a diagnostic within it; nothing is raised, nothing hangs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.feel_trees import SCOPE, broken_texts
from xbyx_rules.feel import (
    MAX_LENGTH,
    parse_expression,
    parse_type_name,
    parse_unary_tests,
    print_expression,
    walk,
)

PARSERS = (parse_expression, parse_unary_tests, parse_type_name)


def assert_answered(text: str) -> None:
    lines = text.split("\n")
    for parse in PARSERS:
        tree, problems = parse(text, SCOPE, file="p.md", line=3, column=5, indent=2)
        assert (tree is None) == bool(problems)
        for problem in problems:
            assert problem.place is not None
            row = problem.place.line - 3
            pad = 2 if row else 4
            assert 0 <= row < len(lines)
            assert pad < problem.place.column <= pad + len(lines[row]) + 1
            assert problem.render("zh")
            assert problem.render("en")
        for node in () if tree is None else walk(tree):
            assert 0 <= node.start <= node.end <= len(text)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    assert_answered(text)


@given(broken_texts())
@settings(max_examples=250, deadline=None)
def test_a_broken_expression_is_answered(text: str) -> None:
    assert_answered(text)


@given(broken_texts())
@settings(max_examples=150, deadline=None)
def test_whatever_parses_can_be_printed_and_parsed_again(text: str) -> None:
    tree, _ = parse_expression(text, SCOPE)
    if tree is not None:
        printed = print_expression(tree)
        assert parse_expression(printed, SCOPE)[0] == tree, printed


PATTERNS = (
    *("(", "-", "[", "{", "{a:", "a ", "a+", "not(", "f(", "/*", '"', '"\\', "“", "a.", "x[1]"),
    *("a,", "if ", "for a in ", "a in (", "]", "function(a) ", "..", "1", "1e", "@", "list<"),
    *("a instance of list<a>=", "some a in b satisfies ", "a and ", "a or a = a * a ** -("),
    *("a between 1 and ", "1%", "’", "\\u", "≥", "a'", "days in "),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_repeated_many_times_is_answered(pattern: str) -> None:
    text = (pattern * MAX_LENGTH)[: MAX_LENGTH // 5]
    for parse in PARSERS:
        tree, problems = parse(text, SCOPE)
        assert (tree is None) == bool(problems)
