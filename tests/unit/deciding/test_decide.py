"""Deciding the bundled document: what each part of a finding says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules import (
    UNKNOWN,
    Attestation,
    Case,
    Complete,
    ExecutablePolicy,
    Finding,
    Outcome,
    Subject,
    compile_policy,
    decide,
    load_policies,
    read_policy,
)
from xbyx_rules.checking import check_policy
from xbyx_rules.deciding import decide_condition
from xbyx_rules.errors import CaseError
from xbyx_rules.policy import bundled_rules, read_vocabulary

VOCABULARY_TEXT = (bundled_rules() / "vocabulary.md").read_text("utf-8")
POLICY = load_policies()["cn/beijing/school-based-training"]
ON = date(2025, 10, 1)
FUNDING = {
    "公用经费年度预算总额": Decimal(1_000_000),
    "教师培训经费预算": Decimal("49999.99"),
    "专项列支": True,
}


def find(clause: str, facts: dict[str, Any], entity: str = "学校", on: date = ON) -> Finding:
    case = Case(Subject(entity, "1"), facts)
    return decide(POLICY, case, on=on, only=(clause,))[clause]


def overlay(old: str, new: str) -> ExecutablePolicy:
    """The bundled document with one passage changed."""
    text = POLICY.policy.text
    assert old in text
    policy, problems = read_policy(text.replace(old, new), "policy.md")
    assert policy is not None, problems
    checked, problems = check_policy(policy, POLICY.checked.vocabulary)
    assert checked is not None, problems
    return compile_policy(checked)


def test_a_finding_says_what_it_read_and_by_how_much_it_fails() -> None:
    finding = find("funding-floor", FUNDING)
    assert finding.outcome is Outcome.NOT_MET
    assert finding.is_blocking
    assert not finding.allows
    assert [(one.name, one.value) for one in finding.facts] == list(FUNDING.items())
    (share,) = finding.parameters
    assert (share.name, share.value, share.written) == ("培训经费最低比例", Decimal("0.05"), "5%")
    assert (share.basis, share.is_verified) == ("六(二)-5", True)
    first, second = finding.conditions
    assert (first.outcome, first.shortfall) == (False, Decimal("0.01"))
    assert second.outcome is True
    assert "49999.99" in finding.message["zh"]
    assert "50000" in finding.message["en"]


def test_the_remedy_applied_is_met_and_one_unit_less_is_not() -> None:
    # The public operating funds are as they are: nobody is advised to have less of them.
    (remedy,) = find("funding-floor", FUNDING).remedies
    assert (remedy.fact, remedy.value) == ("教师培训经费预算", Decimal("50000.00"))
    assert (remedy.change, remedy.is_alternative) == (Decimal("0.01"), False)
    changed = {**FUNDING, remedy.fact: remedy.value}
    assert find("funding-floor", changed).outcome is Outcome.MET
    less = {**FUNDING, remedy.fact: remedy.value - Decimal("0.01")}
    assert find("funding-floor", less).outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ["公用经费年度预算总额"]),
        ({"公用经费年度预算总额": Decimal(1)}, ["教师培训经费预算", "专项列支"]),
        ({"公用经费年度预算总额": Decimal(1), "专项列支": True}, ["教师培训经费预算"]),
    ],
)
def test_what_is_missing_is_named(facts: dict[str, Any], missing: list[str]) -> None:
    finding = find("funding-floor", facts)
    assert finding.outcome is Outcome.UNDETERMINED
    assert [one.name for one in finding.missing] == missing


def test_a_known_part_that_decides_still_tells_what_the_other_parts_lack() -> None:
    facts = {"公用经费年度预算总额": Decimal(1), "专项列支": False}
    finding = find("funding-floor", facts)
    assert finding.outcome is Outcome.NOT_MET
    assert [one.name for one in finding.missing] == ["教师培训经费预算"]


def test_a_record_without_a_field_is_undetermined_and_counted() -> None:
    items = Complete([{"科目": "资料"}, {"科目": "差旅", "金额": Decimal(1)}])
    facts = {
        "校本研修经费预算": Decimal(1),
        "校本研修经费明细": items,
        "教师培训经费预算": Decimal(1),
    }
    finding = find("budget-made", facts)
    assert finding.outcome is Outcome.UNDETERMINED
    assert [one.description["zh"] for one in finding.missing] == [
        "校本研修经费明细的金额（1 条未填）"
    ]


def test_a_list_that_nobody_vouches_for_is_not_complete() -> None:
    kinds = ("规划", "年度计划", "实施方案")
    documents = [
        {"种类": kind, "生效日期": date(2025, 1, 1), "失效日期": date(2026, 1, 1)} for kind in kinds
    ]
    assert find("four-documents", {"研修文件": documents}).outcome is Outcome.UNDETERMINED
    vouched = {"研修文件": Complete(documents)}
    assert find("four-documents", vouched).outcome is Outcome.NOT_MET


@pytest.mark.parametrize("on", [date(2022, 6, 1), date(1999, 1, 1)])
def test_a_day_outside_the_period_decides_nothing(on: date) -> None:
    finding = find("funding-floor", FUNDING, on=on)
    assert finding.outcome is Outcome.UNDETERMINED
    assert "没有生效的规则" in finding.reason["zh"]
    assert "no rule in force" in finding.reason["en"]


def test_the_first_day_of_the_period_decides() -> None:
    assert find("funding-floor", FUNDING, on=date(2022, 6, 2)).outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("status: in-force", "status: unverified", "尚未核实"),
        ("status: in-force", "status: draft", "草案"),
        ("| 六(二)-5 | 已核实 |", "| 六(二)-5 | 未核实 |", "参数“培训经费最低比例”的值尚未核实"),
        ("| 5% | 2022-06-02 | |", "| 5% | 2022-06-02 | 2025-09-30 |", "没有生效的值"),
    ],
)
def test_what_is_not_verified_or_in_force_decides_nothing(old: str, new: str, reason: str) -> None:
    policy = overlay(old, new)
    review = decide(policy, Case(Subject("学校", "1"), FUNDING), on=ON)
    finding = review["funding-floor"]
    assert finding.outcome is Outcome.UNDETERMINED
    assert reason in finding.reason["zh"]


def test_a_condition_of_application_that_fails_makes_it_not_applicable() -> None:
    policy = overlay("- 前提: 公用经费", '- 适用条件: 学校类别 != "幼儿园"\n- 前提: 公用经费')
    kindergarten = Case(Subject("学校", "1"), {**FUNDING, "学校类别": "幼儿园"})
    finding = decide(policy, kindergarten, on=ON)["funding-floor"]
    assert finding.outcome is Outcome.NOT_APPLICABLE
    assert finding.allows
    unknown = decide(policy, Case(Subject("学校", "1"), FUNDING), on=ON)["funding-floor"]
    assert unknown.outcome is Outcome.UNDETERMINED


def attest(**changes: Any) -> Attestation:
    plain: dict[str, Any] = {
        "clause": "content-fits",
        "outcome": Outcome.MET,
        "person": "p7",
        "role": "区级审核员",
        "evidence": "file:1",
        "on": ON,
    }
    return Attestation(**{**plain, **changes})


@pytest.mark.parametrize(
    ("attestations", "outcome"),
    [
        ((), Outcome.UNDETERMINED),
        ((attest(),), Outcome.MET),
        ((attest(outcome=Outcome.NOT_MET),), Outcome.NOT_MET),
        ((attest(is_model=True),), Outcome.UNDETERMINED),
        ((attest(role="校长"),), Outcome.UNDETERMINED),
        ((attest(evidence=""),), Outcome.UNDETERMINED),
        ((attest(on=date(2025, 10, 2)),), Outcome.UNDETERMINED),
        ((attest(on=date(2025, 9, 1), valid_until=date(2025, 9, 30)),), Outcome.UNDETERMINED),
        (
            (attest(outcome=Outcome.NOT_MET, on=date(2025, 9, 1)), attest()),
            Outcome.MET,
        ),
        ((attest(outcome=Outcome.NOT_MET), attest()), Outcome.UNDETERMINED),
        ((attest(), attest(person="p8")), Outcome.MET),
    ],
)
def test_a_judgement_needs_a_persons_valid_attestation(
    attestations: tuple[Attestation, ...], outcome: Outcome
) -> None:
    case = Case(Subject("年度计划", "1"), {}, attestations=attestations)
    assert decide(POLICY, case, on=ON)["content-fits"].outcome is outcome


def test_a_hit_of_a_check_is_a_doubt_and_names_the_record() -> None:
    activity = {"学校": "s1", "学年": "2025-2026", "名称": "听课", "日期": date(2025, 9, 3)}
    records = {"研修活动": Complete([activity]), "有效批准": Complete()}
    case = Case(Subject("学校", "s1"), {}, records)
    finding = decide(POLICY, case, on=ON)["held-before-approval"]
    assert finding.outcome is Outcome.NOT_MET
    assert not finding.is_blocking
    assert "听课" in finding.message["zh"]
    assert "疑点" in finding.reason["zh"]


def test_a_rule_on_the_school_is_asked_of_its_plan() -> None:
    plan = Case(Subject("年度计划", "1"), {"学校": FUNDING})
    review = decide(POLICY, plan, on=ON, only=("funding-floor",))
    assert review["funding-floor"].outcome is Outcome.NOT_MET
    nothing = decide(POLICY, Case(Subject("年度计划", "1"), {}), on=ON, only=("funding-floor",))
    assert nothing["funding-floor"].outcome is Outcome.UNDETERMINED


def test_a_rule_on_something_the_subject_has_not_one_of_is_refused() -> None:
    with pytest.raises(CaseError) as raised:
        find("layer-above", {}, entity="年度计划")
    assert [one.code for one in raised.value.diagnostics] == ["XR311"]


def test_which_of_two_records_of_one_entity_is_meant_is_not_guessed() -> None:
    text = VOCABULARY_TEXT.replace(
        "| 学年 | school year | 文本 | | | | 公开 | | | 如 2025-2026 |",
        "| 学年 | school year | 文本 | | | | 公开 | | | |\n"
        "| 协办学校 | partner | 学校 | | | 对一 | 公开 | | | |",
    )
    vocabulary, problems = read_vocabulary(text, "vocabulary.md")
    assert vocabulary is not None, problems
    assert vocabulary.record_term("年度计划", "学校") is None
    assert POLICY.checked.vocabulary.record_term("年度计划", "学校") == "学校"
    _, found = check_policy(POLICY.policy, vocabulary)
    # its flow is about the plan and guards with rules on the school: which school is not known
    assert "XR408" in {one.code for one in found}


def test_by_default_a_review_leaves_calculations_out() -> None:
    case = Case(Subject("教职工", "1"), {"职务": "教师"})
    assert decide(POLICY, case, on=ON).findings == ()
    asked = decide(POLICY, case, on=ON, only=("layer-above",))
    assert asked["layer-above"].value == ["教研组长", "年级组长"]


def test_the_same_person_is_the_same_record_whatever_else_is_known() -> None:
    case = Case(Subject("年度计划", "1"), {"学校": {"所属区": "110101"}})
    me = {"工号": "p1", "所属区": "110101"}

    def guard(submitter: Any) -> Finding:
        finding = decide_condition(
            POLICY,
            "annual-plan",
            "待区级审核",
            "审核通过",
            case,
            extra={"经办人": me, "提交人": submitter, "意见": ""},
            on=ON,
        )
        assert finding is not None
        return finding

    assert guard({"工号": "p2", "所属区": "110101"}).outcome is Outcome.MET
    assert guard({"工号": "p1"}).outcome is Outcome.NOT_MET
    assert guard(UNKNOWN).outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("entity", "facts", "code"),
    [
        ("学校", {"教师培训经费预算": 49999.99}, "XR301"),
        ("学校", {"教师培训经费预算": "49999.99"}, "XR301"),
        ("学校", {"教师培训经费预算": True}, "XR301"),
        ("学校", {"专项列支": 1}, "XR301"),
        ("学校", {"公用经费年度预算总额": Decimal(-1)}, "XR302"),
        ("学校", {"公用经费年度预算总额": Decimal("NaN")}, "XR302"),
        ("学校", {"教师培训经费预算": Decimal("49999.999")}, "XR310"),
        ("学校", {"教师培训经费": Decimal(1)}, "XR303"),
        ("学校", {"研修负责人": {"职务": "付校长"}}, "XR302"),
        ("学校", {"研修负责人": {"职位": "主任"}}, "XR303"),
        ("学校", {"研修文件": {"种类": "规划"}}, "XR301"),
        ("学较", {}, "XR307"),
    ],
)
def test_facts_that_do_not_fit_the_vocabulary_are_refused(
    entity: str, facts: dict[str, Any], code: str
) -> None:
    known = {"公用经费年度预算总额": Decimal(1), "专项列支": True, **facts}
    with pytest.raises(CaseError) as raised:
        decide(POLICY, Case(Subject(entity, "1"), known), on=ON)
    assert [one.code for one in raised.value.diagnostics] == [code]


def test_noughts_at_the_end_are_no_decimal_places() -> None:
    facts = {**FUNDING, "教师培训经费预算": Decimal("50000.0000")}
    assert find("funding-floor", facts).outcome is Outcome.MET


def test_an_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(CaseError) as raised:
        find("funding-flor", FUNDING)
    (found,) = raised.value.diagnostics
    assert found.code == "XR306"
    assert "`funding-floor`" in found.help("zh")


def test_no_remedy_makes_a_rule_ask_nothing_any_more() -> None:
    """六(二)-5 asks for 5% of a total above 0: a total of 0 would meet it, and be undetermined."""
    facts = {"公用经费年度预算总额": 5, "教师培训经费预算": 0, "专项列支": True}
    case = Case(Subject("学校", "1"), facts)
    finding = decide(POLICY, case, on=date(2025, 10, 1))["funding-floor"]
    assert [(one.fact, one.value) for one in finding.remedies] == [
        ("教师培训经费预算", Decimal("0.25"))
    ]
