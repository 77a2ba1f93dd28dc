"""Checks of what a host reads: each gives what is wrong, in two languages, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, String, inspect, select

from xbyx_rules.deciding import Subject
from xbyx_rules.deciding.coercion import coerce
from xbyx_rules.errors import CaseError, HostError, XbyxError
from xbyx_rules.feel.types import EntityType, ListType
from xbyx_rules.hosting import Codes, RowLocker, SeparatedList, StatesReader, Text, YesNo
from xbyx_rules.hosting.filling import Filled, list_joining
from xbyx_rules.hosting.selecting import to_table

from .altering import copy_row, find_strange_value, find_type, set_column, undone, undone_part
from .platforms import PERSONAL, Platform, show
from .walking import Seen, values_of
from .watching import watching

__all__ = [
    "check_absent_subjects",
    "check_double_rows",
    "check_locking",
    "check_missing_values",
    "check_only_reading",
    "check_states",
    "check_unknown_codes",
    "check_words",
]

_LONG_KEY = 4
"""Shorter keys may stand in a message by chance."""


def check_words(platform: Platform) -> Iterator[str]:
    """A sample's facts and records are terms of the vocabulary, with values of their types."""
    with undone(platform.engine) as connection:
        for subject in platform.samples:
            try:
                case = platform.read(connection, subject)
                kind = EntityType(subject.entity, platform.vocabulary)
                coerce(case.facts, kind, subject.entity)
                for name, records in case.records.items():
                    inner = EntityType(name, platform.vocabulary)
                    coerce(records, ListType(inner, records=True), name)
            except (CaseError, HostError) as error:
                yield f"{subject}: {_first(error)}"
                continue
            key = platform.vocabulary.key_of(subject.entity)
            if key is not None and case.facts.get(key) != subject.key:
                yield f"{subject}：主键“{key}”读成了别的 · its key was read as another"
            if not set(case.facts) - {key} and not any(case.records.values()):
                yield f"{subject}：除主键外什么也没有读到 · nothing but its key was read"


def check_missing_values(platform: Platform) -> Iterator[str]:
    """NULL and what the mapping calls missing stay Unknown, or are what `when_null` says."""
    joining = list_joining(platform.mapping, platform.vocabulary)
    with platform.alterable() as connection:
        seen = _see(platform, connection)
        for column in platform.columns():
            subject = platform.find_reaching(seen, column)
            if subject is None or (column.table, column.way.name) in joining:
                continue
            for value in (None, *column.way.missing):
                with undone_part(connection):
                    if set_column(connection, column.table, column.schema, column.way.name, value):
                        yield from _missing(platform, connection, subject, column, value)


def check_unknown_codes(platform: Platform) -> Iterator[str]:
    """A value that the mapping doesn't explain stops the reading, and no message is personal."""
    joining = list_joining(platform.mapping, platform.vocabulary)
    with platform.alterable() as connection:
        yield from _unalterable_views(platform, connection)
        seen = _see(platform, connection)
        for column in platform.columns():
            if (column.table, column.way.name) in joining:
                continue
            subject = platform.find_reaching(seen, column)
            if subject is None and column.way.conversion.words:
                yield (
                    f"{column.at}：没有一个样本读到这一列的代码，请加一个读得到的 · "
                    "no sample reads a code of it: add one that does"
                )
            value = _find_unknown(connection, column)
            if subject is None or value is None:
                continue
            with undone_part(connection):
                if set_column(connection, column.table, column.schema, column.way.name, value):
                    yield from _unknown(platform, connection, subject, column, value)


def check_double_rows(platform: Platform) -> Iterator[str]:
    """Two rows with one key, in a view say, are refused; neither is taken for the record."""
    with platform.alterable() as connection:
        for subject in platform.samples:
            mapped = platform.mapping.entity(subject.entity)
            if mapped is None:
                continue
            with undone_part(connection):
                if not copy_row(connection, mapped, _key(subject, mapped.key_is_number)):
                    continue
                try:
                    platform.read(connection, subject)
                except HostError:
                    continue
                yield (
                    f"{subject}：{mapped.table} 里有两行，只读了一行 · "
                    f"{mapped.table} has two rows, and one was taken"
                )


def check_absent_subjects(platform: Platform) -> Iterator[str]:
    """A record that is not there is refused, and has no state."""
    with undone(platform.engine) as connection:
        for entity in dict.fromkeys(one.entity for one in platform.samples):
            nobody = Subject(entity, "xbyx-0-nobody")
            try:
                platform.read(connection, nobody)
                yield f"{entity}：读出了没有的记录 · a record that is not there was read"
            except HostError:
                pass
            has_flow = platform.mapping.flow(entity) is not None
            if has_flow and platform.host.read_state(connection, nobody) is not None:
                yield f"{entity}：没有的记录有状态 · a record that is not there has a state"


def check_locking(platform: Platform) -> Iterator[str]:
    """Reading by locking gives what reading gives."""
    host = platform.host
    if not isinstance(host, RowLocker):
        return
    with undone(platform.engine) as connection:
        for subject in platform.samples:
            locked = host.lock_case(connection, subject, on=platform.day)
            if locked != platform.read(connection, subject):
                yield f"{subject}：lock_case 与 case 不同 · lock_case is not what case gives"


