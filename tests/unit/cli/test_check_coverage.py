"""`xbyx check`: what the source has, clause by clause, and each way in which that fails."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.unit.cli.command import RULES, check_golden, xbyx, xbyx_json
from xbyx_rules.cli import ExitCode

LIST = "cn/example/clauses.md"
POLICY = "cn/example/policy.md"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the small rules folder, to be spoilt."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def spoil(rules: Path, name: str, old: str, new: str) -> None:
    file = rules / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_every_clause_has_its_figures() -> None:
    (document,) = xbyx_json("check", RULES)["documents"]
    coverage = document["coverage"]
    assert coverage["is_listed"]
    assert [(one["locator"], one["nature"], one["is_tested"]) for one in coverage["clauses"]] == [
        ("一-1", "declaratory", False),
        ("一-2", "computable", True),
        ("一-3", "declaratory", False),
        ("一-4", "process", False),
    ]
    assert coverage["clauses"][1]["heading"] == {
        "anchor": "funds",
        "title": "经费不低于下限",
        "kind": "requirement",
        "is_decided": True,
        "place": f"{(RULES / POLICY).as_posix()}:24:4",
        "rule": {
            "zh": "经费不少于经费下限，并且已列支",
            "en": "the funds are at least 经费下限, and “itemised” is “yes”",
        },
        "examples": {
            "total": 5,
            "expecting": {"met": 2, "not_met": 2, "undetermined": 1},
            "failed": 0,
            "lacking": [],
            "boundary": "shown",
        },
        "mutation": {
            "tried": 6,
            "killed": 6,
            "survived": 0,
            "equivalent": 0,
            "invalid": 0,
            "boundaries": 1,
            "open_boundaries": 0,
        },
    }
    assert coverage["clauses"][2]["note"] == "数额写成参数"
    assert coverage["clauses"][2]["place"] == f"{(RULES / LIST).as_posix()}:13:1"
    assert coverage["clauses"][2]["is_of_nature"] is False
    assert coverage["shares"]["total"] == {"total": 4, "encoded": 4, "with_rule": 1, "tested": 1}
    assert coverage["mutation"] == {"killed": 6, "survived": 0, "equivalent": 0, "invalid": 0}


def test_a_clause_without_a_heading_ends_with_1(rules: Path) -> None:
    spoil(rules, LIST, "| 一-4 |", "| 一-5 | 人工判断 | | | 研修有质量 | |\n| 一-4 |")
    result = xbyx("check", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert re.search(r"XR223 \S*/cn/example/clauses\.md:14:1", result.stderr)
    assert "条款 一-5（研修有质量）在文件里没有标题" in result.stderr
    assert "文件里相近的：`一-4`" in result.stderr
    assert re.search(r"一-5 +人工判断 +✗ +没有标题：研修有质量", result.stdout)
    assert "官方文本 5 条，有标题 4 条（80%）" in result.stdout


def test_a_computable_clause_without_a_rule_ends_with_1(rules: Path) -> None:
    spoil(rules, LIST, "| 一-3 | 宣示 |", "| 一-3 | 可计算 |")
    result = xbyx("check", rules, "--lang", "en")
    assert result.exit_code == ExitCode.FINDINGS
    assert re.search(r"XR227 \S*/cn/example/policy\.md:48:4", result.stderr)
    assert "the computable clause 一-3 has no rule" in result.stderr


def test_a_surviving_alteration_ends_with_1(rules: Path) -> None:
    spoil(rules, POLICY, "| 恰好达到 | 1000 | true | 符合 |\n", "")
    result = xbyx("check", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR719" in result.stderr
    assert "把 `经费 >= 经费下限` 改成 `经费 > 经费下限`" in result.stderr
    assert re.search(r"4 缺边界 +6 +5 +1 +0", result.stdout)
    assert "其中已测试 0 条（0%）" in result.stdout


def test_without_altering_nothing_survives_and_nothing_counts_as_tested(rules: Path) -> None:
    spoil(rules, POLICY, "| 恰好达到 | 1000 | true | 符合 |\n", "")
    result = xbyx("check", rules, "--no-mutate")
    assert result.exit_code == ExitCode.FINE
    assert result.stderr == ""
    assert "没有逐处改动规则" in result.stdout
    (document,) = xbyx_json("check", rules, "--no-mutate")["documents"]
    assert document["coverage"]["mutation"] is None
    assert document["coverage"]["shares"]["computable"]["tested"] == 0


def test_a_failing_example_ends_with_1(rules: Path) -> None:
    spoil(rules, POLICY, "| 未列支 | 1000 | false | 不符合 |", "| 未列支 | 1000 | false | 符合 |")
    result = xbyx("check", rules, "--no-mutate")
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR718" in result.stderr
    assert "5 错1" in result.stdout


def test_another_kind_without_a_reason_is_a_warning(rules: Path) -> None:
    spoil(rules, LIST, "| 数额写成参数 |", "| |")
    result = xbyx("check", rules)
    assert result.exit_code == ExitCode.FINE
    assert "XR226" in result.stderr
    assert "（提醒）" in result.stderr
    assert "类别不同：没有说明" in result.stdout


def test_a_heading_that_the_list_does_not_know_ends_with_1(rules: Path) -> None:
    spoil(rules, LIST, "| 一-3 | 宣示 | | | 下限的数额 | 数额写成参数 |\n", "")
    result = xbyx("check", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert "标题的条款 一-3 不在条款清单里" in result.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_list_coverage_is_not_told_and_nothing_fails(rules: Path, language: str) -> None:
    (rules / LIST).unlink()
    result = xbyx("check", rules, "--lang", language)
    assert result.exit_code == ExitCode.FINE
    assert result.stderr == ""
    check_golden(f"check-without-list.{language}.txt", result.stdout)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_narrow_terminal_titles_keep_their_room(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xbyx_rules.cli.terminal._PLAIN_WIDTH", 80)
    result = xbyx("check", RULES, "--lang", language)
    assert max(map(len, re.findall(r"[─]+", result.stdout))) <= 80
    check_golden(f"check-narrow.{language}.txt", result.stdout)


def test_a_draft_decides_nothing_so_its_rules_are_not_altered(rules: Path) -> None:
    spoil(rules, POLICY, "status: in-force", "status: draft")
    text = (rules / POLICY).read_text("utf-8")
    rows = re.sub(r"\| (符合|不符合) \|", "| 暂无法判定 |", text)
    (rules / POLICY).write_text(rows, "utf-8")
    result = xbyx("check", rules)
    assert result.exit_code == ExitCode.FINE
    assert "没有逐处改动规则" in result.stdout


def test_a_document_with_errors_still_shows_what_it_covers(rules: Path) -> None:
    spoil(rules, POLICY, "经费 >= 经费下限 and", "经费 >= 经费上限 and")
    result = xbyx("check", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert "官方文本 4 条，有标题 4 条（100%）" in result.stdout
    assert "没有逐处改动规则" in result.stdout


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_written_and_said_on_stderr(tmp_path: Path, language: str) -> None:
    file = tmp_path / "coverage.html"
    result = xbyx("check", RULES, "--html", file, "--lang", language)
    assert result.exit_code == ExitCode.FINE
    assert file.as_posix() in result.stderr
    page = file.read_text("utf-8")
    assert "经费 &gt;= 经费下限 and 已列支" in page
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page


def test_with_json_the_page_is_written_and_stdout_stays_one_document(tmp_path: Path) -> None:
    file = tmp_path / "coverage.html"
    assert "documents" in xbyx_json("check", RULES, "--html", file)
    assert file.exists()


def test_no_page_is_written_of_documents_that_cannot_be_read(rules: Path, tmp_path: Path) -> None:
    spoil(rules, POLICY, "- 规范用语: 应当", "- 规范用语: 可能")
    file = tmp_path / "coverage.html"
    result = xbyx("check", rules, "--html", file)
    assert result.exit_code == ExitCode.FINDINGS
    assert "没有写页面" in result.stderr
    assert not file.exists()


def test_a_page_into_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = xbyx("check", RULES, "--html", tmp_path / "missing" / "coverage.html")
    assert result.exit_code == ExitCode.USAGE
    assert "XR711" in result.stderr
