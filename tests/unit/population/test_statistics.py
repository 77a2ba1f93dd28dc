"""Statistics of a district: what tells of few persons is withheld, wherever it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from tests.unit.population.district import district
from xbyx_rules import Case, Complete, ExecutablePolicy, decide, explain_review, load_policies
from xbyx_rules.deciding import compile_library, explain, review_to_json
from xbyx_rules.errors import Language
from xbyx_rules.policy import Outcome, load_library
from xbyx_rules.policy.library import Written, build_library
from xbyx_rules.population import decide_statistics, protect_review, select_statistics
from xbyx_rules.reporting import (
    decide_statement,
    render_statistics,
    statement_to_text,
    statistics_to_text,
)

ON = date(2025, 9, 1)
ABOVE = "cn/beijing/school-based-training"
OUTCOME = f"{ABOVE}/outcome-statistics"
LARGE = {"甲校": 20, "乙校": 15}


@cache
def policy() -> ExecutablePolicy:
    return load_policies()[OUTCOME]


def values(case: Case, *clauses: str) -> list[Any]:
    """What is shown of some figures: a number as text, or None where it is withheld."""
    review = protect_review(policy(), case, decide(policy(), case, on=ON, only=clauses))
    found = (review[one] for one in clauses)
    return [None if one.is_withheld else str(one.value) for one in found]


@pytest.mark.parametrize(
    ("new", "done", "shown"),
    [
        (4, 4, [None, None, None]),
        (5, 5, ["5", "5", "1"]),
        (10, 5, ["10", "5", "0.5"]),
        (10, 4, ["10", None, None]),
        (10, 6, ["10", None, None]),
        (10, 0, ["10", None, None]),
    ],
)
def test_few_and_all_but_few_are_withheld_with_their_share(
    new: int, done: int, shown: list[str | None]
) -> None:
    case = district({"甲校": 40}, new=new, done=done)
    assert values(case, "new-teachers", "new-teachers-done", "induction-rate") == shown


def test_a_figure_shown_is_the_one_decided() -> None:
    case = district(LARGE, present=25)
    assert values(case, "teachers", "teachers-taking-part", "hours") == ["35", "25", "50"]
    assert values(case, "participation-rate", "hours-per-teacher") == ["0.7143", "1.43"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [1, 12])
def test_no_explanation_names_a_person(size: int, language: Language) -> None:
    case = district({"甲校": size}, new=size, done=1)
    own = [one.id for one in policy().policy.clauses if one.property("对象") == "研修统计"]
    review = protect_review(policy(), case, decide(policy(), case, on=ON, only=own))
    said = [explain(one, language) for one in review]
    said += [explain_review(review, language)]
    said += [json.dumps(review_to_json(review), ensure_ascii=False)]
    said += [statement_to_text(decide_statement(policy(), case, on=ON), language)]
    assert not re.search(r"\bt\d+\b", "\n".join(said))


def test_one_teacher_in_a_district_is_told_by_nothing() -> None:
    review = decide(policy(), case := district({"甲校": 1}, new=1), on=ON, only=["induction-rate"])
    assert str(review["induction-rate"].value) == "0"
    found = protect_review(policy(), case, review)["induction-rate"]
    assert (found.is_withheld, found.facts, found.derivations) == (True, (), ())
    assert "未公开" in explain(found)
    assert "not published" in explain(found, "en")


def test_a_missing_fact_is_told_as_such() -> None:
    case = district(LARGE)
    case = replace(case, facts={**case.facts, "参加记录": None})
    clauses = ["participation-rate"]
    review = protect_review(policy(), case, decide(policy(), case, on=ON, only=clauses))
    found = review["participation-rate"]
    assert (found.outcome, found.is_withheld) == (Outcome.UNDETERMINED, False)
    assert [one.name for one in found.missing]


def test_a_share_of_what_nobody_reported_is_not_called_small() -> None:
    clauses = ["credits-on-time"]
    review = decide(policy(), case := district(LARGE), on=ON, only=clauses)
    found = protect_review(policy(), case, review)["credits-on-time"]
    assert (found.outcome, found.is_withheld) == (Outcome.UNDETERMINED, False)


def test_a_document_without_persons_is_left_as_it_is() -> None:
    other = load_policies()[f"{ABOVE}/statistics"]
    review = decide(other, case := district(LARGE), on=ON, only=["schools"])
    assert protect_review(other, case, review) is review


def test_a_total_left_out_by_school_is_withheld_for_the_district() -> None:
    # That everybody took part would say so of the two in 丙校.
    case = district({"甲校": 20, "乙校": 15, "丙校": 2})
    [stated] = decide_statistics([policy()], case, on=ON).documents
    columns = {one.clause: one for table in stated.breakdowns for one in table.columns}
    assert columns["teachers"].total == 37
    assert columns["teachers-taking-part"].total is None
    assert stated.review["teachers-taking-part"].is_withheld
    assert values(case, "teachers", "teachers-taking-part", "participation-rate") == [
        "37",
        None,
        None,
    ]


def test_a_table_by_school_leaves_out_the_small_and_what_hides_it() -> None:
    case = district({"丁校": 2, "丙校": 9, "乙校": 12, "甲校": 30})
    [stated] = decide_statistics([policy()], case, on=ON).documents
    table = next(one for one in stated.breakdowns if one.columns[0].clause == "teachers")
    shown = dict(zip(table.units, table.columns[0].values, strict=True))
    # By the order of their keys the first school that isn't small hides it.
    assert shown == {"丁校": None, "丙校": None, "乙校": 12, "甲校": 30}


def test_a_teacher_in_two_schools_makes_no_table() -> None:
    case = district(LARGE)
    twice = [*case.facts["统计教师"], {**case.facts["统计教师"][0], "学校": "乙校"}]
    case = replace(case, facts={**case.facts, "统计教师": Complete(twice)})
    [stated] = decide_statistics([policy()], case, on=ON).documents
    assert stated.breakdowns == ()
    assert stated.review["teachers"].value == 35


@pytest.mark.parametrize(("language", "word"), [("zh", "未公开"), ("en", "not published")])
def test_the_papers_say_what_is_not_published(language: Language, word: str) -> None:
    chosen = select_statistics(load_policies(), ABOVE, "研修统计")
    assert [one.policy.id.rpartition("/")[2] for one in chosen] == [
        "activity-statistics",
        "outcome-statistics",
        "statistics",
    ]
    found = decide_statistics(chosen, district({**LARGE, "丙校": 3}, new=1), on=ON)
    for paper in (statistics_to_text(found, language), render_statistics(found, language)):
        assert word in paper
        assert not re.search(r"\bt\d+\b", paper)


SHARE = f"""---
policy: {ABOVE}/share
title: 区的比例
document: 试
in-force: 2025-01-01..
refines: [{ABOVE}/statistics, {OUTCOME}]
status: in-force
---

