"""Replaying: the same again, and each alteration named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.deciding.receipts.issued import (
    ABOVE,
    BELOW,
    POLICY,
    RULES,
    SCHOOL,
    STAFF,
    TERMS,
    alter_payload,
    alter_receipt,
    compile_texts,
    decide_case,
    issue,
    keep_in,
)
from xbyx_rules import Outcome
from xbyx_rules.deciding import ReplayReport, erase_facts, replay
from xbyx_rules.deciding.receipts.model import commit
from xbyx_rules.deciding.receipts.reading import digest_receipt
from xbyx_rules.policy import PolicyStore

RECEIPT, PAYLOAD = issue()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PolicyStore:
    return keep_in(tmp_path_factory.mktemp("policies"))


def said(report: ReplayReport, *keys: str) -> list[tuple[str, ...]]:
    """Each diagnostic's code with the values of some keys."""
    return [
        (one.code, *(one.values[key] for key in keys if key in one.values))
        for one in report.diagnostics
    ]


def place_of(payload: Any, kind: str, name: str) -> int:
    names = [(one.kind, one.name) for one in payload.openings]
    return names.index((kind, name))


# --- the same again -------------------------------------------------------------------------------


def test_it_is_the_same_again(store: PolicyStore) -> None:
    report = replay(RECEIPT, PAYLOAD, store)
    assert report.diagnostics == ()
    assert report.is_same
    assert report.review == decide_case()


def test_a_calculation_on_a_person_too(store: PolicyStore) -> None:
    report = replay(*issue(STAFF, ("credit",)), store)
    assert report.is_same
    assert report.review == decide_case(STAFF, ("credit",))


def test_by_the_same_rules_given_by_hand_too(store: PolicyStore) -> None:
    report = replay(RECEIPT, PAYLOAD, store, rules=RULES)
    assert report.diagnostics == ()
    assert report.is_same


def test_many_receipts_of_the_same_rules_read_them_once(tmp_path: Path) -> None:
    store = keep_in(tmp_path)
    loaded: dict[str, Any] = {}
    assert replay(RECEIPT, PAYLOAD, store, loaded=loaded).is_same
    (policies,) = loaded.values()
    for file in (tmp_path / "texts").iterdir():
        file.unlink()
    assert replay(*issue(STAFF, ("credit",)), store, loaded=loaded).is_same
    assert list(loaded.values()) == [policies]
    assert not replay(RECEIPT, PAYLOAD, store).is_same


# --- what can't be replayed -----------------------------------------------------------------------


def test_other_semantics_are_refused_before_anything_else(store: PolicyStore) -> None:
    report = replay(alter_receipt(RECEIPT, "semantics", value=2), PAYLOAD, store)
    assert said(report, "found", "expected") == [("XR315", "2", "1")]
    assert report.review is None
    assert not report.is_same


def test_erased_facts_leave_a_receipt_that_still_verifies(store: PolicyStore) -> None:
    report = replay(RECEIPT, None, store)
    assert said(report) == [("XR317",)]
    assert report.review is None
    touched = replay(alter_receipt(RECEIPT, "is_whole", value=False), None, store)
    assert said(touched) == [("XR316",), ("XR317",)]


def test_what_was_erased_singly_is_named_the_rest_still_verified(store: PolicyStore) -> None:
    left = erase_facts(PAYLOAD, ["经费"])
    report = replay(RECEIPT, left, store)
    assert ("XR317", "事实“经费”") in said(report, "what")
    assert report.review is None
    place = place_of(left, "fact", "校长")
    touched = replay(RECEIPT, alter_payload(left, "openings", place, "value", value="t-2"), store)
    assert ("XR319", "事实“校长”") in said(touched, "what")


def test_the_payload_of_another_receipt_is_refused(store: PolicyStore) -> None:
    other = issue(replace(SCHOOL, facts={**SCHOOL.facts, "经费": 5}))[1]
    assert said(replay(RECEIPT, other, store)) == [("XR318",)]
    fewer = replace(PAYLOAD, openings=PAYLOAD.openings[1:])
    assert said(replay(RECEIPT, fewer, store)) == [("XR318",)]
    swapped = replace(PAYLOAD, openings=PAYLOAD.openings[::-1])
    assert said(replay(RECEIPT, swapped, store)) == [("XR318",)]


def test_rules_that_are_not_in_the_store_are_named(tmp_path: Path) -> None:
    report = replay(RECEIPT, PAYLOAD, PolicyStore(tmp_path))
    assert [code for code, *_ in said(report)] == ["XR321"] * 3
    assert report.review is None


def test_an_altered_text_in_the_store_is_not_decided_by(tmp_path: Path) -> None:
    store = keep_in(tmp_path)
    digest = RECEIPT.rules.documents["cn/above"].removeprefix("sha256:")
    file = tmp_path / "texts" / f"{digest}.md"
    file.write_text(ABOVE.replace("| 1000 |", "| 900 |"), "utf-8")
    report = replay(RECEIPT, PAYLOAD, store)
    assert said(report, "file") == [("XR322", file.as_posix())]
    assert report.review is None


