"""Law: whatever commands come, a subject stands in a state that the flow's steps lead to."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.year_plan import DISTRICT, FLOW, POLICY, SCHOOL, command, make_finding, step
from xbyx_rules.checking.flow_paths import find_early_path, find_reachable, find_stuck
from xbyx_rules.lifecycle import (
    Actor,
    ConditionFinding,
    Effects,
    Guards,
    Snapshot,
    build_definition,
    decide_command,
    pair_persons,
)
from xbyx_rules.policy import Outcome

DEFINITION = build_definition(FLOW, policy=POLICY, policy_hash="sha256:a")
ACTIONS = sorted({one.action for one in FLOW.transitions})
ROLES = sorted({role for one in FLOW.transitions for role in one.roles})
STEPS = {(one.source, one.action, one.target) for one in FLOW.transitions}

ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from([*ACTIONS, "不存在", ""]),
        st.sampled_from(ROLES),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["person", "person", "person", "timer", "model"]),
        st.sampled_from(list(Outcome)),
        st.sampled_from(list(Outcome)),
        st.sampled_from([None, "", "意见"]),
    ),
    max_size=25,
)


@given(ATTEMPTS)
@settings(max_examples=300, deadline=None)
def test_a_lifecycle_never_leaves_its_states(attempts) -> None:
    snapshot = Snapshot(FLOW.initial)
    taken = []
    for number, (action, role, who, kind, met, holds, comment) in enumerate(attempts):
        place = SCHOOL if role in ("分管负责人", "校长") else DISTRICT
        actor = Actor(who, frozenset({role}), place, "110108", kind)
        asked = command(action, actor, number, comment=comment)
        guards = _findings(snapshot, asked, met, holds)
        decided = decide_command(DEFINITION, snapshot, asked, guards)
        if not isinstance(decided, Effects):
            continue
        transition = decided.transition
        assert (snapshot.state, action, decided.target) in STEPS
        assert kind != "model"
        assert role in transition.roles
        assert not guards.blocked_by
        assert comment or not transition.is_comment_required
        taken.append(decided.target)
        snapshot = Snapshot(decided.target, decided.version)
    assert snapshot.state in FLOW.states
    assert snapshot.version == len(taken)
    assert not set(taken[:-1]) & set(FLOW.finals)
    if "已备案" in taken:
        assert "审核通过" in taken[: taken.index("已备案")]


def _findings(snapshot, asked, met, holds) -> Guards:
    transition = FLOW.transition(snapshot.state, asked.action)
    if transition is None:
        return Guards(asked.at.date())
    pairs = pair_persons(snapshot, asked) if transition.condition_text else ()
    condition = make_finding(FLOW.id, holds)
    return Guards(
        on=asked.at.date(),
        requirements=tuple(make_finding(one, met) for one in transition.must_meet),
        conditions=tuple(ConditionFinding(one, other, condition) for one, other in pairs),
        organisations=dict.fromkeys(("分管负责人", "校长"), SCHOOL),
    )


# --- the search that the check of a flow rests on -------------------------------------------------

NAMES = "abcdef"
EDGES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from("uvwxyz"), st.sampled_from(NAMES)),
    max_size=12,
    unique_by=lambda edge: edge[:2],
)


def _flow_of(edges):
    return [step(source, action, target, "r") for source, action, target in edges]


@given(EDGES, st.sampled_from(NAMES + "uvwxyz"), st.sampled_from(NAMES + "uvwxyz"))
@settings(max_examples=300, deadline=None)
def test_an_early_path_is_found_exactly_when_a_walk_finds_one(edges, later, earlier) -> None:
    steps = _flow_of(edges)
    path = find_early_path(steps, "a", later=later, earlier=earlier)
    assert (path is not None) == _walks_into(edges, "a", later, earlier)
    if path:
        assert path[0].source == "a"
        assert all(one.target == two.source for one, two in pairwise(path))
        names = [name for one in path for name in (one.action, one.target)]
        first = names.index(later)
        assert earlier not in ["a", *names[:first]]


def _walks_into(edges, initial, later, earlier) -> bool:
    """The same by brute force: every walk as the list of names it passes, up to some length."""
    walks = [(initial, [initial])]
    for _ in range(len(NAMES) + 2):
        following = []
        for state, names in walks:
            if later in names:
                before = names[: names.index(later)]
                if earlier not in before:
                    return True
                continue
            if earlier in names:
                continue
            following += [
                (target, [*names, action, target])
                for source, action, target in edges
                if source == state
            ]
        walks = list(
            {(state, tuple(set(names))): (state, names) for state, names in following}.values()
        )
    return False


@given(EDGES, st.sets(st.sampled_from(NAMES)))
@settings(max_examples=200, deadline=None)
def test_what_is_not_stuck_can_reach_an_end(edges, finals) -> None:
    steps = _flow_of(edges)
    stuck = find_stuck(steps, finals, NAMES)
    for state in NAMES:
        reached = find_reachable([state], [(one.source, one.target) for one in steps])
        assert (state in stuck) == (not reached & finals)
