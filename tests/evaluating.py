"""FEEL texts typed and run over the small vocabulary of `strategies.typed_expressions`."""

from __future__ import annotations

from typing import Any

from tests.strategies.typed_expressions import SCOPE
from xbyx_rules.compiling import Budget, to_python
from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.inference import Source, infer_expression
from xbyx_rules.feel.parser import parse_expression
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.values import UNKNOWN

__all__ = ["check", "evaluate", "type_text"]


def check(
    text: str, scope: Scope = SCOPE, *, may_ask_knowledge: bool = False
) -> tuple[Node, tuple[Diagnostic, ...]]:
    """A text parsed and typed, and what checking says; it stands in line 7 from column 5."""
    tree, problems = parse_expression(text, scope, file="policy.md", line=7, column=5)
    assert tree is not None, problems
    source = Source(text, "policy.md", 7, 5)
    return infer_expression(tree, scope, source, may_ask_knowledge=may_ask_knowledge)


def type_text(text: str, scope: Scope = SCOPE, *, may_ask_knowledge: bool = False) -> Node:
    """A text that checking has nothing against, typed."""
    node, problems = check(text, scope, may_ask_knowledge=may_ask_knowledge)
    assert not problems, [(one.code, one.message("en")) for one in problems]
    return node


def evaluate(text: str, /, steps: int = 100_000, **known: Any) -> Any:
    """The value of a text; names that are not given are Unknown."""
    function = to_python(type_text(text, may_ask_knowledge=True))
    return function(lambda name: known.get(name, UNKNOWN), Budget(steps))
