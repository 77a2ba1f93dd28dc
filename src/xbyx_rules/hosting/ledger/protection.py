"""Triggers against changing what is on record, where the database has them.

They stop a slip and an application account; not an administrator, who can take them away: that is
what anchors are for.  They are made with the table, by `create_all` or a host's own migrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog
from sqlalchemy import DDL, Connection, Table, event, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

__all__ = [
    "find_unprotected",
    "is_protectable",
    "list_statements",
    "protect",
    "protect_table",
    "unprotect",
]

_LOG: Final = structlog.get_logger("xbyx_rules")

# WHY ASCII: not every server keeps another letter of a trigger's message as it was written.
_MESSAGE: Final = "the ledger only grows: this is on record"
_ERASABLE: Final = "xbyx_erasable"
"""Where a table's `info` names the columns that may be set to NULL, all of them at once."""

_POSTGRESQL: Final = frozenset({"postgresql", "opengauss"})
_MYSQL: Final = frozenset({"mysql", "mariadb"})


def is_protectable(dialect: Dialect) -> bool:
    """Whether we know how to make triggers there."""
    return dialect.name == "sqlite" or dialect.name in _POSTGRESQL | _MYSQL


def protect_table(table: Table, *, erasable: Iterable[str] = ()) -> None:
    """Have triggers made with a table: no row is changed or deleted.

    Args:
        table: described, not made yet.
        erasable: columns that may be set to NULL, all at once and nothing else with them.
    """
    table.info[_ERASABLE] = tuple(erasable)
    event.listen(table, "after_create", _after_create)
    event.listen(table, "after_drop", _after_drop)


def protect(connection: Connection, tables: Iterable[Table]) -> None:
    """Make the triggers of tables that are there already, such as those a migration has changed.

    A database that refuses keeps its tables as they are: the log says so, and so does verifying.
    """
    for table in tables:
        if _ERASABLE in table.info and is_protectable(connection.dialect):
            unprotect(connection, [table])
            _after_create(table, connection)


def unprotect(connection: Connection, tables: Iterable[Table]) -> None:
    """Take the triggers away, such as before a migration that has to touch rows."""
    for table in tables:
        if _ERASABLE in table.info:
            for statement in _drops(table, connection.dialect):
                connection.execute(_ddl(statement))


def find_unprotected(connection: Connection, tables: Iterable[Table]) -> tuple[str, ...]:
    """The tables whose triggers are not all there, by name."""
    missing = []
    for table in tables:
        if _ERASABLE not in table.info:
            continue
        found = _find_triggers(connection, table)
        if not set(_triggers(table, connection.dialect)) <= found or not found:
            missing.append(table.name)
    return tuple(missing)


def list_statements(table: Table, dialect: Dialect) -> tuple[str, ...]:
    """The statements that make a table's triggers, for who runs them by hand; none where unknown.

    Example:
        >>> from sqlalchemy import Column, Integer, MetaData, Table
        >>> from sqlalchemy.dialects import sqlite
        >>> kept = Table("kept", MetaData(), Column("id", Integer, primary_key=True))
        >>> protect_table(kept)
        >>> len(list_statements(kept, sqlite.dialect()))
        3
    """
    return _creates(table, dialect) if is_protectable(dialect) else ()


# --- when tables are made and dropped -------------------------------------------------------------


def _after_create(table: Table, connection: Any, **_: Any) -> None:
    if not is_protectable(connection.dialect):
        return
    try:
        _create(table, connection)
    except DBAPIError as error:
        # WHY not an error: a hosting provider may grant no right to make triggers (MySQL 1419),
        # and the chain and its anchors show a change all the same.
        reason = (str(error.orig).splitlines() or [""])[0]
        _LOG.warning("ledger_unprotected", table=table.name, reason=reason)


def _create(table: Table, connection: Any) -> None:
    statements = [_ddl(one) for one in _creates(table, connection.dialect)]
    # WHY: PostgreSQL gives up the whole transaction on an error; MySQL commits with each DDL, and
    # has no savepoint left to go back to.
    is_saved = connection.dialect.name in _POSTGRESQL and isinstance(connection, Connection)
    if is_saved:
        with connection.begin_nested():
            for statement in statements:
                connection.execute(statement)
        return
    for statement in statements:
        connection.execute(statement)


def _after_drop(table: Table, connection: Any, **_: Any) -> None:
    # The triggers went with the table; PostgreSQL's function stands by itself.
    if connection.dialect.name in _POSTGRESQL:
        name = _function(table, connection.dialect)
        connection.execute(_ddl(f"DROP FUNCTION IF EXISTS {name}()"))


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]


# --- statements -----------------------------------------------------------------------------------


def _triggers(table: Table, dialect: Dialect) -> tuple[str, ...]:
    events = ["update", "delete"]
    if dialect.name == "sqlite":
        events.append("replace")
    if dialect.name in _POSTGRESQL:
        events = ["change", "truncate"]
    return tuple(f"{table.name}_no_{one}" for one in events)


def _creates(table: Table, dialect: Dialect) -> tuple[str, ...]:
    if dialect.name in _POSTGRESQL:
        return _create_postgresql(table, dialect)
    return (
        _create_mysql(table, dialect) if dialect.name in _MYSQL else _create_sqlite(table, dialect)
    )


