"""A seat's work entrusted to somebody and given back (委派): they prepare, its owner decides.

Not a signature: whoever prepares neither agrees nor rejects, and the step is the owner's as before.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from xbyx_rules.lifecycle import Command, Seat, open_ready

from .desk import Desk
from .due import write_added_due
from .handing import SeatWork, begin_work, check_own, check_recipient
from .results import Receipt, check_sizes, refuse
from .seats import insert_seat
from .turns import MOST_SEATS

__all__ = ["entrust", "give_back"]


def entrust(
    desk: Desk, connection: Connection, command: Command, number: int, to: str, role: str
) -> Receipt:
    """Have another person prepare what one's own seat decides (委派); until then it waits.

    Raises:
        CommandRefused: XR502, XR506, XR533, XR534, XR536, XR538, XR540, and those of `begin_work`.
        ConflictError: XR514 to XR516.
    """
    work = begin_work(desk, connection, command)
    if isinstance(work, Receipt):
        return work
    check_sizes(role_name=role)
    snapshot, owner = work.snapshot, work.seat(number)
    check_own(work, owner)
    if to == command.actor.id:
        refuse("XR533", action=command.action, person=to)
    check_recipient(work, role, to)
    if len(snapshot.seats) >= MOST_SEATS:
        refuse("XR538", role=role, count=str(len(snapshot.seats) + 1), most=str(MOST_SEATS))
    made = Seat(
        number=desk.store.next_task_number(connection, work.instance.id, snapshot.entry),
        role=role,
        organisation=desk.host.responsible(connection, command.subject, role),
        assignee=to,
        added_by=command.actor.id,
        is_assist=True,
    )
    # WHY named: it is to come back to whoever gave it away, not to anybody of the role.
    waiting = replace(owner, assignee=command.actor.id, waits_on=(*owner.waits_on, made.number))
    seats = open_ready((*(waiting if one == owner else one for one in snapshot.seats), made))
    insert_seat(desk.store, connection, work.instance.id, snapshot.entry, made, command.at)
    entry = (work.instance.id, snapshot.entry)
    write_added_due(desk.store, connection, work.flow, entry, made)
    work.save([one for one in seats if one.number != made.number])
    body = {"seat": made.number, "role": role, "after": to, "by": number}
    return work.record(body)[1]


def give_back(desk: Desk, connection: Connection, command: Command, number: int) -> Receipt:
    """Give back what one was entrusted with, with what one has found (交回); its owner decides.

    Raises:
        CommandRefused: XR505, XR502, XR506, XR534, XR540, and those of `begin_work`.
        ConflictError: XR514 to XR516.
    """
    work = begin_work(desk, connection, command)
    if isinstance(work, Receipt):
        return work
    seat = _find_assist(work, number)
    check_own(work, seat)
    if not (command.comment or "").strip():
        refuse("XR505", action=command.action)
    done = replace(seat, status="agreed")
    work.save(open_ready([done if one == seat else one for one in work.snapshot.seats]))
    return work.record({"seat": number, "role": seat.role, "before": seat.assignee})[1]


def _find_assist(work: SeatWork, number: int) -> Seat:
    """What was entrusted and not given back: else XR540."""
    for one in work.snapshot.seats:
        if one.number == number and one.is_assist and not one.is_signed:
            return one
    return refuse("XR540", subject=str(work.command.subject), seat=str(number))
