"""`xbyx ledger timers`."""

from __future__ import annotations

import pytest

from tests.integration.year_plan import (
    NINE,
    PLAN,
    POLICY,
    PlanHost,
    make_policy,
    open_platform,
    set_plan,
    stand_in_deciding,
    walk,
)
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli.hosts import Platform
from xbyx_rules.cli.terminal import ExitCode
from xbyx_rules.hosting import Ledger

# Handed in on 2 March 2026: 15 days of Monday to Friday after it end with the 23rd.
LATE = ("--at", "2026-03-24T00:00:00+08:00")


@pytest.fixture
def platform(tmp_path, monkeypatch):
    """A plan that waits for its review, and the adapter's platform in place of an installed one."""
    with stand_in_deciding():
        engine, ledger, _ = open_platform(tmp_path / "platform.db")
        walk(ledger, engine, 2)
    policies = {POLICY: make_policy()}
    found = Platform(engine, Ledger(policies, PlanHost(), tenant="110108"), "110108", policies)
    monkeypatch.setattr("xbyx_rules.cli.timers.open_platform", lambda *_, **__: found)
    return found


def run(*arguments, runner=xbyx):
    return runner("ledger", "timers", "--database", "sqlite://", *arguments)


def test_what_is_due_is_listed_and_nothing_is_run(platform):
    result = run(*LATE)
    assert result.exit_code == ExitCode.FINE
    assert "110108：到期 1 个（只列出，没有办理）" in result.stdout
    assert "逾期" in result.stdout
    assert "XR671" in result.stderr
    assert run(*LATE, runner=xbyx_json)["timers"] == [
        {
            "subject": str(PLAN),
            "kind": "overdue",
            "action": "审核通过",
            "due_at": "2026-03-23T16:00:00+00:00",
            "is_provisional": True,
            "command_id": run(*LATE, runner=xbyx_json)["timers"][0]["command_id"],
        }
    ]
    assert len(platform.ledger.timeline(platform.engine, PLAN)) == 3


def test_nothing_is_listed_before_it_is_due(platform):
    result = run("--at", NINE.isoformat(), "--lang", "en")
    assert "110108: 0 due" in result.stdout


def test_running_what_is_due_puts_it_on_record_once(platform):
    found = run("--run", "--adapter", "demo", "--worker", "w-7", *LATE, runner=xbyx_json)
    assert [(one["outcome"], one["version"]) for one in found["timers"]] == [("fired", 4)]
    last = platform.ledger.timeline(platform.engine, PLAN)[-1]
    assert (last.kind, last.actor) == ("overdue", "w-7")
    again = run("--run", "--adapter", "demo", *LATE)
    assert again.exit_code == ExitCode.FINE
    assert "办理 0 个，未能办理 0 个" in again.stdout


def test_what_is_refused_ends_with_3_and_says_why(platform):
    set_plan(platform.engine, status="草稿")
    result = run("--run", "--adapter", "demo", *LATE)
    assert result.exit_code == ExitCode.REFUSED
    assert "XR516" in result.stderr


def test_running_needs_an_adapter(platform):
    result = run("--run", *LATE)
    assert result.exit_code == ExitCode.USAGE
    assert "XR672" in result.stderr
