"""Values as plain data: each reads back exactly, and nothing else is read."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any

import pytest

from xbyx_rules.feel.plain import from_plain, to_plain
from xbyx_rules.feel.temporals import Date, DateTime, DaysTime, Time, YearsMonths
from xbyx_rules.feel.values import UNKNOWN, Complete, Incomplete, Interval, Record


class Post(StrEnum):
    HEAD = "校长"


VALUES = (
    None,
    True,
    "",
    "甲\n乙",
    Decimal("1.50"),
    Decimal("-0.01"),
    Decimal("1E+3"),
    Decimal(9_999_999_999_999_999_999_999_999_999_999_999),
    Date(2026, 3, 2),
    Date(-44, 3, 15),
    Time(8, 30, 0),
    Time(8, 30, 0, zone="Asia/Shanghai"),
    DateTime(Date(2026, 3, 2), Time(8, 30, 0)),
    YearsMonths(14),
    DaysTime(-5),
    UNKNOWN,
    [],
    [Decimal(1), "1", True],
    Complete([{"甲": Decimal(1)}]),
    Incomplete([Complete([])]),
    {"甲": {"乙": UNKNOWN}},
    Interval(Decimal(1), None, is_low_closed=False, is_comparison=True),
)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_reads_back_as_it_was(value: Any) -> None:
    plain = json.loads(json.dumps(to_plain(value)))
    read = from_plain(plain)
    assert read == value or read is value
    assert type(read) is type(value)
    assert to_plain(read) == plain


def test_zeros_at_the_end_of_a_number_are_kept() -> None:
    assert str(from_plain(to_plain(Decimal("1.500")))) == "1.500"


def test_a_host_that_writes_exponents_otherwise_changes_nothing() -> None:
    with localcontext() as context:
        context.capitals = 0
        assert to_plain(Decimal("1E+3")) == {"number": "1E+3"}


def test_how_much_is_known_of_a_list_is_kept() -> None:
    kept = [type(from_plain(to_plain(make([])))) for make in (list, Complete, Incomplete)]
    assert kept == [list, Complete, Incomplete]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (5, Decimal(5)),
        (Post.HEAD, "校长"),
        ((True, False), [True, False]),
        (datetime.date(2026, 3, 2), Date(2026, 3, 2)),
        (datetime.time(8, 30), Time(8, 30, 0)),
        (datetime.timedelta(days=2), DaysTime(2 * 86_400 * 10**9)),
    ],
)
def test_what_a_host_gives_is_written_as_the_value_it_means(given: Any, meant: Any) -> None:
    assert from_plain(to_plain(given)) == meant


def test_fields_of_a_record_that_are_unknown_are_left_out() -> None:
    record = Record("工号", {"工号": "t-1", "职务": UNKNOWN})
    assert to_plain(record) == {"record": {"工号": "t-1"}}
    assert to_plain(dict(record)) == {"record": {"工号": "t-1", "职务": {"unknown": True}}}


@pytest.mark.parametrize(
    "value",
    [0.5, len, object(), {1, 2}, b"x"],
    ids=["float", "function", "object", "set", "bytes"],
)
def test_what_is_no_value_is_not_written(value: Any) -> None:
    with pytest.raises(TypeError):
        to_plain(value)


@pytest.mark.parametrize(
    "data",
    [
        5,
        0.5,
        [],
        {},
        {"number": 5},
        {"number": "NaN"},
        {"number": "1E+999999999"},
        {"number": "9" * 10_000},
        {"number": "1", "unit": "元"},
        {"unknown": False},
        {"date": "2026-02-30"},
        {"date": "20260302"},
        {"date": "2026-03-02T00:00:00"},
        {"time": "2026-03-02"},
        {"list": {}},
        {"list": [], "complete": "yes"},
        {"list": [], "more": True},
        {"record": []},
        {"range": {"low": None}},
        {"range": dict.fromkeys(("low", "high", "is_low_closed", "is_high_closed"), True)},
        {"anything": "1"},
    ],
    ids=repr,
)
def test_other_data_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its message says what, for people
        from_plain(data)


def test_data_without_end_is_refused() -> None:
    data: Any = "甲"
    for _ in range(500):
        data = {"list": [data]}
    with pytest.raises(ValueError, match="100 levels"):
        from_plain(data)
