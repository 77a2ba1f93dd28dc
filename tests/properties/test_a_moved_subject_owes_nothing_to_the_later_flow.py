"""Law: a subject that may be moved breaks no invariant, whatever it did and whatever it does next.

Against a reading of the past by another definition, and of every way that opens, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.year_plan import step
from xbyx_rules.checking import Invariant
from xbyx_rules.lifecycle import PastReading

STATES = ("a", "b", "c", "d")
ACTIONS = ("p", "q", "r")
# One name stands for a state and an action, as 审核通过 does.
NAMES = ("a", "b", "c", "d", "p", "q", "r")

MOVES = st.tuples(
    st.sampled_from(STATES), st.sampled_from((*ACTIONS, "c")), st.sampled_from(STATES)
)
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(
    lambda one: one[0] != one[1]
)
STEPS = st.one_of(
    st.tuples(st.sampled_from((*ACTIONS, "c")), st.sampled_from(STATES), st.just("step")),
    st.tuples(st.none(), st.sampled_from(STATES), st.just("put")),
)
Step = tuple[str | None, str, str]


def names_met(past: list[Step]) -> set[str]:
    """What the way to where the subject is has met: from the last visit of a state to the next.

    The way is what is left when one goes on from each state only from its last visit.
    """
    met: set[str] = set()
    place = 0
    while place < len(past):
        action, state, how = past[place]
        if how == "step":
            met |= {action, state} - {None}
        last = max(index for index, one in enumerate(past) if one[1] == state)
        for index in range(place + 1, last + 1):
            stays = past[index][1] == past[index - 1][1] == state
            if stays and past[index][2] == "step":
                met |= {past[index][0], state}
        place = last + 1
    return met


def came_early(past: list[Step], later: str, earlier: str) -> bool:
    """Whether at some step `later` was taken or reached and `earlier` was not met."""
    for number, (action, state, _) in enumerate(past):
        met = names_met(past[:number])
        if later == action and earlier not in met:
            return True
        if later == state and earlier not in met | {action}:
            return True
    return False


def ways_from(moves: set[tuple[str, str, str]], state: str, most: int) -> Iterator[list[str]]:
    """The names along every way of so many steps at most."""
    yield []
    if most:
        for source, action, target in moves:
            if source == state:
                for rest in ways_from(moves, target, most - 1):
                    yield [action, target, *rest]


def breaks(past: list[Step], moves: Any, state: str, later: str, earlier: str) -> bool:
    if came_early(past, later, earlier):
        return True
    met = names_met(past)
    if later == state and earlier not in met:
        return True
    for way in ways_from(moves, state, len(STATES) + 1):
        known = set(met)
        for name in way:
            if name == later and earlier not in known:
                return True
            known.add(name)
    return False


@given(
    st.sampled_from(STATES),
    st.lists(STEPS, max_size=8),
    st.sets(MOVES, max_size=6),
    st.lists(PAIRS, min_size=1, max_size=3, unique=True),
    st.sampled_from(STATES),
)
@settings(max_examples=300, deadline=None)
def test_a_moved_subject_owes_nothing_to_the_later_flow(first, steps, moves, pairs, state) -> None:
    past: list[Step] = [(None, first, "step"), *steps]
    rules = [Invariant(later, earlier, f"{later} 之前必有 {earlier}") for later, earlier in pairs]
    flow = SimpleNamespace(invariants=rules, transitions=[step(*one, "-") for one in moves])
    reading = PastReading(flow)  # type: ignore[arg-type]
    for action, passed, how in past:
        reading.pass_step(action, passed, how)  # type: ignore[arg-type]
    found = {gap.invariant for gap in reading.find_gaps(state)}
    assert found == {one for one in rules if breaks(past, moves, state, one.later, one.earlier)}


@given(st.lists(STEPS, max_size=6), st.sets(MOVES, max_size=6), st.sampled_from(STATES))
@settings(max_examples=100, deadline=None)
def test_what_was_done_and_undone_leaves_the_past_as_it_was(steps, moves, state) -> None:
    rules = [Invariant(later, "p", "-") for later in STATES]
    flow = SimpleNamespace(invariants=rules, transitions=[step(*one, "-") for one in moves])
    once, undone = PastReading(flow), PastReading(flow)  # type: ignore[arg-type]
    past: list[Step] = [(None, "a", "step"), *steps]
    for reading in (once, undone):
        for action, passed, how in past:
            reading.pass_step(action, passed, how)  # type: ignore[arg-type]
    here = past[-1][1]
    undone.pass_step("p", here, "beside")  # one signature of several
    undone.pass_step("p", "elsewhere")
    undone.pass_step("@retract", here, "beside")
    assert undone.find_gaps(state) == once.find_gaps(state)
