"""The ledger's receipt of a step: one form with the receipts of decisions, exact and complete."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.unit.deciding.receipts.issued import ON, POLICY, SCHOOL, decide_case, issue
from xbyx_rules import Complete, decide
from xbyx_rules.deciding import receipt_text
from xbyx_rules.deciding.receipts import case_from_plain, watch_case
from xbyx_rules.lifecycle import (
    Actor,
    Command,
    Guards,
    format_of_receipt,
    read_step_receipt,
    receipt_of,
)
from xbyx_rules.policy import Snapshot, canonical_text

COMMAND = Command(
    subject=SCHOOL.subject,
    action="提交",
    actor=Actor("p-7", frozenset({"督学"})),
    command_id="c-1",
    at=datetime(2025, 10, 8, 1, 0, tzinfo=UTC),
)


def make_receipt():
    case = watch_case(SCHOOL)
    guards = Guards(ON, tuple(decide(POLICY, case, on=ON)))
    checked = POLICY.checked
    rules = Snapshot.of(checked.library)
    return receipt_of(guards, COMMAND, case, vocabulary=checked.vocabulary, rules=rules)


RECEIPT = make_receipt()
TEXT = canonical_text(RECEIPT)


def test_findings_and_attestations_are_written_as_in_the_receipt_of_a_decision() -> None:
    receipt, payload = issue()
    decided = json.loads(receipt_text(receipt))["findings"]
    kept = json.loads(TEXT)
    for name in ("clause", "outcome", "conditions", "parameters"):
        assert [one[name] for one in kept["requirements"]] == [one[name] for one in decided]
    assert decided[0]["parameters"][0]["value"] == {"number": "1000"}
    (attested,) = (one.value for one in payload.openings if one.kind == "attestation")
    assert kept["attestations"][0] == attested
    results = [one.value for one in payload.openings if one.kind == "result"]
    assert [one["result"] for one in kept["requirements"]] == results


def test_facts_read_back_with_their_kind_and_what_is_known_of_a_list() -> None:
    receipt = read_step_receipt(TEXT)
    case = case_from_plain(SCHOOL.subject, receipt.facts, receipt.records, receipt.attestations)
    assert case.facts["经费"] == SCHOOL.facts["经费"]
    assert isinstance(case.facts["教职工"], Complete)
    assert case.facts["教职工"][0]["工号"] == "t-1"
    assert tuple(decide(POLICY, case, on=ON)) == tuple(decide_case())


def test_what_no_guard_reads_is_not_kept() -> None:
    assert "简介" in SCHOOL.facts
    assert "简介" not in RECEIPT["facts"]


def test_a_case_that_was_not_watched_has_no_receipt() -> None:
    with pytest.raises(TypeError):
        receipt_of(
            Guards(ON),
            COMMAND,
            SCHOOL,
            vocabulary=POLICY.checked.vocabulary,
            rules=Snapshot.of(POLICY.checked.library),
        )


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace('"format":2', '"format":3'),
        TEXT.replace('"format":2', '"format":true'),
        TEXT.replace('"semantics":1', '"semantics":"1"'),
        TEXT.replace('"outcome":"not_met"', '"outcome":"failed"'),
        TEXT.replace('"is_opinion_given":false', '"is_opinion_given":false,"more":1'),
        TEXT.replace('"is_opinion_given":false', '"is_opinion_given": false'),
        TEXT.replace('"is_opinion_given":false,', ""),
        TEXT[:-1],
        "[]",
        "[" * 5000,
        '{"format": 2, "format": 2}',
    ],
)
def test_what_the_engine_did_not_write_is_not_read(text: str) -> None:
    assert text != TEXT
    with pytest.raises(ValueError, match=r"."):
        read_step_receipt(text)


@pytest.mark.parametrize("text", ["[]", '{"format":true}', '{"format":"2"}', "", "[" * 5000])
def test_a_format_that_is_no_number_is_no_format(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        format_of_receipt(text)
