"""Statistics of a district by several documents, fit to be shown: the only way to get them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from xbyx_rules.checking import list_strictness
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Review, Subject, decide
from xbyx_rules.policy import ClauseKind

from .breaking_down import Breakdown, break_down
from .protecting import Protection, counts_persons

__all__ = [
    "StatedDocument",
    "Statistics",
    "decide_statistics",
    "protect_review",
    "select_statistics",
]


@dataclass(frozen=True, slots=True)
class StatedDocument:
    """The figures of one document.

    Args:
        policy: the document.
        review: one finding a calculation, small figures withheld.
        breakdowns: its counts of persons by school.
        threshold: least persons of a figure that is shown; None where the document counts none
            or has none in force.
    """

    policy: ExecutablePolicy
    review: Review
    breakdowns: tuple[Breakdown, ...]
    threshold: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a subject by all documents about it, in the order given."""

    subject: Subject
    on: date
    documents: tuple[StatedDocument, ...]


def select_statistics(
    policies: Mapping[str, ExecutablePolicy], wanted: str, entity: str
) -> tuple[ExecutablePolicy, ...]:
    """The documents that calculate something about an entity: one, or all below it.

    A document that is laid over others (another parameter, another rule) calculates what they do,
    by its own values; it is stated only where it is asked for itself.

    Args:
        policies: by id.
        wanted: the id of one, or of one above them.
        entity: whom the figures are about, as 研修统计.
    """
    asked = policies.get(wanted)
    if asked is not None and _is_overlay(asked):
        return (asked,) if _anchors(asked, entity) else ()
    below = sorted(one for one in policies if f"{one}/".startswith(f"{wanted}/"))
    # WHY no overlay among them: each figure twice, by two values, tells what either keeps back.
    documents = [policies[one] for one in below if not _is_overlay(policies[one])]
    return tuple(one for one in documents if _anchors(one, entity))


def decide_statistics(policies: Iterable[ExecutablePolicy], case: Case, *, on: date) -> Statistics:
    """Decide every calculation about a subject, by each document, and withhold what tells of few.

    Args:
        policies: from `select_statistics`.
        case: the subject.
        on: civil date asked about.

    Raises:
        CaseError: as `decide`.
    """
    entity = case.subject.entity
    stated = tuple(
        _protect(one, case, decide(one, case, on=on, only=_anchors(one, entity)))
        for one in policies
    )
    return Statistics(case.subject, on, stated)


def protect_review(policy: ExecutablePolicy, case: Case, review: Review) -> Review:
    """The review as it may be shown; the same one where it tells of no persons.

    Args:
        policy: the document that was decided.
        case: the subject's case.
        review: of that case by that document, whole or in part.

    Returns:
        The review with small figures withheld, and no record about a person in any finding.

    Raises:
        CaseError: as `decide`; the counts behind the review's findings are decided too, for the
            whole and for each school.
    """
    if not counts_persons(policy):
        return review
    return _protect(policy, case, review).review


def _protect(policy: ExecutablePolicy, case: Case, review: Review) -> StatedDocument:
    protection = Protection.of(policy, case, review.on)
    if protection is None or not any(protection.is_about_persons(one.clause) for one in review):
        return StatedDocument(policy, review, (), None)
    breakdowns = tuple(break_down(policy, case, protection, review.on))
    # INVARIANT: a total that a table leaves out stands nowhere else.
    protection.close(
        column.clause for one in breakdowns for column in one.columns if column.total is None
    )
    shown = tuple(protection.apply(one) for one in review)
    return StatedDocument(policy, replace(review, findings=shown), breakdowns, protection.threshold)


def _is_overlay(policy: ExecutablePolicy) -> bool:
    return bool(list_strictness(policy.checked))


def _anchors(policy: ExecutablePolicy, entity: str) -> list[str]:
    """The calculations about an entity: a document's own, of an overlay those above too."""
    own = {one.id for one in policy.policy.clauses}
    is_overlay = _is_overlay(policy)
    return [
        key
        for key, one in policy.clauses.items()
        if (is_overlay or key in own)
        and one.checked.clause.kind is ClauseKind.CALCULATION
        and one.checked.subject == entity
    ]
