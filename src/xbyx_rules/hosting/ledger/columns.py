"""What the columns of the ledger's tables are made with, the same on every database."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, String, Text
from sqlalchemy.dialects import mysql

__all__ = ["INSTANCE", "LENGTHS", "LONG", "MYSQL", "hash_column", "instant_column", "text_column"]

LENGTHS: Final = {
    "tenant": 64,
    "subject_kind": 64,
    "subject_ref": 128,
    "command_id": 100,
    "actor_id": 100,
    "organisation": 100,
    "role_name": 64,
    "action_name": 64,
    "state": 64,
    "definition_key": 200,
    "clause": 100,
    "evidence_ref": 500,
    "worker": 100,
    "last_error": 200,
}
"""Most characters of what comes from outside; a longer one is refused, never cut."""

# WHY: every hash names its algorithm, and SM3 may take SHA-256's place.
_HASH: Final = 80
INSTANCE: Final = 32

# WHY: MySQL compares text without case and trailing blanks unless told, and its TEXT ends at 64 KB.
MYSQL: Final[dict[str, Any]] = {
    f"{dialect}_{key}": value
    for dialect in ("mysql", "mariadb")
    for key, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_bin"))
}
LONG: Final = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


def text_column(name: str, kind: str = "", *, nullable: bool = False) -> Column[Any]:
    """A column for text of a bounded length (a key of `LENGTHS`)."""
    return Column(name, String(LENGTHS[kind or name]), nullable=nullable)


def hash_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """A column for a hash with its algorithm's name."""
    return Column(name, String(_HASH), nullable=nullable)


def instant_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """A column for an instant, in UTC microseconds."""
    return Column(name, BigInteger, nullable=nullable)
