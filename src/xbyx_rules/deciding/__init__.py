"""Deciding: a compiled policy and a case give a review, one finding a rule, explained.

Takes: an `ExecutablePolicy`, a `Case` (subject, facts, records, attestations) and a date.
Gives: a `Review` of `Finding`s; `explain` says them in Chinese and English.
May assume: the policy passed checking.
Refuses: facts that don't fit the vocabulary (`CaseError`); it reads no clock and no database.
"""

from .case import Attestation, Case, Subject
from .check_findings import CheckFinding, FoundRecords, decide_check
from .decide import SEMANTICS, decide, decide_condition
from .evaluation import Evaluation
from .explaining import explain, explain_review, finding_to_json, review_to_json
from .findings import (
    AppliedRow,
    Condition,
    Contribution,
    Derivation,
    Finding,
    Missing,
    Reading,
    Remedy,
    Review,
)
from .judging import Search
from .loading import check_library, compile_library, load_policies
from .receipts import (
    Payload,
    Receipt,
    ReplayReport,
    attestation_as_plain,
    erase_facts,
    issue_receipt,
    parameter_as_plain,
    payload_text,
    read_payload,
    read_receipt,
    receipt_text,
    replay,
)
from .said import (
    Mark,
    SaidCondition,
    SaidDerivation,
    SaidFinding,
    SaidMissing,
    SaidParameter,
    SaidValue,
)
from .saying import count_findings, mark_outcome, say_finding
from .to_json import strictness_to_json, value_to_json
from .wording import EXPLANATION_WORDS, ExplanationWords

__all__ = [
    "EXPLANATION_WORDS",
    "SEMANTICS",
    "AppliedRow",
    "Attestation",
    "Case",
    "CheckFinding",
    "Condition",
    "Contribution",
    "Derivation",
    "Evaluation",
    "ExplanationWords",
    "Finding",
    "FoundRecords",
    "Mark",
    "Missing",
    "Payload",
    "Reading",
    "Receipt",
    "Remedy",
    "ReplayReport",
    "Review",
    "SaidCondition",
    "SaidDerivation",
    "SaidFinding",
    "SaidMissing",
    "SaidParameter",
    "SaidValue",
    "Search",
    "Subject",
    "attestation_as_plain",
    "check_library",
    "compile_library",
    "count_findings",
    "decide",
    "decide_check",
    "decide_condition",
    "erase_facts",
    "explain",
    "explain_review",
    "finding_to_json",
    "issue_receipt",
    "load_policies",
    "mark_outcome",
    "parameter_as_plain",
    "payload_text",
    "read_payload",
    "read_receipt",
    "receipt_text",
    "replay",
    "review_to_json",
    "say_finding",
    "strictness_to_json",
    "value_to_json",
]
