"""A message as a worker gets it: read strictly, so that a spoilt one stops its subject alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.ledger.messages import name_message

__all__ = ["Lease", "Message", "read_message"]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to deliver a message.

    Args:
        worker: whose.
        number: of the leases of this message; a later one takes the right away.
        until: from then on another worker may take the message.
    """

    worker: str
    number: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """An event, told to the host's other systems.

    Args:
        key: the same however often the message comes: the consumer leaves repeats out by it.
        subject: whose event; key and kind as the host has them.
        revision: of the subject.
        version: number of the event; within a subject they come in this order.
        number: of the message among those of one event.
        action: what was done; one that begins with ``@`` is the ledger's own and moves nothing
            (``@start`` aside, which takes the subject in).
        source: state before; None when the subject was taken in.
        target: state after.
        occurred_at: when.
        event_hash: of the event in the chain.
        content: the whole message as stored, JSON text, to be passed on as it is.
        attempts: how often it was leased, with this time.
        lease: by which an outcome is reported.
    """

    key: str
    instance_id: str
    subject: Subject
    revision: int
    version: int
    number: int
    action: str
    source: str | None
    target: str
    occurred_at: datetime
    event_hash: str
    content: str
    attempts: int
    lease: Lease


def read_message(row: Row[Any], lease: Lease) -> Message | None:
    """The message of a row; None when its content is not one that the ledger wrote."""
    key = name_message(row.instance_id, row.seq, row.message_no)
    try:
        data = json.loads(row.content)
        kind, ref, revision = data["subject"]
        occurred_at = datetime.fromisoformat(data["occurred_at"])
        texts = (kind, ref, data["action"], data["to"], data["event_hash"])
        is_ours = (data["key"], data["version"]) == (key, row.seq) and isinstance(revision, int)
        source = data["from"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    if not (is_ours and all(isinstance(one, str) for one in texts)):
        return None
    if not (source is None or isinstance(source, str)) or occurred_at.utcoffset() is None:
        return None
    return Message(
        key=key,
        instance_id=row.instance_id,
        subject=Subject(kind, ref),
        revision=revision,
        version=row.seq,
        number=row.message_no,
        action=data["action"],
        source=source,
        target=data["to"],
        occurred_at=occurred_at,
        event_hash=data["event_hash"],
        content=row.content,
        attempts=row.attempts + 1,
        lease=lease,
    )
