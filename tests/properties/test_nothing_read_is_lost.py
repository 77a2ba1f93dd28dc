"""Law: a change of a good document changes what is read, or is reported; nothing is raised.

Lines are taken out, cut, moved and doubled.  A heading with a kind never leaves in silence.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules.errors import Place, has_errors
from xbyx_rules.policy import (
    Clause,
    Policy,
    Vocabulary,
    bundled_rules,
    read_policy,
    read_vocabulary,
)

CASES = Path(__file__).parents[1] / "cases" / "policy"
GOOD = (CASES / "good.md").read_text("utf-8")
LINES = GOOD.rstrip("\n").split("\n")
VOCABULARY = (bundled_rules() / "vocabulary.md").read_text("utf-8").rstrip("\n").split("\n")

# What names the text itself rather than says what it means.
_OF_THE_TEXT = {"file", "places", "place", "pieces"}
_OF_THE_WHOLE = {Policy: {"text", "hash"}, Vocabulary: {"hash"}, Clause: {"source"}}
_KIND = re.compile(r"- (?:类别|kind): ")
_HEADING = re.compile(r"#{1,6} .*\{#([a-z-]+)\}$")


def meaning_of(value: object) -> object:
    """A model without places and texts."""
    if is_dataclass(value) and not isinstance(value, type):
        skipped = _OF_THE_TEXT | _OF_THE_WHOLE.get(type(value), set())
        names = [one.name for one in fields(value) if one.compare and one.name not in skipped]
        return tuple((name, meaning_of(getattr(value, name))) for name in names)
    if isinstance(value, tuple | list):
        return tuple(meaning_of(one) for one in value)
    if hasattr(value, "items"):
        return tuple((key, meaning_of(one)) for key, one in value.items())
    return value


def kinds_in(text: str) -> set[str]:
    """The anchors of the headings that have a line 类别 below them, found without the reader."""
    anchors, current = set(), ""
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            current = heading[1]
        elif line.startswith("#"):
            current = ""
        elif current and _KIND.match(line):
            anchors.add(current)
    return anchors


def assert_nothing_lost(text: str) -> Policy | None:
    policy, found = read_policy(text, "policy.md")
    assert (policy is None) == has_errors(found)
    lines = re.split(r"\r\n?|\n", text)
    for one in found:
        assert isinstance(one.place, Place)
        assert 1 <= one.place.line <= len(lines)
        assert one.render("zh")
        assert one.render("en")
    if policy is not None:
        read = {clause.id for clause in policy.clauses if clause.kind is not None}
        assert kinds_in(text) <= read
    return policy


BEFORE = meaning_of(assert_nothing_lost(GOOD))
FILLED = [number for number, line in enumerate(LINES) if line.strip()]


@pytest.mark.parametrize("number", FILLED)
def test_a_line_taken_out_is_reported_or_changes_the_model(number: int) -> None:
    policy = assert_nothing_lost("\n".join(LINES[:number] + LINES[number + 1 :]))
    assert policy is None or meaning_of(policy) != BEFORE


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_blank_line_taken_out_or_put_in_never_loses_a_clause(number: int) -> None:
    assert_nothing_lost("\n".join([*LINES[:number], "", *LINES[number:]]))
    if not LINES[number].strip():
        assert_nothing_lost("\n".join(LINES[:number] + LINES[number + 1 :]))


@pytest.mark.parametrize("number", [n for n, line in enumerate(VOCABULARY) if line.startswith("|")])
def test_a_row_taken_out_of_the_vocabulary_is_reported_or_changes_it(number: int) -> None:
    before, _ = read_vocabulary("\n".join(VOCABULARY), "v.md")
    after, found = read_vocabulary(
        "\n".join(VOCABULARY[:number] + VOCABULARY[number + 1 :]), "v.md"
    )
    assert (after is None) == has_errors(found)
    assert after is None or meaning_of(after) != meaning_of(before)


@given(st.integers(0, len(GOOD)))
@settings(max_examples=200, deadline=None)
def test_a_document_cut_short_loses_nothing(end: int) -> None:
    assert_nothing_lost(GOOD[:end])


@given(st.sets(st.integers(0, len(LINES) - 1), max_size=6))
@settings(max_examples=150, deadline=None)
def test_lines_taken_out_together_lose_nothing(numbers: set[int]) -> None:
    kept = [line for number, line in enumerate(LINES) if number not in numbers]
    assert_nothing_lost("\n".join(kept))


@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_line_moved_or_doubled_loses_nothing(old: int, new: int, is_moved: bool) -> None:
    rest = [line for number, line in enumerate(LINES) if number != old] if is_moved else LINES
    assert_nothing_lost("\n".join([*rest[:new], LINES[old], *rest[new:]]))


@given(st.permutations(LINES[FILLED[12] :]))
@settings(max_examples=60, deadline=None)
def test_shuffled_lines_lose_nothing(lines: list[str]) -> None:
    assert_nothing_lost("\n".join([*LINES[: FILLED[12]], *lines]))


MARKS = st.sampled_from(
    [*"|-#>*`~{}\\:\t \n=<![]()1.。、,\r\ufeff\u3000", "```feel\n", "\n---\n", "| "]
)


@given(st.integers(0, len(GOOD)), st.lists(MARKS, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_marks_put_in_lose_nothing(where: int, marks: list[str]) -> None:
    assert_nothing_lost(GOOD[:where] + "".join(marks) + GOOD[where:])


@given(st.lists(st.one_of(MARKS, st.characters()), max_size=80).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    assert_nothing_lost(text)
    read_vocabulary(text, "vocabulary.md")
    body = GOOD[: GOOD.index("# 前言")] + "## 一-1 甲 {#a}\n\n"
    assert_nothing_lost(body + text)
