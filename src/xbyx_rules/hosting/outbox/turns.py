"""Whose turn it is: the first unsettled message of each subject, and nobody else's lease on it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, exists, or_, select

from xbyx_rules.hosting.ledger import LedgerTables
from xbyx_rules.hosting.ledger.messages import PARKED, WAITING

__all__ = ["can_skip_locked", "find_ready"]

_POSTGRESQL: Final = (9, 5)
_MARIADB: Final = (10, 6)
# WHY not 8.0.1, which brought it: TiDB calls itself 8.0.11 and doesn't have it.
_MYSQL: Final = (8, 0, 12)


def find_ready(
    connection: Connection, tables: LedgerTables, tenant: str, *, instant: int, most: int
) -> list[Row[Any]]:
    """The rows whose turn it is, the oldest first; locked where rows that are locked can be left.

    WHY by status and never by a number to go on from: a transaction with a lower number may
    commit after one with a higher, and its messages would never be seen.
    """
    query = _ready(tables, tenant, instant).limit(most)
    if can_skip_locked(connection):
        query = query.with_for_update(skip_locked=True)
    return list(connection.execute(query))


def can_skip_locked(connection: Connection) -> bool:
    """Whether the database has ``FOR UPDATE SKIP LOCKED``; else the lease is compared and set."""
    dialect: Any = connection.dialect
    version = dialect.server_version_info or ()
    if dialect.name == "postgresql":
        return bool(version >= _POSTGRESQL)
    if dialect.name in ("mysql", "mariadb"):
        return bool(version >= (_MARIADB if dialect.is_mariadb else _MYSQL))
    return False


def _ready(tables: LedgerTables, tenant: str, instant: int) -> Select[Any]:
    one, earlier = tables.outbox, tables.outbox.alias("earlier")
    # INVARIANT: once all earlier messages of a subject are settled they stay so, and new ones come
    # after; a stale view can hold a message back, never let it go ahead of its turn.
    has_earlier = exists().where(
        earlier.c.instance_id == one.c.instance_id,
        earlier.c.message_status.in_((WAITING, PARKED)),
        or_(
            earlier.c.seq < one.c.seq,
            and_(earlier.c.seq == one.c.seq, earlier.c.message_no < one.c.message_no),
        ),
    )
    return (
        select(one)
        .where(
            one.c.tenant == tenant,
            one.c.message_status == WAITING,
            or_(one.c.next_attempt_at.is_(None), one.c.next_attempt_at <= instant),
            or_(one.c.lease_until.is_(None), one.c.lease_until <= instant),
            ~has_earlier,
        )
        .order_by(one.c.recorded_at, one.c.instance_id, one.c.seq, one.c.message_no)
    )
