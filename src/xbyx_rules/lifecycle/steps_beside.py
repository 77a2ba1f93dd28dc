"""The steps a flow allows beside its transitions: one signature of several, straight back."""

from __future__ import annotations

from xbyx_rules.checking import CheckedLifecycle

from .straight_back import goes_straight_back

__all__ = ["RETRACT", "Step", "list_steps_beside"]

Step = tuple[str, str, str]
"""State before, action, state after."""

RETRACT = "@retract"
"""The action of the event that records that somebody took back (取回) what they had done."""


def list_steps_beside(lifecycle: CheckedLifecycle) -> tuple[Step, ...]:
    """Every step that an event may record although no transition is it, in a stable order.

    - One of several signatures leaves the state as it is (会签, 加签).
    - After a return with 直达, what is submitted again goes to the state that returned it.
    - What was done may be taken back (取回).

    No invariant ``Y 之前必有 X`` is lost by them: each leads to a state that the subject has been
    in before, by a way on which the invariant held.
    """
    approvals = lifecycle.approvals
    found: dict[Step, None] = {}
    for signing in approvals.signings:
        for action in (signing.action, signing.rejection):
            found[signing.state, action, signing.state] = None
    for one in lifecycle.transitions:
        if one.action in approvals.extendable:
            found[one.source, one.action, one.source] = None
        if one.action in approvals.retractable:
            found[one.target, RETRACT, one.source] = None
        if one.action in approvals.straight_back:
            for step in lifecycle.transitions:
                is_way_back = goes_straight_back(lifecycle, step, one.source)
                if step.source == one.target and is_way_back:
                    found[step.source, step.action, one.source] = None
    if approvals.retractable:
        for state in lifecycle.states:
            found[state, RETRACT, state] = None
    known = {(one.source, one.action, one.target) for one in lifecycle.transitions}
    return tuple(sorted(step for step in found if step not in known))
