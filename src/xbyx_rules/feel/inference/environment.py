"""What inference knows while it walks: names, which of them are known, and what it found wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.types import FunctionType, ListType, Type

from .source import Source

__all__ = ["MOST_LOOPS", "Environment", "Rule", "expect_boolean", "infer", "mark", "phrase_type"]

MOST_LOOPS = 15
"""How deep loops may be nested; Python itself ends at 20."""


Rule = Callable[[Any, "Environment"], Node]
"""Types one kind of node."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Names with their types, those that can't be Unknown, and the shared list of diagnostics.

    Args:
        scope: names in scope.
        source: the text, for places.
        known: names that are never Unknown, such as the variable of a loop over records.
        bound: names that a loop, a filter, a function or a context binds.
        rules: how each kind of node is typed.  WHY a field: expressions hold calls, loops and
            tests, and those hold expressions, so their tables meet in `inferring` only.
        loops: how many loops stand around.
        knowledge: whether ``已知(…)`` is allowed here: in a 前提, and not below a negation, so
            that learning a fact never reverses an answer (docs/decisions/0003).
        diagnostics: what was found, in the order of the walk.
    """

    scope: Scope
    source: Source
    rules: Mapping[type[Node], Rule]
    known: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    loops: int = 0
    knowledge: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def with_names(self, names: Mapping[str, Type], known: frozenset[str]) -> Environment:
        """The environment inside a loop, a filter or a function."""
        return replace(
            self,
            scope=self.scope.with_names(names),
            known=(self.known - set(names)) | known,
            bound=self.bound | set(names),
        )

    def inside_loop(self, node: Node) -> Environment:
        """The environment one loop deeper."""
        if self.loops == MOST_LOOPS:
            self.report("XR220", node, most=str(MOST_LOOPS))
        return replace(self, loops=self.loops + 1)

    def inside_function(self) -> Environment:
        """The environment of a function's body, which runs by itself."""
        return replace(self, loops=0)

    def without_knowledge(self) -> Environment:
        """The environment below an operator that can turn an answer round."""
        return replace(self, knowledge=False) if self.knowledge else self

    def report(self, code: str, node: Node, **values: str) -> None:
        """Note a diagnostic on a node."""
        self.diagnostics.append(self.source.report(code, node.start, node.end, **values))

    def require_type(self, node: Node) -> bool:
        """Whether a node's type is known; reports where it isn't and nothing else was wrong."""
        if node.type.kind != "Any":
            return True
        # WHY: below an error the type is Any too, and one error is said once.
        if not self.diagnostics:
            self.report("XR221", node)
        return False


def expect_boolean(node: Node, env: Environment) -> None:
    """Report a node that should be true or false and isn't."""
    if env.require_type(node) and node.type.kind != "boolean":
        env.report("XR204", node, found=phrase_type(node.type))


def infer(node: Node, env: Environment) -> Node:
    """The typed form of any node.  Below an error the type is Any, so one error is said once."""
    return env.rules[type(node)](node, env)


def mark(node: Node, kind: Type, *, unknown: bool, **changes: object) -> Node:
    """The node with its type, whether it may be Unknown, and its typed children."""
    return replace(node, type=kind, may_be_unknown=unknown, **changes)  # type: ignore[arg-type]


_PHRASES = {
    "number": "数",
    "string": "文本",
    "boolean": "是非",
    "date": "日期",
    "time": "时间",
    "date and time": "日期时间",
    "years and months duration": "年月时长",
    "days and time duration": "日时时长",
    "list": "列表",
    "context": "记录",
    "range": "区间",
    "function": "函数",
    "Any": "任意值",
}


def phrase_type(kind: Type) -> str:
    """The type in the drafter's words."""
    if isinstance(kind, ListType) and kind.element.kind in _PHRASES:
        return f"{_PHRASES[kind.element.kind]}的列表"
    if isinstance(kind, FunctionType):
        return f"函数({'、'.join(map(phrase_type, kind.parameters))})"
    return _PHRASES.get(kind.kind, kind.kind)
