"""What can be edited in a document, and where: every text on one line that has an address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xbyx_rules.errors import Diagnostic, Language, Place

from .addresses import (
    Address,
    Cell,
    ExampleCell,
    FrontValue,
    Message,
    Parameter,
    Property,
    Rule,
    Title,
)
from .blocks import Block, Fence, Heading, Items, Quote, read_blocks
from .front_matter import read_front_values
from .grid import Grid
from .headings import read_heading
from .model import Parameters, Policy, Text
from .properties import canonical_key, read_properties
from .read_clause import split_message
from .read_decision_table import ARROWS, HIT_POLICIES
from .read_policy import split_sections
from .read_tables import NAMED_TABLES
from .source import Source, near_names

__all__ = ["Spot", "find_place", "list_places"]

_Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """One text that can be edited.

    Args:
        address: where it stands, in canonical form.
        text: what stands there, as the reader reads it.
        rows: of a cell, every name of its row, the canonical one first.
        columns: of a cell, every name of its column.
    """

    address: Address
    text: Text
    rows: _Names = ()
    columns: _Names = ()


def list_places(policy: Policy) -> tuple[Spot, ...]:
    """Every text of a document that can be edited by its address, in the document's order.

    Example:
        >>> from xbyx_rules.policy import load_library
        >>> policy = load_library().policies["cn/beijing/school-based-training"]
        >>> [str(one.address) for one in list_places(policy) if "比例" in one.text.value][-1:]
        ['parameters/培训经费最低比例/参数']
    """
    source = Source(policy.text, policy.file)
    values, end = read_front_values(source)
    front = (Spot(FrontValue(key), text) for key, text in values.items())
    _, sections = split_sections(source, read_blocks(source, end + 1))
    clauses = (
        spot for heading, blocks, _ in sections for spot in _list_clause(source, heading, blocks)
    )
    return (*front, *clauses)


def find_place(policy: Policy, address: Address) -> tuple[Text | None, tuple[Diagnostic, ...]]:
    """The text at an address.

    Args:
        policy: the document.
        address: a clause may be named by locator, keys and columns in either language.

    Returns:
        The text; or None and why: XR054 there is no such place, XR070 several rows are meant.
    """
    spots = list_places(policy)
    if isinstance(address, Parameter):
        found = _find_parameter(policy, address, spots)
    else:
        wanted = _name_clause(policy, address)
        found = [spot for spot in spots if spot.address == wanted]
        if not found and isinstance(wanted, Cell | ExampleCell):
            found = [spot for spot in spots if _is_cell(spot, wanted)]
    if len(found) == 1:
        return found[0].text, ()
    if found:
        values = {"address": str(address), "known": _say(str(one.address) for one in found[:10])}
        return None, (Diagnostic("XR070", None, values),)
    known = [str(one.address) for one in spots]
    mine = [one for one in known if one.split("/")[0] == str(address).split("/")[0]]
    values = {"address": str(address), "nearest": near_names(str(address), mine or known)}
    return None, (Diagnostic("XR054", None, values),)


def _say(names: Iterator[str]) -> str:
    return "、".join(f"`{one}`" for one in names)


def _name_clause(policy: Policy, address: Address) -> Address:
    """The address with its clause named by anchor and its key in canonical spelling."""
    match address:
        case FrontValue() | Parameter():
            return address
        case Property(clause, key):
            return Property(_anchor_of(policy, clause), canonical_key(key) or key)
        case Cell(clause, row, column):
            return Cell(_anchor_of(policy, clause), row, column)
        case ExampleCell(clause, example, column):
            return ExampleCell(_anchor_of(policy, clause), example, column)
        case Message(clause, language, line):
            return Message(_anchor_of(policy, clause), language, line)
        case Rule(clause, line):
            return Rule(_anchor_of(policy, clause), line)
        case Title(clause):
            return Title(_anchor_of(policy, clause))


def _anchor_of(policy: Policy, name: str) -> str:
    bare = name.removeprefix("#")
    if policy.clause(bare) is not None:
        return bare
    by_locator = (one.id for one in policy.clauses if one.locator == name and one.id)
    return next(by_locator, bare)


def _is_cell(spot: Spot, wanted: Cell | ExampleCell) -> bool:
    match spot.address, wanted:
        case (Cell(clause), Cell(other, row, column)):
            pass
        case (ExampleCell(clause), ExampleCell(other, row, column)):
            pass
        case _:
            return False
    return clause == other and row in spot.rows and column in spot.columns


def _find_parameter(policy: Policy, address: Parameter, spots: Sequence[Spot]) -> list[Spot]:
    bodies = (one.body for one in policy.clauses)
    lines = {
        row.place.line
        for body in bodies
        if isinstance(body, Parameters)
        for row in body.rows
        if row.name == address.name and (address.on is None or address.on in row.period)
    }
    return [
        one
        for one in spots
        if isinstance(one.address, Cell)
        and one.text.place.line in lines
        and address.column in one.columns
    ]


# The texts under one heading


def _list_clause(source: Source, heading: Heading, blocks: Sequence[Block]) -> Iterator[Spot]:
    names = read_heading(source, heading)
    clause = names.anchor
    if not clause:
        return
    start = heading.text.value.find(names.title, len(names.locator))
    if start >= 0:
        place = heading.text.place_at(start, len(names.title))
        yield Spot(Title(clause), Text(names.title, place))
    for block in blocks:
        match block:
            case Items():
                for key, text in read_properties(source, block).items():
                    yield Spot(Property(clause, key), text)
            case Fence():
                yield from (Spot(Rule(clause, at), text) for at, text in _split(block.text))
            case Quote():
                for paragraph in block.paragraphs:
                    yield from _list_message(clause, paragraph)
            case Grid():
                yield from _list_cells(clause, block)


def _list_message(clause: str, paragraph: Text) -> Iterator[Spot]:
    language: Language
    language, text = split_message(paragraph)
    yield from (Spot(Message(clause, language, at), line) for at, line in _split(text))


def _split(text: Text) -> Iterator[tuple[int, Text]]:
    """The lines of a text that aren't blank, with their numbers, without blanks around them."""
    # WHY by offset: asking the text for each line's place would walk all lines before it.
    places = dict(text.pieces)
    offset = 0
    for number, line in enumerate(text.value.split("\n"), 1):
        bare = line.strip()
        if bare:
            start = places.get(offset, text.place)
            column = start.column + len(line) - len(line.lstrip())
            yield number, Text(bare, Place(start.file, start.line, column, len(bare)))
        offset += len(line) + 1


