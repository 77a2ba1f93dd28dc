"""Rows of the ledger as values: a subject, an event, a body; and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from xbyx_rules.deciding import Subject
from xbyx_rules.policy import canonical_text

from .chain import Event

__all__ = [
    "Instance",
    "StoredEvent",
    "StoredPayload",
    "columns_of",
    "event_of",
    "instance_of",
    "read_plain",
]


@dataclass(frozen=True, slots=True)
class Instance:
    """A subject's row."""

    id: str
    subject: Subject
    revision: int
    definition_key: str
    definition_version: str
    state: str
    version: int
    head_hash: str
    revises_id: str | None = None
    superseded_at: int | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with the hash it was stored with."""

    instance_id: str
    event: Event
    hash: str


@dataclass(frozen=True, slots=True)
class StoredPayload:
    """A body as stored; `content` and `salt` are None once it was erased."""

    kind: str
    digest: str
    salt: str | None
    content: str | None


def instance_of(row: Row[Any]) -> Instance:
    """A row of the table of subjects as a value."""
    return Instance(
        id=row.instance_id,
        subject=Subject(row.subject_kind, row.subject_ref),
        revision=row.revision,
        definition_key=row.definition_key,
        definition_version=row.definition_version,
        state=row.current_state,
        version=row.version,
        head_hash=row.head_hash,
        revises_id=row.revises_id,
        superseded_at=row.superseded_at,
    )


def event_of(row: Row[Any]) -> StoredEvent:
    """A row of the table of events as a value."""
    event = Event(
        seq=row.seq,
        command_id=row.command_id,
        actor_id=row.actor_id,
        actor_kind=row.actor_kind,
        principal_id=row.principal_id,
        action=row.action_name,
        source=row.from_state,
        target=row.to_state,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        policy_hash=row.policy_hash,
        semantics=row.semantics,
        payloads=_read_digests(row.payload_digests),
        prev_hash=row.prev_hash,
    )
    return StoredEvent(row.instance_id, event, row.event_hash)


def columns_of(event: Event) -> dict[str, Any]:
    """An event as the columns of its row, but for whose it is and its hash."""
    return {
        "seq": event.seq,
        "command_id": event.command_id,
        "actor_id": event.actor_id,
        "actor_kind": event.actor_kind,
        "principal_id": event.principal_id,
        "action_name": event.action,
        "from_state": event.source,
        "to_state": event.target,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "policy_hash": event.policy_hash,
        "semantics": event.semantics,
        "payload_digests": canonical_text([list(one) for one in event.payloads]),
        "prev_hash": event.prev_hash,
    }


def _read_digests(text: str) -> tuple[tuple[str, str], ...]:
    # WHY: whoever edits a row may leave anything there; its hash then says that it was edited.
    found = read_plain(text)
    pairs = found if isinstance(found, list) else []
    return tuple(
        (one[0], one[1])
        for one in pairs
        if isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)
    )


def read_plain(text: str) -> Any:
    """Plain data from a column; None where somebody has left something else there."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
