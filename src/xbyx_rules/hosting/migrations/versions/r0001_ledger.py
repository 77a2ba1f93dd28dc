"""The ledger: flows, subjects, their events, commands, tasks, bodies and judgements."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Integer, PrimaryKeyConstraint, SmallInteger, UniqueConstraint
from sqlalchemy.schema import Column

from xbyx_rules.hosting.migrations.frozen import MYSQL, instant, long, prefixed, text

revision: Final = "0001"
down_revision: Final = None

TABLES: Final = (
    "definition",
    "instance",
    "event",
    "command",
    "task",
    "payload",
    "attestation",
)
"""What this step makes, and undoing it drops with all rows."""


def upgrade() -> None:
    """Make the tables."""
    _create_definition()
    _create_instance()
    _create_event()
    _create_command()
    _create_task()
    _create_payload()
    _create_attestation()


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(prefixed(name))


def _create_definition() -> None:
    op.create_table(
        prefixed("definition"),
        text("definition_key", 200),
        text("definition_version", 32),
        text("content_hash", 80),
        long("content"),
        PrimaryKeyConstraint("definition_key", "definition_version"),
        **MYSQL,
    )


def _create_instance() -> None:
    op.create_table(
        prefixed("instance"),
        text("instance_id", 32),
        text("tenant", 64),
        text("subject_kind", 64),
        text("subject_ref", 128),
        Column("revision", Integer, nullable=False),
        text("definition_key", 200),
        text("definition_version", 32),
        text("current_state", 64),
        Column("version", Integer, nullable=False),
        text("head_hash", 80),
        PrimaryKeyConstraint("instance_id"),
        UniqueConstraint(
            "tenant",
            "subject_kind",
            "subject_ref",
            "revision",
            name=prefixed("instance_subject"),
        ),
        **MYSQL,
    )


def _create_event() -> None:
    op.create_table(
        prefixed("event"),
        text("instance_id", 32),
        Column("seq", Integer, nullable=False),
        text("command_id", 100),
        text("actor_id", 100),
        text("actor_kind", 16),
        text("principal_id", 100, nullable=True),
        text("action_name", 64),
        text("from_state", 64, nullable=True),
        text("to_state", 64),
        instant("occurred_at"),
        instant("recorded_at"),
        text("policy_hash", 80),
        Column("semantics", Integer, nullable=False),
        long("payload_digests"),
        text("prev_hash", 80, nullable=True),
        text("event_hash", 80),
        PrimaryKeyConstraint("instance_id", "seq"),
        **MYSQL,
    )


def _create_command() -> None:
    op.create_table(
        prefixed("command"),
        text("tenant", 64),
        text("command_id", 100),
        text("request_hash", 160),
        long("result_text"),
        PrimaryKeyConstraint("tenant", "command_id"),
        **MYSQL,
    )


def _create_task() -> None:
    op.create_table(
        prefixed("task"),
        text("instance_id", 32),
        Column("entry_seq", Integer, nullable=False),
        Column("task_no", SmallInteger, nullable=False),
        text("tenant", 64),
        text("role_name", 64),
        text("organisation", 100, nullable=True),
        text("assignee", 100, nullable=True),
        text("task_status", 16),
        instant("opened_at"),
        instant("closed_at", nullable=True),
        instant("due_at", nullable=True),
        text("calendar_version", 32, nullable=True),
        PrimaryKeyConstraint("instance_id", "entry_seq", "task_no"),
        **MYSQL,
    )
    inbox = ["tenant", "task_status", "role_name", "organisation", "due_at"]
    op.create_index(prefixed("task_inbox"), prefixed("task"), inbox)


def _create_payload() -> None:
    op.create_table(
        prefixed("payload"),
        text("tenant", 64),
        text("digest", 80),
        text("salt", 64, nullable=True),
        text("payload_class", 32),
        instant("retain_until", nullable=True),
        long("content", nullable=True),
        PrimaryKeyConstraint("tenant", "digest"),
        **MYSQL,
    )


def _create_attestation() -> None:
    op.create_table(
        prefixed("attestation"),
        text("tenant", 64),
        text("attestation_id", 100),
        text("policy_id", 200),
        text("policy_hash", 80),
        text("clause", 100),
        text("subject_kind", 64),
        text("subject_ref", 128),
        text("outcome", 16),
        text("person_id", 100),
        text("role_name", 64),
        text("evidence_ref", 500),
        instant("attested_at"),
        text("attested_on", 10),
        text("valid_until", 10, nullable=True),
        instant("revoked_at", nullable=True),
        text("revoked_by", 100, nullable=True),
        PrimaryKeyConstraint("tenant", "attestation_id"),
        **MYSQL,
    )
    subject = ["tenant", "subject_kind", "subject_ref", "clause"]
    op.create_index(prefixed("attestation_subject"), prefixed("attestation"), subject)
