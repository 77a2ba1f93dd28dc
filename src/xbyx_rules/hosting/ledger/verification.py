"""Verify the ledger against itself, and against anchors kept outside the database.

A chain alone shows edits, deletions, insertions and reorderings.  That its tail was cut together
with the subject's row, or that all of it was written anew, shows only against an anchor.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, func, select

from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting.host import read_states
from xbyx_rules.policy import Digester, digest_text

from .anchoring import KeptAnchors
from .anchors import Anchor, head_of
from .chain_walk import ChainWalk, Steps
from .delegation_chain import DELEGATION, check_delegations, check_unrecorded
from .desk import Desk
from .digests import diagnose_unavailable
from .protection import find_unprotected
from .rows import Instance
from .store import Store
from .version_trail import VersionTrail, read_trails

__all__ = ["Verification", "verify_ledger"]

_SUBJECTS: Final = 100
"""How many chains are read together."""

_Flows = dict[str, dict[str, Steps]]
"""By the flow's key and version, the steps that it allows."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying has shown.

    Args:
        subjects: how many subjects were verified.
        events: how many events.
        erased: how many bodies were erased by an audited command.
        heads_digest: one digest over every subject's head, as an anchor has it.
        problems: XR516, XR550 to XR565, XR568, XR687, XR690 to XR692.
        anchors: how many kept anchors were compared.
        unprotected: tables that no trigger protects from being changed.
        delegations: how many delegations, each with a chain of its own, beside the subjects.
    """

    subjects: int
    events: int
    erased: int
    heads_digest: str
    problems: tuple[Diagnostic, ...]
    anchors: int = 0
    unprotected: tuple[str, ...] = ()
    delegations: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def verify_ledger(
    desk: Desk,
    connection: Connection,
    *,
    is_host_compared: bool,
    anchors: Iterable[Anchor] = (),
) -> Verification:
    """Verify every chain of the tenant, its bodies, commands and flows.

    Attestations and tasks are not chained; an attestation is covered where an event's receipt
    has recorded it.  Delegations are, and the register is held against their chains.  Holds a page
    of the ledger at a time, and the heads of the anchors.
    """
    store, given = desk.store, tuple(anchors)
    flows: _Flows = {}
    problems = list(_check_definitions(store, connection, flows))
    kept = KeptAnchors(given, store.tenant)
    digester = Digester(store.digest)
    unavailable: set[str] = set()
    subjects = delegations = events = erased = 0
    for batch in _batches(store.each_instance(connection), _SUBJECTS):
        trails = read_trails(store, connection, batch)
        walks = [_begin(store, one, trails[one.id], flows, kept) for one in batch]
        problems.extend(_walk(store, connection, walks))
        if is_host_compared:
            compared = [one for one in batch if one.subject.entity != DELEGATION]
            problems.extend(_check_host(desk, connection, compared))
        for walk in walks:
            problems.extend(walk.finish())
            digester.add(_text_of_head(walk.instance))
            events += walk.events
            erased += walk.erased
            unavailable |= walk.unavailable
        problems.extend(check_delegations(store, connection, batch))
        granted = sum(one.subject.entity == DELEGATION for one in batch)
        subjects += len(batch) - granted
        delegations += granted
    problems.extend(check_unrecorded(store, connection))
    problems.extend(_check_orphans(store, connection))
    problems.extend(kept.check_missing())
    problems.extend(kept.check_whole())
    problems.extend(kept.check_rows(store, connection))
    problems.extend(diagnose_unavailable(one) for one in sorted(unavailable))
    return Verification(
        subjects=subjects,
        events=events,
        erased=erased,
        heads_digest=digester.finish(),
        problems=tuple(problems),
        anchors=len(given),
        unprotected=find_unprotected(connection, store.tables.protected),
        delegations=delegations,
    )


def _begin(
    store: Store, instance: Instance, trail: VersionTrail, flows: _Flows, kept: KeptAnchors
) -> ChainWalk:
    known = flows.get(instance.definition_key, {})
    standing = kept.standing_of(instance.subject, instance.revision)
    return ChainWalk(store.tenant, instance, trail, known, standing)


def _walk(store: Store, connection: Connection, walks: list[ChainWalk]) -> Iterator[Diagnostic]:
    by_id = {one.instance.id: one for one in walks}
    for page in store.event_pages(connection, by_id):
        digests = [digest for one in page for _, digest in one.event.payloads]
        commands = list(dict.fromkeys(one.event.command_id for one in page))
        bodies = store.payloads_of(connection, digests)
        results = store.results_of(connection, commands)
        for one in page:
            yield from by_id[one.instance_id].pass_event(one, bodies, results)


def _text_of_head(instance: Instance) -> str:
    try:
        return head_of(instance).canonical()
    except ValueError:  # edited into what no row of ours can be; the walk has said so
        return repr(instance)


def _batches(instances: Iterator[Instance], size: int) -> Iterator[list[Instance]]:
    while batch := list(islice(instances, size)):
        yield batch


def _check_host(
    desk: Desk, connection: Connection, instances: list[Instance]
) -> Iterator[Diagnostic]:
    states = read_states(desk.host, connection, [one.subject for one in instances])
    for one in instances:
        state = states[one.subject]
        if state != one.state:
            values = {"subject": str(one.subject), "recorded": one.state}
            yield Diagnostic("XR516", None, {**values, "state": state or "-"})


def _check_definitions(store: Store, connection: Connection, flows: _Flows) -> Iterator[Diagnostic]:
    """Check the flows that are kept, and gather the steps that each allows."""
    table = store.tables.definition
    for row in connection.execute(select(table)):
        key, version = row.definition_key, row.definition_version
        is_intact = digest_text(row.content) == row.content_hash
        found = _read_steps(row.content) if is_intact else None
        if found is None or not row.content_hash.startswith(f"sha256:{version}"):
            yield Diagnostic("XR557", None, {"key": key, "version": version})
        else:
            flows.setdefault(key, {})[version] = found


def _read_steps(content: str) -> Steps | None:
    """The steps of a kept flow; None when it is none, whoever wrote it."""
    try:
        flow = json.loads(content)
        found: list[dict[str, Any]] = flow["transitions"]
        beside: list[list[str]] = flow.get("beside", [])
        steps = [(one["from"], one["action"], one["to"]) for one in found]
        return frozenset((*steps, *((one[0], one[1], one[2]) for one in beside)))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError):
        return None


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
