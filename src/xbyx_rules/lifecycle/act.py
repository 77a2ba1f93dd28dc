"""Decide a command: a definition, a snapshot and finished findings in, effects or a refusal out.

Pure: what has to be read is read before, what has to be written is written after, by `hosting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from xbyx_rules.checking import CheckedLifecycle, CheckedTransition
from xbyx_rules.deciding import Finding
from xbyx_rules.errors import CommandRefused, Diagnostic

from .blocks import describe_condition, describe_requirement, lacks_opinion_only
from .commands import Actor, Command
from .definition import Definition
from .seats import Seat, find_seat, is_agreement, sign_seat, tally_seats
from .snapshot import Snapshot
from .straight_back import goes_straight_back, required_anchors

__all__ = [
    "ActionRefused",
    "ConditionFinding",
    "Effects",
    "Guards",
    "Refusal",
    "decide_command",
    "lead_of",
    "pair_persons",
]


@dataclass(frozen=True, slots=True)
class ConditionFinding:
    """What a transition's 条件 gave for one person acting and one person who submitted."""

    person: Actor
    submitter: Actor | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class Guards:
    """What was found out before the machine is asked.

    Args:
        on: the civil date decided on.
        requirements: a finding for each requirement of 须符合.
        conditions: the 条件's finding for each pair of `pair_persons`; empty without 条件.
        organisations: role → the organisation responsible; "" or absent: any.
        delegated: roles that the principal has validly delegated to the actor for this.
        agencies: of those, role → id of the delegation, where the platform keeps them by ids.
    """

    on: date
    requirements: tuple[Finding, ...] = ()
    conditions: tuple[ConditionFinding, ...] = ()
    organisations: Mapping[str, str] = field(default_factory=dict)
    delegated: frozenset[str] = frozenset()
    agencies: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocked_by(self) -> tuple[Finding, ...]:
        """The findings that stand in the way: neither met nor not applicable."""
        found = (*self.requirements, *(one.finding for one in self.conditions))
        return tuple(one for one in found if not one.allows)


@dataclass(frozen=True, slots=True)
class Effects:
    """What is to be written.

    Args:
        transition: the one taken, or the one that was signed for.
        source: state before.
        target: state after; the same where others have yet to sign.
        version: number of this event.
        next_roles: whose turn it is now; empty in a final state, and where the state is the same.
        seat: the seat that was signed in; None where nothing is known of seats.
        decision: how it was signed; None for an action that is taken at once.
        seats: all seats of the state before, after this.
        is_partial: whether this was one of several signatures, and others have yet to sign.
    """

    transition: CheckedTransition
    source: str
    target: str
    version: int
    next_roles: tuple[str, ...]
    seat: Seat | None = None
    decision: Literal["agreed", "rejected"] | None = None
    seats: tuple[Seat, ...] = ()
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Every reason against a command, and every finding that stands in the way."""

    diagnostics: tuple[Diagnostic, ...]
    findings: tuple[Finding, ...] = ()


class ActionRefused(CommandRefused):
    """A command that the flow or its rules don't allow; nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.diagnostics)
        self.refusal = refusal


def pair_persons(snapshot: Snapshot, command: Command) -> tuple[tuple[Actor, Actor | None], ...]:
    """Every pair of 经办人 and 提交人 for which a 条件 must hold.

    WHY all pairs: separated duties stay separated when one of the two was delegated; a principal
    must not sign what somebody submitted for them, nor through somebody else.
    """
    submitters: tuple[Actor | None, ...] = snapshot.submitters or (None,)
    return tuple((person, one) for person in command.persons for one in submitters)


