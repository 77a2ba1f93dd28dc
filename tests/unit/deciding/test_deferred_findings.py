"""A finding's outcome is there at once; what explains it is made when it is first read."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from xbyx_rules import Case, Complete, Subject, decide, load_policies
from xbyx_rules.compiling import Budget, ExecutablePolicy
from xbyx_rules.deciding import Finding, Review, evaluation
from xbyx_rules.deciding.evaluation import Evaluation
from xbyx_rules.deciding.judging import judge
from xbyx_rules.errors import CaseError

ON = date(2025, 10, 1)
FACTS = {
    "公用经费年度预算总额": Decimal(1_000_000),
    "教师培训经费预算": Decimal("49999.99"),
    "专项列支": True,
}


@pytest.fixture(scope="module")
def policy() -> ExecutablePolicy:
    return load_policies()["cn/beijing/school-based-training"]


def review(policy: ExecutablePolicy, facts: Mapping[str, Any] = FACTS) -> Review:
    return decide(policy, Case(Subject("学校", "2111000001"), facts), on=ON)


def is_explained(finding: Finding) -> bool:
    """Whether its slot of conditions is filled in."""
    try:
        type(finding).conditions.__get__(finding)  # type: ignore[attr-defined]
    except AttributeError:
        return False
    return True


def test_outcomes_are_told_without_explaining_anything(policy: ExecutablePolicy) -> None:
    made = review(policy)
    assert made["funding-floor"].outcome.code == "not_met"
    assert not made["funding-floor"].allows
    assert "funding-floor" in [one.clause for one in made.blocked_by]
    assert not any(is_explained(one) for one in made)


def test_reading_one_field_fills_in_all_of_them(policy: ExecutablePolicy) -> None:
    finding = review(policy)["funding-floor"]
    assert not is_explained(finding)
    assert finding.locator
    assert is_explained(finding)
    assert [one.outcome for one in finding.conditions] == [False, True]
    assert finding.remedies
    assert finding.message["zh"]


def test_the_explanation_tells_of_the_facts_as_they_were(policy: ExecutablePolicy) -> None:
    staff = [{"工号": "1", "职务": "校长"}]
    documents = Complete([{"种类": "规划"}])
    facts = {**FACTS, "教职工": Complete(staff), "研修文件": documents}
    expected = [pickle.dumps(one) for one in review(policy, copy.deepcopy(facts))]
    made = review(policy, facts)
    staff[0]["职务"] = "教师"
    facts["教师培训经费预算"] = Decimal(1)
    facts["教职工"].clear()
    documents.clear()
    del facts["专项列支"]
    assert [pickle.dumps(one) for one in made] == expected


def test_a_fact_that_does_not_fit_is_an_error_at_once(policy: ExecutablePolicy) -> None:
    # The first condition is false, so that the second does not decide.
    with pytest.raises(CaseError) as raised:
        review(policy, {**FACTS, "专项列支": "是"})
    assert [one.code for one in raised.value.diagnostics] == ["XR301"]


def test_a_deferred_finding_is_a_value_like_any_other(policy: ExecutablePolicy) -> None:
    one, other = review(policy)["funding-floor"], review(policy)["funding-floor"]
    assert one == other
    assert repr(one) == repr(other)
    assert repr(one).startswith("Finding(clause='funding-floor', locator='六(二)-5'")
    for made in (pickle.loads(pickle.dumps(review(policy)["funding-floor"])), copy.copy(other)):
        assert made == one
    assert replace(review(policy)["funding-floor"], title="甲").title == "甲"
    with pytest.raises(AttributeError):
        one.outcome = one.outcome  # type: ignore[misc]


def test_a_name_that_is_no_field_is_an_error_as_ever(policy: ExecutablePolicy) -> None:
    finding = review(policy)["funding-floor"]
    with pytest.raises(AttributeError, match="no field 'outcomes'"):
        finding.outcomes  # type: ignore[attr-defined]  # noqa: B018
    assert not is_explained(finding)


def test_what_is_known_at_once_equals_what_is_filled_in(policy: ExecutablePolicy) -> None:
    """Every clause of the document, with all facts missing, some, and on a day without a rule."""
    for facts in ({}, FACTS):
        for day in (ON, date(1990, 1, 1)):
            case = Case(Subject("学校", "2111000001"), facts)
            for made in decide(policy, case, on=day):
                early = (made.clause, made.outcome, made.is_blocking, made.value)
                whole = made._complete()
                assert early == (whole.clause, whole.outcome, whole.is_blocking, whole.value)
                assert all(getattr(made, one.name) is not None for one in fields(made)[:3])


def test_another_decimal_context_changes_no_explanation(policy: ExecutablePolicy) -> None:
    expected = review(policy)["funding-floor"].conditions
    finding = review(policy)["funding-floor"]
    with localcontext() as context:
        context.prec = 2
        assert finding.conditions == expected


def test_threads_that_read_one_finding_see_the_same(policy: ExecutablePolicy) -> None:
    for _ in range(20):
        made = review(policy)
        with ThreadPoolExecutor(4) as pool:
            seen = list(pool.map(lambda _, made=made: [one.facts for one in made], range(8)))
        assert all(one == seen[0] for one in seen)


def test_an_explanation_that_takes_too_long_says_so(
    policy: ExecutablePolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"教职工": Complete([{"工号": str(one), "职务": "教师"} for one in range(50)])}
    names = Evaluation(policy, "学校", facts, {}, ON)
    finding = judge(policy.clauses["layered-network"], names, Case(Subject("学校", "1"), facts))
    monkeypatch.setattr(evaluation, "STEP_LIMIT", 10)
    with pytest.raises(CaseError) as raised:
        _ = finding.conditions
    assert [one.code for one in raised.value.diagnostics] == ["XR305"]
    monkeypatch.undo()
    assert finding.conditions


def test_no_explanation_spends_the_steps_of_another(
    policy: ExecutablePolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"教职工": Complete([{"工号": str(one), "职务": "教师"} for one in range(50)])}
    case = Case(Subject("学校", "1"), facts)

    def can_explain(count: int, limit: int) -> bool:
        monkeypatch.setattr(evaluation, "STEP_LIMIT", limit)
        names = Evaluation(policy, "学校", facts, {}, ON, budget=Budget(1_000_000))
        clause = policy.clauses["layered-network"]
        findings = [judge(clause, names, case) for _ in range(count)]
        try:
            return all(one.conditions for one in findings)
        except CaseError:
            return False

    least = next(2**power for power in range(20) if can_explain(1, 2**power))
    assert least > 1
    assert can_explain(9, least)
