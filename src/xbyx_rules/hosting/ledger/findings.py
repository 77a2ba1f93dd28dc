"""What a check (核查) has found about a subject, on record: an event that moves nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import Command

from .acting import check_command, start
from .chain import LOOK, commit_payload
from .desk import Desk
from .payloads import FINDING, body_digest, read_body
from .recording import record_event
from .results import Receipt, keep_result, replay
from .store import Store

__all__ = ["keep_finding", "read_findings"]


def keep_finding(
    desk: Desk, connection: Connection, command: Command, finding: Mapping[str, object]
) -> Receipt:
    """Append a finding to a subject's chain; the first one takes the subject into the ledger.

    Raises:
        CommandRefused: as `start`.
        ConflictError: XR514.
    """
    check_command(command)
    instance = desk.store.find_instance(connection, command.subject, is_locked=True)
    body = commit_payload(FINDING, dict(finding), desk.store.digest)
    if instance is None:
        return start(desk, connection, command, [body])
    done = replay(desk.store, connection, command)
    if done is not None:
        return done
    step = (LOOK, instance.state, instance.state)
    text = desk.flow_of(instance).definition.policy_hash
    after = record_event(desk, connection, text, instance, command, step, [body])
    return keep_result(desk.store, connection, command, after, step)


def read_findings(
    store: Store, connection: Connection, subject: Subject
) -> tuple[Mapping[str, object] | None, ...]:
    """A subject's findings, the oldest first; None for one that was erased."""
    instance = store.find_instance(connection, subject)
    if instance is None:
        return ()
    events = [one.event for one in store.events_of(connection, instance.id)]
    return tuple(
        read_body(store, connection, event, FINDING)
        for event in events
        if body_digest(event, FINDING) is not None
    )
