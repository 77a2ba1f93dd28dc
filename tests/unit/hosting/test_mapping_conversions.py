"""What a column's values become, and which values are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbyx_rules.hosting.conversions import (
    Codes,
    Conversion,
    Dates,
    FenToYuan,
    Number,
    SeparatedList,
    Text,
    UnknownCodeError,
    YesNo,
)


@pytest.mark.parametrize(
    ("conversion", "value", "expected"),
    [
        (Text(), " 甲  ", "甲"),
        (Text(), 7, "7"),
        (Text({"0": ""}), "0", ""),
        (Text({"0": ""}), 0, ""),
        (Codes({"1": "校长"}), 1, "校长"),
        (Codes({"01": "校长"}), "01 ", "校长"),
        (Number(), "49999.99", Decimal("49999.99")),
        (Number(), Decimal("2.50"), Decimal("2.50")),
        (Number(), 3, Decimal(3)),
        (Number(), "1.0e+15", Decimal("1.0e+15")),
        (Number(), "-.5", Decimal("-0.5")),
        (FenToYuan(), 4999999, Decimal("49999.99")),
        (FenToYuan(), "5", Decimal("0.05")),
        (FenToYuan(), "500.00", Decimal("5.00")),
        (FenToYuan(), 10**15 + 1, Decimal("10000000000000.01")),
        (YesNo(), "Y", True),
        (YesNo(), "N", False),
        (YesNo(), 1, True),
        (YesNo(), 0, False),
        (YesNo(), True, True),
        (YesNo(), b"\x00", False),
        (YesNo(), b"\x01", True),
        (YesNo(yes=("是",), no=("否",)), "否", False),
        (Dates(), "2025-09-01", date(2025, 9, 1)),
        (Dates(), "2025-09-01 00:00:00.000000", date(2025, 9, 1)),
        (Dates(), date(2025, 9, 1), date(2025, 9, 1)),
        (Dates(), datetime(2025, 9, 1), date(2025, 9, 1)),  # noqa: DTZ001 - as a driver gives it
        (Dates(), "9999-12-31", date(9999, 12, 31)),
        (Dates("YYYYMMDD"), "99991231", date(9999, 12, 31)),
        (Dates("YYYYMMDD"), 20250901, date(2025, 9, 1)),
        (SeparatedList(), "a, b", ["a", "b"]),
        (SeparatedList(), "", []),
        (SeparatedList(";"), "a;b", ["a", "b"]),
        (SeparatedList(table={"1": "甲", "2": "乙"}), "2,1,2", ["乙", "甲", "乙"]),
    ],
)
def test_a_value_of_the_declared_form_is_converted(
    conversion: Conversion, value: Any, expected: Any
) -> None:
    converted = conversion.convert(value)
    assert converted == expected
    assert type(converted) is type(expected)


@pytest.mark.parametrize(
    ("conversion", "value"),
    [
        (Text(), 1.5),
        (Text(), b"a"),
        (Text(), True),
        (Number(), 0.1),
        (Number(), "五"),
        (Number(), "5%"),
        (Number(), "50,000"),
        (Number(), "1_000"),
        (Number(), "１２"),
        (Number(), "NaN"),
        (Number(), "Infinity"),
        (Number(), ""),
        (FenToYuan(), "1.5"),
        (FenToYuan(), 1.0),
        (Dates(), "2025-9-1"),
        (Dates(), "20250901"),
        (Dates(), "2025-02-30"),
        (Dates(), "2025-09-01 08:00:00"),
        (Dates(), datetime(2025, 9, 1, 8)),  # noqa: DTZ001 - as a driver gives it
        (Dates(), datetime(2025, 9, 1, tzinfo=UTC)),
        (Dates("YYYYMMDD"), "2025-09-01"),
        (Dates("YYYYMMDD"), "20251301"),
        (Dates("YYYYMMDD"), "２０２５０９０１"),
        (SeparatedList(), "a,,b"),
        (SeparatedList(), "a,"),
    ],
)
def test_a_value_of_another_form_is_refused(conversion: Conversion, value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the row's place is added by the reader
        conversion.convert(value)


@pytest.mark.parametrize(
    ("conversion", "value"),
    [
        (Codes({"1": "校长"}), "2"),
        (Codes({"1": "校长"}), "01"),
        (YesNo(), "X"),
        (YesNo(), 2),
        (YesNo(), ""),
        (SeparatedList(table={"1": "甲"}), "1,3"),
    ],
)
def test_a_code_that_is_not_declared_is_told_from_a_malformed_value(
    conversion: Conversion, value: Any
) -> None:
    with pytest.raises(UnknownCodeError):
        conversion.convert(value)


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_fen_and_yuan_are_the_same_amount(fen: int) -> None:
    yuan = FenToYuan().convert(fen)
    assert yuan * 100 == fen
    assert yuan.as_tuple().exponent == -2


@given(st.dates())
def test_a_date_is_read_back_in_either_form(day: date) -> None:
    assert Dates().convert(day.isoformat()) == day
    assert Dates("YYYYMMDD").convert(day.isoformat().replace("-", "")) == day
