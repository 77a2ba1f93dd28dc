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
    """Few activities, days and hours: overlaps, repeats, early ones are common; days are rarer."""
    return record(
        draw(st.sampled_from("abcd")),
        draw(PARTS),
        str(draw(st.integers(0, 1500)) / Decimal(10)),
        kind=draw(st.sampled_from(["集中培训", "网络学习", "校本研修"])),
        day=draw(st.integers(0, 3)),
        start=draw(st.integers(16, 19)),
        length=draw(st.sampled_from([*(1, 2, 3) * 6, 50, 96])),
    )


TRANSCRIPTS = st.lists(any_record(), min_size=1, max_size=6)


def session(one: Record) -> tuple[Any, ...]:
    """What tells one session from another."""
    return one["日期"], one["开始时间"], one["活动编号"]


def days_of(one: Record) -> set[date]:
    count = (one["末日"] - one["日期"]).days + 1
    return {one["日期"] + timedelta(days=day) for day in range(count)}


def hours_of(one: Record) -> set[int]:
    """The half hours of a day that it takes, as far as its times tell; all if they don't."""
    begins, ends = (
        2 * moment.hour + moment.minute // 30 for moment in (one["开始时间"], one["结束时间"])
    )
    return set(range(begins, ends)) if begins < ends else set(range(48))


def overlap(one: Record, other: Record) -> bool:
    """Two sessions certainly at once: on the only day of both, a time shared."""
    days = days_of(one) | days_of(other)
    return (
        session(one) != session(other) and len(days) == 1 and bool(hours_of(one) & hours_of(other))
    )


def may_overlap(one: Record, other: Record) -> bool:
    """Two of which it can't be told: one goes over days, and a day and hours are shared."""
    days, together = days_of(one) | days_of(other), days_of(one) & days_of(other)
    is_apart = one["结束时间"] <= other["开始时间"] or other["结束时间"] <= one["开始时间"]
    return (
        session(one) != session(other)
        and bool(together)
        and len(days) > 1
        and not is_apart
        and bool(hours_of(one) & hours_of(other))
    )


def comes_early(one: Record) -> bool:
    """School-based by its kind or its part, and before approval."""
    return "校本研修" in (one["培训类别"], one["课程性质"]) and one["日期"] < APPROVED


def is_open(given: Review) -> bool:
    """Whether it can't be told what counts."""
    return given["counted-activities"].outcome is Outcome.UNDETERMINED


def assert_same(before: Review, after: Review) -> None:
    """The same is open; where nothing is, the totals are the same.

    WHY not each total of what is open: a part without any record is 0 whatever counts.
    """
    assert is_open(after) == is_open(before)
    assert is_open(before) or totals(after) == totals(before)


def counted(given: Review, records: list[Record]) -> list[Record]:
    """The records of the sessions that count."""
    listed = given["counted-activities"].value
    return [one for one in records if f"{one['开始时间']} {one['活动编号']}" in listed]


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
    given = review(policy, records)
    for clause, part in TOTALS.items():
        hours = sum((one["学时"] for one in records if one["课程性质"] == part), Decimal(0))
        assert is_open(given) or 0 <= given[clause].value <= hours / 10


def electives_never_help_compulsory(
    policy: ExecutablePolicy, records: list[Record], at: int
) -> None:
    """Whatever elective is added, even for an activity already there, compulsory never rises."""
    elective = {**records[at % len(records)], "课程性质": "选修", "学时": Decimal(1000)}
    alone = record("z", "选修", "1000", day=20)
    before = review(policy, records)
    for added in (elective, alone):
        after = review(policy, [*records, added])
        if is_open(before) or is_open(after):
            continue
        for one in COMPULSORY:
            assert after[f"{one}-credits"].value <= before[f"{one}-credits"].value
            assert before[one].outcome is Outcome.MET or after[one].outcome is not Outcome.MET


