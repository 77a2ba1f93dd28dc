"""Provisional days due found anew, once the calendar knows more: tasks and timers are moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from xbyx_rules.calendars import WorkingCalendar
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, Diagnostic, HostError
from xbyx_rules.hosting.ledger import Ledger, Target
from xbyx_rules.hosting.ledger.acting import check_command, check_host_state
from xbyx_rules.hosting.ledger.chain import RESCHEDULE, commit_payload, from_microseconds
from xbyx_rules.hosting.ledger.desk import Desk, Flow
from xbyx_rules.hosting.ledger.due import Due, find_dues, write_added_dues, write_due
from xbyx_rules.hosting.ledger.payloads import TIMING
from xbyx_rules.hosting.ledger.recording import record_event
from xbyx_rules.hosting.ledger.results import keep_result
from xbyx_rules.hosting.ledger.rows import Instance
from xbyx_rules.hosting.ledger.seats import read_seats
from xbyx_rules.hosting.ledger.statuses import WAITING
from xbyx_rules.hosting.ledger.timers import Timer, change_timer, read_timers
from xbyx_rules.hosting.ledger.transactions import read_in, write_in
from xbyx_rules.lifecycle import Actor, Command

__all__ = ["Moves", "Rescheduled", "find_moves", "recompute_deadlines", "save_moves"]


@dataclass(frozen=True, slots=True)
class Moves:
    """The waiting timers of an entry under another calendar: (before, after), and the tasks' days.

    Args:
        entry: number of the event by which the state was entered.
        pairs: each timer that was provisional under another version of the calendar.
        dues: what is due when, by the calendar of now.
    """

    entry: int
    pairs: tuple[tuple[Timer, Timer], ...]
    dues: tuple[Due, ...]

    @property
    def is_any(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.pairs)

    @property
    def changed(self) -> tuple[tuple[Timer, Timer], ...]:
        """Those whose instant or certainty is another; of the others only the version is."""
        return tuple(
            (old, new)
            for old, new in self.pairs
            if (old.due_at, old.is_provisional) != (new.due_at, new.is_provisional)
        )

    def after(self, timer: Timer) -> Timer:
        """A timer as it is after; the same where it wasn't provisional."""
        return next((new for old, new in self.pairs if old.number == timer.number), timer)


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """What was found anew for one subject.

    Args:
        subject: whose.
        outcome: ``found``, nothing was written yet; ``moved``; ``refused``, see `diagnostics`.
        moved: (kind, action, due before, due after, whether still provisional).
        version: number of the event; None where there is none.
        diagnostics: why it was refused.
    """

    subject: Subject
    outcome: Literal["found", "moved", "refused"]
    moved: tuple[tuple[str, str, datetime, datetime, bool], ...] = ()
    version: int | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def recompute_deadlines(
    ledger: Ledger,
    target: Target,
    calendar: WorkingCalendar,
    *,
    at: datetime,
    actor: Actor,
    is_dry: bool = True,
) -> tuple[Rescheduled, ...]:
    """Find provisional days due anew; each subject in its own transaction with an Engine.

    Args:
        ledger: whose.
        target: Engine, Connection or Session.
        calendar: the one that counts from now on; give it to the ledger, too.
        at: when, aware.
        actor: in whose name; a person or the host's timer, never a model.
        is_dry: whether nothing is to be written.

    Returns:
        Each subject with a day due or a certainty that is another now.

    Raises:
        CommandRefused: XR503, XR518.
    """
    if at.utcoffset() is None:
        raise CommandRefused(Diagnostic("XR518"))
    if actor.kind == "model":
        raise CommandRefused(Diagnostic("XR503", None, {"action": RESCHEDULE}))
    desk = replace(ledger.desk, calendar=calendar)
    found = []
    for instance_id, entry in read_in(target, lambda connection: _list_entries(desk, connection)):
        result = _recompute(desk, target, (instance_id, entry), (at, actor), is_dry=is_dry)
        if result is not None:
            found.append(result)
    return tuple(found)


def find_moves(
    desk: Desk,
    connection: Connection,
    flow: Flow,
    instance: Instance,
    entry: int,
    timers: Iterable[Timer],
) -> Moves:
    """What the desk's calendar makes of the provisional timers that wait; writes nothing."""
    version = desk.calendar.version
    # WHY: a program that was given no calendar knows no better than the one that set them.
    knows = bool(desk.calendar.years or desk.calendar.days)
    stale = [
        one
        for one in timers
        if knows
        and one.status == WAITING
        and one.is_provisional
        and one.calendar_version != version
    ]
    began = desk.store.find_event(connection, instance.id, entry) if stale else None
    if began is None:
        return Moves(entry, (), ())
    # WHY from the day of arrival: a day that was wrong before is not to be counted on from.
    arrived = desk.day_of(from_microseconds(began.event.occurred_at))
    dues = find_dues(desk, flow, instance.state, arrived)
    by_name = {(one.kind, one.transition.action): one for one in dues}
    pairs = []
    for old in stale:
        due = by_name.get((old.kind, old.action))
        if due is not None:
            new = replace(old, due_at=due.at, is_provisional=due.is_provisional)
            pairs.append((old, replace(new, calendar_version=version)))
    return Moves(entry, tuple(pairs), dues)


