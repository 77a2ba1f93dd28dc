"""Editing one cell or property of a document changes one line of its file, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbyx_rules.policy import (
    Expression,
    Parameters,
    Policy,
    Table,
    Text,
    Transitions,
    edit_text,
    load_library,
    read_policy,
)

POLICY = load_library().policies["cn/beijing/school-based-training"]


def find_texts(policy: Policy) -> Iterator[Text]:
    for clause in policy.clauses:
        yield from clause.properties.values()
        body = clause.body
        if isinstance(body, Expression):
            yield body.text
        elif isinstance(body, Parameters):
            yield from (row.value for row in body.rows)
        elif isinstance(body, Table):
            yield from (cell for row in body.rows for cell in (*row.inputs, *row.outputs))
        elif isinstance(body, Transitions):
            yield from (row.condition for row in body.rows if row.condition)
        for example in clause.examples:
            yield from (cell for _, cell in example.inputs)


TEXTS = tuple(find_texts(POLICY))
VALUES = st.one_of(
    st.sampled_from(["1", "5%", '"a|b"', "true", "", "1000000.01", "校长", "a | b", "x\ny"]),
    st.text(max_size=12),
)


@given(st.sampled_from(TEXTS), VALUES)
def test_one_line_differs_or_nothing_changes(text: Text, value: str) -> None:
    changed, problems = edit_text(POLICY, text, value)
    if changed is None:
        assert any(one.severity == "error" for one in problems)
        return
    old, new = POLICY.text.split("\n"), changed.split("\n")
    differing = [
        index for index, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]
    ]
    assert differing in ([], [text.place.line - 1])


@given(st.sampled_from([text for text in TEXTS if not text.pieces]))
def test_putting_the_same_value_back_changes_nothing(text: Text) -> None:
    line = POLICY.text.split("\n")[text.place.line - 1]
    start = text.place.column - 1
    raw = line[start : start + text.place.length] if text else ""
    changed, _ = edit_text(POLICY, text, raw)
    assert changed == POLICY.text


@pytest.mark.parametrize("value", ["1000000.01", "2000000", '"a|b"'])
def test_the_new_value_is_read_back(value: str) -> None:
    clause = POLICY.clause("funding-floor")
    assert clause is not None
    cell = clause.examples[0].inputs[0][1]
    changed, problems = edit_text(POLICY, cell, value)
    assert changed is not None, problems
    read, _ = read_policy(changed, "policy.md")
    assert read is not None
    again = read.clause("funding-floor")
    assert again is not None
    assert again.examples[0].inputs[0][1].value == value
