"""`xbyx explain --receipt`, `xbyx replay` and `xbyx policies`: files, exit codes, what is said."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.command import CASES, RULES, check_golden, xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.deciding import SEMANTICS

SCHOOL = CASES / "school.json"
EXPLAIN = ("explain", "cn/example", SCHOOL, "--rules", RULES, "--on", "2025-10-08")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A receipt with its facts and rules, as `explain` leaves them."""
    result = xbyx(*EXPLAIN, *to(tmp_path))
    assert result.exit_code == ExitCode.FINDINGS, "the case is a blocked one"
    return tmp_path


def to(folder: Path) -> tuple[Any, ...]:
    return ("--receipt", folder / "r.json", "--store", folder / "policies")


def replay(folder: Path, *more: Any) -> Any:
    return xbyx("replay", folder / "r.json", "--store", folder / "policies", *more)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def altered_rules(folder: Path, old: str, new: str) -> Path:
    copy = folder / "rules"
    shutil.copytree(RULES, copy)
    edit(copy / "cn" / "example" / "policy.md", old, new)
    return copy


def test_a_receipt_is_written_with_its_facts_apart_and_its_rules(folder: Path) -> None:
    receipt = (folder / "r.json").read_text("utf-8")
    facts = folder / "r.facts.json"
    assert "999.99" not in receipt
    assert "999.99" in facts.read_text("utf-8")
    assert stat.S_IMODE(facts.stat().st_mode) == 0o600
    kept = {one.parent.name for one in (folder / "policies").rglob("*") if one.is_file()}
    assert kept == {"texts", "snapshots"}


def test_the_json_says_where_it_went(tmp_path: Path) -> None:
    data = xbyx_json(*EXPLAIN, *to(tmp_path), "--payload", tmp_path / "facts.json")
    receipt = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert data["receipt"]["digest"] == receipt["digest"]
    assert data["receipt"]["payload"] == str(tmp_path / "facts.json")
    assert (tmp_path / "facts.json").exists()
    assert not (tmp_path / "r.facts.json").exists()


def test_without_a_receipt_nothing_is_written(tmp_path: Path) -> None:
    xbyx(*EXPLAIN, "--store", tmp_path / "policies")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["r.json", "r.facts.json"])
