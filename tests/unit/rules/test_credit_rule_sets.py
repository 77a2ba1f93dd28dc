"""Credits of a cycle, worked out by hand for each of Beijing's rule sets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules import Case, Complete, Outcome, Review, Subject, decide, load_policies

OLD, NOW, NEXT = (
    f"cn/beijing/training-credits-{years}" for years in ("2016-2020", "2021-2025", "2026-2030")
)
POLICIES = load_policies()
FIELDS = ("活动编号", "培训类别", "课程性质", "学时")
# One teacher's five years; beside each line what it gives by hand.
RECORDS = [
    ("a", "集中培训", "公共必修", 40),  # 4
    ("b", "网络学习", "公共必修", 40),  # 2: together 6
    ("c", "集中培训", "专业必修", 120),  # 12
    ("c", "集中培训", "专业必修", 120),  # the same activity again: nothing
    ("d", "科研", "选修", 160),  # 8, and 2 of the 12 make 10
    ("e", "校本研修", "校本研修", 200),  # 10
    ("f", "观摩诊断", "校本研修", 5),  # 0.25: together 10.25
]
BY_HAND = {"公共必修学分": "6", "专业必修学分": "12", "选修学分": "8", "校本研修学分": "10.25"}


def review(policy: str, on: date, facts: dict[str, Any], only: list[str] | None = None) -> Review:
    case = Case(Subject("周期学分", "t1/2016"), facts)
    return decide(POLICIES[policy], case, on=on, only=only)


def records(rows: list[tuple[str, str, str, int]]) -> dict[str, Any]:
    return {"培训记录": Complete([dict(zip(FIELDS, row, strict=True)) for row in rows])}


def test_a_transcript_of_the_old_rule_set_adds_up_as_it_does_by_hand() -> None:
    found = {
        name: clause
        for clause, one in POLICIES[OLD].checked.clauses.items()
        for name, _ in one.results
        if one.subject == "周期学分"
    }
    given = review(OLD, date(2020, 12, 31), records(RECORDS), list(found.values()))
    assert {name: given[clause].value for name, clause in found.items()} == {
        name: Decimal(value) for name, value in BY_HAND.items()
    }


def test_every_minimum_of_the_old_rule_set_is_met_with_the_surplus_counted_once() -> None:
    facts = {**records(RECORDS), "入职日期": date(2012, 9, 1)}
    outcomes = {one.clause: one.outcome for one in review(OLD, date(2020, 12, 31), facts)}
    assert outcomes == {
        "common-compulsory": Outcome.MET,
        "professional-compulsory": Outcome.MET,
        "school-based": Outcome.MET,
        "elective": Outcome.MET,
        "total": Outcome.MET,  # 6 + 12 + 8 + 10.25 = 36.25
        "induction": Outcome.NOT_APPLICABLE,
    }


def test_one_class_hour_less_of_an_elective_leaves_the_offset_short() -> None:
    rows = [row if row[0] != "d" else ("d", "科研", "选修", 159) for row in RECORDS]
    finding = review(OLD, date(2020, 12, 31), records(rows), ["elective"])["elective"]
    assert finding.outcome is Outcome.NOT_MET
    assert finding.conditions[0].shortfall == Decimal("0.05")


@pytest.mark.parametrize(
    ("policy", "on", "outcome"),
    [
        (OLD, date(2020, 12, 31), Outcome.MET),
        (OLD, date(2021, 1, 1), Outcome.UNDETERMINED),
        (NOW, date(2020, 12, 31), Outcome.UNDETERMINED),
        (NOW, date(2025, 12, 31), Outcome.MET),
        (NOW, date(2026, 1, 1), Outcome.UNDETERMINED),
        (NEXT, date(2026, 11, 27), Outcome.UNDETERMINED),
    ],
)
def test_a_rule_set_speaks_of_its_own_five_years_only(
    policy: str, on: date, outcome: Outcome
) -> None:
    facts = {**records(RECORDS), "已认定学分": Decimal(36)}
    assert review(policy, on, facts, ["total"])["total"].outcome is outcome


def test_without_a_verified_rule_set_the_answer_says_so() -> None:
    finding = review(NEXT, date(2026, 11, 27), {"已认定学分": Decimal(40)}, ["total"])["total"]
    assert "尚未核实，不据以判定" in finding.reason["zh"]