def _list_cells(clause: str, grid: Grid) -> Iterator[Spot]:
    first = grid.header[0].value
    is_example = first.casefold() in ("例", "example")
    columns = _name_columns(grid, is_example=is_example)
    rows = _name_rows(grid, [names[0] for names in columns], is_example=is_example)
    for names, row in zip(rows, grid.rows, strict=True):
        for column, text in zip(columns, row.cells, strict=True):
            kind = ExampleCell if is_example else Cell
            yield Spot(kind(clause, names[0], column[0]), text, names, column)


def _name_columns(grid: Grid, *, is_example: bool) -> list[_Names]:
    """Every name of each column, the canonical one first."""
    written = [cell.value for cell in grid.header]
    if is_example:
        return [("例", "example"), *((one,) for one in written[1:-1]), ("结果", "expected")]
    if written[0] not in HIT_POLICIES:
        columns = NAMED_TABLES.get(written[0]) or NAMED_TABLES[written[0].casefold()]
        names = {name: (one.zh, one.en) for one in columns for name in (one.zh, one.en)}
        return [names.get(one) or names[one.casefold()] for one in written]
    named: list[_Names] = []
    for one in written:
        arrow = next((mark for mark in ARROWS if one.startswith(mark)), "")
        bare = one[len(arrow) :].lstrip()
        named.append((bare, one))
    # WHY: an input and an output may have one name; the arrow tells the output then.
    counts = Counter(names[0] for names in named)
    return [
        (f"→{names[0]}", names[1]) if counts[names[0]] > 1 and names[0] != names[1] else names
        for names in named
    ]


def _name_rows(grid: Grid, columns: Sequence[str], *, is_example: bool) -> list[_Names]:
    """Every name of each row, the canonical one first."""
    named = [_name_row(dict(zip(columns, row.cells, strict=True))) for row in grid.rows]
    if is_example:
        named = [(row.cells[0].value,) for row in grid.rows]
    counts = Counter(names[0] for names in named)
    met: Counter[str] = Counter()
    unique: list[_Names] = []
    for names in named:
        # WHY: a parameter with one row needs no date, one with several is named with it.
        first = names[0] if counts[names[0]] == 1 or len(names) == 1 else names[1]
        met[first] += 1
        numbered = first if met[first] == 1 else f"{first}#{met[first]}"
        unique.append((numbered, *(one for one in names if one != first)))
    return unique


def _name_row(cells: Mapping[str, Text]) -> _Names:
    if "动作" in cells:
        return (f"{cells['从'].value}→{cells['动作'].value}",)
    if "参数" in cells:
        name = cells["参数"].value
        start = cells["生效"].value if "生效" in cells else ""
        return (name, f"{name}@{start}")
    if "记作" in cells:
        return (cells["记作"].value,)
    return (next(iter(cells.values())).value,)
