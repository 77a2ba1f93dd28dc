"""The table of days that a host keeps: what it may say, and what is said of what it may not."""

from __future__ import annotations

from datetime import date

import pytest

from xbyx_rules.calendars import read_day_table

WHOLE = """2027-01-01,休,
2027-05-01,休,
2027-10-01至2027-10-07,休,国庆
2027,通知,国办发明电〔示例〕1号
"""


def codes(text: str) -> list[str]:
    table, diagnostics = read_day_table(text)
    assert (table is None) == bool(diagnostics)
    return [f"{one.code} {one.place.line}" for one in diagnostics if one.place]


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-05至2027-02-06,休,校历",
        "2027/2/5~2027/2/6,rest",
        "\ufeff日期,安排,说明\r\n2027年2月5日～2027年2月6日,休,\r\n\r\n",
        '# 校历\ndate,kind,remark\n2027.2.5,休,"雪,停课"\n 2027-02-06 , 休 ,,,\n',
        '# 见"通知",附"表\n"# 一,二"\n2027-02-05至2027-02-06,休,',
        "2027-02-05至2027-02-06,休\n2027-02-06,休,再写一遍",
    ],
)
def test_a_day_may_be_written_as_people_and_spreadsheets_write_it(text: str) -> None:
    table, diagnostics = read_day_table(text, name="school")
    assert not diagnostics
    assert table is not None
    assert table.days == {date(2027, 2, 5): False, date(2027, 2, 6): False}
    assert (table.name, table.notices) == ("school", {})


def test_a_whole_notice_makes_its_year_known() -> None:
    table, diagnostics = read_day_table("2027-02-06,班,\n" + WHOLE)
    assert not diagnostics
    assert table is not None
    assert table.notices == {2027: "国办发明电〔示例〕1号"}
    assert (len(table.days), table.days[date(2027, 2, 6)]) == (10, True)


@pytest.mark.parametrize(
    "line",
    [
        "2027-02-30,休,",
        "0000-01-01,休,",
        "27-02-05,休,",
        "2027-02-05,假,",
        "2027-02-05",
        "2027-02-05,,",
        "2027-02-05,休,雪,停课",
        "2027-02-06至2027-02-05,休,",
        "2027-01-01至2028-01-02,休,",
        "2027-02-05至,休,",
        "2027-02-05至2027-02-06至2027-02-07,休,",
        "2027,通知,",
        "0000,通知,国办发明电〔示例〕1号",
        "二〇二七,通知,国办发明电〔示例〕1号",
        '2027-02-05,休,"雪',
        '2027-02-05,休,"雪"天',
        ",休,",
        "2027-02-05，休，",
    ],
)
def test_a_line_that_can_not_be_read_is_one_diagnostic_with_its_place(line: str) -> None:
    assert codes(f"2027-03-01,休,\n{line}") == ["XR661 2"]


def test_every_bad_line_is_told_up_to_twenty() -> None:
    assert codes("一\n2027-02-05,休,\n二") == ["XR661 1", "XR661 3"]
    assert len(codes("不是日期,休,\n" * 1000)) == 20


def test_a_bad_line_is_shown() -> None:
    _, (found,) = read_day_table("2027-02-30,休,校历", file="school.csv")
    assert "没有这样的日期" in found.render("zh")
    assert "2027-02-30,休,校历" in found.render("zh")
    assert "no such date" in found.render("en")
    assert "school.csv:1" in found.render("en")


def test_a_day_with_two_meanings_is_told_with_both_lines() -> None:
    _, (found,) = read_day_table("2027-02-05至2027-02-06,休,\n\n2027-02-06,班,")
    assert (found.code, str(found.place)) == ("XR662", "days.csv:3:1")
    assert "2027-02-06" in found.message("zh")
    assert "第 1 行" in found.message("zh")


@pytest.mark.parametrize("missing", ["2027-01-01", "2027-05-01", "2027-10-01"])
def test_a_notice_without_a_holiday_of_every_year_is_not_taken_as_whole(missing: str) -> None:
    text = WHOLE.replace(f"{missing},休", f"{missing},班").replace(f"{missing}至", "2027-10-02至")
    _, (found,) = read_day_table(text)
    assert (found.code, found.values["days"]) == ("XR663", missing)
    assert found.place is not None
    assert found.place.line == 4


def test_a_text_that_is_too_long_is_not_read() -> None:
    assert codes("#" * 200_001) == ["XR661 1"]
    assert codes("#" * 200_000) == []
    assert codes("2027-02-05,休," + "雪" * 150_000) == ["XR661 1"]


def test_more_days_than_any_host_needs_are_not_stated() -> None:
    rows = [f"{year}-01-01至{year}-12-31,休," for year in range(2000, 2054)]
    rows.append("2054-01-01至2054-10-03,休,")
    table, _ = read_day_table("\n".join(rows))
    assert table is not None
    assert len(table.days) == 20_000
    assert codes("\n".join([*rows, "2054-10-03,休,", "2054-10-04,休,"])) == ["XR661 57"]
