"""One check (核查) decided over records alone, whichever way they are searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import localcontext
from typing import Any

from xbyx_rules.compiling import Budget, ExecutablePolicy, StepLimitError
from xbyx_rules.errors import CaseError, Diagnostic, Language
from xbyx_rules.feel.values import NUMBERS

from .case import Case, Subject
from .evaluation import STEP_LIMIT, Evaluation
from .findings import Finding
from .judging import Search, judge
from .messages import fill_messages

__all__ = ["CheckFinding", "FoundRecords", "decide_check"]


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """One hit: the records by alias, and the check's message about them by language."""

    records: Mapping[str, Mapping[str, Any]]
    message: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """A check's finding and its hits one by one."""

    finding: Finding
    hits: tuple[FoundRecords, ...]


def decide_check(
    policy: ExecutablePolicy,
    anchor: str,
    records: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    on: date,
    search: Search | None = None,
    steps: int = STEP_LIMIT,
) -> CheckFinding:
    """Decide one check as on one day.

    Args:
        policy: the document that has it.
        anchor: the check's.
        records: lists of records by entity, as in `Case.records`.
        on: civil date asked about.
        search: another way to search the records; it must find what the rule itself finds.
        steps: how much work searching may be; see `compiling.Budget`.

    Raises:
        CaseError: records that don't fit the vocabulary (XR301 to XR303, XR310), XR305 too many
            steps.
        KeyError: the document has no such anchor.
    """
    clause = policy.clauses[anchor]
    names = Evaluation(policy, "", {}, records, on, budget=Budget(steps))
    with localcontext(NUMBERS):
        finding = judge(clause, names, Case(Subject("", ""), records=records), search)
        found = finding.value if isinstance(finding.value, list) else []
        try:
            hits = tuple(
                FoundRecords(one, fill_messages(clause, names, extra=one)) for one in found
            )
        except StepLimitError:
            values = {"clause": clause.checked.clause.title}
            raise CaseError(Diagnostic("XR305", clause.checked.clause.place, values)) from None
    return CheckFinding(finding, hits)
