"""A district's case for its statistics, gathered from the cases of its schools.

A platform keeps schools, staff and registers; none keeps 研修统计.  What a school's case doesn't
have stays unknown, and the figures that need it say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from xbyx_rules.deciding import Case, Subject
from xbyx_rules.feel.values import UNKNOWN, Complete, Incomplete

__all__ = ["gather_statistics"]

_REGISTERS: Final = ("研修活动", "参加记录", "实施方案", "备案记录", "结对", "示范校称号")
_OF_SCHOOL: Final = (
    "公用经费年度预算总额",
    "教师培训经费预算",
    "专项列支",
    "研修文件",
)


def gather_statistics(
    schools: Iterable[Case], key: str, school_year: str, first: date, last: date
) -> Case:
    """The case 研修统计 of some schools.

    Args:
        schools: cases of 学校, with their registers as records.
        key: of the statistics.
        school_year: as the records write it, such as ``2024-2025``.
        first: day from which is counted.
        last: day to which is counted, which counts.
    """
    cases = list(schools)
    facts: dict[str, Any] = {
        "统计学年": school_year,
        "统计首日": first,
        "统计末日": last,
        "统计学校": Complete([_state_school(one) for one in cases]),
        "统计教师": _join([_state_teachers(one) for one in cases]),
    }
    for name in _REGISTERS:
        facts[name] = _join([one.records.get(name) for one in cases])
    return Case(Subject("研修统计", key), facts)


def _state_school(case: Case) -> dict[str, Any]:
    facts = case.facts
    stated = {name: facts[name] for name in _OF_SCHOOL if name in facts}
    group, principal = facts.get("领导小组"), facts.get("校长")
    if isinstance(group, Mapping) and group.get("已成立") is not None and principal:
        stated["组长是校长"] = group["已成立"] and group.get("组长") == principal
    staff = facts.get("教职工")
    if isinstance(staff, Complete):
        stated["教师数"] = len(staff)
    return {"学校": case.subject.key, **stated}


def _state_teachers(case: Case) -> Any:
    staff = case.facts.get("教职工")
    if not isinstance(staff, (Complete, Incomplete)):
        return None
    # 教职工 of a school are those in post.
    return type(staff)(
        {"教师": one["工号"], "学校": case.subject.key, "在岗": True} for one in staff
    )


def _join(lists: list[Any]) -> Any:
    """One list of several; unknown where one of them is, complete where all are."""
    if any(one is None or one is UNKNOWN for one in lists):
        return None
    joined = [record for one in lists for record in one]
    is_complete = all(isinstance(one, Complete) for one in lists)
    return Complete(joined) if is_complete else Incomplete(joined)
