"""Law: whatever is changed in a receipt or in its facts, at any place, replaying says so.

One thing may change unseen: nothing.  A file is refused, or the report is not empty.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.deciding.receipts.issued import STAFF, issue, keep_in
from xbyx_rules.deciding import (
    Payload,
    Receipt,
    payload_text,
    read_payload,
    read_receipt,
    receipt_text,
    replay,
)
from xbyx_rules.errors import ReceiptError
from xbyx_rules.policy import PolicyStore

ISSUED = (issue(), issue(STAFF, ("credit",)))
OTHERS = st.sampled_from(
    [None, True, False, 0, 1, "", "met", "2025-10-08", [], {}, {"number": "1"}, {"unknown": True}]
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PolicyStore:
    return keep_in(tmp_path_factory.mktemp("policies"))


def places_in(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to everything in plain data, but for the whole."""
    if isinstance(data, dict | list):
        steps = data.items() if isinstance(data, dict) else enumerate(data)
        for step, inner in steps:
            yield (*path, step)
            yield from places_in(inner, (*path, step))


@st.composite
def altered(draw: Any, text: str) -> str:
    """The text with one thing put in another's place, taken out, put in, or put twice."""
    data = json.loads(text)
    before = copy.deepcopy(data)
    path = draw(st.sampled_from(list(places_in(data))))
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    last = path[-1]
    match draw(st.sampled_from(["replace", "remove", "add", "tamper"])):
        case "replace":
            holder[last] = draw(OTHERS)
        case "remove":
            del holder[last]
        case "add" if isinstance(holder, list):
            holder.insert(last, copy.deepcopy(holder[last]))
        case "add":
            holder[f"{last}2"] = draw(OTHERS)
        case "tamper" if isinstance(holder[last], str) and holder[last]:
            held: str = holder[last]
            at = draw(st.integers(0, len(held) - 1))
            holder[last] = held[:at] + ("0" if held[at] != "0" else "1") + held[at + 1 :]
        case _:
            holder[last] = draw(OTHERS)
    if json.dumps(data, sort_keys=True) == json.dumps(before, sort_keys=True):
        holder[last] = ["altered"]
    return json.dumps(data, ensure_ascii=False)


def is_noticed(store: PolicyStore, receipt: Receipt | str, payload: Payload | str) -> bool:
    try:
        first = read_receipt(receipt) if isinstance(receipt, str) else receipt
        second = read_payload(payload) if isinstance(payload, str) else payload
    except ReceiptError:
        return True
    report = replay(first, second, store)
    return bool(report.diagnostics) and not report.is_same


@given(issued=st.sampled_from(ISSUED), data=st.data())
@settings(max_examples=250)
def test_no_alteration_of_a_receipt_passes(
    store: PolicyStore, issued: tuple[Receipt, Payload], data: st.DataObject
) -> None:
    receipt, payload = issued
    assert is_noticed(store, data.draw(altered(receipt_text(receipt))), payload)


@given(issued=st.sampled_from(ISSUED), data=st.data())
@settings(max_examples=250)
def test_no_alteration_of_the_facts_passes(
    store: PolicyStore, issued: tuple[Receipt, Payload], data: st.DataObject
) -> None:
    receipt, payload = issued
    text = data.draw(altered(payload_text(payload)))
    if json.loads(text) != json.loads(payload_text(payload)):
        assert is_noticed(store, receipt, text)
