"""What a subject's own terms said when it was submitted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.lifecycle.submitted import PLAN, TERMS, activity, facts, item, submit
from xbyx_rules import Complete
from xbyx_rules.deciding import Case
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.lifecycle import read_version, version_of
from xbyx_rules.policy import canonical_text


def terms_of(**changed):
    return submit(**changed).terms


def test_terms_stand_in_the_vocabularys_order():
    assert list(submit().terms) == list(TERMS.entities["年度计划"].terms)


def test_numbers_and_days_are_exact_and_equal_numbers_are_alike():
    found = terms_of(经费=Decimal("0.10"))
    assert found["经费"] == {"number": "0.1"}
    assert found["起始日期"] == {"date": "2025-09-01"}
    assert terms_of(经费=Decimal("50000.00")) == terms_of(经费=50000)
    assert terms_of(经费=Decimal("12345678901234567.89"))["经费"] == {
        "number": "12345678901234567.89"
    }


def test_of_another_record_only_the_key_stands():
    assert terms_of()["学校"] == {"key": "2111000001"}
    assert terms_of(学校={"年度计划": Complete()})["学校"] == {"key": {"unknown": True}}


def test_a_record_without_a_key_is_part_of_its_subject():
    assert terms_of()["小组"] == {"record": {"组长": "t-01", "人数": {"number": "5"}}}


def test_what_is_unknown_is_left_out():
    unknown = facts(学年=None, 经费=UNKNOWN)
    del unknown["主题"]
    found = version_of(Case(PLAN, unknown), TERMS).terms
    assert not {"学年", "经费", "主题"} & found.keys()


def test_records_are_kept_whole_and_in_the_order_of_their_keys():
    found = terms_of(活动=Complete([activity("b"), activity("a")]))["活动"]
    assert [one["record"]["活动编号"] for one in found["list"]] == ["a", "b"]
    assert found["list"][0]["record"]["主讲"] == {"key": "t-01"}
    assert found["list"][0]["record"]["材料"]["list"][0]["record"]["科目"] == "讲义"
    assert found == terms_of(活动=Complete([activity("a"), activity("b")]))["活动"]


def test_records_without_keys_keep_their_order():
    lines = [item("乙", "1"), item("甲", "2")]
    found = terms_of(明细=Complete(lines))["明细"]
    assert [one["record"]["科目"] for one in found["list"]] == ["乙", "甲"]


def test_of_records_further_down_that_have_keys_only_those_stand():
    teachers = Complete([{"工号": "t-2", "学时": Decimal(1)}, {"工号": "t-1"}])
    (found,) = terms_of(活动=Complete([activity("a", 参加=teachers)]))["活动"]["list"]
    assert found["record"]["参加"] == {"list": [{"key": "t-1"}, {"key": "t-2"}], "complete": True}


def test_a_list_says_whether_it_is_complete():
    assert terms_of(教师=[{"工号": "t-1"}])["教师"]["complete"] is False


@pytest.mark.parametrize(
    ("value", "code"),
    [(1.5, "XR301"), ("50000", "XR301"), (Decimal("0.001"), "XR310"), (Decimal("NaN"), "XR302")],
)
def test_a_value_that_does_not_fit_is_marked_and_refuses_nothing(value, code):
    found = terms_of(经费=value)
    assert found["经费"] == {"unfit": code}
    assert found["学年"] == "2025-2026"


@pytest.mark.parametrize("value", ["t-1", 7, {"工号": "t-1"}])
def test_what_is_no_list_of_records_is_marked(value):
    assert terms_of(教师=value)["教师"] == {"unfit": "XR301"}


def test_a_record_that_is_none_is_marked_where_it_stands():
    assert terms_of(教师=Complete(["t-1"]))["教师"]["list"] == [{"unfit": "XR301"}]
    assert terms_of(学校="2111000001")["学校"] == {"unfit": "XR301"}


def test_half_a_letter_is_marked():
    assert terms_of(学年="\ud800")["学年"] == {"unfit": "XR301"}


def test_records_that_lead_to_each_other_come_to_an_end():
    lines = Complete()
    line = {"活动编号": "a", "材料": lines, "参加": lines}
    lines.append(line)
    found = terms_of(活动=lines)["活动"]["list"][0]["record"]
    assert found["参加"]["list"] == [{"key": {"unknown": True}}]
    assert len(canonical_text(found)) < 2_000


def test_a_record_that_is_part_of_itself_comes_to_an_end():
    group = {"人数": 1}
    group["上级小组"] = group
    found, depth = terms_of(小组=group)["小组"], 0
    while "record" in found:
        found, depth = found["record"]["上级小组"], depth + 1
    assert (found, depth) == ({"unfit": "XR308"}, 5)


def test_records_of_one_key_keep_their_order():
    activities = [activity("b", 学时=Decimal(1)), activity("a"), activity("b", 学时=Decimal(2))]
    found = terms_of(活动=Complete(activities))["活动"]["list"]
    assert [one["record"]["活动编号"] for one in found] == ["b", "a", "b"]


def test_records_without_end_are_counted_and_marked():
    endless = [{"活动编号": "a"}] * 100_001
    assert terms_of(活动=Complete(endless))["活动"] == {"unfit": "XR308"}


def test_a_long_list_keeps_its_length_and_digest():
    lines = [item("讲课费" * 40, str(number)) for number in range(3_000)]
    found = terms_of(明细=Complete(lines))["明细"]["cut"]
    assert found["records"] == 3_000
    other = terms_of(明细=Complete([*lines[:-1], item("改", "1")]))["明细"]["cut"]
    assert found["digest"].startswith("sha256:")
    assert found["digest"] != other["digest"]
    assert terms_of(明细=Complete(lines))["明细"]["cut"] == found


def test_a_long_text_is_cut_and_a_short_one_is_not():
    assert terms_of(学年="长" * 400_001)["学年"]["cut"]["characters"] == 400_003
    assert terms_of(学年="长" * 50_000)["学年"] == "长" * 50_000


def test_a_version_reads_back():
    version = submit()
    read = read_version(canonical_text(version.as_plain()))
    assert (read.entity, dict(read.terms)) == (version.entity, dict(version.terms))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format":2,"entity":"年度计划","terms":{}}',
        '{"format":1,"entity":"年度计划","terms":[]}',
        '{"format":1,"entity":"年度计划","terms":{},"more":1}',
        '{"format":1,"entity":"年度计划","entity":"学校","terms":{}}',
        '{"format":1,"entity":"年度计划","terms":{"经费":1.5}}',
    ],
)
def test_other_text_is_no_version(text):
    with pytest.raises(ValueError, match=r".+"):
        read_version(text)


def test_half_a_letter_in_a_list_is_marked_too():
    assert terms_of(主题=("阅读", "\ud800"))["主题"] == {"unfit": "XR301"}
