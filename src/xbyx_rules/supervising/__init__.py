"""Supervising: rules over many records, decided by two evaluators that must agree.

Takes: documents, lists of records by entity, a date.
Gives: one `CheckResult` a check (核查) with its hits, each a doubt (疑点) until a person
    confirms it.
May assume: the documents passed checking.
Refuses: records that don't fit the vocabulary; what the Rete engine can't decide goes to the
    reference evaluator, and the result says why.
"""

from .choosing import ChosenCheck, select_checks
from .dependence import describe_rules
from .reference import search_by_reference
from .ruling_out import rule_out
from .supervise import (
    CheckResult,
    EvaluatorChoice,
    Hit,
    Supervision,
    supervise,
)

__all__ = [
    "CheckResult",
    "ChosenCheck",
    "EvaluatorChoice",
    "Hit",
    "Supervision",
    "describe_rules",
    "rule_out",
    "search_by_reference",
    "select_checks",
    "supervise",
]
