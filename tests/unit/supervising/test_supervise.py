"""Supervising: who decided each check and why, what a hit is called, what is an error."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.strategies.checks import compile_text, write_document
from xbyx_rules import UNKNOWN, Complete, ExecutablePolicy, Incomplete, load_policies
from xbyx_rules.deciding import Finding
from xbyx_rules.errors import CaseError, Diagnostic
from xbyx_rules.policy import Outcome, bundled_rules
from xbyx_rules.supervising import (
    CheckResult,
    EvaluatorChoice,
    describe_rules,
    select_checks,
    supervise,
)
from xbyx_rules.supervising import supervise as module  # noqa: F401
from xbyx_rules.supervising.rete import Job, is_importable

ON = date(2026, 3, 2)
SUPERVISION = "cn/beijing/school-based-training/supervision"
SAME = (("甲类", "a", ""), ("乙类", "b", "b.组 = a.组"))
RECORDS = {
    "甲类": Complete([{"号": "1", "组": "p"}, {"号": "2", "组": "q"}]),
    "乙类": Complete([{"号": "3", "组": "q"}]),
}
# WHY by name: the package's function of the same name hides the module.
MODULE = import_module("xbyx_rules.supervising.supervise")
needs_engine = pytest.mark.skipif(not is_importable(), reason="durable-rules can't be imported")


def documents(*checks: Sequence[tuple[str, str, str]]) -> dict[str, ExecutablePolicy]:
    return {"cn/random": compile_text(write_document(*(checks or (SAME,))))}


def one(
    evaluator: EvaluatorChoice = "reference",
    rows: Sequence[tuple[str, str, str]] = SAME,
    records: dict[str, Any] | None = None,
    **more: Any,
) -> CheckResult:
    given = RECORDS if records is None else records
    (result,) = supervise(documents(rows), given, on=ON, evaluator=evaluator, **more).checks
    return result


def answer_with(monkeypatch: pytest.MonkeyPatch, answer: list[dict[str, str]] | Diagnostic) -> None:
    """Have the engine answer so, wherever these tests run."""

    def run_jobs(jobs: Sequence[Job], *, seconds: float) -> tuple[Any, ...]:
        return (answer,) * len(jobs)

    monkeypatch.setattr(MODULE, "is_importable", lambda: True)
    monkeypatch.setattr(MODULE, "run_jobs", run_jobs)


def test_a_hit_has_its_records_their_names_and_a_message() -> None:
    result = one()
    assert (result.policy, result.anchor, result.evaluator) == ("cn/random", "c0", "reference")
    assert result.outcome is Outcome.NOT_MET
    (hit,) = result.hits
    assert hit.references == ("甲类:2", "乙类:3")
    assert set(hit.records) == {"a", "b"}
    assert hit.message["zh"].strip() == "记录 2。"
    assert isinstance(result.finding, Finding)


def test_a_doubts_id_names_the_check_and_the_records_and_nothing_else() -> None:
    first = one().hits[0]
    touched = {**RECORDS, "乙类": Complete([{"号": "3", "组": "q", "名": "改"}, {"号": "0"}])}
    again = one(records=touched).hits[0]
    assert again.doubt_id == first.doubt_id
    assert again.content != first.content
    other = {**RECORDS, "乙类": Complete([{"号": "4", "组": "q"}])}
    assert one(records=other).hits[0].doubt_id != first.doubt_id
    two = supervise(documents(SAME, SAME), RECORDS, on=ON, evaluator="reference").hits
    assert len({hit.doubt_id for hit in two}) == 2
    assert len(first.doubt_id) == 32


def test_which_record_stands_in_which_row_makes_another_doubt() -> None:
    rows = (("甲类", "a", ""), ("甲类", "b", "b.组 = a.组 and b.号 != a.号"))
    records = {"甲类": Complete([{"号": "1", "组": "p"}, {"号": "2", "组": "p"}])}
    hits = one(rows=rows, records=records).hits
    assert len({hit.doubt_id for hit in hits}) == len(hits) == 2


def test_a_record_without_a_key_is_named_by_what_it_says() -> None:
    def name(**field: Any) -> str:
        records = {"甲类": Complete([{"组": "p", **field}])}
        return one(rows=SAME[:1], records=records).hits[0].references[0]

    assert name().startswith("甲类:#")
    assert name() == name(号=UNKNOWN)
    assert name(名="x") != name(名="y")


def test_only_checks_whose_records_are_given_are_decided() -> None:
    policies = documents(SAME, SAME[:1])
    found = supervise(policies, {"甲类": Complete([])}, on=ON, evaluator="reference").checks
    assert [result.anchor for result in found] == ["c1"]


def test_an_inherited_check_is_decided_once_where_it_stands() -> None:
    policies = load_policies()
    entities = {
        row.entity: None
        for policy in policies.values()
        for clause in policy.clauses.values()
        for row in clause.checked.pattern
    }
    chosen = select_checks(policies, entities, on=ON)
    anchors = [one.anchor for one in chosen]
    assert len(set(anchors)) == len(anchors)
    assert ("cn/beijing/school-based-training", "held-before-approval") in {
        (one.policy, one.anchor) for one in chosen
    }
    assert all(one.decided_by == one.policy for one in chosen)
    heirs = [key for key, one in policies.items() if "held-before-approval" in one.clauses]
    assert len(heirs) > 1


# --- the Rete engine decides, or says why not ----------------------------------------------------


@pytest.mark.rete
@needs_engine
@pytest.mark.parametrize("evaluator", ["auto", "rete"])
def test_the_engine_decides_where_it_can(evaluator: EvaluatorChoice) -> None:
    result = one(evaluator, is_strict=True)
    assert (result.evaluator, result.reason) == ("rete", None)
    assert result.hits == one().hits


def test_where_the_engine_is_not_there_the_reference_decides_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MODULE, "is_importable", lambda: False)
    result = one("rete")
    assert result.evaluator == "reference"
    assert result.reason is not None
    assert result.reason.code == "XR801"
    assert result.hits == one().hits
    assert one("auto").evaluator == "reference"
    with pytest.raises(CaseError, match="XR801"):
        one("rete", is_strict=True)


@pytest.mark.parametrize("code", ["XR806", "XR807", "XR808", "XR809", "XR811"])
def test_what_became_of_the_engine_is_told_with_the_checks_place(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    values = {"status": "-11", "seconds": "1", "found": "x", "error": "x", "most": "1"}
    answer_with(monkeypatch, Diagnostic(code, None, values))
    result = one("rete")
    assert result.evaluator == "reference"
    assert result.reason is not None
    assert result.reason.code == code
    assert result.reason.place is not None
    assert result.hits == one().hits
    with pytest.raises(CaseError, match=code):
        one("rete", is_strict=True)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("b.数额 + a.数额 > 3", "XR803"),
        ("(" + ") and (".join(["b.组 = a.组 or b.名 = a.名"] * 5) + ")", "XR805"),
    ],
)
def test_a_check_outside_the_envelope_is_decided_by_the_reference(
    monkeypatch: pytest.MonkeyPatch, condition: str, code: str
) -> None:
    answer_with(monkeypatch, [])
    rows = (SAME[0], ("乙类", "b", condition))
    result = one("rete", rows)
    assert result.evaluator == "reference"
    assert result.reason is not None
    assert (result.reason.code, result.hits) == (code, one(rows=rows).hits)


def test_the_other_checks_are_decided_by_the_engine_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, [])
    rows = (SAME[0], ("乙类", "b", "b.数额 + a.数额 > 3"))
    none = (SAME[0], ("乙类", "b", 'b.组 = a.组 and b.组 = "r"'))
    found = supervise(documents(rows, none), RECORDS, on=ON, evaluator="rete").checks
    assert [result.evaluator for result in found] == ["reference", "rete"]


def test_where_records_lack_a_field_the_reference_decides_and_strictness_has_no_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, [])
    for rows in (SAME, (SAME[0], ("无 乙类", "b", "b.组 = a.组"))):
        records = {**RECORDS, "乙类": Complete([{"号": "3", "组": UNKNOWN}])}
        result = one("rete", rows, records, is_strict=True)
        assert result.outcome is Outcome.UNDETERMINED
        assert result.evaluator == "reference"
        assert result.reason is not None
        assert result.reason.code == "XR813"
        assert result.finding.missing


def test_an_incomplete_list_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, [])
    records = {**RECORDS, "乙类": Incomplete([])}
    result = one("rete", records=records)
    assert result.outcome is Outcome.UNDETERMINED
    assert result.reason is not None
    assert result.reason.code == "XR813"


def test_a_hit_that_the_rule_denies_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = [{"g": "f0000003", "a0": "f0000000", "a1": "f0000002"}]
    answer_with(monkeypatch, denied)
    result = one("rete")
    assert result.evaluator == "reference"
    assert result.reason is not None
    assert result.reason.code == "XR810"
    assert result.hits == one().hits
    with pytest.raises(CaseError, match="XR810"):
        one("rete", is_strict=True)


def test_a_hit_that_the_engine_missed_is_an_error_in_strict_mode(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, [])
    assert one("rete").outcome is Outcome.MET  # nothing but the second search could tell
    with pytest.raises(CaseError, match="XR812"):
        one("rete", is_strict=True)


def test_a_check_that_is_not_in_force_searches_no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, [])
    before = date(1999, 1, 1)
    (result,) = supervise(documents(), RECORDS, on=before, evaluator="rete").checks
    assert result.outcome is Outcome.UNDETERMINED
    assert (result.evaluator, result.reason) == ("reference", None)


def test_records_that_do_not_fit_are_an_error_with_either_evaluator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, [])
    records = {**RECORDS, "乙类": Complete([{"号": "3", "组": 5}])}
    for evaluator in ("reference", "rete"):
        with pytest.raises(CaseError, match="XR30"):
            one(evaluator, records=records)


# --- what a check depends on besides its records -------------------------------------------------


def test_the_day_counts_only_where_a_check_reads_it_or_comes_into_force() -> None:
    policy = load_policies()["cn/beijing/school-based-training/supervision"]

    def same(anchor: str, day: date, other: date) -> bool:
        return describe_rules(policy, anchor, day) == describe_rules(policy, anchor, other)

    assert same("credit-without-activity", ON, date(2026, 3, 3))
    assert not same("scheme-not-filed", ON, date(2026, 3, 3))
    assert not same("credit-without-activity", ON, date(2020, 1, 1))
    plain = json.dumps(describe_rules(policy, "credit-without-activity", ON))
    assert policy.policy.hash in plain


def test_another_text_of_a_refined_document_makes_a_check_be_looked_at_again(
    tmp_path: Path,
) -> None:
    """S4 reads 上一层职务, a calculation that stands in the guideline."""
    rules = tmp_path / "rules"
    shutil.copytree(bundled_rules(), rules)
    key, guideline = SUPERVISION, rules / "cn/beijing/school-based-training/policy.md"
    before = load_policies(rules)[key]
    guideline.write_text(guideline.read_text(encoding="utf-8") + "\n另有一句。\n", encoding="utf-8")
    after = load_policies(rules)[key]
    assert after.policy.hash == before.policy.hash
    said = [describe_rules(one, "broken-chain", ON) for one in (before, after)]
    assert said[0] != said[1]
