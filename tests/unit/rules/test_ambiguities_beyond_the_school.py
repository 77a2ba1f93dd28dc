"""The ambiguities that meet districts, the city and other places: the choice made, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from xbyx_rules import Case, Complete, ExecutablePolicy, Finding, Subject, decide, load_policies
from xbyx_rules.compiling import read_paths
from xbyx_rules.policy import ClauseKind, Outcome

GUIDE = "cn/beijing/school-based-training"
DUTIES = f"{GUIDE}/district-duties"
TITLES = f"{GUIDE}/demonstration-schools"
ARCHIVE = f"{GUIDE}/archive"
STATISTICS = f"{GUIDE}/statistics"
ACTIVITIES = f"{GUIDE}/activity-statistics"
OUTCOMES = f"{GUIDE}/outcome-statistics"
ALLIANCES = "cn/practice/alliances"
ASSISTANCE = "cn/practice/assistance"
PILOT = "cn/practice/ai-pilot"
DAY = date(2025, 10, 1)
FOREVER = date(9999, 12, 31)


@cache
def policy(name: str) -> ExecutablePolicy:
    return load_policies()[name]


def finding(
    name: str, clause: str, entity: str, facts: Mapping[str, Any], on: date = DAY
) -> Finding:
    return decide(policy(name), Case(Subject(entity, "1"), facts), on=on, only=[clause])[clause]


def names_read(name: str, clause: str) -> set[str]:
    checked = policy(name).checked.clauses[clause]
    assert checked.condition is not None or checked.value is not None
    tree = checked.condition if checked.condition is not None else checked.value
    assert tree is not None
    return {path.root for path in read_paths(tree)}


# --- 300 demonstration schools are a plan -------------------------------------------------------


@pytest.mark.parametrize(("schools", "progress"), [(299, "299/300"), (301, "301/300")])
def test_more_or_fewer_than_the_planned_schools_is_a_progress_and_no_violation(
    schools: int, progress: str
) -> None:
    """六(一)-2 says 计划: three hundred is no duty and no cap, and each school counts once."""
    titles = Complete(
        [
            {"学校": f"s{one}", "级别": "市级", "授予日期": day, "失效日期": FOREVER}
            for one in range(schools)
            for day in (date(2023, 5, 1), date(2024, 5, 1))
        ]
    )
    found = finding(TITLES, "progress", "市", {"示范校称号": titles})
    assert found.value == progress
    kinds = {one.kind for one in policy(TITLES).policy.clauses if "示范校数" in one.title}
    assert kinds == {ClauseKind.CALCULATION}


def test_a_title_that_has_run_out_counts_for_the_five_years_but_is_not_in_force() -> None:
    titles = Complete(
        [
            {
                "学校": "a",
                "级别": "市级",
                "授予日期": date(2022, 9, 1),
                "失效日期": date(2025, 8, 31),
            }
        ]
    )
    assert finding(GUIDE, "demonstration-schools", "市", {"示范校称号": titles}).value == 1
    assert finding(TITLES, "titles-in-force", "市", {"示范校称号": titles}).value == 0


@pytest.mark.parametrize(
    ("on", "is_decided"), [(date(2025, 12, 31), True), (date(2026, 1, 1), False)]
)
def test_after_the_five_years_there_is_no_plan_to_measure_progress_by(
    on: date, is_decided: bool
) -> None:
    """十四五 is over: titles in force still count, but 300 was the plan of that time."""
    facts = {"示范校称号": Complete([])}
    assert (finding(TITLES, "progress", "市", facts, on).value == "0/300") == is_decided
    assert finding(TITLES, "titles-in-force", "市", facts, on).value == 0


# --- 定期 has no length; 审核 is not 备案; 5 % is of each school's budget -------------------------


def dated(*kinds: str, **more: str) -> Complete[dict[str, Any]]:
    return Complete([{**more, "种类": kind, "日期": date(2025, 9, 2)} for kind in kinds])


@pytest.mark.parametrize(
    ("anchor", "entity", "facts"),
    [
        ("three-selections", "区", {"区级评选": dated("示范校", "典型案例", "精品课程")}),
        ("schools-supervised", "区", {"监管记录": dated("质量督导", 学校="a")}),
        (
            "city-work",
            "市",
            {"市级工作": dated("专业指导", "理论研究", "政策咨询", "经验总结", "成果推广")},
        ),
    ],
)
def test_a_period_that_nobody_stated_is_not_made_up(
    anchor: str, entity: str, facts: dict[str, Any]
) -> None:
    """The text names no period: without the district's (or the city's) own nothing is decided."""
    found = finding(DUTIES, anchor, entity, facts)
    assert found.outcome is Outcome.UNDETERMINED
    assert [one.name for one in found.missing] == ["统计周期首日"]
    stated = finding(DUTIES, anchor, entity, {**facts, "统计周期首日": date(2025, 9, 1)})
    assert stated.outcome is Outcome.MET


def test_the_three_kinds_of_events_are_judged_in_one_place() -> None:
    """六(三)-1c is the guideline's; the district's document reads no 区级活动 again."""
    assert "district-events" in policy(GUIDE).checked.clauses
    own = [one.id for one in policy(DUTIES).policy.clauses if one.kind is ClauseKind.REQUIREMENT]
    assert own
    assert not [anchor for anchor in own if "区级活动" in names_read(DUTIES, anchor)]


def test_supervision_and_oversight_are_counted_apart() -> None:
    """质量督导 is the authority's (六(二)-1), 过程监管 the training institution's (六(三)-1a)."""
    records = Complete(
        [
            {"学校": "a", "种类": "质量督导", "日期": date(2025, 9, 2)},
            {"学校": "b", "种类": "过程监管", "日期": date(2025, 9, 2)},
            {"学校": "c", "种类": "过程监管", "日期": date(2025, 9, 2)},
        ]
    )
    facts = {"监管记录": records, "统计周期首日": date(2025, 9, 1)}
    assert finding(DUTIES, "schools-supervised", "区", facts).value == 1
    assert finding(DUTIES, "schools-overseen", "区", facts).value == 2


def test_filing_is_counted_from_filings_and_approval_from_reviews() -> None:
    """审核 and 备案 are acts of two bodies: neither rate reads the other's records."""
    assert "报审记录" not in names_read(STATISTICS, "schools-filed")
    for anchor in ("schools-approved", "reviews-done", "reviews-returned"):
        assert "备案记录" not in names_read(STATISTICS, anchor)


