"""Single pages in a real browser: a school's whole review, and a document with its coverage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.browser import AXE, CHROMIUM, find_faults, measure
from tests.unit.cli.command import RULES, xbyx
from xbyx_rules.cli import ExitCode

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: make browser"),
    pytest.mark.skipif(AXE is None, reason="no axe-core here: make browser"),
]

SCHOOL: dict[str, Any] = {
    "subject": {"entity": "学校", "key": "9900000001"},
    "facts": {
        "学校名称": "示例小学（合成）",
        "校长": "p1",
        "领导小组": {"已成立": True, "组长": "p2"},
        "公用经费年度预算总额": 1390000,
        "教师培训经费预算": "68110.00",
        "专项列支": True,
        "研修文件": {"complete": True, "records": [{"种类": "规划"}]},
    },
}


def write_review(folder: Path, language: str) -> Path:
    case, page = folder / "school.json", folder / "review.html"
    case.write_text(json.dumps(SCHOOL, ensure_ascii=False), "utf-8")
    arguments = ("school-based-training", case, "--on", "2025-10-01", "--out", page)
    result = xbyx("explain", *arguments, "--lang", language)
    assert result.exit_code == ExitCode.FINDINGS
    return page


def write_coverage(folder: Path, language: str) -> Path:
    page = folder / "coverage.html"
    assert xbyx("check", RULES, "--html", page, "--lang", language).exit_code == ExitCode.FINE
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("write", [write_review, write_coverage])
def test_a_page_is_accessible_and_fits_a_telephone(
    write: Any, language: str, tmp_path: Path
) -> None:
    page = write(tmp_path, language)
    assert find_faults(page, tmp_path / "profile") == []
    measured = measure(page, tmp_path / "profile", width=500)
    assert measured["overflow"] <= 0
    assert measured["smallest"] >= 16
