"""The two ways into inference, and the one table of all its rules."""

from __future__ import annotations

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node, UnaryTests

from . import calls, expressions, loops, navigation, tests
from .environment import Environment, infer
from .source import Source

__all__ = ["infer_expression", "infer_unary_tests"]

_RULES = {
    **expressions.RULES,
    **navigation.RULES,
    **loops.RULES,
    **calls.RULES,
    **tests.RULES,
}


def infer_expression(
    node: Node, scope: Scope, source: Source, *, may_ask_knowledge: bool = False
) -> tuple[Node, tuple[Diagnostic, ...]]:
    """Type one expression.

    Args:
        node: from the parser.
        scope: every name the expression may use, with its type.
        source: the text the node's offsets refer to.
        may_ask_knowledge: whether ``已知(…)`` may be used: only in a precondition.

    Returns:
        The typed tree, and what is wrong with it; with an error in it the tree must not be run.

    Source: DMN 1.5 §10.3.2; docs/decisions/0002 (Unknown).
    """
    environment = Environment(scope, source, _RULES, knowledge=may_ask_knowledge)
    typed = infer(node, environment)
    return typed, tuple(environment.diagnostics)


def infer_unary_tests(
    tests_node: UnaryTests, tested: Node, scope: Scope, source: Source
) -> tuple[UnaryTests, tuple[Diagnostic, ...]]:
    """Type the tests of one cell against the typed input expression `tested`."""
    environment = Environment(scope, source, _RULES)
    typed = tests.infer_tests(tests_node, tested, environment)
    return typed, tuple(environment.diagnostics)
