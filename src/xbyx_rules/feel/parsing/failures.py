"""What stands where something else should: from the place that can't be read to its cause.

A general message ("a value is expected here") is the last resort: the signs of other languages,
quotation marks of the wrong kind and names that nobody declared are recognised first.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final
from unicodedata import category

from xbyx_rules.errors import nearest
from xbyx_rules.feel.lexer import Token

from .levels import COMPARISONS, KEYWORDS

if TYPE_CHECKING:
    from .reader import Reader

__all__ = ["FeelSyntaxError", "missing_keyword", "missing_sign", "missing_value", "trailing_text"]

_FOREIGN: Final = {
    "==": ("XR113", "="),
    "&&": ("XR114", "and"),
    "&": ("XR114", "and"),
    "||": ("XR115", "or"),
    "|": ("XR115", "or"),
    ":=": ("XR116", "="),
    "!": ("XR117", "not(…)"),
    "<>": ("XR118", "!="),
    "=>": ("XR118", ">="),
    "=<": ("XR118", "<="),
    "%": ("XR119", "modulo(…)"),
}
# WHY: drafters write these words, and the message should name the sign, not a missing operator.
_SPOKEN: Final = {
    "并且": "and", "而且": "and", "且": "and", "和": "and", "或者": "or", "或": "or",
    "等于": "=", "是": "=", "不等于": "!=", "不是": "!=",
    "大于": ">", "多于": ">", "超过": ">", "高于": ">",
    "不少于": ">=", "不小于": ">=", "不低于": ">=", "大于等于": ">=", "至少": ">=",
    "小于": "<", "少于": "<", "低于": "<",
    "不大于": "<=", "不多于": "<=", "不超过": "<=", "不高于": "<=", "小于等于": "<=", "至多": "<=",
    "属于": "in", "加": "+", "减": "-", "乘": "*", "乘以": "*", "除以": "/",
}  # fmt: skip
_QUOTES: Final = frozenset("'‘’")
_CLOSERS: Final = frozenset(")]}")
_LONGEST_QUOTED: Final = 40
_VERY_LIKE: Final = 0.8


class FeelSyntaxError(Exception):
    """The first thing in a text that is no FEEL: a code, its values and where it stands."""

    def __init__(self, code: str, start: int, end: int, values: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.start = start
        self.end = end
        self.values = values


def fail_at(code: str, token: Token, **values: str) -> FeelSyntaxError:
    """A failure at one token; `found` in its message is the token's text."""
    return FeelSyntaxError(code, token.start, token.end, {"found": _clip(token.text), **values})


def missing_value(reader: Reader) -> FeelSyntaxError:
    """The failure where a value should stand."""
    token = reader.current
    cause = _find_cause(reader)
    if cause is not None:
        return cause
    if token.kind == "end":
        return fail_at("XR111", token)
    if token.kind == "sign" and token.text in COMPARISONS:
        return fail_at("XR127", token)
    return fail_at("XR110", token)


def missing_sign(reader: Reader, expected: str, opened: Token | None = None) -> FeelSyntaxError:
    """The failure where one of the `expected` signs should stand; `opened` is an open bracket."""
    token = reader.current
    cause = _find_cause(reader)
    if cause is not None:
        return cause
    if opened is not None and token.kind == "end":
        return fail_at("XR108", opened, line=str(reader.line_of(opened.start)))
    if opened is not None and token.text in _CLOSERS and token.kind == "sign":
        return fail_at("XR109", token, opened=opened.text, line=str(reader.line_of(opened.start)))
    if token.kind == "end":
        return fail_at("XR121", token, expected=expected)
    return _find_range_without_brackets(token) or fail_at("XR120", token, expected=expected)


def missing_keyword(reader: Reader, keyword: str, begun: Token) -> FeelSyntaxError:
    """The failure where a construct such as ``if`` goes on without its `keyword`."""
    values = {"keyword": keyword, "begun": begun.text, "line": str(reader.line_of(begun.start))}
    cause = _find_sign_cause(reader.current) or _find_split_name(reader)
    return cause or fail_at("XR112", reader.current, **values)


def trailing_text(reader: Reader) -> FeelSyntaxError:
    """The failure where the text should end but goes on."""
    token = reader.current
    cause = _find_cause(reader) or _find_range_without_brackets(token)
    if cause is not None:
        return cause
    if token.kind == "sign" and token.text in _CLOSERS:
        return fail_at("XR129", token)
    return fail_at("XR128", token)


def _find_range_without_brackets(token: Token) -> FeelSyntaxError | None:
    return fail_at("XR137", token) if token.kind == "sign" and token.text == ".." else None


def _find_cause(reader: Reader) -> FeelSyntaxError | None:
    """The particular reason why the current token can't be read, if it is a known one."""
    return _find_sign_cause(reader.current) or _find_unknown_name(reader)


def _find_sign_cause(token: Token) -> FeelSyntaxError | None:
    """Signs that FEEL does not have, and characters that can't be read."""
    if token.kind == "fault":
        return fail_at(token.code, token, meant=token.meant)
    if token.kind == "sign" and token.text in _FOREIGN:
        code, meant = _FOREIGN[token.text]
        return fail_at(code, token, meant=meant)
    if token.kind == "sign" and token.text in _QUOTES:
        return fail_at("XR106", token)
    if token.kind == "word" and token.text in _SPOKEN:
        return fail_at("XR103", token, meant=_SPOKEN[token.text])
    return None


def _find_unknown_name(reader: Reader) -> FeelSyntaxError | None:
    """Words in a row that make no known name, such as ``专任 教师`` for ``专任教师数``."""
    words = _find_words_in_a_row(reader)
    if words is None or reader.last_name is None:
        return None
    name = _clip(reader.text[words[0] : words[1]])
    if reader.last_name.is_known:
        # WHY: the first word alone is a name, so the whole is one only if it is very like one.
        close = get_close_matches(name, list(reader.near_names()), n=1, cutoff=_VERY_LIKE)
        near = "".join(f"`{one}`" for one in close)
    else:
        near = nearest(name, reader.near_names())
    if reader.last_name.is_known and not near:
        return None
    return FeelSyntaxError("XR124" if near else "XR125", *words, {"name": name, "nearest": near})


def _find_split_name(reader: Reader) -> FeelSyntaxError | None:
    """Words in a row that differ from a known name in their white space only."""
    words = _find_words_in_a_row(reader)
    if words is None:
        return None
    name = reader.text[words[0] : words[1]]
    joined = "".join(name.split())
    meant = [one for one in reader.near_names() if "".join(one.split()) == joined]
    if not meant:
        return None
    return FeelSyntaxError("XR124", *words, {"name": _clip(name), "nearest": f"`{meant[0]}`"})


def _find_words_in_a_row(reader: Reader) -> tuple[int, int] | None:
    """Where the words stand that begin with the name just read; None if it stands alone."""
    name = reader.last_name
    if name is None or name.end != reader.at or not _is_name_part(reader.current):
        return None
    last = reader.at
    while _is_name_part(reader.tokens[last + 1]):
        last += 1
    return reader.tokens[reader.at - 1].start, reader.tokens[last].end


def _is_name_part(token: Token) -> bool:
    return token.kind in ("word", "number") and token.text not in KEYWORDS


def _clip(text: str) -> str:
    """A text short enough for a message, with what can't be shown written as its code point."""
    short = text if len(text) <= _LONGEST_QUOTED else text[: _LONGEST_QUOTED - 1] + "…"
    return "".join(f"U+{ord(one):04X}" if category(one)[0] == "C" else one for one in short)
