"""Decide about a parked message by a command of its own: the chain says who did, and why."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import Connection, update

from xbyx_rules.lifecycle import Command

from .acting import check_command
from .chain import RETRY, SKIP, commit_payload, to_microseconds
from .desk import Desk
from .messages import PARKED, SKIPPED, WAITING
from .payloads import DELIVERY, OPINION
from .recording import record_event
from .results import Receipt, keep_result, refuse, replay
from .rows import Instance

__all__ = ["ACTIONS", "Decision", "unpark_message"]

Decision = Literal["retry", "skip"]
"""What becomes of a parked message: delivered after all, or left out."""

ACTIONS: Final[dict[str, str]] = {"retry": RETRY, "skip": SKIP}


def unpark_message(
    desk: Desk, connection: Connection, command: Command, *, version: int, number: int
) -> Receipt:
    """Let a parked message be delivered again, or leave it out; `command.comment` is the reason.

    Raises:
        CommandRefused: XR503, XR505, XR530, XR583.
        ConflictError: XR514.
    """
    check_command(command)
    instance = desk.store.find_instance(connection, command.subject, is_locked=True)
    done = replay(desk.store, connection, command)
    if done is not None:
        return done
    if command.actor.kind == "model":
        refuse("XR503", action=command.action)
    if not (command.comment or "").strip():
        refuse("XR505", action=command.action)
    last = desk.store.find_last_event(connection, instance.id) if instance else None
    if instance is None or last is None:
        refuse("XR583", subject=str(command.subject), sequence=str(version))
    if not _change_message(desk, connection, instance, command, version, number):
        refuse("XR583", subject=str(command.subject), sequence=str(version))
    about = {"seq": version, "message": number, "decision": command.action}
    digest = desk.store.digest
    bodies = [
        commit_payload(DELIVERY, about, digest),
        # WHY apart from the decision: a reason is a person's text, and can be erased as one.
        commit_payload(OPINION, {"comment": command.comment, "evidence": []}, digest),
    ]
    step = (command.action, instance.state, instance.state)
    # WHY the last event's text: nothing is decided by rules, and no document has to be loaded.
    text = last.event.policy_hash
    after = record_event(desk, connection, text, instance, command, step, bodies)
    return keep_result(desk.store, connection, command, after, step)


def _change_message(
    desk: Desk,
    connection: Connection,
    instance: Instance,
    command: Command,
    version: int,
    number: int,
) -> bool:
    table = desk.store.tables.outbox
    parked = update(table).where(
        table.c.instance_id == instance.id,
        table.c.seq == version,
        table.c.message_no == number,
        table.c.message_status == PARKED,
    )
    if command.action == RETRY:
        change = parked.values(message_status=WAITING, attempts=0, closed_at=None)
    else:
        change = parked.values(message_status=SKIPPED, closed_at=to_microseconds(command.at))
    return bool(connection.execute(change).rowcount == 1)
