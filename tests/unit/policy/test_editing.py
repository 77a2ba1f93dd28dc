"""Refusals of editing; that it changes one line is a law of its own in tests/properties."""

from __future__ import annotations

from datetime import date

import pytest

from xbyx_rules.errors import Place
from xbyx_rules.policy import (
    Address,
    Cell,
    ExampleCell,
    Expression,
    Parameter,
    Parameters,
    Property,
    Rule,
    Text,
    edit,
    edit_text,
    format_text,
    load_library,
    read_policy,
)

POLICY = load_library().policies["cn/beijing/school-based-training"]


def test_an_expression_of_several_lines_is_not_edited_as_one() -> None:
    clause = POLICY.clause("leading-group")
    assert clause is not None
    assert isinstance(clause.body, Expression)
    changed, problems = edit_text(POLICY, clause.body.text, "true")
    assert changed is None
    assert [one.code for one in problems] == ["XR099"]


def test_a_value_that_breaks_the_document_is_refused_with_its_reason() -> None:
    clause = POLICY.clause("funding-floor")
    assert clause is not None
    changed, problems = edit_text(POLICY, clause.properties["类别"], "不知道")
    assert changed is None
    assert problems
    assert problems[0].place is not None
    assert problems[0].place.line == clause.properties["类别"].place.line


def test_a_document_with_any_line_ends_is_edited_in_its_place() -> None:
    for end in ("\n", "\r\n", "\r"):
        policy, problems = read_policy(POLICY.text.replace("\n", end), POLICY.file)
        assert policy is not None, problems
        clause = policy.clause("parameters")
        assert clause is not None
        assert isinstance(clause.body, Parameters)
        changed, _ = edit_text(policy, clause.body.rows[0].value, "6%")
        assert changed == policy.text.replace("| 5% |", "| 6% |")


def test_a_text_of_another_document_is_not_edited() -> None:
    for place in (Place("other.md", 9999), Place("other.md", 1, 99), Place("other.md", 0)):
        changed, problems = edit_text(POLICY, Text("x", place), "y")
        assert changed is None
        assert [one.code for one in problems] == ["XR099"]


def edited_lines(changed: str | None) -> list[str]:
    assert changed is not None
    pairs = zip(POLICY.text.split("\n"), changed.split("\n"), strict=True)
    return [new for old, new in pairs if old != new]


@pytest.mark.parametrize(
    ("address", "value", "line"),
    [
        ("/title", "甲", "title: 甲"),
        ("/有效性", "有效", "validity: 有效"),
        ("funding-floor/标题", "经费", "## 六(二)-5 经费 {#funding-floor}"),
        ("六(二)-5/precondition", "true", "- 前提: true"),
        (Property("#funding-floor", "force"), "shall", "- 规范用语: shall"),
        ("leading-group/规则:4", "and true", "and true"),
        (Rule("funding-floor"), "专项列支", "专项列支"),
        ("manager/提示-en", "No.", "> en: No."),
        ("parameters/培训经费最低比例@2022-06-02/值", "6%", "6%"),
        (Parameter("培训经费最低比例", on=date(2026, 1, 1)), "6%", "6%"),
        ("parameters/培训经费最低比例/失效", "2025-12-31", "| 2022-06-02 | 2025-12-31 | 六(二)-5"),
        ("layer-above/4/上一层职务", '["x"]', '| 4 | "校长" | ["x"] |'),
        ("annual-plan/草稿→撤回/条件", "true", "| 草稿 | 撤回 | 已撤回 | 分管负责人 | | true | |"),
        (Cell("content-domains", "其他", "note"), "", "| 其他 | | other | |"),
        (ExampleCell("funding-floor", "差一分", "expected"), "符合", "| 符合 |"),
    ],
    ids=str,
)
def test_a_place_is_named_in_either_language(address: Address | str, value: str, line: str) -> None:
    changed, problems = edit(POLICY, address, value)
    assert not problems
    found = edited_lines(changed)
    assert len(found) == 1
    assert line in found[0]


@pytest.mark.parametrize(
    ("address", "value", "code"),
    [
        ("funding-floor", "1", "XR034"),
        ("/nowhere", "1", "XR034"),
        ("funding-floor/没有", "1", "XR034"),
        ("founding-floor/前提", "1", "XR054"),
        ("leading-group/前提", "1", "XR054"),
        ("leading-group/规则:9", "1", "XR054"),
        ("parameters/培训经费最低比例@2021-01-01/值", "1", "XR054"),
        (Parameter("培训经费最低比例", on=date(2021, 1, 1)), "1", "XR054"),
        ("funding-floor/例/差一分/没有", "1", "XR054"),
        ("leading-group/规则", "甲\nand 乙", "XR099"),
        ("leading-group/规则:2", "", "XR051"),
        ("layer-above/标题", "三(二)-9 甲", "XR051"),
        ("funding-floor/例/差一分/例", "差一分 ", "XR051"),
        ("parameters/培训经费最低比例/核实", "大概", "XR030"),
    ],
    ids=str,
)
def test_an_edit_that_cannot_be_made_is_refused(
    address: Address | str, value: str, code: str
) -> None:
    changed, problems = edit(POLICY, address, value)
    assert changed is None
    assert [one.code for one in problems] == [code]


def test_the_nearest_places_are_named() -> None:
    _, problems = edit(POLICY, "funding-floor/例/差1分/结果", "符合")
    assert "`funding-floor/例/差一分/结果`" in problems[0].help("zh")


def test_a_parameter_with_several_rows_is_named_with_a_day() -> None:
    clause = POLICY.clause("parameters")
    assert clause is not None
    assert isinstance(clause.body, Parameters)
    row = POLICY.text.split("\n")[clause.body.rows[0].place.line - 1]
    ended = row.replace("2022-06-02 | |", "2022-06-02 | 2025-12-31 |")
    later = row.replace("5%", "6%").replace("2022-06-02", "2026-01-01")
    history = POLICY.text.replace(row, f"{ended}\n{later}")
    policy, _ = read_policy(history, "policy.md")
    assert policy is not None
    for address in ("parameters/培训经费最低比例/值", Parameter("培训经费最低比例")):
        changed, problems = edit(policy, address, "7%")
        assert changed is None
        assert [one.code for one in problems] == ["XR070"]
        assert "`parameters/培训经费最低比例@2026-01-01/值`" in problems[0].help("zh")
    for address in (
        "parameters/培训经费最低比例@2026-01-01/值",
        Parameter("培训经费最低比例", on=date(2026, 5, 1)),
    ):
        changed, _ = edit(policy, address, "7%")
        assert changed == history.replace("| 6% |", "| 7% |")


def test_an_empty_cell_is_filled_and_emptied_in_canonical_layout() -> None:
    address = "annual-plan/草稿→撤回/条件"
    filled, _ = edit(POLICY, address, '意见 != ""')
    assert filled is not None
    policy, _ = read_policy(filled, POLICY.file)
    assert policy is not None
    assert format_text(filled, "policy.md")[0] == filled
    assert edit(policy, address, "")[0] == POLICY.text
