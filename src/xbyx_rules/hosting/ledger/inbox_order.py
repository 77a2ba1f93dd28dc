"""The order of an inbox: what is due first, then what has no day due, each the oldest first.

A page begins after a position, not after a number of items: what was done meanwhile makes no gap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import ColumnElement, Table, and_, or_

from xbyx_rules.errors import CommandRefused, Diagnostic

__all__ = ["InboxPosition", "beyond", "order_columns"]

_NEVER: Final = "-"
_TOKEN: Final = re.compile(
    r"(-|[0-9]{1,18})\.([0-9]{1,18})\.([0-9a-z]{1,32})\.([0-9]{1,9})\.([0-9]{1,4})"
)


class InboxPosition(NamedTuple):
    """Where a task stands in an inbox.

    Args:
        due_at: when it is due, in UTC microseconds; None without a day due.
        opened_at: since when it waits.
        instance_id: whose, with `entry_seq` and `task_no` the row's key.
        entry_seq: since which event.
        task_no: which of those.
    """

    due_at: int | None
    opened_at: int
    instance_id: str
    entry_seq: int
    task_no: int

    @property
    def sort_key(self) -> tuple[bool, int, int, str, int, int]:
        """By which positions compare; without a day due comes last."""
        return (self.due_at is None, self.due_at or 0, *self[1:])

    def to_token(self) -> str:
        """The position as a text that a web address can hold.

        Example:
            >>> InboxPosition(None, 5, "5f0c", 3, 1).to_token()
            '-.5.5f0c.3.1'
        """
        due = _NEVER if self.due_at is None else str(self.due_at)
        return ".".join((due, *map(str, self[1:])))

    @classmethod
    def from_token(cls, token: str) -> Self:
        """Read a token back.

        Raises:
            CommandRefused: XR678, it is none.

        Example:
            >>> InboxPosition.from_token("7.5.5f0c.3.1").due_at
            7
        """
        found = _TOKEN.fullmatch(token) if len(token) <= 100 else None
        if found is None:
            raise CommandRefused(Diagnostic("XR678"))
        due, opened, instance, entry, number = found.groups()
        known = None if due == _NEVER else int(due)
        return cls(known, int(opened), instance, int(entry), int(number))


def order_columns(task: Table, *, is_dated: bool) -> tuple[ColumnElement[Any], ...]:
    """By which the tasks with a day due are ordered, or those without.

    WHY two queries: where NULL stands in an order, each database says differently, and an index
    serves each of the two but not both at once.
    """
    rest = (task.c.opened_at, task.c.instance_id, task.c.entry_seq, task.c.task_no)
    return (task.c.due_at, *rest) if is_dated else rest


def beyond(columns: Sequence[ColumnElement[Any]], values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come after some values in the order of some columns.

    Example:
        >>> from sqlalchemy import column
        >>> print(beyond([column("a"), column("b")], [1, 2]))
        a >= :a_1 AND (a > :a_2 OR b > :b_1)
    """
    first: ColumnElement[Any] = columns[0]
    is_more: ColumnElement[bool] = first > values[0]
    if len(columns) == 1:
        return is_more
    # WHY in this form: an index can begin at what stands before the AND; of an OR it makes nothing.
    return and_(first >= values[0], or_(is_more, beyond(columns[1:], values[1:])))
