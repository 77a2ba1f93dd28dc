"""A report on supervision says what was found; a platform's text can't pass for a line of it."""

from __future__ import annotations

from datetime import date

import pytest

from xbyx_rules import Complete, load_policies
from xbyx_rules.errors import Language
from xbyx_rules.reporting import say_supervision, supervision_to_text
from xbyx_rules.supervising import supervise


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_line_break_in_a_name_or_a_key_makes_no_line_of_the_report(language: Language) -> None:
    def count_lines(between: str) -> int:
        activity = {"活动编号": f"a{between}2. 伪造", "名称": f"甲{between}乙", "学校": "s1"}
        known = {**activity, "日期": date(2025, 3, 1), "已评价": False}
        policies, on = load_policies(), date(2025, 8, 1)
        records = {"研修活动": Complete([known])}
        found = supervise(policies, records, on=on, evaluator="reference").checks
        said = say_supervision(found, policies, language)
        name = f"甲校{between}1. 伪造"
        return len(supervision_to_text(said, language, name=name, on="2025-08-01").splitlines())

    assert count_lines("\n") == count_lines("\u2028") == count_lines("-")
