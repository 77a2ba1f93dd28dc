"""A version of a subject that comes into force takes the place of the one that it revises.

INVARIANT: rows of a line are locked from newer to older, never the other way: a command locks its
own subject first, then the one that it revises.  Which revises which never changes, so there is
no circle to wait in, and two commands on both versions come one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting.host import SupersessionListener
from xbyx_rules.lifecycle import ActionRefused, Command, Refusal

from .chain import SUGGEST, SUPERSEDE, commit_payload, from_microseconds, to_microseconds
from .desk import Desk, Flow
from .payloads import REVISION, body_digest, named_subject
from .recording import record_event
from .results import refuse
from .rows import Instance, instance_of
from .store import Store
from .tasks import close_tasks

__all__ = [
    "check_day",
    "check_stands",
    "describe_version",
    "diagnose_superseded",
    "is_entry_into_force",
    "revisions_of",
    "supersede",
]


def revisions_of(
    store: Store, connection: Connection, ids: Iterable[str], *, is_locked: bool = False
) -> tuple[Instance, ...]:
    """The rows that revise one of some subjects, in a stable order."""
    table = store.tables.instance
    query = (
        select(table)
        .where(table.c.revises_id.in_(list(ids)), table.c.tenant == store.tenant)
        .order_by(table.c.revision, table.c.instance_id)
    )
    rows = connection.execute(query.with_for_update() if is_locked else query).all()
    return tuple(map(instance_of, rows))


def describe_version(instance: Instance) -> dict[str, object]:
    """A version as the body of an event names it: whose, and where its chain stood."""
    subject = instance.subject
    return {
        "subject": [subject.entity, subject.key, instance.revision],
        "version": instance.version,
        "event_hash": instance.head_hash,
    }


def diagnose_superseded(instance: Instance) -> Diagnostic | None:
    """XR684: a revision has taken a subject's place; None while none has."""
    if instance.superseded_at is None:
        return None
    day = from_microseconds(instance.superseded_at).date().isoformat()
    return Diagnostic("XR684", None, {"subject": str(instance.subject), "day": day})


def check_stands(instance: Instance) -> None:
    """Refuse what would move a subject on whose place was taken.

    Raises:
        ActionRefused: XR684.
    """
    problem = diagnose_superseded(instance)
    if problem is not None:
        raise ActionRefused(Refusal((problem,)))


def check_day(desk: Desk, connection: Connection, instance: Instance, at: datetime) -> None:
    """Refuse what is dated before a subject's last step.

    Raises:
        CommandRefused: XR529.
    """
    last = desk.store.find_last_event(connection, instance.id, but=SUGGEST, is_current=True)
    last_on = desk.day_of(from_microseconds(last.event.occurred_at)) if last else None
    if last_on is not None and desk.day_of(at) < last_on:
        refuse("XR529", day=desk.day_of(at).isoformat(), last=last_on.isoformat())


def is_entry_into_force(flow: Flow, source: str | None, target: str) -> bool:
    """Whether a step brings a subject into force."""
    in_force = flow.definition.lifecycle.approvals.in_force
    return target in in_force and source not in in_force


def supersede(
    desk: Desk, connection: Connection, command: Command, flow: Flow, source: str, after: Instance
) -> tuple[Instance, ...]:
    """Take the place of the version that a subject revises, where it has just come into force.

    Args:
        desk: the ledger.
        connection: in the command's transaction, with the subject's row locked.
        command: by which it came into force.
        flow: the subject's.
        source: the state before the step.
        after: the subject's row after it.

    Returns:
        The older version's row with the event that says so; nothing where nothing was to be done.

    Raises:
        CommandRefused: XR685, another revision was first.
    """
    if after.revises_id is None or not is_entry_into_force(flow, source, after.state):
        return ()
    old = desk.store.find_instance_by_id(connection, after.revises_id, is_locked=True)
    if old is None:
        raise RuntimeError("the row of a version that another revises is not there")
    if old.superseded_at is not None:
        if _superseded_by(desk.store, connection, old) == after.subject:
            return ()  # it had been in force before, and comes back into it
        return refuse("XR685", subject=str(after.subject), old=str(old.subject))
    body = commit_payload(REVISION, describe_version(after), desk.store.digest)
    step = (SUPERSEDE, old.state, old.state)
    text = flow.definition.policy_hash
    done = record_event(desk, connection, text, old, command, step, [body])
    _mark_superseded(desk.store, connection, done, to_microseconds(command.at))
    close_tasks(desk.store, connection, old.id, ((), None), command.at)
    if isinstance(desk.host, SupersessionListener):
        at = command.at.astimezone(ZoneInfo(desk.zone))
        desk.host.on_superseded(connection, old.subject, after.subject, at)
    return (done,)


def _mark_superseded(store: Store, connection: Connection, old: Instance, at: int) -> None:
    table = store.tables.instance
    row = update(table).where(table.c.instance_id == old.id)
    connection.execute(row.values(superseded_at=at))


def _superseded_by(store: Store, connection: Connection, old: Instance) -> Subject | None:
    events = store.events_by_action(connection, [old.id], SUPERSEDE)
    digest = body_digest(events[-1].event, REVISION) if events else None
    body = store.payloads_of(connection, [digest]).get(digest) if digest else None
    return named_subject(body.content) if body and body.content else None
