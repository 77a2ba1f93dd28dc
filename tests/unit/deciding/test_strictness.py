"""How strict an overlay is: proved, tested on cases, or refused with a case that shows it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from xbyx_rules import Case, Subject, compile_policy, decide, explain
from xbyx_rules.checking import CheckedPolicy, list_strictness
from xbyx_rules.deciding import check_library, review_to_json
from xbyx_rules.deciding.strictness import CASES, is_looser
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import Outcome, load_library
from xbyx_rules.policy.library import Written, build_library

VOCABULARY = load_library().vocabulary.texts[0]
HEAD = """---
policy: {id}
title: 试
document: 试
in-force: 2025-01-01..
{refines}status: in-force
---

# 一

"""
PARAMETER = """## 参数 {#share}

| 参数 | 值 | 生效 | 失效 | 核实 |
|---|---|---|---|---|
| 比例 | 5% | | | 已核实 |

"""
DUE = """## 应有 {#due}

- 类别: 计算
- 对象: 学校
- 结果: 应有经费 数

```feel
公用经费年度预算总额 * 比例
```

"""
FLOOR = """## 底线 {#floor}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
教师培训经费预算 >= 应有经费
```

"""
PLANS = """## 文件 {#plans}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
count(研修文件[种类 = "规划"]) >= 2 and (every 件 in 研修文件 satisfies 件.生效日期 <= 判定日)
```

"""
JUDGED = """## 认定 {#judged}

- 类别: 人工认定
- 对象: 学校
- 规范用语: 应当
- 证据: 照片, 记录
- 证明人: 校长, 区级审核员

"""
FLOW = """## 流程 {#flow}

- 类别: 办理流程
- 对象: 学校
- 初始: 草稿
- 终结: 完成
- 不变量: 完成 之前必有 提交

| 从 | 动作 | 到 | 由 | 须符合 | 条件 | 来源 |
|---|---|---|---|---|---|---|
| 草稿 | 提交 | 待审 | 校长, 分管负责人 | #floor | | 推论 |
| 待审 | 通过 | 完成 | 区级审核员 | | 意见 != "" | 推论 |

