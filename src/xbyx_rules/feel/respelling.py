"""Full-width signs and digits of an expression written out as the ASCII ones they are read as."""

from __future__ import annotations

import re
from typing import Final

from .fullwidth import FULLWIDTH_DIGITS, OPERATORS
from .lexer import Token, tokenise

__all__ = ["respell"]

_CHANGING: Final = re.compile(f"[{''.join(OPERATORS)}{FULLWIDTH_DIGITS}“]")


def respell(text: str) -> str:
    """The text in ASCII signs and digits; strings, comments, names and white space stay.

    What can't be read as tokens, or would be read as others afterwards, stays as it is.

    Example:
        >>> respell("专任教师数 ＞ ２０ and 职务 ≠ “校长，” // ＞")
        '专任教师数 > 20 and 职务 != "校长，" // ＞'
    """
    if _CHANGING.search(text) is None:
        return text
    tokens = tokenise(text)
    if any(token.kind == "fault" for token in tokens):
        return text
    parts: list[str] = []
    done = 0
    for token in tokens[:-1]:
        parts += (text[done : token.start], _spell(token, text[token.start : token.end]))
        done = token.end
    written = "".join(parts) + text[done:]
    return written if _meaning(tokenise(written)) == _meaning(tokens) else text


def _spell(token: Token, written: str) -> str:
    if token.kind != "string":
        return token.text
    inner = written[1:-1]
    return written if '"' in inner else f'"{inner}"'


def _meaning(tokens: list[Token]) -> list[tuple[str, str, bool]]:
    return [(token.kind, token.text, token.is_spaced) for token in tokens]
