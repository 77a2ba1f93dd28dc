"""Which open tasks are somebody's, asked so that an index answers and a page costs a page.

One query for each role and place, in the order of the index, merged here: with all of them in one
``OR`` a database reads everything that waits and sorts it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from xbyx_rules.lifecycle import Actor

from .inbox_order import InboxPosition, beyond, order_columns
from .statuses import COPY, OPEN
from .store import Store
from .tasks import Task, read_task

__all__ = ["Share", "count_open", "list_tasks", "owns", "page_open", "position_of"]

Found = tuple[Row[Any], "Share"]


@dataclass(frozen=True, slots=True)
class Share:
    """Tasks that somebody may take: a person's, in one role.

    Args:
        person: whose they are: the one who asks, or whom they act for.
        role: in which role.
        is_own: whether the person is the one who asks.
        subject_kind: only subjects of this kind; None for all.
        subject_ref: only this one of them; None for all.
    """

    person: Actor
    role: str
    is_own: bool = True
    subject_kind: str | None = None
    subject_ref: str | None = None


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
    task = store.tables.task
    rows = _open_tasks(store, is_copy=False).where(task.c.role_name == role)
    if organisation is not None:
        rows = rows.where(or_(task.c.organisation == organisation, task.c.organisation.is_(None)))
    ordered = rows.order_by(task.c.opened_at, task.c.instance_id, task.c.task_no)
    return tuple(map(read_task, connection.execute(ordered)))


def page_open(
    store: Store,
    connection: Connection,
    shares: Sequence[Share],
    *,
    is_copy: bool,
    after: InboxPosition | None,
    most: int,
) -> list[Found]:
    """Somebody's open tasks in order, each once, with the first share that it is in.

    Args:
        store: the ledger's rows.
        connection: to read with.
        shares: of the one who asks; their own first.
        is_copy: whether to list copies, or what is to be done.
        after: only what comes after this; None for the first page.
        most: how many.
    """
    found: list[Found] = []
    for is_dated in (True, False):
        wanted = most - len(found)
        if not wanted or (is_dated and after is not None and after.due_at is None):
            continue
        start = after if after is not None and is_dated is (after.due_at is not None) else None
        parts = [
            _read_part(connection, query, share, start, wanted, is_dated=is_dated, store=store)
            for share in shares
            for query in _parts_of(store, share, is_copy=is_copy)
        ]
        merged = heapq.merge(*parts, key=lambda one: position_of(one[0]).sort_key)
        found += islice(_each_once(merged), wanted)
    return found


def count_open(
    store: Store, connection: Connection, shares: Sequence[Share], *, is_copy: bool
) -> int:
    """How many open tasks somebody has; each counts once."""
    if not shares:
        return 0
    task, instance = store.tables.task, store.tables.instance
    query = select(func.count()).select_from(task)
    if any(share.subject_kind for share in shares):
        query = query.join(instance, instance.c.instance_id == task.c.instance_id)
    mine = or_(*(_is_in(store, share) for share in shares))
    return int(connection.execute(query.where(*_is_open(store, is_copy), mine)).scalar_one())


def owns(row: Any, share: Share) -> bool:
    """Whether a task is in a share, as the queries say it; subjects apart."""
    return (
        row.role_name == share.role
        and row.organisation in (None, share.person.organisation or None)
        and row.assignee in (None, share.person.id)
    )


def position_of(row: Any) -> InboxPosition:
    """Where a task's row stands in the order."""
    return InboxPosition(row.due_at, row.opened_at, row.instance_id, row.entry_seq, row.task_no)


def _open_tasks(store: Store, *, is_copy: bool) -> Select[Any]:
    task, instance = store.tables.task, store.tables.instance
    columns = [one for one in task.c if one.name not in instance.c]
    return (
        select(*columns, instance)
        .join(instance, instance.c.instance_id == task.c.instance_id)
        .where(*_is_open(store, is_copy))
    )


def _is_open(store: Store, is_copy: bool) -> tuple[ColumnElement[bool], ...]:
    task = store.tables.task
    kind = task.c.task_kind == COPY if is_copy else task.c.task_kind != COPY
    return (task.c.tenant == store.tenant, task.c.task_status == OPEN, kind)


def _parts_of(store: Store, share: Share, *, is_copy: bool) -> Iterator[Select[Any]]:
    """The queries of a share: disjoint, and each in the order of an index."""
    task = store.tables.task
    for condition in _places(store, share):
        query = _open_tasks(store, is_copy=is_copy).where(condition, *_scope(store, share))
        # WHY ordered by a column that is the same everywhere: PostgreSQL takes what is equal to a
        # value for settled, not what is NULL, and would sort what the index has sorted.
        yield query.order_by(task.c.organisation)
    assigned = _open_tasks(store, is_copy=is_copy).where(_is_assigned(store, share))
    yield assigned.where(*_scope(store, share))


def _places(store: Store, share: Share) -> tuple[ColumnElement[bool], ...]:
    """What nobody is named for: of the person's organisation, and of any."""
    task = store.tables.task
    mine = (task.c.role_name == share.role, task.c.assignee.is_(None))
    anybodys = and_(*mine, task.c.organisation.is_(None))
    place = share.person.organisation
    return (and_(*mine, task.c.organisation == place), anybodys) if place else (anybodys,)


def _is_assigned(store: Store, share: Share) -> ColumnElement[bool]:
    task, place = store.tables.task, share.person.organisation
    anybodys = task.c.organisation.is_(None)
    return and_(
        task.c.assignee == share.person.id,
        task.c.role_name == share.role,
        or_(anybodys, task.c.organisation == place) if place else anybodys,
    )


def _scope(store: Store, share: Share) -> tuple[ColumnElement[bool], ...]:
    instance = store.tables.instance
    wanted = (
        (instance.c.subject_kind, share.subject_kind),
        (instance.c.subject_ref, share.subject_ref),
    )
    return tuple(column == value for column, value in wanted if value is not None)


def _is_in(store: Store, share: Share) -> ColumnElement[bool]:
    return and_(or_(*_places(store, share), _is_assigned(store, share)), *_scope(store, share))


def _read_part(
    connection: Connection,
    query: Select[Any],
    share: Share,
    start: InboxPosition | None,
    most: int,
    *,
    is_dated: bool,
    store: Store,
) -> list[Found]:
    due = store.tables.task.c.due_at
    columns = order_columns(store.tables.task, is_dated=is_dated)
    part = query.where(due.is_not(None) if is_dated else due.is_(None))
    if start is not None:
        part = part.where(beyond(columns, start if is_dated else start[1:]))
    rows = connection.execute(part.order_by(*columns).limit(most))
    return [(row, share) for row in rows]


def _each_once(found: Iterable[Found]) -> Iterator[Found]:
    """Leave out a task that came just before, for another share."""
    last: InboxPosition | None = None
    for row, share in found:
        position = position_of(row)
        if position != last:
            yield row, share
        last = position
