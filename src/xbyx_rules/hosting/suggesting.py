"""Suggest a step (建议): a model may, nothing is done by it, a person decides (人在回路)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import Actor, Command

from .ledger import Ledger, Receipt, Suggestion, Target
from .ledger.acting import check_command
from .ledger.chain import SUGGEST, commit_payload
from .ledger.desk import Desk
from .ledger.payloads import SUGGESTION
from .ledger.recording import record_event
from .ledger.results import check_sizes, keep_result, refuse, replay
from .ledger.running import run_command
from .ledger.succession import check_stands
from .ledger.suggestions import read_suggestions
from .ledger.transactions import read_in

__all__ = ["suggest", "suggestions"]


def suggest(  # noqa: PLR0913
    ledger: Ledger,
    target: Target,
    subject: Subject,
    action: str,
    *,
    actor: Actor,
    command_id: str,
    at: datetime,
    reason: str,
    evidence: Sequence[str] = (),
) -> Receipt:
    """Record that an action is suggested; the state, the tasks and the timers stay as they are.

    What is suggested isn't tried: rules, roles and separated duties are for the person who acts.
    A person who follows it may name it among the evidence (`Suggestion.reference`).

    Args:
        ledger: the ledger.
        target: Engine, Connection or Session.
        subject: on what; the ledger knows it.
        action: an action that its state has.
        actor: who suggests: a person, or a model.
        command_id: sent again with the same id it returns the same receipt.
        at: when, aware.
        reason: why; it can be erased together with the rest of the suggestion.
        evidence: the host's references.

    Raises:
        CommandRefused: XR501, XR505, XR518 to XR520, XR522, XR530, XR684, XR686.
        ConflictError: XR514.
    """
    said = (action, *evidence)
    command = Command(subject, SUGGEST, actor, command_id, at, comment=reason, evidence=said)
    return run_command(
        ledger.desk, target, command, lambda connection: _record(ledger.desk, connection, command)
    )


def suggestions(ledger: Ledger, target: Target, subject: Subject) -> tuple[Suggestion, ...]:
    """What was suggested since a subject entered the state it is in, the oldest first."""
    store = ledger.desk.store
    return read_in(target, lambda connection: read_suggestions(store, connection, subject))


def _record(desk: Desk, connection: Connection, command: Command) -> Receipt:
    check_command(command)
    action, *evidence = command.evidence
    check_sizes(action_name=action)
    instance = desk.store.find_instance(connection, command.subject, is_locked=True)
    done = replay(desk.store, connection, command)
    if done is not None:
        return done
    reason = (command.comment or "").strip()
    if not reason:
        refuse("XR505", action=SUGGEST)
    if instance is None:
        refuse("XR686", subject=str(command.subject))
    check_stands(instance)
    definition = desk.flow_of(instance).definition
    available = [one.action for one in definition.actions_in(instance.state)]
    if action not in available:
        refuse(
            "XR501" if available else "XR522",
            subject=str(command.subject),
            state=instance.state,
            action=action,
            available="、".join(available),
        )
    said = {"action": action, "reason": reason, "evidence": evidence}
    body = commit_payload(SUGGESTION, said, desk.store.digest)
    step = (SUGGEST, instance.state, instance.state)
    text = definition.policy_hash
    after = record_event(desk, connection, text, instance, command, step, [body])
    return keep_result(desk.store, connection, command, after, step)
