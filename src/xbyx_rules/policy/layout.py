"""The canonical layout of a document: what it says stays, how it is written becomes one.

Blocks stand in the order in which they were written, a blank line between two of them.  Keys and
column headings have their Chinese spelling (those of the front matter the English one), properties
the order of `PROPERTY_KEYS`; cells have one space on each side.  Full-width signs of expressions
become ASCII ones; apart from that expressions stay as written, since the printer of FEEL keeps
neither comments nor line ends.  Line ends become those of the first line: CRLF, or else LF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.respelling import respell

from .blocks import Block, Fence, Heading, Items, Paragraph, Quote, read_blocks
from .clause_list import ClauseList
from .front_matter import lay_out_front_matter
from .grid import Column, Grid
from .grid_layout import lay_out_grid
from .headings import spell_heading
from .meaning import meaning_of
from .model import Policy
from .properties import PROPERTY_KEYS, read_properties
from .read_clause_list import CLAUSE_COLUMNS, read_clause_list
from .read_policy import read_policy
from .read_terms import TERM_COLUMNS
from .read_vocabulary import read_vocabulary
from .source import Source
from .vocabulary import Vocabulary

__all__ = ["CLAUSES_FILE", "VOCABULARY_FILE", "format_text"]

CLAUSES_FILE = "clauses.md"
VOCABULARY_FILE = "vocabulary.md"

_Document = Policy | Vocabulary | ClauseList
# The columns of a document that has tables of one sort only.
_COLUMNS: Mapping[type[_Document], tuple[Column, ...]] = {
    Vocabulary: TERM_COLUMNS,
    ClauseList: CLAUSE_COLUMNS,
}

# The order of properties; the normative word and the source's own stand together, as written.
_RANKS = {key: rank for rank, key in enumerate(PROPERTY_KEYS)}
_RANKS["原文用词"] = _RANKS["规范用语"]
_EXPRESSIONS = frozenset({"前提", "适用条件"})
# A line of prose that Markdown might take for something else once it stands at the margin.
_LIKE_A_BLOCK = re.compile(r"[#＃>＞|<`｀~=+\-－–•·]|\*(?!\*)|\d{1,9}[.)]|(?:[*_][ \t]*){3,}$")
_ENGLISH = re.compile("[eEｅＥ][nNｎＮ][:：][ \t]*(?=\\S)")


def format_text(
    text: str, file: str, base: Vocabulary | None = None
) -> tuple[str | None, tuple[Diagnostic, ...]]:
    r"""Put a document into canonical layout.

    Pure: opens no file.  A document in canonical layout stays as it is, to the last character.

    Args:
        text: of a `policy.md`, a `vocabulary.md` or a `clauses.md`.
        file: its name in places; the last part says which of these it is.
        base: for a vocabulary that lies over another one: that one.

    Returns:
        The text in canonical layout and the warnings of reading it; or None and why: the errors
        found in reading it, or XR033, it can't be laid out without another meaning.

    Example:
        >>> text = "---\npolicy: cn/a\n---\n|条款|性质|概要|\n|--|--|--|\n|一|declaratory|理念|"
        >>> written, _ = format_text(text, "clauses.md")
        >>> written.split("\n")[4:]
        ['| 条款 | 性质 | 概要 |', '|---|---|---|', '| 一 | 宣示 | 理念 |', '']
    """
    source = Source(text, file)
    before, found = _read(source.text, file, base)
    if before is None:
        return None, found
    end = "\r\n" if re.match("[^\r\n]*\r\n", source.text) else "\n"
    lines = _lay_out(source, type(before))
    written = "".join(line + end for line in lines)
    # INVARIANT: nothing is written that doesn't say what was read.
    after, _ = _read(written, file, base)
    if after is None or meaning_of(after) != meaning_of(before):
        return None, (Diagnostic("XR033", source.place(1)),)
    return written, found


def _read(
    text: str, file: str, base: Vocabulary | None
) -> tuple[_Document | None, tuple[Diagnostic, ...]]:
    name = PurePath(file).name
    if name == VOCABULARY_FILE:
        return read_vocabulary(text, file, base)
    return read_clause_list(text, file) if name == CLAUSES_FILE else read_policy(text, file)


def _lay_out(source: Source, kind: type[_Document]) -> Iterator[str]:
    front, end = ([], 0) if kind is Vocabulary else lay_out_front_matter(source)
    yield from front
    before: Block | None = None
    for block in read_blocks(source, end + 1):
        if front or before is not None:
            yield _between(before, block)
        yield from _lay_out_block(source, block, kind)
        before = block


def _between(before: Block | None, block: Block) -> str:
    """The line between two blocks; two quotes become one."""
    return ">" if isinstance(before, Quote) and isinstance(block, Quote) else ""


def _lay_out_block(source: Source, block: Block, kind: type[_Document]) -> Iterator[str]:
    match block:
        case Heading():
            yield spell_heading(source, block, is_clause=kind is not Vocabulary)
        case Paragraph():
            first = block.place.line - 1
            count = block.text.count("\n") + 1
            yield from map(_lay_out_prose, source.lines[first : first + count])
        case Items():
            yield from _lay_out_items(source, block, is_policy=kind is Policy)
        case Fence():
            yield from ("```feel", *respell(block.text.value).split("\n"), "```")
        case Quote():
            yield from _lay_out_quote(block)
        case Grid():
            yield from lay_out_grid(source, block, _COLUMNS.get(kind))


def _lay_out_prose(line: str) -> str:
    bare = line.strip()
    # WHY: behind blanks such a line is prose, at the margin it would be a block of its own.
    return line.rstrip() if _LIKE_A_BLOCK.match(bare) else bare or line


def _lay_out_items(source: Source, block: Items, *, is_policy: bool) -> Iterator[str]:
    if not is_policy:
        yield from (f"- {item.value}" for item in block.items)
        return
    properties = read_properties(source, block)
    for key in sorted(properties, key=_RANKS.__getitem__):
        value = properties[key].value
        yield f"- {key}: {respell(value) if key in _EXPRESSIONS else value}"


def _lay_out_quote(block: Quote) -> Iterator[str]:
    for number, paragraph in enumerate(block.paragraphs):
        if number:
            yield ">"
        for line in _ENGLISH.sub("en: ", paragraph.value, count=1).split("\n"):
            yield f"> {line}"
