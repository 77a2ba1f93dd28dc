"""The canonical layout of a table: one space about a cell, Chinese headings, ASCII signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from xbyx_rules.feel.respelling import respell

from .grid import Column, Grid
from .model import ClauseNature, Text
from .properties import WORDS
from .read_decision_table import ARROWS, HIT_POLICIES
from .read_tables import NAMED_TABLES, ORIGINS
from .source import Source

__all__ = ["lay_out_grid", "write_row"]

_BAR = re.compile(r"(?<!\\)\|")
_EXAMPLE = ("例", "example")
_NATURES = {word: one.zh for one in ClauseNature for word in one.spellings}
# Columns of expressions and literals, by heading.
_EXPRESSIONS = frozenset({"值", "条件", "满足"})
_WORDS = {"核实": WORDS["核实"], "来源": ORIGINS, "性质": _NATURES}

_Speller = Callable[[str], str]


def lay_out_grid(
    source: Source, grid: Grid, columns: Sequence[Column] | None = None
) -> Iterator[str]:
    """The lines of a table in canonical layout.

    Args:
        source: the document.
        grid: the table, read without an error.
        columns: the columns it may have; None for a policy, whose tables say what they are.
    """
    if columns is None:
        header, spellers = _spell_policy(grid.header)
    else:
        header, spellers = _spell_columns(grid.header, columns)
    yield write_row(header)
    marks = _BAR.split(source.lines[grid.place.line].strip())[1:-1]
    yield "|" + "|".join(map(_lay_out_mark, marks)) + "|"
    for row in grid.rows:
        yield write_row([one(cell.value) for one, cell in zip(spellers, row.cells, strict=True)])


def write_row(cells: Sequence[str]) -> str:
    r"""A row of a table; ``|`` within a cell becomes ``\|``.

    Example:
        >>> write_row(["1", "", '"a|b"'])
        '| 1 | | "a\\|b" |'
    """
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return "|" + "|".join(f" {cell} " if cell else " " for cell in escaped) + "|"


def _lay_out_mark(mark: str) -> str:
    """A delimiter; its colons, which say where the column is aligned, stay."""
    bare = mark.strip()
    left, right = bare.startswith(":"), bare.endswith(":")
    return f"{':' if left else ''}---{':' if right else ''}"


def _spell_policy(header: Sequence[Text]) -> tuple[list[str], list[_Speller]]:
    """The headings in canonical spelling, and for each column how its cells are spelt."""
    names = [cell.value for cell in header]
    first = names[0]
    if first.casefold() in _EXAMPLE:
        names = ["例", *names[1:-1], "结果"]
        return names, [_as_it_is, *([respell] * (len(names) - 1))]
    if first in HIT_POLICIES:
        return _spell_decision_table(names)
    columns = NAMED_TABLES.get(first) or NAMED_TABLES[first.casefold()]
    return _spell_columns(header, columns)


def _spell_decision_table(names: Sequence[str]) -> tuple[list[str], list[_Speller]]:
    spelt = [names[0]]
    spellers: list[_Speller] = [_as_it_is]
    has_outputs = False
    for name in names[1:]:
        arrow = next((one for one in ARROWS if name.startswith(one)), "")
        if arrow:
            has_outputs = True
            spelt.append(f"→ {name[len(arrow) :].lstrip()}")
        else:
            spelt.append(name if has_outputs else respell(name))
        spellers.append(respell if arrow or not has_outputs else _as_it_is)
    return spelt, spellers


def _spell_columns(
    header: Sequence[Text], columns: Sequence[Column]
) -> tuple[list[str], list[_Speller]]:
    spelled = {name: one.zh for one in columns for name in (one.zh, one.en.casefold())}
    names = [spelled.get(cell.value.casefold(), cell.value) for cell in header]
    return names, [_speller_of(name) for name in names]


def _speller_of(column: str) -> _Speller:
    if column in _EXPRESSIONS:
        return respell
    words = _WORDS.get(column)
    return _as_it_is if words is None else lambda cell: words.get(cell, cell)


def _as_it_is(cell: str) -> str:
    return cell
