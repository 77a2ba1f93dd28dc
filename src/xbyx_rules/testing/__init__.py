"""Testing policies: their own examples, and whether the examples hold the rules in their place.

Takes: an `ExecutablePolicy`.
Gives: one `ExampleResult` an example; a `MutationReport` with every alteration no example notices;
a `CoverageReport` that lays both beside the clauses of the source;
an `OutcomeChange` for each example that two versions decide otherwise.
May assume: the document passed checking.
Refuses: anchors that the document hasn't.
"""

from .coverage import CoverageReport, NatureShare, report_coverage
from .examples import ExampleResult, run_examples
from .mutation import ClauseMutation, MutationReport, Survivor, mutate
from .versions import OutcomeChange, compare_outcomes

__all__ = [
    "ClauseMutation",
    "CoverageReport",
    "ExampleResult",
    "MutationReport",
    "NatureShare",
    "OutcomeChange",
    "Survivor",
    "compare_outcomes",
    "mutate",
    "report_coverage",
    "run_examples",
]