# 一

## 比例 {{#share}}

| 参数 | 值 | 生效 | 失效 | 核实 |
|---|---|---|---|---|
| 培训经费最低比例 | 6% | 2025-01-01 | | 已核实 |
"""


@cache
def with_share() -> Mapping[str, ExecutablePolicy]:
    library = load_library()
    documents = {key: Written(one.file, one.text) for key, one in library.policies.items()}
    documents[f"{ABOVE}/share"] = Written("share.md", SHARE)
    vocabulary = Written("v", library.vocabulary.texts[0])
    laid, found = build_library([vocabulary], documents)
    assert laid is not None, found
    return compile_library(laid)


def test_a_document_laid_over_others_is_stated_only_where_it_is_asked_for() -> None:
    documents = with_share()
    names = [one.policy.id for one in select_statistics(documents, ABOVE, "研修统计")]
    assert f"{ABOVE}/share" not in names
    (chosen,) = select_statistics(documents, f"{ABOVE}/share", "研修统计")
    found = decide_statistics([chosen], district({**LARGE, "丙校": 3}, new=1), on=ON)
    text = statistics_to_text(found)
    assert "培训经费达标学校数" in text
    assert "已证明不比它宽松" in text
    # What the documents above keep back is kept back here.
    own = decide_statistics(
        [documents[OUTCOME]], district({**LARGE, "丙校": 3}, new=1), on=ON
    ).documents[0]
    withheld = {one.clause for one in own.review if one.is_withheld}
    assert withheld
    assert withheld <= {one.clause for one in found.documents[0].review if one.is_withheld}
