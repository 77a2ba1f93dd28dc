"""What the year gives: every step as it is taken, and how each subject ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from xbyx_rules.deciding import Finding, Subject

__all__ = ["Kind", "Progress", "SubjectResult", "YearOutcome", "YearResult"]

YearOutcome = Literal["done", "blocked", "undetermined"]
Kind = Literal["done", "stopped", "corrected"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Something happened to a subject.

    Args:
        day: when.
        subject: to whom or what.
        kind: an action was done, or stopped; or the school corrected its records.
        action: the flow's action; "" of a correction.
        role: in which somebody acted.
        findings: what stood in the way, of an action that was stopped.
        reviewed: all that was found when the action was tried, allowing or not.
        corrected: the rules on which the school worked, of a correction.
    """

    day: date
    subject: Subject
    kind: Kind
    action: str = ""
    role: str = ""
    findings: tuple[Finding, ...] = ()
    reviewed: tuple[Finding, ...] = ()
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """How the year ended for one subject of a flow.

    Args:
        subject: entity and key.
        school: the school's code.
        name: the school's name.
        outcome: done; blocked, where a rule is not met; or undetermined, where facts are missing.
        state: the state it is in.
        stopped_at: the action that could not be taken, "" when done.
        findings: what stood in its way at the last attempt.
        returned: how often it was returned.
        corrected: the findings on which the school worked.
    """

    subject: Subject
    school: str
    name: str
    outcome: YearOutcome
    state: str
    stopped_at: str
    findings: tuple[Finding, ...]
    returned: int
    corrected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearResult:
    """How the year ended, flow by flow in the order of the year, in each by key.

    Args:
        subjects: what went through a flow.
        schools: code → name of every school, of those too that began nothing.
    """

    subjects: tuple[SubjectResult, ...]
    schools: Mapping[str, str]

    def of(self, entity: str) -> tuple[SubjectResult, ...]:
        """The subjects of one flow, by their entity."""
        return tuple(one for one in self.subjects if one.subject.entity == entity)

    def by_outcome(self, entity: str) -> Mapping[str, int]:
        """Number of one flow's subjects by outcome."""
        return Counter(one.outcome for one in self.of(entity))
