"""Where a text of a model stands, so that what is wrong in it can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xbyx_rules.errors import Place
from xbyx_rules.feel.syntax import Node

__all__ = ["NOWHERE", "Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The text that a tree was read from, and where it stands."""

    file: str = ""
    line: int = 1
    text: str = ""

    def place_of(self, node: Node) -> tuple[Place, str]:
        """A node's place, and the line of text it stands on."""
        before = self.text[: node.start]
        begin = before.rfind("\n") + 1
        own = self.text[begin:].split("\n", 1)[0]
        column = node.start - begin + 1
        length = max(1, min(node.end - node.start, len(own) - column + 1))
        return Place(self.file, self.line + before.count("\n"), column, length), own


NOWHERE: Final = Origin()