# --- what was altered -----------------------------------------------------------------------------


def test_an_altered_fact_is_named_and_what_follows_from_it(store: PolicyStore) -> None:
    place = place_of(PAYLOAD, "fact", "经费")
    richer = alter_payload(PAYLOAD, "openings", place, "value", value={"number": "1000"})
    report = replay(RECEIPT, richer, store)
    found = said(report, "what", "text", "before", "after")
    assert ("XR319", "事实“经费”") in found
    assert ("XR323", "不符合", "符合") in found
    assert ("XR324", "经费 >= 经费下限", "不成立", "成立") in found
    assert not report.is_same
    assert report.review is not None
    assert report.review["funds"].outcome is Outcome.MET


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("fact", "教职工", {"list": [], "complete": True}),
        ("fact", "校长", {"unknown": True}),
        ("records", "活动", {"list": [], "complete": False}),
        ("result", "funds", {}),
    ],
)
def test_every_sort_of_opening_is_held_against_its_commitment(
    store: PolicyStore, kind: str, name: str, value: Any
) -> None:
    place = place_of(PAYLOAD, kind, name)
    report = replay(RECEIPT, alter_payload(PAYLOAD, "openings", place, "value", value=value), store)
    codes = [code for code, *_ in said(report)]
    assert codes[0] == "XR319"
    assert len(codes) > 1, "and what it changes is listed"


def test_another_salt_does_not_open_a_commitment(store: PolicyStore) -> None:
    report = replay(RECEIPT, alter_payload(PAYLOAD, "openings", 0, "salt", value="f" * 32), store)
    assert [code for code, *_ in said(report)] == ["XR319"]


def test_an_altered_attestation_is_named(store: PolicyStore) -> None:
    place = place_of(PAYLOAD, "attestation", "visit")
    path = ("openings", place, "value", "outcome")
    report = replay(RECEIPT, alter_payload(PAYLOAD, *path, value="not_met"), store)
    assert ("XR319", "条款 `visit` 的人工认定") in said(report, "what")
    assert ("XR323", "符合", "不符合") in said(report, "before", "after")


@pytest.mark.parametrize(
    "value",
    [
        {"number": "many"},
        {"list": [{"date": "2025-02-30"}]},
        {"wrong": 1},
        7,
        {"number": "-1"},
        {"number": "0.001"},
        "1000",
        {"list": [{"list": [{"list": [{"list": []}]}]}]},
    ],
    ids=repr,
)
def test_a_value_that_is_none_is_said_and_nothing_is_decided(
    store: PolicyStore, value: Any
) -> None:
    place = place_of(PAYLOAD, "fact", "经费")
    report = replay(RECEIPT, alter_payload(PAYLOAD, "openings", place, "value", value=value), store)
    codes = [code for code, *_ in said(report)]
    assert codes[0] == "XR319"
    assert codes[1] in ("XR301", "XR302", "XR310", "XR313")
    assert len(codes) == 2
    assert report.review is None


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("findings", 0, "outcome"), "met", "XR323"),
        (("findings", 0, "conditions", 0, "outcome"), True, "XR324"),
        (("findings", 0, "conditions", 0, "text"), "经费 >= 1", "XR328"),
        (("findings", 0, "parameters", 0, "value"), {"number": "900"}, "XR326"),
        (("findings", 0, "parameters", 0, "basis"), "一-9", "XR326"),
        (("findings", 0, "parameters", 0, "start"), "2024-01-01", "XR326"),
        (("findings", 0, "parameters", 0, "is_verified"), False, "XR326"),
        (("findings", 0, "clause"), "gone", "XR318"),
        (("on",), "2024-01-01", "XR323"),
        (("subject", "entity"), "教职工", "XR303"),
        (("subject", "entity"), "没有", "XR307"),
        (("policy",), "cn/none", "XR329"),
        (("rules", "vocabulary"), [], "XR093"),
        (("rules", "documents", "cn/above"), "sha256:" + "0" * 64, "XR321"),
    ],
    ids=lambda one: str(one)[:60],
)
def test_an_altered_receipt_is_noticed_and_the_difference_said(
    store: PolicyStore, path: tuple[Any, ...], value: Any, code: str
) -> None:
    report = replay(alter_receipt(RECEIPT, *path, value=value), PAYLOAD, store)
    codes = [found for found, *_ in said(report)]
    assert codes[0] == "XR316"
    assert code in codes
    assert not report.is_same


def test_whoever_writes_the_digest_anew_is_caught_by_the_facts_or_the_rules(
    store: PolicyStore,
) -> None:
    forged = alter_receipt(RECEIPT, "findings", 0, "outcome", value="met")
    forged = replace(forged, digest=digest_receipt(forged))
    assert said(replay(forged, PAYLOAD, store)) == [("XR318",)]
    follows = replace(PAYLOAD, receipt=forged.digest)
    report = replay(forged, follows, store)
    assert said(report, "clause", "before", "after") == [("XR323", "funds", "符合", "不符合")]