"""
BASE = PARAMETER + DUE + FLOOR + PLANS + JUDGED + FLOW


def replacing(body: str, anchor: str, old: str = "", new: str = "") -> str:
    """A heading in the place of one above, with one text changed."""
    assert old in body
    body = body.replace(old, new) if old else body
    line = f"- 细化: cn/upper#{anchor}\n- 类别"
    return body.replace("- 类别", line).replace(f"{{#{anchor}}}", "{#own}")


def load(below: str, upper: str = BASE) -> tuple[CheckedPolicy | None, list[Diagnostic]]:
    documents = {
        "cn/upper": HEAD.format(id="cn/upper", refines="") + upper,
        "cn/city/lower": HEAD.format(id="cn/city/lower", refines="refines: [cn/upper]\n") + below,
    }
    library, problems = build_library(
        [Written("vocabulary.md", VOCABULARY)],
        {name: Written(f"{name}.md", text) for name, text in documents.items()},
    )
    assert library is not None, problems
    checked, found = check_library(library)
    return checked.get("cn/city/lower"), [one for one in found if one.severity == "error"]


RULE = "教师培训经费预算 >= 应有经费"
PROVED = {
    "more is asked": replacing(FLOOR, "floor", RULE, f"{RULE} and 专项列支"),
    "a greater share": replacing(FLOOR, "floor", RULE, "教师培训经费预算 >= 应有经费 * 1.2"),
    "the figure itself": replacing(
        FLOOR, "floor", RULE, "教师培训经费预算 > 公用经费年度预算总额 * 5%"
    ),
    "a sum on top": replacing(FLOOR, "floor", RULE, "教师培训经费预算 - 100 >= 应有经费"),
    "an alternative less": replacing(
        FLOOR, "floor", RULE, f"({RULE} and 专项列支) or 教师培训经费预算 > 应有经费"
    ),
    "only what is known": replacing(
        FLOOR, "floor", "- 规范", "- 前提: 公用经费年度预算总额 > 0\n- 规范"
    ),
    "a calculation that asks more": replacing(DUE, "due", "* 比例", "* 比例 + 10"),
    "a parameter that asks more": PARAMETER.replace("{#share}", "{#own}").replace("5%", "6%"),
    "more records": replacing(PLANS, "plans", ">= 2", ">= 3"),
    "more of each record": replacing(
        PLANS, "plans", "<= 判定日", '<= 判定日 and 件.种类 != "规划"'
    ),
    "fewer who attest": replacing(JUDGED, "judged", ", 区级审核员"),
    "more evidence": replacing(JUDGED, "judged", "照片, 记录", "照片, 记录, 录像"),
    "fewer who act": replacing(FLOW, "flow", ", 分管负责人"),
    "more required of a step": replacing(FLOW, "flow", "#floor", "#floor, #plans"),
}
REFUSED = {
    "a smaller share": replacing(FLOOR, "floor", RULE, "教师培训经费预算 >= 应有经费 * 0.99"),
    "an alternative more": replacing(FLOOR, "floor", RULE, f"{RULE} or 专项列支"),
    "without the bound itself": replacing(
        FLOOR, "floor", RULE, "教师培训经费预算 >= 应有经费 - 0.01"
    ),
    "for fewer schools": replacing(FLOOR, "floor", "- 规范", "- 适用条件: 专项列支\n- 规范"),
    "a reminder": replacing(FLOOR, "floor", "应当", "鼓励"),
    "without a step's effect": replacing(FLOOR, "floor", "应当", "应当\n- 效果: 提醒"),
    "a calculation that asks less": replacing(DUE, "due", "* 比例", "* 比例 * 0.5"),
    "a parameter that asks less": PARAMETER.replace("{#share}", "{#own}").replace("5%", "4%"),
    "a parameter that asks less later": PARAMETER.replace("{#share}", "{#own}").replace(
        "| 比例 | 5% | | | 已核实 |",
        "| 比例 | 5% | | 2026-12-31 | 已核实 |\n| 比例 | 4% | 2027-01-01 | | 已核实 |",
    ),
    "fewer records": replacing(PLANS, "plans", ">= 2", ">= 1"),
    "one record instead of each": replacing(PLANS, "plans", "every", "some"),
    "more who attest": replacing(JUDGED, "judged", "区级审核员", "区级审核员, 研修负责人"),
    "less evidence": replacing(JUDGED, "judged", "照片, ", ""),
    "more who act": replacing(FLOW, "flow", "| 区级审核员", "| 区级审核员, 校长"),
    "less required of a step": replacing(FLOW, "flow", "#floor", ""),
    "a step without its condition": replacing(FLOW, "flow", '意见 != ""', ""),
    "another way": replacing(
        FLOW,
        "flow",
        "| 待审 | 通过",
        "| 待审 | 直接通过 | 完成 | 区级审核员 | | | 推论 |\n| 待审 | 通过",
    ),
    "without an invariant": replacing(FLOW, "flow", "- 不变量: 完成 之前必有 提交\n", ""),
}


@pytest.mark.parametrize("name", PROVED)
def test_what_is_stricter_on_its_face_is_proved(name: str) -> None:
    checked, problems = load(PROVED[name])
    assert problems == []
    assert checked is not None
    (found,) = list_strictness(checked)
    assert (found.status, found.cases, found.is_vacuous) == ("proved", 0, False)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_looser_stops_the_load(name: str) -> None:
    _, problems = load(REFUSED[name])
    assert [one.code for one in problems] == ["XR880"]
    assert problems[0].values["example"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_looser_stands_where_a_clause_authorises_it(name: str) -> None:
    line = "- 授权: 上位第九条\n"
    below = REFUSED[name]
    below = (
        below.replace("{#own}\n", "{#own}\n\n" + line, 1)
        if "- 类别" not in below
        else below.replace("- 类别", f"{line}- 类别", 1)
    )
    checked, problems = load(below)
    assert problems == []
    assert checked is not None
    (found,) = list_strictness(checked)
    assert (found.status, found.authority) == ("refused", "上位第九条")
    assert "上位第九条" in found.phrase("zh")


def test_what_can_not_be_proved_is_tried_on_cases() -> None:
    rule = replacing(FLOOR, "floor", RULE, "教师培训经费预算 >= max(应有经费, 10000)")
    checked, problems = load(rule)
    assert problems == []
    assert checked is not None
    (found,) = list_strictness(checked)
    assert (found.status, found.cases) == ("tested", CASES)


def test_a_refusal_shows_the_smallest_case_as_an_example_that_fails_when_pasted() -> None:
    _, (problem,) = load(REFUSED["a parameter that asks less"])
    header, _, row = (
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in problem.values["example"].strip().split("\n")[:3]
    )
    assert header == ["例", "公用经费年度预算总额", "教师培训经费预算", "判定日", "结果"]
    total, budget = Decimal(row[1]), Decimal(row[2])
    assert total * Decimal("0.04") <= budget < total * Decimal("0.05")
    assert row[-1] == "不符合"


def test_a_rule_that_now_applies_to_all_is_no_looser() -> None:
    gated = BASE.replace("- 对象: 学校\n- 规范", "- 对象: 学校\n- 适用条件: 专项列支\n- 规范", 1)
    checked, problems = load(replacing(FLOOR, "floor"), gated)
    assert problems == []
    assert checked is not None
    assert [one.status for one in list_strictness(checked)] == ["proved"]


def test_a_value_that_no_requirement_reads_is_not_shown_to_be_strict() -> None:
    upper = BASE + DUE.replace("{#due}", "{#other}").replace("应有经费", "另外的")
    body = DUE.replace("应有经费", "另外的").replace("{#due}", "{#other}")
    same, _ = load(replacing(body, "other"), upper)
    assert same is not None
    assert [one.status for one in list_strictness(same)] == ["tested"]
    _, problems = load(replacing(body, "other", "* 比例", "* 比例 * 2"), upper)
    assert [one.code for one in problems] == ["XR880"]


def test_a_rule_that_decides_nothing_is_not_said_to_be_exceeded() -> None:
    unverified = BASE.replace("- 对象: 学校\n- 规范", "- 对象: 学校\n- 核实: 未核实\n- 规范", 1)
    checked, problems = load(replacing(FLOOR, "floor", RULE, "专项列支"), unverified)
    assert problems == []
    assert checked is not None
    (found,) = list_strictness(checked)
    assert found.is_vacuous
    assert "没有它据以判定的日子可比" in found.phrase()


def test_a_third_document_is_compared_with_the_second() -> None:
    middle, _ = load(PROVED["a parameter that asks more"])
    assert middle is not None
    names = {"cn/upper": BASE, "cn/city/lower": PROVED["a parameter that asks more"]}
    texts = {
        "cn/upper": HEAD.format(id="cn/upper", refines="") + names["cn/upper"],
        "cn/city/lower": HEAD.format(id="cn/city/lower", refines="refines: [cn/upper]\n")
        + names["cn/city/lower"],
        "cn/city/district/third": HEAD.format(
            id="cn/city/district/third", refines="refines: [cn/city/lower]\n"
        )
        + PARAMETER.replace("{#share}", "{#third}").replace("5%", "5.5%"),
    }
    library, _ = build_library(
        [Written("v", VOCABULARY)], {name: Written(name, text) for name, text in texts.items()}
    )
    assert library is not None
    _, found = check_library(library)
    (problem,) = [one for one in found if one.severity == "error"]
    assert (problem.code, problem.values["target"]) == ("XR880", "cn/city/lower 比例")


def test_each_finding_shows_how_strict_what_it_rests_on_is() -> None:
    checked, _ = load(PROVED["a parameter that asks more"])
    assert checked is not None
    facts = {"公用经费年度预算总额": Decimal(100), "教师培训经费预算": Decimal(6)}
    review = decide(compile_policy(checked), Case(Subject("学校", "1"), facts), on=date(2025, 5, 1))
    assert [one.status for one in review["floor"].strictness] == ["proved"]
    assert "与上位规定相比：替换“cn/upper 比例”：已证明不比它宽松" in explain(review["floor"])
    assert "proved to be at least as strict" in explain(review["floor"], "en")
    found = next(one for one in review_to_json(review)["findings"] if one["clause"] == "floor")
    assert found["strictness"][0]["replaces"] == "cn/upper 比例"
    assert review["plans"].strictness == ()


@pytest.mark.parametrize(
    ("old", "passes"),
    [
        (Outcome.MET, {Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED}),
        (Outcome.NOT_MET, {Outcome.NOT_MET, Outcome.UNDETERMINED}),
        (Outcome.UNDETERMINED, {Outcome.NOT_MET, Outcome.UNDETERMINED}),
        (Outcome.NOT_APPLICABLE, set(Outcome)),
    ],
)
def test_looser_is_what_passes_more(old: Outcome, passes: set[Outcome]) -> None:
    assert {new for new in Outcome if not is_looser(old, new)} == passes


def test_the_same_two_documents_give_the_same_case_each_time() -> None:
    shown = {load(REFUSED["an alternative more"])[1][0].values["example"] for _ in range(2)}
    assert len(shown) == 1
    assert re.search("反例", shown.pop())


KINDS = """## 目的 {#kinds}

- 类别: 分类
- 词项: 研修活动.研修目的

| 取值 | 上级 | English | 说明 |
|---|---|---|---|
| 教师发展 | | teacher development | |
| 学生发展 | | student development | |
| 学校发展 | | school development | |

"""
AIM = """## 宗旨 {#aim}

- 类别: 原则性条款
- 理由: 没有可以判定真假的条件

说明宗旨。

"""


def test_a_taxonomy_of_the_same_values_is_as_strict() -> None:
    # A taxonomy lists all values of its term (XR287), so another set of them never loads.
    checked, problems = load(replacing(KINDS, "kinds", "student dev", "pupils’ dev"), KINDS)
    assert not problems
    assert checked is not None
    assert [one.status for one in list_strictness(checked)] == ["proved"]


def test_a_principle_is_not_said_to_be_proved() -> None:
    checked, problems = load(replacing(AIM, "aim", "说明宗旨。", "另说宗旨。"), AIM)
    assert not problems
    assert checked is not None
    assert [one.status for one in list_strictness(checked)] == ["unjudged"]
