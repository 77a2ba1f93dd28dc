"""The outbox of a tenant: lease a message, and say what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Update, delete, select, update

from xbyx_rules.errors import CommandRefused, ConflictError, Diagnostic
from xbyx_rules.hosting.ledger import LENGTHS, LedgerTables, Target, to_microseconds
from xbyx_rules.hosting.ledger.messages import DELIVERED, PARKED, SKIPPED, WAITING
from xbyx_rules.hosting.ledger.results import check_sizes
from xbyx_rules.hosting.ledger.transactions import read_in, write_in

from .backlog import Backlog, Parked, list_parked, measure_backlog
from .message import Lease, Message, read_message
from .turns import find_ready

__all__ = ["Outbox"]

_MOST: Final = 1000
_LONGEST_LEASE_SECONDS: Final = 86_400
_LONGEST_WAIT_SECONDS: Final = 30 * 86_400
_MOST_ATTEMPTS: Final = 1000
_SECOND: Final = 1_000_000
_NO_REASON: Final = "-"
_UNREADABLE: Final = "unreadable"
_EXPIRED: Final = "lease expired"


class Outbox:
    """A tenant's messages, for any number of workers.

    Every method takes a `target` as `Ledger`'s do.  A worker passes an Engine: a lease protects
    only once it is committed.  No method reads a clock.

    Args:
        tables: the ledger's (`Ledger.tables`).
        tenant: whose messages.
        most_attempts: after so many a message is parked.
        first_wait_seconds: after the first attempt that failed; doubled after each further one.
        longest_wait_seconds: the doubling ends here, six hours unless told.  With the defaults
            the last attempt comes more than two days after the first: a consumer that is down for
            a weekend parks nothing.

    Raises:
        CommandRefused: XR582, a number out of range.

    Example:
        >>> from datetime import UTC
        >>> from sqlalchemy import create_engine
        >>> from xbyx_rules.hosting import ledger_tables
        >>> engine, tables = create_engine("sqlite://"), ledger_tables()
        >>> tables.metadata.create_all(engine)
        >>> outbox = Outbox(tables, "110108")
        >>> outbox.lease(engine, worker="w-1", most=10, now=datetime(2026, 3, 2, tzinfo=UTC))
        ()
    """

    def __init__(
        self,
        tables: LedgerTables,
        tenant: str,
        *,
        most_attempts: int = 20,
        first_wait_seconds: int = 10,
        longest_wait_seconds: int = 21_600,
    ) -> None:
        check_sizes(tenant=tenant)
        _check_number("most_attempts", most_attempts, _MOST_ATTEMPTS)
        _check_number("longest_wait_seconds", longest_wait_seconds, _LONGEST_WAIT_SECONDS)
        _check_number("first_wait_seconds", first_wait_seconds, longest_wait_seconds)
        self._tables = tables
        self._tenant = tenant
        self._most_attempts = most_attempts
        self._first_wait = first_wait_seconds * _SECOND
        self._longest_wait = longest_wait_seconds * _SECOND

    # --- leases ---------------------------------------------------------------------------------

    def lease(
        self, target: Target, *, worker: str, now: datetime, most: int = 1, seconds: int = 60
    ) -> tuple[Message, ...]:
        """Take messages whose turn it is, the oldest first, at most one a subject.

        A message's turn comes when every earlier one of its subject is delivered or skipped.  One
        whose last lease ran out counts as tried: a message that kills its worker is parked too.

        Args:
            target: Engine, Connection or Session.
            worker: who takes them, unique among the workers.
            now: the instant, aware.
            most: how many, up to 1000.  Who takes several handles them within the lease.
            seconds: how long the lease lasts, up to a day; longer than the handler ever takes.

        Raises:
            CommandRefused: XR518, XR530, XR582.
        """
        check_sizes(worker=worker)
        _check_number("most", most, _MOST)
        _check_number("seconds", seconds, _LONGEST_LEASE_SECONDS)
        instant, until = _instant(now), now + timedelta(seconds=seconds)

        def work(connection: Connection) -> tuple[Message, ...]:
            found: list[Message] = []
            while len(found) < most:
                wanted = most - len(found)
                rows = find_ready(
                    connection, self._tables, self._tenant, instant=instant, most=wanted
                )
                taken = [self._take(connection, row, worker, instant, until) for row in rows]
                found += [one for one in taken if isinstance(one, Message)]
                if len(rows) < wanted or not any(taken):
                    break
            return tuple(found)

        return write_in(target, work)

    def delivered(self, target: Target, message: Message, *, now: datetime) -> None:
        """Report that a message was delivered: the next one of its subject may be taken.

        A lease that has run out is still good while nobody else has taken the message.

        Raises:
            ConflictError: XR581, somebody else has: the message is theirs now.
            CommandRefused: XR518.
        """
        values = {"message_status": DELIVERED, "closed_at": _instant(now), "last_error": None}
        write_in(target, lambda connection: self._close(connection, message, values))

    def failed(self, target: Target, message: Message, *, reason: str, now: datetime) -> bool:
        """Report that a message could not be delivered: it waits, or is parked.

        Args:
            target: Engine, Connection or Session.
            message: as leased.
            reason: short, such as an error's name; it is shown to operators, so no personal data.
                What is beyond 200 characters is left out.
            now: the instant, aware, from which it waits.

        Returns:
            Whether it is parked now.

        Raises:
            ConflictError: XR581.
            CommandRefused: XR518.
        """
        instant = _instant(now)
        values: dict[str, Any] = {"last_error": _shorten(reason)}
        is_parked = message.attempts >= self._most_attempts
        if is_parked:
            values |= {"message_status": PARKED, "closed_at": instant}
        else:
            values["next_attempt_at"] = instant + self._wait(message.attempts)
        write_in(target, lambda connection: self._close(connection, message, values))
        return is_parked

    def release(self, target: Target, message: Message) -> None:
        """Give a message back untried, such as when a worker is told to stop.

        Raises:
            ConflictError: XR581.
        """
        values = {"attempts": message.attempts - 1}
        write_in(target, lambda connection: self._close(connection, message, values))

    # --- looking after it -----------------------------------------------------------------------

    def parked(self, target: Target, *, most: int = _MOST) -> tuple[Parked, ...]:
        """The messages that wait for a person's decision (`Ledger.unpark`), the oldest first.

        Raises:
            CommandRefused: XR582.
        """
        _check_number("most", most, _MOST)
        return read_in(
            target,
            lambda connection: list_parked(connection, self._tables, self._tenant, most=most),
        )

    def backlog(self, target: Target, *, now: datetime) -> Backlog:
        """How much is still to be delivered, and since when.

        Raises:
            CommandRefused: XR518.
        """
        instant = _instant(now)
        return read_in(
            target,
            lambda connection: measure_backlog(
                connection, self._tables, self._tenant, instant=instant
            ),
        )

    def clear(self, target: Target, *, before: datetime, most: int = _MOST) -> int:
        """Delete messages delivered or skipped before an instant; that loses nothing.

        The events stay in the ledger.

        Args:
            target: Engine, Connection or Session.
            before: aware.
            most: how many at once, so that a transaction stays short.

        Returns:
            How many were deleted; fewer than `most` when none is left.

        Raises:
            CommandRefused: XR518, XR582.
        """
        _check_number("most", most, _MOST)
        one, instant = self._tables.outbox, _instant(before)
        keys = one.primary_key.columns
        old = (
            select(*keys)
            .where(
                one.c.tenant == self._tenant,
                one.c.message_status.in_((DELIVERED, SKIPPED)),
                one.c.closed_at < instant,
            )
            .limit(most)
        )

        def work(connection: Connection) -> int:
            rows = list(connection.execute(old))
            # WHY one by one: deleting with a limit, or by a list of pairs, is not said alike.
            for row in rows:
                values = zip(keys, row, strict=True)
                connection.execute(delete(one).where(*(key == value for key, value in values)))
            return len(rows)

        return write_in(target, work)

    # --- rows -----------------------------------------------------------------------------------

    def _take(
        self, connection: Connection, row: Row[Any], worker: str, instant: int, until: datetime
    ) -> Message | bool:
        """Lease a row, or park it; False when somebody else was first."""
        lease = Lease(worker, row.lease_no + 1, until)
        message = read_message(row, lease)
        is_worn = row.attempts >= self._most_attempts
        statement = self._update(row.instance_id, row.seq, row.message_no, row.lease_no)
        if message is None or is_worn:
            reason = _EXPIRED if row.lease_owner else row.last_error or _NO_REASON
            values = {
                "message_status": PARKED,
                "closed_at": instant,
                "last_error": reason if message else _UNREADABLE,
                "lease_owner": None,
                "lease_until": None,
            }
            return bool(connection.execute(statement.values(values)).rowcount == 1)
        leased = statement.values(
            lease_no=lease.number,
            lease_owner=worker,
            lease_until=to_microseconds(until),
            attempts=message.attempts,
        )
        return message if connection.execute(leased).rowcount == 1 else False

    def _close(
        self, connection: Connection, message: Message, values: Mapping[str, object]
    ) -> None:
        """End a lease with its outcome.

        Raises:
            ConflictError: XR581, the lease is no longer this worker's.
        """
        lease, table = message.lease, self._tables.outbox
        statement = self._update(
            message.instance_id, message.version, message.number, lease.number
        ).where(table.c.lease_owner == lease.worker)
        ended = {"lease_owner": None, "lease_until": None, **values}
        if connection.execute(statement.values(ended)).rowcount != 1:
            values_of = {"key": message.key, "worker": lease.worker}
            raise ConflictError(Diagnostic("XR581", None, values_of))

    def _update(self, instance_id: str, version: int, number: int, lease_no: int) -> Update:
        table = self._tables.outbox
        return update(table).where(
            table.c.instance_id == instance_id,
            table.c.seq == version,
            table.c.message_no == number,
            table.c.tenant == self._tenant,
            table.c.message_status == WAITING,
            table.c.lease_no == lease_no,
        )

    def _wait(self, attempts: int) -> int:
        return min(self._first_wait << (attempts - 1), self._longest_wait)


def _instant(now: datetime) -> int:
    if now.utcoffset() is None:
        raise CommandRefused(Diagnostic("XR518"))
    return to_microseconds(now)


def _check_number(name: str, number: int, most: int) -> None:
    if not 1 <= number <= most:
        values = {"name": name, "least": "1", "most": str(most)}
        raise CommandRefused(Diagnostic("XR582", None, values))


def _shorten(reason: str) -> str:
    # WHY: it is printed on terminals, and must not move the cursor there or break a line.
    plain = "".join(one if one.isprintable() else " " for one in reason)
    return " ".join(plain.split())[: LENGTHS["last_error"]].strip() or _NO_REASON
