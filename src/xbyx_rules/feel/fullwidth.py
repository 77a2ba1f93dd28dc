"""Full-width input: what Chinese input methods type, read as the ASCII sign it stands for.

Only the signs listed here are read; other full-width punctuation is reported with the sign that
was probably meant.  The text inside string literals is never touched.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CLOSING_QUOTES", "FULLWIDTH_DIGITS", "OPERATORS", "find_counterpart", "to_ascii"]

OPERATORS: Final = {
    "＞": ">",
    "＜": "<",
    "＝": "=",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "÷": "/",
    "（": "(",
    "）": ")",
    "，": ",",
}
"""Full-width and mathematical signs, each with the sign of FEEL that it is read as."""

FULLWIDTH_DIGITS: Final = "０１２３４５６７８９"

CLOSING_QUOTES: Final = {'"': '"', "“": "”"}
"""The signs that open a string, each with the sign that closes it."""

_TO_ASCII: Final = str.maketrans(OPERATORS | dict(zip(FULLWIDTH_DIGITS, "0123456789", strict=True)))

_FULLWIDTH_OFFSET: Final = 0xFEE0
_LOOK_ALIKES: Final = {"−": "-", "–": "-", "—": "-", "…": "..", "⋅": "*", "＂": '"', "”": '"'}
_SIGNS_OF_FEEL: Final = frozenset(":%[]{}.-+*/@?<>=(),!")


def to_ascii(text: str) -> str:
    """One token's text in ASCII signs and digits.  ``≥`` grows to two characters.

    Example:
        >>> to_ascii("≥"), to_ascii("２０")
        ('>=', '20')
    """
    return text if text.isascii() else text.translate(_TO_ASCII)


def find_counterpart(character: str) -> str:
    """The sign of FEEL that an unread full-width or look-alike character stands for, or nothing.

    Example:
        >>> find_counterpart("："), find_counterpart("；")
        (':', '')
    """
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    code = ord(character) - _FULLWIDTH_OFFSET
    found = chr(code) if 0x21 <= code <= 0x7E else ""
    return found if found in _SIGNS_OF_FEEL else ""
