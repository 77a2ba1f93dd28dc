"""The history of a store: what stood at a moment, whatever was recorded afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from xbyx_rules.errors import StoreError
from xbyx_rules.policy import PolicyHistory, PolicyStore, Snapshot, load_library

LIBRARY = load_library(Path(__file__).parents[2] / "cases" / "cli" / "rules")
SPRING = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=8)))
SUMMER = SPRING + timedelta(days=90)
AUTUMN = SUMMER + timedelta(days=90)


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(StoreError) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


@pytest.fixture
def history(tmp_path: Path) -> PolicyHistory:
    return PolicyHistory(PolicyStore(tmp_path))


def keep(history: PolicyHistory, *, without: bool = False) -> Snapshot:
    """One of two sets of rules, put into the store."""
    library = replace(LIBRARY, policies={}) if without else LIBRARY
    return history.store.put(library)


def test_each_moment_has_the_rules_that_stood_then(history: PolicyHistory) -> None:
    first, second = keep(history), keep(history, without=True)
    history.record(first, at=SPRING)
    history.record(second, at=SUMMER)
    history.record(first, at=AUTUMN)
    assert history.as_of(SPRING) == first
    assert history.as_of(SUMMER - timedelta(seconds=1)) == first
    assert history.as_of(SUMMER) == second
    assert history.as_of(AUTUMN + timedelta(days=999)) == first
    assert [one.number for one in history.records()] == [1, 2, 3]


def test_nothing_stood_before_the_first_record(history: PolicyHistory) -> None:
    assert codes(lambda: history.as_of(SPRING)) == ["XR878"]
    history.record(keep(history), at=SPRING)
    assert codes(lambda: history.as_of(SPRING - timedelta(seconds=1))) == ["XR878"]


def test_rules_that_stand_already_are_not_recorded_twice(history: PolicyHistory) -> None:
    first = history.record(keep(history), at=SPRING)
    assert history.record(keep(history), at=SUMMER) == first
    assert len(list(history.records())) == 1


@pytest.mark.parametrize("at", [SPRING, SPRING - timedelta(days=1), SUMMER.replace(tzinfo=None)])
def test_nothing_is_recorded_in_the_past_or_at_no_certain_moment(
    history: PolicyHistory, at: datetime
) -> None:
    history.record(keep(history), at=SPRING)
    other = keep(history, without=True)
    assert codes(lambda: history.record(other, at=at)) == ["XR879"]
    assert history.as_of(AUTUMN) == keep(history)


def test_rules_that_are_not_kept_are_not_recorded(history: PolicyHistory) -> None:
    snapshot = Snapshot.of(LIBRARY)
    assert codes(lambda: history.record(snapshot, at=SPRING)) == ["XR321"]


def altered(text: str) -> str:
    return text.replace("2026-05", "2026-04")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda files: files[1].write_text(altered(files[1].read_text())),
        lambda files: files[0].write_text("{}"),
        lambda files: files[0].write_text("x" * 5000),
        lambda files: files[0].write_bytes(b"\xff"),
        lambda files: files[1].write_text(files[0].read_text()),
        lambda files: files[0].unlink(),
        lambda files: files[1].unlink(),
    ],
)
def test_a_history_that_was_touched_up_is_refused(
    history: PolicyHistory, spoil: Callable[[list[Path]], object]
) -> None:
    history.record(keep(history), at=SPRING)
    history.record(keep(history, without=True), at=SUMMER)
    history.record(keep(history), at=AUTUMN)
    spoil(sorted((history.store.folder / "history").iterdir()))
    assert codes(lambda: history.as_of(AUTUMN)) == ["XR322"]


def test_a_moment_is_the_same_in_every_zone(history: PolicyHistory) -> None:
    history.record(keep(history), at=SPRING)
    assert history.as_of(SPRING.astimezone(UTC)) == keep(history)
