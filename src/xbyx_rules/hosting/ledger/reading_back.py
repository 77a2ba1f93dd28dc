"""Read a subject's steps back as its timeline (办理轨迹)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import RETRACT, Kind, TimelineEntry

from .chain import (
    ADD_SIGNER,
    ENTRUST,
    ERASE,
    GIVE_BACK,
    LOOK,
    MIGRATE,
    OVERDUE,
    REASSIGN,
    REMIND,
    REMOVE_SIGNER,
    RESCHEDULE,
    RETRY,
    REVISE,
    SKIP,
    START,
    SUGGEST,
    SUPERSEDE,
    TRANSFER,
    Event,
    from_microseconds,
)
from .desk import Desk
from .payloads import OPINION, REVISION, SIGNING, SUGGESTION, body_digest, named_subject
from .rows import StoredPayload
from .version_trail import read_trail

__all__ = ["list_visited", "read_timeline"]

_KINDS: Final[dict[str, Kind]] = {
    START: "start",
    MIGRATE: "migrate",
    ERASE: "erase",
    LOOK: "look",
    RETRY: "retry",
    SKIP: "skip",
    TRANSFER: "transfer",
    REASSIGN: "reassign",
    ADD_SIGNER: "add_signer",
    ENTRUST: "entrust",
    GIVE_BACK: "give_back",
    REMOVE_SIGNER: "remove_signer",
    REMIND: "remind",
    OVERDUE: "overdue",
    RESCHEDULE: "reschedule",
    RETRACT: "retract",
    REVISE: "revise",
    SUPERSEDE: "supersede",
    SUGGEST: "suggest",
}
_SAID: Final = (OPINION, SUGGESTION)
"""The bodies with a person's, or a model's, own words; an event has one of them at most."""


def read_timeline(
    desk: Desk, connection: Connection, subject: Subject
) -> tuple[TimelineEntry, ...]:
    """The steps of a subject in order; empty when the ledger doesn't know it."""
    instance = desk.store.find_instance(connection, subject)
    if instance is None:
        return ()
    events = [one.event for one in desk.store.events_of(connection, instance.id)]
    wanted = [
        digest for event in events for kind, digest in event.payloads if kind in (*_SAID, REVISION)
    ]
    bodies = desk.store.payloads_of(connection, wanted)
    return tuple(_entry(event, bodies) for event in events)


def _entry(event: Event, bodies: Mapping[str, StoredPayload]) -> TimelineEntry:
    digest = next((digest for kind, digest in event.payloads if kind in _SAID), None)
    said = _read(bodies, digest)
    other = bodies.get(body_digest(event, REVISION) or "")
    about = named_subject(other.content) if other and other.content else said.get("action")
    return TimelineEntry(
        version=event.seq,
        kind=_kind_of(event),
        at=from_microseconds(event.occurred_at),
        action=event.action,
        source=event.source,
        target=event.target,
        actor=event.actor_id,
        on_behalf_of=event.principal_id,
        comment=said.get("comment", said.get("reason")),
        evidence=tuple(said.get("evidence", ())),
        is_opinion_erased=bool(digest) and not said,
        signature=said.get("signature"),
        about=None if about is None else str(about),
    )


def _read(bodies: Mapping[str, StoredPayload], digest: str | None) -> dict[str, Any]:
    body = bodies.get(digest or "")
    found: dict[str, Any] = json.loads(body.content) if body and body.content else {}
    return found


def _kind_of(event: Event) -> Kind:
    if body_digest(event, SIGNING) is not None and event.source == event.target:
        return "sign"
    return _KINDS.get(event.action, "step")


def list_visited(desk: Desk, connection: Connection, subject: Subject) -> tuple[str, ...]:
    """The states a subject has been in, by the names they have in the version it follows now."""
    instance = desk.store.find_instance(connection, subject)
    if instance is None:
        return ()
    trail = read_trail(desk.store, connection, instance)
    passed = [one.event for one in desk.store.events_of(connection, instance.id)]
    return tuple(trail.renames_since(one.seq).get(one.target, one.target) for one in passed)
