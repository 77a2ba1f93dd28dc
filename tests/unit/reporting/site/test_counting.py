"""Counts over a year: what is done, stopped and not begun."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from xbyx_rules.deciding import Finding, Subject
from xbyx_rules.policy import Force, Outcome
from xbyx_rules.reporting.site import count_actions, count_clauses, count_outcomes
from xbyx_rules.reporting.site.counting import OUTCOMES, count_states, mark_ending

PLAN, SCHEME = "年度计划", "实施方案"


def finding(clause: str) -> Finding:
    return Finding(
        clause=clause,
        locator="",
        title=clause,
        policy="cn/example",
        policy_hash="",
        force=Force.SHALL,
        is_blocking=True,
        outcome=Outcome.NOT_MET,
    )


def ended(entity: str, key: str, outcome: str, state: str, *clauses: str) -> Any:
    found = tuple(finding(one) for one in clauses)
    return SimpleNamespace(
        subject=Subject(entity, key), school=key, outcome=outcome, state=state, findings=found
    )


def step(entity: str, key: str, kind: str, action: str, *clauses: str) -> Any:
    return SimpleNamespace(
        day=date(2024, 9, 9),
        subject=Subject(entity, key),
        kind=kind,
        action=action,
        findings=tuple(finding(one) for one in clauses),
    )


YEAR: Any = SimpleNamespace(
    schools={"1": "甲", "2": "乙", "3": "丙"},
    subjects=[
        ended(PLAN, "1", "done", "已备案"),
        ended(PLAN, "2", "blocked", "草稿", "themes"),
        ended(SCHEME, "1", "done", "已备案"),
    ],
)
STEPS = [
    step(PLAN, "1", "stopped", "提交", "themes", "documents"),
    step(PLAN, "1", "corrected", ""),
    step(PLAN, "1", "done", "提交"),
    step(PLAN, "2", "stopped", "提交", "themes"),
    step(PLAN, "2", "stopped", "提交", "themes"),
    step(SCHEME, "1", "done", "提交"),
]


def test_a_school_without_a_subject_in_a_flow_has_not_begun_it() -> None:
    assert count_outcomes(YEAR, PLAN) == {
        "done": 1,
        "blocked": 1,
        "undetermined": 0,
        "not_begun": 1,
    }
    assert count_outcomes(YEAR, SCHEME)["not_begun"] == 2


def test_states_are_counted_flow_by_flow() -> None:
    assert count_states(YEAR, PLAN) == {"已备案": 1, "草稿": 1}


def test_actions_of_the_same_name_in_two_flows_are_two() -> None:
    assert [(one.entity, one.action, one.done, one.stopped) for one in count_actions(STEPS)] == [
        (PLAN, "提交", 1, 3),
        (SCHEME, "提交", 1, 0),
    ]


def test_a_clause_is_counted_by_times_by_subjects_and_by_what_is_left() -> None:
    counts = count_clauses(STEPS, YEAR.subjects)
    assert [(one.finding.clause, one.times, one.subjects, one.still) for one in counts] == [
        ("themes", 3, 2, 1),
        ("documents", 1, 1, 0),
    ]


def test_every_ending_has_a_sign_and_a_word_of_its_own() -> None:
    marks = [mark_ending(one) for one in OUTCOMES]
    assert len({one.sign for one in marks}) == len({one.word for one in marks}) == len(marks)
