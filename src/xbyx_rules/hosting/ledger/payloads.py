"""The bodies beside an event: opinion, receipt, finding, version, erasure, agency, timing."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject

from .chain import ERASE, Event
from .store import Store

__all__ = [
    "AGENCY",
    "DELEGATED",
    "DELIVERY",
    "ERASABLE",
    "ERASURE",
    "FINDING",
    "HANDING",
    "MIGRATION",
    "OPINION",
    "RECEIPT",
    "REVISION",
    "SIGNING",
    "SUGGESTION",
    "TIMING",
    "VERSION",
    "body_digest",
    "named_subject",
    "read_body",
    "read_comment",
    "read_erasures",
]

OPINION: Final = "opinion"
"""The comment and the references of evidence."""
RECEIPT: Final = "receipt"
"""What was decided on: persons, facts, parameters, outcomes."""
ERASURE: Final = "erasure"
"""Which body was erased, and why; it can't be erased itself."""
FINDING: Final = "finding"
"""What a check has found: the records concerned and the message about them."""
VERSION: Final = "version"
"""What the subject's terms said when it was submitted."""
DELIVERY: Final = "delivery"
"""Which parked message was decided about, and how; it can't be erased."""
SIGNING: Final = "signing"
"""In which seat of several was signed, and what the signatures came to; it can't be erased."""
HANDING: Final = "handing"
"""What became of a seat: handed on, added, removed, taken back; whom it concerns."""
AGENCY: Final = "agency"
"""By which delegation somebody acted for another; it can't be erased."""
DELEGATED: Final = "delegation"
"""What a delegation says: who may act for whom, as what, when, on what; it can't be erased."""
MIGRATION: Final = "migration"
"""From which version of its flow to which one a subject was moved, and how; it can't be erased."""
TIMING: Final = "timing"
"""What fell due when, for which action and roles, or how it was moved; it names no person."""
REVISION: Final = "revision"
"""Which other version of the subject an event speaks of; it can't be erased."""
SUGGESTION: Final = "suggestion"
"""Which action was suggested, why, and with which references of evidence."""
ERASABLE: Final = (OPINION, RECEIPT, FINDING, VERSION, HANDING, SUGGESTION)


def body_digest(event: Event, kind: str) -> str | None:
    """The digest of an event's body of one kind, or None."""
    return next((digest for one, digest in event.payloads if one == kind), None)


def read_body(
    store: Store, connection: Connection, event: Event, kind: str
) -> dict[str, Any] | None:
    """A body of an event; None when it has none, or it was erased."""
    digest = body_digest(event, kind)
    if digest is None:
        return None
    stored = store.payloads_of(connection, [digest]).get(digest)
    if stored is None or stored.content is None:
        return None
    body: dict[str, Any] = json.loads(stored.content)
    return body


def read_erasures(store: Store, connection: Connection, instance_id: str) -> frozenset[str]:
    """The digests of a subject's bodies that were erased on record."""
    events = store.events_by_action(connection, [instance_id], ERASE)
    bodies = [read_body(store, connection, one.event, ERASURE) for one in events]
    return frozenset(str(one.get("digest")) for one in bodies if isinstance(one, dict))


def read_comment(text: str) -> str | None:
    """The comment in an opinion's body, as somebody may have altered it.

    Raises:
        ValueError: it is no body of ours.
    """
    body = json.loads(text)
    comment = body.get("comment") if isinstance(body, dict) else body
    if comment is not None and not isinstance(comment, str):
        raise ValueError("an opinion is text")
    return comment


def named_subject(text: str) -> Subject | None:
    """The other version that a revision's body names; None in one that somebody has altered."""
    try:
        body = json.loads(text)
        entity, key, _ = body["subject"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return Subject(entity, key) if isinstance(entity, str) and isinstance(key, str) else None
