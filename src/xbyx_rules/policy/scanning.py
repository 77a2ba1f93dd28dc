"""The outlines of plainly written blocks, told from the lines alone.

Markdown's own grammar is large, and telling a block by all of it costs far more than reading it.
Most documents keep to a plain form: blocks between blank lines, each of one sort, nothing indented.
Such blocks are outlined here; from the first that is anything else, `markdown-it` reads on.

INVARIANT: what is outlined here is what CommonMark 0.31 with GFM tables makes of the same lines;
tests/properties/test_plain_blocks_are_markdown.py compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

__all__ = ["Outline", "scan_plain"]


class Outline(NamedTuple):
    """One block: what it is, its first and its last line (from 1)."""

    sort: Literal["heading", "items", "paragraph", "fence", "grid", "quote"]
    first: int
    last: int


# A line that begins so is prose whatever stands before or after it: no mark of another block, and
# no delimiter row that would turn the line above into a table's header or a heading.
_PROSE = r"(?:(?![ \t`~>*\-_+<#|=:]|\d{1,9}[.)])\S|\*\*?[^\s*])"
_PROSE_LINE = re.compile(_PROSE)
_HEADING = re.compile(r"#{1,6} (?=\S)[^\t]*[^\s#]")
_ITEM = re.compile(rf"- {_PROSE}")
_QUOTED = re.compile(rf">(?: {_PROSE}|$)")
_DELIMITERS = re.compile(r"\|(?: *:?-+:? *\|)+")
_FENCE, _FENCE_END = "```feel", "```"
_MOST_CELLS = 60_000
"""Below the number of cells from which on markdown-it ends a table."""


def scan_plain(lines: Sequence[str], first: int) -> tuple[list[Outline], int]:
    """Outline blocks for as long as they are plainly written.

    Args:
        lines: of the whole document.
        first: the line to begin with, from 1.

    Returns:
        The outlines, and the first line that they don't reach; one past the last where they reach
        all.

    Example:
        >>> scan_plain(["## 甲", "", "- 类别: 要求", "- 对象: 学校", "", "  缩进"], 1)
        ([Outline(sort='heading', first=1, last=1)], 3)
    """
    found: list[Outline] = []
    number, end = first, len(lines)
    while number <= end:
        if _is_blank(lines[number - 1]):
            number += 1
            continue
        outline = _outline(lines, number)
        # WHY: a list goes on after a blank line, with a further item or what is indented.
        is_after_list = bool(found) and found[-1].sort == "items"
        if outline is None or (is_after_list and outline.sort == "items"):
            return (found[:-1], found[-1].first) if is_after_list else (found, number)
        found.append(outline)
        number = outline.last + 1
    return found, number


def _is_blank(line: str) -> bool:
    return not line or (line[0] in " \t" and not line.strip(" \t"))


def _outline(lines: Sequence[str], first: int) -> Outline | None:
    """The block that begins on a line, None where it isn't plain."""
    if lines[first - 1] == _FENCE:
        return _outline_fence(lines, first)
    last = first
    while last < len(lines) and not _is_blank(lines[last]):
        last += 1
    chunk = lines[first - 1 : last]
    match chunk[0][0]:
        case "#":
            is_heading = len(chunk) == 1 and _HEADING.fullmatch(chunk[0])
            return Outline("heading", first, last) if is_heading else None
        case "-":
            return Outline("items", first, last) if all(map(_ITEM.match, chunk)) else None
        case ">":
            is_quote = all(map(_QUOTED.match, chunk)) and chunk[0] != ">" and chunk[-1] != ">"
            return Outline("quote", first, last) if is_quote else None
        case "|":
            return Outline("grid", first, last) if _is_grid(chunk) else None
    return Outline("paragraph", first, last) if all(map(_PROSE_LINE.match, chunk)) else None


def _outline_fence(lines: Sequence[str], first: int) -> Outline | None:
    for number in range(first + 1, len(lines) + 1):
        line = lines[number - 1]
        if line == _FENCE_END:
            is_apart = number == len(lines) or _is_blank(lines[number])
            return Outline("fence", first, number) if is_apart else None
        if line.lstrip().startswith(_FENCE_END):
            return None
    return None


def _is_grid(chunk: Sequence[str]) -> bool:
    header = chunk[0]
    bars = header.count("|")
    return (
        len(chunk) > 1
        and bars > 1
        and header[-1] == "|"
        and "\\" not in header
        and _DELIMITERS.fullmatch(chunk[1]) is not None
        and chunk[1].count("|") == bars
        and len(chunk) * bars < _MOST_CELLS
        and all(line[0] == "|" for line in chunk)
    )
