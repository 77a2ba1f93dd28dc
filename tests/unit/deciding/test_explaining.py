"""Explanations: text for people and plain data, as goldens (bless with XBYX_BLESS=1)."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xbyx_rules.checking import Strictness
from xbyx_rules.compiling import to_prose
from xbyx_rules.deciding import load_policies
from xbyx_rules.deciding.case import Subject
from xbyx_rules.deciding.explaining import (
    explain,
    explain_review,
    finding_to_json,
    review_to_json,
)
from xbyx_rules.deciding.findings import Condition, Finding, Missing, Reading, Remedy, Review
from xbyx_rules.deciding.to_json import value_to_json
from xbyx_rules.errors import Language
from xbyx_rules.feel.temporals import parse_temporal
from xbyx_rules.feel.values import UNKNOWN, Complete, Incomplete, Interval
from xbyx_rules.policy import Force, Outcome, Period

RULES = Path(__file__).parents[3] / "rules"
GOLDENS = Path(__file__).parents[2] / "cases" / "explanations"
POLICY = "cn/beijing/school-based-training"
DOCUMENT = "京教人〔2022〕8号"
FLOOR = "公用经费年度预算总额 * 培训经费最低比例"


def a_finding(clause: str, locator: str, title: str, outcome: Outcome, **more: Any) -> Finding:
    plain: dict[str, Any] = {"force": Force.SHALL, "is_blocking": True} | more
    return Finding(
        clause=clause,
        locator=locator,
        title=title,
        policy=POLICY,
        policy_hash="sha256:00",
        outcome=outcome,
        document=DOCUMENT,
        **plain,
    )


def a_budget(total: Any, budget: Any, outcome: Any, shortfall: Any = None) -> dict[str, Any]:
    """What the decision on the share of training in a budget read and found."""
    least = total * Decimal("0.05") if isinstance(total, Decimal) else UNKNOWN
    return {
        "conditions": (
            Condition(
                text=f"教师培训经费预算 >= {FLOOR}",
                outcome=outcome,
                values=(("教师培训经费预算", budget), (FLOOR, least)),
                prose={
                    "zh": "教师培训经费预算不少于公用经费年度预算总额乘以培训经费最低比例",
                    "en": "the teacher training budget is at least the annual public operating "
                    "funds times 培训经费最低比例",
                },
                spoken={
                    "zh": ("教师培训经费预算", "公用经费年度预算总额乘以培训经费最低比例"),
                    "en": (
                        "the teacher training budget",
                        "the annual public operating funds times 培训经费最低比例",
                    ),
                },
                units=("元", "元"),
                shortfall=shortfall,
            ),
            Condition(
                text="专项列支",
                outcome=True,
                values=(),
                prose={"zh": "专项列支为“是”", "en": "“separately itemised” is “yes”"},
            ),
        ),
        "facts": (
            Reading("教师培训经费预算", budget, "元", english="teacher training budget"),
            Reading("公用经费年度预算总额", total, "元", english="annual public operating funds"),
            Reading("专项列支", True, english="separately itemised"),
        ),
        "parameters": (
            Reading(
                "培训经费最低比例",
                Decimal("0.05"),
                basis="六(二)-5",
                period=Period(date(2022, 6, 2)),
                is_verified=True,
            ),
        ),
    }


FUNDING = ("funding-floor", "六(二)-5", "培训经费达到规定比例并单独列支")
MILLION = Decimal(1_000_000)

FINDINGS = {
    "met": a_finding(*FUNDING, Outcome.MET, **a_budget(MILLION, Decimal(50_000), True)),
    "not-met": a_finding(
        *FUNDING,
        Outcome.NOT_MET,
        **a_budget(MILLION, Decimal("49999.99"), False, Decimal("0.01")),
        remedies=(
            Remedy(
                "教师培训经费预算",
                Decimal(50_000),
                {
                    "zh": "教师培训经费预算不少于50000元",
                    "en": "a teacher training budget of at least 50000 yuan",
                },
            ),
        ),
        message={
            "zh": "教师培训经费预算为 49999.99 元,应不少于 50000 元。",
            "en": "The training budget is 49999.99 yuan; at least 50000 is required.",
        },
    ),
    "undetermined": a_finding(
        *FUNDING,
        Outcome.UNDETERMINED,
        **a_budget(UNKNOWN, Decimal(50_000), UNKNOWN),
        missing=(
            Missing(
                "公用经费年度预算总额",
                {"zh": "年初预算数,不是决算数", "en": "annual public operating funds"},
                holder="学校",
            ),
        ),
    ),
    "not-applicable": a_finding(
        *("boarding", "九", "寄宿制学校的夜间研修安排"),
        Outcome.NOT_APPLICABLE,
        force=Force.ENCOURAGED,
        is_blocking=False,
        facts=(Reading("学校类别", "幼儿园", english="school type"),),
        reason={
            "zh": "适用条件不成立：学校类别是“高中”",
            "en": "the condition of application does not hold: the school type is “高中”",
        },
    ),
    "no-rule-in-force": a_finding(
        *FUNDING,
        Outcome.UNDETERMINED,
        reason={
            "zh": "2022年6月1日没有施行中的规定（本条自2022年6月2日起施行）",
            "en": "no rule in force on 1 June 2022 (this clause is in force from 2 June 2022)",
        },
    ),
    "unverified": a_finding(
        *FUNDING,
        Outcome.UNDETERMINED,
        parameters=(
            Reading(
                "培训经费最低比例",
                UNKNOWN,
                basis="六(二)-5",
                period=Period(date(2022, 6, 2), date(2025, 12, 31)),
                is_verified=False,
            ),
        ),
        reason={
            "zh": "参数“培训经费最低比例”尚未核实",
            "en": "the parameter “培训经费最低比例” is not verified",
        },
    ),
    "precondition-not-met": a_finding(
        *FUNDING,
        Outcome.UNDETERMINED,
        facts=(Reading("公用经费年度预算总额", Decimal(0), "元"),),
        reason={
            "zh": "前提不成立：公用经费年度预算总额多于0元",
            "en": "the precondition does not hold: the annual public operating funds is more than "
            "0 yuan",
        },
    ),
    "missing-attestation": a_finding(
        *("content-fits", "四-1b", "研修内容有针对性"),
        Outcome.UNDETERMINED,
        missing=(
            Missing(
                "认定：研修内容有针对性",
                {"zh": "证据：需求分析与主题对应表", "en": "evidence: 需求分析与主题对应表"},
                holder="区级审核员",
            ),
        ),
        reason={"zh": "尚未作出人工认定", "en": "no judgement has been recorded"},
    ),
    "calculation": a_finding(
        *("credit", "", "学时折合学分"),
        Outcome.MET,
        force=None,
        is_blocking=False,
        value=Decimal("1.50"),
        facts=(
            Reading("学时", Decimal(30), "学时", english="class hours"),
            Reading("日期", parse_temporal("2025-10-01"), english="date"),
            Reading("主题", Complete(f"第{number}题" for number in range(1, 9)), english="themes"),
            Reading("研修文件", Incomplete([{"种类": "规划", "生效日期": date(2021, 1, 1)}])),
        ),
    ),
    "calculation-without-value": a_finding(
        *("credit", "", "学时折合学分"),
        Outcome.UNDETERMINED,
        force=None,
        is_blocking=False,
        value=UNKNOWN,
        missing=(Missing("学时", {"zh": "学时", "en": "class hours"}),),
    ),
    "replacement": a_finding(
        *("funding-floor", "三-2", "本区培训经费比例"),
        Outcome.MET,
        strictness=(
            Strictness("funding-floor", "cn/beijing/school-based-training#funding-floor", "proved"),
        ),
    ),
}

REVIEW = Review(
    subject=Subject("学校", "2111000001"),
    on=date(2025, 9, 1),
    policy=POLICY,
    policy_hash="sha256:00",
    semantics=1,
    document=DOCUMENT,
    findings=(
        FINDINGS["met"],
        FINDINGS["not-met"],
        FINDINGS["not-applicable"],
        FINDINGS["missing-attestation"],
        a_finding("tips", "五-3", "联片研修", Outcome.NOT_MET, force=Force.MAY, is_blocking=False),
    ),
)


def check_golden(name: str, text: str) -> None:
    golden = GOLDENS / name
    if os.environ.get("XBYX_BLESS") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FINDINGS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_finding_is_explained_as_in_its_golden(name: str, language: Language) -> None:
    said = explain(FINDINGS[name], language)
    check_golden(f"{name}.{language}.txt", f"{said}\n")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_review_is_explained_as_in_its_golden(language: Language) -> None:
    said = explain_review(REVIEW, language)
    check_golden(f"review.{language}.txt", f"{said}\n")


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_as_data_is_as_in_its_golden(name: str) -> None:
    data = finding_to_json(FINDINGS[name])
    check_golden(f"{name}.json", json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def test_no_golden_is_left_over() -> None:
    expected = {f"{name}.{end}" for name in FINDINGS for end in ("zh.txt", "en.txt", "json")}
    expected |= {"review.zh.txt", "review.en.txt"}
    assert {golden.name for golden in GOLDENS.iterdir() if golden.is_file()} == expected


@pytest.mark.parametrize("finding", FINDINGS.values(), ids=FINDINGS)
def test_every_finding_as_data_has_the_same_keys(finding: Finding) -> None:
    assert finding_to_json(finding).keys() == finding_to_json(FINDINGS["met"]).keys()


def test_a_review_as_data_counts_and_names_what_blocks() -> None:
    data = review_to_json(REVIEW)
    assert json.loads(json.dumps(data)) == data
    assert data["counts"] == {"met": 1, "not_met": 2, "undetermined": 1, "not_applicable": 1}
    assert data["blocked_by"] == ["funding-floor", "content-fits"]
    assert [one["clause"] for one in data["findings"]] == [one.clause for one in REVIEW]
    assert (data["on"], data["subject"]) == (
        "2025-09-01",
        {"entity": "学校", "key": "2111000001"},
    )


VALUES = [
    (Decimal("50000.00"), "50000"),
    (Decimal("1E+3"), "1000"),
    (3, "3"),
    (True, True),
    ("文", "文"),
    (None, None),
    (UNKNOWN, {"unknown": True}),
    (date(2025, 9, 1), "2025-09-01"),
    (parse_temporal("2025-09-01T08:30:00Z"), "2025-09-01T08:30:00Z"),
    (parse_temporal("P1Y2M"), "P1Y2M"),
    (Complete([Decimal(1), UNKNOWN]), ["1", {"unknown": True}]),
    (Incomplete(["甲"]), {"incomplete": True, "known": ["甲"]}),
    ({"金额": Decimal("0.05")}, {"金额": "0.05"}),
    (
        Interval(Decimal(1), None, is_low_closed=False),
        {"low": "1", "high": None, "is_low_closed": False, "is_high_closed": True},
    ),
]


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=[str(case[0]) for case in VALUES])
def test_a_value_becomes_plain_data(value: Any, expected: Any) -> None:
    assert value_to_json(value) == expected
    assert json.loads(json.dumps(expected)) == expected


@pytest.mark.parametrize("value", [0.5, object(), len])
def test_what_is_no_value_of_feel_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no plain data"):
        value_to_json(value)


def test_a_line_break_in_a_value_makes_no_line_of_its_own() -> None:
    forged = a_finding(
        *FUNDING,
        Outcome.NOT_MET,
        facts=(Reading("校长", "p1\n符合：六(二)-5"),),
        message={"zh": "第一行\n\n符合：六(二)-5"},
    )
    said = explain(forged).splitlines()
    assert [line for line in said if line.startswith("符合")] == []
    assert "  校长：“p1 符合：六(二)-5”" in said


def test_a_document_without_a_citation_is_named_by_its_id() -> None:
    finding = replace(FINDINGS["met"], document="")
    assert explain(finding).splitlines()[0].endswith(f"（{POLICY}）")


def test_what_stands_in_one_language_only_is_shown_in_the_other() -> None:
    finding = a_finding(*FUNDING, Outcome.NOT_MET, message={"zh": "比例不足"})
    assert "Message: 比例不足" in explain(finding, "en").splitlines()


def test_a_review_that_nothing_blocks_says_so() -> None:
    review = Review(REVIEW.subject, REVIEW.on, POLICY, "sha256:00", 1, (FINDINGS["met"],))
    assert "没有须先解决的事项。" in explain_review(review).splitlines()
    assert "Nothing has to be settled first." in explain_review(review, "en").splitlines()


def test_a_path_is_read_aloud() -> None:
    finding = a_finding(
        *FUNDING,
        Outcome.UNDETERMINED,
        facts=(Reading("领导小组.组长", UNKNOWN),),
        missing=(Missing("领导小组.组长", {}),),
        conditions=(Condition("领导小组.组长 = 校长", UNKNOWN, (("领导小组.组长", UNKNOWN),), {}),),
    )
    said = explain(finding).splitlines()
    assert said.count("  领导小组的组长：未填报") == 1
    assert said.count("    领导小组的组长：未填报") == 1
    assert said[-1] == "  领导小组的组长"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_bundled_rule_is_said_without_signs_of_feel(language: Language) -> None:
    said = [
        to_prose(node, language, vocabulary=policy.checked.vocabulary)
        for policy in load_policies(RULES).values()
        for clause in policy.checked.clauses.values()
        for node in (clause.precondition, clause.applicability, clause.condition)
        if node is not None
    ]
    assert said
    assert [one for one in said if re.search(r"[<>=*\[\]{}\"|?…]", one)] == []
