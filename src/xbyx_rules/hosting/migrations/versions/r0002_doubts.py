"""Supervision: the doubts (疑点) that checks raised, and what was supervised."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, SmallInteger, Text

from xbyx_rules.hosting.migrations.frozen import MYSQL, instant, prefixed, text

revision: Final = "0002"
down_revision: Final = "0001"

TABLES: Final = ("doubt", "supervised")
"""What this step makes, and undoing it drops with all rows."""


def upgrade() -> None:
    """Make the tables."""
    _create_doubt()
    _create_supervised()


def downgrade() -> None:
    """Drop them; the ledger keeps what was done about each doubt."""
    for name in reversed(TABLES):
        op.drop_table(prefixed(name))


def _create_doubt() -> None:
    op.create_table(
        prefixed("doubt"),
        text("tenant", 64),
        text("doubt_id", 128),
        text("first_id", 128),
        Column("occurrence", Integer, nullable=False),
        text("subject_kind", 64),
        text("subject_ref", 128),
        text("policy_id", 200),
        text("clause", 100),
        Column("records_text", Text, nullable=False),
        text("content_hash", 80),
        text("found_on", 10),
        Column("stands", SmallInteger, nullable=False),
        text("current_state", 64),
        Column("looks", Integer, nullable=False),
        PrimaryKeyConstraint("tenant", "doubt_id"),
        **MYSQL,
    )
    subject = ["tenant", "subject_kind", "subject_ref"]
    op.create_index(prefixed("doubt_subject"), prefixed("doubt"), subject)


def _create_supervised() -> None:
    op.create_table(
        prefixed("supervised"),
        text("tenant", 64),
        text("subject_kind", 64),
        text("subject_ref", 128),
        text("content_hash", 80),
        instant("looked_at"),
        PrimaryKeyConstraint("tenant", "subject_kind", "subject_ref"),
        **MYSQL,
    )
