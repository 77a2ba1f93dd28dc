"""Approvals: signatures, delegations, timers; seats and due days of tasks; revisions."""

from __future__ import annotations

from typing import Any, Final

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, SmallInteger, String, delete, table
from sqlalchemy import column as sql_column

from xbyx_rules.hosting.migrations.frozen import MYSQL, instant, prefixed, text

revision: Final = "0005"
down_revision: Final = "0004"

TABLES: Final = ("signature", "delegation", "timer")
"""What this step makes, and undoing it drops with all rows."""

_INDEXES: Final = {
    "instance_revises": ("instance", ["revises_id"]),
    "task_assignee": ("task", ["tenant", "task_status", "assignee", "due_at"]),
    "delegation_agent": ("delegation", ["tenant", "agent_id", "role_name"]),
    "timer_due": ("timer", ["tenant", "timer_status", "due_at"]),
}


def upgrade() -> None:
    """Make the tables and columns; every task of before is somebody's turn."""
    op.create_table(
        prefixed("signature"),
        text("instance_id", 32),
        Column("entry_seq", Integer, nullable=False),
        text("signer_id", 100),
        Column("task_no", SmallInteger, nullable=False),
        text("action_name", 64),
        Column("event_seq", Integer, nullable=False),
        PrimaryKeyConstraint("instance_id", "entry_seq", "signer_id"),
        **MYSQL,
    )
    op.create_table(
        prefixed("delegation"),
        text("tenant", 64),
        text("delegation_id", 100),
        text("principal_id", 100),
        text("agent_id", 100),
        text("role_name", 64),
        text("subject_kind", 64, nullable=True),
        text("subject_ref", 128, nullable=True),
        text("valid_from", 10),
        text("valid_until", 10),
        instant("granted_at"),
        text("granted_by", 100),
        instant("revoked_at", nullable=True),
        text("revoked_by", 100, nullable=True),
        PrimaryKeyConstraint("tenant", "delegation_id"),
        **MYSQL,
    )
    op.create_table(
        prefixed("timer"),
        text("instance_id", 32),
        Column("entry_seq", Integer, nullable=False),
        Column("timer_no", SmallInteger, nullable=False),
        text("tenant", 64),
        text("timer_kind", 16),
        text("action_name", 64),
        instant("due_at"),
        text("calendar_version", 32, nullable=True),
        Column("due_provisional", SmallInteger, nullable=True),
        text("timer_status", 16),
        PrimaryKeyConstraint("instance_id", "entry_seq", "timer_no"),
        **MYSQL,
    )
    for column in (text("revises_id", 32, nullable=True), instant("superseded_at", nullable=True)):
        op.add_column(prefixed("instance"), column)
    for column in _task_columns():
        op.add_column(prefixed("task"), column)
    for name, (home, columns) in _INDEXES.items():
        op.create_index(prefixed(name), prefixed(home), columns)


def downgrade() -> None:
    """Drop them: who signed stays in the events, whose turn it was among several does not.

    Copies go, too: without their kind they would be taken for somebody's turn.
    """
    task = table(prefixed("task"), sql_column("task_kind"))
    op.execute(delete(task).where(task.c.task_kind == "copy"))
    for name in ("task_assignee", "instance_revises"):
        op.drop_index(prefixed(name), prefixed(_INDEXES[name][0]))
    for column in reversed(_task_columns()):
        op.drop_column(prefixed("task"), column.name)
    for name in ("superseded_at", "revises_id"):
        op.drop_column(prefixed("instance"), name)
    for name in reversed(TABLES):
        op.drop_table(prefixed(name))


def _task_columns() -> list[Column[Any]]:
    return [
        Column("due_provisional", SmallInteger, nullable=True),
        Column("task_kind", String(16), nullable=False, server_default="act"),
        text("waits_on", 400, nullable=True),
        text("added_by", 100, nullable=True),
    ]
