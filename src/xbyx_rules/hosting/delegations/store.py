"""Rows of delegations, in and out; nothing here decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, insert, or_, select, update

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.ledger import LedgerTables, from_microseconds, to_microseconds
from xbyx_rules.hosting.ledger.store import try_insert

from .model import Delegation, GrantedDelegation

__all__ = ["DelegationStore"]

_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class DelegationStore:
    """The rows of one tenant."""

    tables: LedgerTables
    tenant: str

    def find(
        self, connection: Connection, delegation_id: str, *, is_locked: bool = False
    ) -> GrantedDelegation | None:
        """A delegation by its id; with `is_locked` as it is now, until the commit."""
        table = self.tables.delegation
        query = self._select().where(table.c.delegation_id == delegation_id)
        row = connection.execute(query.with_for_update() if is_locked else query).first()
        return None if row is None else _granted(row)

    def said(self, asked: Delegation) -> dict[str, str | None]:
        """What a delegation says, by column."""
        return {
            "principal_id": asked.principal_id,
            "agent_id": asked.agent_id,
            "role_name": asked.role,
            "subject_kind": asked.subject_kind,
            "subject_ref": asked.subject_ref,
            "valid_from": asked.valid_from.isoformat(),
            "valid_until": asked.valid_until.isoformat(),
        }

    def insert(self, connection: Connection, made: GrantedDelegation) -> bool:
        """Write a delegation down; False when its id was used meanwhile."""
        statement = insert(self.tables.delegation).values(
            tenant=self.tenant,
            delegation_id=made.id,
            **self.said(made.delegation),
            granted_at=to_microseconds(made.granted_at),
            granted_by=made.granted_by,
        )
        return try_insert(connection, statement)

    def mark_revoked(
        self, connection: Connection, delegation_id: str, *, by: str, at: datetime
    ) -> None:
        """Write down that a delegation was revoked; who did so first stays."""
        table = self.tables.delegation
        connection.execute(
            update(table)
            .where(
                table.c.tenant == self.tenant,
                table.c.delegation_id == delegation_id,
                table.c.revoked_at.is_(None),
            )
            .values(revoked_at=to_microseconds(at), revoked_by=by)
        )

    def find_valid(
        self,
        connection: Connection,
        *,
        principal_id: str,
        agent_id: str,
        role: str,
        subject: Subject,
        on: date,
    ) -> str | None:
        """The id of a delegation by which one may act for the other; the first by id of several."""
        table, day = self.tables.delegation, on.isoformat()
        query = (
            select(table.c.delegation_id)
            .where(
                table.c.tenant == self.tenant,
                table.c.agent_id == agent_id,
                table.c.role_name == role,
                table.c.principal_id == principal_id,
                table.c.revoked_at.is_(None),
                table.c.valid_from <= day,
                table.c.valid_until >= day,
                or_(table.c.subject_kind.is_(None), table.c.subject_kind == subject.entity),
                or_(table.c.subject_ref.is_(None), table.c.subject_ref == subject.key),
            )
            .order_by(table.c.delegation_id)
            .limit(1)
        )
        found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def each(
        self,
        connection: Connection,
        *,
        principal_id: str | None = None,
        agent_id: str | None = None,
        on: date | None = None,
    ) -> Iterator[GrantedDelegation]:
        """Delegations by their ids, read by pages: of one person, to one, in force on a day."""
        table = self.tables.delegation
        query = self._select().order_by(table.c.delegation_id)
        if principal_id is not None:
            query = query.where(table.c.principal_id == principal_id)
        if agent_id is not None:
            query = query.where(table.c.agent_id == agent_id)
        if on is not None:
            day = on.isoformat()
            query = query.where(
                table.c.revoked_at.is_(None),
                table.c.valid_from <= day,
                table.c.valid_until >= day,
            )
        page = query
        while rows := connection.execute(page.limit(_PAGE)).all():
            yield from map(_granted, rows)
            page = query.where(table.c.delegation_id > rows[-1].delegation_id)

    def _select(self) -> Select[Any]:
        table = self.tables.delegation
        return select(table).where(table.c.tenant == self.tenant)


def _granted(row: Row[Any]) -> GrantedDelegation:
    return GrantedDelegation(
        id=row.delegation_id,
        delegation=Delegation(
            principal_id=row.principal_id,
            agent_id=row.agent_id,
            role=row.role_name,
            valid_from=date.fromisoformat(row.valid_from),
            valid_until=date.fromisoformat(row.valid_until),
            subject_kind=row.subject_kind,
            subject_ref=row.subject_ref,
        ),
        granted_at=from_microseconds(row.granted_at),
        granted_by=row.granted_by,
        revoked_at=None if row.revoked_at is None else from_microseconds(row.revoked_at),
        revoked_by=row.revoked_by,
    )
