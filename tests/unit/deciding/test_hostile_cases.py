"""Cases that a careless or hostile host hands over, and rules that go to the limits."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from xbyx_rules import (
    Attestation,
    Case,
    Complete,
    ExecutablePolicy,
    Finding,
    Outcome,
    Subject,
    compile_policy,
    decide,
    explain,
    load_policies,
    read_policy,
)
from xbyx_rules.checking import check_policy
from xbyx_rules.errors import CaseError
from xbyx_rules.policy import read_vocabulary

ON = date(2025, 10, 1)
BUNDLED = load_policies()["cn/beijing/school-based-training"]
TERMS = """# 词汇表

## 甲 {#one en="one"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 金额 | amount | 数(2) | 元 | [0..1e11] | | 公开 | | |
| 限额 | limit | 数 | | | | 公开 | | |
| 等级 | grade | 文本 | | 一、二 | | 公开 | | |
| 名 | name | 文本 | | | | 公开 | | |
| 可 | allowed | 是非 | | | | 公开 | | |
| 刻 | moment | 日期时间 | | | | 公开 | | |
| 数列 | figures | 列表<数> | | | | 公开 | | |
| 下 | below | 甲 | | | 对一 | 公开 | | |
| 组 | groups | 乙 | | | 对多 | 公开 | | |

## 乙 {#two en="two"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 值 | value | 数 | | | | 公开 | | |
| 员 | members | 乙 | | | 对多 | 公开 | | |
"""
HEAD = """---
policy: cn/trial
title: 试
document: 试
in-force: 2025-01-01..
status: in-force
---

# 一

