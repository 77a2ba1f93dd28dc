"""Begin a revision: a new record that will take the place of the one in force, once it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.ledger import Ledger, Receipt, Target
from xbyx_rules.hosting.ledger.acting import (
    check_command,
    check_host_state,
    read_host_state,
    record_start,
)
from xbyx_rules.hosting.ledger.chain import REVISE, START, commit_payload
from xbyx_rules.hosting.ledger.desk import Desk, Flow
from xbyx_rules.hosting.ledger.payloads import OPINION, REVISION
from xbyx_rules.hosting.ledger.recording import record_event
from xbyx_rules.hosting.ledger.results import check_sizes, keep_result, refuse, replay
from xbyx_rules.hosting.ledger.rows import Instance
from xbyx_rules.hosting.ledger.running import run_command
from xbyx_rules.hosting.ledger.succession import (
    check_day,
    check_stands,
    describe_version,
    revisions_of,
)
from xbyx_rules.lifecycle import Actor, Command

__all__ = ["revise"]


def revise(  # noqa: PLR0913
    ledger: Ledger,
    target: Target,
    old: Subject,
    new: Subject,
    *,
    actor: Actor,
    command_id: str,
    at: datetime,
    reason: str,
) -> Receipt:
    """Take a new record into the ledger as the revision of one that is in force.

    The old one stays in force until the new one comes into force, by whatever step of the flow;
    then its place is taken, in the same transaction.  Both chains say so.  The host decides who
    may begin a revision.

    Args:
        ledger: the ledger of both.
        target: Engine, Connection or Session.
        old: the version in force.
        new: a record of the host in its initial state, which the ledger doesn't know yet.
        actor: who begins it; never a model.
        command_id: sent again with the same id it returns the same receipt.
        at: when, aware.
        reason: why; kept as an opinion of the old one's, and can be erased.

    Returns:
        What was done: the event that took the new record in.

    Raises:
        CommandRefused: XR503, XR505, XR512, XR513, XR518 to XR520, XR523, XR529, XR530, XR681 to
            XR684.
        ConflictError: XR514, XR516.
    """
    evidence = (old.entity, old.key)
    command = Command(new, REVISE, actor, command_id, at, comment=reason, evidence=evidence)
    return run_command(
        ledger.desk, target, command, lambda connection: _begin(ledger.desk, connection, command)
    )


def _begin(desk: Desk, connection: Connection, command: Command) -> Receipt:
    check_command(command)
    old = Subject(*command.evidence)
    check_sizes(subject_kind=old.entity, subject_ref=old.key)
    new, store = command.subject, desk.store
    known = store.find_instance(connection, new, is_locked=True)
    done = replay(store, connection, command)
    if done is not None:
        return done
    _check_form(command, old)
    if known is not None:
        refuse("XR523", subject=str(new))
    before = store.find_instance(connection, old)
    if before is None:
        refuse("XR681", subject=str(old), state="-", in_force="-")
    flow = _check_new(desk, connection, new)
    # WHY first of all: rows are locked from newer to older (`ledger.succession`).
    rivals = revisions_of(store, connection, [before.id], is_locked=True)
    store.keep_definition(connection, flow.definition)
    initial = flow.definition.lifecycle.initial
    made = store.create_instance(connection, new, flow.definition, initial, revises=before)
    if made is None:
        return _overtaken(desk, connection, command)
    before = store.find_instance_by_id(connection, before.id, is_locked=True)
    if before is None:
        raise RuntimeError("the row of a subject was there and is not")
    _check_old(desk, connection, before, command)
    # WHY again: one that was begun meanwhile had the old one's lock until now.
    _check_rivals(desk, made, (*rivals, *revisions_of(store, connection, [before.id])))
    return _record(desk, connection, command, flow, before, made)


def _record(
    desk: Desk,
    connection: Connection,
    command: Command,
    flow: Flow,
    old: Instance,
    made: Instance,
) -> Receipt:
    store = desk.store
    body = commit_payload(REVISION, describe_version(old), store.digest)
    after = record_start(desk, connection, command, flow, made, [body])
    opinion: dict[str, object] = {"comment": command.comment, "evidence": []}
    bodies = [
        commit_payload(REVISION, describe_version(after), store.digest),
        commit_payload(OPINION, opinion, store.digest),
    ]
    text = desk.flow_of(old).definition.policy_hash
    step = (REVISE, old.state, old.state)
    older = record_event(desk, connection, text, old, command, step, bodies)
    step_of_new = (START, None, after.state)
    return keep_result(store, connection, command, after, step_of_new, beside=(older,))


def _overtaken(desk: Desk, connection: Connection, command: Command) -> Receipt:
    """Answer a command whose new record somebody else has just taken in, maybe by it."""
    desk.store.find_instance(connection, command.subject, is_locked=True)
    done = replay(desk.store, connection, command)
    return done if done is not None else refuse("XR523", subject=str(command.subject))


# --- what stands in the way -----------------------------------------------------------------------


def _check_form(command: Command, old: Subject) -> None:
    new = command.subject
    if command.actor.kind == "model":
        refuse("XR503", action=REVISE)
    if not (command.comment or "").strip():
        refuse("XR505", action=REVISE)
    if new == old or new.entity != old.entity:
        refuse("XR683", subject=str(new), old=str(old), state="-", initial="-")


def _check_new(desk: Desk, connection: Connection, new: Subject) -> Flow:
    """The flow of a record that can become a revision."""
    flow = desk.current_flow(new.entity)
    lifecycle = flow.definition.lifecycle
    state = read_host_state(desk, connection, new, flow)
    in_force = lifecycle.approvals.in_force
    if state != lifecycle.initial or state in in_force or not in_force:
        values = {"state": state, "initial": lifecycle.initial}
        refuse("XR683", subject=str(new), old=new.entity, **values)
    return flow


def _check_old(desk: Desk, connection: Connection, old: Instance, command: Command) -> None:
    check_stands(old)
    flow = desk.flow_of(old)
    check_host_state(desk, connection, flow, old)
    in_force = flow.definition.lifecycle.approvals.in_force
    if old.state not in in_force:
        listed = "、".join(sorted(in_force)) or "-"
        refuse("XR681", subject=str(old.subject), state=old.state, in_force=listed)
    check_day(desk, connection, old, command.at)


def _check_rivals(desk: Desk, made: Instance, others: tuple[Instance, ...]) -> None:
    """Refuse a second revision while one is under way; one that ended elsewhere is none."""
    for one in others:
        if one.id == made.id or desk.flow_of(one).definition.is_final(one.state):
            continue
        refuse("XR682", subject=str(made.subject), other=str(one.subject), state=one.state)
