"""Deciding: a compiled policy and a case give a review, one finding a rule, explained.

Takes: an `ExecutablePolicy`, a `Case` (subject, facts, records, attestations) and a date.
Gives: a `Review` of `Finding`s; `explain` says them in Chinese and English.
May assume: the policy passed checking.
Refuses: facts that don't fit the vocabulary (`CaseError`); it reads no clock and no database.
"""

from .case import Attestation, Case, Subject
from .decide import SEMANTICS, decide, decide_condition
from .explaining import explain, explain_review, finding_to_json, review_to_json
from .findings import Condition, Finding, Missing, Reading, Remedy, Review
from .loading import check_library, load_policies
from .saying import (
    Mark,
    SaidCondition,
    SaidFinding,
    SaidMissing,
    SaidParameter,
    SaidValue,
    mark_outcome,
    say_finding,
)
from .wording import EXPLANATION_WORDS, ExplanationWords

__all__ = [
    "EXPLANATION_WORDS",
    "SEMANTICS",
    "Attestation",
    "Case",
    "Condition",
    "ExplanationWords",
    "Finding",
    "Mark",
    "Missing",
    "Reading",
    "Remedy",
    "Review",
    "SaidCondition",
    "SaidFinding",
    "SaidMissing",
    "SaidParameter",
    "SaidValue",
    "Subject",
    "check_library",
    "decide",
    "decide_condition",
    "explain",
    "explain_review",
    "finding_to_json",
    "load_policies",
    "mark_outcome",
    "review_to_json",
    "say_finding",
]
