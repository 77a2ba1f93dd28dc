"""Seats as rows: a task for each, and a signature for each person who has signed in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from xbyx_rules.checking import Approvals, CheckedLifecycle
from xbyx_rules.lifecycle import Seat, SeatStatus, is_agreement

from .chain import to_microseconds
from .statements import (
    delete_signature,
    insert_signature,
    insert_task,
    select_seats,
    select_signatures,
    update_seat,
)
from .statuses import ACT, ASSIST, DONE, OPEN, REMOVED, SIGN, WAITING
from .store import Store, shows_past

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
    """The seats of the state that a subject is in.

    Args:
        store: the ledger's rows.
        connection: to read with.
        instance_id: whose.
        lifecycle: its flow.
        state: that it is in.
        is_current: for a command, with the subject's row locked: as it is now.

    Returns:
        The number of the event by which it came there, and the seats by number; (0, ()) where it
        has none.
    """
    is_shared = is_current and shows_past(connection)
    query = store.tables.prepared(select_seats, is_shared=is_shared)
    found = connection.execute(query, {"instance_id": instance_id}).all()
    if not found:
        return 0, ()
    entry = found[0].entry_seq
    rows = [one for one in found if one.entry_seq == entry]
    signed: dict[int, tuple[Row[Any], ...]] = {}
    if any(row.task_status == DONE for row in rows):
        signed = _read_signatures(store, connection, instance_id, entry, is_shared=is_shared)
    approvals = lifecycle.approvals
    return entry, tuple(
        _seat(row, signed.get(row.task_no, ()), approvals, state)
        for row in rows
        if row.task_status in (OPEN, WAITING, DONE)
    )


def _read_signatures(
    store: Store, connection: Connection, instance_id: str, entry: int, *, is_shared: bool
) -> dict[int, tuple[Row[Any], ...]]:
    query = store.tables.prepared(select_signatures, is_shared=is_shared)
    found: dict[int, tuple[Row[Any], ...]] = {}
    for row in connection.execute(query, {"instance_id": instance_id, "entry": entry}):
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
    connection.execute(store.tables.prepared(insert_task), values)


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
    rows = [
        {
            "instance_id": instance_id,
            "entry_seq": entry,
            "signer_id": signer,
            "task_no": number,
            "action_name": action,
            "event_seq": event,
        }
        for signer in signers
    ]
    connection.execute(store.tables.prepared(insert_signature), rows)


def delete_signatures(
    store: Store, connection: Connection, instance_id: str, entry: int, number: int
) -> None:
    """Take a seat's signature away; the events keep that it was given and taken back."""
    where = {"instance_id": instance_id, "entry": entry, "seat": number}
    connection.execute(store.tables.prepared(delete_signature), where)


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
    where = {"key": instance_id, "entry": entry, "seat": number}
    connection.execute(store.tables.prepared(update_seat), {**where, **values})
