"""A teacher's transcript under each rule set: figures by hand, and the whole as a golden.

Bless the goldens with XBYX_BLESS=1, and read them again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from xbyx_rules import Case, Complete, Outcome, Subject, load_policies
from xbyx_rules.errors import Language
from xbyx_rules.reporting import (
    Statement,
    decide_statement,
    render_statement,
    say_statement,
    statement_to_docx,
    statement_to_text,
)

GOLDENS = Path(__file__).parents[2] / "cases" / "transcripts"
POLICIES = load_policies()
PLAN_APPROVED = date(2018, 3, 1)


@dataclass(frozen=True)
class Sample:
    """A rule set, a day, a teacher, and what hand and pencil give: anchor → outcome or value."""

    policy: str
    on: date
    facts: Mapping[str, Any]
    by_hand: Mapping[str, object]


def held_on(day: date) -> dict[str, Any]:
    """One afternoon."""
    hours = {"开始时间": at(str(day), 13), "结束时间": at(str(day), 16)}
    return {"日期": day, "末日": day, **hours}


def trained(key: str, kind: str, part: str, hours: str, day: date, **more: Any) -> dict[str, Any]:
    names = {
        "活动编号": key,
        "培训类别": kind,
        "课程性质": part,
        "学时": Decimal(hours),
        **held_on(day),
    }
    return {**names, **more}


def recognised(
    key: str, kind: str, content: str, level: str, credit: str, held: date
) -> dict[str, Any]:
    names = {"活动编号": key, "培训类别": kind, "内容类别": content, "组织级别": level}
    names |= held_on(held)
    # Of school-based training the plan was approved the year before.
    approved = {"计划批准日期": date(held.year - 1, 9, 1)} if kind == "校本研修" else {}
    return {**names, **approved, "认定学分": Decimal(credit)}


def at(day: str, hour: int) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02d}:00:00")


def session(key: str, day: str, hour: int = 13) -> str:
    return f"{day} {hour:02}:00:00 {key}"


ALL = {
    "beijing-2016-2020": Sample(
        "cn/beijing/training-credits-2016-2020",
        date(2020, 12, 31),
        {
            "教师": "t1",
            "入职日期": date(2012, 9, 1),
            "培训记录": Complete(
                [
                    trained("a", "集中培训", "公共必修", "40", date(2018, 3, 5)),  # 40/10 = 4
                    trained("b", "网络学习", "公共必修", "30", date(2018, 3, 6)),  # 30/20 = 1.5
                    trained("c", "集中培训", "专业必修", "120", date(2018, 4, 2)),  # 12
                    # The same activity again, with fewer hours: it counts once, 12.
                    trained("c", "集中培训", "专业必修", "60", date(2018, 4, 2)),
                    # On one day: e overlaps d and is left out; f begins as e ends, and counts.
                    trained("d", "科研", "选修", "100", date(2018, 5, 7))  # 5
                    | {"开始时间": at("2018-05-07", 8), "结束时间": at("2018-05-07", 10)},
                    trained("e", "教研", "选修", "200", date(2018, 5, 7))
                    | {"开始时间": at("2018-05-07", 9), "结束时间": at("2018-05-07", 11)},
                    trained("f", "研讨交流", "选修", "50", date(2018, 5, 7))  # 2.5
                    | {"开始时间": at("2018-05-07", 11), "结束时间": at("2018-05-07", 13)},
                    # School-based training counts from the day of approval on.
                    trained("g", "校本研修", "校本研修", "100", date(2018, 2, 28))
                    | {"计划批准日期": PLAN_APPROVED},
                    trained("h", "校本研修", "校本研修", "199", date(2018, 3, 1))  # 9.95
                    | {"计划批准日期": PLAN_APPROVED},
                    # The day before the cycle begins, and the day after it ends.
                    trained("i", "集中培训", "公共必修", "60", date(2015, 12, 31)),
                    trained("j", "集中培训", "选修", "100", date(2021, 1, 1)),
                ]
            ),
        },
        {
            "outside-activities": [session("i", "2015-12-31"), session("j", "2021-01-01")],
            "overlapped-activities": [session("e", "2018-05-07", 9)],
            "overlaps": [f"{session('e', '2018-05-07', 9)} / {session('d', '2018-05-07', 8)}"],
            "premature-activities": [session("g", "2018-02-28")],
            "counted-activities": [  # by their days and hours
                session("h", "2018-03-01"),
                session("a", "2018-03-05"),
                session("b", "2018-03-06"),
                session("c", "2018-04-02"),
                session("d", "2018-05-07", 8),
                session("f", "2018-05-07", 11),
            ],
            "common-compulsory-credits": Decimal("5.5"),
            "professional-compulsory-credits": Decimal(12),
            "elective-credits": Decimal("7.5"),
            "school-based-credits": Decimal("9.95"),
            "common-compulsory": "not_met",  # 5.5 of 6
            "professional-compulsory": "met",
            "elective": "not_met",  # 7.5 and a surplus of 2 are 9.5 of 10
            "school-based": "not_met",  # 9.95 of 10
            "total": "not_met",  # 34.95 of 36
            "induction": "not_applicable",
        },
    ),
    "beijing-2021-2025": Sample(
        "cn/beijing/training-credits-2021-2025",
        date(2025, 7, 15),
        {"教师": "t1", "已认定学分": Decimal("35.5")},
        {"total": "undetermined"},  # the cycle isn't over
    ),
    "beijing-2026-2030": Sample(
        "cn/beijing/training-credits-2026-2030",
        date(2026, 11, 28),
        {"教师": "t1", "已认定学分": Decimal(40)},
        {"total": "undetermined"},
    ),
    "shanghai-2021-2025": Sample(
        "cn/shanghai/training-credits-2021-2025",
        date(2025, 12, 31),
        {
            "教师": "t1",
            "培训记录": Complete(
                [
                    recognised("a", "集中培训", "师德素养", "市级", "6", date(2024, 3, 1)),
                    recognised(
                        "b", "集中培训", "知识技能", "市级", "0.5", date(2024, 3, 2)
                    ),  # municipal 6.5 of 7
                    recognised(
                        "c", "集中培训", "知识技能", "区级", "9.5", date(2024, 3, 3)
                    ),  # skills 10 of 10
                    recognised(
                        "d", "集中培训", "实践体验", "区级", "1", date(2024, 3, 4)
                    ),  # district 10.5 of 10
                    recognised(
                        "e", "校本研修", "师德素养", "校级", "2", date(2024, 3, 5)
                    ),  # ethics 8 of 8, 2 of 2
                    recognised(
                        "f", "校本研修", "实践体验", "校级", "13", date(2024, 3, 6)
                    ),  # 14, 13 of 11; 15 of 15
                    recognised(
                        "g", "自主研修", "自主研修", "个人", "4", date(2024, 3, 7)
                    ),  # 4 of 4; 36 in all
                    # Municipal credits of the cycle before: 6.5 stay 6.5.
                    recognised("h", "集中培训", "知识技能", "市级", "9", date(2020, 12, 31)),
                ]
            ),
        },
        {
            "outside-activities": [session("h", "2020-12-31")],
            "total": "met",
            "municipal": "not_met",
        },
    ),
    "shaanxi": Sample(
        "cn/shaanxi/training-credits",
        date(2022, 9, 1),
        {
            "教师": "t1",
            "入职日期": date(2010, 9, 1),
            "培训记录": Complete(
                [
                    recognised("a", "集中培训", "知识技能", "市级", "30", date(2021, 3, 1)),
                    recognised("b", "网络学习", "知识技能", "个人", "40", date(2021, 3, 2)),
                    recognised(
                        "c", "校本研修", "实践体验", "校级", "49.99", date(2021, 3, 3)
                    ),  # 119.99 in all
                    # Just five years before, and an approval that came too late.
                    recognised("d", "集中培训", "知识技能", "市级", "50", date(2017, 9, 1)),
                    recognised("e", "校本研修", "实践体验", "校级", "50", date(2022, 3, 1))
                    | {"计划批准日期": date(2022, 3, 2)},
                    # At the same hours as each other: the first counts, with no credits.
                    recognised("f", "网络学习", "知识技能", "个人", "0", date(2022, 5, 9))
                    | {"开始时间": at("2022-05-09", 8), "结束时间": at("2022-05-09", 10)},
                    recognised("g", "网络学习", "知识技能", "个人", "9", date(2022, 5, 9))
                    | {"开始时间": at("2022-05-09", 9), "结束时间": at("2022-05-09", 11)},
                ]
            ),
        },
        {
            "outside-activities": [session("d", "2017-09-01")],
            "premature-activities": [session("e", "2022-03-01")],
            "overlaps": [f"{session('g', '2022-05-09', 9)} / {session('f', '2022-05-09', 8)}"],
            "total": "not_met",
            "concentrated": "met",
            "remote": "met",
            "school-based": "not_met",
        },
    ),
    "chongqing-2019": Sample(
        "cn/chongqing/training-credits-2019",
        date(2024, 9, 1),
        {
            "教师": "t1",
            "入职日期": date(2020, 9, 1),
            "培训记录": Complete(
                [
                    recognised("a", "集中培训", "知识技能", "市级", "19.5", date(2023, 3, 1)),
                    recognised(
                        "b", "自主研修", "自主研修", "个人", "100.5", date(2023, 3, 2)
                    ),  # 120 in all
                ]
            ),
        },
        {"total": "met", "concentrated": "undetermined"},  # not yet five years
    ),
    "nation-hours": Sample(
        "cn/training-hours",
        date(2026, 11, 28),
        {
            "教师": "t1",
            "入职日期": date(2005, 9, 1),
            "近五年培训学时": Decimal("359.9"),
            "是新任教师": True,
            "上岗培训学时": Decimal(120),
        },
        {"five-years": "not_met", "induction": "met"},
    ),
    "xinjiang-2024-2028": Sample(
        "cn/xinjiang/training-cycle-2024-2028",
        date(2026, 11, 28),
        {"教师": "t1"},
        {"in-cycle": Decimal(3)},
    ),
    "beijing-new-teacher": Sample(
        "cn/beijing/new-teacher-training",
        date(2023, 9, 1),
        {
            "教师": "t2",
            "是新任教师": True,
            "非师范毕业": True,
            "任教学校类别": "小学",
            "上岗培训学时": Decimal(150),
        },
        {"induction": "not_met", "kindergarten-first-year": "not_applicable"},  # 150 of 120 + 40
    ),
    "yujiang-2019": Sample(
        "cn/jiangxi/yingtan/yujiang/training-credits-2019",
        date(2024, 9, 1),
        {
            "教师": "t1",
            "培训记录": Complete(
                [
                    trained("a", "集中培训", "选修", "25", date(2021, 5, 1)),  # 25/10 = 2.5
                    trained("b", "网络学习", "选修", "25", date(2021, 5, 2)),  # 25/20 = 1.25
                    trained("c", "集中培训", "选修", "9.9", date(2021, 5, 3)),  # 0.99, not rounded
                    # Of school-based training no conversion is known.
                    trained("d", "校本研修", "选修", "25", date(2021, 5, 4)),
                ]
            ),
        },
        {"not-verified": "undetermined"},  # no total was seen
    ),
}


def state(name: str) -> Statement:
    sample = ALL[name]
    case = Case(Subject("周期学分", "t1"), sample.facts)
    return decide_statement(POLICIES[sample.policy], case, on=sample.on)


@pytest.mark.parametrize("name", ALL)
def test_a_transcripts_figures_are_those_of_hand_and_pencil(name: str) -> None:
    review = state(name).review
    for anchor, expected in ALL[name].by_hand.items():
        found = review[anchor]
        assert (found.outcome.code if isinstance(expected, str) else found.value) == expected, (
            anchor
        )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ALL)
def test_a_transcript_is_as_in_its_golden(name: str, language: Language) -> None:
    statement = state(name)
    # A digest changes with every word of the document.
    text = statement_to_text(statement, language, name="教师 t1").replace(
        statement.review.policy_hash, "sha256:…"
    )
    golden = GOLDENS / f"{name}.{language}.txt"
    if os.environ.get("XBYX_BLESS") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_yujiangs_conversion_stands_beside_each_record() -> None:
    stated = state("yujiang-2019").records[0]
    assert [str(one) for one in stated.values[0].values] == ["2.5", "1.25", "0.99", "UNKNOWN"]


def test_a_page_and_a_document_hold_every_record() -> None:
    import docx

    statement = state("beijing-2016-2020")
    page = render_statement(statement, "zh", name="教师 t1")
    assert page.count('<th scope="row">') >= 9
    assert "教师培训学分清单" in page
    document = docx.Document(BytesIO(statement_to_docx(statement, "en", name="t1")))
    tables = [one for one in document.tables if one.rows[0].cells[0].text == "activity id"]
    assert [len(one.rows) for one in tables] == [12]


def test_a_transcript_says_how_each_training_gave_its_credits_and_on_what_figure() -> None:
    text = statement_to_text(state("beijing-2016-2020"), "zh")
    assert (
        "一次培训折合的学分：1.5 学分（学时除以其他培训折算学时；二十学时一学分，不舍入）" in text
    )
    assert "其他培训折算学时：20（依据 报道所述的折算（二手核实）；" in text
    assert "规则施行期：2016-01-01 至 2020-12-31" in text


@pytest.mark.parametrize("name", ["beijing-2016-2020", "shanghai-2021-2025", "shaanxi"])
def test_an_activity_that_stands_there_twice_is_marked_at_both_places(name: str) -> None:
    sample = ALL[name]
    records = sample.facts["培训记录"]
    once = [one for one in records if one["活动编号"] != "c"]
    twice = Complete([*once, once[0]])
    marked = []
    for given in (Complete(once), twice):
        case = Case(Subject("周期学分", "t1"), {**sample.facts, "培训记录": given})
        statement = decide_statement(POLICIES[sample.policy], case, on=sample.on)
        marked.append(statement_to_text(statement, "en").count("counts once"))
    assert marked == [0, 2]


def test_sessions_of_one_number_are_told_apart_in_a_transcript() -> None:
    """Neither is a repetition; only the one outside the period is said to be so."""
    days = (date(2015, 12, 30), date(2016, 3, 1), date(2016, 3, 8))
    records = Complete([trained("o", "集中培训", "公共必修", "30", day) for day in days])
    case = Case(Subject("周期学分", "t1"), {"培训记录": records})
    policy = POLICIES["cn/beijing/training-credits-2016-2020"]
    table = say_statement(decide_statement(policy, case, on=date(2020, 12, 31))).tables[0]
    columns = dict(zip(table.heads, zip(*table.rows, strict=True), strict=True))
    assert columns["不在期内的活动"] == ("是", "", "")
    assert columns["计入学分的活动"] == ("", "是", "是")
    assert "重复" not in columns


def test_a_transcript_names_what_may_overlap_and_leaves_the_total_open() -> None:
    term = trained("course", "集中培训", "公共必修", "60", date(2018, 3, 7))
    term |= {"末日": date(2018, 6, 27), "结束时间": at("2018-06-27", 16)}
    meeting = trained("b", "集中培训", "选修", "8", date(2018, 4, 3))
    case = Case(Subject("周期学分", "t1"), {"培训记录": Complete([term, meeting])})
    policy = POLICIES["cn/beijing/training-credits-2016-2020"]
    statement = decide_statement(policy, case, on=date(2020, 12, 31))
    assert statement.review["total"].outcome is Outcome.UNDETERMINED
    pair = "“2018-03-07 13:00:00 course / 2018-04-03 13:00:00 b”"
    assert f"前提不成立：重叠不明的配对的个数等于0（{pair}）" in statement_to_text(statement)


def test_a_list_that_names_no_record_makes_no_column() -> None:
    """The pairs of overlapping activities are no identifiers."""
    heads = say_statement(state("beijing-2016-2020")).tables[0].heads
    assert "因重叠不计入的活动" in heads
    assert "与哪一次活动重叠" not in heads


def test_a_page_and_a_document_say_what_the_values_of_records_rest_on() -> None:
    import docx

    statement = state("beijing-2016-2020")
    figure = "集中培训折算学时：10"
    document = docx.Document(BytesIO(statement_to_docx(statement)))
    assert f"<li>{figure}" in render_statement(statement)
    assert any(one.text.startswith(figure) for one in document.paragraphs)


def test_a_figure_is_no_requirement_that_is_met_and_none_that_is_open() -> None:
    policy = POLICIES["cn/xinjiang/training-cycle-2024-2028"]
    case = Case(Subject("周期学分", "t1"), {})
    for on, word in ((date(2026, 11, 28), "已算得"), (date(2031, 1, 1), "未能算得")):
        said = say_statement(decide_statement(policy, case, on=on))
        counts = {mark.word: count for mark, count in said.counts}
        assert (counts["符合"], counts["暂无法判定"]) == (0, 1)
        assert counts[word] == 1
