"""The list of the official source's clauses, from its text to a `ClauseList`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xbyx_rules.errors import Diagnostic, has_errors

from .blocks import Block, Fence, Heading, Items, Paragraph, Quote, read_blocks
from .clause_list import ClauseList, ListedClause
from .front_matter import read_policy_key
from .grid import Column, Grid, NamedRow, name_columns
from .headings import normalise_locator, read_heading
from .model import ClauseNature
from .source import Source, shorten

__all__ = ["CLAUSE_COLUMNS", "read_clause_list"]

CLAUSE_COLUMNS = (
    Column("条款", "clause"),
    Column("性质", "nature"),
    Column("原文用词", "source-word", is_required=False, is_filled=False),
    Column("对象", "subject", is_required=False, is_filled=False),
    Column("概要", "summary"),
    Column("说明", "note", is_required=False, is_filled=False),
)
_REFUSED: Mapping[type[Block], tuple[str, str]] = {
    Items: ("列表", "a list"),
    Fence: ("代码块", "a code block"),
    Quote: ("引用", "a quote"),
}


def read_clause_list(text: str, file: str) -> tuple[ClauseList | None, tuple[Diagnostic, ...]]:
    """Read a list of clauses: front matter that names the document, prose, one table.

    Pure: opens no file.

    Args:
        text: the list, of at most 2,000,000 bytes; read as `read_policy` reads a document.
        file: its name in places.

    Returns:
        The list, or None when there is an error; and all that was found, in the text's order.

    Example:
        >>> table = ("| 条款 | 性质 | 概要 |", "|---|---|---|", "| 一（二） | 宣示 | 理念 |")
        >>> lines = ("---", "policy: cn/a", "---", *table)
        >>> clauses, found = read_clause_list(chr(10).join(lines), "clauses.md")
        >>> [(row.locator, row.nature.label("en")) for row in clauses.rows]
        [('一(二)', 'declaratory')]

    Source: docs/add-a-rule.md describes the form.
    """
    source = Source(text, file)
    if not source.is_readable():
        return None, source.problems
    front = read_policy_key(source)
    blocks = read_blocks(source, front[1] + 1 if front else 1)
    grid = _find_table(source, blocks)
    rows = _read_rows(source, grid) if grid else ()
    found = source.problems
    if front is None or has_errors(found):
        return None, found
    prose = "\n\n".join(block.text for block in blocks if isinstance(block, Paragraph))
    return ClauseList(front[0].value, rows, prose, file, source.text, front[0].place), found


def _find_table(source: Source, blocks: Iterable[Block]) -> Grid | None:
    """The one table; whatever else is neither prose nor a plain heading is reported."""
    table: Grid | None = None
    for block in blocks:
        match block:
            case Paragraph():
                continue
            case Heading():
                if read_heading(source, block).anchor:
                    source.report("XR016", block.place)
            case Grid():
                if table is not None:
                    source.report("XR017", block.place, line=str(table.place.line))
                table = table or block
            case _:
                what, what_en = _REFUSED[type(block)]
                source.report("XR018", block.place, what=what, what_en=what_en)
    if table is None:
        source.report("XR019", source.place(1))
    return table if table is not None and table.header else None


def _read_rows(source: Source, grid: Grid) -> tuple[ListedClause, ...]:
    rows: list[ListedClause] = []
    lines: dict[str, int] = {}
    for row in name_columns(source, grid, CLAUSE_COLUMNS):
        locator = _read_locator(source, row, lines)
        nature = _read_nature(source, row)
        if locator and nature:
            rows.append(
                ListedClause(
                    locator=locator,
                    nature=nature,
                    source_word=row["原文用词"].value,
                    subject=row["对象"].value,
                    summary=row["概要"].value,
                    note=row["说明"].value,
                    place=row.place,
                )
            )
    return tuple(rows)


def _read_locator(source: Source, row: NamedRow, lines: dict[str, int]) -> str | None:
    """The clause's place in the source; None after a report."""
    cell = row["条款"]
    locator = normalise_locator(cell.value)
    if locator is None:
        if cell:
            source.report("XR041", cell.place, value=shorten(cell.value))
        return None
    if locator in lines:
        line = str(lines[locator])
        source.report("XR042", cell.place, locator=locator, line=line)
        return None
    lines[locator] = cell.place.line
    return locator


def _read_nature(source: Source, row: NamedRow) -> ClauseNature | None:
    """The clause's nature; None after a report."""
    cell = row["性质"]
    nature = ClauseNature.find(cell.value)
    if nature is None and cell:
        allowed = "、".join(f"`{one.zh}`" for one in ClauseNature)
        source.report("XR030", cell.place, value=shorten(cell.value), key="性质", allowed=allowed)
    return nature
