"""A district's case for its statistics, gathered from its schools."""

from datetime import date
from typing import Any

from xbyx_rules import Case, Complete, Subject
from xbyx_rules.cli.gathering import gather_statistics

YEAR = ("2024-2025", date(2024, 9, 1), date(2025, 8, 31))


def school(key: str, head: str, **records: Any) -> Case:
    facts = {
        "校长": "p",
        "领导小组": {"已成立": True, "组长": head},
        "教职工": Complete([{"工号": f"{key}-1"}, {"工号": f"{key}-2"}]),
        "专项列支": True,
    }
    return Case(Subject("学校", key), facts, records)


def test_schools_and_teachers_are_counted_once_each() -> None:
    found = gather_statistics([school("a", "p"), school("b", "q")], "区", *YEAR).facts
    assert [(one["学校"], one["教师数"], one["组长是校长"]) for one in found["统计学校"]] == [
        ("a", 2, True),
        ("b", 2, False),
    ]
    assert [one["教师"] for one in found["统计教师"]] == ["a-1", "a-2", "b-1", "b-2"]
    assert (found["统计学年"], found["统计首日"], found["统计末日"]) == YEAR


def test_a_register_that_one_school_lacks_is_unknown() -> None:
    kept = {"参加记录": Complete([{"教师": "a-1"}])}
    one = gather_statistics([school("a", "p", **kept)], "区", *YEAR)
    both = gather_statistics([school("a", "p", **kept), school("b", "p")], "区", *YEAR)
    assert one.facts["参加记录"] == [{"教师": "a-1"}]
    assert isinstance(one.facts["参加记录"], Complete)
    assert both.facts["参加记录"] is None


def test_what_a_school_does_not_know_stays_unknown() -> None:
    [found] = gather_statistics([Case(Subject("学校", "a"))], "区", *YEAR).facts["统计学校"]
    assert found == {"学校": "a"}
