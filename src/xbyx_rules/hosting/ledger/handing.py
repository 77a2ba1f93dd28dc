"""Seats handed on, added, removed, taken back: recorded, and never by skipping a step of the flow.

A free jump between states isn't among them, nor an approval by itself: an administrator can only
name somebody else for a seat, on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import Connection

from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting.host import RoleDirectory
from xbyx_rules.lifecycle import (
    RETRACT,
    ActionRefused,
    Command,
    Refusal,
    Seat,
    Snapshot,
    open_ready,
    sign_seat,
    tally_seats,
)

from .acting import check_command, check_host_state, check_version, opinion_of
from .chain import REASSIGN, commit_payload, has_moved
from .desk import Desk, Flow
from .due import write_added_due
from .payloads import HANDING, OPINION
from .recording import record_event
from .results import Receipt, check_sizes, conflict, keep_result, refuse, replay
from .rows import Instance
from .seats import delete_signatures, insert_seat, save_seats
from .succession import check_stands, is_entry_into_force
from .tasks import close_tasks
from .turns import MOST_SEATS, open_turns

__all__ = [
    "Position",
    "SeatWork",
    "add_signer",
    "begin_work",
    "check_own",
    "check_recipient",
    "hand_on",
    "remove_signer",
    "retract",
]

Position = Literal["before", "beside", "after"]
"""前加签, 并加签, 后加签: before one's own signature, beside it, or after it."""

_DRAWN_BACK: Final = {"zh": "已有人接着办理", "en": "somebody has gone on already"}


@dataclass(frozen=True, slots=True)
class SeatWork:
    """A subject whose row is locked, and who asks for what."""

    desk: Desk
    connection: Connection
    command: Command
    instance: Instance
    flow: Flow
    snapshot: Snapshot

    def seat(self, number: int, *, has_assists: bool = False) -> Seat:
        """A seat that has not signed; one entrusted (委派) with `has_assists` only: else XR540."""
        for one in self.snapshot.seats:
            is_meant = one.number == number and (has_assists or not one.is_assist)
            if is_meant and not one.is_signed:
                return one
        return refuse("XR540", subject=str(self.command.subject), seat=str(number))

    def save(self, seats: Sequence[Seat]) -> None:
        """Write what of the seats has changed."""
        before = self.snapshot.seats
        changed = (before, tuple(seats))
        entry, at = self.snapshot.entry, self.command.at
        save_seats(self.desk.store, self.connection, self.instance.id, entry, changed, at)

    def record(self, body: dict[str, Any], target: str | None = None) -> tuple[Instance, Receipt]:
        """Append the event and keep the result; the state stays unless `target` says otherwise."""
        digest = self.desk.store.digest
        bodies = [commit_payload(HANDING, body, digest)]
        opinion = opinion_of(self.command)
        if opinion:
            bodies.append(commit_payload(OPINION, opinion, digest))
        state = self.snapshot.state
        step = (self.command.action, state, target or state)
        text = self.flow.definition.policy_hash
        desk, connection, command = self.desk, self.connection, self.command
        after = record_event(desk, connection, text, self.instance, command, step, bodies)
        return after, keep_result(desk.store, connection, command, after, step)


def begin_work(desk: Desk, connection: Connection, command: Command) -> SeatWork | Receipt:
    """Lock the subject; what was done before under this id is done already.

    Raises:
        CommandRefused: XR503, XR512, XR513, XR520, XR530, XR684, XR686.
        ConflictError: XR514 to XR516.
    """
    check_command(command)
    instance = desk.store.find_instance(connection, command.subject, is_locked=True)
    done = replay(desk.store, connection, command)
    if done is not None:
        return done
    if instance is None:
        return refuse("XR686", subject=str(command.subject))
    if command.actor.kind == "model":
        return refuse("XR503", action=command.action)
    check_stands(instance)
    flow = desk.flow_of(instance)
    check_version(desk, connection, command, instance, instance.version)
    check_host_state(desk, connection, flow, instance)
    snapshot = desk.snapshot_of(connection, instance, flow, is_current=True)
    return SeatWork(desk, connection, command, instance, flow, snapshot)


# --- handed on ------------------------------------------------------------------------------------


def hand_on(desk: Desk, connection: Connection, command: Command, number: int, to: str) -> Receipt:
    """Give a seat to another person of its role: by whose it is (转办), or an administrator (改派).

    Raises:
        CommandRefused: XR505, XR533, XR534, XR536, XR540, XR545, and those of `begin_work`.
        ConflictError: XR514 to XR516.
    """
    work = begin_work(desk, connection, command)
    if isinstance(work, Receipt):
        return work
    seat = work.seat(number)
    if command.action == REASSIGN:
        _check_administrator(desk, command)
    else:
        check_own(work, seat)
    check_recipient(work, seat.role, to)
    seats = [replace(one, assignee=to) if one == seat else one for one in work.snapshot.seats]
    work.save(seats)
    body = {"seat": number, "role": seat.role, "before": seat.assignee or None, "after": to}
    return work.record(body)[1]


