"""What two submitted versions say differently, as data and as text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.lifecycle.submitted import TERMS, activity, facts, item, submit
from xbyx_rules import Complete
from xbyx_rules.lifecycle import SubmittedVersion, differences, render_differences
from xbyx_rules.policy import Vocabulary


def compare(before=None, /, **after):
    return differences(submit(**(before or {})), submit(**after), TERMS)


def told(before=None, /, **after):
    found = compare(before, **after)
    return render_differences(found, is_personal_shown=True).splitlines()


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ({"学年": "2026-2027"}, "改 学年：2025-2026 → 2026-2027"),
        ({"学年": None}, "删 学年：2025-2026"),
        ({"学年": ""}, "改 学年：2025-2026 → 空文本"),
        ({"经费": Decimal("48000.50")}, "改 经费：50000 → 48000.5"),
        ({"专项列支": False}, "改 专项列支：是 → 否"),
        ({"主题": ["阅读"]}, "改 主题：阅读、实验 → 阅读"),
        ({"主题": []}, "改 主题：阅读、实验 → 无"),
        ({"学校": {"学校标识码": "2"}}, "改 学校：2111000001 → 2"),
        ({"小组": {"组长": "t-01", "人数": 7}}, "改 小组.人数：5 → 7"),
        ({"小组": None}, "删 小组：组长 t-01，人数 5"),
        ({"经费": "很多"}, "改 经费：50000 → 与词汇表不符（XR301）"),
    ],
)
def test_a_term_is_told_by_its_name(after, line):
    assert told(**after) == [line]


def test_what_was_unknown_is_added():
    (change,) = compare({"经费": None}, 经费=Decimal(5))
    assert (change.kind, change.after) == ("added", {"number": "5"})
    assert "before" not in change.as_plain()


def test_unknown_is_not_null():
    null = replace(submit(), terms={**submit().terms, "学年": None})
    (change,) = differences(submit(学年=None), null, TERMS)
    assert (change.kind, change.as_plain()["after"]) == ("added", None)
    assert render_differences([change]) == "增 学年：空值"


def test_equal_numbers_and_reordered_records_are_no_difference():
    turned = Complete([activity("a-2"), activity("a-1")])
    assert compare(经费=50000, 活动=turned) == ()


def test_records_are_matched_by_their_keys():
    activities = Complete([activity("a-2", 学时=Decimal("3.5")), activity("a-3")])
    assert told(活动=activities) == [
        "改 活动[a-2].学时：2 → 3.5",
        "增 活动[a-3]：活动编号 a-3，学时 2，主讲 t-01，材料 1 条",
        "删 活动[a-1]：活动编号 a-1，学时 2，主讲 t-01，材料 1 条",
    ]


def test_records_in_records_are_told_too():
    dearer = Complete([item("讲义", "15"), item("茶歇", "9")])
    assert told(活动=Complete([activity("a-1", 材料=dearer), activity("a-2")])) == [
        "改 活动[a-1].材料[第 1 条].金额：12 → 15",
        "增 活动[a-1].材料[第 2 条]：科目 茶歇，金额 9",
    ]


@pytest.mark.parametrize("keys", [("a", "a"), ("a", None)])
def test_records_whose_keys_tell_nothing_are_matched_by_position(keys):
    before = Complete([activity(one) for one in keys])
    after = Complete([activity(one) for one in keys])
    after[1]["学时"] = Decimal(9)
    assert told({"活动": before}, 活动=after) == ["改 活动[第 2 条].学时：2 → 9"]


def test_that_a_list_became_complete_is_a_difference():
    lines = facts()["明细"]
    assert told({"明细": list(lines)}, 明细=lines) == ["改 明细：清单未齐 → 清单已齐"]


def test_a_list_that_became_too_long_is_compared_by_its_digest():
    lines = [item("讲课费" * 40, str(number)) for number in range(3_000)]
    (line,) = told(明细=Complete(lines))
    assert line.startswith("改 明细：2 条 → 3000 条，")
    assert line.endswith("字，只比较了摘要")
    assert told({"明细": Complete(lines)}, 明细=Complete(lines)) == []


def test_a_list_kept_whole_equals_the_same_one_cut_short():
    # As when an engine with another limit kept the earlier one.
    from xbyx_rules.lifecycle.versions import cut_short

    whole = submit()
    cut = replace(whole, terms={**whole.terms, "活动": cut_short(whole.terms["活动"])})
    assert differences(cut, whole, TERMS) == ()
    other = submit(活动=Complete([activity("a-1")]))
    assert [one.kind for one in differences(cut, other, TERMS)] == ["changed"]


# --- what is personal -----------------------------------------------------------------------------


def masked(before=None, /, **after):
    found = compare(before, **after)
    return render_differences(found).splitlines(), [one.as_plain() for one in found]


def test_a_personal_value_is_left_out_unless_it_is_asked_for():
    lines, (plain,) = masked(联系人="t-18")
    assert lines == ["改 联系人：（涉及个人，不显示）"]
    assert plain == {"path": [{"term": "联系人"}], "kind": "changed", "confidentiality": "个人"}
    (change,) = compare(联系人="t-18")
    shown = change.as_plain(is_personal_shown=True)
    assert (shown["before"], shown["after"]) == ("t-17", "t-18")


def test_a_personal_key_is_left_out_of_the_path():
    hours = Complete([{"工号": "t-17", "学时": Decimal(9)}])
    lines, (plain,) = masked(教师=hours)
    assert lines == ["改 教师[第 1 条].学时：8 → 9"]
    assert plain["path"] == [{"term": "教师", "position": 1}, {"term": "学时"}]
    assert told(教师=hours) == ["改 教师[t-17].学时：8 → 9"]


@pytest.mark.parametrize(
    "after",
    [
        {"教师": Complete()},
        {"教师": None},
        {"小组": None},
        {"活动": Complete([activity("a-1", 主讲={"工号": "t-9"}), activity("a-2")])},
        {"活动": Complete([activity("a-1")])},
        {"活动": Complete([activity("a-1", 参加=Complete([{"工号": "t-9"}])), activity("a-2")])},
    ],
    ids=["a record gone", "a list gone", "a part gone", "a key", "a key in a record", "in a list"],
)
def test_no_personal_value_inside_another_is_shown(after):
    lines, plain = masked(**after)
    assert lines
    assert not any(one in f"{lines}{plain}" for one in ("t-17", "t-01", "t-9"))


def test_what_the_vocabulary_does_not_know_is_taken_as_sensitive():
    later = replace(submit(), terms={**submit().terms, "旧术语": "谁"})
    (change,) = differences(submit(), later, TERMS)
    assert (change.confidentiality, change.is_personal) == ("敏感", True)
    nothing = differences(submit(), submit(学年="x"), Vocabulary({}, ""))
    assert [one.confidentiality for one in nothing] == ["敏感"]


def test_a_mark_that_nobody_knows_closes():
    plan = TERMS.entities["年度计划"]
    secret = {**plan.terms, "学年": replace(plan.terms["学年"], confidentiality="绝密")}
    terms = replace(TERMS, entities={**TERMS.entities, "年度计划": replace(plan, terms=secret)})
    (change,) = differences(submit(), submit(学年="x"), terms)
    assert change.is_personal


# --- text -----------------------------------------------------------------------------------------


def test_the_same_in_english():
    found = compare({"经费": None}, 经费=Decimal(5), 主题=["阅读"], 联系人="t-18", 明细=Complete())
    assert render_differences(found, "en").splitlines() == [
        "changed 主题: 阅读, 实验 → 阅读",
        "added 经费: 5",
        "changed 联系人: (personal, not shown)",
        "removed 明细[no. 1]: 科目 讲课费, 金额 3000",
        "removed 明细[no. 2]: 科目 资料费, 金额 200.5",
    ]


def test_a_text_of_many_lines_is_told_in_one_and_shortened():
    (line,) = told(学年="第一行\n增 经费：1\n" + "长" * 500)
    assert line.startswith("改 学年：2025-2026 → 第一行 增 经费：1 长长")
    assert len(line) < 200


def test_versions_of_two_entities_are_not_compared():
    with pytest.raises(ValueError, match="can't be compared"):
        differences(SubmittedVersion("学校", {}), SubmittedVersion("年度计划", {}), TERMS)
