"""`xbyx statistics`: a district's figures on the screen and as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.command import xbyx, xbyx_json

OUTCOME = "cn/beijing/school-based-training/outcome-statistics"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """One teacher in one school, whom every figure would tell of."""
    teacher = {"教师": "t1", "学校": "甲校", "在岗": True, "是新任教师": True, "上岗培训学时": 10}
    credit = {
        "教师": "t1",
        "学年": "2024-2025",
        "申报学分": 1,
        "审定学分": 2,
        "审定日期": "2025-07-01",
    }
    data = {
        "subject": {"entity": "研修统计", "key": "演示区"},
        "facts": {
            "统计学年": "2024-2025",
            "统计首日": "2024-09-01",
            "统计末日": "2025-08-31",
            "统计教师": {"complete": True, "records": [teacher]},
            "学分审核": {"complete": True, "records": [credit]},
        },
    }
    file = tmp_path / "district.json"
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return file


def figures(case: Path) -> dict[str, Any]:
    found = xbyx_json("statistics", OUTCOME, case, "--on", "2025-09-01")
    (document,) = found["documents"]
    return {one["clause"]: one for one in document["findings"]}


def test_no_figure_tells_of_the_only_teacher(case: Path) -> None:
    found = figures(case)
    for clause in ("teachers", "new-teachers", "induction-rate", "credits-cut", "credits-proposed"):
        assert (found[clause]["is_withheld"], found[clause]["value"]) == (True, {"unknown": True})


@pytest.mark.parametrize("command", ["statistics", "transcript", "explain"])
@pytest.mark.parametrize("ending", ["txt", "html"])
def test_no_paper_names_the_teacher(case: Path, tmp_path: Path, command: str, ending: str) -> None:
    out = tmp_path / f"paper.{ending}"
    only = ("--clause", "induction-rate") if command == "explain" else ()
    result = xbyx(command, OUTCOME, case, "--on", "2025-09-01", *only, "--out", out)
    assert result.exit_code == 0, result.stderr
    text = out.read_text(encoding="utf-8")
    assert "未公开" in text
    assert "t1" not in text


def test_a_document_above_gives_the_figures_of_all_below(case: Path) -> None:
    above = OUTCOME.rpartition("/")[0]
    found = xbyx_json("statistics", above, case, "--on", "2025-09-01")
    assert len(found["documents"]) == 3


def test_a_word_document_is_written(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "paper.docx"
    result = xbyx("statistics", OUTCOME, case, "--on", "2025-09-01", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert out.read_bytes()[:2] == b"PK"


def test_a_word_document_does_not_go_to_the_screen(case: Path) -> None:
    result = xbyx("statistics", OUTCOME, case, "--on", "2025-09-01", "--format", "docx")
    assert (result.exit_code, "XR760" in result.stderr) == (2, True)


def test_a_document_without_figures_is_said_to_be_none(case: Path) -> None:
    result = xbyx("statistics", "cn/training-hours", case, "--on", "2025-09-01")
    assert (result.exit_code, "XR701" in result.stderr) == (2, True)
