"""Two tables beside the ledger's: the doubts (疑点) that checks raised, and what was supervised.

No text of a finding stands here: messages name people, and are bodies in the ledger that can be
erased.  The keys of the records concerned do stand here, and stay: they must be pseudonyms of the
platform's, as the vocabulary asks of 工号.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
)

from xbyx_rules.hosting.ledger.columns import LENGTHS, LONG, MYSQL

__all__ = ["DoubtTables", "doubt_tables"]

_HASH: Final = 80
_DAY: Final = 10


@dataclass(frozen=True, slots=True)
class DoubtTables:
    """The tables and the `MetaData` they hang on; instants are UTC microseconds."""

    metadata: MetaData
    doubt: Table
    supervised: Table


def doubt_tables(prefix: str = "xbyx_", metadata: MetaData | None = None) -> DoubtTables:
    """Describe the tables of supervision.

    Args:
        prefix: stands before each table's name; the ledger's.
        metadata: of the host, when its migrations are to see these tables; else a new one.

    Example:
        >>> doubt_tables("demo_").doubt.name
        'demo_doubt'
    """
    home = metadata if metadata is not None else MetaData()
    return DoubtTables(home, _doubt(home, prefix), _supervised(home, prefix))


def _text(name: str, length: str) -> Column[Any]:
    return Column(name, String(LENGTHS[length]), nullable=False)


def _doubt(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}doubt",
        metadata,
        _text("tenant", "tenant"),
        _text("doubt_id", "subject_ref"),
        # The doubt of which this is a later occurrence, or itself.
        _text("first_id", "subject_ref"),
        Column("occurrence", Integer, nullable=False),
        _text("subject_kind", "subject_kind"),
        _text("subject_ref", "subject_ref"),
        _text("policy_id", "definition_key"),
        _text("clause", "clause"),
        Column("records_text", LONG, nullable=False),
        Column("content_hash", String(_HASH), nullable=False),
        Column("found_on", String(_DAY), nullable=False),
        Column("stands", SmallInteger, nullable=False),
        _text("current_state", "state"),
        # How often something was found about it: what makes each finding's command id its own.
        Column("looks", Integer, nullable=False),
        PrimaryKeyConstraint("tenant", "doubt_id"),
        Index(f"{prefix}doubt_subject", "tenant", "subject_kind", "subject_ref"),
        **MYSQL,
    )


def _supervised(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}supervised",
        metadata,
        _text("tenant", "tenant"),
        _text("subject_kind", "subject_kind"),
        _text("subject_ref", "subject_ref"),
        # Digest of the records, the documents and, where a check reads it, the day.
        Column("content_hash", String(_HASH), nullable=False),
        Column("looked_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("tenant", "subject_kind", "subject_ref"),
        **MYSQL,
    )
