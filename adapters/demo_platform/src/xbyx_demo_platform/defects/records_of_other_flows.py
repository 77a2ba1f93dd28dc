"""Defects of the records that the multi-year plan, the scheme and the training year start with."""

from __future__ import annotations

from datetime import date

from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.tables import OTHER_EDUCATION_OFFICE, OTHER_INSTITUTION

from .kinds import Defect, SchoolRows

__all__ = ["OTHER_DEFECTS"]


def _multi_year_plan_sent_elsewhere(rows: SchoolRows, draws: Draws) -> None:
    rows.multi_year_plan["shjgdm"] = OTHER_INSTITUTION


def _scheme_sent_elsewhere(rows: SchoolRows, draws: Draws) -> None:
    rows.scheme["badwdm"] = OTHER_EDUCATION_OFFICE


def _survey_after_plan(rows: SchoolRows, draws: Draws) -> None:
    rows.training_year["dyrq"] = date(2024, 10, draws.between(15, 25))


def _goals_missing(rows: SchoolRows, draws: Draws) -> None:
    rows.training_year["yxmb"] = None


def _goals_empty(rows: SchoolRows, draws: Draws) -> None:
    rows.training_year["yxmb"] = ""


OTHER_DEFECTS: tuple[Defect[SchoolRows], ...] = (
    Defect(
        "multi-year-plan-sent-elsewhere",
        "规划报送外区机构",
        "multi-year reviewer",
        "审核通过",
        _multi_year_plan_sent_elsewhere,
        flow="规划",
    ),
    Defect(
        "scheme-sent-elsewhere",
        "实施方案报送外区备案",
        "filing office",
        "备案",
        _scheme_sent_elsewhere,
        flow="实施方案",
    ),
    Defect(
        "survey-after-plan",
        "先定计划后调研",
        "survey",
        "开始实施",
        _survey_after_plan,
        flow="研修年度",
    ),
    Defect(
        "goals-missing", "研修目标未填", "goals", "确定主题和目标", _goals_missing, flow="研修年度"
    ),
    Defect("goals-empty", "没有研修目标", "goals", "确定主题和目标", _goals_empty, flow="研修年度"),
)
"""Every kind, in the order of this page."""
