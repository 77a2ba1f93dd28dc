"""Which document decides a check: the city's, or the one that a district lays over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from xbyx_rules import Complete, ExecutablePolicy
from xbyx_rules.deciding import compile_library
from xbyx_rules.errors import CaseError
from xbyx_rules.policy import Outcome, load_library
from xbyx_rules.policy.library import Written, build_library
from xbyx_rules.reporting import say_supervision, supervision_to_text
from xbyx_rules.supervising import ChosenCheck, select_checks, supervise

ON = date(2026, 3, 2)
ABOVE = "cn/beijing/school-based-training"
SUPERVISION = f"{ABOVE}/supervision"
FLOOR = f"{ABOVE}/110199"
OTHER = f"{ABOVE}/110198"
HEAD = """---
policy: {key}
title: 某区的补充规定
document: 某区〔2025〕1号
division: "{division}"
in-force: {since}..
refines: [{refines}]
status: {status}
---

# 一

"""
SHARE = """## 比例 {{#p}}

| 参数 | 值 | 生效 | 失效 | 核实 |
|---|---|---|---|---|
| 培训经费最低比例 | {value} | 2025-01-01 | | 已核实 |
"""
REPLACED = f"""## 培训经费低于一成 {{#low}}

- 类别: 核查
- 细化: {SUPERVISION}#training-budget-low
- 严重: 高

| 事实 | 记作 | 满足 |
|---|---|---|
| 学校 | s | s.教师培训经费预算 < s.公用经费年度预算总额 * 10% |

> {{s.学校名称}}
"""


def write(
    key: str,
    body: str,
    *,
    since: str = "2025-01-01",
    refines: str = SUPERVISION,
    status: str = "in-force",
) -> str:
    division = key[-6:]
    head = HEAD.format(key=key, division=division, since=since, refines=refines, status=status)
    return head + body


@cache
def bundled() -> dict[str, Written]:
    library = load_library()
    return {key: Written(one.file, one.text) for key, one in library.policies.items()}


def policies(**below: str) -> Mapping[str, ExecutablePolicy]:
    """The bundled documents that supervise funds, and others below them by their last names."""
    kept = ("cn/public-funds-training-floor", "cn/training-funds", ABOVE, SUPERVISION)
    documents = {key: one for key, one in bundled().items() if key in kept}
    for name, text in below.items():
        key = f"{ABOVE}/{name.removeprefix('d')}"
        documents[key] = Written(f"{key}/policy.md", text)
    vocabulary = Written("vocabulary.md", load_library().vocabulary.texts[0])
    library, found = build_library([vocabulary], documents)
    assert library is not None, found
    return compile_library(library)


def school(**facts: Any) -> dict[str, Any]:
    money = {"公用经费年度预算总额": Decimal(1000000), "教师培训经费预算": Decimal(55000)}
    return {"学校": Complete([{"学校标识码": "s", "学校名称": "甲校", **money, **facts}])}


def low(documents: Mapping[str, ExecutablePolicy], on: date = ON, division: str = "110199") -> Any:
    found = supervise(documents, school(), on=on, division=division, evaluator="reference")
    (one,) = [check for check in found.checks if check.anchor in ("training-budget-low", "low")]
    return one


def test_a_districts_share_counts_for_its_schools_and_says_how_strict_it_is() -> None:
    documents = policies(d110199=write(FLOOR, SHARE.format(value="6%")))
    found = low(documents)
    assert (found.policy, found.decided_by, found.rules) == (SUPERVISION, FLOOR, FLOOR)
    assert found.outcome is Outcome.NOT_MET
    assert "60000" in found.hits[0].message["zh"]
    assert [one.status for one in found.finding.strictness] == ["proved"]
    said = supervision_to_text(say_supervision([found], documents), name="甲校", on="2026-03-02")
    assert "已证明不比它宽松" in said
    english = say_supervision([found], documents, "en")
    assert "proved to be" in supervision_to_text(english, "en", name="甲校", on="2026-03-02")


def test_a_doubt_stays_the_same_one_when_a_districts_share_is_issued() -> None:
    facts = school(教师培训经费预算=Decimal(40000))
    runs = [
        supervise(one, facts, on=ON, division="110199", evaluator="reference")
        for one in (policies(), policies(d110199=write(FLOOR, SHARE.format(value="6%"))))
    ]
    assert len({hit.doubt_id for one in runs for hit in one.hits}) == 1


@pytest.mark.parametrize(
    ("division", "outcome"),
    [
        ("110199", Outcome.NOT_MET),
        ("110198", Outcome.MET),
        ("110000", Outcome.MET),
        ("", Outcome.NOT_MET),
    ],
)
def test_a_districts_share_counts_in_no_other_district(division: str, outcome: Outcome) -> None:
    documents = policies(d110199=write(FLOOR, SHARE.format(value="6%")))
    assert low(documents, division=division).outcome is outcome


@pytest.mark.parametrize(
    "text",
    [
        write(FLOOR, SHARE.format(value="6%"), since="2026-03-03"),
        write(FLOOR, SHARE.format(value="6%"), status="draft"),
        write(FLOOR, SHARE.format(value="6%"), refines=ABOVE),
        write(FLOOR, SHARE.format(value="5%").replace("培训经费最低比例", "另外的比例")),
    ],
    ids=["not yet", "a draft", "beside it", "another parameter"],
)
def test_what_does_not_reach_a_check_leaves_it_as_it_is(text: str) -> None:
    found = low(policies(d110199=text))
    assert (found.outcome, found.decided_by, found.finding.strictness) == (Outcome.MET, "", ())


def test_a_replaced_check_is_decided_in_its_new_form_only_and_in_its_district_only() -> None:
    documents = policies(d110199=write(FLOOR, REPLACED))
    found = low(documents)
    assert (found.policy, found.anchor, found.outcome) == (FLOOR, "low", Outcome.NOT_MET)
    assert found.finding.strictness
    assert low(documents, division="110198").anchor == "training-budget-low"


def test_the_lowest_of_documents_that_refine_each_other_decides() -> None:
    lowest = f"{FLOOR}/x"
    text = write(FLOOR, SHARE.format(value="6%"))
    share = SHARE.format(value="7%").replace("#p", "#q")
    below = write(FLOOR, share, refines=FLOOR).replace(FLOOR, lowest, 1)
    documents = policies(d110199=text, **{"110199/x": below})
    assert low(documents).decided_by == lowest


def test_a_document_that_only_inherits_the_districts_share_does_not_decide() -> None:
    below = [
        write(FLOOR, "说明。\n", refines=FLOOR).replace(FLOOR, f"{FLOOR}/{name}", 1)
        for name in "xy"
    ]
    documents = policies(
        d110199=write(FLOOR, SHARE.format(value="6%")),
        **{"110199/x": below[0], "110199/y": below[1]},
    )
    assert low(documents).decided_by == FLOOR


def test_two_documents_of_which_neither_refines_the_other_are_refused() -> None:
    documents = policies(
        d110199=write(FLOOR, SHARE.format(value="6%")), d110198=write(OTHER, REPLACED)
    )
    with pytest.raises(CaseError) as caught:
        low(documents, division="")
    assert [one.code for one in caught.value.diagnostics] == ["XR882"]
    assert low(documents, division="110198").policy == OTHER


def test_checks_of_another_province_are_not_put_to_a_school() -> None:
    documents = policies()
    assert select_checks(documents, school(), on=ON, division="310101") == ()
    chosen = ChosenCheck(SUPERVISION, "training-budget-low", SUPERVISION)
    assert chosen in select_checks(documents, school(), on=ON, division="110101")
