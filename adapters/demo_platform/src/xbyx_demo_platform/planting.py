"""Which school gets which defects; the same for the same seed."""

from __future__ import annotations

from typing import Any

from .defects import CONDUCT_DEFECTS, DEFECTS, OTHER_DEFECTS, PLAN_DEFECTS, Defect
from .draws import Draws

__all__ = ["SCHOOLS", "draw_defects"]

SCHOOLS = 52
_MOST_PLAN_FLAWED = 22
_LATER_DEFECTS: tuple[Defect[Any], ...] = (*OTHER_DEFECTS, *CONDUCT_DEFECTS)


def draw_defects(seed: int) -> tuple[tuple[Defect[Any], ...], ...]:
    """For each school its defects: none, or up to three of different groups.

    Every kind is planted at least once.  WHY those of the later steps go to other schools than
    those of the annual plan: a school that is stopped in autumn never shows them.
    """
    draws = Draws(seed, "defects")
    order = draws.shuffled(range(SCHOOLS))
    flawed = draws.between(len(PLAN_DEFECTS), _MOST_PLAN_FLAWED)
    planted: list[tuple[Defect[Any], ...]] = [()] * SCHOOLS
    turns: tuple[tuple[list[int], tuple[Defect[Any], ...]], ...] = (
        (order[:flawed], PLAN_DEFECTS),
        (order[flawed : flawed + len(_LATER_DEFECTS)], _LATER_DEFECTS),
    )
    for schools, kinds in turns:
        shuffled = draws.shuffled(kinds)
        for turn, school in enumerate(schools):
            planted[school] = _draw_some(draws, shuffled[turn % len(kinds)], kinds)
    return tuple(planted)


def _draw_some(
    draws: Draws, first: Defect[Any], kinds: tuple[Defect[Any], ...]
) -> tuple[Defect[Any], ...]:
    chosen = [first]
    while len(chosen) < 3 and draws.chance(35):
        more = draws.pick(kinds)
        if more.group not in {one.group for one in chosen}:
            chosen.append(more)
    # WHY this order: a defect that moves the budgets comes before one that is a cent off them.
    return tuple(sorted(chosen, key=DEFECTS.index))
