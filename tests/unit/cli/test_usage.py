"""How commands end: exit codes, streams, and no traceback for what is not the reader's fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog
import typer

from tests.unit.cli.command import RULES, xbyx
from xbyx_rules.cli import ExitCode
from xbyx_rules.cli.hosts import open_engine, read_instant
from xbyx_rules.cli.options import Lang
from xbyx_rules.cli.terminal import Terminal, WrongUsage
from xbyx_rules.errors import CATALOGUE, Diagnostic, HostError

COMMANDS = (
    "check",
    "test",
    "explain",
    "lifecycle",
    "replay",
    "policies keep",
    "policies list",
    "demo",
    "ledger anchor",
    "ledger verify",
    "ledger outbox",
    "ledger unpark",
    "ledger upgrade",
    "ledger downgrade",
    "ledger current",
    "ledger adopt",
    "plan show",
    "plan dry-run",
    "plan act",
    "plan timeline",
    "plan tasks",
)
PLATFORM = ("--adapter", "demo-platform", "--database")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_the_shared_options(command: str) -> None:
    result = xbyx(*command.split(), "--help", COLUMNS="200")
    assert result.exit_code == ExitCode.FINE
    assert all(option in result.stdout for option in ("--json", "--lang", "--debug"))


@pytest.mark.parametrize("arguments", [("nothing",), ("check", "--lang", "fr"), ("explain",)])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert xbyx(*arguments).exit_code == ExitCode.USAGE


def test_a_database_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite"
    result = xbyx("plan", "show", "p-1", *PLATFORM, f"sqlite:///{file}")
    assert result.exit_code == ExitCode.HOST
    assert result.stderr.startswith("XR717")
    assert not file.exists()


def test_a_database_without_a_ledger_is_said(tmp_path: Path) -> None:
    file = tmp_path / "empty.sqlite"
    file.touch()
    result = xbyx("ledger", "verify", "--database", f"sqlite:///{file}")
    assert result.exit_code == ExitCode.HOST
    assert result.stderr.startswith("XR709")


def test_a_file_that_is_no_database_is_said_without_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "text.sqlite"
    file.write_text("no database at all, but long enough to be looked at\n" * 40)
    result = xbyx("ledger", "verify", "--database", f"sqlite:///{file}")
    assert result.exit_code == ExitCode.HOST
    assert result.stderr.startswith("XR708")


@pytest.mark.parametrize("url", ["postgres secret", "nosuchbase://user:secret@host/db"])
def test_a_malformed_database_url_is_not_repeated(url: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        open_engine(url)
    assert [one.code for one in caught.value.diagnostics] == ["XR720"]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["2026-03-02", "2026-03-02T09:00:00", "tomorrow", ""])
def test_an_instant_needs_a_time_zone(text: str) -> None:
    with pytest.raises(WrongUsage):
        read_instant(text)


def test_an_adapter_that_is_not_installed_is_one_clear_diagnostic(tmp_path: Path) -> None:
    result = xbyx("demo", "--adapter", "no-such-platform", "--out", tmp_path / "demo")
    assert result.exit_code == ExitCode.HOST
    assert result.stderr.count("XR") == 1
    assert "XR712" in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "demo").exists()


def fail(error: Exception, *, is_json: bool = False, is_debug: bool = False) -> int:
    with (
        pytest.raises(typer.Exit) as caught,
        Terminal(Lang.EN, is_json=is_json, is_debug=is_debug),
    ):
        raise error
    return caught.value.exit_code


def test_an_internal_error_ends_with_70_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert fail(ZeroDivisionError("one\ntwo")) == ExitCode.INTERNAL
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "XR799\ninternal error: ZeroDivisionError: one\n" in streams.err
    assert "Traceback" not in streams.err


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    fail(ZeroDivisionError("one"), is_debug=True)
    assert "Traceback" in capsys.readouterr().err


def test_with_json_a_failure_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    fail(HostError(Diagnostic("XR708", None, {"reason": "gone"})), is_json=True)
    streams = capsys.readouterr()
    assert json.loads(streams.out)["diagnostics"][0]["code"] == "XR708"
    assert streams.err == ""


@pytest.mark.parametrize("is_debug", [False, True])
def test_the_engines_log_never_reaches_stdout(
    capsys: pytest.CaptureFixture[str], is_debug: bool
) -> None:
    with Terminal(Lang.ZH, is_debug=is_debug):
        structlog.get_logger("xbyx_rules").info("command_done")
    streams = capsys.readouterr()
    assert streams.out == ""
    assert ("command_done" in streams.err) is is_debug


def test_the_hosts_own_log_settings_come_back() -> None:
    before = structlog.get_config()
    with Terminal(Lang.ZH):
        pass
    assert structlog.get_config() == before


def test_a_name_in_brackets_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal(Lang.ZH) as terminal:
        terminal.show("[red]学校[/red] :smile:")
    assert capsys.readouterr().out == "[red]学校[/red] :smile:\n"


def test_output_that_is_no_terminal_is_plain() -> None:
    assert "\x1b" not in xbyx("check", RULES).stdout


def test_every_code_of_the_command_line_says_itself_in_both_languages() -> None:
    mine = [entry for code, entry in CATALOGUE.items() if code.startswith("XR7")]
    assert len(mine) >= 20
    for entry in mine:
        assert all((entry.zh, entry.en, entry.help_zh, entry.help_en))
        assert not entry.zh.endswith(("。", "."))
        assert entry.zh != entry.en
