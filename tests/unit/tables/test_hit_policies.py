"""Hit policies, with rows that match, don't, or may."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules.feel.types import NUMBER, StringType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.tables import (
    HIT_POLICIES,
    Output,
    OverlapError,
    aggregate_outputs,
    rank_outputs,
    select_rows,
)

T, F = True, False
U: Any = UNKNOWN


@pytest.mark.parametrize(
    ("policy", "matches", "rows"),
    [
        ("U", [F, T, F], (1,)),
        ("U", [F, T, U], (1,)),
        ("U", [F, U, F], UNKNOWN),
        ("U", [F, F], ()),
        ("F", [F, T, T], (1,)),
        ("F", [T, U], (0,)),
        ("F", [U, T], UNKNOWN),
        ("F", [F, U], UNKNOWN),
        ("A", [T, F, T], (0, 2)),
        ("A", [T, U], UNKNOWN),
        ("C", [T, F, T], (0, 2)),
        ("C+", [F, F], ()),
        ("C#", [T, U], UNKNOWN),
        ("R", [F, T, T], (1, 2)),
        ("P", [T, T], (0, 1)),
        ("O", [U, F], UNKNOWN),
    ],
)
def test_rows_are_selected(policy: str, matches: list[Any], rows: Any) -> None:
    assert select_rows(policy, matches) == rows


def test_rows_of_a_unique_table_must_not_overlap() -> None:
    with pytest.raises(OverlapError) as raised:
        select_rows("U", [T, F, T])
    assert raised.value.rows == (0, 2)


@pytest.mark.parametrize(
    ("policy", "outputs", "value"),
    [
        ("U", ["a"], "a"),
        ("U", [], UNKNOWN),
        ("A", ["a", "a"], "a"),
        ("A", ["a", "b"], UNKNOWN),
        ("F", ["a"], "a"),
        ("P", ["a", "b"], "a"),
        ("O", ["a", "b"], ["a", "b"]),
        ("R", [], []),
        ("C", ["a", "a"], ["a", "a"]),
        ("C+", [Decimal(1), Decimal("0.5")], Decimal("1.5")),
        ("C+", [], UNKNOWN),
        ("C+", [Decimal(1), U], UNKNOWN),
        ("C<", [Decimal(2), Decimal(1)], Decimal(1)),
        ("C>", [Decimal(2), Decimal(1)], Decimal(2)),
        ("C#", [Decimal(2), Decimal(2)], Decimal(2)),
        ("C#", [], Decimal(0)),
    ],
)
def test_outputs_are_aggregated(policy: str, outputs: list[Any], value: Any) -> None:
    assert aggregate_outputs(policy, outputs) == value


def test_every_hit_policy_of_the_standard_is_known() -> None:
    assert set(HIT_POLICIES) == {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"}


GRADE = Output("等级", StringType(("优秀", "合格")))
SIZE = Output("规模", StringType(("大", "小")))


def test_outputs_are_ranked_by_the_order_of_the_allowed_values() -> None:
    assert rank_outputs(["合格", "优秀"], (GRADE,)) == ["优秀", "合格"]
    assert rank_outputs(["合格", U], (GRADE,)) is UNKNOWN


def test_later_columns_rank_where_earlier_ones_tie() -> None:
    rows = [{"等级": "优秀", "规模": "小"}, {"等级": "优秀", "规模": "大"}]
    assert rank_outputs(rows, (GRADE, SIZE)) == rows[::-1]
    assert rank_outputs([{"等级": "优秀", "规模": U}], (GRADE, SIZE)) is UNKNOWN


def test_a_column_without_allowed_values_does_not_rank() -> None:
    rows = [{"等级": "合格", "数": Decimal(1)}, {"等级": "优秀", "数": Decimal(2)}]
    assert rank_outputs(rows, (GRADE, Output("数", NUMBER))) == rows[::-1]
