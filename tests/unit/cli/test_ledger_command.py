"""`xbyx ledger anchor` and `ledger verify`, as an auditor runs them month after month."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from tests.integration.year_plan import CLERK, PLAN, command, open_platform, stand_in_deciding, walk
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli.terminal import ExitCode
from xbyx_rules.hosting import read_anchor, unprotect

AT = ("--at", "2026-03-02T09:00:00+08:00")


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[tuple[Any, Any, tuple[str, str]]]:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(tmp_path / "platform.db")
        walk(ledger, engine, 3)
        yield engine, ledger, ("--database", f"sqlite:///{tmp_path / 'platform.db'}")


def test_an_anchor_is_written_to_a_new_file_and_the_ledger_compared_with_it(
    platform: Any, tmp_path: Path
) -> None:
    engine, ledger, database = platform
    file = tmp_path / "anchor-1.json"
    made = xbyx("ledger", "anchor", *database, "--out", file, *AT)
    assert made.exit_code == ExitCode.FINE
    assert made.stdout == ""
    kept = read_anchor(file.read_text("utf-8"))
    assert kept.is_whole
    assert kept.digest in made.stderr
    verified = xbyx("ledger", "verify", *database, "--anchor", file)
    assert verified.exit_code == ExitCode.FINE
    assert "与库外存放的 1 个锚对照过" in verified.stdout
    with engine.begin() as connection:
        unprotect(connection, ledger.tables.protected)
        for table in (ledger.tables.event, ledger.tables.instance):
            connection.execute(delete(table))
    assert xbyx("ledger", "verify", *database, "--tenant", "110108").exit_code == ExitCode.FINE
    found = xbyx("ledger", "verify", *database, "--tenant", "110108", "--anchor", file)
    assert found.exit_code == ExitCode.NOT_INTACT
    assert f"第 1 号锚（2026-03-02T01:00:00+00:00）里有 `{PLAN}`（到第 4 步）" in found.stderr


def test_several_anchors_are_compared_at_once(platform: Any, tmp_path: Path) -> None:
    engine, ledger, database = platform
    files = [tmp_path / "1.json", tmp_path / "2.json"]
    xbyx("ledger", "anchor", *database, "--out", files[0])
    ledger.act(engine, command("备案", CLERK, "x"))
    xbyx("ledger", "anchor", *database, "--out", files[1])
    options = [part for file in files for part in ("--anchor", file)]
    found = xbyx_json("ledger", "verify", *database, *options)
    assert (found["is_intact"], found["anchors"], found["unprotected"]) == (True, 2, [])


def test_without_a_file_stdout_carries_the_anchor_and_nothing_else(platform: Any) -> None:
    _, _, database = platform
    plain = xbyx("ledger", "anchor", *database, *AT).stdout
    assert read_anchor(plain).is_whole
    again = xbyx_json("ledger", "anchor", *database, *AT)
    assert (again["number"], again["previous"]) == (2, json.loads(plain)["digest"])


def test_an_anchor_by_sm3_says_so(platform: Any) -> None:
    _, _, database = platform
    made = xbyx_json("ledger", "anchor", *database, "--digest", "sm3")
    assert made["digest"].startswith("sm3:")
    assert made["heads_digest"].startswith("sm3:")


def test_a_file_that_is_there_is_not_written_over(platform: Any, tmp_path: Path) -> None:
    engine, ledger, database = platform
    file = tmp_path / "anchor.json"
    file.write_text("kept")
    result = xbyx("ledger", "anchor", *database, "--out", file)
    assert result.exit_code == ExitCode.USAGE
    assert "XR711" in result.stderr
    assert file.read_text() == "kept"
    with engine.connect() as connection:
        assert connection.execute(ledger.tables.anchor.select()).first() is None


def test_an_anchor_that_could_not_be_taken_leaves_no_file(platform: Any, tmp_path: Path) -> None:
    _, _, database = platform
    file = tmp_path / "anchor.json"
    result = xbyx("ledger", "anchor", *database, "--prefix", "other_", "--out", file)
    assert result.exit_code == ExitCode.HOST
    assert not file.exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 9999])
def test_a_file_that_is_no_anchor_is_named(platform: Any, tmp_path: Path, content: bytes) -> None:
    _, _, database = platform
    file = tmp_path / "anchor.json"
    file.write_bytes(content)
    result = xbyx("ledger", "verify", *database, "--anchor", file)
    assert result.exit_code == ExitCode.USAGE
    assert "XR566" in result.stderr
    assert f"`{file}` 不是锚" in result.stderr


def test_a_ledger_without_triggers_is_warned_about_and_intact(platform: Any) -> None:
    engine, ledger, database = platform
    with engine.begin() as connection:
        unprotect(connection, [ledger.tables.event])
    result = xbyx("ledger", "verify", *database)
    assert result.exit_code == ExitCode.FINE
    assert "XR569" in result.stderr
    assert "`xbyx_event`" in result.stderr
    assert "没有给出 --anchor" in result.stdout
    with engine.begin() as connection:
        connection.execute(update(ledger.tables.event).values(actor_id="t-99"))
    assert xbyx("ledger", "verify", *database).exit_code == ExitCode.NOT_INTACT
