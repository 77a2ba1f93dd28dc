"""The pytest plugin, in sessions of its own over a rules folder with one broken document."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.command import xbyx, xbyx_json
from tests.unit.testing.drafts import HEAD, requirement

pytest_plugins = ["pytester"]

TABLE = """
| 例 | 公用经费年度预算总额 | 教师培训经费预算 | 专项列支 | 结果 |
|---|---|---|---|---|
| 恰好 | 100 | 5 | true | 符合 |
| 不够 | 100 | 6 | true | 不符合 |
| 未填 | | 5 | true | 暂无法判定 |
"""
# Broken on purpose: more money makes it unmet.
BROKEN = "教师培训经费预算 <= 公用经费年度预算总额 * 0.05 and 专项列支"
LAW = "教师培训经费预算 越多越符合"


@pytest.fixture
def document(pytester: pytest.Pytester) -> Path:
    path = pytester.path / "rules" / "cn" / "draft" / "policy.md"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + requirement(BROKEN, TABLE, f"- 性质: {LAW}\n"), encoding="utf-8")
    return path


def row_of(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"| {LAW}的反例"))


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_examples_and_laws_are_items(pytester: pytest.Pytester, document: Path) -> None:
    result = run(pytester, "--xbyx-rules", "rules", "--collect-only", "-q")
    lines = [one for one in result.outlines if "::" in one]
    assert lines == [
        f"rules/cn/draft/policy.md::rule::{name}" for name in ("恰好", "不够", "未填", LAW)
    ]


def test_a_broken_law_prints_a_row_that_fails_when_pasted(
    pytester: pytest.Pytester, document: Path
) -> None:
    result = run(pytester, "--xbyx-rules", "rules")
    result.assert_outcomes(passed=3, failed=1)
    assert "Traceback" not in result.stdout.str()
    row = row_of(result.stdout.str())
    assert xbyx("test", document.parents[2]).exit_code == 0

    document.write_text(document.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    told = xbyx_json("test", document.parents[2])["documents"]
    mine = next(one for one in told if one["policy"] == "cn/draft")
    failing = [one["name"] for one in mine["examples"] if not one["passed"]]
    assert failing == [f"{LAW}的反例"]


def test_the_ini_file_names_the_folder(pytester: pytest.Pytester, document: Path) -> None:
    pytester.makeini("[pytest]\nxbyx_rules = rules\n")
    run(pytester).assert_outcomes(passed=3, failed=1)


def test_one_named_file_is_run_alone(pytester: pytest.Pytester, document: Path) -> None:
    pytester.makeini("[pytest]\nxbyx_rules = rules\n")
    pytester.makepyfile(test_other="def test_other(): pass")
    run(pytester, "test_other.py").assert_outcomes(passed=1)


def test_without_a_setting_nothing_is_collected_or_imported(
    pytester: pytest.Pytester, document: Path
) -> None:
    pytester.makepyfile(
        "import sys\n\n"
        "def test_bare():\n"
        "    assert not any(one.startswith('xbyx_rules.') for one in sys.modules)\n"
    )
    run(pytester).assert_outcomes(passed=1)


def test_a_folder_without_documents_is_refused(pytester: pytest.Pytester) -> None:
    (pytester.path / "empty").mkdir()
    result = run(pytester, "--xbyx-rules", "empty")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*XR897*"])


def test_a_document_with_an_error_is_told(pytester: pytest.Pytester, document: Path) -> None:
    text = document.read_text(encoding="utf-8").replace("越多越符合", "越多越好")
    document.write_text(text, encoding="utf-8")
    result = run(pytester, "--xbyx-rules", "rules")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*XR890*"])


def test_the_command_tries_laws(pytester: pytest.Pytester, document: Path) -> None:
    result = xbyx("test", document.parents[2], "--clause", "rule", "--laws")
    assert result.exit_code == 1
    assert row_of(result.stderr + result.stdout)


def test_the_command_says_that_hypothesis_lacks(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for name in [one for one in sys.modules if one.startswith("xbyx_rules.testing.trying")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    result = xbyx("test", document.parents[2], "--clause", "rule", "--laws")
    assert result.exit_code == 2
    assert "XR896" in result.stderr
