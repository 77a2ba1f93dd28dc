"""Defects of what a school does during the year: how it holds, evaluates, counts and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.tables import OTHER_INSTITUTION

from .kinds import Defect, Row

__all__ = ["CONDUCT_DEFECTS", "Conduct"]


@dataclass(slots=True)
class Conduct:
    """The rows that a school is about to write at one stage of the year.

    A defect changes the rows that concern it and finds none of them at the other stages.
    """

    activities: list[Row] = field(default_factory=list)
    evaluations: list[Row] = field(default_factory=list)
    archive: list[Row] = field(default_factory=list)
    recognitions: list[Row] = field(default_factory=list)
    credits: list[Row] = field(default_factory=list)
    approved: date | None = None


def _activity_not_evaluated(rows: Conduct, draws: Draws) -> None:
    for one in rows.activities[:1]:
        one["pjbz"] = 0


def _evaluation_unclear(rows: Conduct, draws: Draws) -> None:
    for one in rows.activities[-1:]:
        one["pjbz"] = None


def _nothing_held(rows: Conduct, draws: Draws) -> None:
    rows.activities.clear()


def _self_evaluation_late(rows: Conduct, draws: Draws) -> None:
    for one in rows.evaluations:
        if one["pjlx"] == "1":
            one["pjrq"] = "20250709"


def _district_evaluation_missing(rows: Conduct, draws: Draws) -> None:
    rows.evaluations[:] = [one for one in rows.evaluations if one["pjlx"] != "2"]


def _archive_incomplete(rows: Conduct, draws: Draws) -> None:
    kind = draws.pick("1234")
    rows.archive[:] = [one for one in rows.archive if one["cllx"] != kind]


def _credit_record_absent(rows: Conduct, draws: Draws) -> None:
    if rows.credits:
        rows.credits.remove(draws.pick(rows.credits))


def _credits_before_approval(rows: Conduct, draws: Draws) -> None:
    if rows.credits and rows.approved is not None:
        day = rows.approved - timedelta(days=draws.between(1, 5))
        draws.pick(rows.credits)["schdrq"] = day.strftime("%Y%m%d")


def _old_rule_set_cited(rows: Conduct, draws: Draws) -> None:
    for one in rows.recognitions:
        one["rdyj"] = "135"


def _rule_set_not_named(rows: Conduct, draws: Draws) -> None:
    for one in rows.recognitions:
        one["rdyj"] = None


def _credits_sent_elsewhere(rows: Conduct, draws: Draws) -> None:
    for one in rows.recognitions:
        one["shjgdm"] = OTHER_INSTITUTION


_EVALUATE, _FILE, _SIGN, _APPROVE = "完成评价", "归档", "签发并报送", "审核通过"
_YEAR, _CREDITS = "研修年度", "年度学分认定"

CONDUCT_DEFECTS: tuple[Defect[Conduct], ...] = (
    Defect(
        "activity-not-evaluated",
        "有活动没有效果评价",
        "activity evaluation",
        _EVALUATE,
        _activity_not_evaluated,
        flow=_YEAR,
    ),
    Defect(
        "evaluation-unclear",
        "有活动的评价标志未填",
        "activity evaluation",
        _EVALUATE,
        _evaluation_unclear,
        flow=_YEAR,
    ),
    Defect(
        "nothing-held",
        "一次活动也没有举行",
        "activity evaluation",
        "结束实施",
        _nothing_held,
        flow=_YEAR,
    ),
    Defect(
        "self-evaluation-late",
        "学校自评迟于完成评价",
        "self-evaluation",
        _EVALUATE,
        _self_evaluation_late,
        flow=_YEAR,
    ),
    Defect(
        "district-evaluation-missing",
        "区绩效评价未登记",
        "district evaluation",
        _EVALUATE,
        _district_evaluation_missing,
        flow=_YEAR,
    ),
    Defect("archive-incomplete", "档案缺一类材料", "archive", _FILE, _archive_incomplete, _YEAR),
    Defect(
        "credit-record-absent",
        "有教师没有学分记录",
        "credit records",
        _SIGN,
        _credit_record_absent,
        flow=_CREDITS,
    ),
    Defect(
        "credits-before-approval",
        "计入批准之前的活动",
        "credit dates",
        _SIGN,
        _credits_before_approval,
        flow=_CREDITS,
    ),
    Defect(
        "old-rule-set-cited",
        "认定依据是上一时期的办法",
        "rule set",
        _SIGN,
        _old_rule_set_cited,
        flow=_CREDITS,
    ),
    Defect(
        "rule-set-not-named",
        "认定依据未填",
        "rule set",
        _SIGN,
        _rule_set_not_named,
        flow=_CREDITS,
    ),
    Defect(
        "credits-sent-elsewhere",
        "学分认定报送外区机构",
        "credit reviewer",
        _APPROVE,
        _credits_sent_elsewhere,
        flow=_CREDITS,
    ),
)
"""Every kind, in the order of this page."""
