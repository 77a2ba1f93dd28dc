"""When what is to be done in a state is due (时限), and the timers set when it is entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from xbyx_rules.calendars import day_before, due_day, due_instant, parse_deadline
from xbyx_rules.checking import CheckedTransition
from xbyx_rules.lifecycle import Seat

from .chain import to_microseconds
from .desk import Desk, Flow
from .rows import Instance
from .statements import update_due
from .statuses import ASSIST, COPY
from .store import Store
from .timers import Timer, TimerKind, insert_timers, read_timers

__all__ = ["Due", "find_dues", "set_timers", "write_added_due", "write_added_dues", "write_due"]


@dataclass(frozen=True, slots=True)
class Due:
    """When one action is due, or those whose turn it is are reminded of it.

    Args:
        transition: the action.
        kind: ``remind`` or ``overdue``.
        at: the first instant at which it is time to remind, or too late; UTC microseconds.
        is_provisional: whether the calendar didn't know a day that was counted.
    """

    transition: CheckedTransition
    kind: TimerKind
    at: int
    is_provisional: bool


def find_dues(desk: Desk, flow: Flow, state: str, arrived: date) -> tuple[Due, ...]:
    """What falls due in a state, action by action, the reminder before the end.

    Args:
        desk: the ledger, with its calendar.
        flow: the subject's.
        state: where it is.
        arrived: the day on which it came there, in the ledger's zone.

    Raises:
        HostError: XR664, a day lies beyond what dates reach.
    """
    zone, found = ZoneInfo(desk.zone), []
    for transition in flow.definition.actions_in(state):
        limit = parse_deadline(transition.deadline)
        if limit is None:
            continue
        due = due_day(arrived, limit, desk.calendar)
        words = flow.definition.lifecycle.approvals.reminders.get(transition.action, "")
        lead = parse_deadline(words)
        if lead is not None:
            before = day_before(due.day, lead, desk.calendar)
            # WHY the day's own beginning: at which hour people are told is the host's affair.
            at = to_microseconds(due_instant(before.day - timedelta(days=1), zone))
            is_provisional = due.is_provisional or before.is_provisional
            found.append(Due(transition, "remind", at, is_provisional))
        at = to_microseconds(due_instant(due.day, zone))
        found.append(Due(transition, "overdue", at, due.is_provisional))
    return tuple(found)


def set_timers(
    desk: Desk, connection: Connection, flow: Flow, entered: Instance, at: datetime
) -> None:
    """Set the timers of the state that a subject has entered, and say in its tasks what is due.

    A reminder whose time has passed by then is left out: whoever it is for has just got the task.

    Raises:
        HostError: XR664.
    """
    dues = find_dues(desk, flow, entered.state, desk.day_of(at))
    if not dues:
        return
    now, version = to_microseconds(at), desk.calendar.version
    kept = [one for one in dues if one.kind == "overdue" or one.at > now]
    timers = [
        Timer(
            entry=entered.version,
            number=number,
            kind=one.kind,
            action=one.transition.action,
            due_at=one.at,
            calendar_version=version,
            is_provisional=one.is_provisional,
        )
        for number, one in enumerate(kept, start=1)
    ]
    insert_timers(desk.store, connection, entered, timers)
    write_due(desk.store, connection, (entered.id, entered.version), dues, version)


def write_due(
    store: Store,
    connection: Connection,
    entry: tuple[str, int],
    dues: Iterable[Due],
    calendar_version: str,
) -> None:
    """Say in the tasks of an entry when they are due: by role, the earliest of its actions.

    Args:
        store: the ledger's rows.
        connection: in the command's transaction.
        entry: the key of the subject's row, and the number of the event it came there by.
        dues: what is due when.
        calendar_version: of the calendar that gave them.
    """
    for role, due in _first_by_role(dues).items():
        whose = {"key": entry[0], "entry": entry[1], "role": role}
        values = _due_values(due.at, calendar_version, is_provisional=due.is_provisional)
        connection.execute(store.tables.prepared(update_due), {**whose, **values})


def write_added_dues(
    store: Store,
    connection: Connection,
    flow: Flow,
    entry: tuple[str, int],
    dues: Iterable[Due],
    calendar_version: str,
) -> None:
    """Say in the tasks that were added to an entry when they are due.

    One that was asked for (加签) is due with the actions that it was asked for, and what was
    entrusted (委派) with the first of all: its owner may take any.

    Args:
        store: the ledger's rows.
        connection: in the command's transaction.
        flow: the subject's.
        entry: as for `write_due`.
        dues: what is due when.
        calendar_version: of the calendar that gave them.
    """
    table, ends = store.tables.task, [one for one in dues if one.kind == "overdue"]
    extendable = flow.definition.lifecycle.approvals.extendable
    asked = [one for one in ends if one.transition.action in extendable]
    for listed, is_kind in (
        (asked, table.c.task_kind.not_in((COPY, ASSIST))),
        (ends, table.c.task_kind == ASSIST),
    ):
        if not listed:
            continue
        due = min(listed, key=lambda one: one.at)
        task = update(table).where(
            table.c.instance_id == entry[0],
            table.c.entry_seq == entry[1],
            table.c.added_by.is_not(None),
            is_kind,
        )
        values = _due_values(due.at, calendar_version, is_provisional=due.is_provisional)
        connection.execute(task.values(**values))


def write_added_due(
    store: Store, connection: Connection, flow: Flow, entry: tuple[str, int], seat: Seat
) -> None:
    """Say in the task of a seat just added (加签, 委派) when it is due, as the timers have it.

    Args:
        store: the ledger's rows.
        connection: in the command's transaction, with the subject's row locked.
        flow: the subject's.
        entry: as for `write_due`.
        seat: the one that was added.
    """
    extendable = flow.definition.lifecycle.approvals.extendable
    # WHY from the timers, not counted anew: it is the same limit, by whatever calendar it was set.
    timers = read_timers(store, connection, *entry, is_locked=True)
    ends = [
        one
        for one in timers
        if one.kind == "overdue" and (seat.is_assist or one.action in extendable)
    ]
    if not ends:
        return
    first = min(ends, key=lambda one: one.due_at)
    table = store.tables.task
    task = update(table).where(
        table.c.instance_id == entry[0],
        table.c.entry_seq == entry[1],
        table.c.task_no == seat.number,
    )
    is_provisional = first.is_provisional
    values = _due_values(first.due_at, first.calendar_version, is_provisional=is_provisional)
    connection.execute(task.values(**values))


def _due_values(at: int, calendar_version: str, *, is_provisional: bool) -> dict[str, Any]:
    return {
        "due_at": at,
        "calendar_version": calendar_version or None,
        "due_provisional": int(is_provisional),
    }


def _first_by_role(dues: Iterable[Due]) -> Mapping[str, Due]:
    first: dict[str, Due] = {}
    for one in dues:
        if one.kind == "remind":
            continue
        for role in one.transition.roles:
            if role not in first or one.at < first[role].at:
                first[role] = one
    return first
