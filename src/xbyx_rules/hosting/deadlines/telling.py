"""Whom the host is to remind, and of what: the body beside an event, and its message."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from xbyx_rules.hosting.ledger.chain import from_microseconds
from xbyx_rules.hosting.ledger.statuses import ASSIST, COPY, OPEN, WAITING
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
    *,
    has_added: bool = False,
) -> tuple[Row[Any], ...]:
    """The tasks of an entry whose turn it is, by number; of some roles, or of all.

    What was entrusted (委派) belongs to the role of the seat that waits for it; with `has_added`
    the signatures that were asked for (加签) belong to them too, in whatever role.
    The subject's row is locked: whoever has signed by now is told nothing.
    """
    table = store.tables.task
    query = select(table).where(
        table.c.instance_id == instance_id,
        table.c.entry_seq == entry,
        table.c.task_status.in_([OPEN, WAITING]),
        table.c.task_kind != COPY,
    )
    current = read_current(connection, query.order_by(table.c.task_no))
    rows = connection.execute(current).all()
    if roles is None:
        return tuple(one for one in rows if one.task_status == OPEN)
    named = set(roles)
    waiting = [one.waits_on for one in rows if one.role_name in named and one.waits_on]
    awaited = {number for text in waiting for number in json.loads(text)}

    def is_meant(one: Row[Any]) -> bool:
        if one.task_kind == ASSIST:
            return one.task_no in awaited
        return one.role_name in named or (has_added and one.added_by is not None)

    return tuple(one for one in rows if one.task_status == OPEN and is_meant(one))


def _to_text(instant: int | None) -> str | None:
    return None if instant is None else from_microseconds(instant).isoformat()
