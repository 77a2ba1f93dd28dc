"""Law: whichever order a host gives its records in, every statistic is the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules import Complete, ExecutablePolicy, decide, load_policies
from xbyx_rules.testing.examples import PreparedExample, prepare_examples

NAMES = (
    "cn/beijing/school-based-training/statistics",
    "cn/beijing/school-based-training/activity-statistics",
    "cn/beijing/school-based-training/outcome-statistics",
)


@cache
def policy(name: str) -> ExecutablePolicy:
    return load_policies()[name]


@cache
def examples(name: str) -> tuple[PreparedExample, ...]:
    clauses = policy(name).policy.clauses
    anchors = [one.id for one in clauses if one.property("对象") == "研修统计"]
    return tuple(one for anchor in anchors for one in prepare_examples(policy(name), anchor))


def shuffle(draw: st.DrawFn, value: Any) -> Any:
    """A value with every list of records in it in another order."""
    if isinstance(value, Complete):
        return Complete(draw(st.permutations([shuffle(draw, one) for one in value])))
    if isinstance(value, dict):
        return {name: shuffle(draw, one) for name, one in value.items()}
    return value


@st.composite
def shuffled(draw: st.DrawFn, name: str) -> tuple[PreparedExample, dict[str, Any]]:
    example = draw(st.sampled_from(examples(name)))
    return example, {key: shuffle(draw, value) for key, value in example.case.facts.items()}


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(deadline=None)
def test_the_order_of_records_changes_no_statistic(name: str, data: st.DataObject) -> None:
    example, facts = data.draw(shuffled(name))
    clause = example.clause
    asked = [
        decide(policy(name), one, on=example.on, only=[clause])[clause]
        for one in (example.case, replace(example.case, facts=facts))
    ]
    assert asked[0].outcome is asked[1].outcome
    assert asked[0].value == asked[1].value
