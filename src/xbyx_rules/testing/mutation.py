"""Mutation testing of policies: do the examples hold the rule in its place?

Whatever operator or constant of a rule is altered, an example of its clause must give another
answer; an alteration that none notices shows a boundary or a case that no example speaks of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from xbyx_rules.checking import CheckedClause
from xbyx_rules.checking.names import Names
from xbyx_rules.checking.retyping import names_of, retype_clause
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.compiling.equivalence import canonical
from xbyx_rules.errors import Place
from xbyx_rules.policy import ClauseKind

from .decided import is_decided
from .examples import PreparedExample, prepare_examples, run_example, select_clauses
from .mutants import Mutant, find_mutants

__all__ = ["ClauseMutation", "MutationReport", "Survivor", "mutate"]


@dataclass(frozen=True, slots=True)
class Survivor:
    """An alteration that no example noticed.

    Args:
        clause: the anchor of the clause.
        place: of the altered part, in the document.
        original: the part as the document has it, in canonical FEEL.
        changed: the part as altered.
        is_boundary: whether only an example exactly on a bound could have noticed it.
    """

    clause: str
    place: Place
    original: str
    changed: str
    is_boundary: bool = False

    def __str__(self) -> str:
        return f"{self.place}: `{self.original}` → `{self.changed}`"


@dataclass(frozen=True, slots=True)
class ClauseMutation:
    """What mutation testing found in one clause.

    Args:
        clause: its anchor.
        killed: how many alterations made an example fail.
        survivors: those that none noticed, in the order of the text.
        invalid: how many were skipped since they no longer type-check.
        equivalent: how many were skipped since they provably change nothing (`equivalence`).
        boundaries: how many of those tried moved a bound, so that only an example exactly on it
            could notice.
        failing: names of examples that fail on the document as it stands; they notice nothing.
    """

    clause: str
    killed: int = 0
    survivors: tuple[Survivor, ...] = ()
    invalid: int = 0
    equivalent: int = 0
    boundaries: int = 0
    failing: tuple[str, ...] = ()

    @property
    def survived(self) -> int:
        """How many alterations no example noticed."""
        return len(self.survivors)

    @property
    def tried(self) -> int:
        """How many alterations the examples were run on."""
        return self.killed + self.survived

    @property
    def open_boundaries(self) -> int:
        """How many bounds have no example exactly on them."""
        return sum(one.is_boundary for one in self.survivors)


@dataclass(frozen=True, slots=True)
class MutationReport:
    """What mutation testing found in a document, clause by clause.

    Args:
        clauses: of each clause that was tried, in the order of the document.
    """

    clauses: tuple[ClauseMutation, ...]

    @property
    def killed(self) -> int:
        """How many alterations made an example fail."""
        return sum(one.killed for one in self.clauses)

    @property
    def survivors(self) -> tuple[Survivor, ...]:
        """The alterations that no example noticed, in the order of the document."""
        return tuple(survivor for one in self.clauses for survivor in one.survivors)

    @property
    def survived(self) -> int:
        """How many alterations no example noticed."""
        return len(self.survivors)

    @property
    def invalid(self) -> int:
        """How many were skipped since they no longer type-check."""
        return sum(one.invalid for one in self.clauses)

    @property
    def equivalent(self) -> int:
        """How many were skipped since they provably change nothing (`equivalence`)."""
        return sum(one.equivalent for one in self.clauses)

    @property
    def failing(self) -> tuple[tuple[str, str], ...]:
        """Examples, as (anchor, name), that fail on the document as it stands."""
        return tuple((one.clause, name) for one in self.clauses for name in one.failing)

    @property
    def is_clean(self) -> bool:
        """Whether every example passes and every alteration was noticed."""
        return not self.survivors and not self.failing


def mutate(policy: ExecutablePolicy, clauses: Collection[str] | None = None) -> MutationReport:
    """Alter each operator and constant of the rules in turn, and run the clause's examples.

    Deterministic: the same document gives the same report.  A rule that decides nothing
    (`is_decided`) isn't altered.

    Args:
        policy: from `compile_policy`.
        clauses: the anchors wanted.  Default: all clauses of the document itself.

    Raises:
        KeyError: the document has no clause with one of the anchors.

    Example:
        >>> from xbyx_rules.deciding import load_policies
        >>> report = mutate(load_policies()["cn/beijing/school-based-training"], ["funding-floor"])
        >>> report.survived, report.killed > 10
        (0, True)
    """
    names = names_of(policy.checked)
    anchors = select_clauses(policy, clauses)
    return MutationReport(tuple(_mutate_clause(policy, names, anchor) for anchor in anchors))


def _mutate_clause(policy: ExecutablePolicy, names: Names, anchor: str) -> ClauseMutation:
    original = policy.checked.clauses[anchor]
    passing: list[PreparedExample] = []
    failing: list[str] = []
    for one in prepare_examples(policy, anchor):
        if run_example(policy, one).passed:
            passing.append(one)
        else:
            failing.append(one.example.name)
    run = _Run(policy, names, original, passing)
    for mutant in find_mutants(original) if is_decided(policy, anchor) else ():
        run.try_one(mutant)
    return ClauseMutation(
        clause=anchor,
        killed=run.killed,
        survivors=tuple(run.survivors),
        invalid=run.invalid,
        equivalent=run.equivalent,
        boundaries=run.boundaries,
        failing=tuple(failing),
    )


@dataclass(slots=True)
class _Run:
    """The alterations of one clause, tried so far on the examples that pass."""

    policy: ExecutablePolicy
    names: Names
    original: CheckedClause
    examples: Sequence[PreparedExample]
    killed: int = 0
    invalid: int = 0
    equivalent: int = 0
    boundaries: int = 0
    survivors: list[Survivor] = field(default_factory=list)

    def try_one(self, mutant: Mutant) -> None:
        clause, _ = retype_clause(mutant.clause, self.names)
        if clause is None:
            self.invalid += 1
            return
        if _is_unchanged(mutant, clause, self.original):
            self.equivalent += 1
            return
        self.boundaries += mutant.is_boundary
        if self._is_noticed(clause):
            self.killed += 1
        else:
            texts = (mutant.original, mutant.changed)
            found = Survivor(clause.id, mutant.place, *texts, mutant.is_boundary)
            self.survivors.append(found)

    def _is_noticed(self, clause: CheckedClause) -> bool:
        changed = _with_clause(self.policy, clause)
        return not all(run_example(changed, one).passed for one in self.examples)


def _is_unchanged(mutant: Mutant, clause: CheckedClause, original: CheckedClause) -> bool:
    before, after = mutant.tree(original), mutant.tree(clause)
    return before is not None and after is not None and canonical(before) == canonical(after)


def _with_clause(policy: ExecutablePolicy, clause: CheckedClause) -> ExecutablePolicy:
    """The policy with one clause in another form, as far as outcomes and values go."""
    compiled = replace(policy.clauses[clause.id], checked=clause)
    clauses = {**policy.clauses, clause.id: compiled}
    calculations = dict(policy.calculations)
    if clause.clause.kind is ClauseKind.CALCULATION:
        calculations |= dict.fromkeys((name for name, _ in clause.results), compiled)
    return replace(policy, clauses=clauses, calculations=calculations)
