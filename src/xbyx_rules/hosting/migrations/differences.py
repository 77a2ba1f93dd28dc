"""How the tables of a database differ from what this version of the library wants."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from .owned import describe_tables

__all__ = ["list_differences"]


def list_differences(connection: Connection, prefix: str = "xbyx_") -> tuple[str, ...]:
    """Compare tables, columns, types, keys and indexes; tables of the host are not looked at.

    Needs the extra `xbyx_rules[migrations]`.

    Args:
        connection: to the database.
        prefix: of the tables.

    Returns:
        What would have to be done, one step each, such as ``add_column xbyx_task.due_at``.

    Example:
        >>> from sqlalchemy import create_engine
        >>> with create_engine("sqlite://").connect() as connection:
        ...     "add_table xbyx_event" in list_differences(connection)
        True
    """
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    wanted = describe_tables(prefix)

    def is_ours(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or name in wanted.tables

    context = MigrationContext.configure(connection, opts={"include_name": is_ours})
    found = compare_metadata(context, wanted)
    return tuple(sorted(_say(one) for group in found for one in _flatten(group)))


def _flatten(group: Any) -> list[tuple[Any, ...]]:
    # Changes of one column come as a list, everything else as a tuple.
    return list(group) if isinstance(group, list) else [group]


def _say(difference: tuple[Any, ...]) -> str:
    kind, *rest = difference
    if kind in ("add_column", "remove_column"):
        _, table, column = rest
        return f"{kind} {table}.{column.name}"
    if kind.startswith("modify_"):
        _, table, column = rest[:3]
        return f"{kind} {table}.{column}"
    (thing,) = rest[:1]
    return f"{kind} {thing.name}"
