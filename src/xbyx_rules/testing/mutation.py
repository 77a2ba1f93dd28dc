"""Mutation testing of policies: do the examples hold the rule in its place?

Whatever operator or constant of a rule is altered, an example of its clause must give another
answer; an alteration that none notices shows a boundary or a case that no example speaks of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import cast

from xbyx_rules.checking import CheckedClause
from xbyx_rules.checking.names import Names
from xbyx_rules.checking.retyping import names_of, retype_clause
from xbyx_rules.compiling import (
    ExecutableClause,
    ExecutableCondition,
    ExecutablePolicy,
    PythonFunction,
    to_python,
)
from xbyx_rules.errors import Place
from xbyx_rules.feel.syntax import Node
from xbyx_rules.policy import ClauseKind

from .equivalence import canonical
from .examples import PreparedExample, prepare_examples, run_example, select_clauses
from .mutants import Mutant, find_mutants

__all__ = ["MutationReport", "Survivor", "mutate"]


@dataclass(frozen=True, slots=True)
class Survivor:
    """An alteration that no example noticed.

    Args:
        clause: the anchor of the clause.
        place: of the altered part, in the document.
        original: the part as the document has it, in canonical FEEL.
        changed: the part as altered.
    """

    clause: str
    place: Place
    original: str
    changed: str

    def __str__(self) -> str:
        return f"{self.place}: `{self.original}` → `{self.changed}`"


@dataclass(frozen=True, slots=True)
class MutationReport:
    """What mutation testing found.

    Args:
        killed: how many alterations made an example fail.
        survivors: those that none noticed, in the order of the document.
        invalid: how many were skipped since they no longer type-check.
        equivalent: how many were skipped since they provably change nothing (`equivalence`).
        failing: examples, as (anchor, name), that fail on the document as it stands; they notice
            nothing.
    """

    killed: int
    survivors: tuple[Survivor, ...]
    invalid: int
    equivalent: int
    failing: tuple[tuple[str, str], ...] = ()

    @property
    def survived(self) -> int:
        """How many alterations no example noticed."""
        return len(self.survivors)

    @property
    def is_clean(self) -> bool:
        """Whether every example passes and every alteration was noticed."""
        return not self.survivors and not self.failing


def mutate(policy: ExecutablePolicy, clauses: Collection[str] | None = None) -> MutationReport:
    """Alter each operator and constant of the rules in turn, and run the clause's examples.

    Deterministic: the same document gives the same report.

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
    run = _Run(policy, names_of(policy.checked))
    for anchor in select_clauses(policy, clauses):
        run.mutate_clause(anchor)
    return MutationReport(
        run.killed, tuple(run.survivors), run.invalid, run.equivalent, tuple(run.failing)
    )


@dataclass(slots=True)
class _Run:
    policy: ExecutablePolicy
    names: Names
    killed: int = 0
    invalid: int = 0
    equivalent: int = 0
    survivors: list[Survivor] = field(default_factory=list)
    failing: list[tuple[str, str]] = field(default_factory=list)

    def mutate_clause(self, anchor: str) -> None:
        original = self.policy.checked.clauses[anchor]
        examples: list[PreparedExample] = []
        for one in prepare_examples(self.policy, anchor):
            if run_example(self.policy, one).passed:
                examples.append(one)
            else:
                self.failing.append((anchor, one.example.name))
        for mutant in find_mutants(original):
            self._try(mutant, original, examples)

    def _try(
        self, mutant: Mutant, original: CheckedClause, examples: list[PreparedExample]
    ) -> None:
        clause, _ = retype_clause(mutant.clause, self.names)
        if clause is None:
            self.invalid += 1
        elif _is_unchanged(mutant, clause, original):
            self.equivalent += 1
        elif self._is_noticed(clause, examples):
            self.killed += 1
        else:
            found = Survivor(clause.id, mutant.place, mutant.original, mutant.changed)
            self.survivors.append(found)

    def _is_noticed(self, clause: CheckedClause, examples: list[PreparedExample]) -> bool:
        changed = _with_clause(self.policy, clause)
        return not all(run_example(changed, one).passed for one in examples)


def _is_unchanged(mutant: Mutant, clause: CheckedClause, original: CheckedClause) -> bool:
    before, after = mutant.tree(original), mutant.tree(clause)
    return before is not None and after is not None and canonical(before) == canonical(after)


def _with_clause(policy: ExecutablePolicy, clause: CheckedClause) -> ExecutablePolicy:
    """The policy with one clause in another form, as far as outcomes and values go."""
    compiled = _compile(policy.clauses[clause.id], clause)
    clauses = {**policy.clauses, clause.id: compiled}
    calculations = dict(policy.calculations)
    if clause.clause.kind is ClauseKind.CALCULATION:
        calculations |= dict.fromkeys((name for name, _ in clause.results), compiled)
    return replace(policy, clauses=clauses, calculations=calculations)


def _compile(compiled: ExecutableClause, clause: CheckedClause) -> ExecutableClause:
    # WHY: explanations, readings and messages cost most of the time and decide nothing.
    value = clause.table if clause.table is not None else clause.condition
    return replace(
        compiled,
        checked=clause,
        value=to_python(value) if value is not None else None,
        conditions=(),
        precondition=_compile_gate(compiled.precondition, clause.precondition),
        applicability=_compile_gate(compiled.applicability, clause.applicability),
        hits=None,
        paths=(),
        messages={},
    )


def _compile_gate(
    gate: ExecutableCondition | None, node: Node | None
) -> ExecutableCondition | None:
    if gate is None or node is None:
        return None
    run = cast(PythonFunction, to_python(node))
    return replace(gate, node=node, run=run, values=(), paths=())
