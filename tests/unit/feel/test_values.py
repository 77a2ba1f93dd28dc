"""Kinds of values, and values as text for people and for FEEL."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from xbyx_rules.feel.formatting import format_value, to_feel_text
from xbyx_rules.feel.temporals import parse_temporal
from xbyx_rules.feel.types import ANY, NUMBER, ListType, RangeType
from xbyx_rules.feel.values import (
    UNKNOWN,
    Complete,
    Incomplete,
    Interval,
    kind_of,
    print_number,
    to_number,
    type_of,
)


class Stage(StrEnum):
    PRIMARY = "小学"


def at(text: str) -> Any:
    return parse_temporal(text)


KINDS = [
    (Decimal(1), "number"),
    ("x", "string"),
    (Stage.PRIMARY, "string"),
    (True, "boolean"),
    (None, "Null"),
    (UNKNOWN, "Unknown"),
    ([], "list"),
    (Complete(), "list"),
    (Incomplete(), "list"),
    ({}, "context"),
    (Interval(Decimal(1), Decimal(2)), "range"),
    (len, "function"),
    (at("2022-06-02"), "date"),
    (at("08:00:00"), "time"),
    (at("2022-06-02T08:00:00"), "date and time"),
    (at("P1Y"), "years and months duration"),
    (at("P1D"), "days and time duration"),
]


@pytest.mark.parametrize(("value", "kind"), KINDS)
def test_every_value_has_a_kind(value: Any, kind: str) -> None:
    assert kind_of(value) == kind
    assert type_of(value).kind == (kind if kind not in ("Unknown", "function") else "Any")


@pytest.mark.parametrize("value", [1, 1.5, b"x", (1,), object()])
def test_what_is_no_value_has_no_kind(value: Any) -> None:
    with pytest.raises(TypeError):
        kind_of(value)


def test_types_at_run_time_are_as_fine_as_signatures_need() -> None:
    assert type_of([Decimal(1)]) == ListType(ANY)
    assert type_of(Interval(None, Decimal(1))) == RangeType(NUMBER)
    assert type_of(Interval(None, None)) == RangeType(ANY)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("49999.99", "49999.99"),
        ("49999.90", "49999.9"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("100", "100"),
        ("-0.0", "0"),
        ("0E+10", "0"),
        ("1234567890123456789012345678901234", "1234567890123456789012345678901234"),
    ],
)
def test_numbers_are_printed_without_exponent(number: str, text: str) -> None:
    assert print_number(Decimal(number)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "", "一", 1.5, True, None])
def test_what_is_no_exact_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        to_number(value)


SHOWN = [
    (Decimal("49999.99"), "49999.99", "49999.99"),
    (True, "是", "true"),
    (False, "否", "false"),
    (UNKNOWN, "未知", "unknown"),
    (None, "无", "none"),
    ("校本研修", "校本研修", "校本研修"),
    (at("2022-06-02"), "2022-06-02", "2022-06-02"),
    (at("2022-06-02T08:30:00Z"), "2022-06-02 08:30:00Z", "2022-06-02 08:30:00Z"),
    (at("P1Y1M"), "1年1个月", "1 year 1 month"),
    (at("-P2DT3H0.5S"), "-2天3小时0.5秒", "-2 days 3 hours 0.5 seconds"),
    (at("P0M"), "0个月", "0 months"),
    (at("PT0S"), "0秒", "0 seconds"),
    ([Decimal(1), "甲", UNKNOWN], "1、甲、未知", "1, 甲, unknown"),
    ([[Decimal(1), Decimal(2)], []], "（1、2）、（空）", "(1, 2), (none)"),
    ({"学时": Decimal(20), "必修": True}, "学时：20、必修：是", "学时: 20, 必修: true"),
    ([], "（空）", "(none)"),
    (Interval(Decimal(1), Decimal("10.50"), is_high_closed=False), "[1..10.5)", "[1..10.5)"),
    (Interval(None, Decimal(10)), "≤10", "≤10"),
    (Interval(Decimal(10), None, is_low_closed=False), ">10", ">10"),
    (len, "函数", "function"),
]


@pytest.mark.parametrize(("value", "chinese", "english"), SHOWN)
def test_values_are_shown_in_the_readers_language(value: Any, chinese: str, english: str) -> None:
    assert format_value(value) == chinese
    assert format_value(value, "en") == english


LITERALS = [
    (None, "null"),
    (True, "true"),
    (Decimal("-1.50"), "-1.5"),
    ('a "b"\n\\', '"a \\"b\\"\\n\\\\"'),
    (at("2022-06-02"), '@"2022-06-02"'),
    (at("PT90M"), '@"PT1H30M"'),
    ([Decimal(1), []], "[1, []]"),
    ({"学 时": Decimal(1)}, '{"学 时": 1}'),
    (Interval(Decimal(1), Decimal(2), is_low_closed=False), "(1..2]"),
    (Interval(None, Decimal(2), is_comparison=True), "(<=2)"),
    (Interval(Decimal(2), Decimal(2), is_comparison=True), "(=2)"),
]


@pytest.mark.parametrize(("value", "literal"), LITERALS)
def test_values_have_literals(value: Any, literal: str) -> None:
    assert to_feel_text(value) == literal


@pytest.mark.parametrize("value", [UNKNOWN, [UNKNOWN], Incomplete(), len, Interval(None, None)])
def test_what_has_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="no FEEL literal"):
        to_feel_text(value)
