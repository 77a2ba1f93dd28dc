"""Tables as cells with places, read from the source lines, and rows by their columns' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xbyx_rules.errors import Place

from .model import Text
from .source import Source, shorten

__all__ = ["Column", "Grid", "GridRow", "NamedRow", "name_columns", "read_grid"]


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: as many cells as the header has."""

    cells: tuple[Text, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its header cells and its rows."""

    header: tuple[Text, ...]
    rows: tuple[GridRow, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have.

    Args:
        zh: its heading; rows are asked for it by this name.
        en: the English spelling.
        is_required: whether the table must have it.
        is_filled: whether its cells can't be empty.
    """

    zh: str
    en: str
    is_required: bool = True
    is_filled: bool = True


@dataclass(frozen=True, slots=True)
class NamedRow:
    """One row with its cells by the Chinese name of the column; an absent column reads as empty."""

    cells: Mapping[str, Text]
    place: Place

    def __getitem__(self, name: str) -> Text:
        found = self.cells.get(name)
        return Text("", self.place) if found is None else found


def read_grid(source: Source, first: int, last: int) -> Grid:
    """The table on these lines: a header, the delimiter row, and the rows.

    A row of another length than the header is reported and left out.
    """
    header = _read_cells(source, first) or ()
    _read_cells(source, first + 1)
    rows: list[GridRow] = []
    for number in range(first + 2, last + 1):
        cells = _read_cells(source, number)
        if cells is None or not header:
            continue
        if len(cells) != len(header):
            count, expected = str(len(cells)), str(len(header))
            source.report("XR009", source.line_place(number), count=count, expected=expected)
            continue
        rows.append(GridRow(cells, source.line_place(number)))
    grid = Grid(header, tuple(rows), source.line_place(first))
    if first + 2 > last:
        source.report("XR062", grid.place)
    return grid


def _read_cells(source: Source, number: int) -> tuple[Text, ...] | None:
    """The cells of a row; None after a report when it doesn't begin and end with a bar."""
    line = source.lines[number - 1]
    bars = [
        offset
        for offset, character in enumerate(line)
        if character == "|" and (offset == 0 or line[offset - 1] != "\\")
    ]
    if not bars:
        source.report("XR008", source.line_place(number))
        return None
    if len(bars) < 2 or line[: bars[0]].strip() or line[bars[-1] + 1 :].strip():
        source.report("XR010", source.line_place(number))
        return None
    return tuple(_unescape(source.stretch(number, start + 1, end)) for start, end in pairwise(bars))


def _unescape(cell: Text) -> Text:
    r"""The cell with ``\|`` read as ``|``; its pieces say where the characters after it stand."""
    parts = cell.value.split("\\|")
    if len(parts) == 1:
        return cell
    value, pieces, column = parts[0], [], cell.place.column + len(parts[0])
    for part in parts[1:]:
        pieces.append((len(value), Place(cell.place.file, cell.place.line, column, 2)))
        value += "|"
        column += 2
        pieces.append((len(value), Place(cell.place.file, cell.place.line, column)))
        value += part
        column += len(part)
    return Text(value, cell.place, tuple(pieces))


def name_columns(source: Source, grid: Grid, columns: Sequence[Column]) -> tuple[NamedRow, ...]:
    """The rows of a table whose header names only `columns`, in any order and either language."""
    spelled = {name: column for column in columns for name in (column.zh, column.en.casefold())}
    found: list[Column | None] = []
    seen: set[str] = set()
    for cell in grid.header:
        column = spelled.get(cell.value.casefold())
        if column is None:
            allowed = "、".join(f"`{one.zh}`" for one in columns)
            source.report("XR059", cell.place, name=shorten(cell.value), allowed=allowed)
        elif column.zh in seen:
            source.report("XR061", cell.place, name=column.zh)
            column = None
        else:
            seen.add(column.zh)
        found.append(column)
    for column in columns:
        if column.is_required and column.zh not in seen:
            source.report("XR060", grid.place, name=column.zh)
    return tuple(_name_row(source, row, found) for row in grid.rows)


def _name_row(source: Source, row: GridRow, columns: Sequence[Column | None]) -> NamedRow:
    cells: dict[str, Text] = {}
    for column, cell in zip(columns, row.cells, strict=True):
        if column is None:
            continue
        if column.is_filled and not cell:
            source.report("XR063", cell.place, name=column.zh)
        cells[column.zh] = cell
    return NamedRow(cells, row.place)
