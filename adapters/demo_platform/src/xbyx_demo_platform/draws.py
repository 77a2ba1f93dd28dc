"""Random draws that are the same on every Python: they use `Random.random` alone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

__all__ = ["Draws"]

_T = TypeVar("_T")


class Draws:
    """A stream of draws for one purpose of one seed.

    WHY not `choice`, `randrange`, `shuffle`: how they use the stream has changed between
    versions of Python; `random` of a text seed is kept stable.

    Example:
        >>> Draws(7, "schools").below(10) == Draws(7, "schools").below(10)
        True
    """

    def __init__(self, seed: int, *purpose: str) -> None:
        self._random = Random("/".join([str(seed), *purpose]))  # noqa: S311 - demonstration data

    def below(self, bound: int) -> int:
        """A whole number of 0 … bound - 1."""
        return int(self._random.random() * bound)

    def between(self, low: int, high: int) -> int:
        """A whole number of low … high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.below(100) < percent

    def pick(self, some: Sequence[_T]) -> _T:
        """One of them."""
        return some[self.below(len(some))]

    def shuffled(self, some: Sequence[_T]) -> list[_T]:
        """All of them in another order."""
        rest = list(some)
        return [rest.pop(self.below(len(rest))) for _ in some]