def _check_administrator(desk: Desk, command: Command) -> None:
    if desk.administrator is None or desk.administrator not in command.actor.roles:
        refuse("XR545")
    if not (command.comment or "").strip():
        refuse("XR505", action=command.action)


def check_own(work: SeatWork, seat: Seat) -> None:
    """Refuse what is somebody else's turn: XR534, or the role's or organisation's refusals."""
    actor, action = work.command.actor, work.command.action
    if seat.role not in actor.roles:
        refuse("XR502", action=action, roles=seat.role, principal=actor.id)
    if not seat.belongs_to(actor):
        refuse("XR534", action=action, assignee=seat.assignee)
    if seat.organisation not in ("", actor.organisation):
        values = {"organisation": seat.organisation, "actual": actor.organisation or "-"}
        refuse("XR506", action=action, roles=seat.role, **values)


def check_recipient(work: SeatWork, role: str, to: str) -> None:
    """Refuse one who has a seat, has signed, or doesn't hold the role: XR533, XR536."""
    check_sizes(actor_id=to)
    action = work.command.action
    seated = {one.assignee for one in work.snapshot.seats if not one.is_signed}
    signed = {person for one in work.snapshot.seats for person in one.signers}
    if to in signed | seated:
        refuse("XR533", action=action, person=to)
    host = work.desk.host
    if isinstance(host, RoleDirectory):
        on = work.desk.day_of(work.command.at)
        known = host.holders(work.connection, work.command.subject, role, on=on)
        if known is not None and to not in known:
            refuse("XR536", person=to, role=role)


# --- added and removed ----------------------------------------------------------------------------


def add_signer(
    desk: Desk,
    connection: Connection,
    command: Command,
    number: int,
    added: tuple[Position, str, str],
) -> Receipt:
    """Ask another person to sign, too (加签): (before, beside or after; who; in which role).

    Raises:
        CommandRefused: XR502, XR506, XR533, XR534, XR536 to XR538, XR540, and those of
            `begin_work`.
        ConflictError: XR514 to XR516.
    """
    work = begin_work(desk, connection, command)
    if isinstance(work, Receipt):
        return work
    position, to, role = added
    check_sizes(role_name=role)
    snapshot = work.snapshot
    seat = work.seat(number)
    check_own(work, seat)
    actions = work.flow.definition.actions_in(snapshot.state)
    extendable = work.flow.definition.lifecycle.approvals.extendable
    if not any(one.action in extendable and seat.role in one.roles for one in actions):
        refuse("XR537", state=snapshot.state)
    if len(snapshot.seats) >= MOST_SEATS:
        refuse("XR538", role=role, count=str(len(snapshot.seats) + 1), most=str(MOST_SEATS))
    check_recipient(work, role, to)
    made = Seat(
        number=desk.store.next_task_number(connection, work.instance.id, snapshot.entry),
        role=role,
        organisation=desk.host.responsible(connection, command.subject, role),
        assignee=to,
        added_by=command.actor.id,
        is_joint=seat.is_joint,
    )
    seats = _place(snapshot.seats, seat, made, position)
    (placed,) = (one for one in seats if one.number == made.number)
    insert_seat(desk.store, connection, work.instance.id, snapshot.entry, placed, command.at)
    entry = (work.instance.id, snapshot.entry)
    write_added_due(desk.store, connection, work.flow, entry, placed)
    work.save([one for one in seats if one.number != made.number])
    body = {"seat": made.number, "role": role, "after": to, "position": position, "by": number}
    return work.record(body)[1]


def _place(seats: Sequence[Seat], own: Seat, made: Seat, position: Position) -> tuple[Seat, ...]:
    """All seats with a new one: who waited for its maker waits for it, too."""
    if position == "before":
        made = replace(made, waits_on=own.waits_on)
        listed = [replace(one, waits_on=(made.number,)) if one == own else one for one in seats]
        return open_ready((*listed, made))
    made = replace(made, waits_on=(own.number,) if position == "after" else own.waits_on)
    listed = [
        replace(one, waits_on=(*one.waits_on, made.number)) if own.number in one.waits_on else one
        for one in seats
    ]
    return open_ready((*listed, made))


