"""Straight back (直达): what was returned goes, corrected, to the state that returned it.

What the steps between would have asked for is asked for then: none of their rules is left out.
"""

from __future__ import annotations

from xbyx_rules.checking import CheckedLifecycle, CheckedTransition

from .seats import is_agreement

__all__ = ["find_skipped", "goes_straight_back", "required_anchors"]


def goes_straight_back(
    lifecycle: CheckedLifecycle, transition: CheckedTransition, returned_from: str
) -> bool:
    """Whether a transition of a subject that was returned leads towards what returned it.

    WHY towards: who withdraws what was returned withdraws it.  A step that several sign is gone
    through again: they would have to sign for steps that are not theirs.
    """
    if not returned_from or transition.target == returned_from:
        return False
    if is_agreement(lifecycle.approvals, transition.source, transition.action) is not None:
        return False
    return returned_from in _reach(lifecycle, transition.target, without=transition.source)


def find_skipped(
    lifecycle: CheckedLifecycle, transition: CheckedTransition, returned_from: str
) -> tuple[CheckedTransition, ...]:
    """The transitions that lie between a transition's own state and the one gone to instead."""
    ahead = _reach(lifecycle, transition.target, without=transition.source)
    return tuple(
        one
        for one in lifecycle.transitions
        if one.source in ahead
        and one.source != returned_from
        and returned_from in _reach(lifecycle, one.target, without=transition.source)
    )


def required_anchors(
    lifecycle: CheckedLifecycle, transition: CheckedTransition, target: str
) -> tuple[str, ...]:
    """What must be met for a transition that leads to `target`: its own, and all that it skips."""
    if target in (transition.source, transition.target):
        return transition.must_meet
    skipped = find_skipped(lifecycle, transition, target)
    anchors = (*transition.must_meet, *(each for one in skipped for each in one.must_meet))
    return tuple(dict.fromkeys(anchors))


def _reach(lifecycle: CheckedLifecycle, start: str, *, without: str) -> set[str]:
    """The states that can be reached from one without going through another."""
    seen = {start} - {without}
    waiting = list(seen)
    while waiting:
        state = waiting.pop()
        for one in lifecycle.transitions:
            if one.source == state and one.target not in (without, *seen):
                seen.add(one.target)
                waiting.append(one.target)
    return seen
