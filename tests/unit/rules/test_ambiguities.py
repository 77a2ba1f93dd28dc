"""The ambiguities of the source texts: each with the choice made, and why (docs/decisions/0010)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from xbyx_rules import Case, Complete, ExecutablePolicy, Finding, Subject, decide, load_policies
from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.compiling import read_paths
from xbyx_rules.errors import CaseError
from xbyx_rules.feel.types import StringType
from xbyx_rules.policy import ClauseKind, Force, Outcome, Taxonomy

GUIDE = "cn/beijing/school-based-training"
PRACTICE = "cn/practice/alliances"
ASSISTANCE = "cn/practice/assistance"
DAY = date(2025, 10, 1)


@cache
def policy(name: str = GUIDE) -> ExecutablePolicy:
    return load_policies()[name]


def finding(
    clause: str,
    entity: str,
    facts: Mapping[str, Any],
    on: date = DAY,
    name: str = GUIDE,
) -> Finding:
    return decide(policy(name), Case(Subject(entity, "1"), facts), on=on, only=[clause])[clause]


def flow(anchor: str) -> CheckedLifecycle:
    return policy().checked.lifecycles[anchor]


def values_of(term: str) -> tuple[str, ...]:
    entity, name = term.split(".")
    kind = policy().checked.vocabulary.entities[entity].terms[name].type
    assert isinstance(kind, StringType)
    assert kind.values is not None
    return kind.values


def parents_of(term: str) -> dict[str, str]:
    """Each value of a term that a taxonomy lists, with the value above it."""
    bodies = (
        one.clause.body
        for one in policy().checked.clauses.values()
        if one.clause.property("词项") == term
    )
    return {
        row.value: row.parent.value
        for body in bodies
        if isinstance(body, Taxonomy)
        for row in body.rows
    }


@pytest.mark.parametrize(("head", "outcome"), [("p1", Outcome.MET), ("p2", Outcome.NOT_MET)])
def test_the_leading_group_and_the_working_group_are_one_body(head: str, outcome: Outcome) -> None:
    """三(二)-2 says 领导小组, 六(四)-2a 工作小组: one fact answers both, so they can't disagree."""
    facts = {
        "领导小组": {"已成立": True, "组长": head},
        "校长": "p1",
        "研修负责人": {"职务": "副校长", "分管教育教学": True},
    }
    assert "工作小组" not in policy().checked.vocabulary.entities
    assert finding("leading-group", "学校", facts).outcome is outcome
    assert finding("group-headed-by-principal", "学校", facts).outcome is outcome


def test_the_school_year_plan_is_the_annual_plan() -> None:
    """三(二)-4 says 学年计划, 六(四)-2b 年度计划: documents have one kind for both."""
    kinds = values_of("研修文件.种类")
    assert "年度计划" in kinds
    assert "学年计划" not in kinds
    assert flow("annual-plan").subject == "年度计划"


def test_five_methods_of_which_practice_and_reflection_has_no_forms() -> None:
    """五-1 lists five, 五(一) to 五(四) describe four: no form is made up for 实践反思."""
    methods = values_of("研修活动.研修方式")
    assert len(methods) == 5
    assert set(methods) - set(parents_of("研修活动.研修形式").values()) == {"实践反思"}


def test_three_subdomains_of_teacher_development_of_which_one_has_no_modules() -> None:
    """四(一)-2 lists three, 四(一)-3 describes two: no module is made up for 实践体验."""
    assert set(parents_of("研修活动.内容子领域")) == set(values_of("研修活动.内容子领域"))
    described = set(parents_of("研修活动.内容模块").values())
    assert set(values_of("研修活动.内容子领域")) - described == {"实践体验"}


def test_policy_and_law_stands_in_two_domains_under_two_names() -> None:
    """四(一)-3b and 四(三)-2 have modules of nearly one name; each belongs to its own domain."""
    above = parents_of("研修活动.内容模块")
    assert above["教育政策法规"] == "师德与修养"
    assert above["教育政策法规与教育变革"] == "学校发展"
    assert parents_of("研修活动.内容子领域")["师德与修养"] == "教师发展"


def test_review_and_filing_are_acts_of_different_bodies() -> None:
    """审核 is the training institution's, 备案 the education authority's; neither stands in."""
    acts = {
        (anchor, one.action, one.roles)
        for anchor, found in policy().checked.lifecycles.items()
        for one in found.transitions
        if one.action in ("审核通过", "备案")
    }
    assert acts == {
        ("multi-year-plan", "审核通过", ("区级审核员",)),
        ("annual-plan", "审核通过", ("区级审核员",)),
        ("credit-recognition", "审核通过", ("区级审核员",)),
        ("annual-plan", "备案", ("区教委备案员",)),
        ("scheme-filing", "备案", ("区教委备案员",)),
    }
    origins = {
        anchor: one.origin
        for anchor in ("annual-plan", "scheme-filing")
        for one in flow(anchor).transitions
        if one.action == "备案"
    }
    # 六(二)-1 has the scheme filed; that the year plan is filed too is an inference.
    assert origins == {"annual-plan": "推论", "scheme-filing": "条文"}


def test_only_one_clause_of_the_source_is_a_condition_precedent() -> None:
    """方可 stands once in the source, 须 and 必须 nowhere: nothing else may be made as strict."""
    clauses = [one for one in policy().policy.clauses if one.locator and one.kind]
    strict = [one.locator for one in clauses if one.property("规范用语") == Force.ONLY_THEN.zh]
    assert strict == ["六(四)-2c"]
    assert not {"须", "必须"} & {one.property("原文用词") for one in clauses}