def remove_signer(desk: Desk, connection: Connection, command: Command, number: int) -> Receipt:
    """Leave out a signature that one has asked for oneself (减签), or what one has entrusted.

    Raises:
        CommandRefused: XR539, XR540, and those of `begin_work`.
        ConflictError: XR514 to XR516.
    """
    work = begin_work(desk, connection, command)
    if isinstance(work, Receipt):
        return work
    seat = work.seat(number, has_assists=True)
    # WHY the owner too: the seat may have been handed on since somebody was entrusted.
    owners = {one.assignee for one in work.snapshot.seats if number in one.waits_on}
    may = {seat.added_by, *(owners if seat.is_assist else ())}
    if command.actor.id not in may:
        zh, en = "这一席不是本人所加", "one has not added it oneself"
        refuse("XR539", reason=zh, reason_en=en)
    seats = [
        replace(one, waits_on=_without(one, seat))
        for one in work.snapshot.seats
        if one.number != number
    ]
    # WHY: what was waited for would then have come, and nobody be left to sign for it.
    signing = work.flow.definition.lifecycle.approvals.signing(work.snapshot.state)
    if tally_seats(seats, signing) != "pending":
        zh, en = "其余的人都已签署", "everybody else has signed"
        refuse("XR539", reason=zh, reason_en=en)
    work.save(open_ready(seats))
    return work.record({"seat": number, "role": seat.role, "before": seat.assignee})[1]


def _without(one: Seat, gone: Seat) -> tuple[int, ...]:
    """What a seat waits on when another is gone: what that one waited on, in its place."""
    if gone.number not in one.waits_on:
        return one.waits_on
    rest = (number for number in one.waits_on if number != gone.number)
    return tuple(dict.fromkeys((*rest, *gone.waits_on)))


# --- taken back -----------------------------------------------------------------------------------


def retract(desk: Desk, connection: Connection, command: Command) -> Receipt:
    """Take back (取回) one's signature among several, else the step one has taken last.

    Only what the flow's 取回 names, and only until somebody has gone on; in the middle of
    signatures too, which then are void.

    Raises:
        CommandRefused: XR544, and those of `begin_work`.
        ConflictError: XR514 to XR517.
    """
    work = begin_work(desk, connection, command)
    if isinstance(work, Receipt):
        return work
    person = command.actor.id
    signed = next((one for one in work.snapshot.seats if person in one.signers), None)
    if signed is not None:
        return _retract_signature(work, signed)
    return _retract_step(work)


def _retract_signature(work: SeatWork, seat: Seat) -> Receipt:
    entry, number = work.snapshot.entry, seat.number
    store, connection = work.desk.store, work.connection
    event = store.find_signature_event(connection, work.instance.id, entry, number)
    _check_retractable(work, event.action if event else "")
    after = [one for one in work.snapshot.seats if number in one.waits_on and one.is_signed]
    if after:
        raise _refused(_DRAWN_BACK)
    delete_signatures(store, connection, work.instance.id, entry, number)
    seats = sign_seat(work.snapshot.seats, number, "open")
    work.save(seats)
    return work.record({"seat": number, "role": seat.role, "before": seat.assignee or None})[1]


def _retract_step(work: SeatWork) -> Receipt:
    desk, connection, command = work.desk, work.connection, work.command
    past = desk.store.events_back(connection, work.instance.id, is_current=True)
    event = next((one.event for one in past if has_moved(one.event)), None)
    if event is None or command.actor.id not in (event.actor_id, event.principal_id):
        raise _refused({"zh": "上一步不是本人办理的", "en": "somebody else took the last step"})
    _check_retractable(work, event.action)
    source, state = event.source or "", work.snapshot.state
    lifecycle = work.flow.definition.lifecycle
    if lifecycle.approvals.signing(source) is not None:
        zh, en = "这一步是几人会签办成的", "several had signed for that step"
        raise _refused({"zh": zh, "en": en})
    if is_entry_into_force(work.flow, source, state):
        # WHY: what is in force stays so until a revision of it is.
        raise _refused({"zh": "已经生效，改动须走修订", "en": "it is in force: revise it"})
    if (state, RETRACT, source) not in work.flow.definition.beside:
        raise _refused(_DRAWN_BACK)
    if desk.host.write_state(connection, command.subject, state, source) != 1:
        conflict("XR517", subject=str(command.subject))
    after, receipt = work.record({"action": event.action, "version": event.seq}, source)
    close_tasks(desk.store, connection, after.id, ((), None), command.at)
    open_turns(desk, connection, work.flow, after, command.at)
    return receipt


def _check_retractable(work: SeatWork, action: str) -> None:
    if action not in work.flow.definition.lifecycle.approvals.retractable:
        zh, en = f"`{action}` 不在流程的 取回 里", f"the flow's 取回 doesn't name `{action}`"
        raise _refused({"zh": zh, "en": en})


def _refused(reason: dict[str, str]) -> ActionRefused:
    values = {"reason": reason["zh"], "reason_en": reason["en"]}
    return ActionRefused(Refusal((Diagnostic("XR544", None, values),)))
