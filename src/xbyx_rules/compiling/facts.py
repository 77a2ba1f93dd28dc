"""Which facts, parameters and calculations a tree reads: for traces and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.inference import KNOWLEDGE
from xbyx_rules.feel.types import ContextType, EntityType, ListType
from xbyx_rules.feel.walking import children
from xbyx_rules.tables import DecisionTable

__all__ = ["EACH", "FactPath", "read_paths"]

Bound = Mapping[str, tuple[str, ...]]
"""Names bound by loops and filters → the path of what they stand for, () for none."""

EACH = "[]"
"""The step of a path that stands for every record of a list: ``教职工 [] 上级``."""


@dataclass(frozen=True, slots=True)
class FactPath:
    """A fact by its way from a free name: ``("教职工", "[]", "上级")``."""

    steps: tuple[str, ...]

    @property
    def root(self) -> str:
        """The free name it starts from."""
        return self.steps[0]

    def __str__(self) -> str:
        return ".".join(step for step in self.steps if step != EACH)


def read_paths(node: s.Node) -> tuple[FactPath, ...]:
    """The paths a typed tree reads, in reading order, each once.

    A list's own path comes before the paths of its records' fields.
    """
    return tuple(dict.fromkeys(_walk(node, {})))


def _walk(node: s.Node, bound: Bound) -> Iterator[FactPath]:
    steps = _steps_of(node, bound)
    if steps is not None:
        if steps:
            yield FactPath(steps)
        return
    for part, inner in _parts_of(node, bound):
        yield from _walk(part, inner)


def _parts_of(node: s.Node, bound: Bound) -> Iterator[tuple[s.Node, Bound]]:
    """The parts of a node, each with the names bound where it stands."""
    match node:
        case (
            s.For(iterators=iterators, result=body)
            | s.Quantified(iterators=iterators, condition=body)
        ):
            yield from _parts_of_loop(iterators, body, bound)
        case s.Filter():
            yield node.base, bound
            yield node.condition, {**bound, **_item_names(node, bound)}
        case s.Function():
            yield node.body, {**bound, **dict.fromkeys((one.name for one in node.parameters), ())}
        case s.Context():
            for key, value in node.entries:
                yield value, bound
                bound = {**bound, key: ()}
        case s.Call(function=function) if _is_known_function(function):
            yield from ((argument, bound) for argument in node.arguments)
        case DecisionTable():
            yield from ((one, bound) for one in node.inputs)
            for rule in node.rules:
                yield from ((one, bound) for one in (*rule.tests, *rule.outputs))
        case s.UnaryTests():
            yield from ((test.value, {**bound, "?": ()}) for test in node.tests)
        case _:
            yield from ((child, bound) for child in children(node))


def _parts_of_loop(
    iterators: tuple[s.Iterator, ...], body: s.Node, bound: Bound
) -> Iterator[tuple[s.Node, Bound]]:
    for one in iterators:
        yield one.domain, bound
        if one.last is not None:
            yield one.last, bound
        bound = {**bound, one.name: _elements_of(one.domain, bound)}
    yield body, {**bound, "partial": ()}


def _item_names(node: s.Filter, bound: Bound) -> Bound:
    elements = _elements_of(node.base, bound)
    kind = node.base.type.element if isinstance(node.base.type, ListType) else None
    names = kind.names if isinstance(kind, ContextType | EntityType) else ()
    return {"item": elements, **{name: (*elements, name) if elements else () for name in names}}


def _is_known_function(node: s.Node) -> bool:
    return isinstance(node, s.Name) and (node.name in BUILTINS or node.name == KNOWLEDGE)


def _steps_of(node: s.Node, bound: Bound) -> tuple[str, ...] | None:
    """The steps of a name or a path; () where it is bound to no fact, None for other nodes."""
    if isinstance(node, s.Name):
        return bound.get(node.name, (node.name,))
    if isinstance(node, s.Path):
        base = _steps_of(node.base, bound)
        if base is None or not base:
            return base
        if node.base.type.kind == "list":
            return (*base, EACH, node.name)
        return (*base, node.name) if node.base.type.kind == "context" else base
    return None


def _elements_of(node: s.Node, bound: Bound) -> tuple[str, ...]:
    """The path of a list's elements, where the list is a fact or a part of one."""
    if isinstance(node, s.Filter):
        return _elements_of(node.base, bound)
    steps = _steps_of(node, bound)
    return (*steps, EACH) if steps else ()
