"""The ledger's receipt of a step: one form with the receipts of decisions, exact and complete."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.unit.deciding.receipts.issued import ON, SCHOOL, decide_case, issue
from xbyx_rules import Complete
from xbyx_rules.deciding import receipt_text
from xbyx_rules.feel.plain import from_plain
from xbyx_rules.lifecycle import Actor, Command, receipt_of
from xbyx_rules.lifecycle.act import Guards
from xbyx_rules.policy import canonical_text

REVIEW = decide_case()
COMMAND = Command(
    subject=SCHOOL.subject,
    action="提交",
    actor=Actor("p-7", frozenset({"督学"})),
    command_id="c-1",
    at=datetime(2025, 10, 8, 1, 0, tzinfo=UTC),
)
RECEIPT = receipt_of(Guards(ON, tuple(REVIEW)), COMMAND, SCHOOL.attestations)


def test_parameters_and_attestations_are_written_as_in_the_receipt_of_a_decision() -> None:
    receipt, payload = issue()
    decided = json.loads(receipt_text(receipt))["findings"]
    kept = json.loads(canonical_text(RECEIPT))
    assert [one["parameters"] for one in kept["requirements"]] == [
        one["parameters"] for one in decided
    ]
    assert decided[0]["parameters"][0]["value"] == {"number": "1000"}
    (attested,) = (one.value for one in payload.openings if one.kind == "attestation")
    assert kept["attestations"][0] == attested


def test_facts_read_back_with_their_kind_and_what_is_known_of_a_list() -> None:
    kept = json.loads(canonical_text(RECEIPT))
    facts = {
        name: from_plain(value) for one in kept["requirements"] for name, value, _ in one["facts"]
    }
    assert facts["经费"] == SCHOOL.facts["经费"]
    assert isinstance(facts["教职工"], Complete)
    assert facts["教职工"][0]["工号"] == "t-1"
