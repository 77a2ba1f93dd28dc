"""`xbyx ledger upgrade`, `downgrade`, `current`, `adopt`: what they do, say and end with."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from tests.integration.filled_ledger import fill
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.hosting.migrations import describe_tables, list_table_names


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "platform.sqlite"
    made.touch()
    return made


def ledger(command: str, file: Path, *more: object) -> Any:
    return xbyx("ledger", command, *more, "--database", f"sqlite:///{file}", "--lang", "en")


def names(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return {str(row[0]) for row in connection.execute(query)}


def test_a_new_platform_gets_its_tables_and_verifies(file: Path) -> None:
    result = ledger("upgrade", file)
    assert result.exit_code == ExitCode.FINE
    assert result.stdout.startswith("steps: 0001, 0002, 0003")
    assert names(file) == list_table_names()
    assert ledger("verify", file, "--tenant", "110108").exit_code == ExitCode.FINE
    assert ledger("upgrade", file).stdout.startswith("steps: —")


def test_the_output_is_chinese_unless_told(file: Path) -> None:
    result = xbyx("ledger", "current", "--database", f"sqlite:///{file}")
    assert result.stdout == "版本：无\n"


def test_versions_are_given_as_json(file: Path) -> None:
    address = ("--database", f"sqlite:///{file}")
    made = xbyx_json("ledger", "upgrade", "--to", "0001", *address)
    assert made == {"prefix": "xbyx_", "version": "0001", "steps": ["0001"], "diagnostics": []}
    assert xbyx_json("ledger", "current", *address)["version"] == "0001"
    undone = xbyx_json("ledger", "downgrade", "base", *address)
    assert (undone["version"], undone["steps"]) == (None, ["0001"])


def test_the_sql_is_written_and_nothing_run(file: Path) -> None:
    result = ledger("upgrade", file, "--sql", "--prefix", "jy_")
    assert result.exit_code == ExitCode.FINE
    assert names(file) == set()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(result.stdout)
    assert names(file) == list_table_names("jy_")
    assert "CREATE TABLE" not in ledger("upgrade", file, "--sql", "--prefix", "jy_").stdout


def test_rows_are_not_lost_unless_that_is_said(file: Path) -> None:
    ledger("upgrade", file)
    engine = create_engine(f"sqlite:///{file}")
    fill(engine)
    engine.dispose()
    result = ledger("downgrade", file, "base")
    assert result.exit_code == ExitCode.HOST
    assert result.stderr.startswith("XR589")
    assert "--lose-rows" in result.stderr
    assert names(file) >= list_table_names()
    assert ledger("downgrade", file, "base", "--lose-rows").exit_code == ExitCode.FINE
    assert names(file) & set(describe_tables().tables) == set()


def test_tables_made_without_migrations_are_adopted_first(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    describe_tables().create_all(engine)
    engine.dispose()
    refused = ledger("upgrade", file)
    assert refused.exit_code == ExitCode.HOST
    assert refused.stderr.startswith("XR587")
    assert "xbyx ledger adopt" in refused.stderr
    assert ledger("adopt", file).exit_code == ExitCode.FINE
    assert ledger("upgrade", file).exit_code == ExitCode.FINE


def test_an_unknown_version_ends_with_5_and_names_the_known_ones(file: Path) -> None:
    result = ledger("upgrade", file, "--to", "0099")
    assert result.exit_code == ExitCode.HOST
    assert result.stderr.startswith("XR588")
    assert "base, 0001, 0002" in result.stderr
