"""Law: a receipt and its facts, written and read back, give the review they were issued for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.cases import DAYS, cases
from xbyx_rules import Case, decide, load_policies
from xbyx_rules.deciding import (
    issue_receipt,
    payload_text,
    read_payload,
    read_receipt,
    receipt_text,
    replay,
)
from xbyx_rules.policy import PolicyStore

LOADED: dict[str, Any] = {}
POLICY = load_policies()["cn/beijing/school-based-training"]


def new_salts() -> Callable[[], str]:
    """Salts that differ, and are the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PolicyStore:
    kept = PolicyStore(Path(tmp_path_factory.mktemp("policies")))
    kept.put(POLICY.checked.library)
    return kept


@given(case=cases(POLICY), on=DAYS, is_whole=st.booleans(), data=st.data())
@settings(max_examples=100)
def test_replaying_a_receipt_gives_the_same_review(
    store: PolicyStore, case: Case, on: date, is_whole: bool, data: st.DataObject
) -> None:
    review = decide(POLICY, case, on=on)
    if not is_whole and review.findings:
        anchors = [one.clause for one in review]
        only = data.draw(st.lists(st.sampled_from(anchors), unique=True))
        review = decide(POLICY, case, on=on, only=only)
    receipt, payload = issue_receipt(POLICY, case, review, salt_source=new_salts())
    read = read_receipt(receipt_text(receipt))
    facts = read_payload(payload_text(payload))
    assert (read, facts) == (receipt, payload)
    report = replay(read, facts, store, loaded=LOADED)
    assert report.diagnostics == ()
    assert report.review == review
    assert report.is_same
