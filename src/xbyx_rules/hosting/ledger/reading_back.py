"""Read a subject's steps back as its timeline (办理轨迹)."""

from __future__ import annotations

import json
from typing import Final, Literal

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import TimelineEntry

from .chain import ERASE, LOOK, RETRY, SKIP, START, from_microseconds
from .desk import Desk
from .payloads import OPINION, body_digest

__all__ = ["read_timeline"]

_KINDS: Final[dict[str, Literal["start", "erase", "look", "retry", "skip"]]] = {
    START: "start",
    ERASE: "erase",
    LOOK: "look",
    RETRY: "retry",
    SKIP: "skip",
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
                kind=_KINDS.get(event.action, "step"),
                at=from_microseconds(event.occurred_at),
                action=event.action,
                source=event.source,
                target=event.target,
                actor=event.actor_id,
                on_behalf_of=event.principal_id,
                comment=opinion.get("comment"),
                evidence=tuple(opinion.get("evidence", ())),
                is_opinion_erased=bool(digests[event.seq]) and not opinion,
            )
        )
    return tuple(entries)
