"""One command, five steps: lock, look the id up, decide, write, and hand back to the transaction.

The order is the design: the id is looked up *after* the lock, or a command sent twice would be
told that its state is wrong; the host's column is compared and set, never just set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.deciding.receipts import watch_case
from xbyx_rules.hosting.host import TransitionListener
from xbyx_rules.lifecycle import (
    ActionRefused,
    Command,
    Refusal,
    decide_command,
    receipt_of,
)

from .agency import commit_agency
from .chain import START, Payload, commit_payload
from .desk import Desk, Flow
from .payloads import OPINION, RECEIPT, SIGNING
from .recording import record_event
from .results import Receipt, check_sizes, conflict, keep_result, refuse, replay
from .rows import Instance
from .submissions import commit_version
from .succession import check_stands, supersede
from .turns import describe_signature, go_on, open_turns, sign

__all__ = [
    "carry_out",
    "check_command",
    "check_host_state",
    "check_version",
    "opinion_of",
    "read_host_state",
    "record_start",
    "start",
]


def carry_out(desk: Desk, connection: Connection, command: Command) -> Receipt:
    """Carry out a command in the transaction that `connection` is in.

    Raises:
        ActionRefused: the flow or its rules don't allow it.
        ConflictError: XR514 to XR517.
        CommandRefused: XR511 to XR513, XR519, XR520, XR530.
    """
    check_command(command)
    # 1. Lock.
    instance, seen_version = _lock(desk, connection, command)
    # 2. Look the id up.
    done = replay(desk.store, connection, command)
    if done is not None:
        return done
    # 3. Check, read, decide.
    check_stands(instance)
    flow = desk.flow_of(instance)
    check_version(desk, connection, command, instance, seen_version)
    check_host_state(desk, connection, flow, instance)
    on = desk.day_of(command.at)
    case = watch_case(desk.read_case(connection, command.subject, flow, on=on, is_locking=True))
    snapshot = desk.snapshot_of(connection, instance, flow, action=command.action, is_current=True)
    guards = desk.gather_guards(connection, flow, snapshot, command, case)
    decided = decide_command(flow.definition, snapshot, command, guards)
    if isinstance(decided, Refusal):
        raise ActionRefused(decided)
    # 4. Write: the host's column, the event with its bodies, whose turn it is, the result.
    if not decided.is_partial:
        changed = desk.host.write_state(connection, command.subject, decided.source, decided.target)
        if changed != 1:
            conflict("XR517", subject=str(command.subject))
    vocabulary = flow.policy.checked.vocabulary
    receipt = receipt_of(guards, command, case, vocabulary=vocabulary, rules=flow.rules)
    digest = desk.store.digest
    bodies = [commit_payload(RECEIPT, receipt, digest)]
    opinion = opinion_of(command)
    if opinion:
        bodies.append(commit_payload(OPINION, opinion, digest))
    if decided.decision is not None and decided.seat is not None:
        signed = describe_signature(decided)
        bodies.append(commit_payload(SIGNING, signed, digest))
    bodies.extend(commit_agency(decided, command, guards, digest))
    # WHY after the receipt: reading every term would count as having decided on each.
    bodies += commit_version(desk, connection, flow, instance, decided.target, case)
    step = (command.action, decided.source, decided.target)
    text = flow.definition.policy_hash
    after = record_event(desk, connection, text, instance, command, step, bodies)
    older: tuple[Instance, ...] = ()
    if decided.is_partial:
        sign(desk, connection, snapshot, decided, after, command)
    else:
        go_on(desk, connection, flow, snapshot, decided, after, command)
        if isinstance(desk.host, TransitionListener):
            at = command.at.astimezone(ZoneInfo(desk.zone))
            desk.host.on_transition(connection, command.subject, decided.transition, at)
        older = supersede(desk, connection, command, flow, decided.source, after)
    # 5. The transaction's owner commits.
    return keep_result(desk.store, connection, command, after, step, beside=older)


def opinion_of(command: Command) -> dict[str, Any]:
    """What a command says and refers to, as a body that can be erased; empty for nothing."""
    if command.comment is None and not command.evidence and command.signature is None:
        return {}
    opinion: dict[str, Any] = {"comment": command.comment, "evidence": list(command.evidence)}
    if command.signature is not None:
        opinion["signature"] = command.signature
    return opinion


def start(
    desk: Desk, connection: Connection, command: Command, bodies: Sequence[Payload] = ()
) -> Receipt:
    """Take a subject into the ledger, in whatever state of its flow the host has it.

    Raises:
        CommandRefused: XR523, it is in the ledger already, and the others of `carry_out`.
    """
    check_command(command)
    known = desk.store.find_instance(connection, command.subject, is_locked=True)
    done = replay(desk.store, connection, command)
    if done is not None:
        return done
    if known is None:
        flow = desk.current_flow(command.subject.entity)
        state = read_host_state(desk, connection, command.subject, flow)
        made = _open(desk, connection, command, flow, state, bodies)
        if made is not None:
            return keep_result(desk.store, connection, command, made, (START, None, state))
    return refuse("XR523", subject=str(command.subject))


def read_host_state(desk: Desk, connection: Connection, subject: Subject, flow: Flow) -> str:
    """The subject's state in the host's column, checked to be one of the flow.

    Raises:
        CommandRefused: XR512 or XR513.
    """
    lifecycle = flow.definition.lifecycle
    state = desk.host.read_state(connection, subject)
    if state is None:
        refuse("XR512", subject=str(subject), initial=lifecycle.initial)
    if state not in lifecycle.states:
        states = ", ".join(lifecycle.states)
        refuse("XR513", subject=str(subject), state=state, states=states)
    return state


# --- step 1: the lock ---------------------------------------------------------------------------


def _lock(desk: Desk, connection: Connection, command: Command) -> tuple[Instance, int]:
    """The subject's row, locked, and the version that the actor can have seen."""
    subject = command.subject
    instance = desk.store.find_instance(connection, subject, is_locked=True)
    if instance is not None:
        return instance, instance.version
    flow = desk.current_flow(subject.entity)
    state = read_host_state(desk, connection, subject, flow)
    is_initial = state == flow.definition.lifecycle.initial
    made = _open(desk, connection, command, flow, state) if is_initial else None
    if made is not None:
        return made, 0
    # Somebody else was first, be it between the two reads above: their row is visible now, and
    # maybe their command is ours.
    instance = desk.store.find_instance(connection, subject, is_locked=True)
    if instance is not None:
        return instance, instance.version
    if is_initial:
        raise RuntimeError("the row of a subject was made and is not there")
    # WHY: how it came there is not on record, so whoever takes it in must say so.
    return refuse("XR511", subject=str(subject), state=state)


