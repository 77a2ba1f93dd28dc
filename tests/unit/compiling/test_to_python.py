"""Compiled expressions under Unknown, one table of text × facts → value for every kind of node."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.evaluating import evaluate, type_text
from xbyx_rules.compiling import Budget, StepLimitError, to_python
from xbyx_rules.feel.temporals import Date, DaysTime
from xbyx_rules.feel.values import UNKNOWN, Complete, Incomplete, Interval, Record

D = Decimal


def staff(key: Any = UNKNOWN, **fields: Any) -> Record:
    """A member of staff; what is not given is not known."""
    blank = dict.fromkeys(("职务", "学时", "在职", "生日", "标签", "部门"), UNKNOWN)
    return Record("工号", {"工号": key, **blank, **fields})


DEPARTMENT = Record("", {"名称": "甲", "编制": D(3), "成员": UNKNOWN})
THREE = [staff("1", 学时=D(10)), staff("2", 学时=D(20)), staff("3", 学时=D(30))]
GAP = [staff("1", 学时=D(10)), staff("2")]
DAY = Date(2025, 9, 1)

CASES: list[tuple[str, dict[str, Any], Any]] = [
    # literals, names, contexts, ranges
    ("5%", {}, D("0.05")),
    ('"甲"', {}, "甲"),
    ("true", {}, True),
    ('@"2025-09-01"', {}, DAY),
    ("m", {"m": D(3)}, D(3)),
    ("m", {}, UNKNOWN),
    ("[1, m]", {}, [D(1), UNKNOWN]),
    ("{甲: 1, 乙: 甲 + 1}", {}, {"甲": D(1), "乙": D(2)}),
    ("{甲: m}.甲", {}, UNKNOWN),
    ("[1..m)", {"m": D(2)}, Interval(D(1), D(2), True, False)),
    ("[1..m)", {}, UNKNOWN),
    ("[1..2].end", {}, D(2)),
    # paths
    ("负责人.学时", {"负责人": staff("1", 学时=D(2))}, D(2)),
    ("负责人.学时", {"负责人": staff("1")}, UNKNOWN),
    ("负责人.部门.名称", {"负责人": staff("1", 部门=DEPARTMENT)}, "甲"),
    ("负责人.部门.名称", {"负责人": staff("1")}, UNKNOWN),
    ("负责人.部门.名称", {}, UNKNOWN),
    ("人员.学时", {"人员": Complete(GAP)}, [D(10), UNKNOWN]),
    ("人员.学时", {"人员": Incomplete(GAP)}, Incomplete([D(10), UNKNOWN])),
    ("人员.部门.名称", {"人员": Complete(GAP)}, [UNKNOWN, UNKNOWN]),
    ("人员.生日.year", {"人员": Complete([staff(生日=DAY), staff()])}, [D(2025), UNKNOWN]),
    ("d.year", {"d": DAY}, D(2025)),
    ("d.year", {}, UNKNOWN),
    ('@"08:00:00".timezone', {}, UNKNOWN),
    # arithmetic
    ("m + 1", {"m": D(2)}, D(3)),
    ("m + 1", {}, UNKNOWN),
    ("0 * m", {}, UNKNOWN),
    ("n / m", {"n": D(1), "m": D(0)}, UNKNOWN),
    ("10 ** 6144 * 10", {}, UNKNOWN),
    ("-m", {"m": D(2)}, D(-2)),
    ("-m", {}, UNKNOWN),
    ("d - e", {"d": DAY, "e": Date(2025, 8, 31)}, DaysTime.of(days=1)),
    ('"a" + 文', {"文": "b"}, "ab"),
    # comparisons
    ("m > 1", {"m": D(2)}, True),
    ("m > 1", {}, UNKNOWN),
    ("m = m", {}, UNKNOWN),
    ("m != m", {}, UNKNOWN),
    ("文 = 文", {}, UNKNOWN),
    ("数列 = [1, m]", {"数列": [D(1), D(2)]}, UNKNOWN),
    ("数列 = [2, m]", {"数列": [D(1), D(2)]}, False),
    ("人员 = 人员", {"人员": Incomplete()}, UNKNOWN),
    ('钟点 < @"09:00:00Z"', {}, UNKNOWN),
    ('@"08:00:00" < @"09:00:00Z"', {}, UNKNOWN),
    # and, or, not
    ("b and c", {"b": True, "c": True}, True),
    ("b and c", {"b": False}, False),
    ("c and b", {"b": False}, False),
    ("b and c", {"b": True}, UNKNOWN),
    ("b or c", {"b": True}, True),
    ("c or b", {"b": True}, True),
    ("b or c", {"b": False}, UNKNOWN),
    ("b or c or true", {}, True),
    ("not(b)", {"b": True}, False),
    ("not(b)", {}, UNKNOWN),
    # between, in
    ("m between 1 and 3", {"m": D(3)}, True),
    ("m between n and 3", {"m": D(4)}, False),
    ("m between n and 3", {"m": D(2)}, UNKNOWN),
    ("m in [1..3)", {"m": D(3)}, False),
    ("m in [1..3]", {"m": D(3)}, True),
    ("m in [1..n]", {"m": D(0)}, UNKNOWN),
    ("m in (1, > 5)", {"m": D(6)}, True),
    ("m in (n, > 5)", {"m": D(6)}, True),
    ("m in (n, > 5)", {"m": D(2)}, UNKNOWN),
    ("m in (1, 2)", {}, UNKNOWN),
    ("m in 数列", {"m": D(1), "数列": [UNKNOWN, D(1)]}, True),
    ("m in 数列", {"m": D(2), "数列": [UNKNOWN, D(1)]}, UNKNOWN),
    ("m in (? > 1 and ? < n)", {"m": D(3), "n": D(4)}, True),
    ("m in (? > 1 and ? < n)", {"m": D(0)}, False),
    ('(if m in (? > 1) then "a" else "b") in ("a")', {"m": D(3)}, True),
    # if, instance of
    ("if b then 1 else 2", {"b": False}, D(2)),
    ("if b then 1 else 1", {}, UNKNOWN),
    ("m instance of number", {"m": D(1)}, True),
    ("m instance of string", {"m": D(1)}, False),
    ("m instance of number", {}, UNKNOWN),
    ("[1, 2] instance of list<number>", {}, True),
    ("[1, 2] instance of list<string>", {}, False),
    ("[1, m] instance of list<number>", {}, UNKNOWN),
    ("[1..2] instance of range<string>", {}, False),
    ("{甲: 1} instance of context<甲: number>", {}, True),
    ("{甲: 1} instance of context<乙: number>", {}, False),
    ("m instance of Any", {"m": D(1)}, True),
    # filters
    ("人员[学时 > 15].工号", {"人员": Complete(THREE)}, ["2", "3"]),
    ("人员[学时 > 15].工号", {"人员": Incomplete(THREE)}, Incomplete(["2", "3"])),
    ("人员[学时 > 15].工号", {"人员": Complete(GAP)}, UNKNOWN),
    ("数列[item > 1]", {"数列": [D(1), D(2)]}, [D(2)]),
    ("人员.部门[名称 = 文]", {"人员": Complete(GAP), "文": "甲"}, UNKNOWN),
    ("数列[2]", {"数列": [D(1), D(2)]}, D(2)),
    ("数列[-1]", {"数列": [D(1), D(2)]}, D(2)),
    ("数列[3]", {"数列": [D(1), D(2)]}, UNKNOWN),
    ("数列[0]", {"数列": [D(1), D(2)]}, UNKNOWN),
    ("数列[1.5]", {"数列": [D(1), D(2)]}, UNKNOWN),
    ("人员[1].工号", {"人员": Incomplete(THREE)}, UNKNOWN),
    # for
    ("for i in 数列 return i * m", {"数列": [D(1), D(2)], "m": D(3)}, [D(3), D(6)]),
    ("for i in 数列 return i * m", {"数列": [D(1)]}, [UNKNOWN]),
    ("for i in 数列 return i", {}, UNKNOWN),
    ("for 人 in 人员 return 人.工号", {"人员": Incomplete(GAP)}, Incomplete(["1", "2"])),
    ("for i in 1..3 return i", {}, [D(1), D(2), D(3)]),
    ("for i in 3..1 return i", {}, [D(3), D(2), D(1)]),
    ("for i in 1..m return i", {}, UNKNOWN),
    ("for i in [1..4) return i", {}, [D(1), D(2), D(3)]),
    ('for t in d..@"2025-09-02" return t', {"d": DAY}, [DAY, Date(2025, 9, 2)]),
    ("for i in 1..2, j in 1..i return i * 10 + j", {}, [D(11), D(21), D(22)]),
    ("for i in 1..2, 人 in 人员 return i", {"人员": Incomplete()}, Incomplete()),
    ("for i in 1..4 return i + sum([0, 0]) + count(partial)", {}, [D(1), D(3), D(5), D(7)]),
    (
        "for i in 1..4 return if count(partial) < 2 then 1 else partial[-1] + partial[-2]",
        {},
        [D(1), D(1), D(2), D(3)],
    ),
    ("for i in 1..2 return for j in 1..2 return count(partial)", {}, [[D(0), D(1)]] * 2),
    # some, every
    ("some 人 in 人员 satisfies 人.学时 > 25", {"人员": Complete(THREE)}, True),
    ("some 人 in 人员 satisfies 人.学时 > 35", {"人员": Complete(THREE)}, False),
    ("some 人 in 人员 satisfies 人.学时 > 5", {"人员": Complete(GAP)}, True),
    ("some 人 in 人员 satisfies 人.学时 > 15", {"人员": Complete(GAP)}, UNKNOWN),
    ("some 人 in 人员 satisfies 人.学时 > 35", {"人员": Incomplete(THREE)}, UNKNOWN),
    ("some 人 in 人员 satisfies 人.学时 > 25", {"人员": Incomplete(THREE)}, True),
    ("every 人 in 人员 satisfies 人.学时 > 5", {"人员": Complete(THREE)}, True),
    ("every 人 in 人员 satisfies 人.学时 > 15", {"人员": Complete(GAP)}, False),
    ("every 人 in 人员 satisfies 人.学时 > 5", {"人员": Complete(GAP)}, UNKNOWN),
    ("every 人 in 人员 satisfies 人.学时 > 5", {"人员": Incomplete(THREE)}, UNKNOWN),
    ("every 人 in 人员 satisfies 人.学时 > 15", {"人员": Incomplete(THREE)}, False),
    ("every 人 in 人员 satisfies false", {"人员": Complete()}, True),
    ("every 人 in 人员 satisfies false", {}, UNKNOWN),
    ("some 部 in 人员.部门 satisfies 部.编制 > 1", {"人员": Complete(GAP)}, UNKNOWN),
    ("some i in [1..3], j in [1..3] satisfies i * j = 9", {}, True),
    ("every i in [1..3], j in [i..3] satisfies i <= j", {}, True),
    # aggregates and other built-in functions
    ("sum(人员.学时)", {"人员": Complete(THREE)}, D(60)),
    ("sum(人员.学时)", {"人员": Incomplete(THREE)}, UNKNOWN),
    ("sum(人员.学时)", {"人员": Complete(GAP)}, UNKNOWN),
    ("sum(人员.学时)", {"人员": Complete()}, UNKNOWN),
    ("count(人员)", {"人员": Complete(GAP)}, D(2)),
    ("count(人员)", {"人员": Incomplete(GAP)}, UNKNOWN),
    ("count(人员.学时)", {"人员": Complete(GAP)}, D(2)),
    ("max(人员.学时)", {"人员": Complete(THREE)}, D(30)),
    ("min(1, m)", {}, UNKNOWN),
    ("mean(数列)", {"数列": [D(1), D(2)]}, D("1.5")),
    ("list contains(数列, m)", {"数列": [D(1), UNKNOWN], "m": D(1)}, True),
    ("list contains(数列, m)", {"数列": [D(1), UNKNOWN], "m": D(2)}, UNKNOWN),
    ("all([true, b])", {}, UNKNOWN),
    ("all([false, b])", {}, False),
    ("any([true, b])", {}, True),
    ("abs(m)", {"m": D(-1)}, D(1)),
    ("abs(m)", {}, UNKNOWN),
    ("substring(文, 1)", {"文": ""}, UNKNOWN),
    ("string([1, m])", {}, UNKNOWN),
    ("string({甲: m})", {}, UNKNOWN),
    ("string(人员)", {"人员": Incomplete()}, UNKNOWN),
    ("decimal(n: m, scale: 1)", {"m": D("1.25")}, D("1.2")),
    ("sort(数列, function(a, b) a > b)", {"数列": [D(1), D(3), D(2)]}, [D(3), D(2), D(1)]),
    ("sort(数列, function(a, b) a > m)", {"数列": [D(1), D(3)]}, UNKNOWN),
    ("sort(人员, function(a, b) a.学时 > b.学时).工号", {"人员": Complete(THREE)}, ["3", "2", "1"]),
    # functions in line, calculations
    ("(function(a) a + 1)(m)", {"m": D(1)}, D(2)),
    ("(function(a) 1)(m)", {}, UNKNOWN),
    ("{加: function(a: number) a + m}.加(1)", {"m": D(2)}, D(3)),
    ("(function(a) (function(b) a + b)(2))(1)", {}, D(3)),
    ("(for i in 1..3 return function(a: number) a + i)[1](10)", {}, D(11)),
    (
        "(for i in 1..3 return function(a: number) (function(b: number) b + i)(a))[2](10)",
        {},
        D(12),
    ),
    ("折算(负责人) + 1", {"负责人": staff("1"), "折算": lambda one: D(5)}, D(6)),
    ("折算(负责人)", {"折算": lambda one: D(5)}, UNKNOWN),
    # knowledge
    ("已知(m)", {}, False),
    ("已知(m)", {"m": D(1)}, True),
    ("已知(负责人.学时)", {"负责人": staff("1")}, False),
    ("已知(m) and m > 0", {}, False),
]


@pytest.mark.parametrize(
    ("text", "known", "expected"), CASES, ids=[f"{i}-{one[0][:30]}" for i, one in enumerate(CASES)]
)
def test_an_expression_has_its_value(text: str, known: dict[str, Any], expected: Any) -> None:
    found = evaluate(text, **known)
    if expected is UNKNOWN or isinstance(expected, bool):
        assert found is expected
    else:
        assert found == expected
        assert isinstance(found, Incomplete) == isinstance(expected, Incomplete)


def test_the_names_are_those_that_are_free() -> None:
    text = "some 人 in 人员 satisfies 人.学时 > m and list contains(人.标签, 文)"
    function = to_python(type_text(text))
    assert function.names == ("人员", "m", "文")


def test_a_decided_conjunction_does_not_compute_the_rest() -> None:
    assert evaluate("b and (for i in 1..90000 return i)[1] = 1", steps=10, b=False) is False


@pytest.mark.parametrize(
    "text",
    [
        "sum(for i in 1..1000 return i)",
        "every i in [1..1000] satisfies i > 0",
        "some i in [1..40], j in [1..40] satisfies i * j < 0",
        "数列[item > 1000]",
        "count(for i in 1..60 return partial)",
        "(function(a) (for i in 1..a return i)[1])(1000)",
        "sum(for i in 1..30 return (function(a) sum(for j in 1..a return j))(i))",
    ],
)
def test_a_loop_spends_the_budget(text: str) -> None:
    known = {"数列": [Decimal(one) for one in range(1000)]}
    with pytest.raises(StepLimitError):
        evaluate(text, steps=300, **known)
    evaluate(text, steps=5000, **known)


@pytest.mark.parametrize("text", ["for i in 1..1e9 return i", "for i in 1e30..1 return i"])
def test_a_span_has_a_greatest_length(text: str) -> None:
    with pytest.raises(StepLimitError):
        evaluate(text, steps=10**12)


def test_a_budget_is_shared_by_all_that_runs_on_it() -> None:
    function = to_python(type_text("sum(数列[item > 0])"))
    budget = Budget(37)
    numbers = [Decimal(1)] * 10
    function(lambda _: numbers, budget)
    function(lambda _: numbers, budget)
    with pytest.raises(StepLimitError):
        function(lambda _: numbers, budget)


def test_the_deepest_tree_that_parses_can_be_compiled() -> None:
    text = "1"
    for _ in range(45):
        text = f"(if b then {text} else 2)"
    assert evaluate(text, b=True) == 1
