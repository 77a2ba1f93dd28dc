"""Law: no figure of a small cell can be computed from the table that leaves it out.

Who reads it may know the rule, the totals, and even how many teachers each unit has.  A cell that
is left out only to hide a small one could have been published, so it needs no protection itself.
"""

from collections import defaultdict
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbyx_rules.population import Cell, PublishedTable, suppress_table, table_to_rows

THRESHOLD = 5


@st.composite
def tables(draw: st.DrawFn) -> list[Cell]:
    """Cells on both sides of the threshold, with a count and an amount, homogeneous ones too."""
    names = draw(st.lists(st.sampled_from("甲乙丙丁戊己庚"), unique=True, max_size=7))
    share = draw(st.sampled_from(["none", "all", "some"]))
    cells = []
    for name in names:
        teachers = draw(st.integers(0, 2 * THRESHOLD))
        least, most = {"none": (0, 0), "all": (teachers, teachers), "some": (0, teachers)}[share]
        hours = draw(st.decimals(0, 3, places=1)) if share == "some" else Decimal(0)
        cells.append(Cell(name, teachers, {"参与": draw(st.integers(least, most)), "学时": hours}))
    return cells


def publish(cells: list[Cell]) -> PublishedTable:
    return suppress_table(cells, threshold=THRESHOLD, amounts=["学时"])


@given(tables())
def test_who_knows_the_teachers_of_each_unit_cannot_compute_what_they_did(
    cells: list[Cell],
) -> None:
    table = publish(cells)
    hidden = [cell for cell, one in zip(cells, table.cells, strict=True) if one.teachers is None]
    for cell in hidden:
        others = sum(one.teachers for one in hidden) - cell.teachers
        if not 0 < cell.teachers < THRESHOLD:
            continue
        total = table.figures["参与"]
        if total is not None:
            # What is left for the cells left out, and what the others among them can take of it.
            rest = total - sum(one.figures["参与"] or 0 for one in table.cells)
            assert max(0, rest - others) < min(cell.teachers, rest)
        amount = table.figures["学时"]
        if amount is not None:
            assert amount - sum(one.figures["学时"] or 0 for one in table.cells) > 0
            assert others > 0


@given(tables())
def test_small_cells_are_left_out_and_the_rest_is_unchanged(cells: list[Cell]) -> None:
    table = publish(cells)
    for cell, one in zip(cells, table.cells, strict=True):
        if cell.teachers < THRESHOLD:
            assert one.teachers is None
        if one.teachers is None:
            assert set(one.figures.values()) <= {None}
        else:
            assert (one.teachers, one.figures) == (cell.teachers, cell.figures)
    # Nothing is left out for nothing, and at most one cell that may be published goes with them.
    left_out = [cell for cell, one in zip(cells, table.cells, strict=True) if one.teachers is None]
    assert len([one for one in left_out if one.teachers >= THRESHOLD]) <= 1
    assert bool(left_out) == any(one.teachers < THRESHOLD for one in cells)


@given(tables())
def test_what_is_left_out_has_the_thresholds_teachers_or_there_is_no_total(
    cells: list[Cell],
) -> None:
    table = publish(cells)
    left_out = [cell for cell, one in zip(cells, table.cells, strict=True) if one.teachers is None]
    if table.teachers is None:
        assert sum(one.teachers for one in cells) < THRESHOLD
        assert set(table.figures.values()) <= {None}
    elif left_out:
        assert sum(one.teachers for one in left_out) >= THRESHOLD
        assert len(left_out) > 1


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_cell(cells: list[Cell], random: object) -> None:
    shuffled = list(cells)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert set(map(tuple, table_to_rows(publish(cells))[1:])) == set(
        map(tuple, table_to_rows(publish(shuffled))[1:])
    )


@pytest.mark.parametrize(
    ("threshold", "most", "units"), [(3, 9, "甲乙丙"), (4, 9, "甲乙丙"), (3, 7, "甲乙丙丁")]
)
def test_who_knows_the_rule_cannot_compute_the_teachers(
    threshold: int, most: int, units: str
) -> None:
    """Every table up to a size: whatever is published, another table publishes just the same."""
    behind: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(most + 1), repeat=len(units)):
        if sum(numbers) > most:
            continue
        cells = [Cell(name, count) for name, count in zip(units, numbers, strict=True)]
        table = suppress_table(cells, threshold=threshold)
        behind[(table.teachers, *(one.teachers for one in table.cells))].append(numbers)
    for published, possible in behind.items():
        for index, shown in enumerate(published[1:]):
            if shown is None:
                assert len({numbers[index] for numbers in possible}) > 1, (published, possible)
