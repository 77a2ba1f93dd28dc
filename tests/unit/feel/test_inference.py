"""Checking expressions: what is refused, and exactly where."""

from __future__ import annotations

import pytest

from tests.evaluating import check, type_text
from xbyx_rules.feel.inference.environment import MOST_LOOPS

# Each case: the code, the text, and the part of it that the place marks (its first occurrence).
REFUSED = [
    ("XR201", "m > 学时数", "学时数"),
    ("XR201", "m instance of 学校", "学校"),
    ("XR201", "人员[学时]", "学时"),
    ("XR202", "负责人.职位 = 职", "负责人.职位"),
    ("XR202", "d.小时", "d.小时"),
    ("XR202", "{甲: 1}.乙", "{甲: 1}.乙"),
    ("XR202", "人员.职位", "人员.职位"),
    ("XR203", '[1, "a"]', '[1, "a"]'),
    ("XR203", '[{甲: 1}, {甲: "a"}]', '[{甲: 1}, {甲: "a"}]'),
    ("XR203", "[负责人, 负责人.部门]", "[负责人, 负责人.部门]"),
    ("XR203", "[function(a: number) a, function(a: string) a]", "[function"),
    ("XR204", "b and m", "m"),
    ("XR204", "n or b", "n"),
    ("XR204", "not(m)", "m"),
    ("XR204", "if n then 1 else 2", "n"),
    ("XR204", "some 人 in 人员 satisfies 人.学时", "人.学时"),
    ("XR204", "人员[工号]", "工号"),
    ("XR205", '职 = "校掌"', '"校掌"'),
    ("XR205", '"校掌" != 负责人.职务', '"校掌"'),
    ("XR205", '职 in ("校长", "校掌")', '"校掌"'),
    ("XR205", '职 in ["校长", "校掌"]', '"校掌"'),
    ("XR205", '人员[职务 = "副教师"]', '"副教师"'),
    ("XR206", "m = null", "null"),
    ("XR207", 'm > "40"', 'm > "40"'),
    ("XR207", "b < c", "b < c"),
    ("XR207", "d = 时刻", "d = 时刻"),
    ("XR207", "m between 1 and d", "m between 1 and d"),
    ("XR207", 'm in ("a", 1)', '"a"'),
    ("XR207", 'm in (> "a")', '"a"'),
    ("XR207", 'm in [1.."a"]', '[1.."a"]'),
    ("XR207", "m in [true..false]", "[true..false]"),
    ("XR207", "for i in 1..d return i", "1"),
    ("XR208", "-文", "-文"),
    ("XR208", "-d", "-d"),
    ("XR209", 'm + "1"', 'm + "1"'),
    ("XR209", "d + e", "d + e"),
    ("XR209", "d - 1", "d - 1"),
    ("XR209", "d + m", "d + m"),
    ("XR209", "文 * 2", "文 * 2"),
    ("XR209", "年月 + 时长", "年月 + 时长"),
    ("XR210", "负责人 = 负责人.部门", "负责人 = 负责人.部门"),
    ("XR210", "负责人.部门 = 负责人.部门", "负责人.部门 = 负责人.部门"),
    ("XR210", '负责人 = {工号: "1"}', '负责人 = {工号: "1"}'),
    ("XR210", "负责人.部门 in 人员.部门", "人员.部门"),
    ("XR211", 'if b then 1 else "a"', 'if b then 1 else "a"'),
    ("XR211", "if b then 负责人 else 负责人.部门", "if b"),
    ("XR212", "some 人 in 负责人 satisfies true", "负责人"),
    ("XR212", "负责人[1]", "负责人"),
    ("XR212", 'for 字 in ["a".."c"] return 字', '["a".."c"]'),
    ("XR213", "function(a) external {java: {class: 文}}", "function"),
    ("XR214", "summe(数列)", "summe(数列)"),
    ("XR214", "m(1)", "m(1)"),
    ("XR215", "折算()", "折算()"),
    ("XR215", "折算(负责人, 负责人)", "折算(负责人, 负责人)"),
    ("XR215", "(function(a: number) a)()", "(function(a: number) a)()"),
    ("XR216", "已知(m)", "已知(m)"),
    ("XR217", "d < today()", "today()"),
    ("XR217", "now() > 时刻", "now()"),
    ("XR218", "sum(文列)", "sum(文列)"),
    ("XR218", "abs(文)", "abs(文)"),
    ("XR218", "count(m)", "count(m)"),
    ("XR218", "count(lost: 数列)", "count(lost: 数列)"),
    ("XR219", "折算(负责人.部门)", "负责人.部门"),
    ("XR219", '折算({学时: "a"})', '{学时: "a"}'),
    ("XR219", "折算({学时: 41})", "{学时: 41}"),
    ("XR219", "折算({工时: 1})", "{工时: 1}"),
    ("XR219", "sort(文列, function(a: number, b: number) a < b)", "function"),
    ("XR220", "".join(f"for i{i} in 数列 return " for i in range(16)) + "1", "i15 in 数列"),
    ("XR221", "{甲: function(a) a + 1}.甲(1)", "a + 1"),
    ("XR221", 'get value(负责人, "学时") > 1', 'get value(负责人, "学时")'),
    ("XR221", "[][1] + 1", "[][1]"),
    ("XR221", "sum(for i in 数列 return partial[1])", "for"),
    ("XR221", 'd - duration("一年")', 'duration("一年")'),
]


