"""Law: the compiled function gives what a plain interpreter of the checked tree gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.reference_interpreter import interpret, interpret_table
from tests.strategies.typed_expressions import NAMES, expressions, facts, tables, typed
from xbyx_rules.compiling import Budget, PythonFunction, StepLimitError, to_python
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.values import UNKNOWN, Incomplete
from xbyx_rules.tables import DecisionTable, OverlapError

KINDS = ("boolean", "boolean", "boolean", "number", "string", "date", "list<number>", "list<人员>")
STEPS = 1_000_000


def is_same(left: Any, right: Any) -> bool:
    """Whether two results are the same value, Unknowns and incomplete lists told apart."""
    if left is UNKNOWN or right is UNKNOWN:
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        alike = isinstance(left, Incomplete) == isinstance(right, Incomplete)
        return alike and len(left) == len(right) and all(map(is_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(left[one], right[one]) for one in left)
    return type(left) is type(right) and bool(left == right)


@given(st.sampled_from(KINDS).flatmap(expressions), facts())
@settings(max_examples=400)
def test_what_is_compiled_gives_what_the_reference_gives(tree: Node, known: dict[str, Any]) -> None:
    node, problems = typed(tree)
    assume(not problems)
    function = to_python(node)
    assert isinstance(function, PythonFunction)
    assert set(function.names) <= set(NAMES)
    try:
        found = function(known.__getitem__, Budget(STEPS))
    except StepLimitError:
        assume(False)
    assert is_same(found, interpret(node, known)), print_expression(tree)


@given(tables(), facts())
@settings(max_examples=400)
def test_a_compiled_table_gives_what_the_reference_gives(
    table: DecisionTable, known: dict[str, Any]
) -> None:
    def run(decide: Callable[[], Any]) -> Any:
        try:
            return decide()
        except OverlapError as overlap:
            return overlap.rows

    try:
        found = run(lambda: to_python(table)(known.__getitem__, Budget(STEPS)))
    except StepLimitError:
        assume(False)
    expected = run(lambda: interpret_table(table, known))
    assert found == expected if isinstance(found, tuple) else is_same(found, expected)
