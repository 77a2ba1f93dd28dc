"""Delegations (代理) on record: each has a chain in the ledger, of its grant and its revocation.

The register's table is a working table: it says what counts today.  What was granted and revoked,
by whom and when, are events, so verifying notices a row that was altered, added or taken away.

WHY a chain for each, and none for all: anchors name every chain's head and triggers protect every
event already, and two who grant at the same moment needn't wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, and_, select

from xbyx_rules.checking import CheckedLifecycle, CheckedTransition
from xbyx_rules.deciding import SEMANTICS, Subject
from xbyx_rules.errors import Diagnostic, Place
from xbyx_rules.lifecycle import Actor, Command, Definition, build_definition
from xbyx_rules.policy import digest_text

from .chain import START, Event, Payload, commit_payload, to_microseconds
from .payloads import DELEGATED, body_digest
from .results import conflict, keep_result
from .rows import Instance, StoredEvent
from .store import Store

__all__ = [
    "DELEGATION",
    "check_delegations",
    "check_unrecorded",
    "record_grant",
    "record_revocation",
]

DELEGATION: Final = "@delegation"
"""The kind of subject that a delegation is in the ledger; no vocabulary can have it."""

_GRANTED: Final = "有效"
_REVOKED: Final = "已撤销"
_REVOKE: Final = "@undelegate"
_SAID: Final = (
    "principal_id",
    "agent_id",
    "role_name",
    "subject_kind",
    "subject_ref",
    "valid_from",
    "valid_until",
)
"""The columns of a delegation that its grant states."""


@cache
def _flow() -> Definition:
    """The flow of a delegation: granted as it is taken into the ledger, revoked once."""
    revocation = CheckedTransition(
        source=_GRANTED,
        action=_REVOKE,
        target=_REVOKED,
        roles=("被代理人", "代理人", "管理员"),
        must_meet=(),
        condition=None,
        condition_text="",
        is_comment_required=False,
        deadline="",
        origin="推论",
        basis="",
        place=Place("delegation", 1),
    )
    lifecycle = CheckedLifecycle(
        id="delegation",
        subject=DELEGATION,
        initial=_GRANTED,
        finals=(_REVOKED,),
        states=(_GRANTED, _REVOKED),
        transitions=(revocation,),
        invariants=(),
        properties={},
    )
    return build_definition(lifecycle, policy="@ledger", policy_hash=digest_text("@ledger"))


# --- written --------------------------------------------------------------------------------------


def record_grant(
    store: Store,
    connection: Connection,
    delegation_id: str,
    said: Mapping[str, str | None],
    actor: Actor,
    at: tuple[datetime, datetime],
) -> None:
    """Put on record that a delegation was granted, in the transaction that writes its row.

    Args:
        store: the ledger's rows.
        connection: in that transaction.
        delegation_id: which.
        said: its row's columns that say who may act for whom, as what, when, on what.
        actor: who grants.
        at: when it was granted, and when it is recorded; aware.

    Raises:
        ConflictError: XR693, a chain of that delegation is there already: its row was taken away.
    """
    flow, subject = _flow(), Subject(DELEGATION, delegation_id)
    store.keep_definition(connection, flow)
    made = store.create_instance(connection, subject, flow, _GRANTED)
    if made is None:
        conflict("XR693", delegation=delegation_id)
    content = {"format": 1, **{name: said[name] for name in _SAID}}
    body = commit_payload(DELEGATED, content, store.digest)
    _append(store, connection, made, actor, at, (START, None, _GRANTED), [body])


def record_revocation(
    store: Store,
    connection: Connection,
    delegation_id: str,
    actor: Actor,
    at: tuple[datetime, datetime],
) -> None:
    """Put on record that a delegation was revoked; with its row locked.

    WHY nothing where the grant is not on record: what somebody wrote into the table past the
    register must not get a record by being revoked; verifying goes on naming it.
    """
    subject = Subject(DELEGATION, delegation_id)
    before = store.find_instance(connection, subject, is_locked=True)
    if before is not None and before.state == _GRANTED:
        _append(store, connection, before, actor, at, (_REVOKE, _GRANTED, _REVOKED), [])


def _append(
    store: Store,
    connection: Connection,
    before: Instance,
    actor: Actor,
    at: tuple[datetime, datetime],
    step: tuple[str, str | None, str],
    bodies: Sequence[Payload],
) -> None:
    action, source, target = step
    number = before.version + 1
    # WHY not the delegation's id: a host may have used it for a command, too.
    command_id = f"delegation:{before.id}:{number}"
    event = Event(
        seq=number,
        command_id=command_id,
        actor_id=actor.id,
        actor_kind=actor.kind,
        principal_id=None,
        action=action,
        source=source,
        target=target,
        occurred_at=to_microseconds(at[0]),
        recorded_at=to_microseconds(at[1]),
        policy_hash=_flow().policy_hash,
        semantics=SEMANTICS,
        payloads=tuple((body.kind, body.digest) for body in bodies),
        prev_hash=before.head_hash if before.version else None,
    )
    head = store.insert_event(connection, before, event, bodies)
    after = store.advance_instance(connection, before, event, head)
    if after is None:
        conflict("XR517", subject=str(before.subject))
    command = Command(before.subject, action, actor, command_id, at[0])
    keep_result(store, connection, command, after, step)


# --- verified -------------------------------------------------------------------------------------


def check_delegations(
    store: Store, connection: Connection, instances: Iterable[Instance]
) -> Iterator[Diagnostic]:
    """Hold the register's rows against the chains of some delegations: XR690, XR691.

    Args:
        store: the ledger's rows.
        connection: to read with.
        instances: rows of subjects, a page of them; those that are no delegation are passed by.
    """
    chained = {one.subject.key: one for one in instances if one.subject.entity == DELEGATION}
    if not chained:
        return
    table = store.tables.delegation
    query = select(table).where(
        table.c.tenant == store.tenant, table.c.delegation_id.in_(list(chained))
    )
    rows = {row.delegation_id: row for row in connection.execute(query)}
    recorded = _read_recorded(store, connection, [one.id for one in chained.values()])
    for key, instance in sorted(chained.items()):
        row = rows.get(key)
        if row is None:
            yield Diagnostic("XR691", None, {"delegation": key})
            continue
        expected = recorded.get(instance.id, {})
        changed = [name for name, value in expected.items() if row._mapping[name] != value]
        if changed:
            values = {"delegation": key, "columns": ", ".join(f"`{one}`" for one in changed)}
            yield Diagnostic("XR690", None, values)


def check_unrecorded(store: Store, connection: Connection) -> Iterator[Diagnostic]:
    """The register's rows whose grant is not on record: XR692."""
    table, instance = store.tables.delegation, store.tables.instance
    is_its = and_(
        instance.c.tenant == table.c.tenant,
        instance.c.subject_kind == DELEGATION,
        instance.c.subject_ref == table.c.delegation_id,
    )
    query = (
        select(table.c.delegation_id)
        .select_from(table.outerjoin(instance, is_its))
        .where(table.c.tenant == store.tenant, instance.c.instance_id.is_(None))
        .order_by(table.c.delegation_id)
    )
    for found in connection.scalars(query):
        yield Diagnostic("XR692", None, {"delegation": str(found)})


def _read_recorded(
    store: Store, connection: Connection, ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """What the register's columns have to be, by the chain's key."""
    found: dict[str, dict[str, Any]] = {one: {} for one in ids}
    for page in store.event_pages(connection, ids):
        digests = [body_digest(one.event, DELEGATED) or "" for one in page]
        bodies = store.payloads_of(connection, [one for one in digests if one])
        for one, digest in zip(page, digests, strict=True):
            body = bodies.get(digest)
            found[one.instance_id] |= _columns_of(one, body.content if body else None)
    return found


def _columns_of(one: StoredEvent, content: str | None) -> dict[str, Any]:
    event = one.event
    if event.action == _REVOKE:
        return {"revoked_at": event.occurred_at, "revoked_by": event.actor_id}
    granted = {"granted_at": event.occurred_at, "granted_by": event.actor_id}
    try:
        said = json.loads(content or "")
        stated = {name: said[name] for name in _SAID}
    except (KeyError, TypeError, ValueError, RecursionError):
        stated = {}  # WHY: it was altered or is gone, and the walk along the chain says so
    return {**granted, **stated, "revoked_at": None, "revoked_by": None}
