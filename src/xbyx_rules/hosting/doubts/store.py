"""Rows of doubts, in and out; nothing here decides."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.selecting import split_keys

from .tables import DoubtTables

__all__ = ["Doubt", "DoubtStore"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt (疑点): what a check found about some records, until persons have dealt with it.

    Args:
        id: stable name of the subject, the check and the records concerned, and of the occurrence.
        first_id: the id of the first occurrence; equal to `id` for that one.
        occurrence: 1, or more where a closed doubt came up again, with other contents or after it
            was set right.
        about: whose records: a school, or a district for checks across schools.
        policy: id of the document.
        clause: anchor of the check.
        records: the records concerned, ``实体:主键``.
        content: digest of what the records concerned say; "" once it was no longer found.
        found_on: the day on which it was found.
        stands: whether the check, looking again, still found it.
        state: where its flow stands.
        looks: how many findings about it the ledger has.
    """

    id: str
    first_id: str
    occurrence: int
    about: Subject
    policy: str
    clause: str
    records: tuple[str, ...]
    content: str
    found_on: date
    stands: bool
    state: str
    looks: int


@dataclass(frozen=True, slots=True)
class DoubtStore:
    """The rows of one tenant."""

    tables: DoubtTables
    tenant: str

    def find(self, connection: Connection, doubt_id: str) -> Doubt | None:
        """A doubt by its id."""
        table = self.tables.doubt
        query = select(table).where(table.c.tenant == self.tenant, table.c.doubt_id == doubt_id)
        row = connection.execute(query).first()
        return None if row is None else _doubt(row)

    def states_of(self, connection: Connection, doubt_ids: Iterable[str]) -> dict[str, str]:
        """The states of doubts by their ids; of none that is not there."""
        table, found = self.tables.doubt, {}
        for part in split_keys(doubt_ids):
            query = select(table.c.doubt_id, table.c.current_state).where(
                table.c.tenant == self.tenant, table.c.doubt_id.in_(part)
            )
            found.update({row.doubt_id: row.current_state for row in connection.execute(query)})
        return found

    def of(self, connection: Connection, about: Subject | None = None) -> tuple[Doubt, ...]:
        """The doubts about a subject, or all of the tenant, in a stable order."""
        table = self.tables.doubt
        query = select(table).where(table.c.tenant == self.tenant)
        if about is not None:
            query = query.where(
                table.c.subject_kind == about.entity, table.c.subject_ref == about.key
            )
        order = ("subject_kind", "subject_ref", "policy_id", "clause", "first_id", "occurrence")
        rows = connection.execute(query.order_by(*(table.c[name] for name in order)))
        return tuple(_doubt(row) for row in rows)

    def add(self, connection: Connection, doubt: Doubt) -> None:
        """Write a new doubt down."""
        connection.execute(
            insert(self.tables.doubt).values(
                tenant=self.tenant,
                doubt_id=doubt.id,
                first_id=doubt.first_id,
                occurrence=doubt.occurrence,
                subject_kind=doubt.about.entity,
                subject_ref=doubt.about.key,
                policy_id=doubt.policy,
                clause=doubt.clause,
                records_text=json.dumps(doubt.records, ensure_ascii=False),
                content_hash=doubt.content,
                found_on=doubt.found_on.isoformat(),
                stands=int(doubt.stands),
                current_state=doubt.state,
                looks=doubt.looks,
            )
        )

    def look(self, connection: Connection, doubt: Doubt, *, stands: bool, content: str) -> None:
        """Write down what was found on looking again."""
        table = self.tables.doubt
        connection.execute(
            update(table)
            .where(table.c.tenant == self.tenant, table.c.doubt_id == doubt.id)
            .values(stands=int(stands), content_hash=content, looks=doubt.looks + 1)
        )

    def write_state(self, connection: Connection, doubt_id: str, old: str, new: str) -> int:
        """Set a doubt's state from `old` to `new`, and only from `old`; the rows changed."""
        table = self.tables.doubt
        statement = (
            update(table)
            .where(table.c.tenant == self.tenant, table.c.doubt_id == doubt_id)
            .where(table.c.current_state == old)
            .values(current_state=new)
        )
        return int(connection.execute(statement).rowcount)

    # --- what was supervised --------------------------------------------------------------------

    def last_content(self, connection: Connection, about: Subject) -> str:
        """The digest of what was supervised last, its row locked; "" when never.

        WHY locked: two runs at once on one subject would raise the same doubt twice.
        """
        table = self.tables.supervised
        query = select(table.c.content_hash).where(*self._same(about)).with_for_update()
        found = connection.execute(query).scalar()
        if found is not None:
            return str(found)
        try:
            with connection.begin_nested():
                connection.execute(
                    insert(table).values(
                        tenant=self.tenant,
                        subject_kind=about.entity,
                        subject_ref=about.key,
                        content_hash="",
                        looked_at=0,
                    )
                )
        except IntegrityError:
            # Somebody else has just made the row: it is visible, and lockable, once they commit.
            return str(connection.execute(query).scalar() or "")
        return ""

    def keep_content(self, connection: Connection, about: Subject, content: str, at: int) -> None:
        """Write down what was supervised, and when (UTC microseconds)."""
        table = self.tables.supervised
        connection.execute(
            update(table).where(*self._same(about)).values(content_hash=content, looked_at=at)
        )

    def _same(self, about: Subject) -> tuple[Any, ...]:
        table = self.tables.supervised
        return (
            table.c.tenant == self.tenant,
            table.c.subject_kind == about.entity,
            table.c.subject_ref == about.key,
        )


def _doubt(row: Row[Any]) -> Doubt:
    return Doubt(
        id=row.doubt_id,
        first_id=row.first_id,
        occurrence=row.occurrence,
        about=Subject(row.subject_kind, row.subject_ref),
        policy=row.policy_id,
        clause=row.clause,
        records=tuple(json.loads(row.records_text)),
        content=row.content_hash,
        found_on=date.fromisoformat(row.found_on),
        stands=bool(row.stands),
        state=row.current_state,
        looks=row.looks,
    )
