"""Testing policies: their own examples, and whether the examples hold the rules in their place.

Takes: an `ExecutablePolicy`.
Gives: one `ExampleResult` an example; a `MutationReport` with every alteration no example notices;
a `CoverageReport` that lays both beside the clauses of the source.
May assume: the document passed checking.
Refuses: anchors that the document hasn't.
"""

from .coverage import CoverageReport, NatureShare, report_coverage
from .examples import ExampleResult, run_examples
from .mutation import ClauseMutation, MutationReport, Survivor, mutate

__all__ = [
    "ClauseMutation",
    "CoverageReport",
    "ExampleResult",
    "MutationReport",
    "NatureShare",
    "Survivor",
    "mutate",
    "report_coverage",
    "run_examples",
]
