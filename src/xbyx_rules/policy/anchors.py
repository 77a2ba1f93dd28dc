"""Anchors made of locators: ``六(二)-5`` becomes ``clause-6-2-5``."""

from __future__ import annotations

import re
from collections.abc import Collection

from .source import to_half_width

__all__ = ["make_anchor", "read_numeral"]

_CHAPTERS = {
    "前言": "preface",
    "序言": "foreword",
    "引言": "introduction",
    "附则": "supplement",
    "附件": "annex",
    "附录": "appendix",
}
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0}
_PIECE = re.compile("([零〇一二三四五六七八九十百]+)|([0-9]+)([A-Za-z]*)")


def make_anchor(locator: str, taken: Collection[str] = ()) -> str:
    """An anchor for the clause with this locator.

    Args:
        locator: as headings have it.
        taken: anchors that the document has already; another number is added to differ from them.

    Example:
        >>> make_anchor("六(二)-5"), make_anchor("前言-1"), make_anchor("第十二条第二款")
        ('clause-6-2-5', 'preface-1', 'clause-12-2')
        >>> make_anchor("二十三", {"clause-23"})
        'clause-23-again-2'
    """
    written = to_half_width(locator)
    chapter = next((name for name in _CHAPTERS if written.startswith(name)), "")
    parts = [_CHAPTERS.get(chapter, "clause")]
    for found in _PIECE.finditer(written[len(chapter) :]):
        number = str(read_numeral(found[1])) if found[1] else found[2]
        parts.append(number + (found[3] or "").lower())
    anchor = "-".join(parts)
    number, free = 2, anchor
    while free in taken:
        free = f"{anchor}-again-{number}"
        number += 1
    return free


def read_numeral(text: str) -> int:
    """A Chinese numeral below a thousand, or a row of digits.

    Example:
        >>> [read_numeral(one) for one in ("七", "十", "二十三", "一百零五", "二〇")]
        [7, 10, 23, 105, 20]
    """
    if not set(text) & set("十百"):
        return int("".join(str(_DIGITS[digit]) for digit in text))
    total, digit = 0, 0
    for sign in text:
        unit = {"十": 10, "百": 100}.get(sign)
        if unit is None:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * unit
            digit = 0
    return total + digit
