"""Counts over a demonstrated year, for the terminal's tables and for the report's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xbyx_rules.deciding import Finding

from .demonstration import PlanOutcome, Step

__all__ = [
    "OUTCOMES",
    "ActionCount",
    "ClauseCount",
    "count_actions",
    "count_clauses",
    "count_plans",
]

OUTCOMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "filed": ("✓", "已备案", "filed"),
    "blocked": ("✗", "不符合", "not met"),
    "undetermined": ("？", "暂无法判定", "undetermined"),
}
"""How a plan ended: mark, Chinese and English."""


@dataclass(frozen=True, slots=True)
class ActionCount:
    """How often an action was taken, and how often something stood in its way."""

    action: str
    done: int
    stopped: int


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """A clause that stopped plans: how often, how many of them, and how many it still stops."""

    finding: Finding
    times: int
    plans: int
    still: int


def count_plans(plans: Iterable[PlanOutcome]) -> dict[str, int]:
    """The number of plans by outcome, in the order of `OUTCOMES`."""
    counts = Counter(one.outcome for one in plans)
    return {key: counts[key] for key in OUTCOMES}


def count_actions(steps: Sequence[Step]) -> tuple[ActionCount, ...]:
    """Each action with its counts, in the order in which actions first occurred."""
    done = Counter(one.action for one in steps if one.is_done)
    stopped = Counter(one.action for one in steps if not one.is_done)
    actions = dict.fromkeys(one.action for one in steps)
    return tuple(ActionCount(one, done[one], stopped[one]) for one in actions)


def count_clauses(steps: Sequence[Step], plans: Iterable[PlanOutcome]) -> tuple[ClauseCount, ...]:
    """The clauses that stopped plans, the most frequent first."""
    times: Counter[str] = Counter()
    stopped: dict[str, set[str]] = {}
    first: dict[str, Finding] = {}
    for step in steps:
        for finding in () if step.is_done else step.findings:
            times[finding.clause] += 1
            stopped.setdefault(finding.clause, set()).add(step.plan)
            first.setdefault(finding.clause, finding)
    still = Counter(finding.clause for plan in plans for finding in plan.findings)
    return tuple(
        ClauseCount(first[clause], count, len(stopped[clause]), still[clause])
        for clause, count in times.most_common()
    )
