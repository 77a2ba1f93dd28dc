"""The Python target: a typed tree becomes a Python function, built as Python's own syntax tree.

Takes: a checked tree, in which every type fits.
Gives: a `PythonFunction`: the free names it reads, and a callable on their values.
May assume: no diagnostics were errors.
Refuses: nothing; a node without a rule is a bug.
"""

from __future__ import annotations

from xbyx_rules.feel.syntax import Node
from xbyx_rules.tables import DecisionTable

from .functions import PythonFunction, PythonTable, compile_expression, compile_table
from .runtime import Budget, StepLimitError

__all__ = [
    "Budget",
    "PythonFunction",
    "PythonTable",
    "StepLimitError",
    "compile_expression",
    "to_python",
]


def to_python(node: Node) -> PythonFunction | PythonTable:
    """Compile one expression or table.

    Example:
        >>> from xbyx_rules.feel.inference import Source, infer_expression
        >>> from xbyx_rules.feel import parse_expression
        >>> from xbyx_rules.feel.scope import Scope
        >>> from xbyx_rules.feel.types import NUMBER
        >>> text, scope = "学时 >= 40", Scope({"学时": NUMBER})
        >>> tree, problems = parse_expression(text, scope)
        >>> typed, problems = infer_expression(tree, scope, Source(text))
        >>> rule = to_python(typed)
        >>> rule.names
        ('学时',)
    """
    return compile_table(node) if isinstance(node, DecisionTable) else compile_expression(node)
