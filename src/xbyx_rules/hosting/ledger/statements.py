"""The statements that a command sends, made once for a ledger's tables (`LedgerTables.prepared`).

WHY once: SQLAlchemy takes longer to put a statement together than to send it.  What changes from
command to command are values, by name; names of columns stand for themselves in what is set.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Delete,
    Insert,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    update,
)

from .statuses import ACT, COPY, DONE, LAPSED, OPEN, WAITING
from .tables import LedgerTables

__all__ = [
    "close_open_tasks",
    "delete_signature",
    "insert_command",
    "insert_event",
    "insert_message",
    "insert_payload",
    "insert_signature",
    "insert_task",
    "insert_timer",
    "lapse_waiting_timers",
    "select_attestations",
    "select_command",
    "select_events_back",
    "select_instance",
    "select_payloads",
    "select_seats",
    "select_signatures",
    "update_due",
    "update_instance",
    "update_seat",
]


def select_instance(tables: LedgerTables, *, is_locked: bool) -> Select[Any]:
    """A subject's row, by all that it is called.

    WHY by its key too: one row, whichever revision it is, and only that is locked.
    """
    table = tables.instance
    query = select(table).where(
        table.c.instance_id == bindparam("instance_id"),
        table.c.tenant == bindparam("tenant"),
        table.c.subject_kind == bindparam("subject_kind"),
        table.c.subject_ref == bindparam("subject_ref"),
    )
    return query.with_for_update() if is_locked else query


def update_instance(tables: LedgerTables) -> Update:
    """Move a subject's row on, from a version that it must still have."""
    table = tables.instance
    return update(table).where(
        table.c.instance_id == bindparam("key"), table.c.version == bindparam("from_version")
    )


def select_command(tables: LedgerTables) -> Select[Any]:
    """A command that was carried out, by its id.

    WHY a locking read: under MariaDB's REPEATABLE READ a plain one shows the past.
    """
    table = tables.command
    query = select(table.c.request_hash, table.c.result_text).where(
        table.c.tenant == bindparam("tenant"), table.c.command_id == bindparam("command_id")
    )
    return query.with_for_update()


def insert_command(tables: LedgerTables) -> Insert:
    """Write down a command with its result."""
    return insert(tables.command)


# --- the past -----------------------------------------------------------------------------------


def select_events_back(tables: LedgerTables, *, most: int, is_shared: bool) -> Select[Any]:
    """Events of a subject before a number, the newest first, so many of them."""
    table = tables.event
    query = (
        select(table)
        .where(table.c.instance_id == bindparam("instance_id"), table.c.seq < bindparam("before"))
        .order_by(table.c.seq.desc())
        .limit(most)
    )
    return query.with_for_update(read=True) if is_shared else query


def insert_event(tables: LedgerTables) -> Insert:
    """Append an event."""
    return insert(tables.event)


def insert_message(tables: LedgerTables) -> Insert:
    """Leave a message of an event."""
    return insert(tables.outbox)


def select_payloads(tables: LedgerTables) -> Select[Any]:
    """Bodies by their digests."""
    table = tables.payload
    return select(table).where(
        table.c.tenant == bindparam("tenant"),
        table.c.digest.in_(bindparam("digests", expanding=True)),
    )


def insert_payload(tables: LedgerTables) -> Insert:
    """Keep bodies."""
    return insert(tables.payload)


def select_attestations(tables: LedgerTables) -> Select[Any]:
    """The judgements on a subject that were not revoked, in the order of their dates."""
    table = tables.attestation
    return (
        select(table)
        .where(
            table.c.tenant == bindparam("tenant"),
            table.c.subject_kind == bindparam("subject_kind"),
            table.c.subject_ref == bindparam("subject_ref"),
            table.c.revoked_at.is_(None),
        )
        .order_by(table.c.attested_at, table.c.attestation_id)
    )


# --- whose turn it is ---------------------------------------------------------------------------


def select_seats(tables: LedgerTables, *, is_shared: bool) -> Select[Any]:
    """Every seat that a subject has had, those of the newest entry first.

    WHY all of them, and no subquery for the newest: a locking reading doesn't lock what a
    subquery reads, so on MySQL and MariaDB it would be the newest of some moment before.
    """
    table = tables.task
    query = (
        select(table)
        .where(table.c.instance_id == bindparam("instance_id"), table.c.task_kind != COPY)
        .order_by(table.c.entry_seq.desc(), table.c.task_no)
    )
    return query.with_for_update(read=True) if is_shared else query


def insert_task(tables: LedgerTables) -> Insert:
    """Open tasks."""
    return insert(tables.task)


def update_seat(tables: LedgerTables) -> Update:
    """Change one seat."""
    table = tables.task
    return update(table).where(
        table.c.instance_id == bindparam("key"),
        table.c.entry_seq == bindparam("entry"),
        table.c.task_no == bindparam("seat"),
    )


def update_due(tables: LedgerTables) -> Update:
    """Say in a role's tasks of an entry when they are due; not in those that were added."""
    table = tables.task
    return update(table).where(
        table.c.instance_id == bindparam("key"),
        table.c.entry_seq == bindparam("entry"),
        table.c.role_name == bindparam("role"),
        table.c.added_by.is_(None),
        table.c.task_kind != COPY,
    )


def close_open_tasks(tables: LedgerTables) -> Update:
    """Close a subject's open tasks: done for the roles that acted and the seat taken, else lapsed.

    Copies stay, since they wait for nothing.
    """
    table = tables.task
    has_acted = and_(
        table.c.role_name.in_(bindparam("roles", expanding=True)), table.c.task_kind == ACT
    )
    is_done = or_(has_acted, table.c.task_no == bindparam("seat"))
    return (
        update(table)
        .where(
            table.c.instance_id == bindparam("key"),
            or_(table.c.task_status == OPEN, table.c.task_status == WAITING),
            table.c.task_kind != COPY,
        )
        .values(task_status=case((is_done, DONE), else_=LAPSED), closed_at=bindparam("at"))
    )


def select_signatures(tables: LedgerTables, *, is_shared: bool) -> Select[Any]:
    """Who have signed in the seats of an entry."""
    table = tables.signature
    query = (
        select(table)
        .where(
            table.c.instance_id == bindparam("instance_id"),
            table.c.entry_seq == bindparam("entry"),
        )
        .order_by(table.c.task_no, table.c.signer_id)
    )
    return query.with_for_update(read=True) if is_shared else query


def insert_signature(tables: LedgerTables) -> Insert:
    """Write who has signed."""
    return insert(tables.signature)


def delete_signature(tables: LedgerTables) -> Delete:
    """Take a seat's signature away."""
    table = tables.signature
    return delete(table).where(
        table.c.instance_id == bindparam("instance_id"),
        table.c.entry_seq == bindparam("entry"),
        table.c.task_no == bindparam("seat"),
    )


def insert_timer(tables: LedgerTables) -> Insert:
    """Set timers."""
    return insert(tables.timer)


def lapse_waiting_timers(tables: LedgerTables) -> Update:
    """Let a subject's waiting timers lapse."""
    table = tables.timer
    return (
        update(table)
        .where(table.c.instance_id == bindparam("key"), table.c.timer_status == WAITING)
        .values(timer_status=LAPSED)
    )
