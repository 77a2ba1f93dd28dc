"""Null as DMN 1.5 has it (tables 48 to 54), and the warning that an error's null leaves behind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.dmn.models import result_of, value_of
from xbyx_rules.errors import ModelError

LIST = [Decimal(1), None, Decimal(3)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("null = null", True),
        ("null != null", False),
        ("1 = null", False),
        ('1 = "1"', None),
        ("1 < null", None),
        ("null + 1", None),
        ("false and null", False),
        ("true and null", None),
        ("true or null", True),
        ("false or null", None),
        ("false and 123", False),
        ("true and 123", None),
        ("not(null)", None),
        ("if null then 1 else 2", Decimal(2)),
        ("null in (null, 1)", True),
        ("null between 1 and 2", None),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][-1]", Decimal(3)),
        ("100[1]", Decimal(100)),
        ("null[1]", None),
        ("{a: 1}.b", None),
        ("count([null])", Decimal(1)),
        ("sum([])", None),
        ("1 / 0", None),
        ("some x in [null, true] satisfies x", True),
        ("every x in [null, true] satisfies x", None),
        ("nothing(1)", None),
        ("floor(null)", None),
        ('"a" + 1', None),
        ('date("2026-02-30")', None),
    ],
)
def test_an_expression_gives(expression: str, expected: Any) -> None:
    found = value_of(expression)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("expression", "codes"),
    [
        ("null = null", []),
        ("if null then 1 else 2", []),
        ('1 + "a"', ["XR913"]),
        ("1 / 0", ["XR914"]),
        ("unheard", ["XR912"]),
        ("floor(1, 2, 3)", ["XR915"]),
        ('number("x")', ["XR916"]),
        ("{a: 1}.b", ["XR917"]),
        ("(1)(2)", ["XR918"]),
    ],
)
def test_a_null_from_an_error_is_recorded_with_its_place(expression: str, codes: list[str]) -> None:
    found = result_of(expression).warnings
    assert [one.code for one in found] == codes
    assert all(one.place and one.place.file == "0.dmn" and one.place.line == 1 for one in found)


def test_a_missing_input_is_null_and_a_list_may_hold_null() -> None:
    assert value_of("x = null", x=None) is True
    assert value_of("x[item != null]", x=LIST) == [1, 3]
    assert value_of("x[item > 1]", x=LIST) == [3]


@pytest.mark.parametrize(
    "expression",
    [
        "count(for a in 1..9999, b in 1..9999 return 1)",
        "count(for i in 1..99999999999999 return i)",
        "count(for i in 1..99999 return partial)",
        "count(distinct values(for i in 1..5000 return [i]))",
        'count(for i in 1..99999 return string join(for j in 1..9999 return "0123456789"))',
    ],
)
def test_an_evaluation_ends_at_its_bounds(expression: str) -> None:
    with pytest.raises(ModelError) as caught:
        value_of(expression)
    assert [one.code for one in caught.value.diagnostics] == ["XR922"]


def test_a_number_that_depends_on_the_element_is_no_position() -> None:
    assert value_of("x[n + 1]", x=LIST, n=2) == 3
    found = result_of("x[item]", x=LIST)
    assert found.value is None
    assert [one.code for one in found.warnings][-1] == "XR921"
