"""Which clause, or row, of one version is which of the other, and which of them have moved."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from xbyx_rules.policy import Clause

__all__ = ["Pair", "find_moved", "match", "match_clauses"]

_T = TypeVar("_T")
Pair = tuple[int, int]
"""Positions in the old and in the new version of one thing."""


def match_clauses(old: Sequence[Clause], new: Sequence[Clause]) -> list[Pair]:
    """The clauses that both versions have: by anchor, then by locator, then headings by title."""
    keys: list[Callable[[Clause], Hashable]] = [
        lambda one: one.id or None,
        lambda one: one.locator or None,
        lambda one: None if one.id or one.locator else (one.level, one.title),
    ]
    return match(old, new, keys)


def match(
    old: Sequence[_T], new: Sequence[_T], keys: Sequence[Callable[[_T], Hashable]]
) -> list[Pair]:
    """Pair what has an equal key, by the first key that tells, in the order of `new`.

    Several of one key are paired in their order where both versions have as many, or by the
    first key (where they are the same) as far as they go.

    Args:
        old: the things of the old version.
        new: those of the new one.
        keys: from the strictest to the loosest; None pairs with nothing.

    Example:
        >>> match("abc", "cxa", [lambda one: one])
        [(2, 0), (0, 2)]
    """
    pairs: list[Pair] = []
    left, right = list(range(len(old))), list(range(len(new)))
    for number, key in enumerate(keys):
        mine, theirs = _group(old, left, key), _group(new, right, key)
        for name, positions in theirs.items():
            others = mine.get(name, [])
            if number == 0 or len(others) == len(positions):
                pairs += zip(others, positions, strict=False)
        paired_old, paired_new = {one for one, _ in pairs}, {one for _, one in pairs}
        left = [one for one in left if one not in paired_old]
        right = [one for one in right if one not in paired_new]
    return sorted(pairs, key=lambda pair: pair[1])


def _group(
    things: Sequence[_T], positions: Sequence[int], key: Callable[[_T], Hashable]
) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for position in positions:
        name = key(things[position])
        if name is not None:
            groups[name].append(position)
    return groups


def find_moved(pairs: Sequence[Pair]) -> frozenset[Pair]:
    """The fewest pairs that one has to move for the rest to keep its order.

    Args:
        pairs: in the order of the new version.

    Example:
        >>> sorted(find_moved([(2, 0), (0, 1), (1, 2)]))
        [(2, 0)]
    """
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (position, _) in enumerate(pairs):
        length = bisect_left(tails, position)
        tails[length : length + 1] = [position]
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [at]
    kept: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return frozenset(pair for at, pair in enumerate(pairs) if at not in kept)
