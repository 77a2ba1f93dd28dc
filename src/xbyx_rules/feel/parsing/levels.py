"""How strongly the operators bind, from the weakest; parser and printer share it."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = ["ARITHMETIC", "COMPARISONS", "KEYWORDS", "MAX_DEPTH", "MAX_ITEMS", "Level"]


class Level(IntEnum):
    """Levels of binding (DMN 1.5 §10.3.1.2: the order of rules 2 and 4).

    Negation binds more strongly than a power: ``-2 ** 2`` is 4.
    """

    EXPRESSION = 0
    DISJUNCTION = 1
    CONJUNCTION = 2
    COMPARISON = 3
    ADDITION = 4
    MULTIPLICATION = 5
    POWER = 6
    NEGATION = 7
    INSTANCE = 8
    POSTFIX = 9
    PRIMARY = 10


ARITHMETIC: Final = {
    "+": Level.ADDITION,
    "-": Level.ADDITION,
    "*": Level.MULTIPLICATION,
    "/": Level.MULTIPLICATION,
    "**": Level.POWER,
}

COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})

KEYWORDS: Final = frozenset(
    {
        *("and", "between", "else", "every", "false", "for", "function", "if", "in"),
        *("null", "or", "return", "satisfies", "some", "then", "true"),
    }
)
"""Words that are no name by themselves; they can be part of one that is in scope."""

MAX_DEPTH: Final = 100
"""The greatest height of a tree.

WHY: every target visits trees recursively; Python allows about 1,000 frames, and a host's own
stack stands below ours.
"""

MAX_ITEMS: Final = 10_000
"""The most items of a list literal."""