def test_a_rich_school_does_not_make_up_for_a_poor_one() -> None:
    """5 % is of each school's own budget (facts.md F17): the sums together would be enough here."""
    schools = Complete(
        [
            {"学校": "a", "公用经费年度预算总额": 100, "教师培训经费预算": 9},
            {"学校": "b", "公用经费年度预算总额": 100, "教师培训经费预算": Decimal("4.99")},
        ]
    )
    found = finding(STATISTICS, "funding-rate", "研修统计", {"统计学校": schools})
    assert found.value == Decimal("0.5")
    terms = policy(STATISTICS).checked.vocabulary.entities["统计学校"].terms
    assert "决算" not in "".join(terms)


@pytest.mark.parametrize(("name", "least"), [(STATISTICS, 9), (ACTIVITIES, 0), (OUTCOMES, 7)])
def test_of_nothing_no_rate_is_worked_out(name: str, least: int) -> None:
    """A denominator of zero is no rate of zero: 暂无法判定, for every statistic with a ratio."""
    vocabulary = policy(name).checked.vocabulary
    empty = {
        term.name: Complete([])
        for term in vocabulary.entities["研修统计"].terms.values()
        if str(term.type).startswith("list")
    }
    facts = {**empty, "统计首日": date(2025, 9, 1), "统计末日": date(2026, 8, 31)}
    own = [one for one in policy(name).policy.clauses if one.property("对象") == "研修统计"]
    case = Case(Subject("研修统计", "1"), facts)
    review = decide(policy(name), case, on=date(2026, 8, 31), only=[one.id for one in own])
    ratios = [one for one in own if "decimal(" in str(one.body)]
    assert len(ratios) >= least
    for one in own:
        found = review[one.id]
        if one in ratios:
            assert found.outcome is Outcome.UNDETERMINED, one.title
        else:
            # A count of nothing is zero; a list of counts says so of each kind, or is empty.
            assert set(str(found.value)) & set("123456789") == set(), one.title


