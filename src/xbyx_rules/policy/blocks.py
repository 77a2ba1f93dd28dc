"""The blocks of a document with their lines: Markdown says what a block is, the lines say the rest.

Whatever a policy document has no construct for is reported, never skipped.
Source: CommonMark 0.31 with GFM tables; docs/add-a-rule.md describes the constructs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from xbyx_rules.errors import Place

from .grid import Grid, read_grid
from .model import Text
from .scanning import Outline, scan_plain
from .source import LARGEST_COUNT, Source, shorten

__all__ = [
    "Block",
    "Fence",
    "Heading",
    "Items",
    "Paragraph",
    "Quote",
    "read_blocks",
    "read_markdown",
]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level and the text after the ``#`` marks."""

    level: int
    text: Text

    @property
    def place(self) -> Place:
        """Where its text stands."""
        return self.text.place


@dataclass(frozen=True, slots=True)
class Items:
    """A flat list, each item one line."""

    items: tuple[Text, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose, its lines joined as they stand."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Fence:
    """A ``feel`` code block."""

    text: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quote: its paragraphs."""

    paragraphs: tuple[Text, ...]
    place: Place


Block = Heading | Items | Paragraph | Fence | Grid | Quote

_UNKNOWN = {
    "blockquote_open": ("引用", "a quote"),
    "bullet_list_open": ("列表", "a list"),
    "code_block": ("缩进的代码", "indented code"),
    "fence": ("代码块", "a code block"),
    "heading_open": ("标题", "a heading"),
    "hr": ("分隔线", "a rule across the page"),
    "html_block": ("HTML", "HTML"),
    "ordered_list_open": ("编号列表", "a numbered list"),
    "table_open": ("表格", "a table"),
}
_IN_PROSE = (
    (re.compile(r"!\[[^\[\]]*\]\("), ("图片", "an image")),
    (re.compile(r"</?[A-Za-z][^<>]*>|<!--"), ("HTML", "HTML")),
)
# WHY: code and the expressions of a message may hold `<` and `>` of their own.
_NOT_PROSE = re.compile(r"`[^`\n]*`|\{[^{}\n]*\}")
_LOOKS = (
    (re.compile(r"[ \t]*[#＃]"), ("标题", "a heading")),
    (re.compile(r"[ \t]*(?:[-+－–•·]|\*(?!\*))"), ("列表", "a list")),
    (re.compile(r"[ \t]*[>＞]"), ("引用", "a quote")),
    (re.compile(r"[ \t]*(?:```|~~~|｀)"), ("代码块", "a code block")),
)
_SWALLOWED = re.compile(r"[ \t]*(?:```|~~~|#{1,6}[ \t]|\|)")
_ITEM = re.compile(r"[ \t]*[-*+](?:[ \t]+|$)")
_QUOTED = re.compile(r" {0,3}>[ \t]?")

# WHY: only blocks are wanted, so inline parsing is off; without the reference rule a line such as
# `[a]: b` is prose and can't vanish.
_MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["inline", "reference"])


def read_blocks(source: Source, first_line: int = 1) -> tuple[Block, ...]:
    """The blocks of a document from one line on, in order."""
    outlines, rest = scan_plain(source.lines, first_line)
    blocks = [_read_outline(source, outline) for outline in outlines]
    if rest <= len(source.lines):
        blocks += read_markdown(source, rest)
    _check_counts(source, blocks)
    return tuple(blocks)


def read_markdown(source: Source, first_line: int = 1) -> list[Block]:
    """The blocks from one line on, as Markdown's whole grammar has them."""
    lines = ["" if number < first_line else line for number, line in enumerate(source.lines, 1)]
    groups = _top_level(_MARKDOWN.parse("\n".join(lines)))
    blocks = (_read_block(source, tokens) for tokens in groups)
    return [block for block in blocks if block is not None]


def _read_outline(source: Source, outline: Outline) -> Block:
    """A plainly written block."""
    sort, first, last = outline
    numbers = range(first, last + 1)
    match sort:
        case "heading":
            level = source.lines[first - 1].index(" ")
            return Heading(level, source.stretch(first, level + 1))
        case "paragraph":
            return _read_paragraph(source, first, last)
        case "fence":
            return _read_body(source, first, range(first + 1, last), is_closed=True)
        case "grid":
            return read_grid(source, first, last)
        case "items":
            items = tuple(source.stretch(number, 2) for number in numbers)
            return Items(items, source.line_place(first))
    breaks = [number for number in numbers if source.lines[number - 1] == ">"]
    pairs = zip([first - 1, *breaks], [*breaks, last + 1], strict=True)
    runs = (range(start + 1, end) for start, end in pairs)
    return Quote(tuple(_read_quoted(source, run) for run in runs if run), source.line_place(first))


def _top_level(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each top-level block, from its opening to its closing one."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def _lines_of(token: Token) -> tuple[int, int]:
    """First and last line of a block, from 1."""
    first, end = token.map or [0, 1]
    return first + 1, max(end, first + 1)


def _read_block(source: Source, tokens: list[Token]) -> Block | None:
    opening = tokens[0]
    first, last = _lines_of(opening)
    if opening.type == "heading_open" and opening.markup.startswith("#"):
        return _read_heading(source, opening, tokens[1].content)
    if opening.type == "paragraph_open":
        return _read_paragraph(source, first, last)
    if opening.type == "fence" and opening.info.strip() == "feel":
        return _read_fence(source, opening)
    if opening.type == "table_open":
        return read_grid(source, first, last)
    if opening.type == "bullet_list_open":
        return _read_items(source, tokens)
    if opening.type == "blockquote_open":
        return _read_quote(source, tokens)
    _report_unknown(source, opening)
    return None


def _report_unknown(source: Source, token: Token) -> None:
    what, what_en = _UNKNOWN.get(token.type, ("这种写法", "this construct"))
    if token.type == "heading_open":
        what, what_en = "用横线标出的标题", "an underlined heading"
    elif token.type == "fence" and token.info.strip() != "feel":
        language = shorten(token.info)
        what, what_en = f"`{language}` 代码块", f"a code block `{language}`"
    source.report("XR006", source.line_place(_lines_of(token)[0]), what=what, what_en=what_en)


def _read_heading(source: Source, opening: Token, content: str) -> Heading:
    line = _lines_of(opening)[0]
    raw = source.lines[line - 1]
    start = raw.index(opening.markup) + len(opening.markup)
    start = raw.find(content, start) if content else start
    return Heading(len(opening.markup), source.stretch(line, start, start + len(content)))


def _read_paragraph(source: Source, first: int, last: int) -> Paragraph:
    for number in range(first, last + 1):
        _check_prose_line(source, number)
    text = "\n".join(source.lines[number - 1].strip() for number in range(first, last + 1))
    return Paragraph(text, source.line_place(first))


def _check_prose_line(source: Source, number: int) -> None:
    line = source.lines[number - 1]
    place = source.line_place(number)
    if _is_like_a_row(line.strip()):
        source.report("XR007", place)
        return
    for look, (what, what_en) in _LOOKS:
        if look.match(line):
            source.report("XR013", place, text=shorten(line), what=what, what_en=what_en)
            return
    _check_inline(source, number, line)


def _is_like_a_row(line: str) -> bool:
    return line.startswith("|") or line.endswith("|") or (set("|-") <= set(line) <= set("|-: \t"))


def _check_inline(source: Source, number: int, line: str) -> None:
    masked = _NOT_PROSE.sub(lambda found: " " * len(found[0]), line)
    for pattern, (what, what_en) in _IN_PROSE:
        found = pattern.search(masked)
        if found:
            place = source.place(number, *found.span())
            source.report("XR006", place, what=what, what_en=what_en)


def _read_fence(source: Source, opening: Token) -> Fence:
    first, last = _lines_of(opening)
    closing = source.lines[last - 1].strip()
    mark = opening.markup
    is_closed = last > first and closing == mark[0] * len(closing) and len(closing) >= len(mark)
    body = range(first + 1, last if is_closed else last + 1)
    return _read_body(source, first, body, is_closed=is_closed)


def _read_body(source: Source, first: int, body: range, *, is_closed: bool) -> Fence:
    place = source.line_place(first)
    # INVARIANT: FEEL has no such lines, so a block that holds one has lost its end further up.
    if not is_closed or any(_SWALLOWED.match(source.lines[number - 1]) for number in body):
        source.report("XR005", place)
    filled = [number for number in body if source.lines[number - 1].strip()]
    if not filled:
        source.report("XR074", place)
        return Fence(Text("", place), place)
    lines = range(filled[0], filled[-1] + 1)
    return Fence(_join_lines(source, [(number, 0) for number in lines]), place)


def _join_lines(source: Source, starts: list[tuple[int, int]]) -> Text:
    """One text of several lines, each from an offset on; the lines after the first keep indents."""
    head = source.stretch(*starts[0])
    parts, pieces, length = [head.value], [], len(head.value)
    for line, start in starts[1:]:
        part = source.lines[line - 1][start:].rstrip()
        pieces.append((length + 1, source.place(line, start)))
        parts.append(part)
        length += 1 + len(part)
    return Text("\n".join(parts), head.place, tuple(pieces))


def _read_items(source: Source, tokens: list[Token]) -> Items:
    items: list[Text] = []
    for position, token in enumerate(tokens):
        if token.type == "list_item_open" and token.level == 1:
            line = _lines_of(token)[0]
            mark = _ITEM.match(source.lines[line - 1])
            items.append(source.stretch(line, mark.end() if mark else 0))
            if tokens[position + 1].type == "list_item_close":
                source.report("XR045", source.line_place(line))
        elif token.level == 2 and token.nesting >= 0 and token.type != "inline":
            _check_item_block(source, token, is_first=tokens[position - 1].type == "list_item_open")
    return Items(tuple(items), source.line_place(_lines_of(tokens[0])[0]))


def _check_item_block(source: Source, token: Token, *, is_first: bool) -> None:
    """An item holds one paragraph of one line."""
    first, last = _lines_of(token)
    if token.type != "paragraph_open" or not is_first:
        what, what_en = _UNKNOWN.get(token.type, ("第二段文字", "a second paragraph"))
        source.report("XR006", source.line_place(first), what=what, what_en=what_en)
    elif last > first:
        source.report("XR012", source.line_place(first + 1), what="属性", what_en="property")


def _read_quote(source: Source, tokens: list[Token]) -> Quote:
    paragraphs: list[Text] = []
    first = _lines_of(tokens[0])[0]
    for token in tokens[1:-1]:
        if token.level != 1 or token.nesting < 0:
            continue
        if token.type != "paragraph_open":
            what, what_en = _UNKNOWN.get(token.type, ("这种写法", "this construct"))
            line = _lines_of(token)[0]
            source.report("XR006", source.line_place(line), what=what, what_en=what_en)
            continue
        begin, end = _lines_of(token)
        paragraphs.append(_read_quoted(source, range(begin, end + 1)))
    # WHY by its tokens: blank lines after a quote may count among its own.
    if not tokens[1:-1]:
        source.report("XR048", source.line_place(first), name=">")
    return Quote(tuple(paragraphs), source.line_place(first))


def _read_quoted(source: Source, numbers: range) -> Text:
    starts: list[tuple[int, int]] = []
    for number in numbers:
        line = source.lines[number - 1]
        mark = _QUOTED.match(line)
        if mark is None:
            source.report("XR012", source.line_place(number), what="引用", what_en="quote")
        _check_inline(source, number, line)
        starts.append((number, mark.end() if mark else 0))
    return _join_lines(source, starts)


def _check_counts(source: Source, blocks: list[Block]) -> None:
    headings = [block for block in blocks if isinstance(block, Heading)]
    rows = [row for block in blocks if isinstance(block, Grid) for row in block.rows]
    for what, what_en, places in (
        ("标题", "headings", [heading.place for heading in headings]),
        ("表格的行", "rows", [row.place for row in rows]),
    ):
        if len(places) > LARGEST_COUNT:
            limit = str(LARGEST_COUNT)
            source.report("XR003", places[LARGEST_COUNT], what=what, what_en=what_en, limit=limit)
