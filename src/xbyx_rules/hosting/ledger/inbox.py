"""A person's inbox: what waits for them, what is overdue, and what they are only told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.lifecycle import Actor

from .chain import from_microseconds, to_microseconds
from .inbox_order import InboxPosition
from .inbox_queries import Share, count_open, owns, page_open, position_of
from .results import check_sizes, refuse
from .statuses import COPY, DONE, OPEN
from .store import Store
from .tables import LedgerTables
from .tasks import Task, read_task
from .transactions import Target, read_in, write_in

__all__ = ["Agency", "Inbox", "InboxItem", "InboxPage"]

_MOST_ITEMS: Final = 1000
_MOST_SHARES: Final = 200


@dataclass(frozen=True, slots=True)
class Agency:
    """Whom somebody may act for (代理), in which role and in what.

    Args:
        principal: for whom, with the organisation they belong to; they must hold the role.
        role: in which role.
        subject_kind: only for subjects of this kind; None for all.
        subject_ref: only for this one of them; None for all.
    """

    principal: Actor
    role: str
    subject_kind: str | None = None
    subject_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem(Task):
    """A task in an inbox.

    Args:
        id: names the task, such as for `Inbox.mark_read`.
        kind: ``act``: somebody's turn; ``sign``: one of several who sign; ``assist``: to
            be prepared for another who decides; ``copy``: told only.
        due_at: when it is due; None without a day due.
        is_due_provisional: whether the working days of a year it depends on aren't known yet.
        is_overdue: whether that was past at the instant asked for.
        on_behalf_of: the principal to act for; "" when it is one's own.
        token: for the page that begins after it.
    """

    id: str
    kind: str
    due_at: datetime | None
    is_due_provisional: bool
    is_overdue: bool
    on_behalf_of: str
    token: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A part of an inbox.

    Args:
        items: what is due first, then what has no day due; each the oldest first.
        next: the token for the next page; None when this is the last one.
        total: how many items the inbox has; None when that was not asked for.
    """

    items: tuple[InboxItem, ...]
    next: str | None
    total: int | None = None


