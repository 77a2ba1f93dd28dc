"""Whose turn it is: seats opened when a state is entered, signed in, and closed when it is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.host import RoleDirectory
from xbyx_rules.lifecycle import Command, Effects, Snapshot

from .desk import Desk, Flow
from .due import set_timers
from .results import refuse
from .rows import Instance
from .seats import insert_signatures, save_seats
from .statuses import ACT, COPY, SIGN
from .tasks import Turn, close_tasks, open_tasks
from .vacancies import warn_of_vacancies

__all__ = ["MOST_SEATS", "describe_signature", "go_on", "open_turns", "sign"]

MOST_SEATS: Final = 50
"""Most who sign one state together; a directory that names more is wrong about the role."""


def sign(
    desk: Desk,
    connection: Connection,
    snapshot: Snapshot,
    effects: Effects,
    after: Instance,
    command: Command,
) -> None:
    """Write one of several signatures, and open the seats that waited for it."""
    seat = effects.seat
    if seat is None:
        return
    signed = (seat.number, command.action, after.version)
    signers = dict.fromkeys(one.id for one in command.persons)
    insert_signatures(desk.store, connection, after.id, snapshot.entry, signed, signers)
    seats = (snapshot.seats, effects.seats)
    save_seats(desk.store, connection, after.id, snapshot.entry, seats, command.at)


def go_on(
    desk: Desk,
    connection: Connection,
    flow: Flow,
    snapshot: Snapshot,
    effects: Effects,
    after: Instance,
    command: Command,
) -> None:
    """Close the seats of the state that was left and open those of the one that was entered."""
    roles = [role for role in effects.transition.roles if role in command.authority.roles]
    if effects.decision is not None:
        sign(desk, connection, snapshot, effects, after, command)
    seat = effects.seat.number if effects.seat else None
    # What falls due in a state is set when it is entered, for the actions with a time limit.
    has_timers = any(one.deadline for one in flow.definition.actions_in(snapshot.state))
    acted = (roles, seat)
    close_tasks(desk.store, connection, after.id, acted, command.at, has_timers=has_timers)
    open_turns(desk, connection, flow, after, command.at, copied=command.action)


def open_turns(
    desk: Desk,
    connection: Connection,
    flow: Flow,
    entered: Instance,
    at: datetime,
    *,
    copied: str = "",
) -> None:
    """Open the seats of the state that a subject has entered, and the copies of what was done.

    Args:
        desk: the ledger.
        connection: in the command's transaction.
        flow: the subject's.
        entered: the subject's row after it.
        at: when.
        copied: the action by which it was entered, of which copies are sent (抄送).
    """
    on = desk.day_of(at)
    turns = list(_turns(desk, connection, flow, entered, on))
    warn_of_vacancies(desk, connection, entered, [one.role for one in turns], on)
    for role in flow.definition.lifecycle.approvals.copies.get(copied, ()):
        organisation = desk.host.responsible(connection, entered.subject, role)
        turns.append(Turn(role, organisation, kind=COPY))
    open_tasks(desk.store, connection, entered, turns, at)
    set_timers(desk, connection, flow, entered, at)


def _turns(
    desk: Desk, connection: Connection, flow: Flow, entered: Instance, on: date
) -> Iterator[Turn]:
    definition, subject, state = flow.definition, entered.subject, entered.state
    signing = definition.lifecycle.approvals.signing(state)
    action = definition.lifecycle.transition(state, signing.action) if signing else None
    joint = action.roles if action else ()
    following = (role for one in definition.actions_in(state) for role in one.roles)
    number = 0
    # WHY the joint ones first, in the order their row names them: so they sign in turn.
    for role in dict.fromkeys((*joint, *following)):
        organisation = desk.host.responsible(connection, subject, role)
        if role not in joint:
            number += 1
            yield Turn(role, organisation, kind=ACT)
            continue
        for person in _holders(desk, connection, subject, role, on):
            number += 1
            is_in_turn = signing is not None and signing.quorum == "in_turn"
            waits_on = (number - 1,) if is_in_turn and number > 1 else ()
            yield Turn(role, organisation, person, SIGN, waits_on)


def _holders(
    desk: Desk, connection: Connection, subject: Subject, role: str, on: date
) -> tuple[str, ...]:
    """Who sign together in a role: each who holds it, else whoever does (one seat, not theirs)."""
    if not isinstance(desk.host, RoleDirectory):
        return ("",)
    found = tuple(dict.fromkeys(desk.host.holders(connection, subject, role, on=on) or ()))
    if len(found) > MOST_SEATS:
        refuse("XR538", role=role, count=str(len(found)), most=str(MOST_SEATS))
    return found or ("",)


def describe_signature(effects: Effects) -> dict[str, Any]:
    """A signature as a body: which seat, which way, and how many have signed how by then."""
    seat, seats = effects.seat, [one for one in effects.seats if not one.is_assist]
    return {
        "seat": seat.number if seat else 0,
        "role": seat.role if seat else "",
        "decision": effects.decision,
        "is_last": not effects.is_partial,
        "agreed": sum(one.status == "agreed" for one in seats),
        "rejected": sum(one.status == "rejected" for one in seats),
        "seats": len(seats),
    }
