"""A platform's rows, altered inside a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Integer, Numeric, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.types import TypeEngine

from xbyx_rules.hosting import EntityMapping
from xbyx_rules.hosting.ledger.transactions import open_transaction
from xbyx_rules.hosting.selecting import to_table

__all__ = [
    "copy_row",
    "find_strange_value",
    "find_type",
    "list_rows",
    "set_column",
    "shadow_views",
    "undone",
    "undone_part",
]

_COPY: Final = "xbyx_copy_of_view"
_MYSQL: Final = ("mysql", "mariadb")


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back at the end, whatever happens.

    Raises:
        ValueError: the engine commits every statement by itself, so nothing could be undone.
    """
    with engine.connect() as connection:
        open_transaction(connection)
        if _commits_by_itself(connection):
            raise ValueError("give an Engine without AUTOCOMMIT: the suite rolls its changes back")
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def undone_part(connection: Connection) -> Iterator[None]:
    """What happens inside is taken back, and the transaction goes on."""
    part = connection.begin_nested()
    try:
        yield
    finally:
        part.rollback()


@contextmanager
def shadow_views(connection: Connection, names: Iterable[str]) -> Iterator[None]:
    """Stand a temporary table of the same name and rows before each view, so it can be altered.

    WHY: most views take no changes, and a platform's own tables behind them aren't in the mapping.
    """
    views = set(inspect(connection).get_view_names()) & set(names)
    quote = connection.dialect.identifier_preparer.quote
    for view in sorted(views):
        connection.execute(text(f"CREATE TEMPORARY TABLE {_COPY} AS SELECT * FROM {quote(view)}"))
        connection.execute(text(f"ALTER TABLE {_COPY} RENAME TO {quote(view)}"))
    try:
        yield
    finally:
        if connection.dialect.name in _MYSQL:  # there a rollback leaves them
            for view in sorted(views):
                connection.execute(text(f"DROP TEMPORARY TABLE {quote(view)}"))


def set_column(
    connection: Connection, table: str, schema: str | None, column: str, value: Any
) -> bool:
    """Set a column in all rows.

    Returns:
        False where the database itself refuses such a value; nothing is changed then.
    """
    source = to_table(table, schema, [column])
    try:
        with connection.begin_nested():
            connection.execute(update(source).values({column: value}))
    except DBAPIError:
        return False
    return True


def copy_row(connection: Connection, mapped: EntityMapping, key: Any) -> bool:
    """Put a second row beside one; False where the database keeps its keys apart."""
    name = connection.dialect.identifier_preparer.quote(mapped.table)
    if mapped.schema is not None:
        name = f"{connection.dialect.identifier_preparer.quote(mapped.schema)}.{name}"
    column = connection.dialect.identifier_preparer.quote(mapped.key)
    statement = text(f"INSERT INTO {name} SELECT * FROM {name} WHERE {column} = :key")
    try:
        with connection.begin_nested():
            return connection.execute(statement, {"key": key}).rowcount > 0
    except DBAPIError:
        return False


def find_strange_value(kind: TypeEngine[Any] | None, known: Container[str]) -> int | str | None:
    """A value that a column of a type can hold and that means nothing there.

    Args:
        kind: the column's type, or None where nobody knows it.
        known: codes and further values that mean something.

    Returns:
        None where every value that we would try means something.

    Example:
        >>> from sqlalchemy import String
        >>> from xbyx_rules.testing.adapters.altering import find_strange_value
        >>> find_strange_value(String(2), {"01", "02"})
        'zq'
    """
    if isinstance(kind, Integer | Numeric):
        return next((one for one in (97, 89, 83, 9, 8, 7) if str(one) not in known), None)
    length = getattr(kind, "length", None) or 4
    texts = (one for one in ("zq7w", "qz7", "zq", "~", "^", "q") if len(one) <= length)
    return next((one for one in texts if one not in known), None)


def find_type(
    connection: Connection, table: str, schema: str | None, column: str
) -> TypeEngine[Any] | None:
    """A column's type; None where table or column is not there."""
    try:
        columns = inspect(connection).get_columns(table, schema)
    except NoSuchTableError:
        return None
    return next((one["type"] for one in columns if one["name"] == column), None)


def list_rows(connection: Connection, mapped: EntityMapping) -> dict[Any, list[dict[str, Any]]]:
    """All rows of an entry's table with all their columns, by key."""
    columns = [one["name"] for one in inspect(connection).get_columns(mapped.table, mapped.schema)]
    source = to_table(mapped.table, mapped.schema, columns)
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in connection.execute(select(*source.c)).mappings():
        found.setdefault(row[mapped.key], []).append(dict(row))
    return found


def _commits_by_itself(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":  # a transaction was begun just now
        return False
    driver = connection.connection.dbapi_connection
    try:
        return driver is not None and connection.dialect.detect_autocommit_setting(driver)
    except NotImplementedError:  # a dialect from elsewhere that can't tell
        return False
