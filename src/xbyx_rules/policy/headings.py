"""What a heading line says: the clause's place in the official text, the title, the anchor.

The locator stands first and is optional.  Grammar, brackets and digits in either width, ``N`` being
a Chinese numeral or up to three digits:

    locator  = (chapter | article+ | N | decimal | part) part* item*
    chapter  = (前言 | 序言 | 引言 | 附则 | 附件 | 附录) N? article*
    article  = 第 (N | part) (编 | 章 | 节 | 条 | 款 | 项 | 目) (之 N)?   第五条第二款
    part     = "(" N ")"                                                六(二)
    item     = "-" digits letters?                                      六(二)-5, 六(四)-2b
    decimal  = digits ("." digits)+ | digits before an item             3.2, 3-1

A space, ``、`` or the end of the heading closes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .blocks import Heading
from .model import Text
from .source import Source, shorten, to_half_width

__all__ = ["HeadingParts", "normalise_locator", "read_heading"]

_CHINESE = "[零〇一二三四五六七八九十百]+"
_NUMBER = rf"(?:{_CHINESE}|\d{{1,3}})"
_PART = rf"\({_NUMBER}\)"
_ARTICLE = rf"第(?:{_NUMBER}|{_PART})[编章节条款项目](?:之{_NUMBER})?"
_CHAPTER = rf"(?:前言|序言|引言|附则|附件|附录){_NUMBER}?(?:{_ARTICLE})*"
_ITEM = r"-\d{1,3}[A-Za-z]{0,2}"
_DECIMAL = rf"(?:\d{{1,3}}(?:\.\d{{1,3}})+|\d{{1,3}}(?={_ITEM}))"
_LOCATOR = re.compile(
    rf"((?:{_CHAPTER}|(?:{_ARTICLE})+|{_CHINESE}|{_DECIMAL}|{_PART})(?:{_PART})*(?:{_ITEM})*)"
    r"(?:\s+|、\s*|$)",
    re.ASCII,
)
_ANCHOR = re.compile(r"\{#([^{}]*)\}$")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ENTITY = re.compile(
    r'([a-z][a-z0-9]*(?:-[a-z0-9]+)*)[ \t]+en="([^"]*)"(?:[ \t]+(?:held-by|填报)="([^"]*)")?'
)
_CLOSING_MARKS = re.compile(r"[ \t]#+$")
_LIKE_AN_ANCHOR = re.compile(r"[{｛]\s*[#＃]")


@dataclass(frozen=True, slots=True)
class HeadingParts:
    """A heading taken apart.

    `english` and `holder` are the ``en="…"`` and ``held-by="…"`` of a vocabulary heading.
    """

    locator: str
    title: str
    anchor: str
    english: str = ""
    holder: str = ""


def read_heading(source: Source, heading: Heading, *, with_english: bool = False) -> HeadingParts:
    """Take a heading apart; an anchor that can't be read is reported and left out.

    Args:
        source: gets the reports.
        heading: from `read_blocks`.
        with_english: whether the anchor may carry ``en="…"`` and ``held-by="…"``, as in the
            vocabulary.
    """
    text, *attributes = _split_anchor(source, heading.text, with_english=with_english)
    found = _LOCATOR.match(to_half_width(text))
    locator = found[1] if found else ""
    title = text[found.end() :] if found else text
    if not text:
        source.report("XR040", heading.place)
    return HeadingParts(locator, title or text, *attributes)


def normalise_locator(text: str) -> str | None:
    """A locator that stands alone, as headings have it; None when the text is not one.

    Example:
        >>> normalise_locator("六（二）－5"), normalise_locator("六(二)-5 经费")
        ('六(二)-5', None)
    """
    written = to_half_width(text).strip()
    found = _LOCATOR.fullmatch(written)
    return written if found and found[1] == written else None


def _split_anchor(source: Source, text: Text, *, with_english: bool) -> tuple[str, str, str, str]:
    """The heading without its anchor, the anchor, its English name, and who holds its facts."""
    found = _ANCHOR.search(text.value)
    if found is None:
        start = _LIKE_AN_ANCHOR.search(text.value)
        if start:
            place = text.place_at(start.start(), len(text.value) - start.start())
            source.report("XR035", place, value=shorten(text.value[start.start() :]))
        return text.value, "", "", ""
    title, inside = text.value[: found.start()].rstrip(), found[1].strip()
    entity = _ENTITY.fullmatch(inside) if with_english else None
    if entity:
        return title, entity[1], entity[2].strip(), (entity[3] or "").strip()
    if _ID.fullmatch(inside) and not _LIKE_AN_ANCHOR.search(title):
        return title, inside, "", ""
    place = text.place_at(found.start(), len(found[0]))
    source.report("XR035", place, value=shorten(found[0]))
    return title, "", "", ""


def spell_heading(source: Source, heading: Heading, *, is_clause: bool) -> str:
    """The heading's line in canonical form: ``## 六(二)-5 标题 {#id}``.

    Args:
        source: gets the reports.
        heading: from `read_blocks`, without an error.
        is_clause: whether a locator may stand first; otherwise the anchor may carry ``en="…"``.
    """
    text, anchor, english, held_by = _split_anchor(source, heading.text, with_english=not is_clause)
    found = _LOCATOR.match(to_half_width(text)) if is_clause else None
    if found and text[found.end() :]:
        mark = "、" if "、" in found[0] else " "
        text = f"{found[1]}{mark}{text[found.end() :]}"
    line = f"{'#' * heading.level} {text}"
    if anchor:
        inside = [f"#{anchor}", *([f'en="{english}"'] if english else ())]
        inside += [f'held-by="{held_by}"'] if held_by else []
        return f"{line} {{{' '.join(inside)}}}"
    # WHY: Markdown takes marks at the end for the heading's own, so one more must close it.
    return f"{line} #" if _CLOSING_MARKS.search(line) else line