def test_an_old_receipt_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("old", "utf-8")
    result = xbyx(*EXPLAIN, *to(tmp_path))
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR731")
    assert (tmp_path / name).read_text("utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_a_receipt_needs_is_said(tmp_path: Path) -> None:
    for options in (
        ("--receipt", tmp_path / "r.json"),
        ("--payload", tmp_path / "f.json", "--store", tmp_path / "p"),
        (*to(tmp_path), "--payload", tmp_path / "r.json"),
    ):
        result = xbyx(*EXPLAIN, *options)
        assert result.exit_code == ExitCode.USAGE
        assert result.stderr.startswith("XR730")
    assert list(tmp_path.iterdir()) == []


def test_a_receipt_that_cannot_be_written_leaves_no_facts_behind(tmp_path: Path) -> None:
    result = xbyx(
        *EXPLAIN,
        *("--receipt", tmp_path / "none" / "r.json", "--store", tmp_path / "policies"),
        *("--payload", tmp_path / "facts.json"),
    )
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR711")
    assert not (tmp_path / "facts.json").exists()


def test_the_same_again_ends_with_0(folder: Path) -> None:
    result = replay(folder)
    assert result.exit_code == ExitCode.FINE
    assert result.stderr == ""
    assert "与回执一致" in result.stdout
    assert "the same as in the receipt" in replay(folder, "--lang", "en").stdout


def test_the_json_is_one_document_with_the_review(folder: Path) -> None:
    data = xbyx_json("replay", folder / "r.json", "--store", folder / "policies")
    assert (data["is_decided"], data["is_same"], data["diagnostics"]) == (True, True, [])
    assert data["semantics"] == SEMANTICS
    assert data["review"]["counts"]["not_met"] == 1


def test_an_altered_fact_ends_with_4_and_is_named(folder: Path) -> None:
    edit(folder / "r.facts.json", '"value":{"number":"999.99"}', '"value":{"number":"1000.99"}')
    result = replay(folder)
    assert result.exit_code == ExitCode.NOT_INTACT
    assert "XR319\n事实“经费”与回执里的承诺值不符" in result.stderr
    assert "XR323\n`funds` 当时的结论是不符合，重新判定是符合" in result.stderr


def test_an_altered_receipt_ends_with_4(folder: Path) -> None:
    edit(folder / "r.json", '"outcome":"not_met"', '"outcome":"met"')
    result = replay(folder, "--lang", "en")
    assert result.exit_code == ExitCode.NOT_INTACT
    assert result.stderr.startswith("XR316\nthe receipt does not fit its own digest")
    assert "`funds` was met and is not met when decided anew" in result.stderr


def test_an_altered_text_of_the_rules_ends_with_4(folder: Path) -> None:
    for file in (folder / "policies" / "texts").iterdir():
        if "经费下限" in file.read_text("utf-8"):
            edit(file, "| 1000 |", "| 900 |")
    result = replay(folder)
    assert result.exit_code == ExitCode.NOT_INTACT
    assert "XR322" in result.stderr
    listed = xbyx("policies", "list", "--store", folder / "policies")
    assert listed.exit_code == ExitCode.NOT_INTACT
    assert "XR322" in listed.stderr


def test_other_semantics_end_with_3(folder: Path) -> None:
    edit(folder / "r.json", f'"semantics":{SEMANTICS}', f'"semantics":{SEMANTICS + 1}')
    result = replay(folder)
    assert result.exit_code == ExitCode.REFUSED
    assert [one for one in result.stderr.splitlines() if one.startswith("XR")] == ["XR315"]


def test_erased_facts_end_with_3(folder: Path) -> None:
    (folder / "r.facts.json").unlink()
    result = replay(folder)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("XR317")
    assert "没有重新判定" in result.stdout


def test_facts_that_were_named_must_be_there(folder: Path) -> None:
    result = replay(folder, "--payload", folder / "none.json")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR711")


def test_rules_that_are_not_in_the_store_end_with_3(folder: Path) -> None:
    result = xbyx("replay", folder / "r.json", "--store", folder / "elsewhere")
    assert result.exit_code == ExitCode.REFUSED
    assert "XR321" in result.stderr
    assert not (folder / "elsewhere").exists()


def test_rules_that_answer_otherwise_end_with_1(folder: Path) -> None:
    rules = altered_rules(folder, "| 经费下限 | 1000 |", "| 经费下限 | 900 |")
    result = replay(folder, "--rules", rules)
    assert result.exit_code == ExitCode.FINDINGS
    assert "参数“经费下限”当时是 1000" in result.stderr
    assert "与回执有 4 处不同" in result.stdout
    assert replay(folder).exit_code == ExitCode.FINE, "by the rules of its time it is the same"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_differs_is_said_line_by_line(folder: Path, lang: str) -> None:
    rules = altered_rules(folder, "| 经费下限 | 1000 |", "| 经费下限 | 900 |")
    edit(folder / "r.facts.json", '"value":true', '"value":false')
    result = replay(folder, "--rules", rules, "--lang", lang)
    assert result.exit_code == ExitCode.NOT_INTACT
    said = re.sub("sha256:[0-9a-f]{64}", "sha256:…", result.stderr)
    check_golden(f"replay.{lang}.txt", said)


def test_rules_that_only_read_otherwise_end_with_0(folder: Path) -> None:
    rules = altered_rules(folder, "经费不低于下限,并单独列支。", "经费应不低于下限,并单独列支。")
    result = replay(folder, "--rules", rules)
    assert result.exit_code == ExitCode.FINE
    assert "XR327（提醒）" in result.stderr
    assert "XR328（提醒）" in result.stderr


def test_the_bundled_rules_of_today_can_be_asked(folder: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    subject = '{"subject": {"entity": "学校", "key": "1"}, "facts": {"专项列支": false}}'
    case.write_text(subject, "utf-8")
    options = ("--receipt", folder / "b.json", "--store", folder / "policies")
    xbyx("explain", "school-based-training", case, "--on", "2025-10-01", *options)
    bundled = xbyx("replay", folder / "b.json", "--store", folder / "policies", "--current")
    assert bundled.exit_code == ExitCode.FINE
    missing = replay(folder, "--current")
    assert missing.exit_code == ExitCode.REFUSED
    assert "`cn/example` 在用来判定的规则里没有" in missing.stderr


@pytest.mark.parametrize("text", ["", "{", '{"format":1,"format":1}', "[" * 100_000, "\ufeff{}"])
def test_a_file_that_is_no_receipt_ends_with_2(folder: Path, text: str) -> None:
    (folder / "r.json").write_text(text, "utf-8")
    result = replay(folder)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR314")
    assert "Traceback" not in result.stderr


def test_a_receipt_in_another_encoding_ends_with_2(folder: Path) -> None:
    (folder / "r.json").write_bytes((folder / "r.json").read_text("utf-8").encode("gb18030"))
    result = replay(folder)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR702")


def test_rules_are_kept_and_listed(tmp_path: Path) -> None:
    store = tmp_path / "policies"
    kept = xbyx_json("policies", "keep", RULES, "--store", store)
    assert set(kept["documents"]) == {"cn/example"}
    assert xbyx_json("policies", "list", "--store", store) == {"snapshots": [kept]}
    shown = xbyx("policies", "list", "--store", store)
    assert shown.exit_code == ExitCode.FINE
    assert kept["hash"] in shown.stdout
    assert "cn/example" in shown.stdout


def test_rules_with_errors_are_not_kept(tmp_path: Path) -> None:
    rules = altered_rules(tmp_path, "经费 >= 经费下限", "经费 >= 没有这个词")
    result = xbyx("policies", "keep", rules, "--store", tmp_path / "policies")
    assert result.exit_code == ExitCode.FINDINGS
    assert not (tmp_path / "policies").exists()


def test_a_store_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = xbyx("policies", "list", "--store", tmp_path / "none")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR711")
