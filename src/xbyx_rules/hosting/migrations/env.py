"""Run by Alembic for each upgrade and downgrade, never imported; `migrating` says on what."""

from __future__ import annotations

from alembic import context

from xbyx_rules.hosting.migrations.frozen import PREFIX_OPTION
from xbyx_rules.hosting.migrations.owned import name_version_table


def _run() -> None:
    given = context.config.attributes
    context.configure(
        connection=given.get("connection"),
        dialect_name=given.get("dialect"),
        version_table=name_version_table(given["prefix"]),
        literal_binds=context.is_offline_mode(),
        **{PREFIX_OPTION: given["prefix"]},
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
