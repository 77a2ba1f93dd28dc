"""`xbyx ledger migrate-flow`: tried first, then carried out by what the dry run has shown."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integration.flow_versions import KEY, NEW, PLAN_OF_MOVE, REASON, open_both
from tests.integration.year_plan import PLAN, POLICY, stand_in_deciding, walk
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import hosts
from xbyx_rules.cli.terminal import ExitCode

PLAN_OPTIONS = ("--state", "待区级审核=待区级初审", "--rename", "草稿=拟稿", "--reason", REASON)
AT = ("--at", "2026-03-03T09:00:00+08:00")


@pytest.fixture
def platform(tmp_path: Any, monkeypatch: Any) -> Iterator[tuple[Any, Any, Any, tuple[str, ...]]]:
    """A plan at the district by the flow as it was, and an adapter with the rules as they are."""
    with stand_in_deciding():
        engine, before, after, host = open_both(tmp_path / "platform.db")
        walk(before, engine, 2)
        adapter = SimpleNamespace(host=lambda vocabulary: host)
        monkeypatch.setattr(hosts, "find_adapter", lambda name: adapter)
        monkeypatch.setattr(hosts, "load_rules", lambda paths: {POLICY: NEW})
        options = ("--database", engine.url, "--adapter", "plans")
        yield engine, before, after, ("ledger", "migrate-flow", *options)


def test_a_dry_run_shows_where_each_would_go_and_changes_nothing(platform: Any) -> None:
    engine, before, _, start = platform
    result = xbyx(*start, *PLAN_OPTIONS)
    assert (result.exit_code, result.stderr) == (ExitCode.FINE, "")
    (row,) = [line for line in result.stdout.splitlines() if str(PLAN) in line]
    assert row.split()[-3:] == ["待区级审核", "待区级初审", "能"]
    assert "1 个能转，0 个不能；什么也没有改动" in result.stdout
    assert before.snapshot(engine, PLAN).version == 3


def test_it_is_carried_out_by_the_digest_and_once(platform: Any) -> None:
    engine, _, after, start = platform
    found = xbyx_json(*start, *PLAN_OPTIONS)
    assert (found["possible"], found["plan"]["from"]) == (1, PLAN_OF_MOVE.source)
    do = (*start, *PLAN_OPTIONS, "--carry-out", found["digest"], "--actor", "o-3", *AT)
    result = xbyx(*do)
    assert (result.exit_code, result.stdout) == (
        ExitCode.FINE,
        "转了 1 个，先前已转 0 个，没有转 0 个\n",
    )
    # With one subject moved there is one version left to take: it has to be named.
    again = xbyx(*do, "--from", PLAN_OF_MOVE.source, "--lang", "en")
    assert "0 moved, 1 had been moved before, 0 not moved" in again.stdout
    assert after.timeline(engine, PLAN)[-1].actor == "o-3"
    assert after.verify(engine).is_intact


def test_reasons_against_a_move_end_a_dry_run_with_1(platform: Any) -> None:
    _, _, _, start = platform
    rename = ("--rename", "草稿=拟稿", "--reason", REASON)
    result = xbyx(*start, "--state", "待区级审核=已备案", *rename)
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stderr.startswith("XR591")
    found = xbyx_json(*start, "--state", "待区级审核=已备案", *rename)
    assert [one["code"] for one in found["subjects"][0]["diagnostics"]] == ["XR591"]
    do = ("--carry-out", found["digest"], "--actor", "o-3", *AT)
    result = xbyx(*start, "--state", "待区级审核=已备案", *rename, *do)
    assert (result.exit_code, result.stdout) == (
        ExitCode.REFUSED,
        "转了 0 个，先前已转 0 个，没有转 1 个\n",
    )


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((*PLAN_OPTIONS, "--carry-out", "sha256:0", "--actor", "o-3", *AT), 3, "XR592"),
        ((*PLAN_OPTIONS, "--carry-out", "sha256:0"), 2, "XR714"),
        ((*PLAN_OPTIONS, "--state", "甲"), 2, "XR714"),
        (("--reason", REASON), 3, "XR590"),
        ((*PLAN_OPTIONS, "--from", "x"), 3, "XR590"),
        ((*PLAN_OPTIONS, "--to", "x"), 3, "XR590"),
        ((*PLAN_OPTIONS, "--entity", "规划"), 3, "XR519"),
    ],
)
def test_what_is_wrong_is_refused_with_a_code(
    platform: Any, options: tuple[str, ...], code: int, said: str
) -> None:
    result = xbyx(*platform[-1], *options)
    assert (result.exit_code, result.stderr[:5]) == (code, said)


def test_the_versions_there_are_are_told_where_one_has_to_be_named(platform: Any) -> None:
    _, _, _, start = platform
    result = xbyx(*start, *PLAN_OPTIONS, "--from", "x")
    assert f"`{PLAN_OF_MOVE.target}` (0)、`{PLAN_OF_MOVE.source}` (1)" in result.stderr
    assert KEY in result.stderr
