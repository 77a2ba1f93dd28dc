"""Whether a step submits: it leaves the initial state, or one that the subject was returned to."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from xbyx_rules.checking import CheckedLifecycle

__all__ = ["can_be_returned_to", "is_submission", "was_returned"]


def is_submission(
    lifecycle: CheckedLifecycle,
    source: str,
    target: str,
    read_steps: Callable[[], Iterable[tuple[str | None, str]]],
) -> bool:
    """Whether a step submits the subject, for the first time or again.

    Args:
        lifecycle: the flow.
        source: state before.
        target: state after.
        read_steps: gives the states before and after of every step so far; asked only where the
            flow leaves it open, which one that returns everything to its initial state doesn't.
    """
    if source == target:
        return False
    if source == lifecycle.initial:
        return True
    return can_be_returned_to(lifecycle, source) and was_returned(read_steps())


def can_be_returned_to(lifecycle: CheckedLifecycle, state: str) -> bool:
    """Whether some way leads from a state back to it without a new beginning."""
    seen: set[str] = set()
    waiting = [state]
    while waiting:
        here = waiting.pop()
        for one in lifecycle.transitions:
            if one.source != here or one.target in (here, lifecycle.initial):
                continue
            if one.target == state:
                return True
            if one.target not in seen:
                seen.add(one.target)
                waiting.append(one.target)
    return False


def was_returned(steps: Iterable[tuple[str | None, str]]) -> bool:
    """Whether the last change of state led back to one that the subject's way had gone through.

    What was undone by a return no longer belongs to the way: who submits again goes forward.

    Args:
        steps: states before and after, in order; what stays in its state counts for nothing.

    Example:
        >>> forward = [("草稿", "校审"), ("校审", "区审")]
        >>> was_returned([*forward, ("区审", "校审")])
        True
        >>> was_returned([*forward, ("区审", "草稿"), ("草稿", "校审")])
        False
    """
    way: list[str] = []
    has_come_back = False
    for source, target in steps:
        if source == target:
            continue
        if not way and source is not None:
            way.append(source)
        has_come_back = target in way
        way = way[: way.index(target) + 1] if has_come_back else [*way, target]
    return has_come_back
