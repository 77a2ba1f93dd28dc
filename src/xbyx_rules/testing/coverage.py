"""What a document covers of its source, and what its examples and alterations say of each rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xbyx_rules.checking import ClauseCoverage, Coverage, count_examples
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.policy import Clause, ClauseKind, ClauseNature, Outcome, Policy

from .decided import is_decided
from .examples import ExampleResult, run_examples
from .mutation import ClauseMutation, MutationReport, mutate

__all__ = ["CoverageReport", "NatureShare", "report_coverage"]

_WANTED = (Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class NatureShare:
    """How far the clauses of one nature are covered; None: of all natures together.

    Args:
        total: clauses of the source.
        encoded: those with a heading.
        ruled: those with a heading and a rule that needs no person.
        tested: those whose rules are all tested (`CoverageReport.is_tested`).
    """

    nature: ClauseNature | None
    total: int
    encoded: int
    ruled: int
    tested: int


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """A document's coverage with the results of its tests.

    Args:
        policy: the document as read.
        coverage: the document clause by clause.
        results: of each example; empty where the document could not be compiled.
        mutation: None where no alteration was tried.
        undecided: anchors of rules that decide nothing, whatever the case: drafts, unverified
            ones, and those that need a figure that is not verified.  They were not altered.
    """

    policy: Policy
    coverage: Coverage
    results: tuple[ExampleResult, ...] = ()
    mutation: MutationReport | None = None
    undecided: frozenset[str] = frozenset()
    _mutations: Mapping[str, ClauseMutation] = field(init=False, repr=False, compare=False)
    _failed: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        clauses = self.mutation.clauses if self.mutation else ()
        object.__setattr__(self, "_mutations", {one.clause: one for one in clauses})
        failed = Counter(one.clause for one in self.results if not one.passed)
        object.__setattr__(self, "_failed", failed)

    def mutation_of(self, clause: Clause) -> ClauseMutation | None:
        """The figures of one heading; None where no alteration was tried."""
        return self._mutations.get(clause.id)

    def failed(self, clause: Clause) -> int:
        """How many of a heading's examples give something else than they say."""
        return self._failed.get(clause.id, 0)

    def lacking(self, clause: Clause) -> tuple[Outcome, ...]:
        """The outcomes that a rule's examples should show and don't."""
        if clause.kind not in (ClauseKind.REQUIREMENT, ClauseKind.CHECK):
            return ()
        shown = count_examples(clause)
        return tuple(one for one in _WANTED if one not in shown)

    def is_tested(self, row: ClauseCoverage) -> bool:
        """Whether a clause has a heading and rules, each held in place by its examples.

        That is: it has examples, of a requirement or a check met, unmet and unknown ones; all of
        them pass; and they notice every alteration, so that each bound has one exactly on it.
        """
        return _is_ruled(row) and all(self._is_held(one) for one in row.rules)

    @property
    def shares(self) -> tuple[NatureShare, ...]:
        """By nature, in the order of the natures that the list has."""
        return tuple(self._share(one) for one in ClauseNature if self._rows_of(one))

    @property
    def total(self) -> NatureShare:
        """All clauses of the list together."""
        return self._share(None)

    def _is_held(self, rule: Clause) -> bool:
        mutation = self.mutation_of(rule)
        if not rule.examples or self.lacking(rule) or self.failed(rule):
            return False
        return mutation is not None and not mutation.survivors

    def _rows_of(self, nature: ClauseNature | None) -> Sequence[ClauseCoverage]:
        listed = (one for one in self.coverage.rows if one.listed is not None)
        return [one for one in listed if one.listed and nature in (None, one.listed.nature)]

    def _share(self, nature: ClauseNature | None) -> NatureShare:
        rows = self._rows_of(nature)
        return NatureShare(
            nature,
            total=len(rows),
            encoded=sum(one.heading is not None for one in rows),
            ruled=sum(map(_is_ruled, rows)),
            tested=sum(self.is_tested(one) for one in rows),
        )


def _is_ruled(row: ClauseCoverage) -> bool:
    return row.heading is not None and bool(row.rules)


def report_coverage(
    coverage: Coverage,
    policy: Policy,
    executable: ExecutablePolicy | None,
    *,
    is_mutating: bool = True,
) -> CoverageReport:
    """Run a document's examples, alter its rules, and lay the results beside its coverage.

    Args:
        coverage: from `cover_policy`.
        policy: the document that it is of.
        executable: the same document compiled; None where it has errors.
        is_mutating: whether to alter the rules.  One that decides nothing isn't altered: no
            example of it could notice anything.

    Example:
        >>> from xbyx_rules.checking import cover_policy
        >>> from xbyx_rules.deciding import load_policies
        >>> executable = load_policies()["cn/beijing/school-based-training"]
        >>> coverage, _ = cover_policy(executable.policy)
        >>> report = report_coverage(coverage, executable.policy, executable, is_mutating=False)
        >>> report.mutation is None, all(one.passed for one in report.results)
        (True, True)
    """
    if executable is None:
        return CoverageReport(policy, coverage)
    own = [one.id for one in policy.clauses if one.id in executable.clauses]
    decided = [key for key in own if is_decided(executable, key)]
    mutation = mutate(executable, decided) if is_mutating and decided else None
    undecided = frozenset(own) - frozenset(decided)
    return CoverageReport(policy, coverage, run_examples(executable), mutation, undecided)