def _open(
    desk: Desk,
    connection: Connection,
    command: Command,
    flow: Flow,
    state: str,
    bodies: Sequence[Payload] = (),
) -> Instance | None:
    """A new row with its first event; None when somebody else has just made it."""
    desk.store.keep_definition(connection, flow.definition)
    made = desk.store.create_instance(connection, command.subject, flow.definition, state)
    return None if made is None else record_start(desk, connection, command, flow, made, bodies)


def record_start(
    desk: Desk,
    connection: Connection,
    command: Command,
    flow: Flow,
    made: Instance,
    bodies: Sequence[Payload] = (),
) -> Instance:
    """The first event of a row that was just made, and whose turn it is."""
    text, step = flow.definition.policy_hash, (START, None, made.state)
    after = record_event(desk, connection, text, made, command, step, bodies)
    open_turns(desk, connection, flow, after, command.at)
    return after


# --- step 3: what stands in the way before the rules are asked ------------------------------------


def check_command(command: Command) -> None:
    """Refuse what a column could not hold, before anything is read.

    Raises:
        CommandRefused: XR530.
    """
    check_sizes(
        command_id=command.command_id,
        subject_kind=command.subject.entity,
        subject_ref=command.subject.key,
    )
    for person in command.persons:
        check_sizes(actor_id=person.id)


def check_version(
    desk: Desk, connection: Connection, command: Command, instance: Instance, seen_version: int
) -> None:
    """Refuse what was decided on another version than stands, `QUIET` events apart: XR515.

    Args:
        desk: the ledger.
        connection: in a transaction, with the subject's row locked.
        command: what is asked.
        instance: the subject's row.
        seen_version: the version that the actor can have seen.
    """
    expected = command.expected_version
    if expected is None or expected == seen_version:
        return
    if expected > seen_version or desk.store.has_changed_since(connection, instance.id, expected):
        conflict(
            "XR515",
            subject=str(command.subject),
            expected=str(expected),
            actual=str(seen_version),
            state=instance.state,
        )


def check_host_state(desk: Desk, connection: Connection, flow: Flow, instance: Instance) -> None:
    """Refuse where the host's column is not what is on record: XR516."""
    state = read_host_state(desk, connection, instance.subject, flow)
    if state != instance.state:
        conflict("XR516", subject=str(instance.subject), recorded=instance.state, state=state)
