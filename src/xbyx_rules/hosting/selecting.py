"""Statements that read rows of a host's tables, made once and used again.

They are built from SQLAlchemy's `table` and `column` constructs: names were checked when the
mapping was declared, and every value is a bound parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TableClause,
    and_,
    bindparam,
    column,
    or_,
    select,
    table,
)

from xbyx_rules.policy import Term

from .mapping import Column

__all__ = ["Key", "Lookup", "Selection", "Wanted", "select_rows", "split_keys", "to_table"]

Key = tuple[Any, ...]
Found = TypeVar("Found")

_CHUNK = 400  # WHY: well below the least limit on bound parameters (999, older SQLite)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which rows of a table to read: those that agree with one of `keys` in the columns `on`.

    `keys` leads from the columns' values to how a message names the record that asks for them.
    """

    on: tuple[str, ...]
    keys: Mapping[Key, str]
    where: Mapping[str, int | str]
    filled: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[object, ...]:
        """Everything but the keys: what makes two lookups use the same statement."""
        return (self.on, tuple(self.where.items()), self.filled, self.order_by)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One term that a column of a row fills; `within` names the record (对一) it is part of."""

    label: str
    term: Term
    way: Column
    within: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """A statement for any keys, and the terms that its columns fill.

    `one` reads the rows of a single key in a single column, by far the most frequent question.
    """

    wanted: tuple[Wanted, ...]
    source: TableClause
    statement: Select[Any]
    one: Select[Any]

    def rows(self, connection: Connection, lookup: Lookup) -> list[Mapping[str, Any]]:
        """The rows that a lookup of the statement's shape finds, in the statement's order."""
        if len(lookup.on) == len(lookup.keys) == 1:
            ((key,),) = lookup.keys
            return [dict(row) for row in connection.execute(self.one, {"key": key}).mappings()]
        found: list[Mapping[str, Any]] = []
        for some in split_keys(lookup.keys, max(1, _CHUNK // len(lookup.on))):
            matching = self.statement.where(_agrees(self.source, lookup.on, some))
            found += [dict(row) for row in connection.execute(matching).mappings()]
        return found


def select_rows(
    name: str,
    schema: str | None,
    lookup: Lookup,
    wanted: tuple[Wanted, ...],
    raw: Iterable[str],
    is_locking: bool,
) -> Selection:
    """Make the statement that reads what is wanted, and the columns `raw` as they stand."""
    plain = sorted({*raw, *lookup.on})
    source = to_table(
        name,
        schema,
        [
            *plain,
            *(one.way.name for one in wanted),
            *lookup.where,
            *lookup.filled,
            *lookup.order_by,
        ],
    )
    shown = [source.c[one].label(f"r_{one}") for one in plain]
    shown += [one.way.conversion.select(source.c[one.way.name]).label(one.label) for one in wanted]
    order = dict.fromkeys([*lookup.order_by, *plain])
    statement = (
        select(*shown)
        .where(*(source.c[one] == value for one, value in lookup.where.items()))
        .where(*(source.c[one].is_not(None) for one in lookup.filled))
        .order_by(*(source.c[one] for one in order))
    )
    if is_locking:
        statement = statement.with_for_update()
    one = statement.where(source.c[lookup.on[0]] == bindparam("key"))
    return Selection(wanted, source, statement, one)


def to_table(name: str, schema: str | None, columns: Iterable[str]) -> TableClause:
    """A host's table with the columns that a statement speaks of."""
    return table(name, *(column(one) for one in dict.fromkeys(columns)), schema=schema)


def _agrees(source: TableClause, on: tuple[str, ...], keys: Sequence[Key]) -> ColumnElement[bool]:
    if len(on) == 1:
        return source.c[on[0]].in_([key[0] for key in keys])
    # WHY not row values: `(a, b) IN (…)` is not understood by every database.
    return or_(
        *(
            and_(*(source.c[name] == value for name, value in zip(on, key, strict=True)))
            for key in keys
        )
    )


def split_keys(keys: Iterable[Found], size: int = _CHUNK) -> Iterator[list[Found]]:
    """Keys in parts of which each fits into one statement."""
    left = iter(keys)
    while part := list(islice(left, size)):
        yield part
