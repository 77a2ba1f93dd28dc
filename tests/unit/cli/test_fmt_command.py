"""`xbyx fmt`: files laid out as a whole or left alone, and what is said of them."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from tests.unit.cli.command import RULES, xbyx, xbyx_json
from xbyx_rules.cli import ExitCode

POLICY = "cn/example/policy.md"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def loosen(file: Path) -> str:
    """Write a file otherwise; gives what it was."""
    text = file.read_text("utf-8")
    loose = text.replace("- 类别: ", "-  kind:   ").replace("| ", "|  ")
    assert loose != text
    file.write_text(loose, "utf-8")
    return text


def test_the_bundled_rules_are_in_canonical_layout() -> None:
    result = xbyx("fmt", "--check")
    assert result.exit_code == ExitCode.FINE, result.stdout


def test_a_loose_file_is_put_right_and_named(rules: Path) -> None:
    file = rules / POLICY
    text = loosen(file)
    file.chmod(0o640)
    result = xbyx("fmt", rules)
    assert result.exit_code == ExitCode.FINE
    assert f"已整理 {file.as_posix()}" in result.stdout
    assert file.read_bytes() == text.encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not [one for one in file.parent.iterdir() if one.name.startswith(".")]
    assert "已整理 /" not in xbyx("fmt", rules).stdout


def test_check_names_a_loose_file_and_leaves_it(rules: Path) -> None:
    loosen(rules / POLICY)
    before = (rules / POLICY).read_bytes()
    result = xbyx("fmt", rules, "--check", "--lang", "en")
    assert result.exit_code == ExitCode.FINDINGS
    assert f"would change {(rules / POLICY).as_posix()}" in result.stdout
    assert (rules / POLICY).read_bytes() == before
    found = xbyx_json("fmt", rules, "--check")
    changed = [one["file"] for one in found["files"] if one["changed"]]
    assert changed == [(rules / POLICY).as_posix()]


def test_a_file_with_an_error_is_left_alone_with_its_reason(rules: Path) -> None:
    file = rules / POLICY
    loosen(file)
    broken = file.read_text("utf-8").replace("规范用语", "规范")
    file.write_text(broken, "utf-8")
    result = xbyx("fmt", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR046" in result.stderr
    assert file.read_text("utf-8") == broken


def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "policy.md").write_bytes(b"---\n\xff\n")
    result = xbyx("fmt", tmp_path)
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR001" in result.stderr


def test_a_vocabulary_over_the_bundled_one_may_refer_to_its_entities(tmp_path: Path) -> None:
    head = "| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |\n"
    marks = "|--|--|--|--|--|--|--|--|--|\n"
    row = "| 本校 | own school | 学校 | | | 对一 | 内部 | | |\n"
    file = tmp_path / "vocabulary.md"
    file.write_text(f'## 分校 {{#branch  en="branch"}}\n\n{head}{marks}{row}', "utf-8")
    assert xbyx("fmt", tmp_path).exit_code == ExitCode.FINE
    assert marks not in file.read_text("utf-8")


def test_a_link_stays_a_link(rules: Path, tmp_path: Path) -> None:
    text = loosen(rules / POLICY)
    link = tmp_path / "policy.md"
    link.symlink_to(rules / POLICY)
    assert xbyx("fmt", link).exit_code == ExitCode.FINE
    assert link.is_symlink()
    assert (rules / POLICY).read_text("utf-8") == text


def test_a_path_without_documents_is_wrong_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        result = xbyx("fmt", path)
        assert result.exit_code == ExitCode.USAGE
        assert "XR741" in result.stderr
