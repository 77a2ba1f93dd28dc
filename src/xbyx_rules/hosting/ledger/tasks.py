"""Whose turn it is: a task for each role that may act in the state a subject has entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from xbyx_rules.deciding import Subject

from .chain import from_microseconds, to_microseconds
from .store import DONE, LAPSED, OPEN, Instance, Store

__all__ = ["Task", "close_tasks", "list_tasks", "open_tasks"]


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
    """

    subject: Subject
    state: str
    version: int
    role: str
    organisation: str
    opened_at: datetime


def open_tasks(
    store: Store,
    connection: Connection,
    instance: Instance,
    turns: Iterable[tuple[str, str]],
    at: datetime,
) -> None:
    """Open a task for each (role, organisation) whose turn it is since `instance.version`."""
    for number, (role, organisation) in enumerate(turns, start=1):
        connection.execute(
            insert(store.tables.task).values(
                instance_id=instance.id,
                entry_seq=instance.version,
                task_no=number,
                tenant=store.tenant,
                role_name=role,
                organisation=organisation or None,
                task_status=OPEN,
                opened_at=to_microseconds(at),
            )
        )


def close_tasks(
    store: Store, connection: Connection, instance_id: str, roles: Iterable[str], at: datetime
) -> None:
    """Close a subject's open tasks: done for the roles that acted, lapsed for the others."""
    table = store.tables.task
    is_open = (table.c.instance_id == instance_id, table.c.task_status == OPEN)
    closed_at = to_microseconds(at)
    done = update(table).where(*is_open, table.c.role_name.in_(list(roles)))
    connection.execute(done.values(task_status=DONE, closed_at=closed_at))
    lapsed = update(table).where(*is_open)
    connection.execute(lapsed.values(task_status=LAPSED, closed_at=closed_at))


def list_tasks(
    store: Store, connection: Connection, role: str, organisation: str | None
) -> tuple[Task, ...]:
    """The open tasks of a role, the oldest first.

    Args:
        store: the ledger's rows.
        connection: to read with.
        role: whose inbox.
        organisation: whose tasks, with those that any organisation may do; None for all.
    """
    task, instance = store.tables.task, store.tables.instance
    query = (
        select(task.c.organisation, task.c.opened_at, instance)
        .join(instance, instance.c.instance_id == task.c.instance_id)
        .where(
            task.c.tenant == store.tenant,
            task.c.task_status == OPEN,
            task.c.role_name == role,
        )
        .order_by(task.c.opened_at, task.c.instance_id, task.c.task_no)
    )
    if organisation is not None:
        mine = task.c.organisation == organisation
        query = query.where(or_(mine, task.c.organisation.is_(None)))
    return tuple(
        Task(
            subject=Subject(row.subject_kind, row.subject_ref),
            state=row.current_state,
            version=row.version,
            role=role,
            organisation=row.organisation or "",
            opened_at=from_microseconds(row.opened_at),
        )
        for row in connection.execute(query)
    )
