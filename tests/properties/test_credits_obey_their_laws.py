"""Laws of the credits of 2016–2020, for any records; each can fail, as a wrong rule shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules import (
    Case,
    Complete,
    ExecutablePolicy,
    Outcome,
    Review,
    Subject,
    decide,
    load_policies,
)

NAME, SHARED = "cn/beijing/training-credits-2016-2020", "cn/training-records"
ROOT = Path(__file__).parents[2] / "rules"
ON = date(2020, 12, 31)
FIRST_DAY, APPROVED = date(2018, 3, 1), date(2018, 3, 2)
TOTALS = {
    "common-compulsory-credits": "公共必修",
    "professional-compulsory-credits": "专业必修",
    "elective-credits": "选修",
    "school-based-credits": "校本研修",
}
COMPULSORY = ("common-compulsory", "professional-compulsory")
MINIMA = (*COMPULSORY, "school-based", "elective", "total")
PARTS = st.sampled_from(list(TOTALS.values()))
Record = dict[str, Any]
Law = Callable[[ExecutablePolicy, list[Record], int], None]


@cache
def shipped() -> ExecutablePolicy:
    return load_policies()[NAME]


def review(policy: ExecutablePolicy, records: list[Record]) -> Review:
    case = Case(Subject("周期学分", "t1/2016"), {"培训记录": Complete(records)})
    return decide(policy, case, on=ON, only=[*TOTALS, *MINIMA, "counted-activities"])


def totals(given: Review) -> dict[str, Any]:
    return {clause: given[clause].value for clause in TOTALS}


def record(
    activity: str,
    part: str,
    hours: str,
    *,
    kind: str = "集中培训",
    day: int = 0,
    start: int = 16,
    length: int = 2,
) -> Record:
    """A record; `start` and `length` are in half hours, and a length may go over days."""
    held = FIRST_DAY + timedelta(days=day)
    begins = datetime.combine(held, time()) + timedelta(minutes=30 * start)
    ends = begins + timedelta(minutes=30 * length)
    return {
        "活动编号": activity,
        "培训类别": kind,
        "课程性质": part,
        "学时": Decimal(hours),
        "日期": held,
        "末日": ends.date(),
        "开始时间": begins,
        "结束时间": ends,
        "计划批准日期": APPROVED,
    }


@st.composite
def any_record(draw: st.DrawFn) -> Record:
    """Few activities, days and hours: overlaps also over days, repeats, early ones are common."""
    return record(
        draw(st.sampled_from("abcd")),
        draw(PARTS),
        str(draw(st.integers(0, 1500)) / Decimal(10)),
        kind=draw(st.sampled_from(["集中培训", "网络学习", "校本研修"])),
        day=draw(st.integers(0, 3)),
        start=draw(st.integers(16, 19)),
        length=draw(st.sampled_from([1, 2, 3, 50, 96])),
    )


TRANSCRIPTS = st.lists(any_record(), min_size=1, max_size=6)


def overlap(one: Record, other: Record) -> bool:
    """Two activities at once: an interval shared, not only an instant."""
    return bool(
        one["活动编号"] != other["活动编号"]
        and max(one["开始时间"], other["开始时间"]) < min(one["结束时间"], other["结束时间"])
    )


def comes_early(one: Record) -> bool:
    """School-based by its kind or its part, and before approval."""
    return "校本研修" in (one["培训类别"], one["课程性质"]) and one["日期"] < APPROVED


def order_changes_nothing(policy: ExecutablePolicy, records: list[Record], turn: int) -> None:
    """Turned round by any number of places, and reversed."""
    places = turn % len(records)
    before = review(policy, records)
    for other in ([*records[places:], *records[:places]], records[::-1]):
        after = review(policy, other)
        assert totals(after) == totals(before)
        assert [after[one].outcome for one in MINIMA] == [before[one].outcome for one in MINIMA]


def a_duplicate_changes_nothing(policy: ExecutablePolicy, records: list[Record], at: int) -> None:
    before, after = review(policy, records), review(policy, [*records, records[at % len(records)]])
    assert totals(after) == totals(before)
    assert [after[one].outcome for one in MINIMA] == [before[one].outcome for one in MINIMA]


def ten_hours_give_at_most_one_credit(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    for clause, part in TOTALS.items():
        hours = sum((one["学时"] for one in records if one["课程性质"] == part), Decimal(0))
        assert 0 <= review(policy, records)[clause].value <= hours / 10


def electives_never_help_compulsory(
    policy: ExecutablePolicy, records: list[Record], at: int
) -> None:
    """Whatever elective is added, even for an activity already there, compulsory never rises."""
    elective = {**records[at % len(records)], "课程性质": "选修", "学时": Decimal(1000)}
    alone = record("z", "选修", "1000", day=20)
    before = review(policy, records)
    for added in (elective, alone):
        after = review(policy, [*records, added])
        for one in COMPULSORY:
            assert after[f"{one}-credits"].value <= before[f"{one}-credits"].value
            assert before[one].outcome is Outcome.MET or after[one].outcome is not Outcome.MET


def compulsory_surplus_helps_electives_by_its_amount(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    given = review(policy, records)
    surplus = max(given["professional-compulsory-credits"].value - 10, 0)
    enough = given["elective-credits"].value + surplus >= 10
    assert (given["elective"].outcome is Outcome.MET) == enough


def an_activity_counts_under_one_part_at_most(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    """All hours of all parts, each activity with its longest record: no credits beyond these."""
    hours: dict[str, Decimal] = {}
    for one in records:
        hours[one["活动编号"]] = max(one["学时"], hours.get(one["活动编号"], Decimal(0)))
    assert sum(totals(review(policy, records)).values()) <= sum(hours.values()) / 10


def what_comes_before_approval_leaves_nothing_else_out(
    policy: ExecutablePolicy, records: list[Record], at: int
) -> None:
    """An early record of an activity of its own, first of all in order, changes no total."""
    same = records[at % len(records)]
    early = {**same, "活动编号": "A", "课程性质": "校本研修", "计划批准日期": date(2019, 1, 1)}
    assert totals(review(policy, [*records, early])) == totals(review(policy, records))


def of_two_at_once_at_most_one_counts(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    counted = review(policy, records)["counted-activities"].value
    for one in records:
        for other in records:
            both = one["活动编号"] in counted and other["活动编号"] in counted
            assert not (both and overlap(one, other))


def what_is_left_out_overlaps_what_counts(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    """No activity is lost for another one that doesn't count itself."""
    given = review(policy, records)
    counted = given["counted-activities"].value
    early = {one["活动编号"] for one in records if comes_early(one)}
    for key in {one["活动编号"] for one in records} - early - set(counted):
        mine = [one for one in records if one["活动编号"] == key]
        others = [one for one in records if one["活动编号"] in counted]
        assert any(overlap(one, other) for one in mine for other in others)


