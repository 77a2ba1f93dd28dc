"""What can be wrong in the text alone: names, types, periods, tables, lifecycles, examples.

Takes: a `Policy` as read, the `Vocabulary`, and the checked documents above it.
Gives: a `CheckedPolicy` (every expression typed), and diagnostics with place and help.
May assume: the reader's diagnostics held no errors.
Refuses: any document with an error; nothing half checked is ever compiled.
"""

from .approvals import Approvals, Signing
from .check_policy import check_policy
from .check_ranks import check_ranks, check_standing, list_strictness
from .coverage import RULES, ClauseCoverage, Coverage, count_examples, cover_policy
from .flow_paths import find_early_path
from .laws import LawKind, StatedLaw
from .model import (
    CheckedClause,
    CheckedExample,
    CheckedLifecycle,
    CheckedPattern,
    CheckedPolicy,
    CheckedTransition,
    Invariant,
    MessageTemplate,
    ParameterValue,
    Strictness,
)
from .names import ACTOR, COMMENT, JUDGED_ON, SUBMITTER
from .populations import THRESHOLD, Populations, read_populations

__all__ = [
    "ACTOR",
    "COMMENT",
    "JUDGED_ON",
    "RULES",
    "SUBMITTER",
    "THRESHOLD",
    "Approvals",
    "CheckedClause",
    "CheckedExample",
    "CheckedLifecycle",
    "CheckedPattern",
    "CheckedPolicy",
    "CheckedTransition",
    "ClauseCoverage",
    "Coverage",
    "Invariant",
    "LawKind",
    "MessageTemplate",
    "ParameterValue",
    "Populations",
    "Signing",
    "StatedLaw",
    "Strictness",
    "check_policy",
    "check_ranks",
    "check_standing",
    "count_examples",
    "cover_policy",
    "find_early_path",
    "list_strictness",
    "read_populations",
]
