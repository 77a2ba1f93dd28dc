"""The operator tables, row by row: exact numbers, durations, dates, three-valued answers."""

from decimal import Decimal, localcontext
from itertools import product
from typing import Any

import pytest

from xbyx_rules.feel.operators import (
    ARITHMETIC,
    COMPLEMENT,
    CONJUNCTION,
    DISJUNCTION,
    EQUALITY,
    GREATEST_TEXT,
    NEGATION,
    ORDERING,
    PROPERTIES,
    all_true,
    any_true,
    compare_values,
    equal_values,
    is_in_range,
)
from xbyx_rules.feel.temporals import DaysTime, parse_temporal
from xbyx_rules.feel.types import ANY, DAYS_TIME, NUMBER, NumberType, RangeType
from xbyx_rules.feel.values import UNKNOWN, Incomplete, Interval, kind_of, print_number


def value_of(text: Any) -> Any:
    """``@text`` as a temporal value, text that is a numeral as a number."""
    if not isinstance(text, str):
        return text
    return parse_temporal(text[1:]) if text.startswith("@") else Decimal(text)


def calculate(left: Any, operator: str, right: Any) -> str | None:
    left, right = value_of(left), value_of(right)
    result = ARITHMETIC[operator, kind_of(left), kind_of(right)].apply(left, right)
    if isinstance(result, Decimal):
        return print_number(result)
    return None if result is None else str(result)


EXACT = [
    ("0.1", "+", "0.2", "0.3"),
    ("1", "/", "3", "0." + "3" * 34),
    ("2", "/", "3", "0." + "6" * 33 + "7"),
    ("0.05", "*", "999999.80", "49999.99"),
    ("9" * 34, "+", "1", "1" + "0" * 34),
    ("1" + "0" * 33, "+", "0.5", "1" + "0" * 33),
    ("1" + "0" * 32 + "1", "+", "0.5", "1" + "0" * 31 + "02"),
    ("5", "**", "2", "25"),
    ("5", "**", "-2", "0.04"),
    ("2", "**", "0.5", "1.414213562373095048801688724209698"),
    ("10", "-", "-5", "15"),
    ("-0", "*", "3", "0"),
    ("@P1Y", "+", "@P2M", "P1Y2M"),
    ("@P1Y", "-", "@P1Y2M", "-P2M"),
    ("-2.5", "*", "@P1Y11M", "-P4Y9M"),
    ("@P1Y11M", "*", "-2.5", "-P4Y9M"),
    ("@P10Y11M", "/", "2.5", "P4Y4M"),
    ("@P10Y11M", "/", "-2.5", "-P4Y4M"),
    ("@P1Y", "/", "@P5M", "2.4"),
    ("@P4DT1H", "*", "1.5", "P6DT1H30M"),
    ("@P10DT23H", "/", "2.5", "P4DT9H12M"),
    ("@PT1S", "/", "3", "PT0.333333333S"),
    ("@-PT1S", "/", "3", "-PT0.333333333S"),
    ("@P10D", "/", "@P5D", "2"),
    ("@P1D", "-", "@PT2H", "PT22H"),
    ("@2021-01-01", "+", "@PT36H", "2021-01-02"),
    ("@PT48H", "+", "@2021-01-01", "2021-01-03"),
    ("@2021-01-02", "-", "@PT1H", "2021-01-01"),
    ("@2021-01-02", "-", "@-PT1S", "2021-01-02"),
    ("@2021-01-02", "-", "@1995-01-01", "P9498D"),
    ("@2021-01-31", "+", "@P1M", "2021-02-28"),
    ("@P1M", "+", "@2021-01-31", "2021-02-28"),
    ("@2021-01-02", "-", "@P1M", "2020-12-02"),
    ("@2021-01-01T24:00:00", "-", "@PT1S", "2021-01-01T23:59:59"),
    ("@-2021-01-01T10:10:10+11:00", "-", "@P1D", "-2022-12-31T10:10:10+11:00"),
    ("@2021-01-02T10:10:10@Europe/Paris", "-", "@1995-01-01T10:10:10@Asia/Dhaka", "P9498DT5H"),
    ("@2021-01-02T00:00:00Z", "-", "@2021-01-02", "PT0S"),
    ("@2021-01-02", "-", "@2021-01-01T10:10:10+11:00", "P1DT49M50S"),
    ("@10:15:00", "+", "@-PT11H", "23:15:00"),
    ("@P1D", "+", "@10:15:00@Australia/Melbourne", "10:15:00@Australia/Melbourne"),
    ("@10:10:10", "-", "@11:10:10", "-PT1H"),
    ("@10:10:10+11:00", "-", "@10:10:10Z", "-PT11H"),
]

