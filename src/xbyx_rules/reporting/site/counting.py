"""Counts over a year, for a terminal's tables and for the pages'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xbyx_rules.deciding import Finding, Mark, Subject

from .results import Step, SubjectOutcome, Year

__all__ = [
    "OUTCOMES",
    "ActionCount",
    "ClauseCount",
    "count_actions",
    "count_clauses",
    "count_outcomes",
    "count_states",
    "mark_ending",
]

OUTCOMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "done": ("✓", "办结", "done"),
    "blocked": ("✗", "不符合", "not met"),
    "undetermined": ("？", "暂无法判定", "undetermined"),
    "not_begun": ("○", "未开始", "not begun"),
}
"""How a flow ended at a school: sign, Chinese and English."""

_CLASSES: Final = {"done": "met", "blocked": "not_met", "not_begun": "soft"}


@dataclass(frozen=True, slots=True)
class ActionCount:
    """How often an action of a flow was taken, and how often something stood in its way."""

    entity: str
    action: str
    done: int
    stopped: int


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """A clause that stopped subjects: how often, how many of them, and how many it still stops."""

    finding: Finding
    times: int
    subjects: int
    still: int


def count_outcomes(year: Year, entity: str) -> dict[str, int]:
    """The number of schools by how one flow ended there, in the order of `OUTCOMES`."""
    counts = Counter(one.outcome for one in year.subjects if one.subject.entity == entity)
    counts["not_begun"] = len(year.schools) - sum(counts.values())
    return {key: counts[key] for key in OUTCOMES}


def count_actions(steps: Sequence[Step]) -> tuple[ActionCount, ...]:
    """Each flow's actions with their counts, in the order in which they first occurred."""
    counts = Counter((one.subject.entity, one.action, one.kind) for one in steps if one.action)
    actions = dict.fromkeys((one.subject.entity, one.action) for one in steps if one.action)
    return tuple(
        ActionCount(
            entity, action, counts[entity, action, "done"], counts[entity, action, "stopped"]
        )
        for entity, action in actions
    )


def count_clauses(
    steps: Sequence[Step], subjects: Iterable[SubjectOutcome]
) -> tuple[ClauseCount, ...]:
    """The clauses that stopped something, the most frequent first."""
    times: Counter[str] = Counter()
    stopped: dict[str, set[Subject]] = {}
    first: dict[str, Finding] = {}
    for step in steps:
        for finding in step.findings if step.kind == "stopped" else ():
            times[finding.clause] += 1
            stopped.setdefault(finding.clause, set()).add(step.subject)
            first.setdefault(finding.clause, finding)
    still = Counter(finding.clause for one in subjects for finding in one.findings)
    return tuple(
        ClauseCount(first[clause], count, len(stopped[clause]), still[clause])
        for clause, count in times.most_common()
    )


def count_states(year: Year, entity: str) -> dict[str, int]:
    """The number of one flow's subjects by the state they are in."""
    return dict(Counter(one.state for one in year.subjects if one.subject.entity == entity))


def mark_ending(outcome: str) -> Mark:
    """How a flow ended, as a mark of a page.

    Example:
        >>> mark_ending("done")
        Mark(key='met', sign='✓', word='办结')
    """
    sign, word, _ = OUTCOMES[outcome]
    return Mark(_CLASSES.get(outcome, outcome), sign, word)
