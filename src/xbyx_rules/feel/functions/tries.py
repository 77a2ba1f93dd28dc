"""How many ways a regular expression can be tried: Python's engine tries them one by one.

The bound knows the pattern's form and the text's length, not its characters: brackets repeated
around something repeated count as exponential, whatever stands in them.
"""

from __future__ import annotations

from typing import Final

__all__ = ["GREATEST_TRIES", "Branches", "cut_off"]

GREATEST_TRIES: Final = 10_000_000
"""The most ways to match, over all places of the text, that are tried: less than a second."""


def cut_off(ways: int) -> int:
    """The number, or one above the greatest where it is greater."""
    return min(ways, GREATEST_TRIES + 1)


class Branches:
    """The ways to match what stands between two brackets: the sum of its branches' products."""

    __slots__ = ("before", "finished", "last")

    def __init__(self) -> None:
        self.finished, self.before, self.last = 0, 1, 1

    def start(self) -> None:
        """Begin the next branch."""
        self.finished, self.before, self.last = self.total, 1, 1

    def add(self, ways: int) -> None:
        """One more atom, which matches in so many ways."""
        self.before, self.last = cut_off(self.before * self.last), ways

    def repeat(self, least: int, most: int) -> None:
        """The last atom from `least` to `most` times."""
        if self.last == 1:
            self.last = cut_off(max(most - least, 0) + 1)
            return
        ways = total = cut_off(self.last ** min(least, 64))
        for _ in range(least, most):
            if total > GREATEST_TRIES:
                break
            ways = cut_off(ways * self.last)
            total = cut_off(total + ways)
        self.last = total

    @property
    def total(self) -> int:
        """The ways of all branches so far."""
        return cut_off(self.finished + self.before * self.last)
