"""From a checked tree to each target: Python functions and prose (SQL, SMT and Rete follow).

Takes: a `CheckedPolicy`, or a single typed tree.
Gives: an `ExecutablePolicy`; `to_python`, `to_prose` for single trees.
May assume: checking found no error, so every type fits.
Refuses: nothing that was checked; a target that can't express a node will say so with its place.
"""

from .compile_policy import (
    ExecutableClause,
    ExecutableCondition,
    ExecutableMessage,
    ExecutablePolicy,
    compile_policy,
)
from .facts import EACH, FactPath, read_paths
from .lowering import lower
from .to_prose import to_prose
from .to_python import Budget, PythonFunction, PythonTable, StepLimitError, to_python

__all__ = [
    "EACH",
    "Budget",
    "ExecutableClause",
    "ExecutableCondition",
    "ExecutableMessage",
    "ExecutablePolicy",
    "FactPath",
    "PythonFunction",
    "PythonTable",
    "StepLimitError",
    "compile_policy",
    "lower",
    "read_paths",
    "to_prose",
    "to_python",
]
