"""Remind by hand (催办): whoever waits for an answer asks those whose turn it is, once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.ledger import Ledger, Receipt, Target
from xbyx_rules.hosting.ledger.acting import check_command, check_host_state
from xbyx_rules.hosting.ledger.chain import REMIND, commit_payload, from_microseconds
from xbyx_rules.hosting.ledger.desk import Desk
from xbyx_rules.hosting.ledger.payloads import TIMING
from xbyx_rules.hosting.ledger.recording import record_event
from xbyx_rules.hosting.ledger.results import keep_result, refuse, replay
from xbyx_rules.hosting.ledger.rows import Instance
from xbyx_rules.hosting.ledger.running import run_command
from xbyx_rules.lifecycle import Actor, Command, Snapshot

from .telling import Notice, read_open_tasks

__all__ = ["remind"]


def remind(
    ledger: Ledger,
    target: Target,
    subject: Subject,
    *,
    actor: Actor,
    command_id: str,
    at: datetime,
) -> Receipt:
    """Remind those whose turn it is; an event and a message, and the state stays as it is.

    Args:
        ledger: the subject's.
        target: Engine, Connection or Session.
        subject: what waits.
        actor: who submitted it, or a holder of the ledger's administrator role.
        command_id: sent again with the same id it returns the same receipt.
        at: when, aware; its date in the ledger's zone is the day that counts.

    Returns:
        What was done.

    Raises:
        CommandRefused: XR503, XR512, XR513, XR518, XR520, XR530, XR668 to XR670, XR686.
        ConflictError: XR514, XR516, XR517.
    """
    command = Command(subject, REMIND, actor, command_id, at)
    desk = ledger.desk
    return run_command(desk, target, command, lambda connection: _remind(desk, connection, command))


def _remind(desk: Desk, connection: Connection, command: Command) -> Receipt:
    check_command(command)
    store = desk.store
    instance = store.find_instance(connection, command.subject, is_locked=True)
    done = replay(store, connection, command)
    if done is not None:
        return done
    if instance is None:
        refuse("XR686", subject=str(command.subject))
    if command.actor.kind == "model":
        refuse("XR503", action=command.action)
    flow = desk.flow_of(instance)
    check_host_state(desk, connection, flow, instance)
    snapshot = desk.snapshot_of(connection, instance, flow, is_current=True)
    _check_may(desk, snapshot, command)
    tasks = read_open_tasks(store, connection, instance.id, snapshot.entry)
    if not tasks:
        refuse("XR670", subject=str(command.subject), state=instance.state)
    _check_day(desk, connection, instance, snapshot.entry, command)
    limited = [one for one in tasks if one.due_at is not None]
    first = min(limited, key=lambda one: int(one.due_at), default=None)
    notice = Notice(
        kind="by_hand",
        action="",
        tasks=tasks,
        due_at=first.due_at if first else None,
        is_provisional=bool(first and first.due_provisional),
        calendar_version=(first.calendar_version or "") if first else "",
    )
    body = commit_payload(TIMING, notice.as_body(), store.digest)
    step = (command.action, instance.state, instance.state)
    text, told = flow.definition.policy_hash, notice.as_message()
    after = record_event(desk, connection, text, instance, command, step, [body], told=told)
    return keep_result(store, connection, command, after, step)


def _check_may(desk: Desk, snapshot: Snapshot, command: Command) -> None:
    """Refuse one who has not submitted the subject and administers nothing: XR668."""
    actor = command.actor
    is_administrator = desk.administrator is not None and desk.administrator in actor.roles
    if not is_administrator and actor.id not in {one.id for one in snapshot.submitters}:
        refuse("XR668", subject=str(command.subject), actor=actor.id)


def _check_day(
    desk: Desk, connection: Connection, instance: Instance, entry: int, command: Command
) -> None:
    """Refuse a second reminder by hand on one day, since the state was entered: XR669."""
    today = desk.day_of(command.at)
    for one in desk.store.events_by_action(connection, [instance.id], REMIND, is_current=True):
        event = one.event
        is_by_hand = event.seq > entry and event.actor_kind != "timer"
        if is_by_hand and desk.day_of(from_microseconds(event.occurred_at)) == today:
            refuse("XR669", subject=str(command.subject), day=today.isoformat())