NO_VALUE = [
    ("100", "/", "0"),
    ("0", "/", "0"),
    ("9E6144", "+", "9E6144"),
    ("9E6144", "*", "10"),
    ("10", "**", "6145"),
    ("-8", "**", "0.5"),
    ("0", "**", "-1"),
    ("2", "**", "1E+10"),
    ("@P1Y", "/", "0"),
    ("@P1D", "/", "0"),
    ("@P1Y", "/", "@P0M"),
    ("@P1Y", "*", "1E+30"),
    ("@P1D", "*", "1E+6000"),
    ("@999999999-12-31", "+", "@P1D"),
    ("@-999999999-01-01", "-", "@P1M"),
    ("@999999999-12-31T23:00:00", "+", "@PT2H"),
    ("@2021-01-02T10:10:10@Europe/Paris", "-", "@2021-01-01T10:10:10"),
    ("@2021-01-01T00:00:00", "-", "@2021-01-02"),
    ("@2021-01-02", "-", "@2021-01-01T00:00:00"),
    ("@10:10:10", "-", "@10:10:10Z"),
]


@pytest.mark.parametrize(("left", "operator", "right", "result"), EXACT)
def test_arithmetic_is_exact(left: str, operator: str, right: str, result: str) -> None:
    assert calculate(left, operator, right) == result


@pytest.mark.parametrize(("left", "operator", "right"), NO_VALUE)
def test_what_cannot_be_calculated_has_no_value(left: str, operator: str, right: str) -> None:
    assert calculate(left, operator, right) is None


def test_arithmetic_does_not_read_the_ambient_context() -> None:
    with localcontext() as context:
        context.prec = 3
        context.traps = dict.fromkeys(context.traps, True)
        assert calculate("1", "/", "3") == "0." + "3" * 34
        assert calculate("1000001", "+", "0.1") == "1000001.1"


def test_strings_join_up_to_a_length() -> None:
    join = ARITHMETIC["+", "string", "string"].apply
    assert join("校本", "研修") == "校本研修"
    assert join("a" * GREATEST_TEXT, "b") is None


@pytest.mark.parametrize(
    "row",
    [
        ("+", "string", "number"),
        ("*", "years and months duration", "days and time duration"),
        ("+", "years and months duration", "days and time duration"),
        ("+", "date", "date"),
        ("-", "string", "string"),
        ("/", "number", "days and time duration"),
        ("+", "boolean", "boolean"),
        ("+", "number", "Null"),
        ("-", "days and time duration", "date"),
    ],
)
def test_kinds_that_do_not_go_together_are_not_in_the_table(row: tuple[str, str, str]) -> None:
    assert row not in ARITHMETIC


def test_every_row_gives_the_kind_that_it_promises() -> None:
    samples = {
        kind_of(value): value
        for value in map(
            value_of,
            ("2", "@2021-01-02", "@10:00:00", "@2021-01-02T10:00:00Z", "@P1Y", "@P1D"),
        )
    } | {"string": "x"}
    types = {kind: NUMBER if kind == "number" else ANY for kind in samples}
    for (_operator, left, right), operation in ARITHMETIC.items():
        result = operation.apply(samples[left], samples[right])
        assert kind_of(result) == operation.result(types[left], types[right]).kind


def test_negation_is_by_kind() -> None:
    for text, negated in (("1.50", "-1.50"), ("@P1Y", "@-P1Y"), ("@-PT1H", "@PT1H")):
        value = value_of(text)
        assert NEGATION[kind_of(value)].apply(value) == value_of(negated)
    assert print_number(NEGATION["number"].apply(Decimal(0))) == "0"
    assert set(NEGATION) == {"number", "years and months duration", "days and time duration"}


# The types of results: bounds and scale


