"""The built-in functions, called with values: what they give and where they give nothing."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.feel.calls import NO_SIGNATURE, call, value_of
from xbyx_rules.feel.functions import BUILTINS, GREATEST_LIST
from xbyx_rules.feel.operators import GREATEST_TEXT
from xbyx_rules.feel.temporals import DateTime
from xbyx_rules.feel.values import UNKNOWN, Incomplete, Interval

NAMES = """
    string, number, range, not, is, date, time, date and time, duration,
    years and months duration, day of year, day of week, month of year, week of year, now, today,
    substring, string length, upper case, lower case, substring before, substring after, contains,
    starts with, ends with, string join, matches, replace, split, count, min, max, sum, mean,
    product, median, stddev, mode, all, any, list contains, sublist, append, concatenate, union,
    distinct values, insert before, remove, list replace, reverse, index of, flatten, sort,
    decimal, floor, ceiling, round up, round down, round half up, round half down, abs, modulo,
    sqrt, log, exp, odd, even, before, after, meets, met by, overlaps, overlaps before,
    overlaps after, finishes, finished by, includes, during, starts, started by, coincides,
    get value, get entries, context, context put, context merge
"""


def between(low: Any, high: Any, ends: str = "[]", *, is_comparison: bool = False) -> Interval:
    return Interval(value_of(low), value_of(high), ends[0] == "[", ends[1] == "]", is_comparison)


NUMERIC: list[tuple[Any, ...]] = [
    ("decimal", "#0.125", 2, "#0.12"),
    ("decimal", "#0.135", 2, "#0.14"),
    ("decimal", "#2.5", 0, 2),
    ("decimal", "#1.5", 0, 2),
    ("decimal", "#-2.5", 0, -2),
    ("decimal", "#0.333", "#2.5", "#0.33"),
    ("decimal", 1250, -2, 1200),
    ("decimal", "#5.5", 6176, "#5.5"),
    ("decimal", "#5.5", 6177, None),
    ("decimal", "#5.5", -6112, None),
    ("floor", "#-1.5", -2),
    ("floor", "#-1.56", 1, "#-1.6"),
    ("ceiling", "#-1.5", -1),
    ("ceiling", "#-1.56", 1, "#-1.5"),
    ("round up", "#-5.5", 0, -6),
    ("round up", "#1.121", 2, "#1.13"),
    ("round down", "#-1.126", 2, "#-1.12"),
    ("round half up", "#-5.5", 0, -6),
    ("round half up", "#2.5", 0, 3),
    ("round half down", "#5.5", 0, 5),
    ("round half down", "#-1.126", 2, "#-1.13"),
    ("abs", "#-1.5", "#1.5"),
    ("abs", "@-P1Y", "@P1Y"),
    ("abs", "@-PT1H", "@PT1H"),
    ("modulo", 12, -5, -3),
    ("modulo", -12, 5, 3),
    ("modulo", "#-10.1", "#4.5", "#3.4"),
    ("modulo", "#10.1", "#-4.5", "#-3.4"),
    ("modulo", "#1E+40", 7, 4),
    ("modulo", 10, 0, None),
    ("sqrt", 2, "#1.414213562373095048801688724209698"),
    ("sqrt", -1, None),
    ("log", 0, None),
    ("log", -1, None),
    ("log", 1, 0),
    ("exp", 1, "#2.718281828459045235360287471352662"),
    ("exp", 100000, None),
    ("odd", -3, True),
    ("odd", "#1.5", False),
    ("even", 0, True),
    ("even", "#1.5", False),
    ("even", "1", NO_SIGNATURE),
]

STRINGS: list[tuple[Any, ...]] = [
    ("substring", "校本研修", 3, "研修"),
    ("substring", "foobar", -2, 1, "a"),
    ("substring", "foobar", 3, "#3.8", "oba"),
    ("substring", "foobar", 5, 9, "ar"),
    ("substring", "foobar", 0, None),
    ("substring", "foobar", 7, None),
    ("substring", "foobar", 1, 0, None),
    ("string length", "𠮷野", 2),
    ("upper case", "aBc4", "ABC4"),
    ("lower case", "AbÇ", "abç"),
    ("substring before", "foobar", "bar", "foo"),
    ("substring before", "abc", "", ""),
    ("substring after", "abc", "", "abc"),
    ("substring after", "", "a", ""),
    ("contains", "", "", True),
    ("starts with", "校本研修", "校本", True),
    ("ends with", "校本研修", "校本", False),
    ("string join", ["a", None, "c"], "X", "aXc"),
    ("string join", ["a", "b"], None, "ab"),
    ("string join", [], "X", ""),
    ("string join", ["a", 1], None),
    ("string join", ["a", UNKNOWN], None),
    ("string join", ["a", "c"], "X", "foo", NO_SIGNATURE),
    ("string", "#1.50", "1.5"),
    ("string", "#1E+3", "1000"),
    ("string", "#-0.00", "0"),
    ("string", "@PT0H", "PT0S"),
    ("string", ["a", "#2.50", None, {"b c": True}], '["a", 2.5, null, {b c: true}]'),
    ("string", [UNKNOWN], None),
    ("string", between(1, "#2.5", "(]"), "(1..2.5]"),
    ("string", between(None, 10, "()", is_comparison=True), "(<10)"),
    ("number", "1.000.000,01", ".", ",", "#1000000.01"),
    ("number", "1 000,5", " ", ",", "#1000.5"),
    ("number", "1000000.01", None, ".", "#1000000.01"),
    ("number", "-1.5e3", -1500),
    ("number", "1,5", ",", ",", None),
    ("number", "1,5", ":", ".", None),
    ("number", "1.5", None, ",", None),
    ("number", "NaN", None),
    ("number", "1e99999", None),
    ("number", "１２", None),
    ("number", "1.5", ".", NO_SIGNATURE),
    ("not", True, False),
    ("not", "x", NO_SIGNATURE),
]

LISTS: list[tuple[Any, ...]] = [
    ("count", [1, None], 2),
    ("min", [3, 1, 2], 1),
    ("max", 3, 1, 2, 3),
    ("min", ["@2022-09-01", "@2022-06-02"], "@2022-06-02"),
    ("max", ["a", "Z"], "a"),
    ("min", [], None),
    ("min", [1, "a"], None),
    ("min", [1, UNKNOWN], None),
    ("max", ["@08:00:00", "@08:00:00Z"], None),
    ("sum", ["#0.1", "#0.2"], "#0.3"),
    ("sum", 1, 2, 3, 6),
    ("sum", [], None),
    ("sum", [1, None], None),
    ("sum", [1, UNKNOWN], None),
    ("sum", ["#9E6144", "#9E6144"], None),
    ("mean", 1, 2, 2, "#1.666666666666666666666666666666667"),
    ("product", ["#2.5", 3], "#7.5"),
    ("product", [], None),
    ("median", [8, 2, 5, 3, 4], 4),
    ("median", [6, 1, 2, 3], "#2.5"),
    ("stddev", [2, 4, 7, 5], "#2.081665999466132735282297706979931"),
    ("stddev", [47], None),
    ("mode", [3, 6, 1, "#6.0", 1], [1, 6]),
    ("mode", [], []),
    ("all", [True, None, True], None),
    ("all", [True, None, False], False),
    ("all", [], True),
    ("any", [False, UNKNOWN, True], True),
    ("any", [False, 1], None),
    ("any", [], False),
    ("any", True, False, True),
    ("list contains", [1, "a", None], "a", True),
    ("list contains", [1, None], None, True),
    ("list contains", [1, UNKNOWN], 1, True),
    ("list contains", [2, UNKNOWN], 1, None),
    ("list contains", [2, "a"], 1, False),
    ("sublist", [1, 2, 3], 2, [2, 3]),
    ("sublist", [1, 2, 3], -2, 1, [2]),
    ("sublist", [1, 2, 3], 2, 3, None),
    ("sublist", [1, 2, 3], 0, None),
    ("append", [1], 2, [3], [1, 2, [3]]),
    ("concatenate", [1, 2], [3], [1, 2, 3]),
    ("union", [1, 2], [2, "#1.0", 3], [1, 2, 3]),
    ("distinct values", [1, "1", "#1.0", None, None, [1], [1]], [1, "1", None, [1]]),
    ("distinct values", [1, UNKNOWN], None),
    ("insert before", [1, 3], 2, 2, [1, 2, 3]),
    ("insert before", [1, 3], 3, 2, None),
    ("insert before", [1, 3], -1, 2, [1, 2, 3]),
    ("remove", [1, 2, 3], 2, [1, 3]),
    ("remove", [1, 2, 3], 4, None),
    ("reverse", [1, 2, 3], [3, 2, 1]),
    ("index of", [1, 2, "#2.0", None], 2, [2, 3]),
    ("index of", [1, None], None, [2]),
    ("index of", [1, UNKNOWN], 1, None),
    ("flatten", [[1, [2]], [], 3], [1, 2, 3]),
    ("list replace", [1, 2, 3], "#2.5", 4, [1, 4, 3]),
    ("list replace", [1, 2, 3], 3, None, [1, 2, None]),
    ("list replace", [1, 2, 3], 4, 4, None),
    ("list replace", [1, 2, 3], lambda item, _new: item > 1, 0, [1, 0, 0]),
    ("list replace", [1, 2, 3], lambda _item, _new: UNKNOWN, 0, None),
    ("sort", [3, 1, 2], lambda a, b: a < b, [1, 2, 3]),
    ("sort", [3, 1, 2], lambda a, b: a > b, [3, 2, 1]),
    ("sort", [3, 1], lambda _a, _b: None, None),
    ("sort", [], lambda _a, _b: None, []),
]

TEMPORAL: list[tuple[Any, ...]] = [
    ("date", "2022-06-02", "@2022-06-02"),
    ("date", "2022-06-31", None),
    ("date", "@2017-08-14T14:25:00Z", "@2017-08-14"),
    ("date", -2017, 1, 1, "@-2017-01-01"),
    ("date", 2017, 13, 1, None),
    ("date", 2017, "#1.5", 1, None),
    ("date", "#1E+100", 1, 1, None),
    ("time", "11:22:33-00:00", "@11:22:33Z"),
    ("time", "@2017-08-10T10:20:00@Europe/Paris", "@10:20:00@Europe/Paris"),
    ("time", "@2017-08-10", "@00:00:00Z"),
    ("time", 11, 59, 45, None, "@11:59:45"),
    ("time", 11, 59, "#45.5", "@-PT2H", "@11:59:45.5-02:00"),
    ("time", 11, 59, 45, "@PT19H", None),
    ("time", 11, 59, 45, "@PT0.5S", None),
    ("time", 23, 59, 60, None),
    ("time", -1, 0, 0, None),
    ("date and time", "2012-12-24", "@2012-12-24T00:00:00"),
    ("date and time", "@2017-01-01", "@23:59:01Z", "@2017-01-01T23:59:01Z"),
    ("date and time", "@2017-08-10T10:20:00Z", "@23:59:01", "@2017-08-10T23:59:01"),
    ("date and time", "11:00:00", None),
    ("duration", "P1Y2M", "@P14M"),
    ("duration", "P1D", "@PT24H"),
    ("duration", "P1Y1D", None),
    ("years and months duration", "@2011-12-22", "@2013-08-24", "@P1Y8M"),
    ("years and months duration", "@2013-08-24", "@2011-12-22", "@-P1Y8M"),
    ("years and months duration", "@2014-12-31T23:59:59", "@2019-10-01", "@P4Y9M"),
    ("years and months duration", "@-2016-01-30", "@-2017-02-28", "@-P11M"),
    ("day of year", "@2020-12-31", 366),
    ("day of week", "@2019-09-17T10:10:10", "Tuesday"),
    ("month of year", "@2019-09-17", "September"),
    ("week of year", "@2005-01-01", 53),
    ("is", "@P0Y", "@P0D", False),
    ("is", "@P1Y", "@P12M", True),
    ("is", "@23:00:50Z", "@23:00:50+00:00", True),
    ("is", "@23:00:50@Etc/GMT", "@23:00:50Z", False),
    ("is", "@20:00:50+00:00", "@21:00:50+01:00", False),
    ("is", 1, False),
    ("is", [1, {"a": "#2.0"}], ["#1.0", {"a": 2}], True),
    ("is", ["@10:00:00"], ["@10:00:00Z"], False),
    ("is", [UNKNOWN], [UNKNOWN], None),
    ("is", None, None, True),
]

CONTEXTS: list[tuple[Any, ...]] = [
    ("get value", {"a": 1}, "a", 1),
    ("get value", {"a": 1}, "b", None),
    ("get entries", {"a": 1}, [{"key": "a", "value": 1}]),
    ("context", [{"key": "a", "value": 1, "more": 2}, {"key": "b", "value": None}],
     {"a": 1, "b": None}),
    ("context", [{"key": "a", "value": 1}, {"key": "a", "value": 1}], None),
    ("context", [{"key": "a"}], None),
    ("context", [{"key": 1, "value": 1}], None),
    ("context put", {"a": 1}, "b", None, {"a": 1, "b": None}),
    ("context put", {"x": 1, "y": {"a": 0}}, ["y", "b"], 2, {"x": 1, "y": {"a": 0, "b": 2}}),
    ("context put", {"y": {"a": 0}}, ["y", "a", "b"], 2, None),
    ("context put", {"y": {"a": 0}}, ["z", "b"], 2, None),
    ("context put", {"y": {"a": 0}}, [], 2, None),
    ("context merge", [{"a": 1, "b": 1}, {"b": 2}], {"a": 1, "b": 2}),
    ("context merge", [{"a": 1}, 2], None),
]  # fmt: skip

RANGES: list[tuple[Any, ...]] = [
    ("range", " [ 1 .. 3 ] ", between(1, 3)),
    ("range", "]18..21[", between(18, 21, "()")),
    ("range", '["a".."c"]', between("a", "c")),
    ("range", '(@"1970-01-01"..date("1970-01-02")]',
     between("@1970-01-01", "@1970-01-02", "(]")),
    ("range", '[duration("P1D")..@"P2D"]', between("@P1D", "@P2D")),
    ("range", "[-1.5..2e3]", between("#-1.5", 2000)),
    ("range", "[1..]", None),
    ("range", "[2..1]", None),
    ("range", '[1.."b"]', None),
    ("range", "[null..null]", None),
    ("range", ">=10", None),
    ("before", 1, 10, True),
    ("before", 1, between(1, 5, "(]"), True),
    ("before", 1, between(1, 5), False),
    ("before", between(1, 5, "[)"), 5, True),
    ("before", between(1, 5), between(5, 8), False),
    ("before", between(1, 5), between(None, 8), False),
    ("after", 12, between(1, 10), True),
    ("after", between(11, 20, "(]"), 11, True),
    ("meets", between(1, 5), between(5, 10), True),
    ("meets", between(1, 5, "[)"), between(5, 10), False),
    ("met by", between(5, 10), between(1, 5), True),
    ("overlaps", between(1, 5), between(5, 8), True),
    ("overlaps", between(1, 5), between(5, 8, "(]"), False),
    ("overlaps", between(3, 8), between(1, 5), True),
    ("overlaps", between(None, 3), between(2, None), True),
    ("overlaps before", between(1, 5), between(3, 8), True),
    ("overlaps before", between(1, 5), between(1, 5, "(]"), True),
    ("overlaps before", between(1, 5), between(1, 5), False),
    ("overlaps after", between(3, 8), between(1, 5), True),
    ("finishes", 10, between(1, 10), True),
    ("finishes", between(5, 10, "[)"), between(1, 10), False),
    ("finishes", between(5, 10, "[)"), between(1, 10, "[)"), True),
    ("finished by", between(1, 10), 10, True),
    ("finished by", between(1, 10), between(1, 10, "(]"), True),
    ("includes", between(1, 10), 5, True),
    ("includes", between(1, 10, "(]"), between(1, 5), False),
    ("includes", between(None, None), between(1, 5), True),
    ("during", between(4, 6), between(1, 10), True),
    ("during", 10, between(1, 10, "[)"), False),
    ("starts", 1, between(1, 10), True),
    ("starts", between(1, 5, "(]"), between(1, 10, "(]"), True),
    ("starts", between(1, 5, "(]"), between(1, 10), False),
    ("started by", between(1, 10), 1, True),
    ("coincides", between(1, 5), between(1, 5), True),
    ("coincides", 3, 4, False),
    ("before", 1, "x", None),
    ("meets", 1, 2, NO_SIGNATURE),
]  # fmt: skip


def name_case(case: tuple[Any, ...]) -> str:
    """A call as the name of a test: the same in every process, so nothing of an address."""
    given = ("function" if callable(one) else repr(one) for one in case[1:-1])
    return f"{case[0]}({', '.join(given)})"[:80]


@pytest.mark.parametrize(
    "case", [*NUMERIC, *STRINGS, *LISTS, *TEMPORAL, *CONTEXTS, *RANGES], ids=name_case
)
def test_a_function_gives_its_value(case: tuple[Any, ...]) -> None:
    name, *arguments, expected = case
    result = call(name, *arguments)
    expected = expected if expected == NO_SIGNATURE else value_of(expected)
    assert result == expected
    assert type(result) is type(expected)


def test_the_catalogue_has_every_function_of_the_standard() -> None:
    names = {" ".join(name.split()) for name in NAMES.split(",")}
    assert set(BUILTINS) == names
    assert all(name == builtin.name for name, builtin in BUILTINS.items())


def test_every_function_has_a_case_here() -> None:
    cases = {case[0] for case in (*NUMERIC, *STRINGS, *LISTS, *TEMPORAL, *CONTEXTS, *RANGES)}
    assert set(BUILTINS) - cases == {"matches", "replace", "split", "now", "today"}


def test_only_the_clock_is_impure() -> None:
    assert {name for name, builtin in BUILTINS.items() if not builtin.is_pure} == {"now", "today"}
    assert isinstance(call("now"), DateTime)
    assert not call("now").is_local


def test_results_are_bounded() -> None:
    full = [Decimal(0)] * GREATEST_LIST
    assert call("append", full, 1) is None
    assert call("concatenate", full, [1]) is None
    assert call("insert before", full, 1, 1) is None
    assert call("flatten", [full, 1]) is None
    assert call("upper case", "ß" * GREATEST_TEXT) is None
    assert call("string join", ["ab"] * 10, "x" * (GREATEST_TEXT // 9)) is None
    nested: list[Any] = []
    for _ in range(5000):
        nested = [nested]
    for name in ("flatten", "string"):
        assert BUILTINS[name].signatures[0].apply(nested) is None


def test_a_function_does_not_change_what_it_was_given() -> None:
    items, context = value_of([3, 1]), {"a": {"b": Decimal(1)}}
    for name, *more in (
        ("append", 1),
        ("reverse",),
        ("remove", 1),
        ("insert before", 1, 1),
        ("list replace", 1, 9),
        ("sort", lambda a, b: a < b),
    ):
        call(name, items, *more)
    call("context put", context, ["a", "b"], 2)
    assert items == [3, 1]
    assert context == {"a": {"b": 1}}


# Lists that are not complete


def test_aggregates_say_that_they_need_a_complete_list() -> None:
    needing = {name for name, builtin in BUILTINS.items() if builtin.needs_complete}
    assert needing >= {
        "count",
        "min",
        "max",
        "sum",
        "mean",
        "product",
        "median",
        "stddev",
        "mode",
        "all",
        "any",
    }
    assert {name for name, builtin in BUILTINS.items() if builtin.decides_early} == {
        "list contains",
        "all",
        "any",
    }
    keeping = {name for name, builtin in BUILTINS.items() if builtin.keeps_incomplete}
    assert not keeping & needing


@pytest.mark.parametrize(
    ("name", "items", "more", "expected"),
    [
        ("list contains", [1, 2], [2], True),
        ("list contains", [1, 2], [3], None),
        ("any", [False, True], [], True),
        ("any", [False], [], None),
        ("all", [True, False], [], False),
        ("all", [True], [], None),
    ],
)
def test_an_incomplete_list_may_decide_early(
    name: str, items: list[Any], more: list[Any], expected: bool | None
) -> None:
    assert call(name, Incomplete(items), *more) is expected


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("append", [1]),
        ("concatenate", [[1]]),
        ("union", [[1]]),
        ("distinct values", []),
        ("reverse", []),
        ("flatten", []),
        ("sort", [lambda a, b: a < b]),
    ],
)
def test_what_is_made_of_an_incomplete_list_is_incomplete(name: str, more: list[Any]) -> None:
    assert BUILTINS[name].keeps_incomplete
    assert isinstance(call(name, Incomplete([2, 1]), *more), Incomplete)
    assert type(call(name, [2, 1], *more)) is list


def test_an_incomplete_list_inside_makes_the_flat_one_incomplete() -> None:
    assert isinstance(call("flatten", [1, Incomplete([2])]), Incomplete)
