"""Law: a checked expression means the same in a policy and in a model, where nothing is missing."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.properties.test_a_model_never_raises_on_any_expression import an_environment, known
from tests.reference_interpreter import interpret
from tests.strategies.typed_expressions import NAMES, expressions, facts, typed
from xbyx_rules.dmn.interpreter import LimitError, evaluate
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.syntax import Name, Node
from xbyx_rules.feel.values import UNKNOWN, Incomplete
from xbyx_rules.feel.walking import walk

KINDS = ("boolean", "boolean", "number", "string", "date", "list<number>", "list<人员>")


@given(st.sampled_from(KINDS).flatmap(expressions), facts())
@settings(max_examples=100, deadline=None)
def test_what_a_policy_knows_a_model_says_too(tree: Node, facts_: dict[str, Any]) -> None:
    node, problems = typed(tree)
    assume(not problems)
    names = known(facts_)
    assume(
        all(one.name in names for one in walk(node) if isinstance(one, Name) and one.name in NAMES)
    )
    expected = interpret(node, names)
    assume(not holds_missing(expected))
    try:
        found = evaluate(node, an_environment({**dict.fromkeys(NAMES), **names}))
    except LimitError:
        assume(False)
    assert found == expected, print_expression(tree)


def holds_missing(value: Any) -> bool:
    """Whether a value is Unknown, a list that isn't complete, or has such a one in it."""
    if isinstance(value, dict):
        return any(map(holds_missing, value.values()))
    if isinstance(value, list):
        return isinstance(value, Incomplete) or any(map(holds_missing, value))
    return value is UNKNOWN or isinstance(value, Incomplete)
