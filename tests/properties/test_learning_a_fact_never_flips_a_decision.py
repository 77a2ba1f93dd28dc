"""Law: what is decided without a fact stays decided alike when the fact is learnt.

Learning is: an Unknown gets any value, a record gets a field, a list that was incomplete turns out
to hold more records, or is declared complete.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.strategies.typed_expressions import expressions, facts, less_known, typed
from xbyx_rules.compiling import Budget, StepLimitError, to_python
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.operators import equal_values
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.types import BOOLEAN
from xbyx_rules.feel.values import UNKNOWN

SCALARS = ("number", "string", "date")
STEPS = 300_000


@st.composite
def growing_facts(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Facts, and the same with less known."""
    more = draw(facts())
    return draw(less_known(more)), more


def decide_both(node: Node, known: tuple[dict[str, Any], dict[str, Any]]) -> tuple[Any, Any]:
    """The values with less and with more known."""
    note(print_expression(node))
    function = to_python(node)
    try:
        less, more = (function(one.__getitem__, Budget(STEPS)) for one in known)
    except StepLimitError:
        assume(False)
    return less, more


@given(expressions("boolean"), growing_facts())
@settings(max_examples=400)
def test_a_condition_that_is_decided_stays_so(
    tree: Node, known: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    node, problems = typed(tree)
    assume(not problems and node.type == BOOLEAN)
    less, more = decide_both(node, known)
    assert less is UNKNOWN or less is more, print_expression(tree)


@given(st.sampled_from(SCALARS).flatmap(expressions), growing_facts())
@settings(max_examples=250)
def test_a_value_that_is_known_stays_the_same(
    tree: Node, known: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    node, problems = typed(tree)
    assume(not problems and node.type.kind in SCALARS)
    less, more = decide_both(node, known)
    assert less is UNKNOWN or equal_values(less, more) is True, print_expression(tree)


@st.composite
def preconditions(draw: Any) -> Node:
    """Conditions that ask what is known, where checking allows it."""
    asked = s.Call(s.Name("已知"), (draw(expressions("number", depth=2)),))
    other = draw(expressions("boolean", depth=2))
    parts = (asked, other) if draw(st.booleans()) else (other, asked)
    return s.And(parts) if draw(st.booleans()) else s.Or(parts)


@given(preconditions(), growing_facts())
@settings(max_examples=200)
def test_a_precondition_that_is_met_stays_met(
    tree: Node, known: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    node, problems = typed(tree, may_ask_knowledge=True)
    assume(not problems)
    less, more = decide_both(node, known)
    assert less is not True or more is True, print_expression(tree)
