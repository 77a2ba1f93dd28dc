"""Law: no command of a model changes any state, whatever flow and roles (人在回路)."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.revising import NEW, begin, file_plan, open_with_force
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    FLOW,
    HEAD,
    NINE,
    PLAN,
    REVIEWER,
    WAY,
    command,
    make_finding,
    stand_in_deciding,
    tick,
)
from xbyx_rules import load_policies
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import suggest
from xbyx_rules.lifecycle import (
    Actor,
    Command,
    ConditionFinding,
    Definition,
    Guards,
    Refusal,
    Snapshot,
    build_definition,
    decide_command,
    pair_persons,
    required_anchors,
)
from xbyx_rules.policy import Outcome

ROLES = frozenset({"分管负责人", "校长", "区级审核员", "区教委备案员"})
PEOPLE = (DEPUTY, HEAD, REVIEWER, CLERK)
ACTIONS = tuple(dict.fromkeys(one.action for one in FLOW.transitions))


@cache
def definitions() -> tuple[Definition, ...]:
    """Every flow of the bundled rules."""
    return tuple(
        build_definition(flow, policy=name, policy_hash=found.policy.hash)
        for name, found in sorted(load_policies().items())
        for flow in found.checked.lifecycles.values()
    )


def allow(definition: Definition, snapshot: Snapshot, asked: Command) -> Guards:
    """Guards by which nothing stands in the way, and every role is delegated."""
    lifecycle = definition.lifecycle
    one = lifecycle.transition(snapshot.state, asked.action)
    assert one is not None
    needed = required_anchors(lifecycle, one, one.target)
    pairs = pair_persons(snapshot, asked) if one.condition_text else ()
    met = make_finding(lifecycle.id, Outcome.MET)
    return Guards(
        NINE.date(),
        requirements=tuple(make_finding(anchor, Outcome.MET) for anchor in needed),
        conditions=tuple(ConditionFinding(person, other, met) for person, other in pairs),
        delegated=frozenset(one.roles),
    )


@pytest.mark.parametrize("way", ["itself", "for a person", "as the principal"])
def test_in_every_flow_of_the_rules_every_action_of_a_model_is_refused(way: str) -> None:
    steps = [(found, one) for found in definitions() for one in found.lifecycle.transitions]
    assert len(steps) > 50
    taken = 0
    for found, one in steps:
        model = Actor("model-1", frozenset(one.roles), kind="model")
        person = Actor("t-1", frozenset(one.roles))
        actor, principal = {
            "itself": (model, None),
            "for a person": (model, person),
            "as the principal": (person, model),
        }[way]
        subject = Subject(found.lifecycle.subject, "1")
        given_ = {"comment": "意见", "target": one.target, "signature": "seal-1"}
        asked = Command(subject, one.action, actor, "c", NINE, on_behalf_of=principal, **given_)
        snapshot = Snapshot(one.source, 3)
        decided = decide_command(found, snapshot, asked, allow(found, snapshot, asked))
        assert isinstance(decided, Refusal), (found.key, one.action)
        assert "XR503" in [each.code for each in decided.diagnostics], (found.key, one.action)
        # The same by a person isn't refused for who they are: the refusal is the model's.
        by_person = Command(subject, one.action, person, "c", NINE, **given_)
        other = decide_command(found, snapshot, by_person, allow(found, snapshot, by_person))
        taken += not isinstance(other, Refusal)
    assert taken > len(steps) // 2


MOVES = st.tuples(
    st.sampled_from(
        ["act", "act", "for", "principal", "suggest", "transfer", "retract", "revise", "erase"]
    ),
    st.sampled_from(ACTIONS),
    st.sampled_from(PEOPLE),
)


@given(st.integers(0, 4), st.lists(MOVES, max_size=8))
@settings(max_examples=40, deadline=None)
def test_whatever_a_model_sends_no_state_and_no_turn_changes(
    steps: int, moves: list[tuple[str, str, Actor]]
) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_with_force(None, NEW.key)
        file_plan(ledger, engine, PLAN, steps)
        before = _standing(ledger, engine)
        done = 0
        for number, (kind, action, person) in enumerate(moves):
            try:
                _send(ledger, engine, kind, action, person, number)
            except CommandRefused:
                continue
            assert kind == "suggest"
            done += 1
        assert _standing(ledger, engine) == before
        # A person's way on is what it was: every suggestion is passed by.
        if done and steps < len(WAY):
            action, actor, more = WAY[steps]
            assert ledger.act(engine, command(action, actor, "on", at=tick(1), **more))
        assert ledger.verify(engine).is_intact
        engine.dispose()


def _send(ledger: Any, engine: Any, kind: str, action: str, person: Actor, number: int) -> None:
    model = Actor("model-1", ROLES, person.organisation, person.district, kind="model")
    name, at = f"m-{number}", tick(1)
    if kind == "act":
        ledger.act(engine, command(action, model, name, at=at, comment="意见"))
    elif kind == "for":
        asked = command(action, model, name, at=at, comment="意见", on_behalf_of=person)
        ledger.act(engine, asked)
    elif kind == "principal":
        asked = command(action, person, name, at=at, comment="意见", on_behalf_of=model)
        ledger.act(engine, asked)
    elif kind == "suggest":
        given_ = {"actor": model, "command_id": name, "at": at, "reason": "理由"}
        suggest(ledger, engine, PLAN, action, **given_)
    elif kind == "transfer":
        ledger.signers.transfer(
            engine, PLAN, 1, "model-2", actor=model, command_id=name, at=at, reason="理由"
        )
    elif kind == "retract":
        ledger.signers.retract(engine, PLAN, actor=model, command_id=name, at=at)
    elif kind == "revise":
        begin(ledger, engine, actor=model, at=at, command_id=name)
    else:
        ledger.erase(
            engine,
            PLAN,
            version=2,
            kind="receipt",
            reason="理由",
            actor=model,
            command_id=name,
            at=at,
        )


def _standing(ledger: Any, engine: Any) -> Any:
    turns = [
        (role, one.subject, one.state, one.number, one.opened_at)
        for role in sorted(ROLES)
        for one in ledger.tasks(engine, role)
    ]
    found = ledger.snapshot(engine, PLAN)
    return turns, found.state, found.seats, found.submitters, ledger.timeline(engine, NEW)
