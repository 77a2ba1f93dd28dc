"""Law: any tree evaluates to a FEEL value under null semantics, or ends at a bound."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.feel_trees import feel_trees, unary_test_trees
from tests.strategies.typed_expressions import facts
from xbyx_rules.dmn.interpreter import Environment, LimitError, Run, evaluate, passes
from xbyx_rules.dmn.types import SIMPLE_TYPES
from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.syntax import Call, List, Name, Node, UnaryTests
from xbyx_rules.feel.values import kind_of


def an_environment(names: Mapping[str, Any]) -> Environment:
    return Environment(names, Run(most_steps=20_000), lambda one: SIMPLE_TYPES.get(one.name))


def assert_is_a_value(value: Any) -> None:
    assert kind_of(value) != "Unknown"
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    for part in parts:
        assert_is_a_value(part)


@given(feel_trees(), facts())
@settings(max_examples=200, deadline=None)
def test_a_tree_gives_a_value_or_ends_at_a_bound(tree: Node, names: dict[str, Any]) -> None:
    with contextlib.suppress(LimitError):
        assert_is_a_value(evaluate(tree, an_environment({"a": None, "b2": [], **known(names)})))


@given(unary_test_trees(), feel_trees(max_leaves=3))
@settings(max_examples=150, deadline=None)
def test_a_unary_test_gives_true_false_or_null(tests: UnaryTests, tested: Node) -> None:
    env = an_environment({})
    with contextlib.suppress(LimitError):
        assert passes(tests, evaluate(tested, env), env) in (True, False, None)


@given(
    st.sampled_from(sorted(BUILTINS)),
    st.lists(feel_trees(max_leaves=3) | st.sampled_from(sorted(BUILTINS)).map(Name), max_size=4),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_standard_function_takes_any_arguments(
    name: str, arguments: list[Node], is_list: bool
) -> None:
    given_ = (List(tuple(arguments)),) if is_list else tuple(arguments)
    with contextlib.suppress(LimitError):
        assert_is_a_value(evaluate(Call(Name(name), given_), an_environment({})))


def known(names: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are known: a model has no Unknown among its values."""
    return {name: value for name, value in names.items() if not _holds_unknown(value)}


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_holds_unknown, value))
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    return kind_of(value) == "Unknown"