def decide_command(
    definition: Definition, snapshot: Snapshot, command: Command, guards: Guards
) -> Effects | Refusal:
    """Decide whether a command is carried out, and what then is to be written.

    Args:
        definition: the flow the subject is pinned to.
        snapshot: where the subject stands.
        command: what is asked.
        guards: the finished findings; one for each requirement and each pair of persons.

    Returns:
        Effects, or a refusal with *all* reasons: XR501 to XR510, XR521, XR522, XR529, XR532 to
        XR535, XR541 to XR543.

    Raises:
        ValueError: `guards` lacks a finding that the transition asks for.
    """
    lifecycle = definition.lifecycle
    choices = lifecycle.choices(snapshot.state, command.action)
    if not choices:
        return Refusal((_explain_no_action(definition, snapshot, command),))
    transition = next((one for one in choices if one.target == command.target), choices[0])
    target = lead_of(lifecycle, snapshot, transition)
    _check_complete(
        required_anchors(lifecycle, transition, target), transition, snapshot, command, guards
    )
    seat = find_seat(snapshot.seats, transition, _narrow_to_delegated(command, guards))
    problems = (
        *_authorise(transition, command, guards, seat),
        *_check_choice(choices, command),
        *_check_form(definition, transition, snapshot, command, guards),
        *_describe_blocks(transition, command, guards),
    )
    if problems or isinstance(seat, Diagnostic):
        return Refusal(problems, guards.blocked_by)
    return _take(definition, snapshot, command, guards, (transition, target, seat))


def _narrow_to_delegated(command: Command, guards: Guards) -> Command:
    """The command with those roles of the principal only that were delegated.

    WHY: who acts in one role for somebody must not sign in the seat of another that they hold.
    """
    principal = command.on_behalf_of
    if principal is None:
        return command
    return replace(
        command, on_behalf_of=replace(principal, roles=principal.roles & guards.delegated)
    )


def lead_of(lifecycle: CheckedLifecycle, snapshot: Snapshot, transition: CheckedTransition) -> str:
    """The state that a transition leads to: its own, or straight back to what returned it."""
    returned_from = snapshot.returned_from
    is_straight = goes_straight_back(lifecycle, transition, returned_from)
    return returned_from if is_straight else transition.target


def _take(
    definition: Definition,
    snapshot: Snapshot,
    command: Command,
    guards: Guards,
    step: tuple[CheckedTransition, str, Seat | None],
) -> Effects:
    transition, target, seat = step
    approvals = definition.lifecycle.approvals
    agrees = is_agreement(approvals, snapshot.state, transition.action)
    decision: Literal["agreed", "rejected"] | None = None
    seats, is_partial = snapshot.seats, False
    if seat is not None and agrees is not None:
        decision = "agreed" if agrees else "rejected"
        signers = tuple(one.id for one in command.persons)
        seats = sign_seat(seats, seat.number, decision, signers)
        is_partial = tally_seats(seats, approvals.signing(snapshot.state)) == "pending"
    if is_partial:
        target = snapshot.state
    else:
        _fire(definition, snapshot.state, transition, guards)
    following = () if is_partial else definition.actions_in(target)
    return Effects(
        transition=transition,
        source=snapshot.state,
        target=target,
        version=snapshot.version + 1,
        next_roles=tuple(dict.fromkeys(role for one in following for role in one.roles)),
        seat=seat,
        decision=decision,
        seats=seats,
        is_partial=is_partial,
    )


def _fire(
    definition: Definition, state: str, transition: CheckedTransition, guards: Guards
) -> None:
    target = definition.fire(
        state, transition.action, blocked_by=guards.blocked_by, target=transition.target
    )
    # INVARIANT: the machine and the checked flow agree; a difference is a bug, never an answer.
    if target != transition.target:
        raise RuntimeError(f"the machine went to {target!r}, the flow says {transition.target!r}")


def _explain_no_action(definition: Definition, snapshot: Snapshot, command: Command) -> Diagnostic:
    values = {
        "subject": str(command.subject),
        "state": snapshot.state,
        "action": command.action,
        "available": "、".join(one.action for one in definition.actions_in(snapshot.state)),
    }
    return Diagnostic("XR522" if definition.is_final(snapshot.state) else "XR501", None, values)


def _check_complete(
    required: tuple[str, ...],
    transition: CheckedTransition,
    snapshot: Snapshot,
    command: Command,
    guards: Guards,
) -> None:
    found = [one.clause for one in guards.requirements]
    lacking = [anchor for anchor in required if anchor not in found]
    pairs = pair_persons(snapshot, command) if transition.condition_text else ()
    asked = {(one.person, one.submitter) for one in guards.conditions}
    if lacking or not asked.issuperset(pairs):
        raise ValueError(f"no finding for {lacking or 'the condition of'} {transition.action!r}")


