"""Migrations: the ledger's tables made and changed step by step, each database knowing its version.

Takes: an Engine, a Connection or a Session, and the prefix of the tables.
Gives: the tables of a version, the SQL that makes them, and which version a database has.
May assume: nobody else changes these tables; the host's own tables and Alembic are never touched.
Refuses: tables that nobody knows the version of, and to drop tables that still hold rows.
"""

from .differences import list_differences
from .migrating import adopt, current, downgrade, to_sql, upgrade
from .owned import describe_tables, list_table_names, name_version_table

__all__ = [
    "adopt",
    "current",
    "describe_tables",
    "downgrade",
    "list_differences",
    "list_table_names",
    "name_version_table",
    "to_sql",
    "upgrade",
]
