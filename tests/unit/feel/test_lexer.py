"""The lexer: words, numbers, strings, signs, and what can't be read."""

from __future__ import annotations

import pytest

from xbyx_rules.feel.fullwidth import find_counterpart, to_ascii
from xbyx_rules.feel.lexer import is_word, tokenise


def kinds_and_texts(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenise(text)[:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("校长", [("word", "校长")]),
        ("𠮷田", [("word", "𠮷田")]),
        ("?", [("word", "?")]),
        ("_a1", [("word", "_a1")]),
        ("é·ß", [("word", "é·ß")]),
        ("days in", [("word", "days"), ("word", "in")]),
        ("pre-school", [("word", "pre"), ("sign", "-"), ("word", "school")]),
        ("x2y", [("word", "x2y")]),
        ("班级１", [("word", "班级1")]),
    ],
)
def test_words_hold_the_letters_of_the_standard(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds_and_texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.05", ["0.05"]),
        (".5", [".5"]),
        ("1e5", ["1e5"]),
        ("1.5E-10", ["1.5E-10"]),
        ("２０", ["20"]),
        ("1..10", ["1", "..", "10"]),
        ("1...5", ["1", "..", ".5"]),
        ("1.name", ["1", ".", "name"]),
        ("5%", ["5", "%"]),
        ("1e", ["1", "e"]),
    ],
)
def test_numbers_end_where_the_grammar_says(text: str, expected: list[str]) -> None:
    assert [token for _, token in kinds_and_texts(text)] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a b"', "a b"),
        ('""', ""),
        (r'"a\nb\t\"c\" \\ \' \r"', 'a\nb\t"c" \\ \' \r'),
        (r'"\u6821\u957F"', "校长"),
        (r'"\U020BB7"', "𠮷"),
        (r'"\uD842\uDFB7"', "𠮷"),
        (r'"[\d]+\.\p{Lu}"', r"[\d]+\.\p{Lu}"),
        (r'"\\u0041"', r"\u0041"),
        ("“副校长”", "副校长"),
        ('“他说"好"”', '他说"好"'),
        ('"＞（），１"', "＞（），１"),
        ('"// no comment /*"', "// no comment /*"),
    ],
)
def test_a_string_token_holds_its_value(text: str, value: str) -> None:
    assert kinds_and_texts(text) == [("string", value)]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("＞ ＜ ＝ ≥ ≤ ≠", [">", "<", "=", ">=", "<=", "!="]),
        ("× ÷ （ ） ，", ["*", "/", "(", ")", ","]),
        ("＞＝ ＜＝", [">=", "<="]),
        ("** * .. . -> - >", ["**", "*", "..", ".", "->", "-", ">"]),
        ("<= < >= != =", ["<=", "<", ">=", "!=", "="]),
        ("== && || := <> => =<", ["==", "&&", "||", ":=", "<>", "=>", "=<"]),
    ],
)
def test_signs_are_read_in_ascii(text: str, signs: list[str]) -> None:
    assert kinds_and_texts(text) == [("sign", sign) for sign in signs]


@pytest.mark.parametrize(
    ("text", "code", "meant"),
    [
        ("：", "XR103", ":"),
        ("［", "XR103", "["),
        ("−", "XR103", "-"),
        ("^", "XR103", "**"),
        ("；", "XR102", ""),
        ("\\", "XR102", ""),
        ("\x00", "XR102", ""),
        ('"abc', "XR104", '"'),
        ('"a\nb"', "XR104", '"'),
        ("“abc", "XR104", "”"),
        (r'"\u12"', "XR105", ""),
        (r'"\uD842"', "XR105", ""),
        (r'"\U110000"', "XR105", ""),
        ("/* abc", "XR107", ""),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_code(text: str, code: str, meant: str) -> None:
    fault = tokenise(text)[0]
    assert (fault.kind, fault.code, fault.meant) == ("fault", code, meant)


@pytest.mark.parametrize(
    "text", ["a // rest", "a /* x\n ** / */", " \u3000\ufeff\u00a0\u2003a\u1680"]
)
def test_comments_and_white_space_are_left_out(text: str) -> None:
    assert kinds_and_texts(text) == [("word", "a")]


def test_offsets_are_those_of_the_text_as_it_was_typed() -> None:
    text = "人数 ≥ “二十” // 说明"
    assert [text[token.start : token.end] for token in tokenise(text)] == [
        "人数",
        "≥",
        "“二十”",
        "",
    ]


def test_a_token_knows_whether_white_space_stands_before_it() -> None:
    assert [token.is_spaced for token in tokenise("a -b/**/c")] == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("校长", True), ("a b", False), ("3年级", False), ("", False), ("a＞", False)],
)
def test_a_word_is_told_from_other_text(text: str, expected: bool) -> None:
    assert is_word(text) is expected


def test_a_counterpart_is_given_only_for_signs_that_feel_has() -> None:
    assert [find_counterpart(one) for one in "：［｝；￥人"] == [":", "[", "}", "", "", ""]
    assert to_ascii("≥１０") == ">=10"
