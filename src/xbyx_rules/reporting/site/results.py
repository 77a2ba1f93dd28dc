"""The finished results that a site is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Finding, Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting import Verification
from xbyx_rules.lifecycle import TimelineEntry

__all__ = ["SiteResults", "Step", "SubjectOutcome", "Year"]


class SubjectOutcome(Protocol):
    """How the year ended for one subject of a flow, as the platform's driver reports it."""

    subject: Subject
    school: str
    name: str
    outcome: str
    state: str
    stopped_at: str
    findings: tuple[Finding, ...]
    returned: int
    corrected: tuple[str, ...]


class Step(Protocol):
    """What happened during the year: an action done or stopped, or records corrected."""

    day: date
    subject: Subject
    kind: str
    action: str
    role: str
    findings: tuple[Finding, ...]
    reviewed: tuple[Finding, ...]
    corrected: tuple[str, ...]


class Year(Protocol):
    """The year's result."""

    @property
    def subjects(self) -> Sequence[SubjectOutcome]:
        """What went through a flow: flow by flow in the order of the year, in each by key."""

    @property
    def schools(self) -> Mapping[str, str]:
        """Code → name of every school."""


@dataclass(frozen=True, slots=True)
class SiteResults:
    """Everything a site says.

    Args:
        title: whose results they are, such as the platform's name.
        notice: what stands at the head of every page (that the data are synthetic); "" for none.
        redo: the command that gives the same again; "" for none.
        policy: the document that the flows are in.
        flows: the flows, in the order of the year; each names its entity (`subject`).
        examples: how many examples the documents have.
        year: how the year ended.
        steps: everything that was tried, in order.
        timelines: the steps on record of every subject.
        verification: of the ledger.
        tampered: what verifying a copy shows in which one step was altered; empty for none made.
    """

    title: str
    notice: str
    redo: str
    policy: ExecutablePolicy
    flows: tuple[CheckedLifecycle, ...]
    examples: int
    year: Year
    steps: tuple[Step, ...]
    timelines: Mapping[Subject, tuple[TimelineEntry, ...]]
    verification: Verification
    tampered: tuple[Diagnostic, ...] = ()
