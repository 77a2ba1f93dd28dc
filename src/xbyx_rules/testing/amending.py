"""Whether an amendment leaves the past as it was: both versions decide alike on earlier days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import ClauseKind, Outcome

from .examples import prepare_example, run_example
from .law_cases import CaseSpace
from .law_changes import Inputs, is_due
from .rows import print_row

__all__ = ["find_changed_past"]

_DECIDED = (ClauseKind.REQUIREMENT, ClauseKind.CALCULATION)


class _Changed(Exception):
    def __init__(self, inputs: Inputs, day: date, answers: tuple[object, object]) -> None:
        super().__init__()
        self.inputs, self.day, self.answers = inputs, day, answers


def find_changed_past(
    old: ExecutablePolicy, new: ExecutablePolicy, *, since: date, max_examples: int
) -> list[str]:
    """For each clause that now decides the past otherwise: the day and the smallest such case."""
    days = [one for one in _days(old, new, since) if one < since]
    found = []
    for anchor, clause in old.checked.clauses.items():
        if clause.clause.kind not in _DECIDED or anchor not in new.checked.clauses:
            continue
        try:
            _compare(old, new, anchor, days, max_examples)
        except _Changed as changed:
            columns = CaseSpace.of(old, anchor).columns
            row = print_row(columns, "修订前", changed.inputs, changed.answers[0])
            found.append(f"{anchor} {changed.day}: {row} → {changed.answers[1]}")
    return found


def _days(old: ExecutablePolicy, new: ExecutablePolicy, since: date) -> list[date]:
    edges = [
        edge
        for one in (old, new)
        for values in one.checked.parameters.values()
        for value in values
        for edge in (value.period.start, value.period.end)
        if edge is not None
    ]
    start = old.policy.period.start
    return [since - timedelta(days=1), *([start] if start else []), *sorted(set(edges))]


def _compare(
    old: ExecutablePolicy, new: ExecutablePolicy, anchor: str, days: list[date], max_examples: int
) -> None:
    space = CaseSpace.of(old, anchor)
    is_value = space.clause.clause.kind is ClauseKind.CALCULATION

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
    @given(space.inputs(), st.sampled_from(days))
    def run(inputs: Inputs, day: date) -> None:
        example = space.example("", inputs, None if is_value else Outcome.MET)
        prepared = replace(prepare_example(old, anchor, example), on=day)
        first, second = (run_example(one, prepared).found for one in (old, new))
        if isinstance(first, Diagnostic) or isinstance(second, Diagnostic):
            return
        if not is_due(second, first):
            raise _Changed(inputs, day, (first, second))

    run()
