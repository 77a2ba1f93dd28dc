"""`xbyx check`, `xbyx test` and `xbyx lifecycle` on a small rules folder; goldens are blessed."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.cli.command import RULES, check_golden, xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.policy import bundled_rules

GOLDEN_COMMANDS = {
    "check": ("check", RULES),
    "test": ("test", RULES),
    "lifecycle": ("lifecycle", "example", "flow", "--rules", RULES),
}

BUNDLED = sorted(
    one.parent.relative_to(bundled_rules()).as_posix() for one in bundled_rules().rglob("policy.md")
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the small rules folder, to be spoilt."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def spoil(rules: Path, old: str, new: str) -> None:
    file = rules / "cn/example/policy.md"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", GOLDEN_COMMANDS)
def test_a_command_says_what_its_golden_says(name: str, language: str) -> None:
    result = xbyx(*GOLDEN_COMMANDS[name], "--lang", language)
    assert result.exit_code == ExitCode.FINE
    assert result.stderr == ""
    check_golden(f"{name}.{language}.txt", result.stdout)


def test_the_language_can_come_from_the_environment() -> None:
    assert "Parameters" in xbyx("check", RULES, XBYX_LANG="en").stdout


def test_without_a_path_the_bundled_rules_are_checked() -> None:
    assert sorted(one["policy"] for one in xbyx_json("check")["documents"]) == BUNDLED


def test_a_folder_without_a_vocabulary_lies_over_the_bundled_rules(rules: Path) -> None:
    (rules / "vocabulary.md").unlink()
    shutil.rmtree(rules / "cn")
    found = xbyx_json("check", rules)
    assert sorted(one["policy"] for one in found["documents"]) == BUNDLED


def test_check_counts_clauses_and_tells_which_are_decided() -> None:
    (document,) = xbyx_json("check", RULES)["documents"]
    assert document["clauses"] == {
        "total": 4,
        "decided": 1,
        "with_examples": 1,
        "by_kind": {"requirement": 1, "parameter": 1, "lifecycle": 1, "principle": 1},
    }
    assert document["parameters"] == [
        {
            "name": "经费下限",
            "value": "1000",
            "from": "2025-01-01",
            "until": None,
            "basis": "一-2",
            "is_verified": True,
        }
    ]


def test_an_error_is_a_diagnostic_on_stderr_and_ends_with_1(rules: Path) -> None:
    spoil(rules, "经费 >= 经费下限 and", "经费 >= 经费上限 and")
    result = xbyx("check", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert "`经费上限`" in result.stderr
    assert "policy.md:33:" in result.stderr
    assert "XR" not in result.stdout


def test_an_error_stands_in_the_json_too(rules: Path) -> None:
    spoil(rules, "经费 >= 经费下限 and", "经费 >= 经费上限 and")
    result = xbyx("check", rules, "--json")
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stderr == ""
    assert '"severity": "error"' in result.stdout
    assert '"is_checked": false' in result.stdout


def test_a_failing_example_is_named_with_its_place(rules: Path) -> None:
    spoil(rules, "| 恰好达到 | 1000 | true | 符合 |", "| 恰好达到 | 1000 | true | 不符合 |")
    result = xbyx("test", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR718" in result.stderr
    assert "`funds` 的例“恰好达到”应为 不符合，得出的是 符合" in result.stderr
    assert "例子 5 个，通过 4 个" in result.stdout


def test_an_alteration_that_no_example_notices_ends_with_1(rules: Path) -> None:
    spoil(rules, "| 超过 | 1000.01 | true | 符合 |\n", "")
    result = xbyx("test", rules, "--mutate")
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR719" in result.stderr
    assert "把 `经费 >= 经费下限` 改成 `经费 = 经费下限`" in result.stderr


def test_with_an_example_for_each_alteration_mutation_testing_passes() -> None:
    result = xbyx("test", RULES, "--mutate")
    assert result.exit_code == ExitCode.FINE
    assert "未发现 0 处" in result.stdout


def test_one_clause_can_be_tested_alone() -> None:
    (document,) = xbyx_json("test", RULES, "--clause", "funds")["documents"]
    assert [one["name"] for one in document["examples"]] == [
        "恰好达到",
        "超过",
        "差一分",
        "未列支",
        "未填",
    ]
    assert {one["passed"] for one in document["examples"]} == {True}


def test_an_unknown_clause_is_wrong_usage_with_the_nearest() -> None:
    result = xbyx("test", RULES, "--clause", "fund")
    assert result.exit_code == ExitCode.USAGE
    assert "XR716" in result.stderr
    assert "`funds`" in result.stderr


def test_a_flow_is_drawn_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "flow.svg"
    found = xbyx_json("lifecycle", "cn/example", "flow", "--rules", RULES, "--svg", file)
    assert found["svg"] == str(file)
    assert ElementTree.parse(file).getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("cn/exampel", "flow"), "XR701"), (("cn/example", "flwo"), "XR707")],
)
def test_an_unknown_document_or_flow_is_wrong_usage(arguments: tuple[str, str], code: str) -> None:
    result = xbyx("lifecycle", *arguments, "--rules", RULES)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(code)
    assert result.stdout == ""


def test_the_end_of_an_id_that_several_documents_have_is_answered_with_all_of_them() -> None:
    result = xbyx("lifecycle", "training-credits-2021-2025", "flow")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR723")
    for place in ("beijing", "shanghai"):
        assert f"`cn/{place}/training-credits-2021-2025`" in result.stderr
