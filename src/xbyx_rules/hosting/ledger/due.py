"""When what is to be done in a state is due (时限), and the timers set when it is entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from xbyx_rules.calendars import day_before, due_day, due_instant, parse_deadline
from xbyx_rules.checking import CheckedTransition

from .chain import to_microseconds
from .desk import Desk, Flow
from .rows import Instance
from .statements import update_due
from .store import Store
from .timers import Timer, TimerKind, insert_timers

__all__ = ["Due", "find_dues", "set_timers", "write_due"]


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
    write_due(desk.store, connection, entered.id, entered.version, dues, version)


def write_due(
    store: Store,
    connection: Connection,
    instance_id: str,
    entry: int,
    dues: Iterable[Due],
    calendar_version: str,
) -> None:
    """Say in the tasks of an entry when they are due: by role, the earliest of its actions."""
    for role, due in _first_by_role(dues).items():
        whose = {"key": instance_id, "entry": entry, "role": role}
        values = {
            "due_at": due.at,
            "calendar_version": calendar_version or None,
            "due_provisional": int(due.is_provisional),
        }
        connection.execute(store.tables.prepared(update_due), {**whose, **values})


def _first_by_role(dues: Iterable[Due]) -> Mapping[str, Due]:
    first: dict[str, Due] = {}
    for one in dues:
        if one.kind == "remind":
            continue
        for role in one.transition.roles:
            if role not in first or one.at < first[role].at:
                first[role] = one
    return first
