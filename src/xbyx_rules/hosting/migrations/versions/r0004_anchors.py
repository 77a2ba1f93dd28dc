"""Anchors: where every chain stood; and triggers against changing what is on record."""

from __future__ import annotations

from typing import Final

from alembic import context, op
from sqlalchemy import BigInteger, Column, Integer, MetaData, PrimaryKeyConstraint, String, Table

from xbyx_rules.hosting.ledger.protection import (
    list_statements,
    protect,
    protect_table,
    unprotect,
)
from xbyx_rules.hosting.migrations.frozen import MYSQL, instant, prefixed, text

revision: Final = "0004"
down_revision: Final = "0003"

TABLES: Final = ("anchor",)
"""What this step makes, and undoing it drops with all rows."""

_KEYS: Final = {
    "definition": ("definition_key", "definition_version"),
    "event": ("instance_id", "seq"),
    "payload": ("tenant", "digest"),
    "anchor": ("tenant", "anchor_no"),
}
_KEPT: Final = ("payload_class", "retain_until")
_ERASABLE: Final = ("content", "salt")


def upgrade() -> None:
    """Make the table, and the triggers of the tables that only grow.

    WHY by the library's own words for them: a trigger keeps nothing, and the newest form protects
    best.  A later change of that form is a step of its own, which protects anew.
    """
    op.create_table(
        prefixed("anchor"),
        text("tenant", 64),
        Column("anchor_no", Integer, nullable=False),
        instant("taken_at"),
        Column("subject_count", Integer, nullable=False),
        Column("event_count", BigInteger, nullable=False),
        text("heads_digest", 80),
        text("prev_digest", 80, nullable=True),
        text("digest", 80),
        PrimaryKeyConstraint("tenant", "anchor_no"),
        **MYSQL,
    )
    if context.is_offline_mode():
        for table in _protected():
            for statement in list_statements(table, op.get_context().dialect):
                op.execute(statement)
    else:
        protect(op.get_bind(), _protected())


def downgrade() -> None:
    """Take the triggers away and drop the anchors; those kept outside stay good."""
    unprotect(op.get_bind(), _protected())
    for name in reversed(TABLES):
        op.drop_table(prefixed(name))


def _protected() -> list[Table]:
    """The tables with triggers, as far as these speak of them."""
    home, tables = MetaData(), []
    for name, keys in _KEYS.items():
        others = (*_KEPT, *_ERASABLE) if name == "payload" else ()
        columns = [Column(one, String, primary_key=one in keys) for one in (*keys, *others)]
        table = Table(prefixed(name), home, *columns)
        protect_table(table, erasable=_ERASABLE if name == "payload" else ())
        tables.append(table)
    return tables
