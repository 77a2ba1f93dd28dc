"""A performance evaluation: whose act each step is, and what has to come before the appraisal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.rules.acting import (
    DISTRICT,
    GUIDE,
    PRINCIPAL,
    REVIEWER,
    act,
    blocked_by,
    codes,
    policy_of,
)
from xbyx_rules import Case, Subject, decide
from xbyx_rules.lifecycle import Actor, Effects
from xbyx_rules.policy import Outcome

EVALUATION = f"{GUIDE}/evaluation"
EVALUATOR = Actor("e1", frozenset({"区教委评价员"}), "education", DISTRICT)
EXAMINER = Actor("e2", frozenset({"区教委复核员"}), "education", DISTRICT)
ONE_CASE = {
    "学校": {"所属区": DISTRICT},
    "评价周期首日": date(2024, 9, 1),
    "评价周期末日": date(2025, 8, 31),
    "指标公布日期": date(2024, 10, 8),
    "学校自评日期": date(2025, 6, 20),
    "评价日期": date(2025, 7, 1),
    "评价机构类别": "区级教育行政部门",
    "评价人": "e1",
    "告知日期": date(2025, 7, 4),
    "有异议": True,
    "异议日期": date(2025, 7, 8),
    "复核日期": date(2025, 7, 15),
    "复核人": "e2",
    "结果确定日期": date(2025, 7, 21),
    "列入学校年度考核": True,
    "学校考核日期": date(2025, 12, 20),
    "列入校长年度考核": True,
    "校长考核日期": date(2025, 12, 22),
}
WAY = (
    ("拟定", "公布指标", EVALUATOR, date(2024, 10, 8)),
    ("待自评", "提交自评", PRINCIPAL, date(2025, 6, 20)),
    ("待评价", "完成评价", EVALUATOR, date(2025, 7, 1)),
    ("待告知", "告知学校", EVALUATOR, date(2025, 7, 4)),
    ("待学校确认", "提出异议", PRINCIPAL, date(2025, 7, 8)),
    ("待复核", "复核维持", EXAMINER, date(2025, 7, 15)),
    ("待定结果", "确定结果", EVALUATOR, date(2025, 7, 21)),
    ("结果已定", "纳入考核", EVALUATOR, date(2025, 12, 22)),
)


def step(state: str, action: str, actor: Actor, on: date, **changed: Any) -> Any:
    return act(
        "evaluation-flow",
        state,
        action,
        actor,
        {**ONE_CASE, **changed},
        policy=EVALUATION,
        on=on,
        comment="理由",
        submitter=EVALUATOR,
    )


def test_a_contested_evaluation_goes_its_whole_way() -> None:
    for number, (state, action, actor, on) in enumerate(WAY):
        decided = step(state, action, actor, on)
        assert isinstance(decided, Effects), (state, codes(decided), blocked_by(decided))
        following = WAY[number + 1][0] if number + 1 < len(WAY) else "已纳入考核"
        assert decided.target == following


@pytest.mark.parametrize(("state", "action", "actor", "on"), WAY)
def test_no_step_is_the_training_institutions(
    state: str, action: str, actor: Actor, on: date
) -> None:
    """六(三)-1a gives it an assessment of its own, 六(二)-4 the evaluation to the authority."""
    del actor
    assert "XR502" in codes(step(state, action, REVIEWER, on))


def test_who_evaluated_does_not_re_examine() -> None:
    same = Actor("e1", frozenset({"区教委复核员"}), "education", DISTRICT)
    assert codes(step("待复核", "复核维持", same, date(2025, 7, 15))) == ["XR509"]


def test_another_districts_authority_does_not_evaluate() -> None:
    other = Actor("e9", frozenset({"区教委评价员"}), "education", "110102")
    assert "XR509" in codes(step("待评价", "完成评价", other, date(2025, 7, 1)))


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"评价机构类别": "区级教师培训机构"}, "evaluated-by-authority"),
        ({"学校自评日期": date(2025, 7, 2)}, "self-evaluation-first"),
        (
            {"评价周期首日": date(2025, 6, 21), "学校自评日期": date(2025, 6, 20)},
            "self-evaluation-first",
        ),
        ({"评价日期": date(2025, 7, 2)}, "evaluation-made"),
    ],
)
def test_an_evaluation_is_complete_once_made_by_its_body_after_the_school(
    changed: dict[str, Any], rule: str
) -> None:
    assert blocked_by(step("待评价", "完成评价", EVALUATOR, date(2025, 7, 1), **changed)) == [rule]


def test_an_evaluation_made_after_its_period_is_reminded_of_and_still_goes_on() -> None:
    late = {**ONE_CASE, "评价周期末日": date(2025, 6, 30)}
    decided = step("待评价", "完成评价", EVALUATOR, date(2025, 7, 1), **late)
    assert isinstance(decided, Effects)
    case = Case(Subject("绩效评价事项", "1"), late)
    finding = decide(policy_of(EVALUATION), case, on=date(2025, 7, 1), only={"within-period"})
    assert finding["within-period"].outcome is Outcome.NOT_MET
    assert not policy_of(EVALUATION).clauses["within-period"].is_blocking


def test_a_contested_result_waits_for_the_re_examination() -> None:
    decided = step("待定结果", "确定结果", EVALUATOR, date(2025, 7, 21), 复核日期=date(2025, 7, 22))
    assert blocked_by(decided) == ["objection-re-examined"]


@pytest.mark.parametrize(
    ("term", "rule"),
    [("列入学校年度考核", "used-for-school"), ("列入校长年度考核", "used-for-principal")],
)
def test_neither_appraisal_stands_in_for_the_other(term: str, rule: str) -> None:
    decided = step("结果已定", "纳入考核", EVALUATOR, date(2025, 12, 22), **{term: False})
    assert blocked_by(decided) == [rule]
