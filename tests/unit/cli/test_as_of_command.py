"""`--as-of`: rules as they stood at an instant, by what the store has recorded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from xbyx_rules.cli import ExitCode

from .command import xbyx, xbyx_json

RULES = Path(__file__).parents[2] / "cases" / "layers" / "rules"
CASE = RULES.parent / "school.json"
SPRING, SUMMER = "2026-03-01T09:00:00+08:00", "2026-06-01T09:00:00+08:00"
DISTRICT = "cn/example/city/east/funding"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store in which the share rose from 6% to 7% in summer."""
    rules = Path(shutil.copytree(RULES, tmp_path / "rules"))
    store = tmp_path / "store"
    xbyx_json("policies", "keep", rules, "--store", store, "--at", SPRING)
    file = rules / DISTRICT / "policy.md"
    file.write_text(file.read_text("utf-8").replace("| 6% |", "| 7% |"), "utf-8")
    xbyx_json("policies", "keep", rules, "--store", store, "--at", SUMMER)
    return store


def explained(store: Path, as_of: str, *more: str) -> dict[str, object]:
    found = xbyx(
        "explain",
        DISTRICT,
        CASE,
        "--on",
        "2026-05-01",
        "--store",
        store,
        "--as-of",
        as_of,
        "--json",
        *more,
    )
    data = json.loads(found.stdout)
    return {one["clause"]: one["outcome"]["en"] for one in data["findings"]} | {
        "code": found.exit_code
    }


def test_the_answer_is_that_of_the_rules_as_they_stood(store: Path) -> None:
    assert explained(store, "2026-03-15T00:00:00Z")["city-floor"] == "met"
    assert explained(store, SUMMER)["city-floor"] == "not met"


def test_an_amendment_kept_later_changes_nothing_of_before(store: Path, tmp_path: Path) -> None:
    before = explained(store, SPRING)
    xbyx_json("policies", "keep", RULES, "--store", store, "--at", "2027-01-01T00:00:00Z")
    assert explained(store, SPRING) == before
    assert explained(store, SUMMER)["city-floor"] == "not met"


def test_a_receipt_is_decided_anew_by_the_rules_of_another_moment(
    store: Path, tmp_path: Path
) -> None:
    receipt = tmp_path / "r.json"
    explained(store, SPRING, "--receipt", str(receipt))
    same = xbyx("replay", receipt, "--store", store)
    other = xbyx("replay", receipt, "--store", store, "--as-of", SUMMER)
    assert (same.exit_code, other.exit_code) == (0, 1)


def test_the_list_says_from_when_on_each_set_stood(store: Path) -> None:
    found = xbyx_json("policies", "list", "--store", store)
    assert sorted(one["recorded"] for one in found["snapshots"]) == [
        ["2026-03-01T01:00:00+00:00"],
        ["2026-06-01T01:00:00+00:00"],
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--as-of", SPRING], "XR881"),
        (["--as-of", SPRING, "--store", "STORE", "--rules", str(RULES)], "XR881"),
        (["--as-of", "2026-03-01", "--store", "STORE"], "XR714"),
        (["--as-of", "2020-01-01T00:00:00Z", "--store", "STORE"], "XR878"),
    ],
)
def test_what_can_not_be_asked_is_refused(store: Path, arguments: list[str], code: str) -> None:
    options = [str(store) if one == "STORE" else one for one in arguments]
    found = xbyx("explain", DISTRICT, CASE, "--on", "2026-05-01", *options)
    assert found.exit_code == ExitCode.USAGE
    assert code in found.stderr


def test_check_shows_how_strict_each_replacement_is() -> None:
    found = xbyx_json("check", RULES)
    strictness = {
        (document["policy"], one["name"]): one["status"]
        for document in found["documents"]
        for one in document["strictness"]
    }
    assert strictness == {
        ("cn/example/city/funding", "floor"): "proved",
        (DISTRICT, "示例比例"): "proved",
        ("cn/example/city/east/school/funding", "reserve"): "tested",
    }
    assert "已证明不比它宽松" in xbyx("check", RULES).stdout.replace("\n", "").replace(" ", "")
