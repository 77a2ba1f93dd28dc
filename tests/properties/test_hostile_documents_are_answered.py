"""Law: whatever is done to a document, it is read and checked, or refused with diagnostics.

The bundled documents are cut short anywhere, shuffled, doubled, edited and overwritten with noise.
Nothing is raised, each diagnostic can be shown, and what has no error can be decided.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules.checking import check_policy
from xbyx_rules.compiling import compile_policy
from xbyx_rules.deciding import Case, Subject, decide, finding_to_json
from xbyx_rules.errors import Diagnostic, PolicyError, has_errors
from xbyx_rules.policy import (
    bundled_rules,
    load_library,
    read_clause_list,
    read_library,
    read_policy,
    read_vocabulary,
)

RULES = bundled_rules()
ID = "cn/beijing/school-based-training"
VOCABULARY = load_library().vocabulary
WHOLE = (RULES / ID / "policy.md").read_text("utf-8")
TERMS = (RULES / "vocabulary.md").read_text("utf-8")
LIST = (RULES / ID / "clauses.md").read_text("utf-8")
# WHY parts: a few headings have every construct, and the whole document is slow to check.
FRONT, _, BODY = WHOLE.partition("\n---\n")
SECTIONS = ["## " + one for one in BODY.split("\n## ")[1:]]
ON = date(2025, 10, 1)


def answer(text: str) -> None:
    """Read, check and decide; show what was found."""
    policy, found = read_policy(text, "policy.md")
    assert (policy is None) == has_errors(found)
    show(found)
    if policy is not None:
        checked, problems = check_policy(policy, VOCABULARY)
        assert (checked is None) == has_errors(problems)
        show(problems)
        if checked is not None:
            subject = Subject("学校", "1")
            review = decide(compile_policy(checked), Case(subject), on=ON)
            assert all(finding_to_json(one)["outcome"] for one in review)


def answer_terms(text: str) -> None:
    vocabulary, found = read_vocabulary(text, "vocabulary.md")
    assert (vocabulary is None) == has_errors(found)
    show(found)


def show(found: tuple[Diagnostic, ...]) -> None:
    for one in found[:20]:
        assert one.render("zh")
        assert one.render("en")


some_sections = st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=4, unique=True)
documents = some_sections.map(lambda parts: f"{FRONT}\n---\n\n" + "\n".join(parts))


@given(documents, st.data())
@settings(max_examples=150, deadline=None)
def test_a_document_cut_short_is_answered(text: str, data: st.DataObject) -> None:
    answer(text[: data.draw(st.integers(0, len(text)))])


@pytest.mark.parametrize("end", range(0, len(WHOLE), len(WHOLE) // 25))
def test_the_whole_document_cut_short_is_answered(end: int) -> None:
    answer(WHOLE[:end])


@given(documents, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_shuffled_lines_are_answered(text: str, random: object) -> None:
    lines = text.split("\n")
    random.shuffle(lines)  # type: ignore[attr-defined]
    answer("\n".join(lines))


@given(documents, st.data())
@settings(max_examples=100, deadline=None)
def test_a_run_of_lines_moved_or_doubled_is_answered(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    first, last, goal = sorted(data.draw(st.integers(0, len(lines))) for _ in range(3))
    run = lines[first:last]
    kept = lines if data.draw(st.booleans()) else lines[:first] + lines[last:]
    answer("\n".join(kept[:goal] + run + kept[goal:]))


CHARACTERS = st.one_of(
    st.sampled_from(
        "|-#>*`{}[]()\"'\\:：,，。. \t\n<=>!?0123456789年月日%\u3000\u200b\x00\ufeff\ud800"
    ),
    st.characters(),
)


@given(documents, st.lists(st.tuples(st.integers(0), CHARACTERS, st.booleans()), max_size=12))
@settings(max_examples=200, deadline=None)
def test_characters_edited_anywhere_are_answered(
    text: str, edits: list[tuple[int, str, bool]]
) -> None:
    for where, character, is_replaced in edits:
        at = where % (len(text) + 1)
        text = text[:at] + character + text[at + is_replaced :]
    answer(text)


@given(st.binary(max_size=400), st.sampled_from(["utf-8", "gb18030", "utf-16", "latin-1"]))
@settings(max_examples=200, deadline=None)
def test_bytes_decoded_anyhow_are_answered(raw: bytes, encoding: str) -> None:
    text = raw.decode(encoding, "replace")
    for made in (text, f"{FRONT}\n---\n\n## 一-1 甲 {{#a}}\n\n{text}", f"{FRONT}\n{text}"):
        answer(made)
    answer_terms(text)
    answer_terms(TERMS[:600] + text)
    show(read_clause_list(text, "clauses.md")[1])
    show(read_clause_list(LIST[:600] + text, "clauses.md")[1])


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_files_of_any_bytes_are_answered(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "vocabulary.md").write_bytes(TERMS.encode())
    (folder / "a").mkdir()
    for name in ("policy.md", "clauses.md"):
        (folder / "a" / name).write_bytes(raw)
    library, found = read_library(folder)
    assert (library is None) == has_errors(found)
    assert PolicyError(found or [Diagnostic("XR093")])
    show(found)


@given(st.integers(0, len(TERMS)), st.integers(0, len(TERMS)), CHARACTERS)
@settings(max_examples=150, deadline=None)
def test_a_vocabulary_cut_or_edited_is_answered(end: int, at: int, character: str) -> None:
    answer_terms(TERMS[:end])
    answer_terms(TERMS[:at] + character + TERMS[at + 1 :])


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_a_shuffled_vocabulary_is_answered(random: object) -> None:
    lines = TERMS.split("\n")
    random.shuffle(lines)  # type: ignore[attr-defined]
    answer_terms("\n".join(lines))
