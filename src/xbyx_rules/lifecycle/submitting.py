"""Whether a step submits: it leaves the initial state, or one that the subject was returned to."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .definition import Definition

__all__ = ["can_be_returned_to", "goes_on_after_return", "is_submission"]


def is_submission(
    definition: Definition,
    source: str,
    target: str,
    read_steps: Callable[[], Iterable[tuple[str | None, str]]],
) -> bool:
    """Whether a step submits the subject, for the first time or again.

    Args:
        definition: the flow.
        source: state before.
        target: state after.
        read_steps: gives the states before and after of every step so far; asked only where the
            flow leaves it open, which one that returns everything to its initial state doesn't.
    """
    if source == target:
        return False
    if source == definition.lifecycle.initial:
        return True
    return can_be_returned_to(definition, source) and goes_on_after_return(read_steps(), target)


def can_be_returned_to(definition: Definition, state: str) -> bool:
    """Whether some way leads from a state back to it without a new beginning."""
    follows: dict[str, set[str]] = {}
    lifecycle = definition.lifecycle
    beside = ((source, target) for source, _, target in definition.beside)
    taken = ((one.source, one.target) for one in lifecycle.transitions)
    for source, target in (*taken, *beside):
        if target not in (source, lifecycle.initial):
            follows.setdefault(source, set()).add(target)
    seen: set[str] = set()
    waiting = [state]
    while waiting:
        found = follows.get(waiting.pop(), set()) - seen
        seen |= found
        waiting += found
    return state in seen


def goes_on_after_return(steps: Iterable[tuple[str | None, str]], target: str) -> bool:
    """Whether a subject was returned to where it is, and a step to `target` leads forward.

    Forward is a state that the subject's way doesn't go through; what a return has undone no
    longer belongs to the way.

    Args:
        steps: states before and after, in order; what stays in its state counts for nothing.
        target: the state after the step that is asked about.

    Example:
        >>> forward = [("草稿", "校审"), ("校审", "区审")]
        >>> goes_on_after_return([*forward, ("区审", "校审")], "区审")
        True
        >>> goes_on_after_return([*forward, ("区审", "校审")], "草稿")
        False
        >>> goes_on_after_return([*forward, ("区审", "草稿"), ("草稿", "校审")], "区审")
        False
    """
    way: list[str] = []
    was_returned = False
    for source, reached in steps:
        if source == reached:
            continue
        if not way and source is not None:
            way.append(source)
        was_returned = reached in way
        way = way[: way.index(reached) + 1] if was_returned else [*way, reached]
    return was_returned and target not in way
