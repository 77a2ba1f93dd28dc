"""Timers as rows: what falls due while a subject stays in a state; nothing here decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from sqlalchemy import Connection, Row, select, update

from .rows import Instance
from .statements import insert_timer, lapse_waiting_timers
from .statuses import WAITING
from .store import Store

__all__ = [
    "FIRED",
    "Timer",
    "TimerKind",
    "change_timer",
    "insert_timers",
    "lapse_timers",
    "read_timers",
    "to_timer",
]

FIRED: Final = "fired"
"""The status of a timer that has done what it was for."""

TimerKind = Literal["remind", "overdue"]


@dataclass(frozen=True, slots=True)
class Timer:
    """What falls due for one action.

    Args:
        entry: number of the event by which the state was entered.
        number: among the timers of that entry.
        kind: ``remind`` (催办) or ``overdue`` (逾期).
        action: whose time limit it is.
        due_at: the first instant at which it is due, in UTC microseconds.
        calendar_version: of the calendar that gave it.
        is_provisional: whether that calendar didn't know a day that was counted.
        status: ``waiting``, ``fired`` or ``lapsed``.
    """

    entry: int
    number: int
    kind: TimerKind
    action: str
    due_at: int
    calendar_version: str
    is_provisional: bool
    status: str = WAITING


def insert_timers(
    store: Store, connection: Connection, instance: Instance, timers: Iterable[Timer]
) -> None:
    """Write the timers of the state that a subject has entered."""
    rows = [
        {
            "instance_id": instance.id,
            "entry_seq": one.entry,
            "timer_no": one.number,
            "tenant": store.tenant,
            "timer_kind": one.kind,
            "action_name": one.action,
            **_values(one),
        }
        for one in timers
    ]
    if rows:
        connection.execute(store.tables.prepared(insert_timer), rows)


def read_timers(
    store: Store, connection: Connection, instance_id: str, entry: int, *, is_locked: bool = False
) -> tuple[Timer, ...]:
    """The timers of one entry by number.

    Args:
        store: the ledger's rows.
        connection: to read with.
        instance_id: whose.
        entry: number of the event by which the state was entered.
        is_locked: read by locking, with the subject's row locked before.
    """
    table = store.tables.timer
    query = (
        select(table)
        .where(table.c.instance_id == instance_id, table.c.entry_seq == entry)
        .order_by(table.c.timer_no)
    )
    rows = connection.execute(query.with_for_update() if is_locked else query)
    return tuple(map(to_timer, rows))


def change_timer(store: Store, connection: Connection, instance_id: str, timer: Timer) -> None:
    """Write a timer's instant, certainty and status anew."""
    table = store.tables.timer
    one = update(table).where(
        table.c.instance_id == instance_id,
        table.c.entry_seq == timer.entry,
        table.c.timer_no == timer.number,
    )
    connection.execute(one.values(**_values(timer)))


def lapse_timers(store: Store, connection: Connection, instance_id: str) -> None:
    """Let a subject's waiting timers lapse: its state was left, or entered anew."""
    connection.execute(store.tables.prepared(lapse_waiting_timers), {"key": instance_id})


def to_timer(row: Row[Any]) -> Timer:
    """A row as a timer."""
    return Timer(
        entry=row.entry_seq,
        number=row.timer_no,
        kind=cast(TimerKind, row.timer_kind),
        action=row.action_name,
        due_at=row.due_at,
        calendar_version=row.calendar_version or "",
        is_provisional=bool(row.due_provisional),
        status=row.timer_status,
    )


def _values(timer: Timer) -> dict[str, Any]:
    return {
        "due_at": timer.due_at,
        # WHY: an empty text is NULL in some databases.
        "calendar_version": timer.calendar_version or None,
        "due_provisional": int(timer.is_provisional),
        "timer_status": timer.status,
    }
