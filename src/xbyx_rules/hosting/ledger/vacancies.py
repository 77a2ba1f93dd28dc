"""Roles that nobody holds: a task that waits for such a role waits for ever, unless it is said.

Only where the host can say who holds a role (`RoleDirectory`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Row, select

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.host import RoleDirectory

from .chain import from_microseconds
from .desk import Desk
from .rows import Instance
from .statuses import COPY, OPEN, WAITING
from .store import Store

__all__ = ["Vacancy", "list_vacancies", "warn_of_vacancies"]

_LOG: Final = structlog.get_logger("xbyx_rules")
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Vacancy:
    """An open task that nobody can do.

    Args:
        subject: what waits.
        state: the state it is in.
        role: that nobody holds, or the assignee no more.
        organisation: of which organisation; "" when any.
        assignee: whose task it is, who doesn't hold the role any more; None where nobody does.
        opened_at: since when it waits.
    """

    subject: Subject
    state: str
    role: str
    organisation: str
    assignee: str | None
    opened_at: datetime


def warn_of_vacancies(
    desk: Desk, connection: Connection, instance: Instance, roles: Iterable[str], on: date
) -> None:
    """Log ``role_vacant`` for each role whose turn has come and that nobody holds.

    WHY no key and no person: logs are read by many.  `list_vacancies` says which subjects wait.
    """
    host = desk.host
    if not isinstance(host, RoleDirectory):
        return
    for role in dict.fromkeys(roles):
        found = host.holders(connection, instance.subject, role, on=on)
        if found is not None and not found:
            _LOG.warning("role_vacant", role=role, flow=instance.definition_key)


def list_vacancies(desk: Desk, connection: Connection, on: date) -> tuple[Vacancy, ...] | None:
    """The open tasks of the tenant that nobody can do on a day, subject by subject.

    The host is asked once for each subject and role.  A role of which it can't say who holds it
    is passed by.

    Returns:
        None when the host can't say who holds a role.
    """
    host = desk.host
    if not isinstance(host, RoleDirectory):
        return None
    return tuple(_each_vacancy(host, desk.store, connection, on))


def _each_vacancy(
    directory: RoleDirectory, store: Store, connection: Connection, on: date
) -> Iterator[Vacancy]:
    known: dict[tuple[Subject, str], tuple[str, ...] | None] = {}
    for rows in _pages_of_tasks(store, connection):
        known.clear()
        for row in rows:
            asked = (Subject(row.subject_kind, row.subject_ref), row.role_name)
            if asked not in known:
                known[asked] = directory.holders(connection, *asked, on=on)
            holders = known[asked]
            if holders is None:
                continue
            if row.assignee not in holders if row.assignee else not holders:
                yield Vacancy(
                    subject=asked[0],
                    state=row.current_state,
                    role=row.role_name,
                    organisation=row.organisation or "",
                    assignee=row.assignee,
                    opened_at=from_microseconds(row.opened_at),
                )


def _pages_of_tasks(store: Store, connection: Connection) -> Iterator[list[Row[Any]]]:
    """The open tasks that somebody has to do, all those of a subject on one page."""
    task, instance = store.tables.task, store.tables.instance
    waiting = (
        task.c.tenant == store.tenant,
        # One that waits for other signatures, too: it would be stuck when its turn comes.
        task.c.task_status.in_([OPEN, WAITING]),
        task.c.task_kind != COPY,
    )
    ids = select(task.c.instance_id).where(*waiting).distinct().order_by(task.c.instance_id)
    page = ids
    while keys := list(connection.scalars(page.limit(_PAGE))):
        query = (
            select(
                task.c.role_name,
                task.c.organisation,
                task.c.assignee,
                task.c.opened_at,
                instance.c.subject_kind,
                instance.c.subject_ref,
                instance.c.current_state,
            )
            .join(instance, instance.c.instance_id == task.c.instance_id)
            .where(*waiting, task.c.instance_id.in_(keys))
            .order_by(task.c.instance_id, task.c.entry_seq, task.c.task_no)
        )
        yield list(connection.execute(query))
        page = ids.where(task.c.instance_id > keys[-1])
