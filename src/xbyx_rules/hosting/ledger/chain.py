"""The chain: each event's hash covers the event and the hash before it.

Comments, facts and receipts are not in it, only salted digests of them: a body can be erased, and
the chain still holds.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from xbyx_rules.deciding import Subject
from xbyx_rules.policy import canonical_text, digest_text

from .digests import is_digest_of

__all__ = [
    "ADD_SIGNER",
    "ENTRUST",
    "ERASE",
    "GIVE_BACK",
    "LOOK",
    "MIGRATE",
    "OVERDUE",
    "QUIET",
    "REASSIGN",
    "REMIND",
    "REMOVE_SIGNER",
    "RESCHEDULE",
    "RETRY",
    "REVISE",
    "SKIP",
    "START",
    "STILL",
    "SUGGEST",
    "SUPERSEDE",
    "TRANSFER",
    "Event",
    "Payload",
    "commit_payload",
    "event_content",
    "from_microseconds",
    "has_moved",
    "hash_event",
    "is_event_intact",
    "is_payload_intact",
    "name_instance",
    "to_microseconds",
]

START: Final = "@start"
"""The action of the event that takes a subject into the ledger."""
ERASE: Final = "@erase"
"""The action of the event that records an erasure."""
LOOK: Final = "@look"
"""The action of the event that records what a check has found on looking again."""
MIGRATE: Final = "@migrate"
"""The action of the event that moves a subject to another version of its flow."""
RETRY: Final = "@retry"
"""The action of the event that records that a parked message is to be delivered after all."""
SKIP: Final = "@skip"
"""The action of the event that records that a parked message is to be left out."""
TRANSFER: Final = "@transfer"
"""The action of the event that records that a seat was handed on by whose it was (转办)."""
REASSIGN: Final = "@reassign"
"""The action of the event that records that an administrator gave a seat to another (改派)."""
ADD_SIGNER: Final = "@add_signer"
"""The action of the event that records that somebody was asked to sign, too (加签)."""
REMOVE_SIGNER: Final = "@remove_signer"
"""The action of the event that records that an added signature was left out (减签)."""
ENTRUST: Final = "@entrust"
"""The action of the event that records that a seat's work was entrusted to another (委派)."""
GIVE_BACK: Final = "@give_back"
"""The action of the event that records that what was entrusted was given back (交回)."""
REMIND: Final = "@remind"
"""The action of the event that records a reminder (催办), by a timer or by hand."""
OVERDUE: Final = "@overdue"
"""The action of the event that records that a deadline has passed (逾期)."""
RESCHEDULE: Final = "@reschedule"
"""The action of the event that records that provisional days due were found anew (改期)."""
REVISE: Final = "@revise"
"""The action of the event that records that a revision of a subject was begun."""
SUPERSEDE: Final = "@supersede"
"""The action of the event that records that a revision took the subject's place."""
SUGGEST: Final = "@suggest"
"""The action of the event that records what somebody, or a model, suggests to do."""
STILL: Final = frozenset(
    {
        ADD_SIGNER,
        ENTRUST,
        ERASE,
        GIVE_BACK,
        LOOK,
        REASSIGN,
        REMOVE_SIGNER,
        REMIND,
        OVERDUE,
        RESCHEDULE,
        RETRY,
        REVISE,
        SKIP,
        SUGGEST,
        SUPERSEDE,
        TRANSFER,
    }
)
"""The actions of events that leave the state as it is, and are no steps of a flow."""
QUIET: Final = (OVERDUE, REMIND, RESCHEDULE, RETRY, SKIP, SUGGEST)
"""Those of them that change nothing a person decides on: no state, no seat, no finding, no body."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Payload:
    """A body beside the chain: canonical JSON text, the salt, and the digest the chain holds."""

    kind: str
    content: str
    salt: str
    digest: str


@dataclass(frozen=True, slots=True)
class Event:
    """A step as recorded; instants in UTC microseconds, `payloads` as (kind, digest)."""

    seq: int
    command_id: str
    actor_id: str
    actor_kind: str
    principal_id: str | None
    action: str
    source: str | None
    target: str
    occurred_at: int
    recorded_at: int
    policy_hash: str
    semantics: int
    payloads: tuple[tuple[str, str], ...]
    prev_hash: str | None


def has_moved(event: Event) -> bool:
    """Whether an event led its subject from one state, or version of its flow, to another."""
    return event.action == MIGRATE or event.source not in (None, event.target)


def hash_event(
    tenant: str,
    subject: Subject,
    revision: int,
    version: str,
    event: Event,
    *,
    algorithm: str = "sha256",
) -> str:
    """The hash of an event: of whom it speaks, the flow's version, and every field of it."""
    content = event_content(tenant, subject, revision, version, event)
    return digest_text(canonical_text(content), algorithm=algorithm)


def is_event_intact(
    digest: str, tenant: str, subject: Subject, revision: int, version: str, event: Event
) -> bool | None:
    """Whether an event is the one its hash was made of; None as `is_digest_of`."""
    try:
        text = canonical_text(event_content(tenant, subject, revision, version, event))
    except ValueError:  # a number or a letter that no event of ours can have had
        return False
    return is_digest_of(digest, text)


def commit_payload(kind: str, content: Any, algorithm: str) -> Payload:
    """A body with a new salt.

    WHY salted: an opinion is short, and could be guessed from a plain digest once it is erased.
    """
    text, salt = canonical_text(content), secrets.token_hex(16)
    return Payload(kind, text, salt, digest_text(salt, kind, text, algorithm=algorithm))


def is_payload_intact(kind: str, digest: str, salt: str, content: str) -> bool | None:
    """Whether a stored body is the one its digest was made of; None as `is_digest_of`."""
    return is_digest_of(digest, salt, kind, content)


def name_instance(tenant: str, subject: Subject) -> str:
    """The key of a subject's row: derived, so that no database has to count.

    WHY without the revision: a record of the host has one row, whichever revision it is.
    """
    text = canonical_text([tenant, subject.entity, subject.key, 1])
    return digest_text(text).removeprefix("sha256:")[:32]


def to_microseconds(at: datetime) -> int:
    """An instant as UTC microseconds since 1970, exact."""
    return (at.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(instant: int) -> datetime:
    """The instant, aware, in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def event_content(
    tenant: str, subject: Subject, revision: int, version: str, event: Event
) -> dict[str, Any]:
    """What the hash of an event is made of."""
    return {
        "format": 1,
        "tenant": tenant,
        "subject": [subject.entity, subject.key, revision],
        "definition_version": version,
        "seq": event.seq,
        "command_id": event.command_id,
        "actor": [event.actor_id, event.actor_kind],
        "principal": event.principal_id,
        "action": event.action,
        "from": event.source,
        "to": event.target,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "policy_hash": event.policy_hash,
        "semantics": event.semantics,
        "payloads": [list(one) for one in event.payloads],
        "prev_hash": event.prev_hash,
    }
