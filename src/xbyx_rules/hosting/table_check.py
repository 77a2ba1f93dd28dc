"""A mapping compared with a database: are the tables and columns that it names there?"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import NoSuchTableError

from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import Vocabulary

from .mapping import Column, EntityMapping, HostMapping, SameRow, ToMany
from .mapping_check import followed, near

__all__ = ["check_tables"]


def check_tables(
    mapping: HostMapping, vocabulary: Vocabulary, connection: Connection
) -> tuple[Diagnostic, ...]:
    """Which tables and columns of a sound mapping the database lacks; reads its catalogue."""
    inspector = inspect(connection)
    found: list[Diagnostic] = []
    for (schema, table), columns in sorted(_columns_by_table(mapping, vocabulary).items()):
        try:
            present = {column["name"] for column in inspector.get_columns(table, schema or None)}
        except NoSuchTableError:
            known = inspector.get_table_names(schema or None)
            found.append(_absent("表", "table", table, near(table, known)))
            continue
        for column in sorted(columns - present):
            like = near(column, present)
            found.append(_absent("列", "column", f"{table}.{column}", like))
    return tuple(found)


def _columns_by_table(
    mapping: HostMapping, vocabulary: Vocabulary
) -> dict[tuple[str, str], set[str]]:
    tables: dict[tuple[str, str], set[str]] = {}

    def add(mapped: EntityMapping, names: Iterable[str]) -> None:
        tables.setdefault((mapped.schema or "", mapped.table), set()).update(names)

    def visit(mapped: EntityMapping, only: tuple[str, ...] | None, is_root: bool) -> None:
        add(mapped, [mapped.key, *(name for one in mapped.beside for name in one.on)])
        for one in mapped.beside:
            names = [*one.on.values(), *one.where, *(way.name for way in one.terms.values())]
            tables.setdefault((one.schema or "", one.table), set()).update(names)
        for name, way in mapped.terms.items():
            if only is None or name in only:
                inner = way.terms.values() if isinstance(way, SameRow) else (way,)
                add(mapped, [one.name for one in inner if isinstance(one, Column)])
        for other, way in followed(mapping, vocabulary, mapped, only, is_root):
            add(mapped, way.on)
            add(other, [*way.on.values(), *way.where])
            if isinstance(way, ToMany):
                add(other, [*way.filled, *way.order_by])
            visit(other, way.only, False)

    for entity in mapping.entities:
        visit(entity, None, True)
        ways = [one.organisation for one in entity.responsible]
        add(entity, [one.name for one in ways if isinstance(one, Column)])
    for flow in mapping.flows:
        subject = mapping.entity(flow.entity)
        if subject is not None:
            ways = [one.organisation for one in flow.responsible]
            add(subject, [flow.column, *(stamp.column for stamp in flow.stamps)])
            add(subject, [one.name for one in ways if isinstance(one, Column)])
    for one in mapping.holders:
        tables.setdefault((one.schema or "", one.table), set()).update(one.columns)
    return tables


def _absent(kind_zh: str, kind_en: str, name: str, like: str) -> Diagnostic:
    values = {"kind_zh": kind_zh, "kind_en": kind_en, "name": name, "nearest": like}
    return Diagnostic("XR616", values=values)
