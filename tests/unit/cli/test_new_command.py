"""`xbyx new`: a skeleton beside its list, and nothing written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import ExitCode

CLAUSES = """---
policy: cn/draft
---

| 条款 | 性质 | 概要 |
|---|---|---|
| 一-1 | 可计算 | 经费够用 |
| 一-2 | 宣示 | 理念 |
"""


@pytest.fixture
def clauses(tmp_path: Path) -> Path:
    file = tmp_path / "cn/draft/clauses.md"
    file.parent.mkdir(parents=True)
    file.write_text(CLAUSES, "utf-8")
    return file


def test_a_skeleton_is_written_and_check_lists_what_is_missing(
    clauses: Path, tmp_path: Path
) -> None:
    result = xbyx("new", clauses)
    assert result.exit_code == ExitCode.FINE, result.stderr
    assert "条款 2 条（可计算 1，宣示 1）" in result.stdout
    assert (clauses.parent / "policy.md").read_text("utf-8").count("{#clause-1-") == 2
    assert xbyx("fmt", tmp_path, "--check").exit_code == ExitCode.FINE
    checked = xbyx("check", tmp_path)
    assert checked.exit_code == ExitCode.FINDINGS
    assert "XR073" in checked.stderr
    assert "XR201" not in checked.stderr


def test_a_file_that_is_there_is_left_alone(clauses: Path) -> None:
    file = clauses.parent / "policy.md"
    file.write_text("mine", "utf-8")
    result = xbyx("new", clauses)
    assert result.exit_code == ExitCode.USAGE
    assert "XR745" in result.stderr
    assert file.read_text("utf-8") == "mine"


def test_another_folder_is_made(clauses: Path, tmp_path: Path) -> None:
    out = tmp_path / "drafts/one"
    found = xbyx_json("new", clauses, "--out", out)
    assert found["clauses"] == 2
    assert (out / "policy.md").is_file()
    assert not (clauses.parent / "policy.md").exists()


def test_a_list_with_errors_gives_nothing(clauses: Path) -> None:
    clauses.write_text(CLAUSES.replace("宣示", "别的"), "utf-8")
    result = xbyx("new", clauses)
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR030" in result.stderr
    assert not (clauses.parent / "policy.md").exists()
