"""Write a ledger out, one JSON object a line, so that it is read and verified without us.

The order: what the file is, the flows, then subject by subject its row and its events, then the
judgements, and at the end counts and a digest.  Held in memory: one page of one subject.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from xbyx_rules.deciding import Subject
from xbyx_rules.policy import canonical_text

from .chain import event_content
from .payloads import read_erasures
from .rows import Instance, StoredEvent, StoredPayload
from .store import Store
from .version_trail import read_trail

__all__ = ["FORMAT", "Export", "export_ledger"]

FORMAT = 1
_JUDGED = (
    "attestation_id",
    "policy_id",
    "policy_hash",
    "clause",
    "subject_kind",
    "subject_ref",
    "outcome",
    "person_id",
    "role_name",
    "evidence_ref",
    "attested_at",
    "attested_on",
    "valid_until",
    "revoked_at",
    "revoked_by",
)


@dataclass(frozen=True, slots=True)
class Export:
    """What was written.

    Args:
        subjects: how many subjects.
        events: how many events.
        bodies: how many bodies beside them, erased ones included.
        erased: how many of those an audited command erased.
        missing: how many are gone without one.
        attestations: how many judgements.
        digest: SHA-256 of every byte before the last line; the last line has it too.
    """

    subjects: int
    events: int
    bodies: int
    erased: int
    missing: int
    attestations: int
    digest: str


def export_ledger(
    store: Store,
    connection: Connection,
    write: Callable[[str], object],
    *,
    subject: Subject | None = None,
) -> Export:
    """Write the ledger of a tenant, or the record of one subject.

    Each subject is written as its row stands when it is read: events added meanwhile are left to
    the next export.

    Args:
        store: the ledger's rows.
        connection: to read with.
        write: is given each line with its end.
        subject: None for all, with the judgements.
    """
    hasher, counts = hashlib.sha256(), Counter[str]()
    for record in _each_record(store, connection, subject, counts):
        line = canonical_text(record) + "\n"
        hasher.update(line.encode("utf-8"))
        write(line)
    digest = f"sha256:{hasher.hexdigest()}"
    names = ("subjects", "events", "bodies", "erased", "missing", "attestations")
    counted = {name: counts[name] for name in names}
    write(canonical_text({"record": "end", "counts": counted, "digest": digest}) + "\n")
    return Export(**counted, digest=digest)


def _each_record(
    store: Store, connection: Connection, subject: Subject | None, counts: Counter[str]
) -> Iterator[dict[str, Any]]:
    yield {"record": "ledger", "format": FORMAT, "tenant": store.tenant}
    if subject is None:
        yield from _each_definition(store, connection, None)
        for instance in store.each_instance(connection):
            yield from _each_of_subject(store, connection, instance, counts)
        for row in store.each_attestation(connection):
            counts["attestations"] += 1
            yield {"record": "attestation", **{name: row._mapping[name] for name in _JUDGED}}
        return
    found = store.find_instance(connection, subject)
    if found is not None:
        yield from _each_definition(store, connection, found)
        yield from _each_of_subject(store, connection, found, counts)


def _each_definition(
    store: Store, connection: Connection, of: Instance | None
) -> Iterator[dict[str, Any]]:
    table = store.tables.definition
    query = select(table).order_by(table.c.definition_key, table.c.definition_version)
    if of is not None:
        query = query.where(table.c.definition_key == of.definition_key)
    for row in connection.execute(query).all():
        yield {
            "record": "definition",
            "key": row.definition_key,
            "version": row.definition_version,
            "hash": row.content_hash,
            "text": row.content,
        }


def _each_of_subject(
    store: Store, connection: Connection, instance: Instance, counts: Counter[str]
) -> Iterator[dict[str, Any]]:
    counts["subjects"] += 1
    subject = [instance.subject.entity, instance.subject.key, instance.revision]
    yield {
        "record": "subject",
        "subject": subject,
        "definition": [instance.definition_key, instance.definition_version],
        "state": instance.state,
        "version": instance.version,
        "head_hash": instance.head_hash,
    }
    trail = read_trail(store, connection, instance)
    for page in store.pages_of_events(connection, instance.id, instance.version):
        digests = [digest for one in page for _, digest in one.event.payloads]
        bodies = store.payloads_of(connection, digests)
        kept = [digest for digest, one in bodies.items() if one.content is not None]
        is_whole = len(kept) == len(set(digests))
        erased = frozenset() if is_whole else read_erasures(store, connection, instance.id)
        for one in page:
            counts["events"] += 1
            listed = [
                _body(kind, digest, bodies.get(digest), erased)
                for kind, digest in one.event.payloads
            ]
            for each in listed:
                counts["bodies"] += 1
                counts[each["state"]] += 1
            version = trail.version_at(one.event.seq)
            yield _event(store.tenant, instance, version, one, listed)


def _event(
    tenant: str,
    instance: Instance,
    version: str,
    one: StoredEvent,
    bodies: list[dict[str, Any]],
) -> dict[str, Any]:
    content = event_content(tenant, instance.subject, instance.revision, version, one.event)
    return {"record": "event", "content": content, "hash": one.hash, "bodies": bodies}


def _body(
    kind: str, digest: str, stored: StoredPayload | None, erased: frozenset[str]
) -> dict[str, Any]:
    named = {"kind": kind, "digest": digest}
    if stored is not None and stored.content is not None and stored.salt is not None:
        # WHY as text: it is what was hashed, whatever somebody may have made of it since.
        return {**named, "state": "kept", "salt": stored.salt, "text": stored.content}
    return {**named, "state": "erased" if digest in erased else "missing"}
