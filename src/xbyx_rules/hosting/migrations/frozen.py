"""What the steps in `versions/` are written with.

A step says what it makes in full and never asks `ledger_tables`: that one tells what the newest
version wants, and a step of last year must go on making what it made last year.  For the same
reason nothing here is ever changed; what a later step needs otherwise is written there.
"""

from __future__ import annotations

from typing import Any, Final

from alembic import op
from sqlalchemy import BigInteger, Column, String, Text
from sqlalchemy.dialects import mysql

__all__ = ["MYSQL", "PREFIX_OPTION", "instant", "long", "prefixed", "text"]

PREFIX_OPTION: Final = "xbyx_prefix"
"""Under this name `env.py` hands the prefix on to the steps."""

MYSQL: Final[dict[str, Any]] = {
    f"{dialect}_{key}": value
    for dialect in ("mysql", "mariadb")
    for key, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_bin"))
}


def prefixed(name: str) -> str:
    """The name of a table or an index, with the prefix of this run."""
    return f"{op.get_context().opts.get(PREFIX_OPTION, 'xbyx_')}{name}"


def text(name: str, length: int, *, nullable: bool = False) -> Column[Any]:
    """A column of text up to a length."""
    return Column(name, String(length), nullable=nullable)


def long(name: str, *, nullable: bool = False) -> Column[Any]:
    """A column of text without a bound; on MySQL 16 MB, where plain TEXT ends at 64 KB."""
    kind = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
    return Column(name, kind, nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> Column[Any]:
    """A column for an instant, in UTC microseconds."""
    return Column(name, BigInteger, nullable=nullable)
