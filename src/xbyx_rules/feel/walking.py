"""Walking over a tree without knowing each of its classes: children, all nodes, replaced children.

All of it is iterative, so the height of a tree does not matter here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from .syntax import Node

__all__ = ["children", "has_node_deeper_than", "replace_children", "walk"]

_ANNOTATIONS: Final = frozenset({"start", "end", "type", "may_be_unknown"})
_PARTS: Final[dict[type[Node], tuple[str, ...]]] = {}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one, in the order of the source text.

    Example:
        >>> from xbyx_rules.feel.syntax import And, Boolean, Name
        >>> children(And((Name("甲"), Boolean(True))))
        (Name(name='甲'), Boolean(value=True))
    """
    found: list[Node] = []
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found += filter(None, map(_node_of, value))
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below it, each before its children, in the order of the source text.

    Example:
        >>> from xbyx_rules.feel.syntax import Name, Negation
        >>> [type(one).__name__ for one in walk(Negation(Name("甲")))]
        ['Negation', 'Name']
    """
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(children(one))


def replace_children(node: Node, new: Sequence[Node]) -> Node:
    """The same node over other children; place and type are kept.

    Args:
        node: the node to copy.
        new: as many nodes as `children(node)` gives, in that order.

    Raises:
        ValueError: when there are more or fewer.

    Example:
        >>> from xbyx_rules.feel.syntax import Name, Negation
        >>> replace_children(Negation(Name("甲")), [Name("乙")])
        Negation(operand=Name(name='乙'))
    """
    old = children(node)
    if len(old) != len(new):
        raise ValueError(f"{type(node).__name__} has {len(old)} children, not {len(new)}")
    if all(one is other for one, other in zip(old, new, strict=True)):
        return node
    rest = iter(new)
    changed: dict[str, Any] = {}
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            changed[name] = next(rest)
        elif isinstance(value, tuple):
            changed[name] = tuple(_replaced(item, rest) for item in value)
    return replace(node, **changed)


def has_node_deeper_than(node: Node, limit: int) -> bool:
    """Whether the tree is higher than `limit` nodes."""
    row: list[Node] = [node]
    for _ in range(limit):
        row = [child for one in row for child in children(one)]
        if not row:
            return False
    return True


def _parts(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a class in which nodes may stand."""
    if kind not in _PARTS:
        _PARTS[kind] = tuple(one.name for one in fields(kind) if one.name not in _ANNOTATIONS)
    return _PARTS[kind]


def _node_of(item: object) -> Node | None:
    """A node that stands in a tuple, by itself or as a context's entry."""
    if isinstance(item, tuple) and item:
        item = item[-1]
    return item if isinstance(item, Node) else None


def _replaced(item: Any, rest: Iterator[Node]) -> Any:
    if isinstance(item, Node):
        return next(rest)
    return (item[0], next(rest)) if isinstance(item, tuple) else item
