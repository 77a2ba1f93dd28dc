"""The standard's conversions at boundaries, within the bounds of an evaluation."""

from __future__ import annotations

from typing import Any

from xbyx_rules.dmn.types import ItemType, coerce

from .environment import Run

__all__ = ["convert"]


def convert(value: Any, expected: ItemType, run: Run) -> tuple[Any, bool]:
    """A value as a type wants it, and whether it conforms; what that takes is counted.

    Raises:
        LimitError: there were too many parts to look at, or allowed values took too long.

    Example:
        >>> from xbyx_rules.dmn.types import SIMPLE_TYPES
        >>> convert(["研"], SIMPLE_TYPES["string"], Run())
        ('研', True)
    """
    if expected.looks_inside:
        run.count_parts(value)
    elif expected.kind == "function":
        run.count(expected.size // 20)
    return coerce(value, expected, run.count)
