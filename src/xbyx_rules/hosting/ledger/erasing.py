"""Erase a body (an opinion, a receipt) by a command of its own: the chain says that it was."""

from __future__ import annotations

from sqlalchemy import Connection

from xbyx_rules.lifecycle import Command

from .acting import check_command
from .chain import ERASE, commit_payload
from .desk import Desk
from .payloads import ERASABLE, ERASURE, body_digest
from .recording import record_event
from .results import Receipt, keep_result, refuse, replay

__all__ = ["erase_body"]


def erase_body(
    desk: Desk, connection: Connection, command: Command, *, version: int, kind: str
) -> Receipt:
    """Erase one body of one event; `command.comment` is the reason and stays on record.

    Raises:
        CommandRefused: XR503, XR505, XR511, XR528.
        ConflictError: XR514.
    """
    check_command(command)
    subject = command.subject
    instance = desk.store.find_instance(connection, subject, is_locked=True)
    done = replay(desk.store, connection, command)
    if done is not None:
        return done
    if command.actor.kind == "model":
        refuse("XR503", action=ERASE)
    reason = (command.comment or "").strip()
    if not reason:
        refuse("XR505", action=ERASE)
    values = {"subject": str(subject), "sequence": str(version), "kind": kind}
    if instance is None:
        refuse("XR528", **values)
    events = desk.store.events_of(connection, instance.id)
    event = next((one.event for one in events if one.event.seq == version), None)
    digest = body_digest(event, kind) if event and kind in ERASABLE else None
    stored = desk.store.payloads_of(connection, [digest]).get(digest) if digest else None
    if event is None or digest is None or stored is None or stored.content is None:
        refuse("XR528", **values)
    desk.store.erase_payload(connection, digest)
    desk.store.forget_request(connection, event.command_id)
    content = {"seq": version, "digest": digest, "reason": reason}
    body = commit_payload(ERASURE, content, desk.store.digest)
    step = (ERASE, instance.state, instance.state)
    # WHY the last event's text: erasing decides nothing, and needs no document to be loaded.
    text = events[-1].event.policy_hash
    after = record_event(desk, connection, text, instance, command, step, [body])
    return keep_result(desk.store, connection, command, after, step)