def number(low: str, high: str, scale: int | None = 0) -> NumberType:
    return NumberType(Decimal(low), Decimal(high), scale)


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (number("0", "10", 2), "+", number("-1", "5", 1), number("-1", "15", 2)),
        (number("0", "10", 2), "-", number("-1", "5", 1), number("-5", "11", 2)),
        (number("-2", "3", 2), "*", number("-5", "7", 1), number("-15", "21", 3)),
        (number("0", "100"), "/", number("20", "20"), number("0", "5", 2)),
        (number("0", "1"), "/", number("-0.5", "-0.5", 1), number("-2", "0", 0)),
        (
            number("1", "2"),
            "/",
            number("3", "3"),
            NumberType(Decimal("0." + "3" * 34), Decimal("0." + "6" * 33 + "7")),
        ),
        (number("1", "2"), "/", number("-1", "1"), NUMBER),
        (number("-3", "2", 1), "**", number("2", "2"), number("-6", "9", 2)),
        (number("-3", "2", 1), "**", number("2", "3"), NUMBER),
        (number("1", "2"), "+", NUMBER, NUMBER),
        (number("1", "1E6000"), "*", number("1", "1E6000"), NumberType(scale=0)),
    ],
)
def test_bounds_and_scales_follow_through_arithmetic(
    left: NumberType, operator: str, right: NumberType, result: NumberType
) -> None:
    assert ARITHMETIC[operator, "number", "number"].result(left, right) == result


def test_negation_turns_the_bounds_around() -> None:
    assert NEGATION["number"].result(number("1", "2", 1)) == number("-2", "-1", 1)


# Equality and order


EQUAL = [
    ("0", "0.00", True),
    ("1.23E+4", "12300", True),
    ("-1", "1", False),
    ("1", "@P1D", None),
    ("@P1D", "@PT24H", True),
    ("@P1Y", "@P365D", None),
    ("@P0Y", "@P0D", None),
    ("@10:30:00.0001", "@10:30:00.0002", True),
    ("@10:30:00", "@10:30:00Z", None),
    ("@10:30:00+01:00", "@09:30:00Z", True),
    ("@10:30:00@Europe/Paris", "@10:30:00@Europe/Paris", True),
    ("@10:30:00@Europe/Paris", "@10:30:00@Asia/Dhaka", False),
    ("@2002-04-02T12:00:00-01:00", "@2002-04-02T17:00:00+04:00", True),
    ("@2018-10-08T00:00:00+02:00", "@2018-10-08T00:00:00@Europe/Paris", True),
    ("@2018-12-08T00:00:00@Europe/Paris", "@2018-12-08T00:00:00@Asia/Dhaka", False),
    ("@2018-12-08T00:00:00", "@2018-12-08T00:00:00Z", None),
    ([], [], True),
    ([], None, False),
    (None, None, True),
    ([Decimal(1), None], [Decimal(1), None], True),
    ([Decimal(1), None], [Decimal(1), Decimal(2)], False),
    ([Decimal(1), [Decimal(2)]], [Decimal("1.0"), [Decimal("2.0")]], True),
    ([Decimal(1)], [Decimal(1), Decimal(1)], False),
    ([Decimal(1)], ["1"], None),
    ([Decimal(1), UNKNOWN], [Decimal(1), Decimal(2)], None),
    ([Decimal(1), UNKNOWN], [Decimal(2), Decimal(2)], False),
    (Incomplete([Decimal(1)]), [Decimal(1)], None),
    ({"甲": Decimal(1), "乙": "x"}, {"乙": "x", "甲": Decimal("1.0")}, True),
    ({"甲": Decimal(1)}, {"乙": Decimal(1)}, False),
    ({"甲": UNKNOWN}, {"甲": Decimal(1)}, None),
    ({}, [], None),
    (UNKNOWN, UNKNOWN, None),
    (Interval(Decimal(1), Decimal(2)), Interval(Decimal("1.0"), Decimal(2)), True),
    (Interval(Decimal(1), Decimal(2)), Interval(Decimal(1), Decimal(2), False), False),
    (Interval(None, Decimal(2), False), Interval(None, Decimal(2), False), True),
    (Interval(Decimal(1), Decimal(1)), Interval(Decimal(1), Decimal(1), is_comparison=True), False),
]


@pytest.mark.parametrize(("left", "right", "answer"), EQUAL)
def test_equality_is_deep_and_three_valued(left: Any, right: Any, answer: bool | None) -> None:
    left, right = value_of(left), value_of(right)
    assert equal_values(left, right) is answer
    assert equal_values(right, left) is answer
    row = EQUALITY.get(("!=", kind_of(left), kind_of(right)))
    if row is not None:
        assert row(left, right) is COMPLEMENT[answer]


def test_texts_are_equal_by_character_only() -> None:
    for left, right in (("a", "A"), ("a", "a "), ("𠮷", "𡃁"), ("1", "１")):
        assert EQUALITY["=", "string", "string"](left, right) is False


