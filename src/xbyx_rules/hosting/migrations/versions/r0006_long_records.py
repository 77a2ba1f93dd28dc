"""Doubts: the records that one is about may be longer than 64 KB on MySQL and MariaDB, too."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy.dialects import mysql

from xbyx_rules.hosting.migrations.frozen import prefixed

revision: Final = "0006"
down_revision: Final = "0005"

TABLES: Final = ()
"""It makes none."""


def upgrade() -> None:
    """Widen the column; elsewhere it has no bound."""
    if op.get_context().dialect.name in ("mysql", "mariadb"):
        op.alter_column(
            prefixed("doubt"), "records_text", type_=mysql.MEDIUMTEXT(), existing_nullable=False
        )


def downgrade() -> None:
    """Leave it wide: the versions before work with it, and a narrow one would cut what is kept."""
