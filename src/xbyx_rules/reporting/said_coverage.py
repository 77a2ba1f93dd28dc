"""Coverage in words: each heading with its rule, its examples and what altering it has shown.

The terminal's table, ``--json`` and the page all speak from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xbyx_rules.checking import RULES, CheckedPolicy, count_examples
from xbyx_rules.deciding import Mark, mark_outcome
from xbyx_rules.errors import Language
from xbyx_rules.policy import Clause
from xbyx_rules.testing import ClauseMutation, CoverageReport

from .said_rules import say_rule

__all__ = ["BoundaryState", "SaidCount", "SaidHeading", "say_heading"]

BoundaryState = Literal["shown", "lacking", "none", "unknown"]
"""Whether each bound of a rule has an example on it; ``none`` bounds it has, or it isn't known."""


@dataclass(frozen=True, slots=True)
class SaidCount:
    """How many examples expect one outcome."""

    mark: Mark
    count: int


@dataclass(frozen=True, slots=True)
class SaidHeading:
    """One heading in words.

    Args:
        clause: as read.
        kind: its kind.
        rule: what it says, in one line.
        examples: by what they expect; a value counts as ``computed``.
        failed: how many of them give something else.
        lacking: outcomes that a requirement's or a check's examples should show and don't.
        boundary: whether each bound has an example exactly on it, as far as altering has shown.
        mutation: the figures of altering it; None where nothing was altered.
        is_decided: whether it can give an answer at all: not a draft, not unverified.
    """

    clause: Clause
    kind: str
    rule: str
    examples: tuple[SaidCount, ...]
    failed: int
    lacking: tuple[Mark, ...]
    boundary: BoundaryState
    mutation: ClauseMutation | None
    is_decided: bool

    @property
    def is_rule(self) -> bool:
        """Whether it decides or computes something without a person."""
        return self.clause.kind in RULES

    @property
    def total(self) -> int:
        """How many examples it has."""
        return len(self.clause.examples)

    @property
    def is_complete(self) -> bool:
        """Whether it has every sort of example that its kind should have, as far as is known."""
        return self.total > 0 and not self.lacking and self.boundary != "lacking"


def say_heading(
    clause: Clause,
    report: CoverageReport,
    checked: CheckedPolicy | None,
    language: Language = "zh",
) -> SaidHeading:
    """One heading in words.

    Args:
        clause: of the report's document; it has a kind.
        report: from `report_coverage`.
        checked: the document checked; None where it has errors.
        language: of the words.
    """
    counts = (
        SaidCount(mark_outcome(outcome, language) if outcome else _value_mark(language), count)
        for outcome, count in count_examples(clause).items()
    )
    mutation = report.mutation_of(clause)
    return SaidHeading(
        clause,
        kind=clause.kind.label(language) if clause.kind else "",
        rule=say_rule(clause, checked, language),
        examples=tuple(counts),
        failed=report.failed(clause),
        lacking=tuple(mark_outcome(one, language) for one in report.lacking(clause)),
        boundary=_boundary_of(mutation),
        mutation=mutation if mutation and (mutation.tried or mutation.equivalent) else None,
        is_decided=clause.id not in report.undecided,
    )


def _value_mark(language: Language) -> Mark:
    return Mark("computed", "=", "得出值" if language == "zh" else "a value")


def _boundary_of(mutation: ClauseMutation | None) -> BoundaryState:
    if mutation is None:
        return "unknown"
    if not mutation.boundaries:
        return "none"
    return "lacking" if mutation.open_boundaries else "shown"