@pytest.mark.parametrize(
    ("smaller", "greater"),
    [
        ("1.999", "2"),
        ("@2022-06-02", "@2022-09-01"),
        ("@08:00:00", "@08:00:01"),
        ("@10:00:00+02:00", "@09:00:00Z"),
        ("@2022-06-02T23:00:00-01:00", "@2022-06-03T00:00:01Z"),
        ("@P11M", "@P1Y"),
        ("@PT23H59M59.999999999S", "@P1D"),
    ],
)
def test_order_is_total_within_a_kind(smaller: str, greater: str) -> None:
    low, high = value_of(smaller), value_of(greater)
    for operator, answers in {
        "<": (True, False, False),
        "<=": (True, False, True),
        ">": (False, True, False),
        ">=": (False, True, True),
    }.items():
        pairs = ((low, high), (high, low), (low, low))
        assert tuple(compare_values(operator, a, b) for a, b in pairs) == answers


def test_local_and_zoned_times_have_no_order() -> None:
    for left, right in (
        ("@08:00:00", "@08:00:00Z"),
        ("@2022-06-02T08:00:00", "@2022-06-02T08:00:00@Asia/Shanghai"),
    ):
        assert compare_values("<", value_of(left), value_of(right)) is None


def test_only_kinds_with_an_order_are_in_the_table() -> None:
    assert {kind for _, kind, _ in ORDERING} == {
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "years and months duration",
        "days and time duration",
    }
    assert compare_values("<", True, False) is None


@pytest.mark.parametrize(
    ("value", "interval", "answer"),
    [
        ("1", Interval(Decimal(1), Decimal(10)), True),
        ("1", Interval(Decimal(1), Decimal(10), False), False),
        ("10", Interval(Decimal(1), Decimal(10), True, False), False),
        ("-99", Interval(None, Decimal(10)), True),
        ("11", Interval(None, Decimal(10)), False),
        ("11", Interval(Decimal(10), None), True),
        ("@P1D", Interval(Decimal(1), Decimal(10)), None),
        ("5", Interval(Decimal(1), "x"), None),
        ("0", Interval(Decimal(1), "x"), False),
    ],
)
def test_membership_of_a_range(value: str, interval: Interval, answer: bool | None) -> None:
    assert is_in_range(value_of(value), interval) is answer


# Three-valued logic


TRUTHS = (True, False, None)


def test_the_logic_tables_are_those_of_kleene() -> None:
    order = {False: 0, None: 1, True: 2}
    for pair in product(TRUTHS, TRUTHS):
        assert CONJUNCTION[pair] is min(pair, key=order.__getitem__)
        assert DISJUNCTION[pair] is max(pair, key=order.__getitem__)
        assert all_true(pair) is CONJUNCTION[pair]
        assert any_true(pair) is DISJUNCTION[pair]
        negated = (COMPLEMENT[pair[0]], COMPLEMENT[pair[1]])
        assert COMPLEMENT[CONJUNCTION[pair]] is DISJUNCTION[negated]
    assert [COMPLEMENT[truth] for truth in TRUTHS] == [False, True, None]
    assert (all_true([]), any_true([])) == (True, False)


# Properties


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ("@2018-12-10", "year", "2018"),
        ("@2018-12-10", "weekday", "1"),
        ("@2018-12-10T10:30:01.5", "second", "1"),
        ("@2018-12-10T10:30:01", "month", "12"),
        ("@10:30:01", "hour", "10"),
        ("@10:30:00+05:00", "time offset", "@PT5H"),
        ("@2018-07-10T10:30:00@Europe/Paris", "time offset", "@PT2H"),
        ("@10:30:00", "time offset", None),
        ("@10:30:00", "timezone", None),
        ("@P1Y2M", "years", "1"),
        ("@-P14M", "months", "-2"),
        ("@P1DT26H", "days", "2"),
        ("@P1DT26H", "hours", "2"),
        ("@PT61M1S", "minutes", "1"),
        ("@PT61S", "seconds", "1"),
    ],
)
def test_properties_of_temporal_values(value: str, name: str, expected: str | None) -> None:
    subject = value_of(value)
    assert PROPERTIES[kind_of(subject), name].apply(subject) == value_of(expected)


def test_properties_of_ranges_know_the_element_type() -> None:
    interval = Interval(DaysTime(1), DaysTime(2), is_high_closed=False)
    values = {
        name: PROPERTIES["range", name].apply(interval)
        for name in ("start", "end", "start included", "end included")
    }
    assert list(values.values()) == [DaysTime(1), DaysTime(2), True, False]
    assert PROPERTIES["range", "start"].result(RangeType(DAYS_TIME)) == DAYS_TIME


def test_months_have_no_days_and_days_no_months() -> None:
    assert ("years and months duration", "days") not in PROPERTIES
    assert ("days and time duration", "months") not in PROPERTIES
