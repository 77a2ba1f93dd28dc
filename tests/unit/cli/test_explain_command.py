"""`xbyx explain`, and the case files it reads."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.command import CASES, RULES, xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.cli.cases import read_case
from xbyx_rules.errors import CaseError
from xbyx_rules.feel.values import Complete, Incomplete
from xbyx_rules.policy import Outcome, load_library

VOCABULARY = load_library(RULES).vocabulary
SCHOOL = CASES / "school.json"
EXPLAIN = ("explain", "cn/example", SCHOOL, "--rules", RULES, "--on", "2025-10-08")


def read(**parts: Any) -> Any:
    data = {"subject": {"entity": "学校", "key": "1"}, **parts}
    return read_case(json.dumps(data, ensure_ascii=False), "case.json", VOCABULARY)


def codes(text: str) -> list[tuple[str, str]]:
    with pytest.raises(CaseError) as caught:
        read_case(text, "case.json", VOCABULARY)
    return [
        (one.code, one.values.get("path") or one.values.get("key", ""))
        for one in caught.value.diagnostics
    ]


def test_a_case_that_something_blocks_is_explained_and_ends_with_1() -> None:
    result = xbyx(*EXPLAIN)
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stderr == ""
    assert "不符合：一-2 经费不低于下限" in result.stdout
    assert "示例〔2025〕1号" in result.stdout
    assert "999.99 元" in result.stdout


def test_it_is_explained_in_english_too() -> None:
    assert "not met: 一-2" in xbyx(*EXPLAIN, "--lang", "en").stdout


def test_a_case_that_nothing_blocks_ends_with_0(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    text = SCHOOL.read_text("utf-8").replace("999.99", '"1000.00"')
    file.write_text(text, "utf-8")
    assert xbyx("explain", "example", file, *EXPLAIN[3:]).exit_code == ExitCode.FINE


def test_the_json_carries_numbers_as_text_and_both_languages() -> None:
    (finding,) = xbyx_json(*EXPLAIN)["findings"]
    assert finding["outcome"]["code"] == "not_met"
    assert {one["name"]: one["value"] for one in finding["facts"]}["经费"] == "999.99"
    assert set(finding["message"]) == {"zh", "en"}


def test_one_clause_can_be_asked_for() -> None:
    result = xbyx(*EXPLAIN, "--clause", "fund")
    assert result.exit_code == ExitCode.USAGE
    assert "XR306" in result.stderr


def test_a_missing_case_file_is_said_without_a_traceback(tmp_path: Path) -> None:
    result = xbyx("explain", "example", tmp_path / "none.json", *EXPLAIN[3:])
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR711")
    assert "Traceback" not in result.stderr


def test_a_case_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_bytes('{\n"对象"'.encode("gb18030"))
    result = xbyx("explain", "example", file, *EXPLAIN[3:])
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith(f"XR702 {file}:2:1")


def test_a_day_that_is_none_is_wrong_usage() -> None:
    assert xbyx(*EXPLAIN[:-1], "2025-02-30").exit_code == ExitCode.USAGE


# The case file


@pytest.mark.parametrize("written", ["0.10", '"0.10"'])
def test_money_never_becomes_a_float(written: str) -> None:
    text = '{"subject": {"entity": "学校", "key": "1"}, "facts": {"经费": ?}}'
    text = text.replace("?", written)
    value = read_case(text, "case.json", VOCABULARY).facts["经费"]
    assert isinstance(value, Decimal)
    assert str(value) == "0.10"


def test_dates_and_texts_are_read_by_the_vocabulary() -> None:
    facts = read(facts={"成立日期": "1998-09-01", "主题": ["甲"], "已列支": None}).facts
    assert facts == {"成立日期": date(1998, 9, 1), "主题": ["甲"], "已列支": None}


def test_a_list_of_records_is_complete_only_where_it_says_so() -> None:
    records = [{"编号": "a-1", "日期": "2025-10-08"}]
    plain = read(facts={"活动": records}).facts["活动"]
    said = read(facts={"活动": {"complete": True, "records": records}}).facts["活动"]
    denied = read(facts={"活动": {"完整": False, "记录": records}}).facts["活动"]
    assert [type(one) for one in (plain, said, denied)] == [Incomplete, Complete, Incomplete]
    assert said == [{"编号": "a-1", "日期": date(2025, 10, 8)}]


def test_chinese_keys_say_the_same() -> None:
    written = {"对象": {"类型": "学校", "编号": "1"}, "事实": {"经费": "1"}}
    text = json.dumps(written, ensure_ascii=False)
    assert read_case(text, "case.json", VOCABULARY) == read(facts={"经费": "1"})


def test_attestations_and_records_for_checks_are_read() -> None:
    attestation = {
        "clause": "fits",
        "outcome": "符合",
        "person": "t-1",
        "role": "审核员",
        "evidence": "doc-1",
        "on": "2025-10-01",
    }
    case = read(attestations=[attestation], records={"活动": [{"编号": "a-1"}]})
    assert case.attestations[0].outcome is Outcome.MET
    assert case.attestations[0].on == date(2025, 10, 1)
    assert case.records == {"活动": [{"编号": "a-1"}]}


WRONG_VALUES: dict[str, Any] = {
    "经费": [True, "1e3", "1_000", "", [], {}],
    "已列支": [1, "true", 0],
    "成立日期": ["19980901", "1998-9-1", 1998, "1998-W36-1", "1998-02-30"],
    "主题": ["甲", {"complete": True, "records": []}, [1]],
    "活动": [{"complete": "yes", "records": []}, {"complete": True}, ["a-1"], "a-1"],
}


@pytest.mark.parametrize(
    ("term", "value"), [(term, one) for term, all_ in WRONG_VALUES.items() for one in all_]
)
def test_a_value_of_another_type_is_refused_with_its_path(term: str, value: Any) -> None:
    with pytest.raises(CaseError) as caught:
        read(facts={term: value})
    assert {one.code for one in caught.value.diagnostics} == {"XR703"}
    assert all(one.values["path"].startswith(f"facts.{term}") for one in caught.value.diagnostics)


def test_every_problem_is_said_at_once() -> None:
    head = '{"subject": {"entity": "学校", "key": "1"}, '
    text = head + '"facts": {"经费": "x", "经非": 1, "已列支": 2}}'
    assert codes(text) == [
        ("XR703", "facts.经费"),
        ("XR704", "facts.经非"),
        ("XR703", "facts.已列支"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", [("XR702", "")]),
        ("[" * 100_000, [("XR702", "")]),
        ('{"facts": {"经费": NaN}}', [("XR702", "")]),
        ("[]", [("XR703", "—")]),
        ("{}", [("XR706", "subject.entity"), ("XR706", "subject.key")]),
        ('{"subject": {"entity": "学校", "key": 1}}', [("XR703", "subject.key")]),
        ('{"subject": {"entity": "学效", "key": "1"}}', [("XR704", "subject.entity")]),
        ('{"subject": {"entity": "学校", "key": "1"}, "fact": {}}', [("XR704", "fact")]),
        ('{"subject": {}, "subject": {}}', [("XR705", "subject")]),
        ('{"subject": {"key": "1", "编号": "2", "entity": "学校"}}', [("XR705", "编号")]),
        (
            '{"subject": {"entity": "学校", "key": "1"}, "records": {"活动们": []}}',
            [("XR704", "records.活动们")],
        ),
        (
            '{"subject": {"entity": "学校", "key": "1"}, "attestations": {}}',
            [("XR703", "attestations")],
        ),
    ],
)
def test_a_file_of_another_form_is_refused(text: str, expected: list[tuple[str, str]]) -> None:
    assert codes(text) == expected


def test_the_place_of_a_json_error_is_given() -> None:
    with pytest.raises(CaseError) as caught:
        read_case('{\n  "subject": }', "case.json", VOCABULARY)
    (found,) = caught.value.diagnostics
    assert str(found.place) == "case.json:2:14"
    assert found.excerpt == '  "subject": }'


def write_shown_case(entity: str, folder: Path) -> Path:
    """The case about an entity that docs/cli.md shows."""
    page = Path(__file__).parents[3] / "docs" / "cli.md"
    shown = re.findall(r"```json\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    (case,) = (one for one in shown if f'"entity": "{entity}"' in one)
    file = folder / "case.json"
    file.write_text(case, "utf-8")
    return file


def test_the_case_file_of_a_teacher_shown_in_the_documentation_runs(tmp_path: Path) -> None:
    file = write_shown_case("周期学分", tmp_path)
    result = xbyx("transcript", "training-credits-2016-2020", file, "--on", "2020-12-31")
    assert result.exit_code == ExitCode.FINDINGS
    assert "暂无法判定 0" in result.stdout
    assert "总学分为 1，应不少于 36" in result.stdout


def test_the_case_file_shown_in_the_documentation_runs(tmp_path: Path) -> None:
    file = write_shown_case("学校", tmp_path)
    found = xbyx_json("explain", "school-based-training", file, "--on", "2025-10-01")
    outcomes = {one["clause"]: one["outcome"]["code"] for one in found["findings"]}
    assert outcomes["funding-floor"] == "not_met"
    assert outcomes["manager"] == "met"
    assert outcomes["group-headed-by-principal"] == "undetermined"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ending", ["txt", "html", "docx"])
def test_the_whole_review_is_written_in_the_format_of_its_files_name(
    tmp_path: Path, ending: str, language: str
) -> None:
    file = tmp_path / "made" / f"review.{ending}"
    result = xbyx(*EXPLAIN, "--out", file, "--lang", language)
    assert result.exit_code == ExitCode.FINDINGS
    assert (result.stdout, str(file) in result.stderr) == ("", True)
    start = {"txt": "学校/".encode(), "html": b"<!doctype html>", "docx": b"PK"}[ending]
    assert file.read_bytes().startswith(start)


def test_the_whole_review_can_be_shown_as_text_or_as_a_page() -> None:
    text = xbyx(*EXPLAIN, "--format", "text").stdout
    assert "须先解决的事项" in text
    assert "规则文本摘要：sha256:" in text
    page = xbyx(*EXPLAIN, "--format", "html", "--lang", "en").stdout
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert page.rstrip().endswith("</html>")


def test_the_format_asked_for_wins_over_the_files_name(tmp_path: Path) -> None:
    file = tmp_path / "review.txt"
    xbyx(*EXPLAIN, "--format", "html", "--out", file)
    assert file.read_text("utf-8").startswith("<!doctype html>")


def test_a_word_document_needs_a_file() -> None:
    result = xbyx(*EXPLAIN, "--format", "docx")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("XR760")


def test_with_json_the_file_is_written_and_stdout_stays_json(tmp_path: Path) -> None:
    file = tmp_path / "review.html"
    assert xbyx_json(*EXPLAIN, "--out", file)["blocked_by"] == ["funds"]
    assert file.exists()


def test_a_clause_may_be_named_by_its_place_in_the_official_text() -> None:
    by_anchor = xbyx_json(*EXPLAIN, "--clause", "funds")
    by_locator = xbyx_json(*EXPLAIN, "--clause", "一-2")
    assert by_locator == by_anchor
    assert [one["clause"] for one in by_locator["findings"]] == ["funds"]
