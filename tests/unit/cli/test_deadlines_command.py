"""`xbyx ledger remind` and `xbyx ledger recompute-deadlines`."""

from __future__ import annotations

import pytest

from tests.integration.year_plan import (
    PLAN,
    POLICY,
    PlanHost,
    make_policy,
    open_platform,
    set_plan,
    stand_in_deciding,
    tick,
    walk,
)
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli.hosts import Platform
from xbyx_rules.cli.terminal import ExitCode
from xbyx_rules.hosting import Ledger

ON = ("--database", "sqlite://", "--adapter", "demo")
AT = ("--at", tick(10).isoformat())
NOTICE = "2026-01-01,休,\n2026-05-01,休,\n2026-10-01,休,\n2026-03-06,休,校庆\n2026,通知,示例\n"


@pytest.fixture
def platform(tmp_path, monkeypatch):
    """A plan that waits for its review, due by a count of Monday to Friday."""
    with stand_in_deciding():
        engine, ledger, _ = open_platform(tmp_path / "platform.db")
        walk(ledger, engine, 2)
    policies = {POLICY: make_policy()}
    found = Platform(engine, Ledger(policies, PlanHost(), tenant="110108"), "110108", policies)
    monkeypatch.setattr("xbyx_rules.cli.deadlines.open_platform", lambda *_, **__: found)
    return found


@pytest.fixture
def unpublished(monkeypatch):
    """As where chinesecalendar isn't installed."""
    monkeypatch.setitem(__import__("sys").modules, "chinese_calendar", None)


def remind(*arguments, runner=xbyx):
    return runner("ledger", "remind", PLAN.key, *ON, *AT, *arguments)


def recompute(*arguments, runner=xbyx):
    return runner("ledger", "recompute-deadlines", *ON, *AT, *arguments)


@pytest.fixture
def notice(tmp_path):
    file = tmp_path / "2026.csv"
    file.write_text(NOTICE, encoding="utf-8")
    return ("--days", str(file))


def last(platform):
    return platform.ledger.timeline(platform.engine, PLAN)[-1]


def test_who_submitted_it_reminds_and_sent_again_it_is_the_same(platform):
    result = remind("--actor", "t-17", "--command-id", "r-1")
    assert result.exit_code == ExitCode.FINE
    assert f"{PLAN} 在 待区级审核，已催办（记为第 4 步，指令号 r-1）" in result.stdout
    assert (last(platform).kind, last(platform).actor) == ("remind", "t-17")
    again = remind("--actor", "t-17", "--command-id", "r-1", "--lang", "en")
    assert "nothing was changed now" in again.stdout
    assert last(platform).version == 4


def test_nobody_else_reminds_and_nobody_twice_a_day(platform):
    refused = remind("--actor", "d-05")
    assert refused.exit_code == ExitCode.REFUSED
    assert "XR668" in refused.stderr
    assert remind("--actor", "t-17", runner=xbyx_json)["version"] == 4
    assert "XR669" in remind("--actor", "t-17").stderr


def test_days_are_only_tried_unless_they_are_to_be_written(platform, notice, unpublished):
    result = recompute(*notice)
    assert result.exit_code == ExitCode.FINE
    assert "要改期的（只试算，没有写入） 1 个" in result.stdout
    assert "2026-03-24 00:00" in result.stdout
    assert "2026-03-25 00:00" in result.stdout
    assert last(platform).version == 3
    found = recompute(*notice, "--write", "--actor", "a-1", runner=xbyx_json)
    assert found["subjects"] == [
        {
            "subject": str(PLAN),
            "outcome": "moved",
            "version": 4,
            "moved": [
                {
                    "kind": "overdue",
                    "action": "审核通过",
                    "before": "2026-03-23T16:00:00+00:00",
                    "after": "2026-03-24T16:00:00+00:00",
                    "is_provisional": False,
                }
            ],
        }
    ]
    assert (last(platform).kind, last(platform).actor) == ("reschedule", "a-1")
    assert recompute(*notice, runner=xbyx_json)["subjects"] == []


def test_a_table_stands_over_the_published_days(platform, tmp_path):
    file = tmp_path / "school.csv"
    file.write_text("2026-03-06,休,校庆\n", encoding="utf-8")
    (moved,) = recompute("--days", file, runner=xbyx_json)["subjects"][0]["moved"]
    assert moved["after"] == "2026-03-24T16:00:00+00:00"


def test_without_any_days_nothing_is_tried(platform, unpublished):
    result = recompute()
    assert result.exit_code == ExitCode.USAGE
    assert "XR660" in result.stderr


def test_a_table_that_cannot_be_read_is_not_used(platform, tmp_path):
    file = tmp_path / "days.csv"
    file.write_text("昨天,休,\n", encoding="utf-8")
    result = recompute("--days", file)
    assert result.exit_code == ExitCode.USAGE
    assert "XR661" in result.stderr
    assert "days.csv:1" in result.stderr


def test_writing_needs_a_name(platform, notice):
    assert "--actor" in recompute(*notice, "--write").stderr


def test_a_subject_that_is_not_in_order_is_refused_and_ends_with_3(platform, notice):
    set_plan(platform.engine, status="草稿")
    result = recompute(*notice)
    assert result.exit_code == ExitCode.REFUSED
    assert "XR516" in result.stderr
