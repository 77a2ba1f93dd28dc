"""Try laws: look for a case against one, and shrink it to the smallest."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from xbyx_rules.checking import CheckedPolicy, LawKind, StatedLaw
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import compile_library
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import ClauseKind, Outcome

from .examples import prepare_example, run_example
from .law_cases import CaseSpace
from .law_changes import CHANGES, DUE, NOT_TRIED, Inputs, is_due, read_numbers
from .rows import columns_of, print_literal, print_row

__all__ = ["Counterexample", "LawResult", "describe_result", "laws_of", "say_answer", "try_law"]

MOST_EXAMPLES = 100
_PATIENCE = 10
"""How many times as many cases are tried while none of them says anything."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest case found against a law.

    Args:
        row: a row of the clause's table of examples, which fails there.
        header: the heading of that table: of a new one where the clause has none, or where the
            law is about a fact without a column.
        is_new_table: whether the header has to be pasted too.
        found: what the rules answer.
        expected: what the law asks for.
        before: the row of the case that this one is compared with, as it is answered; "" for none.
    """

    row: str
    header: str
    is_new_table: bool
    found: object
    expected: object
    before: str = ""

    def __str__(self) -> str:
        return f"{self.header}\n{self.row}" if self.is_new_table else self.row


@dataclass(frozen=True, slots=True)
class LawResult:
    """What trying one law gave.

    Args:
        clause: anchor of the clause that declares it.
        law: the law.
        cases: how many cases it was tried on.
        exercised: on how many of them it said something; a law with none is not tested.
        counterexample: the smallest case against it, or None.
    """

    clause: str
    law: StatedLaw
    cases: int
    exercised: int
    counterexample: Counterexample | None

    @property
    def passed(self) -> bool:
        """Whether some cases could have broken it, and none did."""
        return self.counterexample is None and self.exercised > 0


class _LawBroken(Exception):
    def __init__(self, before: Inputs, after: Inputs, answers: tuple[object, object, object]):
        super().__init__()
        self.before, self.after, self.answers = before, after, answers


def laws_of(policy: ExecutablePolicy) -> tuple[tuple[str, StatedLaw], ...]:
    """The laws that a document's own clauses declare, with their anchors, in its order."""
    checked: CheckedPolicy = policy.checked
    own = [one.id for one in policy.policy.clauses if one.id in checked.clauses]
    return tuple((key, law) for key in own for law in checked.clauses[key].laws)


def try_law(
    policy: ExecutablePolicy, anchor: str, law: StatedLaw, *, max_examples: int = MOST_EXAMPLES
) -> LawResult:
    """Look for a case against a law; the same cases every time.

    Args:
        policy: from `compile_policy`.
        anchor: of the clause.
        law: one that suits the clause.
        max_examples: the most cases; ten times as many where a law says nothing on any of these,
            since a rule over many facts is seldom decided on cases made at random.

    Returns:
        How many cases there were and, where the law doesn't hold, the smallest against it.

    Example:
        >>> from xbyx_rules.deciding import load_policies
        >>> policy = load_policies()["cn/beijing/school-based-training"]
        >>> from xbyx_rules.testing.laws import state
        >>> law = state(policy, "funding-floor", "教师培训经费预算 越多越符合")
        >>> try_law(policy, "funding-floor", law).passed
        True
    """
    result = _try(policy, anchor, law, max_examples)
    if result.exercised:
        return result
    return _try(policy, anchor, law, max_examples * _PATIENCE)


def _try(policy: ExecutablePolicy, anchor: str, law: StatedLaw, max_examples: int) -> LawResult:
    trial = _Trial(policy, anchor, law)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # WHY: about how hypothesis is used, not about rules
            trial.test(max_examples)()
    except _LawBroken as broken:
        return LawResult(anchor, law, trial.cases, trial.exercised, trial.describe(broken))
    return LawResult(anchor, law, trial.cases, trial.exercised, None)


