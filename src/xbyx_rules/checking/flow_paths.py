"""The ways through a flow: what can be reached, what can't end, what comes too early.

A flow is a directed graph; its edges are transitions, each an action that leads to a state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from .model import CheckedTransition

__all__ = ["find_early_path", "find_reachable", "find_stuck"]


def find_reachable(starts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Every state that `starts` lead to along `pairs` of (from, to), the starts included."""
    follows: dict[str, list[str]] = {}
    for source, target in pairs:
        follows.setdefault(source, []).append(target)
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        for target in follows.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def find_stuck(
    steps: Sequence[CheckedTransition], finals: Iterable[str], states: Collection[str]
) -> set[str]:
    """The states from which no way leads to a final one."""
    backwards = find_reachable(finals, ((step.target, step.source) for step in steps))
    return set(states) - backwards


def find_early_path(
    steps: Sequence[CheckedTransition],
    initial: str,
    *,
    later: str,
    earlier: str,
    is_start_counted: bool = True,
) -> tuple[CheckedTransition, ...] | None:
    """A shortest way that takes or reaches `later` before it has taken or reached `earlier`.

    Both are names of states or of actions; a step takes its action first, then reaches its
    target.  So 备案 before 已备案 holds for the step 备案 → 已备案, and not the other way round.

    Args:
        steps: the flow's.
        initial: where the ways begin.
        later: what must not come first.
        earlier: what must come before.
        is_start_counted: whether to begin in `earlier` is to have reached it; not for a subject
            that was put there.

    Returns:
        The steps up to and including the one that comes too early, () when the initial state is
        `later` itself, and None when there is no such way.
    """
    if is_start_counted and initial == earlier:
        return () if later == earlier else None
    if initial == later:
        return ()
    seen = {initial}
    waiting: deque[tuple[str, tuple[CheckedTransition, ...]]] = deque([(initial, ())])
    while waiting:
        state, path = waiting.popleft()
        for step in steps:
            if step.source != state:
                continue
            if step.action == later:
                return (*path, step)
            if step.action == earlier:
                continue
            if step.target == later:
                return (*path, step)
            if step.target != earlier and step.target not in seen:
                seen.add(step.target)
                waiting.append((step.target, (*path, step)))
    return None
