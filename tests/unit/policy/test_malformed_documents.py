"""Malformed documents as data: each case names the problems with their lines and columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import read_clause_list, read_policy, read_vocabulary

CASES = Path(__file__).parents[2] / "cases" / "policy"
FRONT = """\
---
policy: cn/example
title: 示例
document: 示例〔2022〕1号
in-force: 2022-01-01..
status: draft
---
"""
BODIES = ("text", "headings", "properties", "tables")


def cases_of(*names: str) -> list[Any]:
    found = []
    for name in names:
        cases = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
        found += [pytest.param(case, id=f"{name}: {case['name']}") for case in cases]
    return found


def as_written(found: tuple[Diagnostic, ...], lines_before: int = 0) -> list[str]:
    places = [one.place for one in found]
    return [
        f"{one.code} {place.line - lines_before}:{place.column}"
        for one, place in zip(found, places, strict=True)
        if place
    ]


def assert_shown(found: tuple[Diagnostic, ...], text: str) -> None:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for one in found:
        assert all((one.render("zh"), one.render("en"), one.help("zh"), one.help("en")))
        assert one.place is not None
        assert one.excerpt == lines[one.place.line - 1]
        assert one.place.column + one.place.length - 1 <= max(1, len(one.excerpt) + 1)


@pytest.mark.parametrize("case", cases_of("front_matter"))
def test_each_problem_of_a_front_matter_is_placed(case: dict[str, Any]) -> None:
    policy, found = read_policy(case["text"], "policy.md")
    assert as_written(found) == case["found"]
    assert (policy is None) == bool(found)
    assert_shown(found, case["text"])


@pytest.mark.parametrize("case", cases_of(*BODIES))
def test_each_problem_of_a_body_is_placed(case: dict[str, Any]) -> None:
    text = FRONT + case["text"]
    policy, found = read_policy(text, "policy.md")
    assert as_written(found, FRONT.count("\n")) == case["found"]
    assert (policy is None) == bool(found)
    assert_shown(found, text)


@pytest.mark.parametrize("case", cases_of("clause_lists"))
def test_each_problem_of_a_list_of_clauses_is_placed(case: dict[str, Any]) -> None:
    clauses, found = read_clause_list(case["text"], "clauses.md")
    assert as_written(found) == case["found"]
    assert (clauses is None) == bool(found)
    assert_shown(found, case["text"])


@pytest.mark.parametrize("case", cases_of("vocabulary"))
def test_each_problem_of_a_vocabulary_is_placed(case: dict[str, Any]) -> None:
    vocabulary, found = read_vocabulary(case["text"], "vocabulary.md")
    assert as_written(found) == case["found"]
    assert (vocabulary is None) == bool(found)
    assert_shown(found, case["text"])