"""


def calculation(text: str, result: str) -> str:
    anchor = f"c-{result.encode().hex()}"
    lines = [f"## {result} {{#{anchor}}}", "", "- 类别: 计算", "- 对象: 甲", f"- 结果: {result}"]
    return "\n".join([*lines, "", "```feel", text, "```", "", ""])


def requirement(text: str, message: str = "") -> str:
    lines = ["## 试 {#rule}", "", "- 类别: 要求", "- 对象: 甲", "- 规范用语: 应当"]
    said = ["", f"> {message}"] if message else []
    return "\n".join([*lines, "", "```feel", text, "```", *said, "", ""])


def load(body: str) -> ExecutablePolicy:
    vocabulary, problems = read_vocabulary(TERMS, "vocabulary.md")
    assert vocabulary is not None, problems
    policy, problems = read_policy(HEAD + body, "policy.md")
    assert policy is not None, problems
    checked, problems = check_policy(policy, vocabulary)
    assert checked is not None, problems
    return compile_policy(checked)


def find(text: str, facts: dict[str, Any], before: str = "") -> Finding:
    policy = load(before + requirement(text))
    return decide(policy, Case(Subject("甲", "1"), facts), on=ON)["rule"]


def refused(decide_it: Callable[[], object]) -> str:
    with pytest.raises(CaseError) as error:
        decide_it()
    (problem,) = error.value.diagnostics
    assert problem.message("zh")
    assert problem.help("en")
    return problem.code


CIRCLE: dict[str, Any] = {}
CIRCLE["下"] = CIRCLE


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"限额": Decimal("sNaN")}, "XR302"),
        ({"限额": Decimal("-Infinity")}, "XR302"),
        ({"限额": Decimal("1E+999999")}, "XR302"),
        ({"限额": 10**10_000}, "XR302"),
        ({"数列": b"123"}, "XR301"),
        ({"刻": datetime(2025, 1, 1, tzinfo=timezone(timedelta(microseconds=1)))}, "XR301"),
        ({"下": {1: 2}}, "XR303"),
        (CIRCLE, "XR308"),
    ],
)
def test_facts_that_no_rule_can_use_are_refused(facts: dict[str, Any], code: str) -> None:
    text = "限额 > 1 and count(数列) > 1 and 刻 = 刻 and 下.金额 > 1"
    assert refused(lambda: find(text, facts)) == code


class Grade(str, Enum):  # noqa: UP042  (a StrEnum prints as its value)
    """What many hosts have for allowed values."""

    TWO = "二"


def test_a_member_of_an_enumeration_is_the_text_it_stands_for() -> None:
    policy = load(requirement('等级 = "一"', "等级是{等级}"))
    finding = decide(policy, Case(Subject("甲", "1"), {"等级": Grade.TWO}), on=ON)["rule"]
    assert finding.outcome is Outcome.NOT_MET
    assert finding.message["zh"] == "等级是二"


@pytest.mark.parametrize("day", [datetime.fromisoformat("2025-10-01T08:00"), "2025-10-01", None])
def test_the_day_is_a_civil_date(day: Any) -> None:
    case = Case(Subject("学校", "1"))
    assert refused(lambda: decide(BUNDLED, case, on=day)) == "XR309"
    wrong: Any = day or 1
    made = Attestation("content-fits", Outcome.MET, "p1", "区级审核员", "e1", wrong)
    attested = Case(Subject("年度计划", "1"), attestations=(made,))
    assert refused(lambda: decide(BUNDLED, attested, on=ON)) == "XR309"


def test_an_answer_does_not_depend_on_the_hosts_decimal_context() -> None:
    text = "限额 - 0.001 >= 100000.001 and abs(-限额) > 99999999.12 and mean(数列) = 1.5"
    facts = {"限额": Decimal("12345678.12345"), "数列": [Decimal(1), Decimal(2)]}
    plain = find(text, facts)
    with decimal.localcontext() as context:
        context.prec, context.rounding = 2, decimal.ROUND_UP
        context.traps = dict.fromkeys(context.traps, True)
        assert find(text, facts) == plain
        assert explain(find(text, facts)) == explain(plain)


@pytest.mark.parametrize(
    ("text", "facts", "fact"),
    [
        ("金额 >= 限额", {"金额": Decimal(1), "限额": Decimal("3.005")}, "金额"),
        ("金额 < 限额", {"金额": Decimal(9), "限额": Decimal(3)}, "金额"),
        ('名 = "x"', {"名": "y"}, "名"),
        ("可", {"可": False}, "可"),
        # Nothing is said where moving the fact moves the bound, or the fact can't be that.
        ("金额 >= 金额 + 1", {"金额": Decimal(1)}, ""),
        ("金额 >= 10 ** 40", {"金额": Decimal(1)}, ""),
        ("金额 = 限额 / 3", {"金额": Decimal(1), "限额": Decimal(10)}, "限额"),
        ("金额 = 10 / 3", {"金额": Decimal(1)}, ""),
        ("等级 = string join([名, 名])", {"等级": "一", "名": "z"}, ""),
        ("组[1].值 = 组[2].值 and 组[1].值 > 5", {"组": Complete([{"值": 1}, {"值": 1}])}, ""),
    ],
)
def test_what_a_remedy_says_satisfies_the_rule(text: str, facts: Any, fact: str) -> None:
    finding = find(text, facts)
    assert finding.outcome is Outcome.NOT_MET
    assert finding.remedies[0].fact == fact
    assert all(one.is_alternative for one in finding.remedies[1:])
    for remedy in finding.remedies:
        if remedy.fact:
            assert find(text, facts | {remedy.fact: remedy.value}).outcome is Outcome.MET


def test_a_remedy_changes_facts_never_a_calculated_value() -> None:
    before = calculation("限额 - 金额", "应有 数") + calculation("金额 > 5", "合格 是非")
    facts = {"金额": Decimal(1), "限额": Decimal(9)}
    finding = find("金额 >= 应有 and 合格", facts, before)
    assert [(one.fact, one.value) for one in finding.remedies] == [
        ("金额", Decimal("4.50")),
        ("限额", Decimal(2)),
        ("金额", Decimal("5.01")),
    ]


def test_calculations_that_read_each_other_twice_are_no_trouble_to_a_remedy() -> None:
    chain = [calculation(f"层{one + 1} + 层{one + 1}", f"层{one} 数") for one in range(40)]
    body = "".join([*chain, calculation("金额", "层40 数")])
    finding = find("层0 >= 10 ** 12", {"金额": Decimal("0.5")}, body)
    assert [(one.fact, one.value) for one in finding.remedies] == [("金额", Decimal("0.91"))]


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_looking_for_what_many_items_lack_ends(levels: int) -> None:
    listed = "[" + ", ".join(f'"{one}"' for one in range(60)) + "]"
    names = [f"项{one}" for one in range(levels)]
    loops = "".join(f"(every {one} in {listed} satisfies " for one in names)
    text = loops + f"{names[-1]} = 名" + ")" * levels
    finding = find(text, {"名": "z"})
    assert finding.outcome is Outcome.NOT_MET
    assert finding.remedies


def test_looking_for_remedies_ends_though_the_rule_takes_long() -> None:
    numbers = [Decimal(one) for one in range(1500)]
    text = "(some 甲 in 数列, 乙 in 数列 satisfies 甲 + 乙 > 限额 + 金额)"
    finding = find(text, {"数列": numbers, "限额": Decimal(9999), "金额": Decimal(1)})
    assert finding.outcome is Outcome.NOT_MET
    (remedy,) = finding.remedies
    assert remedy.prose["zh"].startswith("使下面这一条成立")


def test_a_shortfall_that_is_no_number_is_not_given() -> None:
    finding = find("限额 >= 9E+6143 * 10", {"限额": Decimal("-9E+6144")})
    assert finding.outcome is Outcome.NOT_MET
    assert finding.conditions[0].shortfall is None


@pytest.mark.parametrize(
    ("groups", "missing"),
    [
        (Complete([{"员": Complete([{}])}]), "（1 条未填）"),
        (Complete([{"员": [{"值": 2}]}]), "（名单未声明完整）"),
    ],
)
def test_what_is_missing_in_the_lists_of_a_list_is_said(groups: Any, missing: str) -> None:
    finding = find("every 一 in 组 satisfies sum(一.员.值) > 1", {"组": groups})
    assert finding.outcome is Outcome.UNDETERMINED
    assert [one.description["zh"].endswith(missing) for one in finding.missing] == [True]


def test_where_nothing_is_missing_the_reason_says_that_there_is_no_value() -> None:
    finding = find("金额 / 限额 > 1", {"金额": Decimal(1), "限额": Decimal(0)})
    assert finding.outcome is Outcome.UNDETERMINED
    assert finding.missing == ()
    assert "除数为零" in finding.reason["zh"]


def test_a_precondition_that_fails_names_what_its_list_holds() -> None:
    """Whether the clause itself rests on it or a calculation that it reads."""
    listed = calculation('["丙", "丁"]', "名单 列表<文本>")
    gated = calculation("1", "所得 数").replace("- 结果:", "- 前提: count(名单) = 0\n- 结果:")
    rule = requirement("1 > 0").replace("- 规范", "- 前提: count(名单) = 0\n- 规范")
    for body in (listed + rule, listed + gated + requirement("所得 > 0")):
        finding = decide(load(body), Case(Subject("甲", "1"), {}), on=ON)["rule"]
        assert finding.outcome is Outcome.UNDETERMINED
        assert finding.reason["zh"] == "前提不成立：名单的个数等于0（“丙”、“丁”）"
        assert finding.reason["en"].endswith(" (“丙”, “丁”)")


def test_a_judgement_is_asked_for_only_where_it_applies() -> None:
    lines = ["- 类别: 人工认定", "- 对象: 甲", "- 适用条件: 可", "- 证据: 表", "- 证明人: 员"]
    policy = load("\n".join(["## 认 {#rule}", "", *lines, ""]))
    for known, outcome in ((False, Outcome.NOT_APPLICABLE), (True, Outcome.UNDETERMINED)):
        case = Case(Subject("甲", "1"), {"可": known})
        assert decide(policy, case, on=ON)["rule"].outcome is outcome


def test_a_check_shows_the_records_that_match_though_of_others_it_can_not_be_told() -> None:
    lines = ["- 类别: 核查", "- 严重: 高", "", "| 事实 | 记作 | 满足 |", "|---|---|---|"]
    lines += ["| 乙 | a | a.值 > 1 |", "", "> 值为{a.值}", ""]
    policy = load("\n".join(["## 查 {#rule}", "", *lines]))
    records = {"乙": Complete([{"值": Decimal(5)}, {}, {"值": Decimal(0)}])}
    finding = decide(policy, Case(Subject("甲", "1"), records=records), on=ON)["rule"]
    assert finding.outcome is Outcome.NOT_MET
    assert finding.message["zh"] == "值为5"
    assert [list(one) for one in finding.value] == [["a"]]


def test_what_is_worked_out_of_a_record_is_worked_out_once() -> None:
    """A thousand records, each compared with each: a million questions within the steps."""
    doubled = calculation("值 + 值", "倍 数").replace("对象: 甲", "对象: 乙")
    groups = Complete([{"值": Decimal(number)} for number in range(1000)])
    text = "every 一 in 组 satisfies count(组[倍(item) = 倍(一)]) = 1"
    assert find(text, {"组": groups}, doubled).outcome is Outcome.MET


def test_calculations_that_call_each_other_a_thousand_deep_are_refused() -> None:
    chain = [calculation(f"层{one + 1} + 1", f"层{one} 数") for one in range(1000)]
    body = "".join([*chain, calculation("金额", "层1000 数")])
    assert refused(lambda: find("层0 > 1", {"金额": Decimal(1)}, body)) == "XR305"


@pytest.mark.parametrize(
    "text",
    [
        "count(for i in 1..100000 return for j in 1..100000 return i * j) > 1",
        "count(for i in 1..100000 return upper case(名)) > 1",
        "count(for i in 1..100000 return 名 + string(i)) > 1",
        "count(distinct values(for i in 1..100000 return [i])) > 1",
        "count(flatten(for i in 1..60 return partial)) > 1",
        'count(for i in 1..100000 return matches(名, "x*y")) > 1',
    ],
)
def test_no_rule_runs_without_end_or_fills_the_memory(text: str) -> None:
    facts = {"名": "x" * 3_000, "数列": [Decimal(one) for one in range(20_000)]}
    assert refused(lambda: find(text, facts)) == "XR305"
