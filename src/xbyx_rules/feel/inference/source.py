"""Where an expression stands in its document, so that a node's offsets become a place."""

from __future__ import annotations

from dataclasses import dataclass

from xbyx_rules.errors import Diagnostic, Place

__all__ = ["Source"]


@dataclass(frozen=True, slots=True)
class Source:
    r"""A text and where its first character stands; later lines start at column 1.

    Example:
        >>> Source("a +\n  b", "policy.md", 10, 5).place(6, 7)
        Place(file='policy.md', line=11, column=3, length=1)
    """

    text: str
    file: str = ""
    line: int = 1
    column: int = 1

    def place(self, start: int, end: int) -> Place:
        """The place of the stretch ``text[start:end]``, cut at the end of its first line."""
        before = self.text[:start]
        lines = before.count("\n")
        column = start - (before.rfind("\n") + 1) + (self.column if lines == 0 else 1)
        stop = self.text.find("\n", start)
        end = end if stop < 0 else min(end, stop)
        return Place(self.file, self.line + lines, column, max(1, end - start))

    def excerpt(self, start: int) -> str:
        """The source line that holds the offset, padded so that columns fit the place's."""
        first = self.text.rfind("\n", 0, start) + 1
        stop = self.text.find("\n", start)
        line = self.text[first : stop if stop >= 0 else len(self.text)]
        return line if first > 0 else " " * (self.column - 1) + line

    def report(self, code: str, start: int, end: int, **values: str) -> Diagnostic:
        """A diagnostic on the stretch ``text[start:end]``."""
        return Diagnostic(code, self.place(start, end), values, self.excerpt(start))