def _authorise(
    transition: CheckedTransition,
    command: Command,
    guards: Guards,
    seat: Seat | Diagnostic | None,
) -> Iterator[Diagnostic]:
    """Who may act: a person or a timer, by a role of theirs or of the principal's, in a seat."""
    action, roles = transition.action, "、".join(transition.roles)
    authority, principal = command.authority, command.on_behalf_of
    if any(person.kind == "model" for person in command.persons):
        yield Diagnostic("XR503", None, {"action": action})
    is_added = isinstance(seat, Seat) and bool(seat.added_by)
    allowed = (seat.role,) if isinstance(seat, Seat) and is_added else transition.roles
    held = [role for role in allowed if role in authority.roles]
    if not held and isinstance(seat, Diagnostic):
        yield seat  # they were asked to sign by another role, and it is not their turn
        return
    if not held:
        values = {"action": action, "roles": roles, "principal": authority.id}
        yield Diagnostic("XR521" if principal else "XR502", None, values)
        return
    # WHY narrowed: a role that was not delegated must not lend the agent its organisation.
    usable = [role for role in held if role in guards.delegated] if principal else held
    if principal and not usable:
        yield Diagnostic("XR504", None, {"action": action, "principal": principal.id})
    wanted = {role: guards.organisations.get(role, "") for role in usable or held}
    if isinstance(seat, Seat) and seat.is_personal:
        # WHY: another role of theirs, of another organisation, must not lend them this seat.
        wanted = {seat.role: guards.organisations.get(seat.role, seat.organisation)}
    if not any(place in ("", authority.organisation) for place in wanted.values()):
        values = {
            "action": action,
            "organisation": "、".join(dict.fromkeys(wanted.values())),
            "roles": "、".join(wanted),
            "actual": authority.organisation or "-",
        }
        yield Diagnostic("XR506", None, values)
    if isinstance(seat, Diagnostic):
        yield seat


def _check_choice(choices: tuple[CheckedTransition, ...], command: Command) -> Iterator[Diagnostic]:
    """Where one may choose where an action leads, one must; where one may not, it leads there."""
    targets = [one.target for one in choices]
    values = {"action": command.action, "targets": "、".join(targets)}
    if command.target is None and len(choices) > 1:
        yield Diagnostic("XR541", None, values)
    elif command.target is not None and command.target not in targets:
        yield Diagnostic("XR542", None, {**values, "target": command.target})


def _is_opinion_lacking(transition: CheckedTransition, command: Command) -> bool:
    return transition.is_comment_required and not (command.comment or "").strip()


def _check_form(
    definition: Definition,
    transition: CheckedTransition,
    snapshot: Snapshot,
    command: Command,
    guards: Guards,
) -> Iterator[Diagnostic]:
    if _is_opinion_lacking(transition, command):
        yield Diagnostic("XR505", None, {"action": transition.action})
    is_signed = bool((command.signature or "").strip())
    if transition.action in definition.lifecycle.approvals.signed and not is_signed:
        yield Diagnostic("XR543", None, {"action": transition.action})
    if snapshot.last_on is not None and guards.on < snapshot.last_on:
        values = {"day": guards.on.isoformat(), "last": snapshot.last_on.isoformat()}
        yield Diagnostic("XR529", None, values)


def _describe_blocks(
    transition: CheckedTransition, command: Command, guards: Guards
) -> Iterator[Diagnostic]:
    for finding in guards.requirements:
        if not finding.allows:
            yield describe_requirement(transition.action, finding)
    is_opinion_lacking = _is_opinion_lacking(transition, command)
    for one in guards.conditions:
        if is_opinion_lacking and lacks_opinion_only(one.finding):
            continue
        if not one.finding.allows:
            text = transition.condition_text
            yield describe_condition(transition.action, text, one.person.id, one.finding)
