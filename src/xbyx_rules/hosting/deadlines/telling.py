"""Whom the host is to remind, and of what: the body beside an event, and its message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from xbyx_rules.hosting.ledger.chain import from_microseconds
from xbyx_rules.hosting.ledger.statuses import COPY, OPEN
from xbyx_rules.hosting.ledger.store import Store, read_current
from xbyx_rules.hosting.ledger.tasks import Turn

__all__ = ["Notice", "read_open_tasks"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A reminder, or that something is overdue.

    Args:
        kind: ``remind``, ``overdue`` or ``by_hand``.
        action: whose time limit it is; "" for a reminder by hand.
        tasks: those that are still open.
        reported_to: to whom it is reported (逾期上报).
        due_at: when it is due, in UTC microseconds; None where no time limit is set.
        is_provisional: whether the calendar didn't know a day that was counted.
        calendar_version: of the calendar that gave it.
    """

    kind: str
    action: str
    tasks: tuple[Row[Any], ...]
    reported_to: tuple[Turn, ...] = ()
    due_at: int | None = None
    is_provisional: bool = False
    calendar_version: str = ""

    def as_body(self) -> dict[str, Any]:
        """What stays on record: roles and instants.  WHY no person: it can't be erased."""
        return {
            "kind": self.kind,
            "action": self.action or None,
            "roles": list(dict.fromkeys(one.role_name for one in self.tasks)),
            "reported_to": [one.role for one in self.reported_to],
            "due_at": _to_text(self.due_at),
            "is_provisional": self.is_provisional,
            "calendar": self.calendar_version or None,
        }

    def as_message(self) -> dict[str, Any]:
        """What the host is told: beside the roles their organisations and assignees."""
        return {
            "kind": self.kind,
            "action": self.action or None,
            "to": [
                {
                    "role": one.role_name,
                    "organisation": one.organisation,
                    "assignee": one.assignee,
                    "task": one.task_no,
                }
                for one in self.tasks
            ],
            "reported_to": [
                {"role": one.role, "organisation": one.organisation or None}
                for one in self.reported_to
            ],
            "due_at": _to_text(self.due_at),
            "is_provisional": self.is_provisional,
        }


def read_open_tasks(
    store: Store,
    connection: Connection,
    instance_id: str,
    entry: int,
    roles: Iterable[str] | None = None,
) -> tuple[Row[Any], ...]:
    """The tasks of an entry whose turn it is, by number; of some roles, or of all.

    The subject's row is locked: whoever has signed by now is told nothing.
    """
    table = store.tables.task
    query = select(table).where(
        table.c.instance_id == instance_id,
        table.c.entry_seq == entry,
        table.c.task_status == OPEN,
        table.c.task_kind != COPY,
    )
    if roles is not None:
        query = query.where(table.c.role_name.in_(list(roles)))
    return tuple(connection.execute(read_current(connection, query.order_by(table.c.task_no))))


def _to_text(instant: int | None) -> str | None:
    return None if instant is None else from_microseconds(instant).isoformat()
