"""A command is called in logs by what documents declare."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integration.year_plan import DEPUTY, FLOW, NINE, POLICY, PlanHost, make_policy
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.ledger.naming import name_command, name_entity
from xbyx_rules.lifecycle import Command
from xbyx_rules.telemetry import OTHER

SHORTER = replace(FLOW, transitions=tuple(one for one in FLOW.transitions if one.action != "备案"))


def desk(current: Any = None, *earlier: Any) -> Any:
    policies = {POLICY: current or make_policy()}
    return SimpleNamespace(policies=policies, earlier=earlier, host=PlanHost())


def command(entity: str, action: str) -> Command:
    return Command(Subject(entity, "x"), action, DEPUTY, "c", NINE)


@pytest.mark.parametrize(
    ("entity", "action", "is_typed", "names"),
    [
        ("年度计划", "备案", True, ("年度计划", "备案")),
        ("年度计划", "张三丰", True, ("年度计划", OTHER)),
        ("年度计划", "@erase", True, ("年度计划", OTHER)),
        ("年度计划", "@erase", False, ("年度计划", "@erase")),
        ("张三丰", "备案", True, (OTHER, OTHER)),
        ("张三丰", "@erase", False, (OTHER, "@erase")),
    ],
)
def test_what_no_flow_declares_is_other(
    entity: str, action: str, is_typed: bool, names: tuple[str, str]
) -> None:
    assert name_command(desk(), command(entity, action), is_typed=is_typed) == names


def test_an_action_of_an_earlier_text_keeps_its_name() -> None:
    asked = command("年度计划", "备案")
    current = make_policy(SHORTER, "sha256:new")
    assert name_command(desk(current), asked, is_typed=True) == ("年度计划", OTHER)
    both = desk(current, make_policy())
    assert name_command(both, asked, is_typed=True) == ("年度计划", "备案")


def test_a_flow_whose_document_is_not_loaded_declares_nothing() -> None:
    nothing = SimpleNamespace(policies={}, earlier=(), host=PlanHost())
    found = name_command(nothing, command("年度计划", "备案"), is_typed=True)  # type: ignore[arg-type]
    assert found == ("年度计划", OTHER)


def test_an_entity_is_named_where_a_vocabulary_has_it() -> None:
    vocabulary = SimpleNamespace(entities={"学校": None})
    policies: Any = {"a": SimpleNamespace(checked=SimpleNamespace(vocabulary=vocabulary))}
    assert name_entity(policies, "学校") == "学校"
    assert name_entity(policies, "张三丰") == OTHER
