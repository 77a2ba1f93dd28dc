"""Verify the ledger against itself: edits, deletions, insertions and reorderings show.

A chain alone does not show that its tail was cut together with the subject's row, or that all of
it was written anew: keep `Verification.heads_digest` outside the database and compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import canonical_text, digest_text

from .chain import ERASE, START, STILL, hash_event, is_payload_intact
from .desk import Desk
from .payloads import ERASURE
from .store import Instance, Store, StoredEvent, StoredPayload

__all__ = ["Verification", "verify_ledger"]

_Steps = dict[tuple[str, str], frozenset[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying has shown.

    Args:
        subjects: how many subjects were verified.
        events: how many events.
        erased: how many bodies were erased by an audited command.
        heads_digest: one digest over every subject's head, to be kept outside the database.
        problems: XR516 and XR550 to XR560.
    """

    subjects: int
    events: int
    erased: int
    heads_digest: str
    problems: tuple[Diagnostic, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def verify_ledger(desk: Desk, connection: Connection, *, is_host_compared: bool) -> Verification:
    """Verify every chain of the tenant, its bodies, commands and flows.

    Attestations and tasks are not chained; an attestation is covered where an event's receipt
    has recorded it.
    """
    store = desk.store
    steps: _Steps = {}
    problems = list(_check_definitions(store, connection, steps))
    instances = store.all_instances(connection)
    events = erased = 0
    for instance in instances:
        found = store.events_of(connection, instance.id)
        bodies = _bodies_of(store, connection, found)
        erasures = set(_erasures(found, bodies))
        events += len(found)
        erased += sum(1 for body in bodies.values() if _is_erased(body, erasures))
        problems.extend(_check_chain(store, instance, found))
        problems.extend(_check_steps(instance, found, steps))
        problems.extend(_check_bodies(instance, found, bodies, erasures))
        problems.extend(_check_commands(store, connection, instance, found))
        if is_host_compared:
            problems.extend(_check_host(desk, connection, instance))
    problems.extend(_check_orphans(store, connection))
    heads = [[instance.id, instance.version, instance.head_hash] for instance in instances]
    digest = digest_text(canonical_text(heads))
    return Verification(len(instances), events, erased, digest, tuple(problems))


def _check_chain(
    store: Store, instance: Instance, found: Sequence[StoredEvent]
) -> Iterator[Diagnostic]:
    subject = str(instance.subject)
    previous: str | None = None
    state: str | None = None
    expected = 1
    for one in found:
        event = one.event
        while expected < event.seq:
            yield Diagnostic("XR551", None, {"subject": subject, "sequence": str(expected)})
            expected += 1
        expected = event.seq + 1
        values = {"subject": subject, "sequence": str(event.seq)}
        version = instance.definition_version
        made = hash_event(store.tenant, instance.subject, instance.revision, version, event)
        if made != one.hash:
            yield Diagnostic("XR550", None, values)
        if event.prev_hash != previous or event.source != state:
            yield Diagnostic("XR552", None, values)
        previous, state = one.hash, event.target
    if previous != instance.head_hash or expected - 1 != instance.version:
        yield Diagnostic("XR553", None, {"subject": subject})
    elif state != instance.state:
        values = {"subject": subject, "recorded": instance.state, "state": str(state)}
        yield Diagnostic("XR556", None, values)


def _check_steps(
    instance: Instance, found: Sequence[StoredEvent], steps: _Steps
) -> Iterator[Diagnostic]:
    known = steps.get((instance.definition_key, instance.definition_version), frozenset())
    for one in found:
        event = one.event
        is_ours = (event.action == START and event.seq == 1) or (
            event.action in STILL and event.source == event.target
        )
        if not is_ours and (event.source or "", event.action, event.target) not in known:
            values = {
                "subject": str(instance.subject),
                "sequence": str(event.seq),
                "source": event.source or "-",
                "target": event.target,
                "action": event.action,
            }
            yield Diagnostic("XR558", None, values)


def _check_bodies(
    instance: Instance,
    found: Sequence[StoredEvent],
    bodies: dict[str, StoredPayload],
    erasures: set[str],
) -> Iterator[Diagnostic]:
    for one in found:
        for kind, digest in one.event.payloads:
            body = bodies.get(digest)
            values = {
                "subject": str(instance.subject),
                "sequence": str(one.event.seq),
                "kind": kind,
            }
            if body is None or body.content is None or body.salt is None:
                if digest not in erasures:
                    yield Diagnostic("XR554", None, values)
            elif not is_payload_intact(kind, digest, body.salt, body.content):
                yield Diagnostic("XR555", None, values)


def _check_commands(
    store: Store, connection: Connection, instance: Instance, found: Sequence[StoredEvent]
) -> Iterator[Diagnostic]:
    commands = list(dict.fromkeys(one.event.command_id for one in found))
    results = store.results_of(connection, commands)
    # WHY the last: the command that takes a subject in may also be its first act.
    last = {one.event.command_id: one for one in found}
    for command, one in last.items():
        result: dict[str, Any] = results.get(command, {})
        if result.get("event_hash") != one.hash or result.get("version") != one.event.seq:
            values = {"subject": str(instance.subject), "sequence": str(one.event.seq)}
            yield Diagnostic("XR559", None, {**values, "command": command})


def _check_host(desk: Desk, connection: Connection, instance: Instance) -> Iterator[Diagnostic]:
    state = desk.host.read_state(connection, instance.subject)
    if state != instance.state:
        values = {"subject": str(instance.subject), "recorded": instance.state}
        yield Diagnostic("XR516", None, {**values, "state": state or "-"})


def _check_definitions(store: Store, connection: Connection, steps: _Steps) -> Iterator[Diagnostic]:
    """Check the flows that are kept, and gather the steps that each allows."""
    table = store.tables.definition
    for row in connection.execute(select(table)):
        key, version = row.definition_key, row.definition_version
        is_intact = digest_text(row.content) == row.content_hash
        if not is_intact or not row.content_hash.startswith(f"sha256:{version}"):
            yield Diagnostic("XR557", None, {"key": key, "version": version})
            continue
        content = json.loads(row.content)
        steps[key, version] = frozenset(
            (one["from"], one["action"], one["to"]) for one in content["transitions"]
        )


def _check_orphans(store: Store, connection: Connection) -> Iterator[Diagnostic]:
    event, instance = store.tables.event, store.tables.instance
    query = (
        select(func.count())
        .select_from(event)
        .outerjoin(instance, instance.c.instance_id == event.c.instance_id)
        .where(instance.c.instance_id.is_(None))
    )
    count = connection.execute(query).scalar_one()
    if count:
        yield Diagnostic("XR560", None, {"count": str(count)})


def _bodies_of(
    store: Store, connection: Connection, found: Sequence[StoredEvent]
) -> dict[str, StoredPayload]:
    digests = [digest for one in found for _, digest in one.event.payloads]
    return store.payloads_of(connection, digests)


def _erasures(found: Sequence[StoredEvent], bodies: dict[str, StoredPayload]) -> Iterator[str]:
    """The digests that erasures on record name."""
    for one in found:
        for kind, digest in one.event.payloads:
            body = bodies.get(digest)
            if kind == ERASURE and one.event.action == ERASE and body and body.content:
                yield json.loads(body.content)["digest"]


def _is_erased(body: StoredPayload, erasures: set[str]) -> bool:
    return body.content is None and body.digest in erasures
