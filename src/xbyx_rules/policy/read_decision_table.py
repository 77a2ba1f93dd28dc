"""Decision tables: hit policy, inputs, outputs headed ``→``, annotations, one row a rule.

Source: DMN 1.5 §8.2 (decision tables), rules as rows.
"""

from __future__ import annotations

from .grid import Grid
from .model import Table, TableRow, Text
from .read_tables import report_twice
from .source import Source, cut_prefix, shorten

__all__ = ["ARROWS", "HIT_POLICIES", "read_decision_table"]

HIT_POLICIES = ("U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#")
ARROWS = ("→", "->")


def read_decision_table(source: Source, grid: Grid) -> Table:
    """Read a table whose top-left cell is a hit policy; cells stay as written."""
    width = len(grid.header)
    outputs = [number for number in range(1, width) if _arrow_of(grid.header[number])]
    first = outputs[0] if outputs else width
    after = first
    while after < width and _arrow_of(grid.header[after]):
        after += 1
    if not outputs:
        source.report("XR064", grid.place)
    for number in outputs:
        if number > after:
            name = shorten(_read_heading(grid.header[number]).value)
            source.report("XR065", grid.header[number].place, name=name)
    headings = tuple(_read_heading(cell) for cell in grid.header)
    report_twice(source, headings[1:first])
    report_twice(source, headings[first:after])
    for heading in headings[1:]:
        if not heading:
            source.report("XR063", heading.place, name=grid.header[0].value)
    return Table(
        hit_policy=grid.header[0],
        inputs=headings[1:first],
        outputs=headings[first:after],
        annotations=headings[after:],
        rows=_read_rows(source, grid, first, after),
        place=grid.place,
    )


def _arrow_of(cell: Text) -> str:
    """The arrow that an output's heading begins with; "" for another heading."""
    return next((arrow for arrow in ARROWS if cell.value.startswith(arrow)), "")


def _read_heading(cell: Text) -> Text:
    """The heading without its arrow."""
    return cut_prefix(cell, len(_arrow_of(cell)))


def _read_rows(source: Source, grid: Grid, first: int, after: int) -> tuple[TableRow, ...]:
    report_twice(source, [row.cells[0] for row in grid.rows])
    rows: list[TableRow] = []
    for row in grid.rows:
        number = row.cells[0]
        if not number:
            source.report("XR063", number.place, name=grid.header[0].value)
        rows.append(
            TableRow(
                number=number.value,
                inputs=row.cells[1:first],
                outputs=row.cells[first:after],
                annotations=row.cells[after:],
                place=row.place,
            )
        )
    return tuple(rows)
