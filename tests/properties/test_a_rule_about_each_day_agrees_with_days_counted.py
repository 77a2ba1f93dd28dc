"""Governance looks at the days on which something changed; the law counts every day instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbyx_rules import Case, Complete, Subject, decide, load_policies
from xbyx_rules.policy import Outcome

GOVERNANCE = load_policies()["cn/beijing/school-based-training/governance"]
FOUNDED, NEVER = date(2024, 9, 1), date(9999, 12, 31)
LENGTH = 10
DAYS = [FOUNDED + timedelta(number) for number in range(LENGTH)]
PERSONS = ("p1", "p2", "p3")


@dataclass(frozen=True)
class Term:
    person: str
    post: str
    first: date
    last: date


@dataclass(frozen=True)
class Succession:
    offices: tuple[Term, ...]
    groups: tuple[Term, ...]


def _shift(term: Term, first: int, last: int) -> Term:
    end = term.last if term.last == NEVER else term.last + timedelta(last)
    return replace(term, first=term.first + timedelta(first), last=end)


@st.composite
def successions(draw: st.DrawFn, office: str, post: str) -> Succession:
    """Offices handed over from day to day and a group that follows; then a few days put off.

    WHY so: terms drawn at random hardly ever meet, and a rule about every day is never met.
    """
    cuts = sorted(draw(st.sets(st.integers(1, LENGTH - 1), max_size=2)))
    starts = [FOUNDED - timedelta(3), *(FOUNDED + timedelta(cut) for cut in cuts)]
    ends = [*(start - timedelta(1) for start in starts[1:]), NEVER]
    held = [
        Term(person, office, first, last)
        for person, first, last in zip(PERSONS, starts, ends, strict=False)
    ]
    off = st.sampled_from((0, 0, 0, 0, -1, 1))
    offices = [_shift(one, draw(off), draw(off)) for one in held]
    groups = [
        _shift(replace(one, post=post, first=max(one.first, FOUNDED)), draw(off), draw(off))
        for one in held
    ]
    return Succession(tuple(draw(st.permutations(offices))), tuple(draw(st.permutations(groups))))


def _holders(held: tuple[Term, ...], day: date) -> set[str]:
    return {one.person for one in held if one.first <= day <= one.last}


def _head(found: Succession, day: date) -> bool:
    heads = _holders(found.groups, day)
    return bool(heads) and heads <= _holders(found.offices, day)


def _principal(found: Succession, day: date) -> bool:
    return bool(_holders(found.offices, day))


def _deputy(found: Succession, day: date) -> bool:
    return bool(_holders(found.groups, day) & _holders(found.offices, day))


def outcome(rule: str, found: Succession) -> Outcome:
    facts = {
        "领导小组": {"成立日期": FOUNDED},
        "任职": Complete([{**_facts(one, "职务"), "分管教育教学": True} for one in found.offices]),
        "小组任职": Complete([_facts(one, "小组职务") for one in found.groups]),
    }
    case = Case(Subject("学校", "1"), facts)
    return decide(GOVERNANCE, case, on=DAYS[-1], only=[rule])[rule].outcome


def _facts(one: Term, post: str) -> dict[str, Any]:
    return {"人员": one.person, post: one.post, "起始日期": one.first, "终止日期": one.last}


LAWS = [
    ("head-each-day", "校长", "组长", _head),
    ("principal-each-day", "校长", "组长", _principal),
    ("deputy-each-day", "副校长", "主抓人", _deputy),
    ("deputy-each-day", "主任", "主抓人", _deputy),
]


@pytest.mark.parametrize(("rule", "office", "post", "is_kept"), LAWS)
@given(data=st.data())
def test_a_rule_about_each_day_agrees_with_days_counted(
    rule: str,
    office: str,
    post: str,
    is_kept: Callable[[Succession, date], bool],
    data: st.DataObject,
) -> None:
    found = data.draw(successions(office, post))
    is_met = all(is_kept(found, day) for day in DAYS)
    assert outcome(rule, found) is (Outcome.MET if is_met else Outcome.NOT_MET)


@pytest.mark.parametrize(("rule", "office", "post", "is_kept"), LAWS)
def test_a_hand_over_from_one_day_to_the_next_keeps_every_rule(
    rule: str, office: str, post: str, is_kept: Callable[[Succession, date], bool]
) -> None:
    """The law above would hold for a rule that is never met."""
    first, second = DAYS[3], DAYS[4]
    offices = (Term("p1", office, FOUNDED, first), Term("p2", office, second, NEVER))
    found = Succession(offices, tuple(replace(one, post=post) for one in offices))
    assert all(is_kept(found, day) for day in DAYS)
    assert outcome(rule, found) is Outcome.MET
