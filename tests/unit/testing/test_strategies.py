"""Strategies from the vocabulary: what they give fits it, and comes near to the thresholds."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from xbyx_rules import Complete, decide, load_policies
from xbyx_rules.lifecycle import Effects, Refusal
from xbyx_rules.testing import district, facts, histories
from xbyx_rules.testing.thresholds import find_thresholds

POLICY = load_policies()["cn/beijing/school-based-training"]
FLOW = POLICY.checked.lifecycles["annual-plan"]
ON = date(2025, 10, 1)


@given(st.data())
@settings(max_examples=30)
def test_a_district_can_be_decided(data: st.DataObject) -> None:
    found = data.draw(district(POLICY, schools=(1, 2)))
    keys = [one.subject.key for one in found.schools]
    assert len(set(keys)) == len(keys)
    for case in found.schools:
        assert case.facts["所属区"] == found.code
        assert decide(POLICY, case, on=ON).findings


def test_no_school_is_the_smallest_district() -> None:
    smallest = find(district(POLICY, schools=(0, 3), terms=["专项列支"]), lambda _: True)
    assert smallest.schools == ()


def test_facts_may_all_be_missing_or_all_be_known() -> None:
    assert find(facts("学校"), lambda _: True) == {}
    whole = find(facts("培训记录", terms=["学时"], is_complete=True), lambda _: True)
    assert whole == {"学时": Decimal(0)}


@pytest.mark.parametrize("money", ["999999.99", "1000000.01"])
def test_numbers_stand_beside_a_threshold(money: str) -> None:
    from xbyx_rules.feel.types import NumberType
    from xbyx_rules.testing.strategies import values
    from xbyx_rules.testing.thresholds import Thresholds

    near = Thresholds(numbers=(Decimal(1_000_000),))
    wanted = Decimal(money)
    kind = NumberType(Decimal(0), None, 2)
    assert find(values(kind, near), lambda one: one == wanted) == wanted


def test_a_parameter_is_a_threshold() -> None:
    assert Decimal("0.05") in find_thresholds(POLICY, ["funding-floor"]).numbers
    assert date(2022, 6, 1) in find_thresholds(POLICY, ["funding-floor"]).dates


def test_a_reference_meets_a_key() -> None:
    staff = facts("学校", terms=["教职工"], is_complete=True)

    def is_met(one: dict[str, object]) -> bool:
        listed = one["教职工"]
        assert isinstance(listed, Complete)
        keys = [person.get("工号") for person in listed]
        return any(person.get("上级") in keys for person in listed if "上级" in person)

    assert is_met(find(staff, is_met))


@given(histories(FLOW))
@settings(max_examples=50)
def test_a_history_goes_on_from_where_it_stands(steps: tuple[object, ...]) -> None:
    state = FLOW.initial
    for step in steps:
        assert step.before.state == state
        if isinstance(step.answer, Effects):
            state = step.answer.target
    assert state in FLOW.states


def test_histories_hold_accepted_and_refused_commands() -> None:
    for kind in (Effects, Refusal):
        assert find(histories(FLOW), lambda s, k=kind: any(isinstance(o.answer, k) for o in s))


def test_an_unknown_entity_or_term_is_refused() -> None:
    with pytest.raises(KeyError):
        facts("学较")
    with pytest.raises(KeyError):
        facts("学校", terms=["专任教师"])


def test_testing_imports_without_hypothesis() -> None:
    code = "import sys; import xbyx_rules.testing; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
