"""A small district: schools with teachers, made up, and its case for the statistics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from xbyx_rules import Case, Complete, Subject


def district(schools: Mapping[str, int], **counted: int) -> Case:
    """The case of a district.

    Args:
        schools: how many teachers each school has.
        counted: ``new`` and ``done``: how many of all teachers, in order, are newly appointed and
            have the hours of induction; ``present``: how many took part (all by default).
    """
    homes = [(school, one) for school, size in schools.items() for one in range(size)]
    teachers, attended = [], []
    for number, (school, _) in enumerate(homes):
        key = f"t{number}"
        teachers.append(
            {
                "教师": key,
                "学校": school,
                "在岗": True,
                "是新任教师": number < counted.get("new", 0),
                "上岗培训学时": 120 if number < counted.get("done", 0) else 0,
            }
        )
        is_present = number < counted.get("present", len(homes))
        present = {
            "活动编号": "a",
            "开始时间": datetime.fromisoformat("2024-10-01T14:00:00"),
            "实到": is_present,
        }
        attended.append({"教师": key, "学校": school, **present})
    facts: dict[str, Any] = {
        "统计学年": "2024-2025",
        "统计首日": date(2024, 9, 1),
        "统计末日": date(2025, 8, 31),
        "统计学校": Complete([{"学校": one} for one in schools]),
        "统计教师": Complete(teachers),
        "参加记录": Complete(attended),
        "研修活动": Complete([{"活动编号": "a", "日期": date(2024, 10, 1), "学时": 2}]),
    }
    return Case(Subject("研修统计", "演示区"), facts)
