"""The outbox: a message for the host with each event, until it is delivered."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, SmallInteger

from xbyx_rules.hosting.migrations.frozen import MYSQL, instant, long, prefixed, text

revision: Final = "0003"
down_revision: Final = "0002"

TABLES: Final = ("outbox",)
"""What this step makes, and undoing it drops with all rows."""


def upgrade() -> None:
    """Make the table; events of before leave no message."""
    op.create_table(
        prefixed("outbox"),
        text("instance_id", 32),
        Column("seq", Integer, nullable=False),
        Column("message_no", SmallInteger, nullable=False),
        text("tenant", 64),
        text("message_status", 16),
        Column("attempts", Integer, nullable=False),
        Column("lease_no", Integer, nullable=False),
        text("lease_owner", 100, nullable=True),
        instant("lease_until", nullable=True),
        instant("next_attempt_at", nullable=True),
        text("last_error", 200, nullable=True),
        instant("recorded_at"),
        instant("closed_at", nullable=True),
        long("content"),
        PrimaryKeyConstraint("instance_id", "seq", "message_no"),
        **MYSQL,
    )
    turn = ["tenant", "message_status", "recorded_at"]
    op.create_index(prefixed("outbox_turn"), prefixed("outbox"), turn)


def downgrade() -> None:
    """Drop it; messages that were not delivered are lost."""
    for name in reversed(TABLES):
        op.drop_table(prefixed(name))