@pytest.mark.parametrize("period", [date(2024, 9, 1), None])
def test_regularly_has_no_length_that_the_engine_would_make_up(period: date | None) -> None:
    """定期 and 重要指标 have no figure: the district states its period, or nothing is decided."""
    facts = {
        "学校": Complete([{"学校标识码": "a"}]),
        "绩效评价": Complete(
            [
                {
                    "学校": "a",
                    "日期": date(2025, 5, 1),
                    "列入学校年度考核": True,
                    "列入校长年度考核": True,
                }
            ]
        ),
        **({"评价周期首日": period} if period else {}),
    }
    found = finding("performance-evaluation", "区", facts)
    assert found.outcome is (Outcome.MET if period else Outcome.UNDETERMINED)
    assert [one.name for one in found.missing] == ([] if period else ["评价周期首日"])
    names = policy().checked.parameters
    assert not [name for name in names if "周期" in name or "权重" in name]


def test_three_hundred_demonstration_schools_are_a_plan_that_nobody_fails() -> None:
    """六(一)-2 says 计划: the share is worked out, and is neither met nor not met."""
    titles = Complete([{"学校": "a", "级别": "市级", "授予日期": date(2023, 9, 1)}])
    found = finding("demonstration-share", "市", {"示范校称号": titles})
    assert found.value == Decimal("0.0033")
    assert policy().policy.clause("demonstration-schools").kind is ClauseKind.CALCULATION  # type: ignore[union-attr]


def test_five_per_cent_is_of_the_budget_not_of_the_accounts() -> None:
    """六(二)-5 speaks of 预算总额: the rule reads the year's budget and nothing else."""
    checked = policy().checked.clauses["funding-floor"]
    assert checked.condition is not None
    read = {path.root for path in read_paths(checked.condition)}
    assert read == {"教师培训经费预算", "公用经费年度预算总额", "培训经费最低比例", "专项列支"}
    terms = policy().checked.vocabulary.entities["学校"].terms
    assert "决算" not in "".join(terms)
    assert "不是决算数" in terms["公用经费年度预算总额"].note


@pytest.mark.parametrize(
    ("on", "outcome"),
    [(date(2025, 12, 31), Outcome.MET), (date(2026, 1, 1), Outcome.UNDETERMINED)],
)
def test_when_the_five_years_are_over_nothing_is_decided_by_their_rules(
    on: date, outcome: Outcome
) -> None:
    """十四五 ended on 2025-12-31; until a new rule set is verified, the answer says so."""
    facts = {
        "认定依据": "“十四五”时期北京市中小学幼儿园教师培训学分管理办法",
        "学校": {"教职工": Complete([{"工号": "1"}])},
        "学分记录": Complete([{"教师": "1"}]),
    }
    found = finding("credits-recognised", "年度学分认定", facts, on)
    assert found.outcome is outcome
    if outcome is Outcome.UNDETERMINED:
        assert "没有生效的规则" in found.reason["zh"]
        # Nor is anybody found wanting then: a missing record would otherwise be 不符合.
        lacking = finding(
            "credits-recognised", "年度学分认定", {**facts, "学分记录": Complete([])}, on
        )
        assert lacking.outcome is outcome


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        (date(2018, 12, 1), Outcome.MET),
        (date(2019, 3, 1), Outcome.MET),
        (date(2021, 6, 1), Outcome.MET),
    ],
)
def test_two_dates_of_an_agreement_are_two_agreements(on: date, outcome: Outcome) -> None:
    """The report gives 2018-12 and 2019: both are kept, neither corrects the other."""
    agreements = Complete(
        [
            {"签署日期": date(2018, 12, 1), "终止日期": date(2020, 12, 31)},
            {"签署日期": date(2019, 6, 1), "终止日期": date(2022, 12, 31)},
        ]
    )
    found = finding("agreement", "帮扶关系", {"协议": agreements}, on, ASSISTANCE)
    assert found.outcome is outcome


def test_of_three_levels_and_four_layers_only_the_layers_that_are_named_are_values() -> None:
    """三级四层 names four layers and no three levels: none are made up."""
    kind = policy(PRACTICE).checked.vocabulary.entities["研修组织"].terms["层级"].type
    assert isinstance(kind, StringType)
    assert kind.values == ("区域", "联片", "学校", "学科组")


def test_a_head_of_a_subject_group_is_a_head_of_a_teaching_research_group() -> None:
    """学科组 and 教研组 are one: the adapter maps the word; in the rules there is one post."""
    assert "教研组长" in values_of("教职工.职务")
    facts = {"研修负责人": {"职务": "学科组长"}}
    with pytest.raises(CaseError, match="职务"):
        finding("manager", "学校", facts)


@pytest.mark.parametrize(
    ("teachers", "outcome"),
    [(4, Outcome.NOT_MET), (5, Outcome.NOT_APPLICABLE)],
)
def test_exactly_five_teachers_need_no_team_across_schools(teachers: int, outcome: Outcome) -> None:
    """低于5人 leaves five out, 5~10人 lets five in: five teachers are a team of their own."""
    facts = {"教师数": teachers, "已参加校际团队": False}
    found = finding("cross-school-team", "学科教师队伍", facts, DAY, PRACTICE)
    assert found.outcome is outcome
    team = finding("team-size", "联盟团队", {"成员": list("abcde")}, DAY, PRACTICE)
    assert team.outcome is Outcome.MET
