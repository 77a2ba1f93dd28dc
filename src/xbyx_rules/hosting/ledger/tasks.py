"""Whose turn it is: a task for each role that may act in the state a subject has entered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject

from .chain import from_microseconds, to_microseconds
from .rows import Instance
from .statements import close_open_tasks, insert_task
from .statuses import ACT, OPEN, WAITING
from .store import Store
from .timers import lapse_timers

__all__ = ["Task", "Turn", "close_tasks", "open_tasks", "read_task"]


@dataclass(frozen=True, slots=True)
class Task:
    """An open task.

    Args:
        subject: what is to be acted on.
        state: the state it is in.
        version: the version to act on (`Command.expected_version`).
        role: whose turn it is.
        organisation: of which organisation; "" when any.
        opened_at: since when.
        assignee: whose it is; "" for whoever holds the role.
        number: of the seat, for transferring it.
    """

    subject: Subject
    state: str
    version: int
    role: str
    organisation: str
    opened_at: datetime
    assignee: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """A task to be opened: for whoever holds a role, or for one person of it."""

    role: str
    organisation: str
    assignee: str = ""
    kind: str = ACT
    waits_on: tuple[int, ...] = ()


def open_tasks(
    store: Store,
    connection: Connection,
    instance: Instance,
    turns: Iterable[Turn],
    at: datetime,
    *,
    entry: int | None = None,
) -> None:
    """Open tasks for the state that a subject has entered by its last event, numbered from 1.

    With `entry` they come to those of that earlier event, numbered on from them.
    """
    first = 1 if entry is None else store.next_task_number(connection, instance.id, entry)
    rows = [
        {
            "instance_id": instance.id,
            "entry_seq": instance.version if entry is None else entry,
            "task_no": number,
            "tenant": store.tenant,
            "role_name": one.role,
            "organisation": one.organisation or None,
            "assignee": one.assignee or None,
            "task_status": WAITING if one.waits_on else OPEN,
            "opened_at": to_microseconds(at),
            "task_kind": one.kind,
            "waits_on": json.dumps(list(one.waits_on)) if one.waits_on else None,
        }
        for number, one in enumerate(turns, start=first)
    ]
    if rows:
        connection.execute(store.tables.prepared(insert_task), rows)


def close_tasks(
    store: Store,
    connection: Connection,
    instance_id: str,
    acted: tuple[Iterable[str], int | None],
    at: datetime,
    *,
    has_timers: bool = True,
) -> None:
    """Close a subject's open tasks with their timers; copies stay, since they wait for nothing.

    Args:
        store: the ledger's rows.
        connection: in the command's transaction.
        instance_id: whose tasks.
        acted: the roles that acted and the seat that was taken: done; the others lapse.
        at: when.
        has_timers: whether it may have any.
    """
    roles, seat = acted
    connection.execute(
        store.tables.prepared(close_open_tasks),
        {"key": instance_id, "roles": list(roles), "seat": seat, "at": to_microseconds(at)},
    )
    if has_timers:
        lapse_timers(store, connection, instance_id)


def read_task(row: Any) -> Task:
    """A task from its row and its subject's."""
    return Task(
        subject=Subject(row.subject_kind, row.subject_ref),
        state=row.current_state,
        version=row.version,
        role=row.role_name,
        organisation=row.organisation or "",
        opened_at=from_microseconds(row.opened_at),
        assignee=row.assignee or "",
        number=row.task_no,
    )