def test_a_receipt_stripped_of_what_findings_gave_is_noticed(store: PolicyStore) -> None:
    results = [one for one in RECEIPT.commitments if one.kind != "result"]
    stripped = replace(RECEIPT, commitments=tuple(results))
    stripped = replace(stripped, digest=digest_receipt(stripped))
    openings = [one for one in PAYLOAD.openings if one.kind != "result"]
    payload = replace(PAYLOAD, receipt=stripped.digest, openings=tuple(openings))
    report = replay(stripped, payload, store)
    assert said(report) == [("XR318",)]
    assert not report.is_same


def test_an_explanation_that_got_better_is_a_remark_and_no_difference(store: PolicyStore) -> None:
    place = place_of(PAYLOAD, "result", "funds")
    plain = PAYLOAD.openings[place].value
    poorer = {**plain, "remedies": [], "conditions": [{"values": [], "shortfall": None}]}
    opening = replace(PAYLOAD.openings[place], value=poorer)
    openings = (*PAYLOAD.openings[:place], opening, *PAYLOAD.openings[place + 1 :])
    commitments = (*RECEIPT.commitments[:place], commit(opening), *RECEIPT.commitments[place + 1 :])
    receipt = replace(RECEIPT, commitments=commitments)
    receipt = replace(receipt, digest=digest_receipt(receipt))
    report = replay(receipt, replace(PAYLOAD, receipt=receipt.digest, openings=openings), store)
    assert {code for code, *_ in said(report)} == {"XR328"}
    assert report.is_same


# --- by other rules -------------------------------------------------------------------------------


def test_another_parameter_is_said_with_what_it_changes(store: PolicyStore) -> None:
    rules = compile_texts(above=ABOVE.replace("| 1000 |", "| 900 |"))
    report = replay(RECEIPT, PAYLOAD, store, rules=rules)
    found = said(report, "clause", "document", "name", "before", "after")
    assert found[0][:2] == ("XR327", "cn/above")
    assert ("XR323", "funds", "不符合", "符合") in found
    before, after = "1000（2025-01-01..，一-2）", "900（2025-01-01..，一-2）"
    assert ("XR326", "funds", "经费下限", before, after) in found
    assert report.review is not None


def test_another_wording_that_changes_no_answer_is_only_a_warning(store: PolicyStore) -> None:
    rules = compile_texts(above=ABOVE.replace("经费不低于下限。", "经费不得低于下限。"))
    report = replay(RECEIPT, PAYLOAD, store, rules=rules)
    assert [code for code, *_ in said(report)] == ["XR327", "XR328"]
    assert report.is_same


def test_a_calculation_that_was_changed_is_named_with_the_value(store: PolicyStore) -> None:
    rules = compile_texts(below=BELOW.replace("学时 / 20", "学时 / 10"))
    report = replay(*issue(STAFF, ("credit",)), store, rules=rules)
    found = said(report, "name", "clause", "what", "before", "after")
    assert ("XR328", "credit", "的文字改了") in found
    assert ("XR325", "credit", "值", "1.5", "3") in found


def test_a_clause_that_is_gone_and_one_that_is_new_are_named(store: PolicyStore) -> None:
    changed = BELOW.replace("{#head}", "{#principal}")
    report = replay(RECEIPT, PAYLOAD, store, rules=compile_texts(below=changed))
    found = said(report, "name", "what_en")
    assert ("XR329", "head", "is not in the rules decided by") in found
    assert ("XR329", "principal", "is new and was not decided") in found
    assert not report.is_same


def test_a_fact_that_only_the_other_rules_read_is_named(store: PolicyStore) -> None:
    changed = ABOVE.replace("经费 >= 经费下限", '经费 >= 经费下限 and 简介 != ""')
    report = replay(RECEIPT, PAYLOAD, store, rules=compile_texts(above=changed))
    assert ("XR328", "简介", "was not read then: unknown") in said(report, "name", "what_en")


def test_a_vocabulary_that_no_longer_takes_a_fact_is_said(store: PolicyStore) -> None:
    terms = TERMS.replace("[0..1e11]", "[0..500]")
    report = replay(RECEIPT, PAYLOAD, store, rules=compile_texts(terms=terms))
    codes = [code for code, *_ in said(report)]
    assert codes == ["XR327", "XR302"]
    assert report.review is None


def test_rules_without_the_document_decide_nothing(store: PolicyStore) -> None:
    report = replay(RECEIPT, PAYLOAD, store, rules={"cn/above": RULES["cn/above"]})
    assert said(report, "name") == [("XR329", "cn/bj/below")]
    assert not report.is_same


def test_replaying_changes_no_file(tmp_path: Path) -> None:
    store = keep_in(tmp_path)
    before = {one: one.stat().st_mtime_ns for one in tmp_path.rglob("*")}
    for rules in (None, RULES):
        assert replay(RECEIPT, PAYLOAD, store, rules=rules).is_same
    assert {one: one.stat().st_mtime_ns for one in tmp_path.rglob("*")} == before
    assert POLICY is RULES["cn/bj/below"]
