"""Defects of the records that the annual plan is reviewed by."""

from __future__ import annotations

from datetime import date

from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.tables import OTHER_INSTITUTION

from .kinds import Defect, SchoolRows

__all__ = ["BOUNDARIES", "PLAN_DEFECTS"]


def _share_of_public_funds(rows: SchoolRows, per_mille: int) -> None:
    rows.finance["jspxf"] = rows.finance["gyjfze"] * per_mille // 1000
    rows.set_school_budget(rows.finance["jspxf"] * 3 // 5)


def _funding_short(rows: SchoolRows, draws: Draws) -> None:
    _share_of_public_funds(rows, 49)


def _funding_exact(rows: SchoolRows, draws: Draws) -> None:
    _share_of_public_funds(rows, 50)


def _funding_one_fen_short(rows: SchoolRows, draws: Draws) -> None:
    _share_of_public_funds(rows, 50)
    rows.finance["jspxf"] -= 1


def _funding_not_itemised(rows: SchoolRows, draws: Draws) -> None:
    rows.finance["zxlz"] = "N"


def _funding_total_missing(rows: SchoolRows, draws: Draws) -> None:
    rows.finance["gyjfze"] = None


def _group_missing(rows: SchoolRows, draws: Draws) -> None:
    # WHY two ways: some platforms keep no row, others a row that says no.
    rows.group[:] = [] if draws.chance(50) else [{**rows.group[0], "clbz": 0, "zzgh": None}]


def _group_headed_by_deputy(rows: SchoolRows, draws: Draws) -> None:
    rows.group[0]["zzgh"] = next(one["gh"] for one in rows.staff if one["zw"] == "2")


def _principal_missing(rows: SchoolRows, draws: Draws) -> None:
    rows.school["xzgh"] = None


def _themes_short(rows: SchoolRows, draws: Draws) -> None:
    required = draws.shuffled(["T1", "T2", "T3", "T4"])
    rows.plan["yxzt"] = ",".join([*required[: draws.between(1, 3)], "T5"])


def _themes_missing(rows: SchoolRows, draws: Draws) -> None:
    rows.plan["yxzt"] = None


def _document_absent(rows: SchoolRows, draws: Draws) -> None:
    kind = draws.pick(["01", "02", "03", "04"])
    rows.documents[:] = [one for one in rows.documents if one["wjlx"] != kind]


def _document_expired(rows: SchoolRows, draws: Draws) -> None:
    kind = draws.pick(["02", "03"])
    for one in rows.documents:
        if one["wjlx"] == kind:
            one |= {"sxrq": "20230901", "zzrq": "20240831"}


def _mechanism_absent(rows: SchoolRows, draws: Draws) -> None:
    kind = draws.pick(["05", "06"])
    rows.documents[:] = [one for one in rows.documents if one["wjlx"] != kind]


def _teacher_reports_to_principal(rows: SchoolRows, draws: Draws) -> None:
    teacher = draws.pick([one for one in rows.staff if one["zw"] == "6"])
    teacher["sjgh"] = next(one["gh"] for one in rows.staff if one["zw"] == "1")


def _reporting_missing(rows: SchoolRows, draws: Draws) -> None:
    draws.pick([one for one in rows.staff if one["zw"] == "6"])["sjgh"] = None


def _manager_of_wrong_post(rows: SchoolRows, draws: Draws) -> None:
    rows.school["yxfzr"] = next(one["gh"] for one in rows.staff if one["zw"] == "4")


def _items_one_fen_off(rows: SchoolRows, draws: Draws) -> None:
    rows.items[-1]["je"] += 1 if draws.chance(50) else -1


def _school_budget_too_high(rows: SchoolRows, draws: Draws) -> None:
    rows.set_school_budget(rows.finance["jspxf"] + draws.pick([1, 100_000]))


def _reviewer_of_other_district(rows: SchoolRows, draws: Draws) -> None:
    rows.plan["shjgdm"] = OTHER_INSTITUTION


def _held_before_approval(rows: SchoolRows, draws: Draws) -> None:
    number = rows.plan["jhbh"]
    rows.activities.append(
        {
            "hdbh": f"{number}-00",
            "jhbh": number,
            "hdmc": "开学前集中研修（合成）",
            "hdrq": date(2024, 9, draws.between(1, 5)),
            "ks": 4,
            "nrly": "1",
            "yxfs": "4",
            "pjbz": 1,
        }
    )


def _multi_year_plan_not_named(rows: SchoolRows, draws: Draws) -> None:
    rows.plan["ghbh"] = None


_SUBMIT, _SIGN, _APPROVE, _FILE = "提交校内审核", "签发并报送", "审核通过", "备案"

PLAN_DEFECTS: tuple[Defect[SchoolRows], ...] = (
    Defect("funding-short", "培训经费为公用经费的 4.9%", "funding", _APPROVE, _funding_short),
    Defect(
        "funding-one-fen-short", "培训经费比 5% 少一分", "funding", _APPROVE, _funding_one_fen_short
    ),
    Defect(
        "funding-not-itemised", "培训经费未专项列支", "itemised", _APPROVE, _funding_not_itemised
    ),
    Defect(
        "funding-total-missing", "公用经费总额未填", "funding", _APPROVE, _funding_total_missing
    ),
    Defect("group-missing", "未成立领导小组", "group", _SIGN, _group_missing),
    Defect(
        "group-headed-by-deputy", "领导小组组长不是校长", "group", _SIGN, _group_headed_by_deputy
    ),
    Defect("principal-missing", "校长未填", "group", _SIGN, _principal_missing),
    Defect("themes-short", "缺少必备主题", "themes", _SUBMIT, _themes_short),
    Defect("themes-missing", "研修主题未填", "themes", _SUBMIT, _themes_missing),
    Defect("document-absent", "四类文件缺一", "documents", _FILE, _document_absent),
    Defect("document-expired", "文件已过期", "documents", _FILE, _document_expired),
    Defect("mechanism-absent", "两项机制缺一", "mechanisms", _APPROVE, _mechanism_absent),
    Defect("reporting-broken", "教师直属校长", "staff", _SIGN, _teacher_reports_to_principal),
    Defect("reporting-missing", "教师的上级未填", "staff", _SIGN, _reporting_missing),
    Defect(
        "manager-of-wrong-post", "研修负责人是教研组长", "manager", _SIGN, _manager_of_wrong_post
    ),
    Defect("items-one-fen-off", "预算明细与总额差一分", "budget", _SIGN, _items_one_fen_off),
    Defect(
        "school-budget-too-high",
        "校本研修经费多于培训经费",
        "budget",
        _SIGN,
        _school_budget_too_high,
    ),
    Defect(
        "reviewer-of-other-district",
        "由外区机构审核",
        "reviewer",
        _APPROVE,
        _reviewer_of_other_district,
    ),
    Defect(
        "held-before-approval", "批准之前已举行活动", "activities", _FILE, _held_before_approval
    ),
    Defect(
        "multi-year-plan-not-named",
        "年度计划未写明所依规划",
        "approval",
        _FILE,
        _multi_year_plan_not_named,
    ),
)
"""Every kind, in the order of this page."""

BOUNDARIES: tuple[Defect[SchoolRows], ...] = (
    Defect("funding-exact", "培训经费恰为公用经费的 5%", "funding", "", _funding_exact),
)
"""What looks like a defect and is none."""
