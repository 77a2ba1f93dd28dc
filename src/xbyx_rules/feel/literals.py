"""Literals as values: the cells of parameters and examples, which compute nothing."""

from __future__ import annotations

from typing import Any

from . import syntax as s
from .values import NUMBERS, Interval

__all__ = ["find_non_literal", "read_literal"]


def find_non_literal(node: s.Node) -> s.Node | None:
    """The first part of a tree that is no literal; None when the whole is one.

    Example:
        >>> find_non_literal(s.Name("校长"))
        Name(name='校长')
    """
    match node:
        case s.Number() | s.String() | s.Boolean() | s.Temporal():
            return None
        case s.Negation():
            return None if isinstance(node.operand, s.Number) else node
        case s.List():
            parts: tuple[s.Node, ...] = node.items
        case s.Context():
            parts = tuple(value for _, value in node.entries)
        case s.Range():
            parts = tuple(end for end in (node.low, node.high) if end is not None)
        case _:
            return node
    return next((found for part in parts if (found := find_non_literal(part)) is not None), None)


def read_literal(node: s.Node) -> Any:
    """The value of a literal tree.

    Raises:
        ValueError: a part of the tree is no literal.

    Example:
        >>> read_literal(s.List((s.String("规划"), s.Boolean(True))))
        ['规划', True]
    """
    match node:
        case s.Number() | s.String() | s.Boolean() | s.Temporal():
            return node.value
        case s.Negation(operand=s.Number(value=value)):
            return NUMBERS.minus(value)
        case s.List():
            return [read_literal(item) for item in node.items]
        case s.Context():
            return {key: read_literal(value) for key, value in node.entries}
        case s.Range():
            low = read_literal(node.low) if node.low else None
            high = read_literal(node.high) if node.high else None
            return Interval(low, high, node.is_low_closed, node.is_high_closed)
    raise ValueError(f"not a literal: {type(node).__name__}")