def compulsory_surplus_helps_electives_by_its_amount(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    given = review(policy, records)
    if is_open(given):
        return
    surplus = max(given["professional-compulsory-credits"].value - 10, 0)
    enough = given["elective-credits"].value + surplus >= 10
    assert (given["elective"].outcome is Outcome.MET) == enough


def a_session_counts_under_one_part_at_most(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    """All hours of all parts, each session with its longest record: no credits beyond these."""
    hours: dict[tuple[Any, ...], Decimal] = {}
    for one in records:
        hours[session(one)] = max(one["学时"], hours.get(session(one), Decimal(0)))
    given = review(policy, records)
    assert is_open(given) or sum(totals(given).values()) <= sum(hours.values()) / 10


def sessions_count_alike_whether_or_not_they_share_a_number(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    """Where no two begin at once, one number for all of them changes no total."""
    apart = list({one["开始时间"]: one for one in records}.values())
    shared = [{**one, "活动编号": "a"} for one in apart]
    assert totals(review(policy, shared)) == totals(review(policy, apart))


def a_session_outside_the_period_changes_nothing(
    policy: ExecutablePolicy, records: list[Record], at: int
) -> None:
    """Neither before nor after it, on one day or on many, of an activity there already."""
    same = records[at % len(records)]
    for first, last in ((date(2015, 12, 1), date(2015, 12, 31)), (ON, date(2021, 1, 1))):
        outside = {
            **same,
            "日期": first,
            "末日": last,
            "开始时间": datetime.combine(first, time(8)),
            "结束时间": datetime.combine(last, time(17)),
            "计划批准日期": first,
        }
        assert_same(review(policy, records), review(policy, [*records, outside]))


def what_comes_before_approval_leaves_nothing_else_out(
    policy: ExecutablePolicy, records: list[Record], at: int
) -> None:
    """An early record of an activity of its own, first of all in order, changes no total."""
    same = records[at % len(records)]
    early = {**same, "活动编号": "A", "课程性质": "校本研修", "计划批准日期": date(2019, 1, 1)}
    assert_same(review(policy, records), review(policy, [*records, early]))


def of_two_at_once_at_most_one_counts(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    given = review(policy, records)
    if not is_open(given):
        taken = counted(given, records)
        assert not any(overlap(one, other) for one in taken for other in taken)


def what_is_left_out_overlaps_what_counts(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    """No session is lost for another one that doesn't count itself."""
    given = review(policy, records)
    if is_open(given):
        return
    taken = counted(given, records)
    early = {session(one) for one in records if comes_early(one)}
    for key in {session(one) for one in records} - early - {session(one) for one in taken}:
        mine = [one for one in records if session(one) == key]
        assert any(overlap(one, other) for one in mine for other in taken)


def only_what_may_overlap_is_left_open(
    policy: ExecutablePolicy, records: list[Record], _: int
) -> None:
    early = {session(one) for one in records if comes_early(one)}
    rest = [one for one in records if session(one) not in early]
    is_unclear = any(may_overlap(one, other) for one in rest for other in rest)
    assert is_open(review(policy, records)) == is_unclear


def removing_raises_only_what_the_record_kept_out(
    policy: ExecutablePolicy, records: list[Record], at: int
) -> None:
    """Exactly: a total rises only if the record removed was at once with another session, or was
    school-based and before approval, which keeps out every record of its session, or if its
    session is recorded under another part too, which then is the one that counts.
    """
    gone = records[at % len(records)]
    rest = [one for place, one in enumerate(records) if place != at % len(records)]
    same = [one for one in rest if session(one) == session(gone)]
    elsewhere = any(one["课程性质"] != gone["课程性质"] for one in same)
    before = review(policy, records)
    if (
        not is_open(before)
        and not comes_early(gone)
        and not elsewhere
        and not any(overlap(gone, one) for one in rest)
    ):
        after = totals(review(policy, rest))
        assert all(after[clause] <= totals(before)[clause] for clause in TOTALS)


COMMON = 'max(for 记 in 培训记录[课程性质 = "公共必修"][场次(item) = 场] return 折合学分(记))'
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
        "list contains(flatten(partial), 场次(先))",
        "false",
        [record("a", "选修", "2"), record("b", "选修", "2", start=17)],
    ),
    what_is_left_out_overlaps_what_counts: (
        "list contains(flatten(partial), 场次(先))",
        "true",
        [
            record("a", "选修", "2", length=2),
            record("b", "选修", "2", start=17, length=3),
            record("c", "选修", "2", start=19, length=2),
        ],
    ),
    a_session_counts_under_one_part_at_most: (
        f" and not(list contains(for 另 in {COMPULSORY_RECORDS} return 场次(另), 场次(item)))",
        "",
        [record("a", "公共必修", "10"), record("a", "选修", "10")],
    ),
    what_comes_before_approval_leaves_nothing_else_out: (
        "[not(list contains(期外的活动, item)) and not(list contains(过早的活动, item))]",
        "[not(list contains(期外的活动, item))]",
        [record("a", "选修", "2")],
    ),
    a_session_outside_the_period_changes_nothing: (
        "[not(list contains(期外的活动, item)) and not(list contains(过早的活动, item))]",
        "[not(list contains(过早的活动, item))]",
        [record("a", "选修", "2")],
    ),
    sessions_count_alike_whether_or_not_they_share_a_number: (
        'string(日期) + " " + string(time(开始时间)) + " " + 活动编号',
        "活动编号",
        [record("a", "选修", "2"), record("b", "选修", "2", start=20)],
    ),
    only_what_may_overlap_is_left_open: (
        "- 前提: count(重叠不明的配对) = 0\n",
        "",
        [record("a", "选修", "2", length=50), record("b", "选修", "2", day=1)],
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
    """The other exception: an early school-based record keeps out its session in every part."""
    early, elective = record("a", "校本研修", "2"), record("a", "选修", "4")
    clause = "elective-credits"
    assert review(shipped(), [early, elective])[clause].value == 0
    assert review(shipped(), [elective])[clause].value == Decimal("0.4")
