"""A teacher's appeal over credits: who may raise it, who may decide it, what may be registered."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.rules.acting import (
    DEPUTY,
    DISTRICT,
    GUIDE,
    PRINCIPAL,
    REVIEWER,
    act,
    blocked_by,
    codes,
    definition_of,
)
from xbyx_rules.lifecycle import Actor, Effects, Refusal

APPEALS = f"{GUIDE}/credit-appeal"
ELSEWHERE = "110102"
TOLD = date(2026, 6, 1)
ANSWERED = date(2026, 6, 10)
DAYS = Decimal(5)

TEACHER = Actor("t7", frozenset({"教师"}), "s1", DISTRICT)
COLLEAGUE = Actor("t8", frozenset({"教师"}), "s1", DISTRICT)
SCHOOL_REVIEWER = Actor("t5", frozenset({"学校复核员"}), "s1", DISTRICT)
DISTRICT_REVIEWER = Actor("d5", frozenset({"区级复核员"}), "training", DISTRICT)
AT_SCHOOL = ("不予受理", "维持", "更正")
AT_DISTRICT = ("区级维持", "退回学校", "区级更正")


def appeal(**other: Any) -> dict[str, Any]:
    return {
        "学校": {"所属区": DISTRICT},
        "教师": "t7",
        "告知日期": TOLD,
        "提出日期": TOLD + timedelta(days=6),  # late, so that even 不予受理 is open
        "受理天数": DAYS,
        "原学分": Decimal(2),
        "复核后学分": Decimal(3),
        "原认定人": "t2",
        "原审核人": "d1",
        "学校复核人": "t5",
        "学校答复日期": ANSWERED,
        "申请复核日期": ANSWERED + timedelta(days=5),
        "区级复核日期": date(2026, 6, 20),
        "复核机构所属区": DISTRICT,
        "更正登记日期": date(2026, 6, 20),
        **other,
    }


def step(
    state: str,
    action: str,
    actor: Actor,
    facts: dict[str, Any] | None = None,
    *,
    comment: str = "理由",
    on: date = date(2026, 6, 20),
) -> Effects | Refusal:
    facts = appeal() if facts is None else facts
    return act(
        "appeal-flow",
        state,
        action,
        actor,
        facts,
        policy=APPEALS,
        on=on,
        comment=comment,
        submitter=TEACHER,
    )


def test_an_appeal_goes_from_the_teacher_over_the_school_to_the_districts_register() -> None:
    path = [
        ("提出异议", TEACHER),
        ("维持", SCHOOL_REVIEWER),
        ("告知", DEPUTY),
        ("申请区级复核", TEACHER),
        ("区级更正", DISTRICT_REVIEWER),
        ("更正登记", REVIEWER),
    ]
    state = "拟提出"
    for action, actor in path:
        decided = step(state, action, actor)
        assert isinstance(decided, Effects), (action, codes(decided))
        state = decided.transition.target
    assert state == "已更正登记"


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("拟提出", "提出异议"),
        ("待学校复核", "撤回"),
        ("已告知", "接受"),
        ("已告知", "申请区级复核"),
    ],
)
def test_nobody_but_the_teacher_of_the_record_acts_for_the_teacher(state: str, action: str) -> None:
    assert isinstance(step(state, action, TEACHER), Effects)
    assert codes(step(state, action, COLLEAGUE)) == ["XR509"]
    assert "XR502" in codes(step(state, action, PRINCIPAL))


@pytest.mark.parametrize("action", AT_SCHOOL)
def test_neither_the_teacher_nor_who_recognised_the_credits_decides_at_the_school(
    action: str,
) -> None:
    assert isinstance(step("待学校复核", action, SCHOOL_REVIEWER), Effects)
    for own in ("教师", "原认定人"):
        assert codes(step("待学校复核", action, SCHOOL_REVIEWER, appeal(**{own: "t5"}))) == [
            "XR509"
        ]


@pytest.mark.parametrize("action", AT_DISTRICT)
def test_who_decided_before_does_not_decide_at_the_second_level(action: str) -> None:
    assert isinstance(step("待区级复核", action, DISTRICT_REVIEWER), Effects)
    for own in ("教师", "学校复核人", "原审核人"):
        assert codes(step("待区级复核", action, DISTRICT_REVIEWER, appeal(**{own: "d5"}))) == [
            "XR509"
        ]


@pytest.mark.parametrize("action", AT_DISTRICT)
def test_a_reviewer_of_another_district_decides_nothing(action: str) -> None:
    stranger = Actor("x5", frozenset({"区级复核员"}), "training", ELSEWHERE)
    assert codes(step("待区级复核", action, stranger)) == ["XR509"]


@pytest.mark.parametrize(
    ("state", "action", "actor"),
    [
        ("待学校复核", "不予受理", SCHOOL_REVIEWER),
        ("待学校复核", "维持", SCHOOL_REVIEWER),
        ("待区级复核", "区级维持", DISTRICT_REVIEWER),
        ("待区级复核", "退回学校", DISTRICT_REVIEWER),
    ],
)
def test_a_decision_against_the_teacher_says_why(state: str, action: str, actor: Actor) -> None:
    assert "XR509" in codes(step(state, action, actor, comment=""))


@pytest.mark.parametrize(
    ("state", "action", "actor"),
    [("待学校复核", "更正", SCHOOL_REVIEWER), ("待区级复核", "区级更正", DISTRICT_REVIEWER)],
)
def test_a_correction_says_why_only_where_it_takes_credits_away(
    state: str, action: str, actor: Actor
) -> None:
    less = appeal(复核后学分=Decimal("1.99"))
    assert isinstance(step(state, action, actor, comment=""), Effects)
    assert codes(step(state, action, actor, less, comment="")) == ["XR509"]
    assert isinstance(step(state, action, actor, less), Effects)
    negative = appeal(复核后学分=Decimal("-0.01"))
    assert blocked_by(step(state, action, actor, negative)) == ["corrected-credits"]


def test_an_appeal_on_the_last_day_cannot_be_refused_as_late() -> None:
    last = appeal(提出日期=TOLD + timedelta(days=5))
    assert codes(step("待学校复核", "不予受理", SCHOOL_REVIEWER, last)) == ["XR509"]
    assert isinstance(step("待学校复核", "不予受理", SCHOOL_REVIEWER), Effects)


def test_without_a_term_of_the_hosts_no_appeal_is_late() -> None:
    facts = appeal()
    del facts["受理天数"]
    assert isinstance(step("拟提出", "提出异议", TEACHER, facts), Effects)
    assert isinstance(step("待学校复核", "不予受理", SCHOOL_REVIEWER, facts), Refusal)
    assert isinstance(step("已告知", "期满结案", DEPUTY, facts), Refusal)


def test_silence_closes_an_appeal_on_the_day_after_the_last() -> None:
    last = ANSWERED + timedelta(days=5)
    assert codes(step("已告知", "期满结案", DEPUTY, on=last)) == ["XR509"]
    assert isinstance(step("已告知", "期满结案", DEPUTY, on=last + timedelta(days=1)), Effects)


def test_nothing_is_registered_before_the_district_has_re_examined() -> None:
    early = appeal(更正登记日期=date(2026, 6, 19))
    assert blocked_by(step("待更正登记", "更正登记", REVIEWER, early)) == [
        "reviewed-before-correction"
    ]
    lifecycle = definition_of(APPEALS, "appeal-flow").lifecycle
    entering = {one.action for one in lifecycle.transitions if one.target == "待更正登记"}
    assert entering == {"区级更正"}
    assert {one.action for one in lifecycle.transitions if one.target == "已更正登记"} == {
        "更正登记"
    }
    for state in ("待学校复核", "待告知", "已告知", "待区级复核"):
        assert codes(step(state, "更正登记", REVIEWER)) == ["XR501"]
