"""Compiled decision tables: every hit policy, with rows that match, don't, and can't be told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.evaluating import type_text
from tests.strategies.typed_expressions import SCOPE
from xbyx_rules.compiling import Budget, to_python
from xbyx_rules.feel.inference import Source, infer_unary_tests
from xbyx_rules.feel.parser import parse_unary_tests
from xbyx_rules.feel.syntax import Node, UnaryTests
from xbyx_rules.feel.types import NUMBER, StringType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.tables import DecisionTable, Output, OverlapError, Rule

D = Decimal
GRADES = StringType(("优秀", "合格", "不合格"))


def cell_of(text: str, tested: Node) -> UnaryTests:
    """A cell, typed."""
    tree, problems = parse_unary_tests(text, SCOPE.with_names({"?": tested.type}))
    assert tree is not None
    assert not problems
    typed, found = infer_unary_tests(tree, tested, SCOPE, Source(text))
    assert not found
    return typed


def table(
    hit_policy: str, inputs: list[str], rows: list[tuple[list[str], str]], kind: Any = NUMBER
) -> DecisionTable:
    """A table with one output."""
    tested = [type_text(one) for one in inputs]
    rules = [
        Rule(
            str(number),
            tuple(cell_of(cell, one) for cell, one in zip(cells, tested, strict=True)),
            (type_text(output),),
        )
        for number, (cells, output) in enumerate(rows, start=1)
    ]
    return DecisionTable(hit_policy, tuple(tested), (Output("值", kind),), tuple(rules))


def run(made: DecisionTable, **known: Any) -> Any:
    """Its value; a name that is not given is Unknown."""
    return to_python(made)(lambda name: known.get(name, UNKNOWN), Budget(1000))


APART = [(["> 20"], "1"), (["[10..20]"], "2"), (["< 10"], "3")]
NESTED = [(["> 20"], "1"), (["> 10"], "2"), (["-"], "3")]
SAME = [(["> 20"], "7"), (["> 10"], "7")]

CASES: list[tuple[str, list[tuple[list[str], str]], Any, Any]] = [
    ("U", APART, D(15), D(2)),
    ("U", APART, UNKNOWN, UNKNOWN),
    ("U", APART[:1], D(15), UNKNOWN),
    ("A", SAME, D(25), D(7)),
    ("A", NESTED, D(25), UNKNOWN),
    ("A", SAME, D(5), UNKNOWN),
    ("F", NESTED, D(25), D(1)),
    ("F", NESTED, D(15), D(2)),
    ("F", NESTED, UNKNOWN, UNKNOWN),
    ("F", NESTED[::-1], UNKNOWN, D(3)),
    ("R", NESTED, D(25), [D(1), D(2), D(3)]),
    ("R", NESTED, UNKNOWN, UNKNOWN),
    ("R", SAME, D(5), []),
    ("C", NESTED, D(15), [D(2), D(3)]),
    ("C+", NESTED, D(15), D(5)),
    ("C+", SAME, D(5), UNKNOWN),
    ("C+", NESTED, UNKNOWN, UNKNOWN),
    ("C<", NESTED, D(25), D(1)),
    ("C>", NESTED, D(25), D(3)),
    ("C>", SAME, D(5), UNKNOWN),
    ("C#", NESTED, D(15), D(2)),
    ("C#", SAME, D(5), D(0)),
    ("C#", NESTED, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(
    ("hit_policy", "rows", "given", "expected"), CASES, ids=[one[0] for one in CASES]
)
def test_a_hit_policy_makes_its_value(
    hit_policy: str, rows: list[tuple[list[str], str]], given: Any, expected: Any
) -> None:
    found = run(table(hit_policy, ["n"], rows), n=given)
    assert found is UNKNOWN if expected is UNKNOWN else found == expected


def test_rows_that_overlap_in_a_unique_table_are_an_error() -> None:
    with pytest.raises(OverlapError) as overlap:
        run(table("U", ["n"], NESTED[:2]), n=D(25))
    assert overlap.value.rows == (0, 1)


RANKED = [(["> 1"], '"合格"'), (["> 2"], '"优秀"'), (["> 0"], '"不合格"')]


@pytest.mark.parametrize(
    ("hit_policy", "given", "expected"),
    [
        ("P", D(3), "优秀"),
        ("P", D(2), "合格"),
        ("O", D(3), ["优秀", "合格", "不合格"]),
        ("O", D(1), ["不合格"]),
        ("P", D(0), UNKNOWN),
        ("P", UNKNOWN, UNKNOWN),
    ],
)
def test_priority_is_the_order_of_the_allowed_values(
    hit_policy: str, given: Any, expected: Any
) -> None:
    found = run(table(hit_policy, ["n"], RANKED, GRADES), n=given)
    assert found is UNKNOWN if expected is UNKNOWN else found == expected


CELLS: list[tuple[str, Any, Any]] = [
    ("-", UNKNOWN, True),
    ("1, 2", D(2), True),
    ("1, 2", D(3), False),
    ("not(1, 2)", D(3), True),
    ("not(1, 2)", UNKNOWN, UNKNOWN),
    ("not(1, m)", D(1), False),
    ("not(1, m)", D(3), UNKNOWN),
    ("< m", D(3), UNKNOWN),
    ("1, < m", D(1), True),
    ("[1..3)", D(3), False),
    ("]1..3]", D(3), True),
    ("数列", D(3), UNKNOWN),
    ("? > 1 and ? < 5", D(3), True),
    ("? > 1 and ? < m", D(0), False),
    ("? > 1 and ? < m", D(2), UNKNOWN),
    ("? * 2 = 6", D(3), True),
]


@pytest.mark.parametrize(("cell", "given", "expected"), CELLS, ids=[one[0] for one in CELLS])
def test_a_cell_tests_its_column(cell: str, given: Any, expected: Any) -> None:
    made = table("C#", ["n"], [([cell], "1")])
    counted = {True: D(1), False: D(0)}.get(expected, UNKNOWN)
    found = run(made, n=given)
    assert found is UNKNOWN if counted is UNKNOWN else found == counted


def test_a_false_cell_decides_a_row_whatever_the_others_are() -> None:
    made = table("F", ["n", "m"], [(["> 1", "> 1"], "1"), (["-", "-"], "2")])
    assert run(made, n=D(0)) == 2
    assert run(made, m=D(0)) == 2
    assert run(made, n=D(2)) is UNKNOWN


def test_the_output_of_a_row_that_does_not_match_is_not_computed() -> None:
    made = table("U", ["n"], [(["1"], "1"), (["2"], "n / m")])
    assert run(made, n=D(1)) == 1
    assert run(made, n=D(2)) is UNKNOWN


def test_several_outputs_make_a_context() -> None:
    one = table("U", ["n"], [(["-"], "1")])
    rule = Rule("1", one.rules[0].tests, (type_text("n"), type_text('"甲"')))
    outputs = (Output("值", NUMBER), Output("档", StringType()))
    made = DecisionTable("U", one.inputs, outputs, (rule,))
    assert run(made, n=D(3)) == {"值": D(3), "档": "甲"}
    assert run(made) == {"值": UNKNOWN, "档": "甲"}


def test_a_table_names_what_its_cells_and_outputs_read() -> None:
    made = table("U", ["n"], [(["> m"], "k"), (["< m"], "折算(负责人)")])
    assert to_python(made).names == ("n", "m", "k", "折算", "负责人")
