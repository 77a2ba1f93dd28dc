"""Rows of the ledger, in and out; nothing here decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import Definition

from . import statements
from .chain import QUIET, Event, Payload, hash_event, name_instance
from .digests import DigestName
from .rows import (
    Instance,
    StoredEvent,
    StoredPayload,
    columns_of,
    event_of,
    instance_of,
    read_plain,
)
from .tables import LedgerTables

__all__ = [
    "Store",
    "read_current",
    "shows_past",
    "try_insert",
]

ERASED: Final = "erased"

_PAGE: Final = 200
"""Most rows of one kind that reading the whole ledger holds at a time."""
_FEW: Final = 4
"""How many events are read at first, from the newest back."""
_AFTER_ALL: Final = 2**31 - 1
"""Beyond the number of any event."""


@dataclass(frozen=True, slots=True)
class Store:
    """The ledger's rows of one tenant; `digest` is the algorithm of the hashes that it makes."""

    tables: LedgerTables
    tenant: str
    digest: DigestName = "sha256"

    # --- definitions ----------------------------------------------------------------------------

    def keep_definition(self, connection: Connection, definition: Definition) -> None:
        """Make sure that a version of a flow stands in the ledger."""
        table = self.tables.definition
        known = select(table.c.content_hash).where(
            table.c.definition_key == definition.key,
            table.c.definition_version == definition.version,
        )
        if connection.execute(known).first() is None:
            row = {
                "definition_key": definition.key,
                "definition_version": definition.version,
                "content_hash": definition.content_hash,
                "content": definition.content,
            }
            # Somebody else may have written the same row meanwhile: then it stands, as wanted.
            try_insert(connection, insert(table).values(**row))

    def find_definition(self, connection: Connection, key: str, version: str) -> str | None:
        """A version of a flow as the ledger keeps it: its text; None where there is none."""
        table = self.tables.definition
        query = select(table.c.content).where(
            table.c.definition_key == key, table.c.definition_version == version
        )
        found: str | None = connection.execute(query).scalar_one_or_none()
        return found

    # --- instances ------------------------------------------------------------------------------

    def find_instance(
        self, connection: Connection, subject: Subject, *, is_locked: bool = False
    ) -> Instance | None:
        """A subject's row; with `is_locked` nobody else can change it before the commit."""
        row = connection.execute(
            self.tables.prepared(statements.select_instance, is_locked=is_locked),
            {
                "instance_id": name_instance(self.tenant, subject),
                "tenant": self.tenant,
                "subject_kind": subject.entity,
                "subject_ref": subject.key,
            },
        ).first()
        return None if row is None else instance_of(row)

    def find_instance_by_id(
        self, connection: Connection, instance_id: str, *, is_locked: bool = False
    ) -> Instance | None:
        """A subject's row by its own key; locked as by `find_instance`."""
        table = self.tables.instance
        query = select(table).where(
            table.c.tenant == self.tenant, table.c.instance_id == instance_id
        )
        row = connection.execute(query.with_for_update() if is_locked else query).first()
        return None if row is None else instance_of(row)

    def each_instance(
        self, connection: Connection, *, flow: str | None = None
    ) -> Iterator[Instance]:
        """Every subject of the tenant in a stable order, read by pages: for ledgers of any size.

        Args:
            connection: to read with.
            flow: only the subjects of this flow, whichever version of it they follow.
        """
        table = self.tables.instance
        query = select(table).where(table.c.tenant == self.tenant).order_by(table.c.instance_id)
        if flow is not None:
            query = query.where(table.c.definition_key == flow)
        page = query
        while rows := connection.execute(page.limit(_PAGE)).all():
            yield from map(instance_of, rows)
            page = query.where(table.c.instance_id > rows[-1].instance_id)

    def create_instance(
        self,
        connection: Connection,
        subject: Subject,
        definition: Definition,
        state: str,
        *,
        revises: Instance | None = None,
    ) -> Instance | None:
        """A row for a subject without events; None when somebody else has just made it."""
        made = Instance(
            id=name_instance(self.tenant, subject),
            subject=subject,
            revision=revises.revision + 1 if revises else 1,
            definition_key=definition.key,
            definition_version=definition.version,
            state=state,
            version=0,
            head_hash="-",
            revises_id=revises.id if revises else None,
        )
        statement = insert(self.tables.instance).values(
            instance_id=made.id,
            tenant=self.tenant,
            subject_kind=subject.entity,
            subject_ref=subject.key,
            revision=made.revision,
            definition_key=made.definition_key,
            definition_version=made.definition_version,
            current_state=made.state,
            version=made.version,
            head_hash=made.head_hash,
            revises_id=made.revises_id,
        )
        return made if try_insert(connection, statement) else None

    def advance_instance(
        self, connection: Connection, before: Instance, event: Event, head_hash: str
    ) -> Instance | None:
        """Move a row on to an event; None when its version is no longer that of `before`."""
        values = {
            "key": before.id,
            "from_version": before.version,
            "definition_version": before.definition_version,
            "current_state": event.target,
            "version": event.seq,
            "head_hash": head_hash,
        }
        done = connection.execute(self.tables.prepared(statements.update_instance), values)
        if done.rowcount != 1:
            return None
        return replace(before, state=event.target, version=event.seq, head_hash=head_hash)

    # --- events and payloads --------------------------------------------------------------------

    def insert_event(
        self, connection: Connection, instance: Instance, event: Event, bodies: Iterable[Payload]
    ) -> str:
        """Write an event with its bodies.

        Returns:
            The event's hash.
        """
        head = hash_event(
            self.tenant,
            instance.subject,
            instance.revision,
            instance.definition_version,
            event,
            algorithm=self.digest,
        )
        rows = [
            {
                "tenant": self.tenant,
                "digest": body.digest,
                "salt": body.salt,
                "payload_class": body.kind,
                "content": body.content,
            }
            for body in bodies
        ]
        if rows:
            connection.execute(self.tables.prepared(statements.insert_payload), rows)
        row = {"instance_id": instance.id, **columns_of(event), "event_hash": head}
        connection.execute(self.tables.prepared(statements.insert_event), row)
        return head

    def events_of(self, connection: Connection, instance_id: str) -> list[StoredEvent]:
        """A subject's events in order."""
        table = self.tables.event
        query = select(table).where(table.c.instance_id == instance_id).order_by(table.c.seq)
        return [event_of(row) for row in connection.execute(query)]

    def pages_of_events(
        self, connection: Connection, instance_id: str, last: int
    ) -> Iterator[list[StoredEvent]]:
        """A subject's events in order, up to one of them, by pages.

        WHY up to one: what is added meanwhile doesn't belong to the subject's row as it was read.
        """
        table = self.tables.event
        query = select(table).where(table.c.instance_id == instance_id, table.c.seq <= last)
        done = -1
        while page := [
            event_of(row)
            for row in connection.execute(
                query.where(table.c.seq > done).order_by(table.c.seq).limit(_PAGE)
            )
        ]:
            yield page
            done = page[-1].event.seq

    def find_event(
        self, connection: Connection, instance_id: str, number: int
    ) -> StoredEvent | None:
        """One event of a subject."""
        table = self.tables.event
        query = select(table).where(table.c.instance_id == instance_id, table.c.seq == number)
        row = connection.execute(query).first()
        return None if row is None else event_of(row)

    def events_by_action(
        self,
        connection: Connection,
        instance_ids: Sequence[str],
        action: str,
        *,
        is_current: bool = False,
    ) -> list[StoredEvent]:
        """The events of one action of some subjects: subject by subject, each in order.

        `is_current` as `read_current` says.
        """
        table = self.tables.event
        query = (
            select(table)
            .where(table.c.instance_id.in_(instance_ids), table.c.action_name == action)
            .order_by(table.c.instance_id, table.c.seq)
        )
        found = connection.execute(read_current(connection, query) if is_current else query)
        return [event_of(row) for row in found]

    def event_pages(
        self, connection: Connection, instance_ids: Iterable[str]
    ) -> Iterator[list[StoredEvent]]:
        """The events of some subjects, a page at a time: subject by subject, each in order."""
        table = self.tables.event
        waiting = dict.fromkeys(instance_ids)
        query = select(table).order_by(table.c.instance_id, table.c.seq)
        page: Sequence[Row[Any]] = ()
        while True:
            rest: Sequence[Row[Any]] = ()
            if page:
                last = page[-1]
                for row in page:
                    waiting.pop(row.instance_id, None)
                # WHY by itself: with the others in one query, a long chain would be read from
                # its beginning for each page of it.
                following = (table.c.instance_id == last.instance_id, table.c.seq > last.seq)
                rest = connection.execute(query.where(*following).limit(_PAGE)).all()
            others: Sequence[Row[Any]] = ()
            if waiting and len(rest) < _PAGE:
                those = query.where(table.c.instance_id.in_(waiting))
                others = connection.execute(those.limit(_PAGE - len(rest))).all()
            page = (*rest, *others)
            if not page:
                return
            yield list(map(event_of, page))

    def find_last_event(
        self,
        connection: Connection,
        instance_id: str,
        *,
        but: str | None = None,
        is_current: bool = False,
    ) -> StoredEvent | None:
        """The last event, or the last of another action than one; `is_current` as `shows_past`."""
        past = self.events_back(connection, instance_id, is_current=is_current)
        return next((one for one in past if one.event.action != but), None)

    def events_back(
        self, connection: Connection, instance_id: str, *, is_current: bool = False
    ) -> Iterator[StoredEvent]:
        """A subject's events from the newest back, read as they are asked for.

        WHY a few at first: nearly all that is asked of the past is among them.

        Args:
            connection: to read with.
            instance_id: whose.
            is_current: as `shows_past` says.
        """
        is_shared = is_current and shows_past(connection)
        before, most = _AFTER_ALL, _FEW
        while True:
            query = self.tables.prepared(
                statements.select_events_back, most=most, is_shared=is_shared
            )
            where = {"instance_id": instance_id, "before": before}
            rows = connection.execute(query, where).all()
            yield from map(event_of, rows)
            if len(rows) < most:
                return
            before, most = rows[-1].seq, _PAGE

    def has_changed_since(self, connection: Connection, instance_id: str, version: int) -> bool:
        """Whether anything that a person decides on stands on record after an event; as it is now.

        WHY: each event has its number in the chain, also a reminder's; but a page opened before a
        timer ran, or a model suggested something, shows the same state and seats as one opened
        after it.
        """
        table = self.tables.event
        query = (
            select(table.c.seq)
            .where(
                table.c.instance_id == instance_id,
                table.c.seq > version,
                table.c.action_name.not_in(QUIET),
            )
            .limit(1)
        )
        return connection.execute(read_current(connection, query)).first() is not None

    def find_signature_event(
        self, connection: Connection, instance_id: str, entry: int, number: int
    ) -> Event | None:
        """The event by which a seat has signed; None when it hasn't."""
        event, signature = self.tables.event, self.tables.signature
        query = (
            select(event)
            .join(
                signature,
                and_(
                    signature.c.instance_id == event.c.instance_id,
                    signature.c.event_seq == event.c.seq,
                ),
            )
            .where(
                signature.c.instance_id == instance_id,
                signature.c.entry_seq == entry,
                signature.c.task_no == number,
            )
        )
        row = connection.execute(query).first()
        return None if row is None else event_of(row).event

    def next_task_number(self, connection: Connection, instance_id: str, entry: int) -> int:
        """The next free number among the tasks of one entry, whose subject's row is locked."""
        task = self.tables.task
        query = select(func.max(task.c.task_no)).where(
            task.c.instance_id == instance_id, task.c.entry_seq == entry
        )
        return int(connection.execute(read_current(connection, query)).scalar_one() or 0) + 1

    def payloads_of(
        self, connection: Connection, digests: Sequence[str]
    ) -> dict[str, StoredPayload]:
        """Bodies by digest; one that was deleted is left out."""
        query = self.tables.prepared(statements.select_payloads)
        found: dict[str, StoredPayload] = {}
        for part in _parts(digests, 200):
            for row in connection.execute(query, {"tenant": self.tenant, "digests": part}):
                kind, digest = row.payload_class, row.digest
                found[digest] = StoredPayload(kind, digest, row.salt, row.content)
        return found

    def erase_payload(self, connection: Connection, digest: str) -> None:
        """Take a body away, and the salt by which it could be guessed."""
        table = self.tables.payload
        rows = update(table).where(table.c.tenant == self.tenant, table.c.digest == digest)
        connection.execute(rows.values(content=None, salt=None))

    def each_attestation(self, connection: Connection) -> Iterator[Row[Any]]:
        """Every judgement of the tenant by its id, read by pages."""
        table = self.tables.attestation
        query = select(table).where(table.c.tenant == self.tenant).order_by(table.c.attestation_id)
        page = query
        while rows := connection.execute(page.limit(_PAGE)).all():
            yield from rows
            page = query.where(table.c.attestation_id > rows[-1].attestation_id)

    # --- commands -------------------------------------------------------------------------------

    def find_command(self, connection: Connection, command_id: str) -> tuple[str, str] | None:
        """Request hash and result of a command that was carried out."""
        query = self.tables.prepared(statements.select_command)
        values = {"tenant": self.tenant, "command_id": command_id}
        row = connection.execute(query, values).first()
        return None if row is None else (row.request_hash, row.result_text)

    def insert_command(
        self, connection: Connection, command_id: str, request_hash: str, result: str
    ) -> bool:
        """Write down a command; False when its id was used meanwhile, and all must be undone.

        WHY no savepoint: a command whose id is taken is refused, which undoes all of it anyway.
        """
        row = {
            "tenant": self.tenant,
            "command_id": command_id,
            "request_hash": request_hash,
            "result_text": result,
        }
        try:
            connection.execute(self.tables.prepared(statements.insert_command), row)
        except IntegrityError:
            return False
        return True

    def results_of(self, connection: Connection, commands: Sequence[str]) -> dict[str, Any]:
        """Results of commands by id, as plain data."""
        table = self.tables.command
        found: dict[str, Any] = {}
        for part in _parts(commands, 200):
            query = select(table.c.command_id, table.c.result_text).where(
                table.c.tenant == self.tenant, table.c.command_id.in_(part)
            )
            found.update((row[0], read_plain(row[1])) for row in connection.execute(query))
        return found

    def forget_request(self, connection: Connection, command_id: str) -> None:
        """Take away what an erased opinion could be guessed from."""
        table = self.tables.command
        rows = update(table).where(table.c.tenant == self.tenant, table.c.command_id == command_id)
        connection.execute(rows.values(request_hash=ERASED))


def shows_past(connection: Connection) -> bool:
    """Whether what is committed now is only seen by locking it, with the subject's row locked.

    WHY: in a host's REPEATABLE READ transaction MySQL and MariaDB show the moment of its first
    reading, whatever is locked by now.  Shared, since an account may have no right to change
    events; elsewhere a row that was changed since can't be locked in such a transaction at all.
    """
    return connection.dialect.name in ("mysql", "mariadb")


def read_current(connection: Connection, query: Select[Any]) -> Select[Any]:
    """A query that sees what is committed now, as `shows_past` says."""
    return query.with_for_update(read=True) if shows_past(connection) else query


def try_insert(connection: Connection, statement: Any) -> bool:
    """Insert; False, with the transaction intact, when such a row exists already."""
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except IntegrityError:
        return False
    return True


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
