"""What waits and what is parked, for those who look after the workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.ledger import LedgerTables, from_microseconds
from xbyx_rules.hosting.ledger.messages import PARKED, WAITING

__all__ = ["Backlog", "Parked", "list_parked", "measure_backlog"]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is still to be delivered.

    Args:
        waiting: messages not delivered yet, without the parked ones.
        leased: those of them that a worker has at this instant.
        parked: messages that wait for a person's decision.
        oldest_at: since when the oldest of those waiting has waited; None when none does.
    """

    waiting: int
    leased: int
    parked: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked message: its subject's messages stand still until `Ledger.unpark`.

    Args:
        subject: whose.
        version: number of the event.
        attempts: how often it was tried.
        reason: what the last attempt came to, such as the name of an error; no personal data.
        parked_at: since when.
        waiting: how many messages of the subject wait behind it.
    """

    subject: Subject
    version: int
    attempts: int
    reason: str
    parked_at: datetime
    waiting: int


def measure_backlog(
    connection: Connection, tables: LedgerTables, tenant: str, *, instant: int
) -> Backlog:
    """Count a tenant's messages that are not settled."""
    one = tables.outbox
    query = (
        select(
            one.c.message_status,
            func.count(),
            func.sum(case((one.c.lease_until > instant, 1), else_=0)),
            func.min(one.c.recorded_at),
        )
        .where(one.c.tenant == tenant, one.c.message_status.in_((WAITING, PARKED)))
        .group_by(one.c.message_status)
    )
    rows = {row[0]: row for row in connection.execute(query)}
    _, waiting, leased, oldest = rows.get(WAITING, (WAITING, 0, 0, None))
    parked = rows[PARKED][1] if PARKED in rows else 0
    since = None if oldest is None else from_microseconds(oldest)
    # WHY int: a sum is a Decimal in MySQL.
    return Backlog(waiting, int(leased), parked, since)


def list_parked(
    connection: Connection, tables: LedgerTables, tenant: str, *, most: int
) -> tuple[Parked, ...]:
    """A tenant's parked messages, the longest parked first."""
    one, behind, instance = tables.outbox, tables.outbox.alias("behind"), tables.instance
    # A parked message is the first unsettled one of its subject, so all others are behind it.
    waiting = (
        select(func.count())
        .where(behind.c.instance_id == one.c.instance_id, behind.c.message_status == WAITING)
        .scalar_subquery()
    )
    query = (
        select(one, instance.c.subject_kind, instance.c.subject_ref, waiting.label("waiting"))
        .join(instance, instance.c.instance_id == one.c.instance_id)
        .where(one.c.tenant == tenant, one.c.message_status == PARKED)
        .order_by(one.c.closed_at, one.c.instance_id, one.c.seq)
        .limit(most)
    )
    return tuple(
        Parked(
            subject=Subject(row.subject_kind, row.subject_ref),
            version=row.seq,
            attempts=row.attempts,
            reason=row.last_error,
            parked_at=from_microseconds(row.closed_at),
            waiting=row.waiting,
        )
        for row in connection.execute(query)
    )