def removing_raises_only_what_the_record_kept_out(
    policy: ExecutablePolicy, records: list[Record], at: int
) -> None:
    """Exactly: a total rises only if the record removed was at once with another activity, or was
    school-based and before approval, which keeps out every record of its activity, or if its
    activity is recorded under another part too, which then is the one that counts, or begins
    later without it and so gives way to others.
    """
    gone = records[at % len(records)]
    rest = [one for place, one in enumerate(records) if place != at % len(records)]
    same = [one for one in rest if one["活动编号"] == gone["活动编号"]]
    elsewhere = any(one["课程性质"] != gone["课程性质"] for one in same)
    later = bool(same) and min(one["开始时间"] for one in same) > gone["开始时间"]
    if (
        not comes_early(gone)
        and not elsewhere
        and not later
        and not any(overlap(gone, one) for one in rest)
    ):
        before, after = totals(review(policy, records)), totals(review(policy, rest))
        assert all(after[clause] <= before[clause] for clause in TOTALS)


COMMON = 'max(for 记 in 培训记录[课程性质 = "公共必修"][活动编号 = 号] return 折合学分(记))'
FOR_ONE = COMMON.removeprefix("max")
COMPULSORY_RECORDS = '培训记录[list contains(["公共必修", "专业必修"], 课程性质)]'
TWICE = [record("a", "公共必修", "10"), record("a", "公共必修", "20")]
# Each law, a rule gone wrong (what is written, what is put there), and records that tell.
LAWS: dict[Law, tuple[str, str, list[Record]]] = {
    order_changes_nothing: (COMMON, f"{FOR_ONE}[1]", TWICE),
    a_duplicate_changes_nothing: (COMMON, f"sum{FOR_ONE}", TWICE),
    ten_hours_give_at_most_one_credit: ("| 学时 / 集中培训折算学时 |", "| 学时 / 5 |", TWICE[:1]),
    electives_never_help_compulsory: (
        "\n公共必修学分 >= 公共必修学分下限\n",
        "\n公共必修学分 + max(选修学分 - 选修学分下限, 0) >= 公共必修学分下限\n",
        TWICE,
    ),
    compulsory_surplus_helps_electives_by_its_amount: (
        "\n选修学分 + max(专业必修学分 - 专业必修学分下限, 0) >= 选修学分下限\n",
        "\n选修学分 + 专业必修学分 >= 选修学分下限\n",
        [record("a", "专业必修", "100")],
    ),
    of_two_at_once_at_most_one_counts: (
        "list contains(flatten(partial), 先.活动编号)",
        "false",
        [record("a", "选修", "2"), record("b", "选修", "2", start=17)],
    ),
    what_is_left_out_overlaps_what_counts: (
        "list contains(flatten(partial), 先.活动编号)",
        "先.活动编号 < 号",
        [
            record("a", "选修", "2", length=2),
            record("b", "选修", "2", start=17, length=3),
            record("c", "选修", "2", start=19, length=2),
        ],
    ),
    an_activity_counts_under_one_part_at_most: (
        f" and not(list contains({COMPULSORY_RECORDS}.活动编号, 活动编号))",
        "",
        [record("a", "公共必修", "10"), record("a", "选修", "10")],
    ),
    what_comes_before_approval_leaves_nothing_else_out: (
        "[not(list contains(期外的活动, item)) and not(list contains(过早的活动, item))], function",
        "[not(list contains(期外的活动, item))], function",
        [record("a", "选修", "2")],
    ),
    removing_raises_only_what_the_record_kept_out: (COMMON, f"min{FOR_ONE}", TWICE),
}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@given(records=TRANSCRIPTS, place=st.integers(0, 5))
@settings(deadline=None)
def test_credits_of_a_cycle_obey(law: Law, records: list[Record], place: int) -> None:
    law(shipped(), records, place)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_rule_gone_wrong_is_noticed_by(law: Law, tmp_path: Path) -> None:
    written, wrong, records = LAWS[law]
    law(shipped(), records, 0)
    texts = {
        name: (ROOT / name / "policy.md").read_text(encoding="utf-8") for name in (NAME, SHARED)
    }
    assert sum(text.count(written) for text in texts.values()) == 1
    for name, text in texts.items():
        place = tmp_path / name
        place.mkdir(parents=True)
        (place / "policy.md").write_text(text.replace(written, wrong), encoding="utf-8")
    vocabulary = (ROOT / "vocabulary.md").read_text(encoding="utf-8")
    (tmp_path / "vocabulary.md").write_text(vocabulary, encoding="utf-8")
    with pytest.raises(AssertionError):
        law(load_policies(tmp_path)[NAME], records, 0)


def test_removing_one_of_two_at_once_does_raise_a_total() -> None:
    """The exception in the law is needed: without "a", the longer "b" counts."""
    first, second = record("a", "选修", "2"), record("b", "选修", "4", start=17)
    clause = "elective-credits"
    assert review(shipped(), [first, second])[clause].value == Decimal("0.2")
    assert review(shipped(), [second])[clause].value == Decimal("0.4")


def test_removing_an_early_record_does_raise_a_total() -> None:
    """The other exception: an early school-based record keeps out its activity in every part."""
    early, elective = record("a", "校本研修", "2"), record("a", "选修", "4", day=5)
    clause = "elective-credits"
    assert review(shipped(), [early, elective])[clause].value == 0
    assert review(shipped(), [elective])[clause].value == Decimal("0.4")
