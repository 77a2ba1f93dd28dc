"""A decision is told by its document, its counts and its duration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from tests.recording import recording
from xbyx_rules import Case, Complete, Subject, decide, load_policies
from xbyx_rules.errors import CaseError
from xbyx_rules.telemetry import decide_watched, watch_decision

ID = "cn/beijing/school-based-training"
DAY = date(2025, 10, 1)
ENOUGH = {
    "公用经费年度预算总额": Decimal(1_000_000),
    "教师培训经费预算": Decimal(50_000),
    "专项列支": True,
}


def case(**facts: object) -> Case:
    return Case(Subject("学校", "2111000001"), {**ENOUGH, **facts})


def test_a_watched_decision_is_the_decision():
    policy = load_policies()[ID]
    only = ("funding-floor", "leading-group")
    with capture_logs():
        assert decide_watched(policy, case(), on=DAY, only=only) == decide(
            policy, case(), on=DAY, only=only
        )


def test_a_decision_is_told_by_counts():
    policy = load_policies()[ID]
    with capture_logs() as events:
        decide_watched(policy, case(), on=DAY, only=("funding-floor", "leading-group"))
    (event,) = events
    assert event.pop("seconds") > 0
    assert event == {
        "event": "decided",
        "log_level": "debug",
        "policy": ID,
        "met": 1,
        "undetermined": 1,
    }
    with recording() as recorder:
        for budget in (50_000, 49_999):
            facts = case(教师培训经费预算=Decimal(budget))
            decide_watched(policy, facts, on=DAY, only=("funding-floor",))
        first, second = recorder.spans
        assert first.name == second.name == f"decide {ID}"
        assert dict(first.attributes or {}) == {"xbyx.policy.id": ID, "xbyx.decision.met": 1}
        assert dict(second.attributes or {}) == {"xbyx.policy.id": ID, "xbyx.decision.not_met": 1}
        assert recorder.values("xbyx.decision.duration") == {(("xbyx.policy.id", ID),): 2}
        assert recorder.values("xbyx.decision.findings") == {
            (("xbyx.finding.outcome", "met"), ("xbyx.policy.id", ID)): 1,
            (("xbyx.finding.outcome", "not_met"), ("xbyx.policy.id", ID)): 1,
        }


def test_facts_that_do_not_fit_are_told_by_code_and_never_by_value():
    policy = load_policies()[ID]
    with recording() as recorder, capture_logs() as events:
        with pytest.raises(CaseError):
            decide_watched(policy, case(专项列支="身份证110101199001011234"), on=DAY)
        told = recorder.everything()
    assert [(one["event"], one["codes"]) for one in events] == [("decision_failed", ["XR301"])]
    assert "XR301" in told
    assert "110101199001011234" not in told + repr(events)


def test_a_decision_without_findings_counts_as_a_decision():
    with recording() as recorder:
        with watch_decision("a") as watch:
            watch.finish(())
        assert recorder.values("xbyx.decision.duration") == {(("xbyx.policy.id", "a"),): 1}
        assert recorder.values("xbyx.decision.findings") == {}


def test_a_whole_review_is_counted_finding_by_finding():
    policy = load_policies()[ID]
    facts = {**ENOUGH, "教职工": Complete([{"工号": "1", "职务": "校长"}])}
    with recording() as recorder:
        review = decide_watched(policy, Case(Subject("学校", "1"), facts), on=DAY)
        counted = recorder.values("xbyx.decision.findings")
    assert sum(counted.values()) == len(review.findings)
