"""Refusals of editing; that it changes one line is a law of its own in tests/properties."""

from __future__ import annotations

from xbyx_rules.errors import Place
from xbyx_rules.policy import Expression, Parameters, Text, edit_text, load_library, read_policy

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
