"""Try before acting: every reason against an action, before anybody submits; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from xbyx_rules.checking import CheckedTransition
from xbyx_rules.deciding import Finding, Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.lifecycle import Actor, Command, Effects, Snapshot, decide_command

from .acting import read_host_state
from .desk import Desk, Flow
from .succession import diagnose_superseded

__all__ = ["DryRun", "Trial", "try_actions"]

_NO_ID: Final = "-"
_NO_OPINION_YET: Final = "…"


@dataclass(frozen=True, slots=True)
class Trial:
    """One action, tried.

    Args:
        action: its name.
        target: where it would lead; "" when the state has no such action.
        roles: who may take it.
        is_comment_required: whether an opinion will have to be written; it is taken as written.
        diagnostics: every reason against it; empty when it would be carried out.
        findings: all findings it was tried with, allowing or not.
        deadline: as the document has it, or "".
        basis: the clause it rests on, or "".
    """

    action: str
    target: str
    roles: tuple[str, ...]
    is_comment_required: bool
    diagnostics: tuple[Diagnostic, ...]
    findings: tuple[Finding, ...]
    deadline: str = ""
    basis: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.diagnostics

    @property
    def blocked_by(self) -> tuple[Finding, ...]:
        """The findings that stand in the way."""
        return tuple(one for one in self.findings if not one.allows)


@dataclass(frozen=True, slots=True)
class DryRun:
    """Where a subject stands and what could be done with it.

    Args:
        subject: of which it speaks.
        state: the state it is in.
        version: to be given as `Command.expected_version`.
        trials: one for each action asked about.
    """

    subject: Subject
    state: str
    version: int
    trials: tuple[Trial, ...]

    def __getitem__(self, action: str) -> Trial:
        """The trial of an action.

        Raises:
            KeyError: it was not asked about.
        """
        for trial in self.trials:
            if trial.action == action:
                return trial
        raise KeyError(action)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: as a command, except that an opinion may be lacking; `action` None: all."""

    subject: Subject
    action: str | None
    actor: Actor
    at: datetime
    comment: str | None = None
    on_behalf_of: Actor | None = None


def try_actions(desk: Desk, connection: Connection, question: Question) -> DryRun:
    """Decide commands without carrying them out.

    Raises:
        CommandRefused: XR512, XR513, XR519, XR520: the subject itself is not in order.
    """
    subject = question.subject
    flow, snapshot, against = _stand(desk, connection, subject)
    actions = [one.action for one in flow.definition.actions_in(snapshot.state)]
    if question.action is not None:
        actions = [question.action]
    case = desk.read_case(connection, subject, flow, on=desk.day_of(question.at))
    trials = []
    for action, transition in _each_choice(flow, snapshot.state, actions):
        command = _as_command(question, action, transition)
        guards = desk.gather_guards(connection, flow, snapshot, command, case)
        decided = decide_command(flow.definition, snapshot, command, guards)
        reasons = () if isinstance(decided, Effects) else decided.diagnostics
        findings = (*guards.requirements, *(one.finding for one in guards.conditions))
        trials.append(_trial(action, transition, (*against, *reasons), findings))
    return DryRun(subject, snapshot.state, snapshot.version, tuple(trials))


def _stand(
    desk: Desk, connection: Connection, subject: Subject
) -> tuple[Flow, Snapshot, tuple[Diagnostic, ...]]:
    """Where a subject stands, and what speaks against any action at all."""
    instance = desk.store.find_instance(connection, subject)
    flow = desk.current_flow(subject.entity) if instance is None else desk.flow_of(instance)
    state = read_host_state(desk, connection, subject, flow)
    against: tuple[Diagnostic, ...] = ()
    if instance is None and state != flow.definition.lifecycle.initial:
        # It may have been taken in between the two reads.
        instance = desk.store.find_instance(connection, subject)
        flow = flow if instance is None else desk.flow_of(instance)
        state = read_host_state(desk, connection, subject, flow)
    if instance is None:
        snapshot = Snapshot(state, definition_version=flow.definition.version)
        if state != flow.definition.lifecycle.initial:
            values = {"subject": str(subject), "state": state}
            against = (Diagnostic("XR511", None, values),)
    else:
        snapshot = desk.snapshot_of(connection, instance, flow)
        superseded = diagnose_superseded(instance)
        against = () if superseded is None else (superseded,)
        if state != instance.state:
            values = {"subject": str(subject), "recorded": instance.state, "state": state}
            against = (*against, Diagnostic("XR516", None, values))
    return flow, snapshot, against


def _each_choice(
    flow: Flow, state: str, actions: Iterable[str]
) -> Iterator[tuple[str, CheckedTransition | None]]:
    """Every action with each state it may lead to; None for one that the state doesn't have."""
    for action in dict.fromkeys(actions):
        choices = flow.definition.lifecycle.choices(state, action)
        yield from ((action, one) for one in choices or (None,))


def _as_command(question: Question, action: str, transition: CheckedTransition | None) -> Command:
    comment = question.comment
    if comment is None and transition is not None and transition.is_comment_required:
        # WHY: an opinion is written when acting; the trial only says that one will be asked for.
        comment = _NO_OPINION_YET
    return Command(
        subject=question.subject,
        action=action,
        actor=question.actor,
        command_id=_NO_ID,
        at=question.at,
        comment=comment,
        on_behalf_of=question.on_behalf_of,
        target=transition.target if transition is not None else None,
        # WHY: as with the opinion, it is put to it when acting.
        signature=_NO_OPINION_YET,
    )


def _trial(
    action: str,
    transition: CheckedTransition | None,
    diagnostics: tuple[Diagnostic, ...],
    findings: tuple[Finding, ...],
) -> Trial:
    if transition is None:
        return Trial(
            action, "", (), is_comment_required=False, diagnostics=diagnostics, findings=()
        )
    return Trial(
        action=action,
        target=transition.target,
        roles=transition.roles,
        is_comment_required=transition.is_comment_required,
        diagnostics=diagnostics,
        findings=findings,
        deadline=transition.deadline,
        basis=transition.basis,
    )
