"""The ledger's own tables: one schema that runs on every database the hosts have.

PostgreSQL, MySQL and MariaDB, SQLite, openGauss, OceanBase and TiDB in MySQL mode, Dameng: no
auto-increment, no meaningful empty text, no Boolean columns, no reserved names, no time types.
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
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import mysql

from .protection import protect_table

__all__ = ["LENGTHS", "LedgerTables", "ledger_tables"]

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
_INSTANCE: Final = 32

# WHY: MySQL compares text without case and trailing blanks unless told, and its TEXT ends at 64 KB.
_MYSQL: Final[dict[str, Any]] = {
    f"{dialect}_{key}": value
    for dialect in ("mysql", "mariadb")
    for key, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_bin"))
}
_LONG: Final = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


@dataclass(frozen=True, slots=True)
class LedgerTables:
    """The tables and the `MetaData` they hang on; instants are UTC microseconds."""

    metadata: MetaData
    definition: Table
    instance: Table
    event: Table
    command: Table
    task: Table
    payload: Table
    attestation: Table
    outbox: Table
    anchor: Table

    @property
    def protected(self) -> tuple[Table, ...]:
        """Those that triggers protect from being changed."""
        return (self.definition, self.event, self.payload, self.anchor)


def ledger_tables(prefix: str = "xbyx_", metadata: MetaData | None = None) -> LedgerTables:
    """Describe the ledger's tables.

    Args:
        prefix: stands before each table's name.
        metadata: of the host, when its migrations are to see these tables; else a new one.

    Example:
        >>> ledger_tables("demo_").event.name
        'demo_event'
    """
    home = metadata if metadata is not None else MetaData()
    tables = LedgerTables(
        metadata=home,
        definition=_definition(home, prefix),
        instance=_instance(home, prefix),
        event=_event(home, prefix),
        command=_command(home, prefix),
        task=_task(home, prefix),
        payload=_payload(home, prefix),
        attestation=_attestation(home, prefix),
        outbox=_outbox(home, prefix),
        anchor=_anchor(home, prefix),
    )
    for table in (tables.event, tables.anchor, tables.definition):
        protect_table(table)
    protect_table(tables.payload, erasable=("content", "salt"))
    return tables


def _text(name: str, kind: str = "", *, nullable: bool = False) -> Column[Any]:
    return Column(name, String(LENGTHS[kind or name]), nullable=nullable)


def _hash(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, String(_HASH), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=nullable)


def _definition(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}definition",
        metadata,
        _text("definition_key"),
        Column("definition_version", String(32), nullable=False),
        _hash("content_hash"),
        Column("content", _LONG, nullable=False),
        PrimaryKeyConstraint("definition_key", "definition_version"),
        **_MYSQL,
    )


def _instance(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}instance",
        metadata,
        Column("instance_id", String(_INSTANCE), nullable=False),
        _text("tenant"),
        _text("subject_kind"),
        _text("subject_ref"),
        Column("revision", Integer, nullable=False),
        _text("definition_key"),
        Column("definition_version", String(32), nullable=False),
        _text("current_state", "state"),
        Column("version", Integer, nullable=False),
        _hash("head_hash"),
        PrimaryKeyConstraint("instance_id"),
        UniqueConstraint(
            "tenant", "subject_kind", "subject_ref", "revision", name=f"{prefix}instance_subject"
        ),
        **_MYSQL,
    )


def _event(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}event",
        metadata,
        Column("instance_id", String(_INSTANCE), nullable=False),
        Column("seq", Integer, nullable=False),
        _text("command_id"),
        _text("actor_id"),
        Column("actor_kind", String(16), nullable=False),
        _text("principal_id", "actor_id", nullable=True),
        _text("action_name"),
        _text("from_state", "state", nullable=True),
        _text("to_state", "state"),
        _instant("occurred_at"),
        _instant("recorded_at"),
        _hash("policy_hash"),
        Column("semantics", Integer, nullable=False),
        Column("payload_digests", _LONG, nullable=False),
        _hash("prev_hash", nullable=True),
        _hash("event_hash"),
        PrimaryKeyConstraint("instance_id", "seq"),
        **_MYSQL,
    )


def _command(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}command",
        metadata,
        _text("tenant"),
        _text("command_id"),
        Column("request_hash", String(160), nullable=False),
        Column("result_text", _LONG, nullable=False),
        PrimaryKeyConstraint("tenant", "command_id"),
        **_MYSQL,
    )


def _task(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}task",
        metadata,
        Column("instance_id", String(_INSTANCE), nullable=False),
        Column("entry_seq", Integer, nullable=False),
        Column("task_no", SmallInteger, nullable=False),
        _text("tenant"),
        _text("role_name"),
        _text("organisation", nullable=True),
        _text("assignee", "actor_id", nullable=True),
        Column("task_status", String(16), nullable=False),
        _instant("opened_at"),
        _instant("closed_at", nullable=True),
        _instant("due_at", nullable=True),
        Column("calendar_version", String(32), nullable=True),
        PrimaryKeyConstraint("instance_id", "entry_seq", "task_no"),
        Index(
            f"{prefix}task_inbox", "tenant", "task_status", "role_name", "organisation", "due_at"
        ),
        **_MYSQL,
    )


def _payload(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}payload",
        metadata,
        _text("tenant"),
        _hash("digest"),
        Column("salt", String(64), nullable=True),
        Column("payload_class", String(32), nullable=False),
        _instant("retain_until", nullable=True),
        Column("content", _LONG, nullable=True),
        PrimaryKeyConstraint("tenant", "digest"),
        **_MYSQL,
    )


def _attestation(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}attestation",
        metadata,
        _text("tenant"),
        _text("attestation_id", "command_id"),
        _text("policy_id", "definition_key"),
        _hash("policy_hash"),
        _text("clause"),
        _text("subject_kind"),
        _text("subject_ref"),
        Column("outcome", String(16), nullable=False),
        _text("person_id", "actor_id"),
        _text("role_name"),
        _text("evidence_ref"),
        _instant("attested_at"),
        Column("attested_on", String(10), nullable=False),
        Column("valid_until", String(10), nullable=True),
        _instant("revoked_at", nullable=True),
        _text("revoked_by", "actor_id", nullable=True),
        PrimaryKeyConstraint("tenant", "attestation_id"),
        Index(f"{prefix}attestation_subject", "tenant", "subject_kind", "subject_ref", "clause"),
        **_MYSQL,
    )


def _outbox(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}outbox",
        metadata,
        Column("instance_id", String(_INSTANCE), nullable=False),
        Column("seq", Integer, nullable=False),
        Column("message_no", SmallInteger, nullable=False),
        _text("tenant"),
        Column("message_status", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        # Counts leases and never goes back: who holds an older one is told so.
        Column("lease_no", Integer, nullable=False),
        _text("lease_owner", "worker", nullable=True),
        _instant("lease_until", nullable=True),
        _instant("next_attempt_at", nullable=True),
        _text("last_error", nullable=True),
        _instant("recorded_at"),
        _instant("closed_at", nullable=True),
        Column("content", _LONG, nullable=False),
        PrimaryKeyConstraint("instance_id", "seq", "message_no"),
        Index(f"{prefix}outbox_turn", "tenant", "message_status", "recorded_at"),
        **_MYSQL,
    )


def _anchor(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}anchor",
        metadata,
        _text("tenant"),
        Column("anchor_no", Integer, nullable=False),
        _instant("taken_at"),
        Column("subject_count", Integer, nullable=False),
        Column("event_count", BigInteger, nullable=False),
        _hash("heads_digest"),
        _hash("prev_digest", nullable=True),
        _hash("digest"),
        PrimaryKeyConstraint("tenant", "anchor_no"),
        **_MYSQL,
    )
