"""Testing policies: their own examples, and whether the examples hold the rules in their place.

Takes: an `ExecutablePolicy`.
Gives: one `ExampleResult` an example; a `MutationReport` with every alteration no example notices;
a `CoverageReport` that lays both beside the clauses of the source;
an `OutcomeChange` for each example that two versions decide otherwise; with Hypothesis (the extra
`testing`) strategies `facts`, `district`, `histories`, and the laws of `xbyx_rules.testing.laws`;
in `xbyx_rules.testing.adapters` the conformance suite that an adapter's own tests run.
May assume: the document passed checking.
Refuses: anchors that the document hasn't.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .coverage import CoverageReport, NatureShare, report_coverage
from .examples import ExampleResult, run_examples
from .mutation import ClauseMutation, MutationReport, Survivor, mutate
from .versions import OutcomeChange, compare_outcomes

if TYPE_CHECKING:
    from . import laws
    from .strategies import District, Step, district, facts, histories
    from .trying import LawResult, laws_of, try_law

__all__ = [
    "ClauseMutation",
    "CoverageReport",
    "District",
    "ExampleResult",
    "LawResult",
    "MutationReport",
    "NatureShare",
    "OutcomeChange",
    "Step",
    "Survivor",
    "compare_outcomes",
    "district",
    "facts",
    "histories",
    "laws",
    "laws_of",
    "mutate",
    "report_coverage",
    "run_examples",
    "try_law",
]

# WHY when asked for: Hypothesis is an extra, and running examples needs none of it.
_WITH_HYPOTHESIS = {
    "District": "strategies",
    "LawResult": "trying",
    "Step": "strategies",
    "district": "strategies",
    "facts": "strategies",
    "histories": "strategies",
    "laws_of": "trying",
    "try_law": "trying",
}


def __getattr__(name: str) -> Any:
    if name == "laws":
        return import_module(".laws", __name__)
    if name in _WITH_HYPOTHESIS:
        return getattr(import_module(f".{_WITH_HYPOTHESIS[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
