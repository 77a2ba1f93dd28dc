"""Unary tests: the cells of tables, allowed values, and what stands after ``in``.

Source: DMN 1.5 §10.3.2.12 and tables 53 to 55.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.inference import uses_question_mark
from xbyx_rules.feel.operators import COMPLEMENT, Truth, any_true

from .comparing import compare, is_in
from .environment import Environment, Rule, evaluate

__all__ = ["TEST_RULES", "passes"]


def passes(tests: s.UnaryTests, value: Any, env: Environment) -> Truth:
    """Whether a value passes one of the tests; without any test it does."""
    if not tests.tests:
        return True
    inner = env.with_names({"?": value})
    truth = any_true([_passes_one(one, value, inner) for one in tests.tests])
    return COMPLEMENT[truth] if tests.is_negated else truth


def _passes_one(test: s.Node, value: Any, env: Environment) -> Truth:
    if isinstance(test, s.UnaryComparison):
        env.run.count_parts(value)
        return compare(test.operator, value, evaluate(test.value, env))
    if not isinstance(test, s.UnaryExpression):
        raise TypeError(f"no unary test: {type(test).__name__}")
    other = evaluate(test.value, env)
    if uses_question_mark(test.value):
        return other if isinstance(other, bool) else None
    env.run.count_parts(other)
    return is_in(value, other)


def _in(node: s.In, env: Environment) -> Truth:
    return passes(node.tests, evaluate(node.value, env), env)


TEST_RULES: Final[Mapping[type[s.Node], Rule]] = MappingProxyType({s.In: _in})
"""What evaluates ``in``."""
