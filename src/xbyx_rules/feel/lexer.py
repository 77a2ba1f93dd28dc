r"""Text to tokens: words, numbers, strings and signs, with white space and comments left out.

Tokens are smaller than names: ``days in weekend`` is three words, and which words make one name
is known only to the parser, from the names in scope.  What can't be read becomes a `fault` token;
it is reported when the parser comes to it, so the first problem in the text is the one reported.

Source: DMN 1.5 §10.3.1.2, rules 25-37 and 61-65.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from .fullwidth import CLOSING_QUOTES, FULLWIDTH_DIGITS, find_counterpart, to_ascii

__all__ = ["NAME_SIGNS", "Token", "TokenKind", "is_word", "tokenise"]

TokenKind = Literal["word", "number", "string", "sign", "fault", "end"]


# WHY: a named tuple, because a frozen dataclass takes three times as long to make.
class Token(NamedTuple):
    """One token.

    Args:
        kind: what it is; the last token of a text is of kind ``end``.
        text: signs and digits in ASCII; for a string its value; for a fault the source text.
        start: offset of its first character.
        end: offset after its last character.
        is_spaced: whether white space or a comment stands before it.
        code: for a fault, the code of its diagnostic.
        meant: for a fault, what was probably meant, or nothing.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    is_spaced: bool
    code: str = ""
    meant: str = ""


NAME_SIGNS: Final = frozenset({".", "/", "-", "'", "’", "+", "*", "**"})
"""The signs that can stand inside a name (rule 30)."""

_SPACE: Final = r"\t-\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_BREAK: Final = r"\n-\r"
_DIGIT: Final = rf"[0-9{FULLWIDTH_DIGITS}]"
# WHY: rule 28 admits the whole block of full-width forms; its signs are left out, because
# `专任教师数＞20` is then one long name.  White space within the ranges is left out too.
_START: Final = (
    r"?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d"
    r"\u180f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe"
    r"\uff21-\uff3a\uff3f\uff41-\uff5a\uff5f-\ufffd\U00010000-\U000effff"
)
_PART: Final = rf"{_START}0-9{FULLWIDTH_DIGITS}\u00b7\u0300-\u036f\u203f\u2040"

_SKIPPED: Final = re.compile(
    rf"(?:[{_SPACE}]++|//[^{_BREAK}]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+",
)
_TOKEN: Final = re.compile(
    rf"""
    (?P<word>[{_START}][{_PART}]*+)
  | (?P<number>(?:{_DIGIT}++(?:\.{_DIGIT}++)?|\.{_DIGIT}++)(?:[eE][+-]?{_DIGIT}++)?)
  | (?P<string>"(?:[^"\\{_BREAK}]|\\[^{_BREAK}])*+"|“(?:[^”\\{_BREAK}]|\\[^{_BREAK}])*+”)
  | (?P<comment>/\*)
  | (?P<sign>\.\.|\*\*|->|&&|\|\||:=|[=＝][=＝<>＜＞]|[<＜][=＝>＞]|[>＞][=＝]|!=
      |[-+*/.,:;()\[\]{{}}<>=@'’‘!%&|^`~\#$＞＜＝≥≤≠×÷（），])
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(rf"[{_START}][{_PART}]*+")
_REST_OF_LINE: Final = re.compile(rf"[^{_BREAK}]*+")
_ESCAPE: Final = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{6})|\\(.)",
    re.DOTALL,
)
_SHORT_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_NEVER_READ: Final = frozenset(";`~#$^")


def tokenise(text: str) -> list[Token]:
    """All tokens of a text, ended by one of kind ``end``.  Any text is accepted.

    Example:
        >>> [token.text for token in tokenise("专任教师数 ＞ ２０ // 人")]
        ['专任教师数', '>', '20', '']
    """
    tokens: list[Token] = []
    at = 0
    while True:
        begin = at
        skipped = _SKIPPED.match(text, at)
        at = at if skipped is None else skipped.end()
        if at >= len(text):
            tokens.append(Token("end", "", len(text), len(text), at > begin))
            return tokens
        token = _read_token(text, at, is_spaced=at > begin)
        tokens.append(token)
        at = token.end


def is_word(text: str) -> bool:
    """Whether a text is one word: a name without spaces and signs.

    Example:
        >>> is_word("校长"), is_word("3年级")
        (True, False)
    """
    return _WORD.fullmatch(text) is not None


def _read_token(text: str, at: int, *, is_spaced: bool) -> Token:
    match = _TOKEN.match(text, at)
    if match is None:
        return _read_fault(text, at, is_spaced=is_spaced)
    end = match.end()
    match match.lastgroup:
        case "word":
            return Token("word", to_ascii(match[0]), at, end, is_spaced)
        case "number":
            return Token("number", to_ascii(match[0]), at, end, is_spaced)
        case "string":
            return _read_string(match[0], at, is_spaced=is_spaced)
        case "comment":
            return Token("fault", "/*", at, len(text), is_spaced, "XR107")
        case _:
            sign = to_ascii(match[0])
            if sign in _NEVER_READ:
                meant = "**" if sign == "^" else ""
                return Token(
                    "fault", sign, at, end, is_spaced, "XR103" if meant else "XR102", meant
                )
            return Token("sign", sign, at, end, is_spaced)


def _read_fault(text: str, at: int, *, is_spaced: bool) -> Token:
    character = text[at]
    if character in CLOSING_QUOTES:
        rest = _REST_OF_LINE.match(text, at)
        end = at + 1 if rest is None else rest.end()
        meant = CLOSING_QUOTES[character]
        return Token("fault", character, at, end, is_spaced, "XR104", meant)
    meant = find_counterpart(character)
    code = "XR103" if meant else "XR102"
    return Token("fault", character, at, at + 1, is_spaced, code, meant)


def _read_string(source: str, at: int, *, is_spaced: bool) -> Token:
    body = source[1:-1]
    end = at + len(source)
    if "\\" not in body:
        return Token("string", body, at, end, is_spaced)
    parts: list[str] = []
    done = 0
    for match in _ESCAPE.finditer(body):
        value = _resolve_escape(match)
        if value is None:
            begin = at + 1 + match.start()
            wrong = body[match.start() : match.start() + 8]
            return Token("fault", wrong, begin, end, is_spaced, "XR105")
        parts += (body[done : match.start()], value)
        done = match.end()
    return Token("string", "".join(parts) + body[done:], at, end, is_spaced)


def _resolve_escape(match: re.Match[str]) -> str | None:
    """The character that an escape stands for; None when it is no whole character."""
    high, low, four, six, short = match.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if short is not None:
        # WHY: rule 33 admits a backslash as itself, and patterns such as "\d+" rely on it.
        return None if short in "uU" else _SHORT_ESCAPES.get(short, match[0])
    code = int(four or six, 16)
    return None if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
