"""Seats as rows: a task for each, and a signature for each person who has signed in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from xbyx_rules.checking import Approvals, CheckedLifecycle
from xbyx_rules.lifecycle import Seat, SeatStatus, is_agreement

from .chain import to_microseconds
from .store import DONE, OPEN, REMOVED, WAITING, Store, read_current
from .tasks import ACT, ASSIST, COPY, SIGN

__all__ = ["insert_seat", "insert_signatures", "read_seats", "save_seats"]


def read_seats(
    store: Store,
    connection: Connection,
    instance_id: str,
    lifecycle: CheckedLifecycle,
    state: str,
    *,
    is_current: bool = False,
) -> tuple[int, tuple[Seat, ...]]:
    """The seats of the state that a subject is in; `is_current` as `read_current` says.

    Returns:
        The number of the event by which it came there, and the seats by number; (0, ()) where it
        has none.
    """
    task = store.tables.task
    is_seat = (task.c.instance_id == instance_id, task.c.task_kind != COPY)
    # WHY all of them, and no subquery for the newest: a locking reading doesn't lock what a
    # subquery reads, so on MySQL and MariaDB it would be the newest of some moment before.
    query = select(task).where(*is_seat).order_by(task.c.entry_seq.desc(), task.c.task_no)
    found = connection.execute(read_current(connection, query) if is_current else query).all()
    if not found:
        return 0, ()
    entry = found[0].entry_seq
    rows = [one for one in found if one.entry_seq == entry]
    signed = _read_signatures(store, connection, instance_id, entry, is_current=is_current)
    approvals = lifecycle.approvals
    return entry, tuple(
        _seat(row, signed.get(row.task_no, ()), approvals, state)
        for row in rows
        if row.task_status in (OPEN, WAITING, DONE)
    )


def _read_signatures(
    store: Store, connection: Connection, instance_id: str, entry: int, *, is_current: bool
) -> dict[int, tuple[Row[Any], ...]]:
    table = store.tables.signature
    query = (
        select(table)
        .where(table.c.instance_id == instance_id, table.c.entry_seq == entry)
        .order_by(table.c.task_no, table.c.signer_id)
    )
    found: dict[int, tuple[Row[Any], ...]] = {}
    for row in connection.execute(read_current(connection, query) if is_current else query):
        found[row.task_no] = (*found.get(row.task_no, ()), row)
    return found


def _seat(row: Row[Any], signed: tuple[Row[Any], ...], approvals: Approvals, state: str) -> Seat:
    status: SeatStatus = "waiting" if row.task_status == WAITING else "open"
    if row.task_status == DONE:
        agrees = not signed or is_agreement(approvals, state, signed[0].action_name) is not False
        status = "agreed" if agrees else "rejected"
    return Seat(
        number=row.task_no,
        role=row.role_name,
        organisation=row.organisation or "",
        assignee=row.assignee or "",
        status=status,
        signers=tuple(one.signer_id for one in signed),
        waits_on=tuple(json.loads(row.waits_on)) if row.waits_on else (),
        added_by=row.added_by or "",
        is_joint=row.task_kind == SIGN,
        is_assist=row.task_kind == ASSIST,
    )


def save_seats(
    store: Store,
    connection: Connection,
    instance_id: str,
    entry: int,
    seats: tuple[tuple[Seat, ...], tuple[Seat, ...]],
    at: datetime,
) -> None:
    """Write what of the seats has changed: (before, after); one that is gone is removed."""
    before, after = seats
    kept = {one.number: one for one in after}
    for one in before:
        now = kept.get(one.number)
        if now != one:
            values = _removed(at) if now is None else _values(now, at)
            _update(store, connection, instance_id, entry, one.number, values)


def insert_seat(
    store: Store, connection: Connection, instance_id: str, entry: int, seat: Seat, at: datetime
) -> None:
    """Write a seat that was added."""
    kind = SIGN if seat.is_joint else ASSIST if seat.is_assist else ACT
    values: dict[str, Any] = {
        "instance_id": instance_id,
        "entry_seq": entry,
        "task_no": seat.number,
        "tenant": store.tenant,
        "role_name": seat.role,
        "organisation": seat.organisation or None,
        "task_kind": kind,
        "added_by": seat.added_by or None,
        "opened_at": to_microseconds(at),
        **_values(seat, at),
    }
    connection.execute(insert(store.tables.task).values(**values))


def insert_signatures(
    store: Store,
    connection: Connection,
    instance_id: str,
    entry: int,
    signed: tuple[int, str, int],
    signers: Iterable[str],
) -> None:
    """Write who has signed: (seat, action, number of the event)."""
    number, action, event = signed
    for signer in signers:
        connection.execute(
            insert(store.tables.signature).values(
                instance_id=instance_id,
                entry_seq=entry,
                signer_id=signer,
                task_no=number,
                action_name=action,
                event_seq=event,
            )
        )


def delete_signatures(
    store: Store, connection: Connection, instance_id: str, entry: int, number: int
) -> None:
    """Take a seat's signature away; the events keep that it was given and taken back."""
    table = store.tables.signature
    connection.execute(
        delete(table).where(
            table.c.instance_id == instance_id,
            table.c.entry_seq == entry,
            table.c.task_no == number,
        )
    )


def _values(seat: Seat, at: datetime) -> dict[str, Any]:
    status = DONE if seat.is_signed else WAITING if seat.status == "waiting" else OPEN
    return {
        "assignee": seat.assignee or None,
        "task_status": status,
        "waits_on": json.dumps(list(seat.waits_on)) if seat.waits_on else None,
        "closed_at": to_microseconds(at) if status == DONE else None,
    }


def _removed(at: datetime) -> dict[str, Any]:
    return {"task_status": REMOVED, "closed_at": to_microseconds(at)}


def _update(
    store: Store,
    connection: Connection,
    instance_id: str,
    entry: int,
    number: int,
    values: dict[str, Any],
) -> None:
    task = store.tables.task
    statement = update(task).where(
        task.c.instance_id == instance_id, task.c.entry_seq == entry, task.c.task_no == number
    )
    connection.execute(statement.values(**values))
