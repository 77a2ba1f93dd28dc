"""Tables of two versions: rows by what they say rather than by their number, cells by column."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xbyx_rules.errors import Place
from xbyx_rules.feel.respelling import respell
from xbyx_rules.policy import (
    Body,
    Example,
    Pattern,
    Table,
    Taxonomy,
    Text,
    Transitions,
)

from .difference import Change, Part
from .matching import find_moved, match

__all__ = ["compare_bodies", "compare_examples"]

_Key = Callable[["_Row"], Hashable]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of any table.

    Args:
        name: what people call it.
        cells: by column, full-width signs read as ASCII ones; the name may be among them.
        place: where it stands.
        number: the number of a decision table's rule, which says nothing by itself.
        what_for: the columns that say when the row applies.
    """

    name: str
    cells: Mapping[str, str]
    place: Place
    number: str = ""
    what_for: tuple[str, ...] = field(default=())

    def only(self, *, what_for: bool) -> Hashable:
        """The cells that say when it applies, or the others."""
        return tuple(
            sorted(
                (key, one) for key, one in self.cells.items() if (key in self.what_for) == what_for
            )
        )


def compare_bodies(old: Body, new: Body) -> Iterator[Change]:
    """The rows of two bodies of one sort that differ; expressions and parameters lie elsewhere."""
    match (old, new):
        case (Table(), Table()):
            yield from _compare_tables(old, new)
        case (Transitions(), Transitions()):
            ends: tuple[_Key, ...] = (_cells_of("从", "动作", "到"), _cells_of("从", "动作"))
            yield from _compare(Part.TRANSITION, _transitions(old), _transitions(new), ends)
        case (Pattern(), Pattern()):
            yield from _compare(Part.PATTERN_ROW, _patterns(old), _patterns(new), (_name_of,))
        case (Taxonomy(), Taxonomy()):
            keys: tuple[_Key, ...] = (_name_of, _cells_of("English"))
            yield from _compare(Part.TAXONOMY_VALUE, _values(old), _values(new), keys)


def compare_examples(old: Sequence[Example], new: Sequence[Example]) -> Iterator[Change]:
    """The examples that differ: by name, or else by what they put in."""
    keys: tuple[_Key, ...] = (_name_of, lambda one: one.only(what_for=True))
    yield from _compare(Part.EXAMPLE, _examples(old), _examples(new), keys)


def _compare_tables(old: Table, new: Table) -> Iterator[Change]:
    if old.hit_policy.value != new.hit_policy.value:
        yield Change(
            Part.HIT_POLICY,
            "changed",
            old=old.hit_policy.value,
            new=new.hit_policy.value,
            old_place=old.hit_policy.place,
            new_place=new.hit_policy.place,
        )
    mine, theirs = _columns(old), _columns(new)
    for name in mine:
        if name not in theirs:
            yield Change(Part.COLUMN, "removed", name, old=name, old_place=mine[name])
    for name in theirs:
        if name not in mine:
            yield Change(Part.COLUMN, "added", name, new=name, new_place=theirs[name])
    keys: tuple[_Key, ...] = (
        lambda one: one.only(what_for=True),
        lambda one: one.only(what_for=False),
        lambda one: one.number,
    )
    yield from _compare(Part.TABLE_ROW, _rules(old), _rules(new), keys)


def _compare(
    part: Part, old: Sequence[_Row], new: Sequence[_Row], keys: Sequence[_Key]
) -> Iterator[Change]:
    pairs = match(old, new, (_all_of, *keys))
    moved = find_moved(pairs)
    paired = {one for one, _ in pairs}
    by_new = {theirs: mine for mine, theirs in pairs}
    for position, row in enumerate(new):
        if position not in by_new:
            yield Change(part, "added", row.name, new=_say(row), new_place=row.place)
            continue
        mine = by_new[position]
        yield from _compare_row(part, old[mine], row, is_moved=(mine, position) in moved)
    for position, row in enumerate(old):
        if position not in paired:
            yield Change(part, "removed", row.name, old=_say(row), old_place=row.place)


def _compare_row(part: Part, old: _Row, new: _Row, *, is_moved: bool) -> Iterator[Change]:
    for column in dict.fromkeys((*old.cells, *new.cells)):
        before, after = old.cells.get(column, ""), new.cells.get(column, "")
        if before != after:
            yield Change(part, "changed", new.name, column, before, after, old.place, new.place)
    if is_moved or old.number != new.number:
        places = (old.place, new.place)
        yield Change(part, "moved", new.name, "", old.number, new.number, *places)


def _say(row: _Row) -> str:
    return "；".join(f"{key}：{one}" for key, one in row.cells.items() if one)


# What names a row


def _all_of(row: _Row) -> Hashable:
    return (row.name if not row.number else "", tuple(sorted(row.cells.items())))


def _name_of(row: _Row) -> Hashable:
    return row.name


def _cells_of(*columns: str) -> _Key:
    return lambda row: tuple(row.cells.get(one, "") for one in columns)


# The rows of each sort of table


def _columns(table: Table) -> dict[str, Place]:
    named = [(respell(one.value), one.place) for one in table.inputs]
    named += [(f"→ {one.value}", one.place) for one in table.outputs]
    named += [(one.value, one.place) for one in table.annotations]
    return dict(named)


def _rules(table: Table) -> list[_Row]:
    columns = _columns(table)
    what_for = tuple(columns)[: len(table.inputs)]
    rows: list[_Row] = []
    for row in table.rows:
        texts = (*row.inputs, *row.outputs, *row.annotations)
        cells = {name: respell(one.value) for name, one in zip(columns, texts, strict=False)}
        rows.append(_Row(row.number, cells, row.place, row.number, what_for))
    return rows


def _transitions(body: Transitions) -> list[_Row]:
    return [
        _Row(
            f"{row.source} → {row.action}",
            {
                "从": row.source,
                "动作": row.action,
                "到": row.target,
                "由": "、".join(row.by),
                "须符合": "、".join(row.must_meet),
                "条件": _text(row.condition),
                "时限": _text(row.deadline),
                "来源": row.origin,
                "依据": row.basis,
            },
            row.place,
        )
        for row in body.rows
    ]


def _patterns(body: Pattern) -> list[_Row]:
    return [
        _Row(
            row.alias,
            {
                "事实": f"无 {row.entity}" if row.is_absent else row.entity,
                "记作": row.alias,
                "满足": _text(row.condition),
            },
            row.place,
        )
        for row in body.rows
    ]


def _values(body: Taxonomy) -> list[_Row]:
    return [
        _Row(
            row.value,
            {
                "取值": row.value,
                "上级": _text(row.parent),
                "English": row.english,
                "说明": row.note,
            },
            row.place,
        )
        for row in body.rows
    ]


def _examples(examples: Sequence[Example]) -> list[_Row]:
    rows: list[_Row] = []
    for one in examples:
        inputs = {respell(name.value): respell(cell.value) for name, cell in one.inputs}
        cells = {"例": one.name, **inputs, "结果": respell(one.expected.value)}
        rows.append(_Row(one.name, cells, one.place, what_for=tuple(inputs)))
    return rows


def _text(text: Text | None) -> str:
    return respell(text.value) if text else ""
