"""A message for each event, written in the event's own transaction; delivering is the outbox's.

A message holds no name, no opinion and no fact: whose state went from where to where, and the
event's hash.  A reminder's also holds who is to be told: roles, organisations, assignees'
pseudonyms.  Who needs more asks the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from xbyx_rules.policy import canonical_text

from . import statements
from .chain import Event, from_microseconds
from .rows import Instance
from .store import Store

__all__ = [
    "DELIVERED",
    "PARKED",
    "SKIPPED",
    "WAITING",
    "insert_message",
    "name_message",
]

WAITING: Final = "waiting"
"""To be delivered; leased while its lease lasts."""
DELIVERED: Final = "delivered"
"""The handler has taken it."""
PARKED: Final = "parked"
"""Failed too often; it and all after it of its subject wait for a person's decision."""
SKIPPED: Final = "skipped"
"""Left out by a person's decision, which is an event of its subject."""


def insert_message(
    store: Store,
    connection: Connection,
    instance: Instance,
    event: Event,
    event_hash: str,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Write the message of an event.

    Args:
        store: the ledger's rows.
        connection: in the event's transaction, so that both stand or neither does.
        instance: the subject's row, locked: that is what puts the messages of a subject in order.
        event: what has happened.
        event_hash: its hash.
        told: of a reminder: whom the host is to tell, and of what.
    """
    number = 1
    content: dict[str, Any] = {
        "format": 1,
        "key": name_message(instance.id, event.seq, number),
        "tenant": store.tenant,
        "subject": [instance.subject.entity, instance.subject.key, instance.revision],
        "version": event.seq,
        "action": event.action,
        "from": event.source,
        "to": event.target,
        "occurred_at": from_microseconds(event.occurred_at).isoformat(),
        "event_hash": event_hash,
    }
    if told is not None:
        content["told"] = dict(told)
    row = {
        "instance_id": instance.id,
        "seq": event.seq,
        "message_no": number,
        "tenant": store.tenant,
        "message_status": WAITING,
        "attempts": 0,
        "lease_no": 0,
        "recorded_at": event.recorded_at,
        "content": canonical_text(content),
    }
    connection.execute(store.tables.prepared(statements.insert_message), row)


def name_message(instance_id: str, version: int, number: int) -> str:
    """The key by which a consumer knows a message that comes again.

    Example:
        >>> name_message("5f0c", 3, 1)
        '5f0c/3/1'
    """
    return f"{instance_id}/{version}/{number}"
