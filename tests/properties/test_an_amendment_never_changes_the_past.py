"""Law: what is recorded later never changes what stood at an earlier moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules.errors import StoreError
from xbyx_rules.policy import PolicyHistory, PolicyStore, Snapshot, load_library

LIBRARY = load_library(Path(__file__).parents[1] / "cases" / "cli" / "rules")
VERSIONS = (LIBRARY, replace(LIBRARY, policies={}))
MOMENTS = st.integers(0, 20)
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(moment: int) -> datetime:
    return START + timedelta(days=moment)


def code_of(call: Callable[[], object]) -> str:
    """The code that a call is refused with; "" where it isn't."""
    try:
        call()
    except StoreError as error:
        return error.diagnostics[0].code
    return ""


def standing(history: PolicyHistory, moments: range) -> list[Snapshot | str]:
    """What stood at each of some moments; the code of the refusal before the first record."""
    codes = [code_of(lambda one=one: history.as_of(at(one))) for one in moments]
    return [code or history.as_of(at(moment)) for code, moment in zip(codes, moments, strict=True)]


@given(st.lists(st.tuples(MOMENTS, st.sampled_from([0, 1])), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_no_record_changes_what_stood_by_then(steps: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder:
        store = PolicyStore(folder)
        history = PolicyHistory(store)
        latest = -1
        for moment, version in steps:
            settled = range(-1, latest + 1)
            before = standing(history, settled)
            snapshot = store.put(VERSIONS[version])
            code = code_of(lambda kept=snapshot, moment=moment: history.record(kept, at=at(moment)))
            if code:
                assert code == "XR879"
                assert moment <= latest
            else:
                latest = max((one.at - START).days for one in history.records())
                assert history.as_of(at(moment)) == snapshot
            assert standing(history, settled) == before
