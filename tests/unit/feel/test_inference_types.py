"""The types that inference finds: kinds, bounds, scale, values, and what can be Unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.evaluating import type_text
from xbyx_rules.feel.types import ANY, ContextType, ListType, NumberType, StringType

KINDS = [
    ("m / 20", "number"),
    ("时长 / 2", "days and time duration"),
    ("时长 / 时长", "number"),
    ("年月 / 2", "years and months duration"),
    ("年月 / 年月", "number"),
    ("d - e", "days and time duration"),
    ("d - 年月", "date"),
    ("d + 时长", "date"),
    ("时刻 - 时刻", "days and time duration"),
    ("钟点 - 时长", "time"),
    ("文 + 文", "string"),
    ("d.weekday", "number"),
    ("时刻.timezone", "string"),
    ("[1..m]", "range"),
    ("[1..m].start", "number"),
    ("人员.部门", "list"),
    ("负责人.部门", "context"),
    ("人员[1]", "context"),
    ("人员[在职]", "list"),
    ('duration("P1Y")', "years and months duration"),
    ('duration("P1D")', "days and time duration"),
    ("some 人 in 人员 satisfies b", "boolean"),
    ("count(人员)", "number"),
    ("折算(负责人)", "number"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_kind_of_an_expression(text: str, kind: str) -> None:
    assert type_text(text).type.kind == kind


def number(low: str | None, high: str | None, scale: int | None) -> NumberType:
    low_end, high_end = (None if one is None else Decimal(one) for one in (low, high))
    return NumberType(low_end, high_end, scale)


# m is in [0..40] with one place, k in [-5..-1] and whole, n may be anything.
BOUNDS = [
    ("m", number("0", "40", 1)),
    ("m / 20", number("0", "2", 3)),
    ("m / 3", number("0", "13.33333333333333333333333333333333", None)),
    ("m / n", number(None, None, None)),
    ("m / k", number("-40", "0", None)),
    ("m + k", number("-5", "39", 1)),
    ("m - k", number("1", "45", 1)),
    ("m * k", number("-200", "0", 1)),
    ("-m", number("-40", "0", 1)),
    ("n + m", number(None, None, None)),
    ("if b then m else 50", number("0", "50", 1)),
    ("[1, 2.5][1]", number("1", "2.5", 1)),
    ("sum(人员.学时)", number("0", None, 1)),
    ("5%", number("0.05", "0.05", 2)),
]


@pytest.mark.parametrize(("text", "expected"), BOUNDS)
def test_the_bounds_and_the_scale_of_a_number(text: str, expected: NumberType) -> None:
    assert type_text(text).type == expected


def test_the_values_of_texts_are_joined() -> None:
    assert type_text('if b then "甲" else "乙"').type == StringType(("甲", "乙"))
    assert type_text('["甲", "乙", "甲"][1]').type == StringType(("甲", "乙"))
    assert type_text("if b then 文 else 职").type == StringType()


def test_an_empty_list_goes_with_any_other() -> None:
    assert type_text("[]").type == ListType(ANY, 0)
    kind = type_text("if b then [] else [1, 2]").type
    assert isinstance(kind, ListType)
    assert kind.element == number("1", "2", 0)
    assert kind.greatest_length == 2


def test_contexts_join_field_by_field() -> None:
    kind = type_text("[{甲: 1}, {甲: 2, 乙: b}][1]").type
    assert isinstance(kind, ContextType)
    assert kind.names == ("甲", "乙")
    assert kind.field("甲") == number("1", "2", 0)


def test_the_results_so_far_have_the_type_of_a_result() -> None:
    node = type_text("for i in 数列 return {次: count(partial), 前: partial[-1].次}")
    kind = node.type
    assert isinstance(kind, ListType)
    assert isinstance(kind.element, ContextType)
    assert kind.element.names == ("次", "前")


NEVER_UNKNOWN = [
    "1 + 2 * 3",
    '"a"',
    "true",
    '@"2025-09-01" < @"2025-09-02"',
    '"a" = "b" or 1 > 2',
    "1 between 0 and 2",
    "1 in (1, 2)",
    "[1, 2]",
    "{甲: m}",
    "function(a: number) a",
    "if true then 1 else 2",
    "for i in [1, 2] return i * 2",
    "[1, 2][item > 1]",
]

MAYBE_UNKNOWN = [
    "m",
    "m + 1",
    "1 / 3",
    "1 + 10 ** 6144",
    "负责人.工号",
    "[m]",
    "人员",
    "[1, 2][3]",
    "sum([1, 2])",
    "some i in [1, 2] satisfies i > 1",
    "if b then 1 else 2",
    "{甲: m}.甲",
    '@"08:00:00" = @"08:00:00Z"',
    "for i in 0..m return i",
    "for i in [0..0.5] return i",
    '@"08:00:00".timezone',
    "not(b)",
]


@pytest.mark.parametrize("text", NEVER_UNKNOWN)
def test_what_reads_nothing_is_never_unknown(text: str) -> None:
    assert not type_text(text).may_be_unknown


@pytest.mark.parametrize("text", MAYBE_UNKNOWN)
def test_what_has_no_value_may_be_unknown(text: str) -> None:
    assert type_text(text).may_be_unknown


def test_asking_for_knowledge_is_always_answered() -> None:
    assert not type_text("已知(m)", may_ask_knowledge=True).may_be_unknown


def test_every_node_of_a_typed_tree_keeps_its_place() -> None:
    node = type_text("m > 0 and 负责人.在职")
    assert (node.start, node.end) == (0, 16)