class Inbox:
    """The inboxes of a tenant's people.

    Listing decides nothing: whether an action may be taken, `Ledger.act` decides then, and
    `Ledger.dry_run` says before.  No method reads a clock.

    Args:
        tables: the ledger's (`Ledger.tables`).
        tenant: whose.

    Example:
        >>> from datetime import UTC
        >>> from sqlalchemy import create_engine
        >>> from xbyx_rules.hosting import ledger_tables
        >>> engine, tables = create_engine("sqlite://"), ledger_tables()
        >>> tables.metadata.create_all(engine)
        >>> head = Actor("t-01", frozenset({"校长"}), "2111000001")
        >>> page = Inbox(tables, "110108").tasks(
        ...     engine, head, now=datetime(2026, 3, 2, tzinfo=UTC), is_counted=True
        ... )
        >>> page.items, page.total
        ((), 0)
    """

    def __init__(self, tables: LedgerTables, tenant: str) -> None:
        check_sizes(tenant=tenant)
        self._store = Store(tables, tenant)

    def tasks(
        self,
        target: Target,
        actor: Actor,
        *,
        now: datetime,
        acting_for: Iterable[Agency] = (),
        after: str | None = None,
        most: int = 50,
        is_counted: bool = False,
    ) -> InboxPage:
        """What waits for somebody, in each of their roles and for each whom they may act for.

        That is what is assigned to them, and what is assigned to nobody, of their organisation or
        of any.  A task that is theirs and a principal's too is listed as theirs.

        Args:
            target: Engine, Connection or Session.
            actor: who asks.
            now: the instant that decides what is overdue, aware.
            acting_for: whom they may act for on that day; an `Agency` for each role.
            after: the token of the last item seen; None for the first page.
            most: how many items, up to 1000.
            is_counted: whether to count the whole inbox, which reads all of it.

        Raises:
            CommandRefused: XR518, XR582, XR678.
        """
        shares = _shares_of(actor, acting_for)
        return self._page(target, shares, now, after, most, is_copy=False, is_counted=is_counted)

    def copies(
        self,
        target: Target,
        actor: Actor,
        *,
        now: datetime,
        after: str | None = None,
        most: int = 50,
        is_counted: bool = False,
    ) -> InboxPage:
        """What somebody is told and hasn't read (抄送、传阅); it never holds anything up.

        Args and Raises: as `tasks`.  Nobody reads for somebody else.
        """
        shares = _shares_of(actor, ())
        return self._page(target, shares, now, after, most, is_copy=True, is_counted=is_counted)

    def mark_read(self, target: Target, item_id: str, *, actor: Actor, at: datetime) -> bool:
        """Take a copy out of the inbox: this person has read it.

        A copy for a role is read when one of those who hold it has.  It is no step of the
        subject: its version stays, so nobody else's command is refused for it.

        Args:
            target: Engine, Connection or Session.
            item_id: `InboxItem.id`.
            actor: who has read it; a person.
            at: when, aware.

        Returns:
            Whether it was unread until now.

        Raises:
            CommandRefused: XR518, XR530; XR503, a model reads for nobody; XR679, no such copy.
        """
        _check_aware(at)
        check_sizes(actor_id=actor.id)
        if actor.kind == "model":
            refuse("XR503", action=COPY)
        shares = _shares_of(actor, ())
        return write_in(
            target, lambda connection: self._mark(connection, item_id, shares, actor, at)
        )

    def _mark(
        self,
        connection: Connection,
        item_id: str,
        shares: tuple[Share, ...],
        actor: Actor,
        at: datetime,
    ) -> bool:
        task = self._store.tables.task
        key = _read_id(item_id)
        where = (
            task.c.tenant == self._store.tenant,
            task.c.task_kind == COPY,
            *(task.c[name] == value for name, value in key.items()),
        )
        row = connection.execute(select(task).where(*where)).first()
        if row is None or not any(owns(row, share) for share in shares):
            refuse("XR679", item=item_id)
        # WHY the name of who read it: the row was a role's until then.
        values = {"task_status": DONE, "assignee": actor.id, "closed_at": to_microseconds(at)}
        unread = update(task).where(*where, task.c.task_status == OPEN)
        return connection.execute(unread.values(values)).rowcount == 1

    def _page(
        self,
        target: Target,
        shares: tuple[Share, ...],
        now: datetime,
        after: str | None,
        most: int,
        *,
        is_copy: bool,
        is_counted: bool,
    ) -> InboxPage:
        _check_aware(now)
        _check_number("most", most, _MOST_ITEMS, least=1)
        _check_number("roles", len(shares), _MOST_SHARES, least=0)
        start = None if after is None else InboxPosition.from_token(after)
        store, instant = self._store, to_microseconds(now)

        def read(connection: Connection) -> InboxPage:
            # One more than asked for says whether there is a next page.
            found = page_open(
                store, connection, shares, is_copy=is_copy, after=start, most=most + 1
            )
            items = tuple(_item(row, share, instant) for row, share in found[:most])
            total = count_open(store, connection, shares, is_copy=is_copy) if is_counted else None
            return InboxPage(items, items[-1].token if len(found) > most else None, total)

        return read_in(target, read)


def _shares_of(actor: Actor, acting_for: Iterable[Agency]) -> tuple[Share, ...]:
    own = [Share(actor, role) for role in sorted(actor.roles)]
    others = [
        Share(one.principal, one.role, False, one.subject_kind, one.subject_ref)
        for one in acting_for
        if one.role in one.principal.roles and one.principal.id != actor.id
    ]
    return (*own, *dict.fromkeys(others))


def _item(row: Row[Any], share: Share, instant: int) -> InboxItem:
    task = read_task(row)
    return InboxItem(
        subject=task.subject,
        state=task.state,
        version=task.version,
        role=task.role,
        organisation=task.organisation,
        opened_at=task.opened_at,
        id=f"{row.instance_id}/{row.entry_seq}/{row.task_no}",
        kind=row.task_kind,
        assignee=task.assignee,
        number=task.number,
        due_at=None if row.due_at is None else from_microseconds(row.due_at),
        is_due_provisional=bool(row.due_provisional),
        is_overdue=row.due_at is not None and row.due_at <= instant,
        on_behalf_of="" if share.is_own else share.person.id,
        token=position_of(row).to_token(),
    )


def _read_id(item_id: str) -> dict[str, str | int]:
    parts = item_id.split("/") if len(item_id) <= 64 else []
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() for one in parts[1:]):
        refuse("XR679", item=item_id[:64])
    instance, entry, number = parts
    # WHY cut: a number that no column holds names no row.
    if len(entry) > 9 or len(number) > 4:
        refuse("XR679", item=item_id)
    return {"instance_id": instance, "entry_seq": int(entry), "task_no": int(number)}


def _check_aware(at: datetime) -> None:
    if at.utcoffset() is None:
        raise CommandRefused(Diagnostic("XR518"))


def _check_number(name: str, number: int, most: int, *, least: int) -> None:
    if not least <= number <= most:
        refuse("XR582", name=name, least=str(least), most=str(most))
