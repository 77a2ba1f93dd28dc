"""Django's own database connection, lent to SQLAlchemy for the length of a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connections
from django.db.transaction import TransactionManagementError
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

DIALECTS = {
    "sqlite": "sqlite://",
    "postgresql": "postgresql+psycopg://",
    "mysql": "mysql+mysqldb://",
}


@cache
def _engine(using: str, vendor: str) -> Engine:
    # Django's SQLite driver gives DATE columns as dates already.
    more: dict[str, Any] = {"native_datetime": True} if vendor == "sqlite" else {}
    engine = create_engine(
        DIALECTS[vendor],
        # The connection of the thread that asks: Django keeps one for each.
        creator=lambda: connections[using].connection,
        poolclass=NullPool,
        **more,
    )
    # INVARIANT: only Django commits, rolls back and closes its connection.
    for name in ("do_commit", "do_rollback", "do_close", "do_terminate"):
        setattr(engine.dialect, name, _leave_to_django)
    return engine


def _leave_to_django(_connection: Any) -> None:
    pass


@contextmanager
def lent_connection(using: str = "default") -> Iterator[Connection]:
    """What the ledger takes for its target; inside `transaction.atomic` only."""
    own = connections[using]
    if not own.in_atomic_block:
        raise TransactionManagementError("lend the connection inside transaction.atomic()")
    with _engine(using, own.vendor).connect() as connection:
        yield connection