def _drops(table: Table, dialect: Dialect) -> tuple[str, ...]:
    if not is_protectable(dialect):
        return ()
    preparer = dialect.identifier_preparer
    place = f" ON {preparer.format_table(table)}" if dialect.name in _POSTGRESQL else ""
    names = map(preparer.quote, _triggers(table, dialect))
    drops = tuple(f"DROP TRIGGER IF EXISTS {one}{place}" for one in names)
    if dialect.name in _POSTGRESQL:
        return (*drops, f"DROP FUNCTION IF EXISTS {_function(table, dialect)}()")
    return drops


def _is_erasure(table: Table, dialect: Dialect, same: str) -> str:
    """The condition under which a change is an erasure, or "" where there is none.

    Args:
        table: whose row is changed.
        dialect: quotes the names.
        same: says that ``{new}`` and ``{old}`` are equal, both NULL counted so.
    """
    erasable = table.info[_ERASABLE]
    if not erasable:
        return ""
    quote = dialect.identifier_preparer.quote
    gone = [f"NEW.{quote(name)} IS NULL" for name in erasable]
    names = [quote(one.name) for one in table.columns if one.name not in erasable]
    kept = [same.format(new=f"NEW.{name}", old=f"OLD.{name}") for name in names]
    return " AND ".join(gone + kept)


def _create_sqlite(table: Table, dialect: Dialect) -> tuple[str, ...]:
    preparer = dialect.identifier_preparer
    place = preparer.format_table(table)
    update, delete, replace = map(preparer.quote, _triggers(table, dialect))
    stop = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    allowed = _is_erasure(table, dialect, "{new} IS {old}")
    when = f" WHEN NOT ({allowed})" if allowed else ""
    keys = [preparer.quote(one.name) for one in table.primary_key.columns]
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    # WHY: INSERT OR REPLACE deletes the row in its way without asking the trigger on DELETE.
    taken = f"WHEN EXISTS (SELECT 1 FROM {place} WHERE {same})"
    return (
        f"CREATE TRIGGER {update} BEFORE UPDATE ON {place} FOR EACH ROW{when} {stop}",
        f"CREATE TRIGGER {delete} BEFORE DELETE ON {place} FOR EACH ROW {stop}",
        f"CREATE TRIGGER {replace} BEFORE INSERT ON {place} FOR EACH ROW {taken} {stop}",
    )


def _create_mysql(table: Table, dialect: Dialect) -> tuple[str, ...]:
    preparer = dialect.identifier_preparer
    place = preparer.format_table(table)
    update, delete = map(preparer.quote, _triggers(table, dialect))
    stop = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_MESSAGE}'"
    # WHY binary: `=` takes a text for the same with blanks after it.
    allowed = _is_erasure(table, dialect, "CAST({new} AS BINARY) <=> CAST({old} AS BINARY)")
    body = f"IF NOT ({allowed}) THEN {stop}; END IF" if allowed else stop
    return (
        f"CREATE TRIGGER {update} BEFORE UPDATE ON {place} FOR EACH ROW {body}",
        f"CREATE TRIGGER {delete} BEFORE DELETE ON {place} FOR EACH ROW {stop}",
    )


def _create_postgresql(table: Table, dialect: Dialect) -> tuple[str, ...]:
    preparer = dialect.identifier_preparer
    place, function = preparer.format_table(table), _function(table, dialect)
    change, truncate = map(preparer.quote, _triggers(table, dialect))
    allowed = _is_erasure(table, dialect, "{new} IS NOT DISTINCT FROM {old}")
    # WHY nested: a row that a DELETE doesn't have may not even be named, before PostgreSQL 11.
    erasure = f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; "
    body = f"BEGIN {erasure if allowed else ''}RAISE EXCEPTION '{_MESSAGE}'; END"
    returns = "RETURNS trigger LANGUAGE plpgsql"
    run = f"EXECUTE PROCEDURE {function}()"
    return (
        f"CREATE OR REPLACE FUNCTION {function}() {returns} AS $${body}$$",
        f"CREATE TRIGGER {change} BEFORE UPDATE OR DELETE ON {place} FOR EACH ROW {run}",
        f"CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {place} FOR EACH STATEMENT {run}",
    )


def _function(table: Table, dialect: Dialect) -> str:
    preparer = dialect.identifier_preparer
    name = preparer.quote(f"{table.name}_protect")
    return f"{preparer.quote(table.schema)}.{name}" if table.schema else name


# --- what is there --------------------------------------------------------------------------------

_CATALOGUES: Final[Mapping[str, str]] = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name",
    "mysql": (
        "SELECT trigger_name FROM information_schema.triggers "
        "WHERE event_object_schema = COALESCE(:schema, DATABASE()) AND event_object_table = :name"
    ),
    "postgresql": (
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relname = :name "
        "AND n.nspname = COALESCE(:schema, current_schema())"
    ),
}


def _find_triggers(connection: Connection, table: Table) -> set[str]:
    name = connection.dialect.name
    kind = "postgresql" if name in _POSTGRESQL else "mysql" if name in _MYSQL else name
    query = _CATALOGUES.get(kind)
    if query is None:
        return set()
    values = {"name": table.name, "schema": table.schema}
    if kind == "sqlite":
        del values["schema"]
    return set(connection.scalars(text(query), values))
