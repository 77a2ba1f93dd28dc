"""Rows of the host's tables, read as records in the vocabulary's words.

A relation costs one statement for all the records that have it, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.feel.types import ListType, StringType, Type
from xbyx_rules.feel.values import Complete, Incomplete
from xbyx_rules.policy import Entity, Term, Vocabulary

from .conversions import Text, UnknownCodeError
from .mapping import (
    Beside,
    Column,
    Constant,
    EntityMapping,
    HostMapping,
    Literally,
    SameRow,
    ToMany,
    ToOne,
)
from .selecting import Key, Lookup, Selection, Wanted, select_rows

__all__ = ["Reader", "Record", "fail"]

Record = dict[str, Any]
_SHOWN = ("公开", "内部")
_HIDDEN = "`***`"


class Reader:
    """Reads records by a mapping that was checked, on one connection.

    Args:
        connection: of the host; nothing is committed.
        mapping: checked against `vocabulary`.
        selections: the statements of this mapping made so far; more are added.
        is_locking: whether to lock what is read until the transaction ends.
    """

    def __init__(
        self,
        connection: Connection,
        mapping: HostMapping,
        vocabulary: Vocabulary,
        selections: dict[object, Selection],
        is_locking: bool = False,
    ) -> None:
        self._connection = connection
        self._mapping = mapping
        self._vocabulary = vocabulary
        self._selections = selections
        self._is_locking = is_locking

    def read(
        self,
        mapped: EntityMapping,
        lookup: Lookup,
        only: tuple[str, ...] | None = None,
        with_records: bool = False,
    ) -> dict[Key, list[tuple[Record, dict[str, list[Record]]]]]:
        """The records that a lookup finds, by its keys, each with those that checks read too."""
        entity = self._vocabulary.entities[mapped.entity]
        selection = self._selection(mapped, lookup, only, with_records)
        wanted, rows = selection.wanted, selection.rows(self._connection, lookup)
        names = [_row_name(row, mapped, entity, lookup) for row in rows]
        records = [
            _fill(row, name, mapped.table, wanted, _start(mapped, entity, only, row))
            for row, name in zip(rows, names, strict=True)
        ]
        for other in mapped.beside:
            self._read_beside(other, entity, rows, names, records, only)
        for name, way in mapped.terms.items():
            if isinstance(way, ToOne | ToMany) and (only is None or name in only):
                target = self._target(way, entity.terms[name].target)
                for record, found in zip(
                    records, self._related(way, target, rows, names), strict=True
                ):
                    _put(record, name, way, found)
        along: list[dict[str, list[Record]]] = [{} for _ in rows]
        for name, way in mapped.records.items() if with_records else ():
            target = self._target(way, name)
            for extra, found in zip(along, self._related(way, target, rows, names), strict=True):
                extra[name] = _to_list(way, found)
        grouped: dict[Key, list[tuple[Record, dict[str, list[Record]]]]] = {}
        for row, record, extra in zip(rows, records, along, strict=True):
            grouped.setdefault(_key_of(row, lookup, mapped.table), []).append((record, extra))
        return grouped

    def _selection(
        self,
        mapped: EntityMapping,
        lookup: Lookup,
        only: tuple[str, ...] | None,
        with_records: bool,
    ) -> Selection:
        key = (id(mapped), lookup.shape, only, with_records, self._is_locking)
        if key not in self._selections:
            wanted = tuple(_wanted(mapped, self._vocabulary, only))
            raw = [mapped.key, *_join_columns(mapped, only, with_records)]
            self._selections[key] = select_rows(
                mapped.table, mapped.schema, lookup, wanted, raw, self._is_locking
            )
        return self._selections[key]

    def _target(self, way: ToOne | ToMany, entity: str) -> EntityMapping:
        target = way.of or self._mapping.entity(entity)
        if target is None:  # pragma: no cover - the mapping was checked
            raise KeyError(entity)
        return target

    def _related(
        self,
        way: ToOne | ToMany,
        target: EntityMapping,
        rows: Sequence[Mapping[str, Any]],
        names: Sequence[str],
    ) -> Iterator[list[Record] | None]:
        """For each row the records that a relation leads to; None where it leads nowhere (NULL)."""
        asked = [_joining(row, way.on) for row in rows]
        keys = {key: name for key, name in zip(asked, names, strict=True) if None not in key}
        more = {"filled": way.filled, "order_by": way.order_by} if isinstance(way, ToMany) else {}
        lookup = Lookup(tuple(way.on.values()), keys, way.where, **more)
        found = self.read(target, lookup, way.only)
        for key, name in zip(asked, names, strict=True):
            records = [record for record, _ in found.get(key, ())]
            if isinstance(way, ToOne) and len(records) > 1:
                values = {"table": target.table, "row": name}
                raise HostError(Diagnostic("XR623", values=values))
            yield None if None in key else records

    def _read_beside(
        self,
        other: Beside,
        entity: Entity,
        rows: Sequence[Mapping[str, Any]],
        names: Sequence[str],
        records: Sequence[Record],
        only: tuple[str, ...] | None,
    ) -> None:
        asked = [_joining(row, other.on) for row in rows]
        keys = {key: name for key, name in zip(asked, names, strict=True) if None not in key}
        lookup = Lookup(tuple(other.on.values()), keys, other.where)
        selection = self._selection_beside(other, entity, lookup, only)
        found: dict[Key, Mapping[str, Any]] = {}
        for row in selection.rows(self._connection, lookup) if selection.wanted else ():
            key = _key_of(row, lookup, other.table)
            if key in found:
                values = {"table": other.table, "row": keys[key]}
                raise HostError(Diagnostic("XR623", values=values))
            found[key] = row
        for key, name, record in zip(asked, names, records, strict=True):
            if key in found:
                _fill(found[key], name, other.table, selection.wanted, record)

    def _selection_beside(
        self, other: Beside, entity: Entity, lookup: Lookup, only: tuple[str, ...] | None
    ) -> Selection:
        key = (id(other), only, self._is_locking)
        if key not in self._selections:
            wanted = tuple(
                Wanted(f"v{number}", entity.terms[name], way)
                for number, (name, way) in enumerate(other.terms.items())
                if only is None or name in only
            )
            self._selections[key] = select_rows(
                other.table, other.schema, lookup, wanted, [], self._is_locking
            )
        return self._selections[key]


def fail(code: str, name: str, at: str, row: str, value: Any, term: Term | None) -> HostError:
    """The error for a value that the mapping does not explain; personal values are not shown."""
    is_shown = term is None or term.confidentiality in _SHOWN
    shown = f"`{str(value)[:40]}`" if is_shown else _HIDDEN
    values = {"table": name, "column": at, "row": row, "value": shown}
    return HostError(Diagnostic(code, values=values))


def _wanted(
    mapped: EntityMapping, vocabulary: Vocabulary, only: tuple[str, ...] | None
) -> Iterator[Wanted]:
    terms = vocabulary.entities[mapped.entity].terms
    for number, (name, way) in enumerate(mapped.terms.items()):
        if only is not None and name not in only:
            continue
        if isinstance(way, Column):
            yield Wanted(f"v{number}", terms[name], way)
        elif isinstance(way, SameRow):
            inner = vocabulary.entities[terms[name].target].terms
            for place, (part, column_of_part) in enumerate(way.terms.items()):
                if isinstance(column_of_part, Column):
                    yield Wanted(f"v{number}_{place}", inner[part], column_of_part, within=name)


def _join_columns(
    mapped: EntityMapping, only: tuple[str, ...] | None, with_records: bool
) -> set[str]:
    ways = [way for name, way in mapped.terms.items() if only is None or name in only]
    if with_records:
        ways += mapped.records.values()
    joined = {name for way in ways if isinstance(way, ToOne | ToMany) for name in way.on}
    return joined | {name for other in mapped.beside for name in other.on}


def _start(
    mapped: EntityMapping, entity: Entity, only: tuple[str, ...] | None, row: Mapping[str, Any]
) -> Record:
    """What of a record is known before its columns are read: the key and the constants."""
    record: Record = {}
    key = entity.key
    if key is not None and key.name not in mapped.terms and (only is None or key.name in only):
        record[key.name] = Text().convert(row[f"r_{mapped.key}"])
    for name, way in mapped.terms.items():
        if only is not None and name not in only:
            continue
        if isinstance(way, Constant):
            record[name] = _literal(way.value)
        elif isinstance(way, SameRow):
            record[name] = {
                part: _literal(one.value)
                for part, one in way.terms.items()
                if isinstance(one, Constant)
            }
    return record


def _fill(
    row: Mapping[str, Any], name: str, table_name: str, wanted: Iterable[Wanted], record: Record
) -> Record:
    for one in wanted:
        value = row[one.label]
        if value is None:
            if one.way.when_null is None:
                continue
            found: Any = _literal(one.way.when_null)
        elif str(value).strip() in one.way.missing:
            continue
        else:
            found = _convert(value, one, table_name, name)
        (record[one.within] if one.within else record)[one.term.name] = found
    return record


def _convert(value: Any, one: Wanted, table_name: str, row: str) -> Any:
    try:
        found = one.way.conversion.convert(value)
    except UnknownCodeError:
        raise fail("XR620", table_name, one.way.name, row, value, one.term) from None
    except ValueError:
        raise fail("XR621", table_name, one.way.name, row, value, one.term) from None
    allowed = _allowed(one.term.type)
    words = found if isinstance(found, list) else [found]
    if allowed is not None and not all(word in allowed for word in words):
        raise fail("XR620", table_name, one.way.name, row, value, one.term)
    return found


def _allowed(kind: Type) -> tuple[str, ...] | None:
    if isinstance(kind, ListType):
        return _allowed(kind.element)
    return kind.values if isinstance(kind, StringType) else None


def _put(record: Record, name: str, way: ToOne | ToMany, found: list[Record] | None) -> None:
    if isinstance(way, ToMany):
        record[name] = _to_list(way, found)
    elif found:
        record[name] = found[0]
    elif way.when_absent is not None:
        record[name] = {term: _literal(value) for term, value in way.when_absent.items()}


def _to_list(way: ToMany, found: list[Record] | None) -> list[Record]:
    # WHY: a row without the joining value can't be asked for its records, so none are vouched for.
    if found is None:
        return Incomplete()
    return Complete(found) if way.is_complete else Incomplete(found)


def _literal(value: Literally) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _joining(row: Mapping[str, Any], on: Iterable[str]) -> Key:
    return tuple(row[f"r_{name}"] for name in on)


def _key_of(row: Mapping[str, Any], lookup: Lookup, table_name: str) -> Key:
    key = _joining(row, lookup.on)
    if key not in lookup.keys:
        # WHY: under some collations the database takes `a1` and `A1`, or `7` and `07`, as equal;
        # taking the row for somebody's would be a guess, leaving it out a silent loss.
        at = ", ".join(lookup.on)
        values = {"table": table_name, "column": at, "row": next(iter(lookup.keys.values()))}
        raise HostError(Diagnostic("XR627", values=values))
    return key


def _row_name(row: Mapping[str, Any], mapped: EntityMapping, entity: Entity, lookup: Lookup) -> str:
    """How a message names a row: by its key, or by the record above it where a key is personal."""
    key = entity.key
    if key is not None and key.confidentiality in _SHOWN:
        return f"{entity.name}/{row[f'r_{mapped.key}']}"
    above = lookup.keys.get(_joining(row, lookup.on), "")
    return f"{above} › {entity.name}" if above else entity.name
