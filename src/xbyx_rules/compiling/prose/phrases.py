"""A phrase: words with how tightly they hold together, and templates that add parentheses.

Prose has no brackets of its own, so each phrase carries a level, and a phrase that is looser
than its place allows is put in parentheses.  What is said can then be read in one way only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Final, NamedTuple

__all__ = ["DEEPEST", "Level", "Phrase", "fill"]

DEEPEST: Final = 60
"""How many levels of a tree are said; what nests deeper is left out, and marked so."""

_SLOT: Final = re.compile(r"\{([^{}]*)\}")


class Level(IntEnum):
    """How tightly a phrase holds together, the tightest first."""

    ATOM = 0
    SUFFIXED = 1  # 领导小组的组长: grows to the right, so it may take another suffix
    PREFIXED = 2  # the sum of …: reaches as far right as it can
    ARITHMETIC = 3
    LISTED = 4
    CLAUSE = 5
    JUNCTION = 6
    OPEN = 7  # 如果 …, 每一条 …: has no end of its own


class Phrase(NamedTuple):
    """Words and their level."""

    text: str
    level: Level = Level.ATOM

    def within(self, loosest: Level, group: str) -> str:
        """The words, in parentheses when they are looser than the place allows."""
        return self.text if self.level <= loosest else group.format(self.text)


def fill(template: str, phrases: Mapping[str, Phrase], group: str) -> Phrase:
    """A noun phrase from a template; its level follows from where the slots stand.

    A slot at the right edge may hold a prefixed phrase, any other only a suffixed one.

    Example:
        >>> fill("{list}的合计", {"list": Phrase("a乘以b", Level.ARITHMETIC)}, "（{}）").text
        '（a乘以b）的合计'
    """
    slots = list(_SLOT.finditer(template))
    if not slots:
        return Phrase(template)
    begins, ends = slots[0].start() == 0, slots[-1].end() == len(template)
    pieces, position = [], 0
    for slot in slots:
        is_last = slot.end() == len(template) and not begins
        loosest = Level.PREFIXED if is_last else Level.SUFFIXED
        pieces += [template[position : slot.start()], phrases[slot[1]].within(loosest, group)]
        position = slot.end()
    pieces.append(template[position:])
    level = Level.ARITHMETIC if begins and ends else Level.PREFIXED if ends else Level.SUFFIXED
    return Phrase("".join(pieces), level)
