"""Testing policies: their own examples, and whether the examples hold the rules in their place.

Takes: an `ExecutablePolicy`.
Gives: one `ExampleResult` an example; a `MutationReport` with every alteration no example notices.
May assume: the document passed checking.
Refuses: anchors that the document hasn't.
"""

from .examples import ExampleResult, run_examples
from .mutation import ClauseMutation, MutationReport, Survivor, mutate

__all__ = [
    "ClauseMutation",
    "ExampleResult",
    "MutationReport",
    "Survivor",
    "mutate",
    "run_examples",
]
