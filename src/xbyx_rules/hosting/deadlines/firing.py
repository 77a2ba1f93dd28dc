"""Run the timers that are due: each a command with an id of its own, in its own transaction.

Any number of workers may.  A timer is locked with its subject's row and done once; who comes too
late, be it a worker after another or a timer after somebody's act, finds it gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, Diagnostic, HostError
from xbyx_rules.hosting.ledger import Ledger, Target
from xbyx_rules.hosting.ledger.acting import check_command, check_host_state
from xbyx_rules.hosting.ledger.chain import (
    OVERDUE,
    REMIND,
    commit_payload,
    from_microseconds,
    to_microseconds,
)
from xbyx_rules.hosting.ledger.desk import Desk, Flow
from xbyx_rules.hosting.ledger.naming import name_command
from xbyx_rules.hosting.ledger.payloads import TIMING
from xbyx_rules.hosting.ledger.recording import record_event
from xbyx_rules.hosting.ledger.results import check_sizes, conflict, keep_result
from xbyx_rules.hosting.ledger.rows import Instance
from xbyx_rules.hosting.ledger.seats import read_seats
from xbyx_rules.hosting.ledger.statuses import COPY, LAPSED, WAITING
from xbyx_rules.hosting.ledger.tasks import Turn, open_tasks
from xbyx_rules.hosting.ledger.timers import FIRED, Timer, change_timer, read_timers, to_timer
from xbyx_rules.hosting.ledger.transactions import read_in, write_in
from xbyx_rules.lifecycle import Actor, Command
from xbyx_rules.telemetry import watch_timer

from .rescheduling import find_moves, save_moves
from .results import DueTimer, TimerResult
from .telling import Notice, read_open_tasks

__all__ = ["due_timers", "run_timers"]

_PAGE: Final = 200
_ACTIONS: Final = {"remind": REMIND, "overdue": OVERDUE}


def due_timers(
    ledger: Ledger, target: Target, *, now: datetime, most: int = 100
) -> tuple[DueTimer, ...]:
    """The timers that are due, the earliest first; changes nothing.

    Raises:
        CommandRefused: XR518, `now` has no time zone.

    Example:
        >>> from datetime import UTC
        >>> from sqlalchemy import create_engine
        >>> ledger = Ledger({}, host=None, tenant="110108")  # type: ignore[arg-type]
        >>> engine = create_engine("sqlite://")
        >>> ledger.create_tables(engine)
        >>> due_timers(ledger, engine, now=datetime(2026, 3, 2, tzinfo=UTC))
        ()
    """
    _check_aware(now)
    instant = to_microseconds(now)

    def read(connection: Connection) -> tuple[DueTimer, ...]:
        return tuple(_read_page(ledger.desk, connection, instant, None, most))

    return read_in(target, read)


def run_timers(
    ledger: Ledger, target: Target, *, now: datetime, worker: str, most: int = 100
) -> tuple[TimerResult, ...]:
    """Run the timers that are due, the earliest first.

    None of them takes a step of a flow: what falls due reminds, is reported, and is on record.

    Args:
        ledger: whose.
        target: an Engine, then each timer is committed by itself; or the host's Connection or
            Session, which commits them all.
        now: the instant, aware.
        worker: the host's name of who runs them; it stands in the event.
        most: how many are done at most; those that are gone or refused don't count.

    Returns:
        What became of each that was looked at.

    Raises:
        CommandRefused: XR518, XR530 (`worker`).
    """
    _check_aware(now)
    check_sizes(worker=worker)
    results, done = [], 0
    for timer in _each_due(ledger.desk, target, to_microseconds(now)):
        result = _run(ledger.desk, target, timer, now, worker)
        results.append(result)
        done += result.outcome in ("fired", "moved")
        if done >= most:
            break
    return tuple(results)


def _check_aware(now: datetime) -> None:
    if now.utcoffset() is None:
        raise CommandRefused(Diagnostic("XR518"))


# --- which are due --------------------------------------------------------------------------------


def _each_due(desk: Desk, target: Target, now: int) -> Iterator[DueTimer]:
    """Those due, page by page; one that is refused is passed by, so that it keeps no other back."""
    last: DueTimer | None = None

    def read(connection: Connection) -> list[DueTimer]:
        return list(_read_page(desk, connection, now, last, _PAGE))

    while page := read_in(target, read):
        yield from page
        last = page[-1]


def _read_page(
    desk: Desk, connection: Connection, now: int, after: DueTimer | None, most: int
) -> Iterator[DueTimer]:
    timer, instance = desk.store.tables.timer, desk.store.tables.instance
    place = (timer.c.due_at, timer.c.instance_id, timer.c.entry_seq, timer.c.timer_no)
    query = (
        select(timer, instance.c.subject_kind, instance.c.subject_ref)
        .join(instance, instance.c.instance_id == timer.c.instance_id)
        .where(
            timer.c.tenant == desk.store.tenant,
            timer.c.timer_status == WAITING,
            timer.c.due_at <= now,
        )
        .order_by(*place)
        .limit(most)
    )
    if after is not None:
        due_at = to_microseconds(after.due_at)
        values = (due_at, after.instance_id, after.entry, after.number)
        # WHY spelled out: not every database compares rows of values.
        query = query.where(
            or_(
                *(
                    and_(*(place[i] == values[i] for i in range(n)), place[n] > values[n])
                    for n in range(len(place))
                )
            )
        )
    yield from map(_due_timer, connection.execute(query).all())


def _due_timer(row: Row[Any]) -> DueTimer:
    one = to_timer(row)
    return DueTimer(
        subject=Subject(row.subject_kind, row.subject_ref),
        instance_id=row.instance_id,
        entry=one.entry,
        number=one.number,
        kind=one.kind,
        action=one.action,
        due_at=from_microseconds(one.due_at),
        is_provisional=one.is_provisional,
    )


# --- one of them ----------------------------------------------------------------------------------


def _run(desk: Desk, target: Target, timer: DueTimer, now: datetime, worker: str) -> TimerResult:
    actor = Actor(worker, kind="timer")
    command = Command(timer.subject, _ACTIONS[timer.kind], actor, timer.command_id, now)
    with watch_timer(name_command(desk, command, is_typed=False)[0], timer.kind) as watch:
        try:
            result = write_in(target, lambda connection: _fire(desk, connection, timer, command))
        except (CommandRefused, HostError) as error:
            # WHY not raised: one subject that is not in order must not keep the others waiting.
            result = TimerResult(timer, "refused", diagnostics=tuple(error.diagnostics))
        codes = [one.code for one in result.diagnostics]
        watch.finish(result.outcome, version=result.version, codes=codes)
    return result


def _fire(desk: Desk, connection: Connection, due: DueTimer, command: Command) -> TimerResult:
    """Do what a timer is for, where it still waits and its entry still is the current one."""
    check_command(command)
    store = desk.store
    instance = store.find_instance_by_id(connection, due.instance_id, is_locked=True)
    if instance is None:
        return TimerResult(due, "gone")
    is_known = store.find_command(connection, command.command_id) is not None
    timers = read_timers(store, connection, instance.id, due.entry, is_locked=True)
    timer = next((one for one in timers if one.number == due.number), None)
    if timer is None or timer.status != WAITING:
        return TimerResult(due, "gone")
    if is_known:
        # Somebody else's command has taken the id that only this timer may have.
        conflict("XR514", command=command.command_id)
    flow = desk.flow_of(instance)
    check_host_state(desk, connection, flow, instance)
    lifecycle = flow.definition.lifecycle
    entry, _ = read_seats(
        store, connection, instance.id, lifecycle, instance.state, is_current=True
    )
    if entry != timer.entry:
        change_timer(store, connection, instance.id, replace(timer, status=LAPSED))
        return TimerResult(due, "gone")
    moves = find_moves(desk, connection, flow, instance, entry, timers)
    if moves.is_any:
        instance = save_moves(desk, connection, flow, instance, moves, command)
        timer = moves.after(timer)
        if timer.due_at > to_microseconds(command.at):
            return TimerResult(due, "moved", instance.version)
    return _record(desk, connection, flow, instance, timer, due, command)


def _record(
    desk: Desk,
    connection: Connection,
    flow: Flow,
    instance: Instance,
    timer: Timer,
    due: DueTimer,
    command: Command,
) -> TimerResult:
    store = desk.store
    notice = _notice_of(desk, connection, flow, instance, timer)
    body = commit_payload(TIMING, notice.as_body(), store.digest)
    step = (command.action, instance.state, instance.state)
    text = flow.definition.policy_hash
    after = record_event(
        desk, connection, text, instance, command, step, [body], told=notice.as_message()
    )
    if notice.reported_to:
        open_tasks(store, connection, after, notice.reported_to, command.at, entry=timer.entry)
    change_timer(store, connection, instance.id, replace(timer, status=FIRED))
    keep_result(store, connection, command, after, step)
    return TimerResult(due, "fired", after.version)


def _notice_of(
    desk: Desk, connection: Connection, flow: Flow, instance: Instance, timer: Timer
) -> Notice:
    lifecycle = flow.definition.lifecycle
    roles = next(
        one.roles
        for one in flow.definition.actions_in(instance.state)
        if one.action == timer.action
    )
    reported = lifecycle.approvals.escalations.get(timer.action, ())
    turns = tuple(
        Turn(role, desk.host.responsible(connection, instance.subject, role), kind=COPY)
        for role in (reported if timer.kind == "overdue" else ())
    )
    is_extended = timer.action in lifecycle.approvals.extendable
    tasks = read_open_tasks(
        desk.store, connection, instance.id, timer.entry, roles, has_added=is_extended
    )
    siblings = read_timers(desk.store, connection, instance.id, timer.entry, is_locked=True)
    ends = [one for one in siblings if (one.kind, one.action) == ("overdue", timer.action)]
    end = ends[0] if ends else timer
    return Notice(
        kind=timer.kind,
        action=timer.action,
        tasks=tasks,
        reported_to=turns,
        due_at=end.due_at,
        is_provisional=end.is_provisional,
        calendar_version=end.calendar_version,
    )