@pytest.mark.parametrize(("code", "text", "part"), REFUSED, ids=[one[1][:40] for one in REFUSED])
def test_an_error_stands_at_the_part_that_is_wrong(code: str, text: str, part: str) -> None:
    _, problems = check(text)
    assert [one.code for one in problems] == [code]
    place = problems[0].place
    assert place is not None
    assert (place.file, place.line) == ("policy.md", 7)
    start = text.index(part)
    assert place.column == 5 + start
    marked = text[start : start + place.length]
    assert marked.startswith(part) or part.startswith(marked)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("code", "text"), [one[:2] for one in REFUSED])
def test_a_message_leaves_nothing_to_fill_in(code: str, text: str, language: str) -> None:
    _, (problem,) = check(text)
    said = problem.render(language)  # type: ignore[arg-type]
    assert problem.code == code
    assert "Type(" not in said
    assert "<class" not in said


def test_the_place_is_in_the_line_of_a_longer_text() -> None:
    _, (problem,) = check("b and\n  m > 0 and\n  文 > 1")
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (9, 3)


def test_an_unknown_name_names_the_nearest_one() -> None:
    _, (problem,) = check("时候 = 时刻")
    assert "`时刻`" in problem.help("zh")


def test_one_error_is_said_once() -> None:
    _, problems = check("(学时数 + 1) * 2 > 3 and 学时数.甲 = 1")
    assert [one.code for one in problems] == ["XR201", "XR201"]


ACCEPTED = [
    "职 = 负责人.职务",
    '"a" + string(m)',
    'd - duration("P1Y") <= e',
    'd - e > duration("P30D")',
    '年月 * 2 >= @"P1Y"',
    "时长 / 时长 > 2",
    "负责人 in 人员",
    "人员[负责人 = item]",
    "sort(人员, function(甲, 乙) 甲.学时 > 乙.学时)[1].工号",
    "list replace(数列, function(旧, 新) 旧 < 新, 3)",
    "(function(a) a + 1)(m)",
    "for i in 数列 return if count(partial) = 0 then i else partial[-1] + i",
    "sum(append(数列, 1, m))",
    "max(m, n) > min(数列)",
    'max("a", 文) = "b"',
    "折算({学时: 40, 在职: b})",
    "[[], 数列][1]",
    "if b then [] else 数列",
    "m in []",
    "人员.部门[名称 = 文].编制",
    "人员.生日.year",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_fits_is_accepted(text: str) -> None:
    type_text(text)


def test_knowledge_may_be_asked_in_a_precondition() -> None:
    type_text("已知(m) and m > 0", may_ask_knowledge=True)
    type_text("已知(负责人.部门) or b", may_ask_knowledge=True)


@pytest.mark.parametrize(
    "text",
    [
        "not(已知(m))",
        "已知(m) = false",
        "if 已知(m) then true else false",
        "some 人 in 人员 satisfies 已知(人.学时)",
        "count(人员[已知(学时)]) > 1",
        "(已知(m) and b) in (true)",
    ],
)
def test_knowledge_may_not_be_asked_where_its_answer_can_be_turned_round(text: str) -> None:
    _, problems = check(text, may_ask_knowledge=True)
    assert [one.code for one in problems] == ["XR216"]


def test_loops_may_be_as_deep_as_the_limit() -> None:
    names = [f"i{index}" for index in range(MOST_LOOPS)]
    type_text("some " + ", ".join(f"{name} in 数列" for name in names) + " satisfies b")