@pytest.mark.parametrize(
    ("on", "outcome"),
    [(date(2025, 12, 31), Outcome.MET), (date(2026, 1, 1), Outcome.UNDETERMINED)],
)
def test_without_verified_credit_rules_there_is_no_forecast(on: date, outcome: Outcome) -> None:
    """No rule set of 十五五 is verified: after 十四五 there is no minimum to forecast by."""
    teacher = {"教师": "1", "在岗": True, "周期已认定学分": Decimal(36)}
    facts = {"统计教师": Complete([teacher]), "统计末日": date(2025, 12, 31)}
    case = Case(Subject("研修统计", "1"), facts)
    found = decide(policy(OUTCOMES), case, on=on, only=["forecast"])["forecast"]
    assert found.outcome is outcome


# --- practice: no force, names and layers as they are -------------------------------------------


@pytest.mark.parametrize("name", [ALLIANCES, ASSISTANCE, PILOT])
def test_practice_of_other_places_never_blocks(name: str) -> None:
    words = {
        one.property("规范用语") for one in policy(name).policy.clauses if one.property("规范用语")
    }
    assert words <= {"鼓励", "可以"}
    blocking = [one for one in policy(name).policy.clauses if one.property("效果") == "阻断"]
    assert not blocking


def test_twenty_nine_schools_divide_into_three_alliances_each_in_one() -> None:
    """The report gives 29 and 3, not the sizes: any division into three without a rest is whole."""
    schools = [f"s{one}" for one in range(29)]
    names = ["东部联盟", "中西部联盟（一组）", "中西部联盟（二组）"]

    def divide(*sizes: int) -> dict[str, Any]:
        rest = iter(schools)
        return {
            "地区学校": schools,
            "教研联盟": Complete(
                [
                    {"联盟名称": name, "成员学校": [next(rest) for _ in range(size)]}
                    for name, size in zip(names, sizes, strict=True)
                ]
            ),
        }

    whole = divide(10, 10, 9)
    assert finding(ALLIANCES, "partition", "联盟划分", whole).outcome is Outcome.MET
    assert finding(ALLIANCES, "schools-divided", "联盟划分", whole).value == 29
    assert finding(ALLIANCES, "alliances-counted", "联盟划分", whole).value == 3
    for sizes in ((10, 10, 8), (15, 14, 0)):
        lacking = finding(ALLIANCES, "partition", "联盟划分", divide(*sizes))
        assert lacking.outcome is Outcome.NOT_MET
    assert "s28" in finding(ALLIANCES, "partition", "联盟划分", divide(10, 10, 8)).message["zh"]


def test_three_levels_of_alliance_are_not_the_three_levels_that_nobody_named() -> None:
    """004-5 names three levels of alliance; 三级四层 of 000-1 names only its four layers."""
    entities = policy(ALLIANCES).checked.vocabulary.entities
    alliance = str(entities["教研联盟"].terms["联盟层级"].type)
    layers = str(entities["研修组织"].terms["层级"].type)
    assert alliance != layers
    assert "三级" not in layers


@pytest.mark.parametrize(
    ("above", "outcome"),
    [("联片", Outcome.MET), ("区域", Outcome.MET), ("无", Outcome.NOT_MET)],
)
def test_a_school_of_its_own_may_have_no_cluster_above_it(above: str, outcome: Outcome) -> None:
    found = finding(ALLIANCES, "linked-levels", "研修组织", {"层级": "学校", "上级层级": above})
    assert found.outcome is outcome


def twinnings(count: int) -> list[dict[str, Any]]:
    return [
        {"受援学校": f"k{one}", "援助学校": "h1", "起始日期": start, "终止日期": FOREVER}
        for one in range(count)
        for start in (date(2018, 12, 1), date(2019, 6, 1))
    ]


