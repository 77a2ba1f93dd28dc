"""Four kinds of documents: who may review, who may file, and what has to come first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.rules.acting import (
    CLERK,
    DAY,
    DEPUTY,
    DISTRICT,
    GUIDE,
    PRINCIPAL,
    REVIEWER,
    act,
    blocked_by,
    codes,
    definition_of,
    policy_of,
)
from xbyx_rules import Case, Complete, Subject, decide
from xbyx_rules.lifecycle import Actor, Effects
from xbyx_rules.policy import Outcome

PLANS = f"{GUIDE}/plan-documents"
NEVER = date(9999, 12, 31)
MECHANISMS = Complete(
    [
        {"种类": kind, "生效日期": date(2020, 9, 1), "失效日期": NEVER}
        for kind in ("评价考核激励办法", "学分认定办法")
    ]
)
SCHOOL = {
    "所属区": DISTRICT,
    "公用经费年度预算总额": Decimal(1_000_000),
    "教师培训经费预算": Decimal(50_000),
    "专项列支": True,
    "研修文件": MECHANISMS,
    "校长": "t1",
    "领导小组": {"已成立": True, "组长": "t1"},
}


def multi_year_plan(
    first: date = date(2024, 1, 1),
    last: date = date(2028, 12, 31),
    approved: date = date(2024, 5, 22),
    repealed: date = NEVER,
) -> dict[str, Any]:
    return {
        "规划编号": "g1",
        "起始日期": first,
        "终止日期": last,
        "批准日期": approved,
        "废止日期": repealed,
    }


def annual_plan(*relied_on: dict[str, Any]) -> dict[str, Any]:
    return {
        "学校": SCHOOL,
        "审核机构所属区": DISTRICT,
        "学年首日": date(2025, 9, 1),
        "学年末日": date(2026, 8, 31),
        "所依据规划": Complete(list(relied_on)),
    }


def test_the_training_institution_approves_an_annual_plan_under_an_approved_plan() -> None:
    decided = act("annual-plan", "待区级审核", "审核通过", REVIEWER, annual_plan(multi_year_plan()))
    assert isinstance(decided, Effects)
    assert decided.next_roles == ("区教委备案员",)


@pytest.mark.parametrize("flow", ["multi-year-plan", "annual-plan", "credit-recognition"])
@pytest.mark.parametrize("actor", [CLERK, PRINCIPAL, DEPUTY])
def test_nobody_but_the_training_institution_approves(flow: str, actor: Actor) -> None:
    decided = act(flow, "待区级审核", "审核通过", actor, annual_plan_or_other(flow))
    assert "XR502" in codes(decided)


def annual_plan_or_other(flow: str) -> dict[str, Any]:
    plan = annual_plan(multi_year_plan())
    own = {"学校", "审核机构所属区"}
    return plan if flow == "annual-plan" else {key: plan[key] for key in own}


@pytest.mark.parametrize("actor", [REVIEWER, PRINCIPAL, DEPUTY])
def test_nobody_but_the_education_authority_files_a_scheme(actor: Actor) -> None:
    facts = {"学校": SCHOOL}
    assert codes(act("scheme-filing", "待备案", "备案", actor, facts)) == ["XR502"]
    assert isinstance(act("scheme-filing", "待备案", "备案", CLERK, facts), Effects)


def test_a_scheme_is_never_reviewed_and_a_plan_is_never_filed_unreviewed() -> None:
    scheme = definition_of(GUIDE, "scheme-filing").lifecycle
    assert "审核通过" not in {one.action for one in scheme.transitions}
    decided = act("annual-plan", "待区级审核", "备案", CLERK, annual_plan(multi_year_plan()))
    assert codes(decided) == ["XR501"]


def test_review_and_filing_of_a_kind_of_document_are_never_one_bodys() -> None:
    """No role acts in both: what the flows say agrees with what the table of bodies says."""
    roles: dict[str, set[str]] = {"审核通过": set(), "备案": set()}
    for policy in (GUIDE, PLANS):
        for flow in policy_of(policy).checked.lifecycles.values():
            for one in flow.transitions:
                if one.action in roles:
                    roles[one.action] |= set(one.roles)
    assert roles == {"审核通过": {"区级审核员"}, "备案": {"区教委备案员"}}


@pytest.mark.parametrize(
    "relied_on",
    [
        [],
        [multi_year_plan(last=date(2025, 12, 31))],
        [multi_year_plan(first=date(2025, 9, 2))],
        [multi_year_plan(approved=NEVER)],
        [multi_year_plan(approved=date(2025, 9, 17))],
        [multi_year_plan(repealed=DAY)],
        [multi_year_plan(last=date(2025, 12, 31)), multi_year_plan(first=date(2026, 1, 2))],
    ],
    ids=["none", "ends", "begins", "unapproved", "tomorrow", "repealed", "gap"],
)
def test_an_annual_plan_waits_for_plans_that_cover_its_year(
    relied_on: list[dict[str, Any]],
) -> None:
    decided = act("annual-plan", "待区级审核", "审核通过", REVIEWER, annual_plan(*relied_on))
    assert codes(decided) == ["XR507"]
    assert blocked_by(decided) == ["school-year-covered"]


def test_two_plans_may_share_a_school_year() -> None:
    relied_on = (multi_year_plan(last=date(2025, 12, 31)), multi_year_plan(date(2026, 1, 1)))
    decided = act("annual-plan", "待区级审核", "审核通过", REVIEWER, annual_plan(*relied_on))
    assert isinstance(decided, Effects)


def test_an_annual_plan_of_which_the_plans_are_not_known_is_not_approved() -> None:
    facts = annual_plan()
    del facts["所依据规划"]
    decided = act("annual-plan", "待区级审核", "审核通过", REVIEWER, facts)
    assert codes(decided) == ["XR508"]


def change(**more: Any) -> dict[str, Any]:
    return {
        "学校": SCHOOL,
        "文件种类": "年度计划",
        "变更方式": "修改",
        "变更事项": Complete(["活动时间"]),
        "原版末日": date(2025, 10, 31),
        "新版首日": date(2025, 11, 1),
        "批准日期": date(2025, 10, 20),
        "审核机构所属区": DISTRICT,
        **more,
    }


MAJOR = change(变更事项=Complete(["活动时间", "研修主题"]))


def test_a_minor_change_is_the_principals_to_settle() -> None:
    decided = act("plan-change", "待校级审核", "签发一般变更", PRINCIPAL, change(), policy=PLANS)
    assert isinstance(decided, Effects)
    assert decided.target == "已生效"


@pytest.mark.parametrize("facts", [MAJOR, change(变更方式="废止", 变更事项=Complete([]))])
def test_a_major_change_and_a_repeal_are_reviewed_again(facts: dict[str, Any]) -> None:
    shortcut = act("plan-change", "待校级审核", "签发一般变更", PRINCIPAL, facts, policy=PLANS)
    assert "minor-change" in blocked_by(shortcut)
    sent = act("plan-change", "待校级审核", "签发并报送", PRINCIPAL, facts, policy=PLANS)
    assert isinstance(sent, Effects)
    assert sent.next_roles == ("区级审核员",)
    by_the_authority = act("plan-change", "待区级审核", "审核通过", CLERK, facts, policy=PLANS)
    assert codes(by_the_authority) == ["XR502"]
    assert isinstance(
        act("plan-change", "待区级审核", "审核通过", REVIEWER, facts, policy=PLANS), Effects
    )


def test_a_major_change_approved_late_is_reminded_of_and_still_comes_to_its_end() -> None:
    late = {**MAJOR, "批准日期": date(2025, 11, 2)}
    for facts, outcome in ((late, Outcome.NOT_MET), (MAJOR, Outcome.MET)):
        decided = act("plan-change", "已重新批准", "以新代旧", PRINCIPAL, facts, policy=PLANS)
        assert isinstance(decided, Effects)
        case = Case(Subject("计划变更", "1"), facts)
        only = {"old-version-until-new"}
        finding = decide(policy_of(PLANS), case, on=DAY, only=only)["old-version-until-new"]
        assert finding.outcome is outcome
        assert not policy_of(PLANS).clauses["old-version-until-new"].is_blocking
    apart = {**MAJOR, "原版末日": date(2025, 10, 20)}
    decided = act("plan-change", "已重新批准", "以新代旧", PRINCIPAL, apart, policy=PLANS)
    assert blocked_by(decided) == ["versions-meet"]


def test_an_opinion_is_given_when_a_change_is_sent_back() -> None:
    silent = act("plan-change", "待区级审核", "退回补正", REVIEWER, MAJOR, policy=PLANS)
    assert codes(silent) == ["XR505"]
    said = act(
        "plan-change", "待区级审核", "退回补正", REVIEWER, MAJOR, policy=PLANS, comment="补目标"
    )
    assert isinstance(said, Effects)


def regulation(**more: Any) -> dict[str, Any]:
    own = {"制度编号": "z2", "名称": "考勤制度", "施行日期": date(2025, 9, 1), "失效日期": NEVER}
    before = {**own, "制度编号": "z1", "施行日期": date(2020, 9, 1)}
    return {
        "学校": {
            "规章制度": Complete([{**before, "失效日期": more.pop("旧版末日")}, own]),
        },
        "意见截止日期": date(2025, 6, 10),
        "审议日期": date(2025, 6, 11),
        "印发日期": date(2025, 6, 15),
        **own,
        **more,
    }


def test_a_regulation_is_the_schools_own_from_draft_to_repeal() -> None:
    flow = definition_of(PLANS, "regulation").lifecycle
    roles = {role for one in flow.transitions for role in one.roles}
    assert roles == {"分管负责人", "审议召集人", "校长"}
    assert not {"审核通过", "备案"} & {one.action for one in flow.transitions}


def test_the_source_gives_one_step_of_a_regulation_and_the_rest_is_inferred() -> None:
    steps = definition_of(PLANS, "regulation").lifecycle.transitions
    assert [(one.action, one.basis) for one in steps if one.origin == "条文"] == [
        ("施行", "三(二)-4")
    ]


def test_a_new_version_takes_effect_only_where_the_old_one_has_ended() -> None:
    overlapping = regulation(旧版末日=date(2025, 9, 1))
    decided = act("regulation", "已印发", "施行", PRINCIPAL, overlapping, policy=PLANS)
    assert blocked_by(decided) == ["one-version-in-force"]
    following = regulation(旧版末日=date(2025, 8, 31))
    assert isinstance(
        act("regulation", "已印发", "施行", PRINCIPAL, following, policy=PLANS), Effects
    )


def test_a_regulation_is_deliberated_after_its_comments() -> None:
    convenor = Actor("t3", frozenset({"审议召集人"}), "s1", DISTRICT)
    early = regulation(旧版末日=date(2025, 8, 31), 审议日期=date(2025, 6, 10))
    decided = act("regulation", "待审议", "审议通过", convenor, early, policy=PLANS)
    assert blocked_by(decided) == ["consulted-first"]
