"""Which tables are ours: those that migrations make, and the one that tells their version."""

from __future__ import annotations

from sqlalchemy import MetaData

from xbyx_rules.hosting.doubts import doubt_tables
from xbyx_rules.hosting.ledger import ledger_tables

__all__ = ["describe_tables", "list_table_names", "name_version_table"]


def describe_tables(prefix: str = "xbyx_", metadata: MetaData | None = None) -> MetaData:
    """Describe every table that migrations make, as this version of the library wants it.

    Args:
        prefix: stands before each table's name.
        metadata: of the host, when its own migrations are to see these tables; else a new one.

    Returns:
        The `MetaData` they hang on.

    Example:
        >>> "demo_doubt" in describe_tables("demo_").tables
        True
    """
    home = metadata if metadata is not None else MetaData()
    ledger_tables(prefix, home)
    doubt_tables(prefix, home)
    return home


def name_version_table(prefix: str = "xbyx_") -> str:
    """Name the table in which a database keeps its version; the host's Alembic has another.

    Example:
        >>> name_version_table()
        'xbyx_alembic_version'
    """
    return f"{prefix}alembic_version"


def list_table_names(prefix: str = "xbyx_") -> frozenset[str]:
    """Name every table that is ours, so that a host's own autogenerate can leave them alone.

    Example:
        >>> "xbyx_event" in list_table_names() and "xbyx_alembic_version" in list_table_names()
        True
    """
    return frozenset({*describe_tables(prefix).tables, name_version_table(prefix)})
