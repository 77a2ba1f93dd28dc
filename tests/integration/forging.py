"""Alter what a ledger keeps, and make every hash fit again: what only deciding again can show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, insert, update

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Ledger, unprotect
from xbyx_rules.hosting.ledger.chain import Event, commit_payload, hash_event
from xbyx_rules.hosting.ledger.rows import StoredEvent
from xbyx_rules.hosting.ledger.store import Store
from xbyx_rules.policy import canonical_text

__all__ = ["forge_body", "forge_event"]


def forge_body(
    engine: Engine,
    ledger: Ledger,
    subject: Subject,
    seq: int,
    change: Callable[[Any], Any],
    *,
    kind: str = "receipt",
    tenant: str = "110108",
) -> None:
    """Put another body beside a step, and all the hashes that follow from it."""
    store = Store(ledger.tables, tenant)
    with engine.connect() as connection:
        events = _events(store, connection, subject)
        digest = dict(events[seq - 1].event.payloads)[kind]
        text = store.payloads_of(connection, [digest])[digest].content or ""
    data = json.loads(text)
    body = commit_payload(kind, change(data) or data, store.digest)
    with engine.begin() as connection:
        table = ledger.tables.payload
        row = {"digest": body.digest, "salt": body.salt, "content": body.content}
        connection.execute(
            insert(table).values(tenant=tenant, payload_class=kind, retain_until=None, **row)
        )

    def point_to_it(event: Event) -> Event:
        payloads = {**dict(event.payloads), kind: body.digest}
        return replace(event, payloads=tuple(payloads.items()))

    forge_event(engine, ledger, subject, seq, point_to_it, tenant=tenant)


def forge_event(
    engine: Engine,
    ledger: Ledger,
    subject: Subject,
    seq: int,
    change: Callable[[Event], Event],
    *,
    tenant: str = "110108",
) -> None:
    """Alter a step and write the rest of the chain anew, with the row and the commands' results."""
    store, tables = Store(ledger.tables, tenant), ledger.tables
    with engine.begin() as connection:
        unprotect(connection, tables.protected)
        instance = store.find_instance(connection, subject)
        assert instance is not None
        head: str | None = None
        for one in _events(store, connection, subject):
            event = replace(one.event, prev_hash=head)
            event = change(event) if event.seq == seq else event
            made = (subject, instance.revision, instance.definition_version, event)
            head = hash_event(tenant, *made)
            row = {
                "actor_id": event.actor_id,
                "principal_id": event.principal_id,
                "occurred_at": event.occurred_at,
                "policy_hash": event.policy_hash,
                "semantics": event.semantics,
                "payload_digests": canonical_text([list(each) for each in event.payloads]),
                "prev_hash": event.prev_hash,
                "event_hash": head,
            }
            chosen = (tables.event.c.instance_id == instance.id, tables.event.c.seq == event.seq)
            connection.execute(update(tables.event).where(*chosen).values(**row))
            known = tables.command.c.command_id == event.command_id
            results = store.results_of(connection, [event.command_id])
            result = {**results[event.command_id], "event_hash": head, "version": event.seq}
            statement = update(tables.command).where(known)
            connection.execute(statement.values(result_text=canonical_text(result)))
        row = update(tables.instance).where(tables.instance.c.instance_id == instance.id)
        connection.execute(row.values(head_hash=head))


def _events(store: Store, connection: Any, subject: Subject) -> list[StoredEvent]:
    instance = store.find_instance(connection, subject)
    assert instance is not None
    return store.events_of(connection, instance.id)
