"""The behaviour of `transitions` that the definition rests on, and the definition itself."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from transitions import Machine, MachineError

from tests.integration.year_plan import FLOW, POLICY, make_finding, step
from xbyx_rules.lifecycle import build_definition
from xbyx_rules.policy import Outcome

BLOCK = make_finding("funding-floor", Outcome.NOT_MET)


def build(flow=FLOW, text="sha256:a"):
    return build_definition(flow, policy=POLICY, policy_hash=text)


def test_an_action_leads_where_the_flow_says():
    definition = build()
    for one in FLOW.transitions:
        assert definition.fire(one.source, one.action, blocked_by=()) == one.target


def test_a_finding_in_the_way_keeps_the_state():
    assert build().fire("草稿", "撤回", blocked_by=(BLOCK,)) is None


def test_an_action_of_another_state_is_an_error():
    with pytest.raises(MachineError):
        build().fire("草稿", "备案", blocked_by=())


def test_firing_leaves_nothing_behind_in_the_machine():
    definition = build()
    before = (list(definition.machine.states), list(definition.machine.events))
    definition.fire("草稿", "撤回", blocked_by=())
    assert definition.machine.models == []
    assert (list(definition.machine.states), list(definition.machine.events)) == before


def test_only_the_flows_own_actions_are_events():
    actions = {one.action for one in FLOW.transitions}
    assert set(build().machine.events) == actions


def test_one_machine_serves_many_threads():
    definition = build()
    wrong: list[str | None] = []

    def run():
        for _ in range(300):
            for one in FLOW.transitions:
                target = definition.fire(one.source, one.action, blocked_by=())
                if target != one.target:
                    wrong.append(target)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["state", "trigger", "on_enter_待校级审核", "os.getpid", "_state2"]
)
def test_no_name_of_a_flow_is_ever_called_or_looked_up(name):
    flow = replace(
        FLOW, transitions=(*FLOW.transitions, step("草稿", name, "已撤回", "分管负责人"))
    )
    assert build(flow).fire("草稿", name, blocked_by=()) == "已撤回"


def test_a_text_as_guard_would_be_imported_and_called_so_none_is_ever_given():
    """What `transitions` does with a string is the reason why ours are callables."""
    machine = Machine(model=None, states=["a", "b"], initial="a", auto_transitions=False)
    machine.add_transition("go", "a", "b", conditions=["os.getpid"])
    machine.add_transition("stop", "a", "b", conditions=["no.such"])
    assert machine.events["go"].trigger(SimpleNamespace(state="a")) is False  # it was called
    with pytest.raises(AttributeError):
        machine.events["stop"].trigger(SimpleNamespace(state="a"))
    for event in build().machine.events.values():
        for listed in event.transitions.values():
            for one in listed:
                assert all(callable(condition.func) for condition in one.conditions)
                assert [one.before, one.after, one.prepare] == [[], [], []]


def test_the_machine_has_no_place_where_an_error_vanishes():
    machine = build().machine
    assert not machine.on_exception
    assert not machine.finalize_event
    assert not machine.has_queue


def test_the_version_names_the_flows_own_content():
    assert build().version == build(text="sha256:b").version
    renamed = replace(FLOW, transitions=FLOW.transitions[:-1])
    assert build(renamed).version != build().version
    assert build().key == "cn/beijing/school-based-training#annual-plan"


def test_going_through_the_flow_again_is_the_default_and_runs():
    assert build(replace(FLOW, properties={"退回后": "重走"}))
