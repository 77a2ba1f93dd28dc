"""A table fit to be published: which cells and totals are left out, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from xbyx_rules import Case, Subject, decide, load_policies
from xbyx_rules.errors import CaseError
from xbyx_rules.population import Cell, Withheld, suppress_table, table_to_rows

STATISTICS = "cn/beijing/school-based-training/outcome-statistics"


def test_one_small_cell_takes_another_with_it_so_that_the_total_does_not_give_it_back() -> None:
    cells = [Cell("a", 20, {"参与": 10}), Cell("b", 3, {"参与": 2}), Cell("c", 40, {"参与": 30})]
    table = suppress_table(cells, threshold=5)
    reasons = [one.withheld for one in table.cells]
    assert reasons == [Withheld.COMPLEMENTARY, Withheld.SMALL, None]
    assert (table.teachers, table.figures) == (63, {"参与": 42})
    assert table.cells[2].figures == {"参与": 30}


def test_two_small_cells_large_enough_together_need_no_other() -> None:
    table = suppress_table([Cell("甲", 3), Cell("乙", 4), Cell("丙", 20)], threshold=5)
    assert [one.teachers for one in table.cells] == [None, None, 20]


@pytest.mark.parametrize("numbers", [(1, 2), (4, 4)])
def test_two_small_cells_take_another_where_their_sum_says_too_much(
    numbers: tuple[int, int],
) -> None:
    """Of 1 + 2 teachers the sum is itself too small; 4 + 4 can only be 4 and 4."""
    cells = [Cell("甲", numbers[0]), Cell("乙", numbers[1]), Cell("丙", 20), Cell("丁", 30)]
    table = suppress_table(cells, threshold=5)
    assert len([one for one in table.cells if one.teachers is None]) == 3
    assert table.teachers == sum(numbers) + 50


def test_exactly_the_threshold_is_published() -> None:
    table = suppress_table([Cell("甲", 5), Cell("乙", 6)], threshold=5)
    assert [one.teachers for one in table.cells] == [5, 6]


def test_a_table_smaller_than_a_cell_has_no_total() -> None:
    table = suppress_table([Cell("甲", 2, {"参与": 1}), Cell("乙", 2, {"参与": 1})], threshold=5)
    assert table.teachers is None
    assert table.figures == {"参与": None}


@pytest.mark.parametrize(
    ("first", "second", "total"), [(0, 0, None), (3, 20, None), (0, 1, 5), (3, 19, 26), (2, 20, 26)]
)
def test_a_total_that_says_what_each_teacher_left_out_did_is_left_out(
    first: int, second: int, total: int | None
) -> None:
    """Nobody or everybody of those left out: then the total less the rest says it of each."""
    cells = [
        Cell("a", 20, {"参与": second}),
        Cell("b", 3, {"参与": first}),
        Cell("c", 9, {"参与": 4}),
    ]
    table = suppress_table(cells, threshold=5)
    assert [one.teachers for one in table.cells] == [None, None, 9]
    assert table.figures == {"参与": total}
    assert table.teachers == 32


def test_an_amount_may_exceed_the_teachers() -> None:
    cells = [Cell("甲", 9, {"学时": Decimal("20.5")}), Cell("乙", 9, {"学时": Decimal("0.5")})]
    assert suppress_table(cells, threshold=5, amounts=["学时"]).figures == {"学时": Decimal("21.0")}


def test_an_empty_table_has_no_rows_and_no_total() -> None:
    table = suppress_table([], threshold=5)
    assert (table.cells, table.teachers, table.figures) == ((), None, {})


def test_a_page_does_not_tell_a_small_cell_from_the_one_that_hides_it() -> None:
    rows = table_to_rows(
        suppress_table([Cell("甲", 3), Cell("乙", 30), Cell("丙", 40)], threshold=5)
    )
    assert rows[0] == ["单元", "教师数"]
    assert rows[1] == ["甲", "未公开"]
    assert [row[1] for row in rows[1:]].count("未公开") == 2
    assert rows[-1] == ["合计", "73"]
    english = table_to_rows(suppress_table([Cell("a", 3)], threshold=5), "en")
    assert english == [["unit", "teachers"], ["a", "not published"], ["total", "not published"]]


@pytest.mark.parametrize(
    ("cells", "threshold", "code"),
    [
        ([Cell("甲", 9)], 2, "XR840"),
        ([Cell("甲", 9), Cell("甲", 8)], 5, "XR841"),
        ([Cell("甲", 9, {"参与": 1}), Cell("乙", 9)], 5, "XR842"),
        ([Cell("甲", -1)], 5, "XR843"),
        ([Cell("甲", 9, {"参与": 10})], 5, "XR843"),
        ([Cell("甲", 9, {"参与": Decimal("NaN")})], 5, "XR843"),
        ([Cell("甲", 9, {"参与": Decimal("Infinity")})], 5, "XR843"),
        ([Cell("甲", 9, {"参与": 0.5})], 5, "XR843"),  # type: ignore[dict-item]
    ],
)
def test_what_is_no_table_is_refused(cells: list[Cell], threshold: int, code: str) -> None:
    with pytest.raises(CaseError) as caught:
        suppress_table(cells, threshold=threshold)
    assert [one.code for one in caught.value.diagnostics] == [code]


@pytest.mark.parametrize("teachers", [0, 4, 5, 6])
def test_the_rule_and_the_module_agree_on_what_is_small(teachers: int) -> None:
    """The threshold stands in the policy; what it calls 未公开 the module leaves out."""
    policy = load_policies()[STATISTICS]
    parameter = policy.checked.parameters["小单元教师数下限"]
    found = decide(
        policy,
        Case(Subject("统计单元", "1"), {"教师数": teachers}),
        on=date(2026, 8, 31),
        only=["small-cell"],
    )["small-cell"]
    (value,) = {row.value for row in parameter}
    table = suppress_table(
        [Cell("甲", teachers), Cell("乙", 50), Cell("丙", 50)], threshold=int(value)
    )
    assert (found.value == "未公开") == (table.cells[0].teachers is None)
