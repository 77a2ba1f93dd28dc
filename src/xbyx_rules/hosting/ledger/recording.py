"""Append an event to a subject's chain, with its bodies and its message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from xbyx_rules.deciding import SEMANTICS
from xbyx_rules.lifecycle import Actor, Command

from .chain import Event, Payload, to_microseconds
from .desk import Desk
from .messages import insert_message
from .results import conflict
from .rows import Instance

__all__ = ["record_event"]


def record_event(  # noqa: PLR0913
    desk: Desk,
    connection: Connection,
    policy_hash: str,
    before: Instance,
    command: Command,
    step: tuple[str, str | None, str],
    bodies: Sequence[Payload],
    *,
    told: Mapping[str, Any] | None = None,
) -> Instance:
    """Append an event to a subject's chain.

    Args:
        desk: the ledger.
        connection: in a transaction, with the subject's row locked.
        policy_hash: the text of the document that was decided by.
        before: the subject's row.
        command: whose act it is.
        step: action, state before, state after.
        bodies: what belongs to the event and can be erased.
        told: for its message: whom the host is to remind, and of what.

    Returns:
        The subject's row after it.

    Raises:
        ConflictError: XR517, the row was changed although it was locked.
    """
    action, source, target = step
    principal: Actor | None = command.on_behalf_of
    event = Event(
        seq=before.version + 1,
        command_id=command.command_id,
        actor_id=command.actor.id,
        actor_kind=command.actor.kind,
        principal_id=principal.id if principal else None,
        action=action,
        source=source,
        target=target,
        occurred_at=to_microseconds(command.at),
        recorded_at=to_microseconds(desk.clock()),
        policy_hash=policy_hash,
        semantics=SEMANTICS,
        payloads=tuple((body.kind, body.digest) for body in bodies),
        prev_hash=before.head_hash if before.version else None,
    )
    head = desk.store.insert_event(connection, before, event, bodies)
    if desk.has_outbox:
        insert_message(desk.store, connection, before, event, head, told)
    after = desk.store.advance_instance(connection, before, event, head)
    if after is None:
        conflict("XR517", subject=str(before.subject))
    return after
