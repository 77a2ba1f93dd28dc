"""Walking: children in the order of the text, and the same tree over other children."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.strategies.feel_trees import feel_trees
from xbyx_rules.feel import (
    Scope,
    children,
    parse_expression,
    print_expression,
    replace_children,
    walk,
)
from xbyx_rules.feel.syntax import Name, Negation, Node, Number
from xbyx_rules.feel.walking import has_node_deeper_than


def parse(text: str) -> Node:
    tree, _ = parse_expression(text, Scope())
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("a", []),
        ("{x: a, y: b}", ["a", "b"]),
        ("f(a, b)", ["f", "a", "b"]),
        ("if a then b else c", ["a", "b", "c"]),
        ("[a..b]", ["a", "b"]),
        ("(< a)", ["a"]),
        ("a and b and c", ["a", "b", "c"]),
    ],
)
def test_children_stand_in_the_order_of_the_text(text: str, below: list[str]) -> None:
    assert [print_expression(child) for child in children(parse(text))] == below


def test_walking_visits_a_node_before_its_children() -> None:
    names = [
        one.name for one in walk(parse("for x in a, y in b return c.d")) if isinstance(one, Name)
    ]
    assert names == ["a", "b", "c"]


@given(feel_trees())
@settings(max_examples=100, deadline=None)
def test_replacing_children_by_themselves_changes_nothing(tree: Node) -> None:
    for node in walk(tree):
        assert replace_children(node, children(node)) is node
        copies = [replace_children(child, children(child)) for child in children(node)]
        assert replace_children(node, copies) == node


def test_replaced_children_stand_where_the_old_ones_stood() -> None:
    tree = parse("{x: a, y: b}")
    changed = replace_children(tree, [Name("c"), Negation(Name("d"))])
    assert print_expression(changed) == "{x: c, y: -d}"
    assert (changed.start, changed.end) == (tree.start, tree.end)


def test_a_wrong_number_of_children_is_refused() -> None:
    with pytest.raises(ValueError, match="Negation has 1 children, not 2"):
        replace_children(Negation(Name("a")), [Name("b"), Name("c")])


def test_the_height_of_a_tree_is_measured() -> None:
    tree = parse("--a")
    assert has_node_deeper_than(tree, 2)
    assert not has_node_deeper_than(tree, 3)
    assert isinstance(next(iter(walk(parse("1")))), Number)
