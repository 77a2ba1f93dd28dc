"""The ledger's own tables: one schema that runs on every database the hosts have.

PostgreSQL, MySQL and MariaDB, SQLite, openGauss, OceanBase and TiDB in MySQL mode, Dameng: no
auto-increment, no meaningful empty text, no Boolean columns, no reserved names, no time types.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

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
    UniqueConstraint,
)

from .approval_tables import delegation_table, signature_table, timer_table
from .columns import (
    INSTANCE,
    LENGTHS,
    LONG,
    MYSQL,
    hash_column,
    instant_column,
    text_column,
)
from .protection import protect_table

__all__ = ["LENGTHS", "LedgerTables", "ledger_tables"]

Made = TypeVar("Made")
How = ParamSpec("How")


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
    signature: Table
    delegation: Table
    timer: Table
    _prepared: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def prepared(
        self,
        make: Callable[Concatenate[LedgerTables, How], Made],
        *args: How.args,
        **how: How.kwargs,
    ) -> Made:
        """What `make` gives for these tables, such as a statement: made at first use, then kept.

        Args:
            make: a function of the tables, of the module that it stands in.
            args: what else it takes; few different values, since each is kept.
            how: likewise, by name.
        """
        key = (make, args, tuple(how.items()))
        if key not in self._prepared:
            self._prepared[key] = make(self, *args, **how)
        made: Made = self._prepared[key]
        return made

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
        signature=signature_table(home, prefix),
        delegation=delegation_table(home, prefix),
        timer=timer_table(home, prefix),
    )
    for table in (tables.event, tables.anchor, tables.definition):
        protect_table(table)
    protect_table(tables.payload, erasable=("content", "salt"))
    return tables


def _definition(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}definition",
        metadata,
        text_column("definition_key"),
        Column("definition_version", String(32), nullable=False),
        hash_column("content_hash"),
        Column("content", LONG, nullable=False),
        PrimaryKeyConstraint("definition_key", "definition_version"),
        **MYSQL,
    )


def _instance(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}instance",
        metadata,
        Column("instance_id", String(INSTANCE), nullable=False),
        text_column("tenant"),
        text_column("subject_kind"),
        text_column("subject_ref"),
        Column("revision", Integer, nullable=False),
        text_column("definition_key"),
        Column("definition_version", String(32), nullable=False),
        text_column("current_state", "state"),
        Column("version", Integer, nullable=False),
        hash_column("head_hash"),
        # The subject that this one revises, and when one that revises it took its place.
        Column("revises_id", String(INSTANCE), nullable=True),
        instant_column("superseded_at", nullable=True),
        PrimaryKeyConstraint("instance_id"),
        UniqueConstraint(
            "tenant", "subject_kind", "subject_ref", "revision", name=f"{prefix}instance_subject"
        ),
        Index(f"{prefix}instance_revises", "revises_id"),
        **MYSQL,
    )


def _event(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}event",
        metadata,
        Column("instance_id", String(INSTANCE), nullable=False),
        Column("seq", Integer, nullable=False),
        text_column("command_id"),
        text_column("actor_id"),
        Column("actor_kind", String(16), nullable=False),
        text_column("principal_id", "actor_id", nullable=True),
        text_column("action_name"),
        text_column("from_state", "state", nullable=True),
        text_column("to_state", "state"),
        instant_column("occurred_at"),
        instant_column("recorded_at"),
        hash_column("policy_hash"),
        Column("semantics", Integer, nullable=False),
        Column("payload_digests", LONG, nullable=False),
        hash_column("prev_hash", nullable=True),
        hash_column("event_hash"),
        PrimaryKeyConstraint("instance_id", "seq"),
        **MYSQL,
    )


def _command(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}command",
        metadata,
        text_column("tenant"),
        text_column("command_id"),
        Column("request_hash", String(160), nullable=False),
        Column("result_text", LONG, nullable=False),
        PrimaryKeyConstraint("tenant", "command_id"),
        **MYSQL,
    )


def _task(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}task",
        metadata,
        Column("instance_id", String(INSTANCE), nullable=False),
        Column("entry_seq", Integer, nullable=False),
        Column("task_no", SmallInteger, nullable=False),
        text_column("tenant"),
        text_column("role_name"),
        text_column("organisation", nullable=True),
        text_column("assignee", "actor_id", nullable=True),
        Column("task_status", String(16), nullable=False),
        instant_column("opened_at"),
        instant_column("closed_at", nullable=True),
        instant_column("due_at", nullable=True),
        Column("calendar_version", String(32), nullable=True),
        # 1 where the calendar didn't know a year that the day due depends on.
        Column("due_provisional", SmallInteger, nullable=True),
        # ``act``: somebody's turn; ``sign``: one of several who sign together; ``copy``: told only.
        Column("task_kind", String(16), nullable=False, server_default="act"),
        # Numbers of the tasks of the same entry that must be done before, as a JSON list.
        Column("waits_on", String(400), nullable=True),
        text_column("added_by", "actor_id", nullable=True),
        PrimaryKeyConstraint("instance_id", "entry_seq", "task_no"),
        Index(
            f"{prefix}task_inbox", "tenant", "task_status", "role_name", "organisation", "due_at"
        ),
        Index(f"{prefix}task_assignee", "tenant", "task_status", "assignee", "due_at"),
        **MYSQL,
    )


def _payload(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}payload",
        metadata,
        text_column("tenant"),
        hash_column("digest"),
        Column("salt", String(64), nullable=True),
        Column("payload_class", String(32), nullable=False),
        instant_column("retain_until", nullable=True),
        Column("content", LONG, nullable=True),
        PrimaryKeyConstraint("tenant", "digest"),
        **MYSQL,
    )


def _attestation(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}attestation",
        metadata,
        text_column("tenant"),
        text_column("attestation_id", "command_id"),
        text_column("policy_id", "definition_key"),
        hash_column("policy_hash"),
        text_column("clause"),
        text_column("subject_kind"),
        text_column("subject_ref"),
        Column("outcome", String(16), nullable=False),
        text_column("person_id", "actor_id"),
        text_column("role_name"),
        text_column("evidence_ref"),
        instant_column("attested_at"),
        Column("attested_on", String(10), nullable=False),
        Column("valid_until", String(10), nullable=True),
        instant_column("revoked_at", nullable=True),
        text_column("revoked_by", "actor_id", nullable=True),
        PrimaryKeyConstraint("tenant", "attestation_id"),
        Index(f"{prefix}attestation_subject", "tenant", "subject_kind", "subject_ref", "clause"),
        **MYSQL,
    )


def _outbox(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}outbox",
        metadata,
        Column("instance_id", String(INSTANCE), nullable=False),
        Column("seq", Integer, nullable=False),
        Column("message_no", SmallInteger, nullable=False),
        text_column("tenant"),
        Column("message_status", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        # Counts leases and never goes back: who holds an older one is told so.
        Column("lease_no", Integer, nullable=False),
        text_column("lease_owner", "worker", nullable=True),
        instant_column("lease_until", nullable=True),
        instant_column("next_attempt_at", nullable=True),
        text_column("last_error", nullable=True),
        instant_column("recorded_at"),
        instant_column("closed_at", nullable=True),
        Column("content", LONG, nullable=False),
        PrimaryKeyConstraint("instance_id", "seq", "message_no"),
        Index(f"{prefix}outbox_turn", "tenant", "message_status", "recorded_at"),
        **MYSQL,
    )


def _anchor(metadata: MetaData, prefix: str) -> Table:
    return Table(
        f"{prefix}anchor",
        metadata,
        text_column("tenant"),
        Column("anchor_no", Integer, nullable=False),
        instant_column("taken_at"),
        Column("subject_count", Integer, nullable=False),
        Column("event_count", BigInteger, nullable=False),
        hash_column("heads_digest"),
        hash_column("prev_digest", nullable=True),
        hash_column("digest"),
        PrimaryKeyConstraint("tenant", "anchor_no"),
        **MYSQL,
    )
