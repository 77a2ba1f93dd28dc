"""A version of a flow with its state machine: built once, shared by every subject and thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from transitions import EventData, Machine

from xbyx_rules.checking import CheckedLifecycle, CheckedTransition
from xbyx_rules.deciding import Finding
from xbyx_rules.policy import canonical_text, digest_text

from .steps_beside import Step, list_steps_beside

__all__ = ["Definition", "build_definition"]

_STATE: Final = "_state"


class _Token:
    """What the machine moves: thrown away after one trigger, so no thread sees another's state."""

    __slots__ = (_STATE,)

    def __init__(self, state: str) -> None:
        self._state = state


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a flow.

    Args:
        policy: id of the document.
        policy_hash: names the document's exact text.
        lifecycle: the checked flow.
        version: of the flow's own content: the same as long as states, transitions, roles,
            conditions and properties are; a change elsewhere in the document leaves it.
        content: the flow as canonical JSON, as the ledger keeps it.
        content_hash: digest of `content`.
        beside: the steps it allows beside its transitions.
        machine: flat and never changed; nothing is ever added to it.
    """

    policy: str
    policy_hash: str
    lifecycle: CheckedLifecycle
    version: str
    content: str = field(repr=False)
    content_hash: str = field(repr=False)
    beside: frozenset[Step] = field(repr=False)
    machine: Machine = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """The flow's name over all its versions: ``document#anchor``."""
        return f"{self.policy}#{self.lifecycle.id}"

    def actions_in(self, state: str) -> tuple[CheckedTransition, ...]:
        """What can be done in a state, in the document's order; empty in a final one."""
        return tuple(one for one in self.lifecycle.transitions if one.source == state)

    def is_final(self, state: str) -> bool:
        """Whether nothing more can be done in a state."""
        return state in self.lifecycle.finals

    def fire(
        self, state: str, action: str, *, blocked_by: Sequence[Finding], target: str | None = None
    ) -> str | None:
        """Take an action.

        Args:
            state: the state before; one that has this action.
            action: the action.
            target: which of the states that it can lead to; None for the one named first.
            blocked_by: the finished findings that stand in the way.

        Returns:
            The state after; None when the guard says no.

        Raises:
            transitions.MachineError: the state has no such action.
        """
        token = _Token(state)
        has_moved = self.machine.events[action].trigger(
            token, blocked_by=tuple(blocked_by), target=target
        )
        return token._state if has_moved else None


def build_definition(lifecycle: CheckedLifecycle, *, policy: str, policy_hash: str) -> Definition:
    """Build a flow's machine and name its version.

    Args:
        lifecycle: from `check_lifecycle`, which has proved what the machine takes on trust.
        policy: id of the document.
        policy_hash: hash of the document.
    """
    beside = list_steps_beside(lifecycle)
    content = canonical_text(_content(lifecycle, beside))
    content_hash = digest_text(content)
    return Definition(
        policy=policy,
        policy_hash=policy_hash,
        lifecycle=lifecycle,
        version=content_hash.removeprefix("sha256:")[:16],
        content=content,
        content_hash=content_hash,
        beside=frozenset(beside),
        machine=_build_machine(lifecycle),
    )


def _build_machine(lifecycle: CheckedLifecycle) -> Machine:
    # INVARIANT: flat, not queued, no model, no on_exception, guards are callables of ours: other
    # settings were seen to lose events across threads, swallow errors or import named functions.
    machine = Machine(
        model=None,
        states=list(lifecycle.states),
        initial=lifecycle.initial,
        auto_transitions=False,
        send_event=True,
        queued=False,
        model_attribute=_STATE,
    )
    for one in lifecycle.transitions:
        is_wanted = partial(_is_wanted, one.target)
        machine.add_transition(one.action, one.source, one.target, conditions=[is_wanted, _is_open])
    return machine


def _is_wanted(target: str, event: EventData) -> bool:
    return event.kwargs["target"] in (None, target)


def _is_open(event: EventData) -> bool:
    return not event.kwargs["blocked_by"]


def _content(lifecycle: CheckedLifecycle, beside: Sequence[Step]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "format": 1,
        "subject": lifecycle.subject,
        "initial": lifecycle.initial,
        "finals": list(lifecycle.finals),
        "states": list(lifecycle.states),
        "properties": dict(lifecycle.properties),
        "invariants": [[one.later, one.earlier] for one in lifecycle.invariants],
        "transitions": [
            {
                "from": one.source,
                "action": one.action,
                "to": one.target,
                "by": list(one.roles),
                "must_meet": list(one.must_meet),
                "condition": one.condition_text,
                "comment_required": one.is_comment_required,
                "deadline": one.deadline,
                "origin": one.origin,
                "basis": one.basis,
            }
            for one in lifecycle.transitions
        ],
    }
    # WHY only where there are any: the version of a flow of before this stays what it was.
    if beside:
        content["beside"] = [list(one) for one in beside]
    return content