def check_states(platform: Platform) -> Iterator[str]:
    """Reading the states of many gives what reading each gives."""
    host = platform.host
    if not isinstance(host, StatesReader):
        return
    moved = [one for one in platform.samples if platform.mapping.flow(one.entity) is not None]
    nobody = [Subject(one, "xbyx-0-nobody") for one in dict.fromkeys(one.entity for one in moved)]
    with undone(platform.engine) as connection:
        found = host.read_states(connection, [*moved, *nobody])
        for subject in (*moved, *nobody):
            if found.get(subject) != host.read_state(connection, subject):
                yield f"{subject}：read_states 与 read_state 不同 · read_states is not read_state"


def check_only_reading(platform: Platform) -> Iterator[str]:
    """Reading sends nothing but SELECT, and neither commits nor rolls back."""
    host = platform.host
    with undone(platform.engine) as connection:
        for subject in platform.samples:
            with watching(connection) as watched:
                platform.read(connection, subject)
                if isinstance(host, RowLocker):
                    host.lock_case(connection, subject, on=platform.day)
                flow = platform.mapping.flow(subject.entity)
                if flow is not None:
                    host.read_state(connection, subject)
                    if isinstance(host, StatesReader):
                        host.read_states(connection, [subject])
                    for role in (one.role for one in flow.responsible):
                        host.responsible(connection, subject, role)
            for statement in watched.changing:
                yield f"{subject}：读取时写了 · reading wrote: {statement[:80]}"
            for ended in watched.ended:
                yield f"{subject}：读取时结束了事务 · reading ended the transaction: {ended}"


# --- one altered column -------------------------------------------------------------------------


def _missing(
    platform: Platform, connection: Connection, subject: Subject, column: Filled, value: Any
) -> Iterator[str]:
    written = "NULL" if value is None else f"`{value}`"
    try:
        found = values_of(platform.walk(connection, subject), column)
    except XbyxError as error:
        yield f"{column.at}：{written} 使读取失败 · {written} stops the reading: {_first(error)}"
        return
    meant: Any = column.way.when_null if value is None else None
    meant = list(meant) if isinstance(meant, tuple) else meant
    wrong = [one for one in found if meant is None or one != meant]
    if wrong:
        shown = show(column.term, wrong[0])
        yield (
            f"{column.at}：{written} 把“{column.term.name}”读成了 {shown} · "
            f"{written} was read as {shown}"
        )


def _unknown(
    platform: Platform, connection: Connection, subject: Subject, column: Filled, value: int | str
) -> Iterator[str]:
    try:
        platform.read(connection, subject)
    except HostError as error:
        told = "\n".join(one.render(lang) for one in error.diagnostics for lang in ("zh", "en"))
        if column.table not in told or column.way.name not in told:
            yield (
                f"{column.at}：报错没有说明是哪张表的哪一列 · "
                f"the error names another place: {_first(error)}"
            )
        if column.term.confidentiality in PERSONAL and _stands_in(value, told):
            yield f"{column.at}：报错里有个人信息 · the error shows a personal value"
        if any(_stands_in(one, told) for one in _personal_keys(platform, connection, column)):
            yield f"{column.at}：报错里有个人的主键 · the error shows the key of a person"
    except Exception as error:  # noqa: BLE001  (whatever it is, it is the wrong one)
        kind = type(error).__name__
        yield f"{column.at}：应当报 HostError，报了 {kind} · {kind} instead of HostError"
    else:
        yield (
            f"{column.at}：没有说明的值没有报错 · a value that the mapping doesn't explain "
            f"was read without an error ({subject})"
        )


def _unalterable_views(platform: Platform, connection: Connection) -> Iterator[str]:
    inspector = inspect(connection)
    named = {(one.schema, one.table) for one in platform.columns() if one.schema is not None}
    for schema, view in sorted(named):
        if view in inspector.get_view_names(schema):
            yield (
                f"{schema}.{view}：写明模式的视图没有办法试；映射里不写模式，让连接找得到它 · "
                "a view named with its schema can't be tried: leave the schema to the connection"
            )


def _personal_keys(platform: Platform, connection: Connection, column: Filled) -> Iterator[str]:
    mapped = column.mapped
    key = platform.vocabulary.entities[mapped.entity].key
    if key is None or key.confidentiality not in PERSONAL:
        return
    source = to_table(mapped.table, mapped.schema, [mapped.key])
    for found in connection.scalars(select(source.c[mapped.key]).limit(1000)):
        if len(str(found)) >= _LONG_KEY:
            yield str(found)


def _stands_in(value: int | str, told: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", told) is not None


def _find_unknown(connection: Connection, column: Filled) -> int | str | None:
    """A value that the column can hold and the mapping can't read; None where there is none."""
    conversion, missing = column.way.conversion, column.way.missing
    kind = find_type(connection, column.table, column.schema, column.way.name)
    if isinstance(conversion, YesNo):
        return find_strange_value(kind, {*conversion.yes, *conversion.no, *missing})
    if isinstance(conversion, Codes | SeparatedList):
        table = conversion.table
        return None if table is None else find_strange_value(kind, {*table, *missing})
    # Any text can be read as text, and in a column of numbers or dates all are what they are.
    if isinstance(conversion, Text) or not isinstance(kind, String):
        return None
    return find_strange_value(kind, missing)


def _see(platform: Platform, connection: Connection) -> dict[Subject, tuple[Seen, ...]]:
    return {one: tuple(platform.walk(connection, one)) for one in platform.samples}


def _key(subject: Subject, is_number: bool) -> int | str:
    return int(subject.key) if is_number else subject.key


def _first(error: XbyxError) -> str:
    first = error.diagnostics[0]
    return f"{first.code} {first.message('zh')} · {first.message('en')}"
