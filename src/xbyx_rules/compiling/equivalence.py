"""Alterations that provably change nothing: two trees with one canonical form mean the same.

The canonical form is the lowered tree in which

- a comparison of numbers stands for the relations (less, equal, greater) that the bounds of its
  operands leave possible: with 预算 in ``[0..1e11]``, ``预算 > 0`` and ``预算 != 0`` are one;
- a comparison, or tests, of a term of listed values with texts stand for the values that pass.

Both rest on bounds and values that `decide` enforces, and an Unknown operand leaves either side
Unknown.  Nothing else is taken for the same: what can't be proved here survives and is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.operators import compare_values
from xbyx_rules.feel.types import BOOLEAN, NumberType, StringType
from xbyx_rules.feel.walking import children, replace_children

from .lowering import lower

__all__ = ["canonical", "is_equivalent"]

_RELATIONS: Final[dict[s.ComparisonOperator, frozenset[str]]] = {
    "=": frozenset("="),
    "!=": frozenset("<>"),
    "<": frozenset("<"),
    "<=": frozenset("<="),
    ">": frozenset(">"),
    ">=": frozenset(">="),
}
_MIRRORED: Final[dict[str, s.ComparisonOperator]] = {
    "=": "=",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}


def is_equivalent(left: s.Node, right: s.Node) -> bool:
    """Whether two typed trees provably have the same value for every case.

    Args:
        left: a typed tree.
        right: another, typed in the same scope.
    """
    return canonical(left) == canonical(right)


def canonical(node: s.Node) -> s.Node:
    """The canonical form of a typed tree; to be compared, not to be run."""
    return _rewrite(lower(node))


def _rewrite(node: s.Node) -> s.Node:
    parts = children(node)
    node = replace_children(node, tuple(map(_rewrite, parts)))
    if isinstance(node, s.Comparison):
        return _rewrite_comparison(node)
    return _rewrite_tests(node) if isinstance(node, s.In) else node


def _rewrite_comparison(node: s.Comparison) -> s.Node:
    if isinstance(node.left, s.Number | s.String):
        node = replace(node, left=node.right, right=node.left, operator=_MIRRORED[node.operator])
    kinds = (node.left.type, node.right.type)
    if isinstance(kinds[0], NumberType) and isinstance(kinds[1], NumberType):
        return _rewrite_numbers(node, kinds[0], kinds[1])
    if isinstance(node.right, s.String):
        test = s.UnaryTests((s.UnaryComparison(node.operator, node.right),))
        return _rewrite_tests(s.In(node.left, test, type=BOOLEAN))
    return node


def _rewrite_numbers(node: s.Comparison, left: NumberType, right: NumberType) -> s.Node:
    possible = _possible(left, right)
    meant = _RELATIONS[node.operator] & possible
    if isinstance(node.right, s.Number) and meant in (frozenset(), possible):
        # Always or never, where the left side is known: whatever the number is.
        return replace(node, operator="=" if meant else "!=", right=node.left)
    operator = next(one for one, kept in _RELATIONS.items() if kept & possible == meant)
    return replace(node, operator=operator)


def _possible(left: NumberType, right: NumberType) -> frozenset[str]:
    """The relations that two numbers within these bounds can have."""
    found = set("<=>")
    if left.low is not None and right.high is not None and left.low >= right.high:
        found.discard("<")
        if left.low > right.high:
            found.discard("=")
    if left.high is not None and right.low is not None and left.high <= right.low:
        found.discard(">")
        if left.high < right.low:
            found.discard("=")
    return frozenset(found)


def _rewrite_tests(node: s.In) -> s.Node:
    """Tests of a term of listed values as the values that pass, where all tests are of texts."""
    allowed = node.value.type.values if isinstance(node.value.type, StringType) else None
    if allowed is None or not node.tests.tests or isinstance(node.value, s.String):
        return node
    passing: list[str] = []
    for value in allowed:
        verdicts = [_passes(value, test) for test in node.tests.tests]
        if None in verdicts:
            return node
        if (True in verdicts) is not node.tests.is_negated:
            passing.append(value)
    tests = tuple(s.UnaryExpression(s.String(one)) for one in sorted(passing))
    # INVARIANT: no text can give tests that are negated and empty, so these stay by themselves.
    return replace(node, tests=s.UnaryTests(tests, is_negated=not tests))


def _passes(value: str, test: s.UnaryComparison | s.UnaryExpression) -> bool | None:
    """Whether a text passes a test; None where the test is no comparison with texts."""
    if isinstance(test, s.UnaryComparison):
        if not isinstance(test.value, s.String):
            return None
        if test.operator == "!=":
            return value != test.value.value
        return compare_values(test.operator, value, test.value.value)
    if isinstance(test.value, s.String):
        return value == test.value.value
    if isinstance(test.value, s.List):
        texts = [item.value for item in test.value.items if isinstance(item, s.String)]
        return value in texts if len(texts) == len(test.value.items) else None
    return None