class _Trial:
    def __init__(self, policy: ExecutablePolicy, anchor: str, law: StatedLaw) -> None:
        self.policy, self.anchor, self.law = policy, anchor, law
        self.space = CaseSpace.of(policy, anchor, law.path)
        is_value = policy.checked.clauses[anchor].clause.kind is ClauseKind.CALCULATION
        self.wanted: object = None if is_value else Outcome.MET
        self.cases = self.exercised = 0
        self.base = _base_of(policy, anchor) if law.kind is LawKind.NEVER_LOOSENS else None

    def test(self, max_examples: int) -> Callable[[], None]:
        @settings(
            max_examples=max_examples,
            derandomize=True,
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def run(data: st.DataObject) -> None:
            before, after = data.draw(self.pairs())
            self.cases += 1
            if after is not None:
                self.compare(before, after)

        return run

    def pairs(self) -> st.SearchStrategy[tuple[Inputs, Inputs | None]]:
        law, space = self.law, self.space
        is_number = law.kind.names == "number"
        number = space.values_at(law.path) if is_number else st.nothing()
        rows = space.inputs(law.path)

        @st.composite
        def drawn(draw: st.DrawFn) -> tuple[Inputs, Inputs | None]:
            before = draw(rows)
            after = CHANGES[law.kind](draw, before, law.path, number)
            if law.kind is LawKind.LEARNING_KEEPS and before:
                lost = draw(st.sets(st.sampled_from(sorted(before)), min_size=1, max_size=2))
                before = {key: one for key, one in before.items() if key not in lost}
            return before, after

        return drawn()

    def compare(self, before: Inputs, after: Inputs) -> None:
        found = self.answer(self.policy, self.anchor, after)
        if self.law.kind is LawKind.UPPER_BOUND:
            first: object = sum(read_numbers(after, self.law.path))
        elif self.base is not None:
            first = self.answer(*self.base, after)
        elif before is after:
            first = found
        else:
            first = self.answer(self.policy, self.anchor, before)
        if isinstance(found, Diagnostic) or isinstance(first, Diagnostic):
            return
        due = DUE[self.law.kind](first, found)
        if due is NOT_TRIED:
            return
        self.exercised += 1
        if not is_due(found, due):
            raise _LawBroken(before, after, (first, found, due))

    def answer(self, policy: ExecutablePolicy, anchor: str, inputs: Inputs) -> object:
        example = self.space.example("", inputs, self.wanted)
        return run_example(policy, prepare_example(policy, anchor, example)).found

    def describe(self, broken: _LawBroken) -> Counterexample:
        clause = self.space.clause
        table = columns_of(clause)
        columns = table if set(self.space.columns) <= set(table) else self.space.columns
        headings = " | ".join(".".join(one) for one in columns)
        rule = "|---" * (len(columns) + 2) + "|"
        first, found, due = broken.answers
        is_pair = broken.before is not broken.after
        name = f"{self.law.name}的反例"
        return Counterexample(
            row=print_row(columns, name, broken.after, due),
            header=f"| 例 | {headings} | 结果 |\n{rule}",
            is_new_table=columns != table,
            found=found,
            expected=due,
            before=print_row(columns, "改动前", broken.before, first) if is_pair else "",
        )


def _base_of(policy: ExecutablePolicy, anchor: str) -> tuple[ExecutablePolicy, str]:
    """The document above and the clause there that this one replaces."""
    document, _, above = policy.checked.clauses[anchor].replaces.partition("#")
    return compile_library(policy.checked.library)[document], above


def describe_result(policy: ExecutablePolicy, result: LawResult) -> Diagnostic | None:
    """XR895 for a law that doesn't hold, XR898 for one that no case tried, else None."""
    clause = policy.checked.clauses[result.clause].clause
    values = {"clause": clause.title, "law": result.law.name}
    place = result.law.text.place
    against = result.counterexample
    if against is None:
        return None if result.exercised else Diagnostic("XR898", place, values)
    more = {
        "found": say_answer(against.found),
        "expected": say_answer(against.expected),
        "row": str(against),
    }
    return Diagnostic("XR895", place, {**values, **more})


def say_answer(value: object) -> str:
    """An answer in words: an outcome, a value as a document types it, or what went wrong."""
    if isinstance(value, Diagnostic):
        return value.message()
    return value.zh if isinstance(value, Outcome) else print_literal(value)
