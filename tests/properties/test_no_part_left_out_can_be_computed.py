"""Law: who counts among a unit's persons can't be computed where few count or few don't.

Tried on every table up to a size, read by somebody who knows the rule and both published columns:
how many persons each unit has, and how many of them count.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest

from xbyx_rules.population import Cell, hide_parts, suppress_table

THRESHOLD = 3
MOST = 9
Unit = tuple[int, int]


def tables(units: int) -> Iterator[tuple[Unit, ...]]:
    """Every table of so many units whose figures for the whole may be shown."""
    one = [(people, counted) for people in range(MOST + 1) for counted in range(people + 1)]
    for table in product(one, repeat=units):
        people, counted = sum(one for one, _ in table), sum(one for _, one in table)
        is_shown = counted >= THRESHOLD and not 0 < people - counted < THRESHOLD
        if is_shown and people <= MOST:
            yield table


@pytest.mark.parametrize("units", [2, 3])
def test_no_part_left_out_can_be_computed(units: int) -> None:
    seen = defaultdict(list)
    for table in tables(units):
        people, counted = [one for one, _ in table], [one for _, one in table]
        shown = suppress_table(
            [Cell(str(name), one) for name, one in enumerate(people)], threshold=THRESHOLD
        )
        view = hide_parts(counted, people, THRESHOLD)
        seen[(tuple(one.teachers for one in shown.cells), shown.teachers, *view)].append(table)
    assert any(None in values for _, _, values, _ in seen)
    for (_, _, values, _), possible in seen.items():
        for unit, value in enumerate(values):
            found = {table[unit][1] for table in possible}
            if value is None:
                tells = any(0 < table[unit][1] < THRESHOLD for table in possible)
                tells |= any(0 < table[unit][0] - table[unit][1] < THRESHOLD for table in possible)
                assert len(found) > 1 or not tells
            else:
                assert found == {value}
                # Nothing that is shown tells of few.
                assert value >= THRESHOLD
                assert all(not 0 < table[unit][0] - value < THRESHOLD for table in possible)
