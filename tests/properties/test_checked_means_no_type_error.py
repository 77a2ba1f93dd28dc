"""Law: what checking accepts compiles, and no facts of the vocabulary make it fail.

The only thing that may stop it is the limit of steps.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.strategies.feel_trees import SCOPE as TREE_SCOPE
from tests.strategies.feel_trees import feel_trees
from tests.strategies.typed_expressions import NAMES, expressions, facts, typed
from xbyx_rules.compiling import Budget, StepLimitError, to_python
from xbyx_rules.feel.joining import is_settled
from xbyx_rules.feel.parser import parse_expression
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.syntax import Function, Node
from xbyx_rules.feel.types import ListType, StringType, Type
from xbyx_rules.feel.values import UNKNOWN, kind_of
from xbyx_rules.feel.walking import children, replace_children, walk

KINDS = ("boolean", "number", "string", "date", "list<number>", "list<string>", "list<人员>")
STEPS = 300_000


def fits(value: Any, kind: Type) -> bool:
    """Whether a value is of a type, or Unknown."""
    if value is UNKNOWN or not is_settled(kind):
        return True
    if kind_of(value) != kind.kind:
        return False
    if isinstance(kind, ListType):
        return all(fits(one, kind.element) for one in value)
    if isinstance(kind, StringType) and kind.values is not None:
        return value in kind.values
    return True


def run(node: Node, known: dict[str, Any]) -> Any:
    """The value; UNKNOWN where the steps run out."""
    note(print_expression(node))
    try:
        return to_python(node)(known.__getitem__, Budget(STEPS))
    except StepLimitError:
        return UNKNOWN


@given(st.sampled_from(KINDS).flatmap(expressions), facts())
@settings(max_examples=350)
def test_a_checked_expression_gives_a_value_of_its_type(tree: Node, known: dict[str, Any]) -> None:
    node, problems = typed(tree)
    assume(not problems)
    assert fits(run(node, known), node.type), print_expression(tree)


@st.composite
def spliced(draw: Any) -> Node:
    """A tree with one part of another tree, of whatever kind, put in place of one of its own."""
    tree = draw(expressions(draw(st.sampled_from(KINDS)), depth=3))
    other = draw(expressions(draw(st.sampled_from(KINDS)), depth=2))
    part = draw(st.sampled_from([one for one in walk(other) if not isinstance(one, Function)]))
    at = draw(st.integers(0, 12))
    return _put(tree, part, at)


def _put(tree: Node, part: Node, at: int) -> Node:
    parts = children(tree)
    if at == 0 or not parts:
        return part
    index = at % len(parts)
    changed = _put(parts[index], part, at // 2)
    return replace_children(tree, [*parts[:index], changed, *parts[index + 1 :]])


@given(spliced(), facts())
@settings(max_examples=350)
def test_parts_put_together_at_random_run_or_are_refused(tree: Node, known: dict[str, Any]) -> None:
    if type(tree).__name__.startswith("Unary") or type(tree).__name__ == "Iterator":
        return
    try:
        node, problems = typed(tree)
    except (AttributeError, KeyError):  # no tree that the parser gives, such as a test as operand
        assume(False)
    assume(not problems)
    assert fits(run(node, known), node.type), print_expression(tree)


@given(feel_trees())
@settings(max_examples=300)
def test_any_tree_of_the_parser_can_be_checked(tree: Node) -> None:
    parsed, _ = parse_expression(print_expression(tree), TREE_SCOPE)
    assert parsed is not None
    node, problems = typed(parsed)
    if not problems:
        run(node, dict.fromkeys(NAMES, UNKNOWN))


@given(st.sampled_from(KINDS).flatmap(expressions), facts())
@settings(max_examples=250)
def test_what_can_not_be_unknown_never_is(tree: Node, known: dict[str, Any]) -> None:
    node, problems = typed(tree)
    assume(not problems and not node.may_be_unknown)
    assert to_python(node)(known.__getitem__, Budget(STEPS)) is not UNKNOWN, print_expression(tree)
