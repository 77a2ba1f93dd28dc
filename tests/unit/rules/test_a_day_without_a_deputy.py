"""A past day on which nobody was in charge: it's shown, and nobody is advised to make it good."""

from __future__ import annotations

from datetime import date

from xbyx_rules import Case, Complete, Subject, decide, load_policies

OPEN_END = date(9999, 12, 31)
POLICY = load_policies()["cn/beijing/school-based-training/governance"]


def _facts(second_from: date) -> dict[str, object]:
    deputies = [
        {
            "人员": one,
            "职务": "副校长",
            "起始日期": date(2020, 7, 1),
            "终止日期": OPEN_END,
            "分管教育教学": True,
        }
        for one in ("d1", "d2")
    ]
    spans = (("d1", date(2022, 9, 1), date(2022, 9, 30)), ("d2", second_from, OPEN_END))
    in_charge = [
        {
            "小组名称": "领导小组",
            "人员": who,
            "小组职务": "主抓人",
            "起始日期": first,
            "终止日期": last,
        }
        for who, first, last in spans
    ]
    return {
        "领导小组": {"成立日期": date(2022, 9, 1)},
        "任职": Complete(deputies),
        "小组任职": Complete(in_charge),
    }


def test_a_gap_long_past_only_reminds_and_cannot_be_set_right() -> None:
    case = Case(Subject("学校", "s"), _facts(date(2022, 10, 8)))
    review = decide(POLICY, case, on=date(2026, 11, 28), only=["deputy-each-day"])
    finding = review["deputy-each-day"]
    assert finding.outcome.code == "not_met"
    assert not finding.is_blocking
    prose = [one.prose["zh"] for one in finding.remedies]
    assert len(prose) == 1
    assert prose[0].startswith("关键日中的2022年10月1日已经过去，不能补正（")


def test_a_gap_that_lasts_today_can_still_be_closed() -> None:
    case = Case(Subject("学校", "s"), _facts(date(2026, 12, 1)))
    review = decide(POLICY, case, on=date(2026, 11, 28), only=["deputy-each-day"])
    (remedy,) = review["deputy-each-day"].remedies
    gone, _, rest = remedy.prose["zh"].partition("；登记有误的除外")
    assert "2022年10月1日" in gone
    assert "2026年11月28日须满足" in rest
