"""Issuing a receipt: what it says openly, what it only commits to, what is kept apart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.unit.deciding.receipts.issued import (
    ABOVE,
    ON,
    POLICY,
    SCHOOL,
    STAFF,
    compile_texts,
    decide_case,
    issue,
    new_salts,
)
from xbyx_rules import Attestation, Case, Complete, Outcome, Subject, decide
from xbyx_rules.deciding import SEMANTICS, Payload, issue_receipt, payload_text, receipt_text
from xbyx_rules.deciding.receipts import Opening, erase_facts
from xbyx_rules.errors import ReceiptError
from xbyx_rules.policy import Vocabulary, canonical_text, digest_text, hash_text


def class_of(payload: Payload, kind: str, name: str) -> str:
    (found,) = (one for one in payload.openings if (one.kind, one.name) == (kind, name))
    return found.confidentiality


def code_of(case: Case, review: Any) -> str:
    with pytest.raises(ReceiptError) as caught:
        issue_receipt(POLICY, case, review, salt_source=new_salts())
    return caught.value.diagnostics[0].code


def test_it_names_the_exact_rules_the_day_and_the_engine() -> None:
    receipt, _ = issue()
    assert receipt.semantics == SEMANTICS
    assert receipt.on == ON
    assert receipt.policy == "cn/bj/below"
    assert receipt.rules.documents == {
        "cn/above": POLICY.checked.above[0].hash,
        "cn/bj/below": POLICY.policy.hash,
    }
    assert receipt.rules.vocabulary == tuple(map(hash_text, POLICY.checked.vocabulary.texts))


def test_it_says_what_each_rule_answered_and_by_which_parameters() -> None:
    receipt, _ = issue()
    findings = {one.clause: one for one in receipt.findings}
    assert {key: one.outcome for key, one in findings.items()} == {
        "funds": "not_met",
        "head": "met",
        "visit": "met",
        "early": "not_met",
    }
    funds = findings["funds"]
    assert funds.policy == "cn/above"
    assert [(one.text, one.outcome) for one in funds.conditions] == [("经费 >= 经费下限", False)]
    (floor,) = funds.parameters
    assert (floor.name, floor.value, floor.basis) == ("经费下限", {"number": "1000"}, "一-2")
    assert (floor.start, floor.end, floor.is_verified) == (date(2025, 1, 1), None, True)


def test_no_fact_stands_in_it() -> None:
    receipt, payload = issue()
    text = receipt_text(receipt)
    for fact in ("999.90", "999.9", "0.1", "t-1", "t-2", "旧活动", "p-7", "e-1", "2024-12-31"):
        assert json.dumps(fact, ensure_ascii=False).strip('"') in payload_text(payload)
        assert f'"{fact}"' not in text


def test_only_what_was_read_is_kept() -> None:
    receipt, payload = issue()
    names = [(one.kind, one.name) for one in receipt.commitments]
    assert names == [
        ("fact", "经费"),
        ("fact", "教职工"),
        ("fact", "校长"),
        ("records", "活动"),
        ("attestation", "visit"),
        *(("result", one.clause) for one in receipt.findings),
    ]
    assert [(one.kind, one.name) for one in payload.openings] == names
    assert "没有一条规则读它" not in payload_text(payload)
    assert "p-8" not in payload_text(payload)


def test_a_fact_that_was_read_and_not_known_is_committed_to_as_unknown() -> None:
    _, payload = issue(Case(Subject("学校", "s-1")), ("funds",))
    assert payload.openings[0].name == "经费"
    assert payload.openings[0].value == {"unknown": True}


def test_which_rules_were_asked_is_on_record() -> None:
    receipt, _ = issue(only=("head",))
    assert [one.clause for one in receipt.findings] == ["head"]
    assert not receipt.is_whole
    assert issue()[0].is_whole


def test_a_person_is_not_named_a_school_is() -> None:
    receipt, payload = issue(STAFF, ("credit",))
    assert receipt.subject.key is None
    assert receipt.commitments[0].kind == "subject"
    assert payload.openings[0].value == "t-1"
    assert '"t-1"' not in receipt_text(receipt)
    assert issue()[0].subject.key == "s-1"


def test_each_fact_has_the_strictest_class_of_what_it_holds() -> None:
    _, payload = issue()
    assert class_of(payload, "fact", "经费") == "内部"
    assert class_of(payload, "fact", "校长") == "个人", "it is a person's key"
    assert class_of(payload, "fact", "教职工") == "个人", "its records have one"
    assert class_of(payload, "records", "活动") == "公开"
    assert class_of(payload, "attestation", "visit") == "个人"
    assert class_of(payload, "result", "funds") == "个人"


def test_a_record_of_which_no_personal_field_is_known_is_less_strict() -> None:
    case = replace(SCHOOL, facts={"校长": None, "教职工": Complete([{"学时": 3}])})
    _, payload = issue(case, ("head",))
    assert class_of(payload, "fact", "教职工") == "内部"


def test_a_commitment_is_the_digest_over_a_salt_and_all_that_opens_it() -> None:
    receipt, payload = issue()
    for commitment, opening in zip(receipt.commitments, payload.openings, strict=True):
        assert opening.salt is not None
        what = [opening.kind, opening.name, opening.confidentiality, opening.value]
        assert commitment.digest == digest_text(opening.salt, canonical_text(what))
    assert len({one.salt for one in payload.openings}) == len(payload.openings)


def test_equal_facts_of_two_receipts_do_not_look_alike() -> None:
    numbers = new_salts()
    review = decide_case()
    first, second = (
        issue_receipt(POLICY, SCHOOL, review, salt_source=numbers)[0] for _ in range(2)
    )
    assert not {one.digest for one in first.commitments} & {
        one.digest for one in second.commitments
    }
    assert replace(first, commitments=(), digest="") == replace(second, commitments=(), digest="")


@pytest.mark.parametrize("salt", ["", "0" * 31, "G" * 32, "A" * 32, "0" * 129, "0" * 32])
def test_salts_that_can_be_guessed_are_refused(salt: str) -> None:
    review = decide_case()
    with pytest.raises(ValueError, match="a salt is"):
        issue_receipt(POLICY, SCHOOL, review, salt_source=lambda: salt)


def test_no_receipt_is_issued_for_the_review_of_another_case() -> None:
    richer = replace(SCHOOL, facts={**SCHOOL.facts, "经费": 1000})
    assert code_of(richer, decide_case()) == "XR312"
    renamed = replace(SCHOOL, subject=Subject("学校", "s-2"))
    assert code_of(renamed, decide_case()) == "XR312"


def test_no_receipt_is_issued_for_a_review_that_was_touched() -> None:
    review = decide_case()
    nicer = replace(review.findings[0], outcome=Outcome.MET)
    assert code_of(SCHOOL, replace(review, findings=(nicer, *review.findings[1:]))) == "XR312"
    assert code_of(SCHOOL, replace(review, semantics=SEMANTICS + 1)) == "XR312"
    assert code_of(SCHOOL, replace(review, findings=review.findings[::-1])) == "XR312"
    assert code_of(SCHOOL, replace(review, policy_hash="sha256:0")) == "XR312"


def test_no_receipt_is_issued_for_the_review_of_another_text() -> None:
    other = compile_texts(above=ABOVE.replace("| 1000 |", "| 900 |"))["cn/bj/below"]
    assert code_of(SCHOOL, decide(other, SCHOOL, on=ON)) == "XR312"


def test_what_canonical_text_cannot_hold_is_refused_by_name() -> None:
    case = replace(SCHOOL, facts={"校长": "\ud800", "教职工": Complete([])})
    review = decide_case(case, ("head",))
    with pytest.raises(ReceiptError) as caught:
        issue_receipt(POLICY, case, review, salt_source=new_salts())
    (found,) = caught.value.diagnostics
    assert (found.code, found.values["name"]) == ("XR313", "校长")


def test_an_attestation_that_would_not_read_back_is_refused() -> None:
    person: Any = 7
    odd = Attestation("visit", Outcome.MET, person, "督学", "e-1", date(2025, 9, 1))
    case = replace(SCHOOL, attestations=(odd,))
    assert code_of(case, decide_case(case)) == "XR313"


def test_a_vocabulary_without_its_text_is_refused() -> None:
    whole = POLICY.checked.vocabulary
    bare = Vocabulary(whole.entities, whole.hash)
    policy = replace(POLICY, checked=replace(POLICY.checked, vocabulary=bare))
    with pytest.raises(ReceiptError) as caught:
        issue_receipt(policy, SCHOOL, decide_case(), salt_source=new_salts())
    assert caught.value.diagnostics[0].code == "XR313"


def test_one_class_can_be_erased_and_what_was_computed_goes_with_it() -> None:
    _, payload = issue()
    left = erase_facts(payload, ["个人", "敏感"])
    kept = {(one.kind, one.name) for one in left.openings if not one.is_erased}
    assert kept == {("fact", "经费"), ("records", "活动")}
    text = payload_text(left)
    assert "t-1" not in text
    assert "p-7" not in text
    assert left.receipt == payload.receipt


def test_one_fact_can_be_erased_by_name_and_all_at_once() -> None:
    _, payload = issue()
    left = erase_facts(payload, ["经费"])
    kept = {(one.kind, one.name) for one in left.openings if not one.is_erased}
    assert kept == {(one.kind, one.name) for one in payload.openings if one.kind != "result"} - {
        ("fact", "经费")
    }
    assert "999.9" not in payload_text(left)
    assert all(one.is_erased for one in erase_facts(payload).openings)


def test_erasing_a_class_erases_the_stricter_ones_that_may_hold_it() -> None:
    pair = [{"姓名": "甲", "健康状况": "乙"}]
    opening = Opening("records", "教职工", "敏感", "0" * 32, pair)
    public = Opening("fact", "经费", "公开", "1" * 32, {"number": "1"})
    foreign = Opening("fact", "其他", "没有这一级", "2" * 32, True)
    payload = Payload(1, "sha256:" + "0" * 64, (opening, public, foreign))
    left = erase_facts(payload, ["个人"])
    assert [one.is_erased for one in left.openings] == [True, False, False]
    assert left.openings[0].value is None


@pytest.mark.parametrize("wanted", [["没有这一项"], ["个人 "], ["经费", "经废"], "经费"])
def test_an_erasure_that_would_miss_is_refused_and_erases_nothing(wanted: Any) -> None:
    _, payload = issue()
    before = payload_text(payload)
    with pytest.raises(ReceiptError) as caught:
        erase_facts(payload, wanted)
    assert {one.code for one in caught.value.diagnostics} == {"XR331"}
    assert payload_text(payload) == before


def test_erasing_a_class_of_which_nothing_was_read_erases_nothing() -> None:
    opening = Opening("fact", "经费", "内部", "0" * 32, "1")
    payload = Payload(1, "sha256:" + "0" * 64, (opening,))
    assert erase_facts(payload, ["敏感"]) == payload
