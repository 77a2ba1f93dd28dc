"""Law: canonical layout says what was read, and laying out twice is laying out once.

Whatever is read without an error can be laid out; whatever isn't, is refused with its errors.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xbyx_rules.errors import has_errors
from xbyx_rules.feel.lexer import tokenise
from xbyx_rules.feel.respelling import respell
from xbyx_rules.policy import bundled_rules, format_text, meaning_of, read_policy, read_vocabulary

CASES = Path(__file__).parents[1] / "cases" / "policy"
GOOD = (CASES / "good.md").read_text("utf-8")
BUNDLED = (bundled_rules() / "cn/beijing/school-based-training/policy.md").read_text("utf-8")
VOCABULARY = (bundled_rules() / "vocabulary.md").read_text("utf-8")


def assert_laid_out(text: str, file: str = "policy.md") -> str | None:
    read = read_vocabulary if file == "vocabulary.md" else read_policy
    before, found = read(text, file)
    written, said = format_text(text, file)
    assert said == found or not has_errors(found)
    if before is None:
        assert written is None
        return None
    assert written is not None, said
    after, again = read(written, file)
    assert meaning_of(after) == meaning_of(before)
    assert [one.code for one in again] == [one.code for one in found]
    assert format_text(written, file)[0] == written
    return written


@pytest.mark.parametrize(
    ("text", "file"), [(BUNDLED, "policy.md"), (VOCABULARY, "vocabulary.md")], ids=["policy", "v"]
)
def test_the_bundled_documents_are_in_canonical_layout(text: str, file: str) -> None:
    assert assert_laid_out(text, file) == text


_BAR = re.compile(r"(?<!\\)\|")


def loosen(draw: st.DrawFn, line: str) -> str:
    """The line with blanks where they mean nothing."""
    blank = draw(st.sampled_from(["", " ", "   ", "\t"]))
    if line.startswith("|"):
        return "|".join(f"{blank}{cell}{blank}" for cell in _BAR.split(line)).strip() + blank
    if line.startswith("- "):
        return f"-{draw(st.sampled_from([' ', '  ', '   ']))}{line[2:]}{blank}"
    if line.startswith("#"):
        marks, _, title = line.partition(" ")
        closing = draw(st.sampled_from(["", " ##"]))
        return f"{marks}{draw(st.sampled_from([' ', '   ']))}{title}{closing}"
    return line + blank if line else blank


@st.composite
def loose_documents(draw: st.DrawFn, text: str) -> str:
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = [loosen(draw, line) for line in text.split("\n")]
    return draw(st.sampled_from(["", "\ufeff"])) + end.join(lines)


@given(loose_documents(GOOD))
@settings(max_examples=25, deadline=None)
def test_blanks_and_line_ends_that_mean_nothing_are_put_right(text: str) -> None:
    plain, _ = format_text(GOOD, "policy.md")
    written = assert_laid_out(text)
    assert written is not None
    assert plain is not None
    unified = written.replace("\r\n", "\n")
    assert unified == plain
    assert written == (plain.replace("\n", "\r\n") if "\r\n" in text else plain)


@given(loose_documents(VOCABULARY))
@settings(max_examples=8, deadline=None)
def test_a_vocabulary_is_put_right_too(text: str) -> None:
    written = assert_laid_out(text, "vocabulary.md")
    assert written is not None
    assert written.replace("\r\n", "\n") == VOCABULARY


MARKS = st.sampled_from(
    [*"|-#>*`~{}\\:\t \n=<![]()1.。、,\r\ufeff\u3000\u00a0＞（ａ", "```feel\n", "\n---\n", "| "]
)
PIECES = st.lists(MARKS, min_size=1, max_size=4).map("".join)


@given(st.integers(0, len(GOOD)), PIECES)
@settings(max_examples=120, deadline=None)
def test_marks_put_in_anywhere_are_laid_out_or_refused(where: int, marks: str) -> None:
    assert_laid_out(GOOD[:where] + marks + GOOD[where:])


PROSE = st.lists(
    st.one_of(MARKS, st.sampled_from(["文", " 　", "\n", "\n    ", "\n\n", "1. ", "a#", " #"])),
    max_size=14,
).map("".join)


@given(PROSE)
@settings(max_examples=120, deadline=None)
@example("文 #\n\n# 甲 #")
@example(" \u3000*")
@example("文\n    ===")
@example("\u3000# 文")
@example("文\n    1. 文")
@example("\u3000\n文")
def test_any_prose_is_laid_out_or_refused(prose: str) -> None:
    front = GOOD[: GOOD.index("# 前言")]
    body = f"## 一-1 甲 {{#a}}\n\n- 类别: 原则性条款\n- 理由: 无\n\n{prose}\n"
    assert_laid_out(front + body)
    assert_laid_out(f"{front}# {prose}\n\n{body}")


@given(st.text(alphabet="甲ａ１2＞＜＝≥≤≠×÷（），“”\" <>=!/*-+.[]@'｛：", max_size=20))
@settings(max_examples=300, deadline=None)
def test_respelling_gives_the_same_tokens(text: str) -> None:
    def meaning(one: str) -> list[tuple[str, str, bool]]:
        return [(token.kind, token.text, token.is_spaced) for token in tokenise(one)]

    assert meaning(respell(text)) == meaning(text)
    assert respell(respell(text)) == respell(text)
