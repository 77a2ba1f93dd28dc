"""Character classes of XPath regular expressions, as bodies of Python's ``[…]``.

Source: XML Schema Part 2, appendix F.1 (categories, blocks, multi-character escapes).
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

__all__ = ["escape_character", "find_class", "find_property"]

_NAME_START: Final = (
    (":", ":"),
    ("A", "Z"),
    ("_", "_"),
    ("a", "z"),
    ("\u00c0", "\u00d6"),
    ("\u00d8", "\u00f6"),
    ("\u00f8", "\u02ff"),
    ("\u0370", "\u037d"),
    ("\u037f", "\u1fff"),
    ("\u200c", "\u200d"),
    ("\u2070", "\u218f"),
    ("\u2c00", "\u2fef"),
    ("\u3001", "\ud7ff"),
    ("\uf900", "\ufdcf"),
    ("\ufdf0", "\ufffd"),
    ("\U00010000", "\U000effff"),
)
_NAME_MORE: Final = (
    ("-", "-"),
    (".", "."),
    ("0", "9"),
    ("\u00b7", "\u00b7"),
    ("\u0300", "\u036f"),
    ("\u203f", "\u2040"),
)

# The blocks that texts here use; a pattern that names another block has no value.
_BLOCKS: Final = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Thai": (0x0E00, 0x0E7F),
    "Tibetan": (0x0F00, 0x0FFF),
    "HangulJamo": (0x1100, 0x11FF),
    "Mongolian": (0x1800, 0x18AF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "EnclosedAlphanumerics": (0x2460, 0x24FF),
    "BoxDrawing": (0x2500, 0x257F),
    "GeometricShapes": (0x25A0, 0x25FF),
    "CJKRadicalsSupplement": (0x2E80, 0x2EFF),
    "KangxiRadicals": (0x2F00, 0x2FDF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F),
    "EnclosedCJKLettersandMonths": (0x3200, 0x32FF),
    "CJKCompatibility": (0x3300, 0x33FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "YiSyllables": (0xA000, 0xA48F),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUse": (0xE000, 0xF8FF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "CJKCompatibilityForms": (0xFE30, 0xFE4F),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}


def find_class(letter: str) -> str | None:
    r"""The body of a multi-character escape: ``s``, ``d``, ``w``, ``i``, ``c`` or its opposite.

    Example:
        >>> find_class("s")
        '\\\t\\\n\\\r\\ '
    """
    match letter:
        case "s":
            return "".join(map(escape_character, "\t\n\r "))
        case "S":
            return "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x21-\\U0010ffff"
        case "d" | "D":
            return _body("Nd", is_negated=letter == "D")
        case "w" | "W":
            return _body("P", "Z", "C", is_negated=letter == "w")
        case "i" | "c":
            pairs = _NAME_START if letter == "i" else (*_NAME_START, *_NAME_MORE)
            return "".join(_range(ord(low), ord(high)) for low, high in pairs)
        case "I" | "C":
            pairs = _NAME_START if letter == "I" else (*_NAME_START, *_NAME_MORE)
            return _complement((ord(low), ord(high)) for low, high in pairs)
    return None


def find_property(name: str, *, is_negated: bool) -> str | None:
    r"""The body of ``\p{name}`` or ``\P{name}``: a category or a block; None when unknown."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        if block is None:
            return None
        return _complement([block]) if is_negated else _range(*block)
    groups = _category_ranges()
    if name not in groups and name not in {category[0] for category in groups}:
        return None
    return _body(name, is_negated=is_negated)


def escape_character(character: str) -> str:
    """A character as a literal, inside ``[…]`` and outside."""
    return character if character.isalnum() else f"\\{character}"


@cache
def _category_ranges() -> dict[str, list[tuple[int, int]]]:
    """All characters by two-letter category, as runs."""
    ranges: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    for code in range(1, sys.maxunicode + 2):
        category = unicodedata.category(chr(code)) if code <= sys.maxunicode else ""
        if category != current:
            ranges.setdefault(current, []).append((start, code - 1))
            start, current = code, category
    return ranges


@cache
def _body(*names: str, is_negated: bool) -> str:
    runs = [
        run
        for category, found in _category_ranges().items()
        if category.startswith(names)
        for run in found
    ]
    return _complement(runs) if is_negated else "".join(_range(*run) for run in sorted(runs))


def _complement(runs: Iterable[tuple[int, int]]) -> str:
    gaps, following = [], 0
    for low, high in sorted(runs):
        if low > following:
            gaps.append(_range(following, low - 1))
        following = max(following, high + 1)
    if following <= sys.maxunicode:
        gaps.append(_range(following, sys.maxunicode))
    return "".join(gaps)


def _range(low: int, high: int) -> str:
    return f"\\U{low:08x}-\\U{high:08x}"
