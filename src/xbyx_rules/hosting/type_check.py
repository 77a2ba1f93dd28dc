"""A mapping compared with the types of a database's columns: can they hold what it says?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Time,
    inspect,
)
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import TypeEngine

from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import Vocabulary

from .conversions import (
    Codes,
    Conversion,
    Dates,
    DateTimes,
    FenToYuan,
    Number,
    SeparatedList,
    Text,
    YesNo,
)
from .filling import list_entries, list_filled
from .mapping import EntityMapping, Flow, HostMapping

__all__ = ["check_column_types"]

Types = Mapping[str, TypeEngine[Any]]
Tables = dict[tuple[str, str], Types]

_NOT_TEXT: Final = (Float, Date, DateTime, Time, Boolean, LargeBinary)
# WHY a blacklist: what a type of some product is called can't be known beforehand, but what
# certainly can't be read can; and a binary float is never exact.
_UNREADABLE: Final[Mapping[type[Conversion], tuple[type[TypeEngine[Any]], ...]]] = {
    Text: _NOT_TEXT,
    Codes: _NOT_TEXT,
    SeparatedList: _NOT_TEXT,
    Number: _NOT_TEXT,
    FenToYuan: _NOT_TEXT,
    YesNo: (Float, Date, DateTime, Time),
    Dates: (Float, Time, Boolean, LargeBinary),
    DateTimes: (Float, Date, Time, Boolean, LargeBinary),
}


def check_column_types(
    mapping: HostMapping, vocabulary: Vocabulary, connection: Connection
) -> tuple[Diagnostic, ...]:
    """Which columns are of a type that doesn't go with the mapping; reads the catalogue.

    Tables and columns that are not there are for `check_tables` to tell, and so is a type that the
    database doesn't know, such as a computed column of an SQLite view.

    Args:
        mapping: agrees with the vocabulary.
        vocabulary: what it fills.
        connection: of the host.

    Returns:
        XR596 a conversion can't read the type, XR597 whole numbers against text in a flow's key or
        state column, XR598 a stamp's form, XR599 a state's code is too long.
    """
    tables: Tables = {}
    found: list[Diagnostic] = []
    for mapped in list_entries(mapping, vocabulary):
        for one in list_filled(mapped, vocabulary):
            kind = _types(connection, tables, one.table, one.schema).get(one.way.name)
            found += _reading(one.at, kind, one.way.conversion)
    for flow in mapping.flows:
        subject = mapping.entity(flow.entity)
        if subject is not None:
            types = _types(connection, tables, subject.table, subject.schema)
            found += _flow(subject, flow, types)
    return tuple(one for place, one in enumerate(found) if one not in found[:place])


def _types(connection: Connection, tables: Tables, table: str, schema: str | None) -> Types:
    key = (schema or "", table)
    if key not in tables:
        try:
            columns = inspect(connection).get_columns(table, schema)
        except NoSuchTableError:
            columns = []
        tables[key] = {one["name"]: one["type"] for one in columns}
    return tables[key]


def _reading(at: str, kind: TypeEngine[Any] | None, conversion: Conversion) -> Iterator[Diagnostic]:
    unreadable = next(
        (kinds for of, kinds in _UNREADABLE.items() if isinstance(conversion, of)), ()
    )
    has_zone = bool(getattr(kind, "timezone", False))
    if kind is not None and (isinstance(kind, unreadable) or has_zone):
        values = {"name": at, "type": str(kind), "conversion": type(conversion).__name__}
        yield Diagnostic("XR596", values=values)


def _whole(
    at: str, kind: TypeEngine[Any] | None, is_number: bool, option: str
) -> Iterator[Diagnostic]:
    is_numeric = isinstance(kind, Integer | Numeric)
    if (is_numeric and not is_number) or (isinstance(kind, String) and is_number):
        values = {"name": at, "type": str(kind), "option": option, "value": str(not is_number)}
        yield Diagnostic("XR597", values=values)


def _flow(subject: EntityMapping, flow: Flow, types: Types) -> Iterator[Diagnostic]:
    # WHY only here: records that no flow moves are mostly read along, never asked for by key.
    at, key = f"{subject.table}.{subject.key}", types.get(subject.key)
    yield from _whole(at, key, subject.key_is_number, "key_is_number")
    at, kind = f"{subject.table}.{flow.column}", types.get(flow.column)
    yield from _reading(at, kind, Text())
    yield from _whole(at, kind, flow.states_are_numbers, "states_are_numbers")
    length = getattr(kind, "length", None) if isinstance(kind, String) else None
    for code in flow.states:
        if length is not None and len(code) > length:
            yield Diagnostic("XR599", values={"name": at, "length": str(length), "code": code})
    for stamp in flow.stamps:
        kind, form = types.get(stamp.column), stamp.form
        is_text, is_date = isinstance(kind, String), isinstance(kind, Date | DateTime)
        if stamp.value == "date" and (is_text if form == "DATE" else is_date):
            values = {"name": f"{subject.table}.{stamp.column}", "type": str(kind), "form": form}
            yield Diagnostic("XR598", values=values)
