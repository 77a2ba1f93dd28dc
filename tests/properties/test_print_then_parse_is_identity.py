"""Law: what is printed is read back as the same tree, and printed again as the same text."""

from __future__ import annotations

from hypothesis import given, settings

from tests.strategies.feel_trees import SCOPE, feel_trees, type_names, unary_test_trees
from xbyx_rules.feel import (
    parse_expression,
    parse_type_name,
    parse_unary_tests,
    print_expression,
    print_type_name,
    print_unary_tests,
)
from xbyx_rules.feel.syntax import Node, TypeName, UnaryTests


@given(feel_trees())
@settings(max_examples=600, deadline=None)
def test_an_expression_that_was_printed_parses_to_itself(tree: Node) -> None:
    text = print_expression(tree)
    again, problems = parse_expression(text, SCOPE)
    assert problems == (), text
    assert again == tree, text
    assert again is not None
    assert print_expression(again) == text


@given(unary_test_trees())
@settings(max_examples=400, deadline=None)
def test_unary_tests_that_were_printed_parse_to_themselves(tree: UnaryTests) -> None:
    text = print_unary_tests(tree)
    again, problems = parse_unary_tests(text, SCOPE)
    assert problems == (), text
    assert again == tree, text
    assert again is not None
    assert print_unary_tests(again) == text


@given(type_names())
@settings(deadline=None)
def test_a_type_that_was_printed_parses_to_itself(tree: TypeName) -> None:
    text = print_type_name(tree)
    again, problems = parse_type_name(text, SCOPE)
    assert (again, problems) == (tree, ()), text
