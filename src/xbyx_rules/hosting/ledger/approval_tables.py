"""The tables of approvals: who has signed, who acts for whom, what falls due."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
)

from .columns import INSTANCE, MYSQL, instant_column, text_column

__all__ = ["delegation_table", "signature_table", "timer_table"]


def signature_table(metadata: MetaData, prefix: str) -> Table:
    """Who has signed in which seat since a state was entered.

    WHY this key: a person signs once, whatever seats they could take, also through somebody else.
    """
    return Table(
        f"{prefix}signature",
        metadata,
        Column("instance_id", String(INSTANCE), nullable=False),
        Column("entry_seq", Integer, nullable=False),
        text_column("signer_id", "actor_id"),
        Column("task_no", SmallInteger, nullable=False),
        text_column("action_name"),
        Column("event_seq", Integer, nullable=False),
        PrimaryKeyConstraint("instance_id", "entry_seq", "signer_id"),
        **MYSQL,
    )


def delegation_table(metadata: MetaData, prefix: str) -> Table:
    """Who may act for whom, in which role, from which day to which; days as ISO text."""
    return Table(
        f"{prefix}delegation",
        metadata,
        text_column("tenant"),
        text_column("delegation_id", "command_id"),
        text_column("principal_id", "actor_id"),
        text_column("agent_id", "actor_id"),
        text_column("role_name"),
        # For subjects of one kind, or one subject, only; NULL for all.
        text_column("subject_kind", nullable=True),
        text_column("subject_ref", nullable=True),
        Column("valid_from", String(10), nullable=False),
        Column("valid_until", String(10), nullable=False),
        instant_column("granted_at"),
        text_column("granted_by", "actor_id"),
        instant_column("revoked_at", nullable=True),
        text_column("revoked_by", "actor_id", nullable=True),
        PrimaryKeyConstraint("tenant", "delegation_id"),
        Index(f"{prefix}delegation_agent", "tenant", "agent_id", "role_name"),
        **MYSQL,
    )


def timer_table(metadata: MetaData, prefix: str) -> Table:
    """What falls due while a subject stays in a state: ``remind`` or ``overdue``, by action."""
    return Table(
        f"{prefix}timer",
        metadata,
        Column("instance_id", String(INSTANCE), nullable=False),
        Column("entry_seq", Integer, nullable=False),
        Column("timer_no", SmallInteger, nullable=False),
        text_column("tenant"),
        Column("timer_kind", String(16), nullable=False),
        text_column("action_name"),
        instant_column("due_at"),
        Column("calendar_version", String(32), nullable=True),
        Column("due_provisional", SmallInteger, nullable=True),
        # ``waiting``, ``fired`` or ``lapsed``.
        Column("timer_status", String(16), nullable=False),
        PrimaryKeyConstraint("instance_id", "entry_seq", "timer_no"),
        Index(f"{prefix}timer_due", "tenant", "timer_status", "due_at"),
        **MYSQL,
    )