@pytest.mark.parametrize(
    ("twinned", "counts", "outcome"),
    [(52, "52/52", Outcome.MET), (51, "51/52", Outcome.NOT_MET)],
)
def test_fifty_two_schools_with_two_agreements_each_are_fifty_two(
    twinned: int, counts: str, outcome: Outcome
) -> None:
    """Two dates of signing make two twinnings of one school; coverage counts assisted schools."""
    facts = {
        "受援地学校": [f"k{one}" for one in range(52)],
        "校际结对": Complete(twinnings(twinned)),
    }
    assert finding(ASSISTANCE, "coverage-counts", "帮扶关系", facts).value == counts
    assert finding(ASSISTANCE, "full-coverage", "帮扶关系", facts).outcome is outcome


PILOTS = {
    "课堂教学提质": [
        "北京市第五十七中学教育集团",
        "北京市海淀区上庄学校",
        "中国人民大学附属中学",
        "北京市海淀区中关村第三小学教育集团",
        "北京市第十九中学",
        "北京市海淀区教师进修学校教育集团",
    ],
    "作业提质": ["北京市育英学校", "北京市第十九中学"],
    "教研提质": [
        "北京市海淀区教师进修学校教育集团",
        "北京市海淀区实验小学",
        "北京市海淀区中关村第三小学教育集团",
    ],
    "精准培训": ["北京市八一学校"],
    "智能教学素养提升": [
        "北京市第二十中学教育集团",
        "北京市海淀区教师进修学校教育集团",
        "北京市第五十七中学教育集团",
        "北京市海淀区中关村第三小学教育集团",
        "中国人民大学附属中学",
        "北京市第十九中",
        "北京市海淀区上庄学校",
    ],
}


def units(*more: str) -> Complete[dict[str, str]]:
    rows = [{"名称": name, "试点任务": task} for task, names in PILOTS.items() for name in names]
    return Complete([*rows, *({"名称": name, "试点任务": "作业提质"} for name in more)])


def test_the_ten_pilots_of_the_report_are_ten_though_one_is_written_in_two_ways() -> None:
    """Nineteen rows over five tasks; 第十九中 and 第十九中学 are one school."""
    assert len(units()) == 19
    assert finding(PILOT, "units", "智能试点", {"试点单位": units()}).value == 10
    assert finding(PILOT, "ten-units", "智能试点", {"试点单位": units()}).outcome is Outcome.MET


@pytest.mark.parametrize("variant", ["人大附中", "北京市第二十中学"])
def test_a_short_name_that_no_rule_knows_is_another_unit_until_a_person_looks(variant: str) -> None:
    """The limit of normalising: an abbreviation, or a group and its school, stay two units."""
    found = finding(PILOT, "ten-units", "智能试点", {"试点单位": units(variant)})
    assert found.outcome is Outcome.NOT_MET
    assert "11" in found.message["zh"]


def test_people_on_site_and_views_online_are_never_added() -> None:
    """人数 and 人次 are different numbers (000-10, 000-11): no rule reads both."""
    own = [one.id for one in policy(DUTIES).policy.clauses if one.kind is ClauseKind.CALCULATION]
    assert {"showcase-on-site", "showcase-online"} <= set(own)
    held = Complete([{"序号": 1, "现场人数": 30, "线上人次": 500}])
    assert finding(DUTIES, "showcase-on-site", "展示系列", {"展示场次": held}).value == 30
    assert finding(DUTIES, "showcase-online", "展示系列", {"展示场次": held}).value == 500


def test_an_archive_without_the_goals_date_is_undetermined_not_broken() -> None:
    """A host that never stored the day of the goals passes nothing and fails nothing."""
    facts = {"需求调研日期": date(2025, 8, 20), "研修活动": Complete([])}
    found = finding(ARCHIVE, "goals-between", "研修年度", facts)
    assert found.outcome is Outcome.UNDETERMINED
    assert [one.name for one in found.missing] == ["目标确定日期"]
