"""Receipts and payloads as text: canonical out, strict in."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.unit.deciding.receipts.issued import issue
from xbyx_rules.deciding import payload_text, read_payload, read_receipt, receipt_text
from xbyx_rules.errors import ReceiptError
from xbyx_rules.policy import canonical_text

RECEIPT, PAYLOAD = issue()
TEXT = receipt_text(RECEIPT)


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ReceiptError) as caught:
        read_receipt(text)
    return [(one.code, one.values["path"]) for one in caught.value.diagnostics]


def test_both_are_canonical_and_read_back() -> None:
    assert canonical_text(json.loads(TEXT)) == TEXT
    assert read_receipt(TEXT) == RECEIPT
    assert read_payload(payload_text(PAYLOAD)) == PAYLOAD


def test_layout_does_not_matter_content_does() -> None:
    assert read_receipt(json.dumps(json.loads(TEXT), indent=2)) == RECEIPT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '"receipt"',
        TEXT[:-1],
        TEXT + TEXT,
        TEXT.replace('"format":1', '"format":1,"format":1'),
        TEXT.replace('"format":1', '"format":1.0'),
        TEXT.replace('"format":1', '"format":NaN'),
        TEXT.replace('"format":1', '"format":2'),
        TEXT.replace('"format":1', '"format":true'),
        TEXT.replace('"format":1', '"format":"1"'),
        TEXT.replace('"format":1', '"more":1,"format":1'),
        TEXT.replace('"semantics":1', '"semantics":true'),
        TEXT.replace('"semantics":1', '"semantics":99999999999999999999'),
        TEXT.replace('"on":"2025-10-08"', '"on":"2025-10-32"'),
        TEXT.replace('"on":"2025-10-08"', '"on":20251008'),
        TEXT.replace('"outcome":"met"', '"outcome":"passed"'),
        TEXT.replace('"kind":"fact"', '"kind":"secret"'),
        TEXT.replace("sha256:", "md5:"),
        TEXT.replace('"digest":"sha256:', '"digest":"sha256:0'),
        payload_text(PAYLOAD),
        "[" * 100_000,
    ],
    ids=range(24),
)
def test_what_is_no_receipt_is_said_to_be_none(text: str) -> None:
    found = problems(text)
    assert {code for code, _ in found} == {"XR314"}
    assert len(found) <= 10


def test_the_place_is_named() -> None:
    data: Any = json.loads(TEXT)
    del data["subject"]["key"]
    data["findings"][0]["surplus"] = 1
    assert sorted(problems(json.dumps(data))) == [
        ("XR314", "findings.0.surplus"),
        ("XR314", "subject.key"),
    ]


def test_an_opening_is_whole_or_erased() -> None:
    text = payload_text(PAYLOAD)
    short = text.replace('"salt":"0', '"salt":"', 1)
    with pytest.raises(ReceiptError):
        read_payload(short)


def test_huge_and_deep_files_are_refused_quickly() -> None:
    start = time.perf_counter()
    for text in ('"' + "x" * 20_000_001 + '"', '{"a":' * 1_000_000, "[" * 89 + "1" + "]" * 89):
        problems(text)
    assert time.perf_counter() - start < 10


def test_values_as_deep_as_a_case_can_be_are_read() -> None:
    value: Any = {"number": "1"}
    for _ in range(20):
        value = {"list": [{"record": {"下": value}}], "complete": True}
    data = json.loads(payload_text(PAYLOAD))
    data["openings"][0]["value"] = value
    assert read_payload(json.dumps(data)).openings[0].value == value