def save_moves(
    desk: Desk,
    connection: Connection,
    flow: Flow,
    instance: Instance,
    moves: Moves,
    asked: Command,
) -> Instance:
    """Write what was found: timers, tasks, and an event where anything is another than before.

    Args:
        desk: the ledger, with the calendar that counts now.
        connection: in a transaction, with the subject's row locked.
        flow: the subject's.
        instance: its row.
        moves: what was found.
        asked: in whose name and when.

    Returns:
        The subject's row after it.
    """
    store, version = desk.store, desk.calendar.version
    for _, new in moves.pairs:
        change_timer(store, connection, instance.id, new)
    entry = (instance.id, moves.entry)
    write_due(store, connection, entry, moves.dues, version)
    write_added_dues(store, connection, flow, entry, moves.dues, version)
    if not moves.changed:
        return instance
    command = Command(
        instance.subject,
        RESCHEDULE,
        asked.actor,
        # WHY the event's number: under the lock there is one such command for it, and no other.
        f"reschedule:{instance.id}:{instance.version + 1}",
        asked.at,
    )
    body = commit_payload(TIMING, _describe(moves, version), store.digest)
    step = (RESCHEDULE, instance.state, instance.state)
    text = flow.definition.policy_hash
    after = record_event(desk, connection, text, instance, command, step, [body])
    keep_result(store, connection, command, after, step)
    return after


def _describe(moves: Moves, version: str) -> dict[str, Any]:
    return {
        "kind": "reschedule",
        "calendar": version,
        "moved": [
            {
                "kind": new.kind,
                "action": new.action,
                "before": from_microseconds(old.due_at).isoformat(),
                "after": from_microseconds(new.due_at).isoformat(),
                "is_provisional": new.is_provisional,
            }
            for old, new in moves.changed
        ],
    }


def _list_entries(desk: Desk, connection: Connection) -> list[tuple[str, int]]:
    timer = desk.store.tables.timer
    query = (
        select(timer.c.instance_id, timer.c.entry_seq)
        .where(
            timer.c.tenant == desk.store.tenant,
            timer.c.timer_status == WAITING,
            timer.c.due_provisional == 1,
            timer.c.calendar_version != desk.calendar.version,
        )
        .distinct()
        .order_by(timer.c.instance_id, timer.c.entry_seq)
    )
    return [(row.instance_id, row.entry_seq) for row in connection.execute(query)]


def _recompute(
    desk: Desk,
    target: Target,
    entry: tuple[str, int],
    asked: tuple[datetime, Actor],
    *,
    is_dry: bool,
) -> Rescheduled | None:
    subjects: list[Subject] = []

    def work(connection: Connection) -> Rescheduled | None:
        store = desk.store
        instance = store.find_instance_by_id(connection, entry[0], is_locked=not is_dry)
        if instance is None:
            return None
        subjects.append(instance.subject)
        command = Command(instance.subject, RESCHEDULE, asked[1], "reschedule", asked[0])
        return _recompute_entry(desk, connection, instance, entry[1], command, is_dry=is_dry)

    try:
        return (read_in if is_dry else write_in)(target, work)
    except (CommandRefused, HostError) as error:
        return Rescheduled(subjects[-1], "refused", diagnostics=tuple(error.diagnostics))


def _recompute_entry(
    desk: Desk,
    connection: Connection,
    instance: Instance,
    entry: int,
    command: Command,
    *,
    is_dry: bool,
) -> Rescheduled | None:
    check_command(command)
    flow = desk.flow_of(instance)
    check_host_state(desk, connection, flow, instance)
    lifecycle = flow.definition.lifecycle
    current, _ = read_seats(
        desk.store, connection, instance.id, lifecycle, instance.state, is_current=not is_dry
    )
    if current != entry:  # somebody has acted meanwhile
        return None
    timers = read_timers(desk.store, connection, instance.id, entry, is_locked=not is_dry)
    moves = find_moves(desk, connection, flow, instance, entry, timers)
    moved = tuple(
        (
            new.kind,
            new.action,
            from_microseconds(old.due_at),
            from_microseconds(new.due_at),
            new.is_provisional,
        )
        for old, new in moves.changed
    )
    if is_dry:
        return Rescheduled(instance.subject, "found", moved) if moved else None
    after = save_moves(desk, connection, flow, instance, moves, command) if moves.is_any else None
    if after is None or not moved:
        return None
    return Rescheduled(instance.subject, "moved", moved, after.version)
