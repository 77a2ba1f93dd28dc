"""`xbyx diff`: what each side may be, what is said, and how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.cli.command import RULES, xbyx, xbyx_json
from xbyx_rules.cli import ExitCode

POLICY = "cn/example/policy.md"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def alter(rules: Path, old: str, new: str) -> Path:
    file = rules / POLICY
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return file


def test_the_same_document_in_every_way_to_name_it() -> None:
    folder = RULES / "cn/example"
    for side in (RULES, folder, folder / "policy.md", "cn/example", "example"):
        result = xbyx("diff", RULES, side, "--rules", RULES)
        assert result.exit_code == ExitCode.FINE, (side, result.stderr)
        assert "没有差别" in result.stdout


def test_layout_alone_is_no_difference(rules: Path) -> None:
    file = alter(rules, "| ", "|  ")
    result = xbyx("diff", RULES / POLICY, file)
    assert result.exit_code == ExitCode.FINE
    assert "文字写法不同" in result.stdout


def test_a_change_and_what_it_does_to_the_examples_are_said(rules: Path) -> None:
    before = (RULES / POLICY).read_text("utf-8")
    start = before.index("```feel\n") + len("```feel\n")
    rule = before[start : before.index("\n```", start)]
    file = alter(rules, rule, f"not({rule})")
    for sides in ((RULES, rules), (RULES / POLICY, file), ("example", file)):
        result = xbyx("diff", *sides, "--rules", RULES)
        assert result.exit_code == ExitCode.FINDINGS
        assert f"  - {' '.join(rule.split())}" in result.stdout.replace("    -", "  -")
        assert "例子的结果有变" in result.stdout
    found = xbyx_json("diff", RULES, rules)
    [document] = found["documents"]
    assert not found["is_equal"]
    assert document["outcomes"]
    assert {one["old"] for one in document["outcomes"]} <= {"met", "not_met", "undetermined"}
    assert "condition rule" in xbyx("diff", RULES, rules, "--lang", "en").stdout


def test_documents_of_one_folder_alone_are_added_or_removed(rules: Path) -> None:
    other = rules / "cn/other/policy.md"
    other.parent.mkdir()
    text = (rules / POLICY).read_text("utf-8")
    other.write_text(text.replace("policy: cn/example", "policy: cn/other"), "utf-8")
    assert "新增文件" in xbyx("diff", RULES, rules).stdout
    result = xbyx("diff", rules, RULES)
    assert "删去文件" in result.stdout
    assert result.exit_code == ExitCode.FINDINGS


def test_a_draft_that_does_not_pass_checking_is_compared_as_text(rules: Path) -> None:
    before = (RULES / POLICY).read_text("utf-8")
    start = before.index("```feel\n") + len("```feel\n")
    rule = before[start : before.index("\n```", start)]
    file = alter(rules, rule, "没有这个词")
    result = xbyx("diff", RULES / POLICY, file)
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR743" in result.stderr
    assert "没有这个词" in result.stdout


def test_what_cannot_be_compared_is_wrong_usage(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.md").write_text("# 甲", "utf-8")
    for sides, code in (
        (("nowhere", RULES), "XR742"),
        ((RULES / POLICY, tmp_path / "broken.md"), "XR020"),
    ):
        result = xbyx("diff", *sides)
        assert result.exit_code == ExitCode.USAGE
        assert code in result.stderr
    file = alter(rules, "policy: cn/example", "policy: cn/else")
    result = xbyx("diff", file, RULES)
    assert result.exit_code == ExitCode.USAGE
    assert "XR744" in result.stderr
