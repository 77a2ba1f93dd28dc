"""Suggestions (建议) on record: events that propose a step, and by which nothing is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from xbyx_rules.deciding import Subject

from .chain import SUGGEST, from_microseconds
from .payloads import SUGGESTION, body_digest
from .rows import Instance
from .store import Store

__all__ = ["Suggestion", "read_suggestions"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody, or a model, has suggested to do.

    Args:
        version: the event's number.
        at: when, aware.
        actor: the host's pseudonym of who suggests.
        actor_kind: ``person``, ``timer`` or ``model``.
        action: the action suggested; "" when the body was erased.
        reason: why; None when the body was erased.
        evidence: the host's references.
    """

    version: int
    at: datetime
    actor: str
    actor_kind: str
    action: str
    reason: str | None
    evidence: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """How a person's command names the suggestion that it follows, among its evidence.

        Example:
            >>> from datetime import UTC
            >>> at = datetime(2026, 3, 2, tzinfo=UTC)
            >>> Suggestion(7, at, "model-1", "model", "审核通过", "材料齐全").reference
            'suggestion:7'
        """
        return f"suggestion:{self.version}"


def read_suggestions(
    store: Store, connection: Connection, subject: Subject
) -> tuple[Suggestion, ...]:
    """The suggestions made since a subject entered its state, the oldest first."""
    instance = store.find_instance(connection, subject)
    return () if instance is None else tuple(_read(store, connection, instance))


def _read(store: Store, connection: Connection, instance: Instance) -> Iterator[Suggestion]:
    entered = _last_entry(store, connection, instance)
    events = [
        one.event
        for one in store.events_by_action(connection, [instance.id], SUGGEST)
        if one.event.seq > entered
    ]
    digests = {event.seq: body_digest(event, SUGGESTION) or "" for event in events}
    bodies = store.payloads_of(connection, list(digests.values()))
    for event in events:
        body = bodies.get(digests[event.seq])
        said = json.loads(body.content) if body and body.content else {}
        yield Suggestion(
            version=event.seq,
            at=from_microseconds(event.occurred_at),
            actor=event.actor_id,
            actor_kind=event.actor_kind,
            action=said.get("action", ""),
            reason=said.get("reason"),
            evidence=tuple(said.get("evidence", ())),
        )


def _last_entry(store: Store, connection: Connection, instance: Instance) -> int:
    """The number of the event by which a subject entered its state."""
    table = store.tables.event
    query = select(func.max(table.c.seq)).where(
        table.c.instance_id == instance.id,
        or_(table.c.from_state.is_(None), table.c.from_state != table.c.to_state),
    )
    return int(connection.execute(query).scalar() or 0)
