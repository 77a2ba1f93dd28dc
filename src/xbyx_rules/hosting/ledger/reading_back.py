"""Read a subject's steps back as its timeline (办理轨迹)."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import RETRACT, Kind, TimelineEntry

from .chain import (
    ADD_SIGNER,
    ERASE,
    LOOK,
    MIGRATE,
    OVERDUE,
    REASSIGN,
    REMIND,
    REMOVE_SIGNER,
    RESCHEDULE,
    RETRY,
    SKIP,
    START,
    TRANSFER,
    Event,
    from_microseconds,
)
from .desk import Desk
from .payloads import OPINION, SIGNING, body_digest
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
    REMOVE_SIGNER: "remove_signer",
    REMIND: "remind",
    OVERDUE: "overdue",
    RESCHEDULE: "reschedule",
    RETRACT: "retract",
}


def read_timeline(
    desk: Desk, connection: Connection, subject: Subject
) -> tuple[TimelineEntry, ...]:
    """The steps of a subject in order; empty when the ledger doesn't know it."""
    instance = desk.store.find_instance(connection, subject)
    if instance is None:
        return ()
    events = [one.event for one in desk.store.events_of(connection, instance.id)]
    digests = {event.seq: body_digest(event, OPINION) for event in events}
    wanted = [digest for digest in digests.values() if digest]
    bodies = desk.store.payloads_of(connection, wanted)
    entries = []
    for event in events:
        body = bodies.get(digests[event.seq] or "")
        opinion = json.loads(body.content) if body and body.content else {}
        entries.append(
            TimelineEntry(
                version=event.seq,
                kind=_kind_of(event),
                at=from_microseconds(event.occurred_at),
                action=event.action,
                source=event.source,
                target=event.target,
                actor=event.actor_id,
                on_behalf_of=event.principal_id,
                comment=opinion.get("comment"),
                evidence=tuple(opinion.get("evidence", ())),
                is_opinion_erased=bool(digests[event.seq]) and not opinion,
                signature=opinion.get("signature"),
            )
        )
    return tuple(entries)


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
