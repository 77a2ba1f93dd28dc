"""A statement: a review with the subject's records one by one, and what was worked out about each.

A teacher's transcript of credits and the review of a budget are statements: nothing in one is
computed here, every figure is a finding's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from xbyx_rules.checking import LawKind
from xbyx_rules.compiling import ExecutableClause, ExecutablePolicy
from xbyx_rules.deciding import Case, Finding, Review, Subject, decide
from xbyx_rules.errors import Language
from xbyx_rules.feel.types import ListType, StringType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import ClauseKind, Entity, Outcome, Term
from xbyx_rules.population import counts_persons, protect_review

__all__ = ["StatedRecords", "StatedValue", "Statement", "decide_statement"]

_ALWAYS: Final = ("周期学分", "年度预算")
"""Entities of which a statement shows the records even where nothing is worked out of each."""
_PERSONAL: Final = frozenset({"个人", "敏感"})
_RULED: Final = (ClauseKind.REQUIREMENT, ClauseKind.JUDGEMENT, ClauseKind.CALCULATION)


@dataclass(frozen=True, slots=True)
class StatedValue:
    """What a calculation says of each record of a list, in the order of the records.

    Args:
        names: what the value is called, by language.
        unit: of the value.
        values: one a record; a calculation that lists the records it takes in gives true or
            false, UNKNOWN where it can't tell.
        findings: where a calculation is about one record, its finding for each.
    """

    names: Mapping[Language, str]
    unit: str
    values: tuple[Any, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedRecords:
    """The records of one term, and what was worked out about each.

    Args:
        repeated: for each record whether another one is the same, where the document
            promises that such records count once (重复无关); empty otherwise.
    """

    term: Term
    entity: Entity
    records: tuple[Mapping[str, Any], ...]
    values: tuple[StatedValue, ...]
    repeated: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A review whose findings include the calculations, and the records they rest on."""

    review: Review
    records: tuple[StatedRecords, ...]
    policy: ExecutablePolicy


def decide_statement(policy: ExecutablePolicy, case: Case, *, on: date) -> Statement:
    """Decide every rule and every calculation about a subject, and about each of its records.

    Args:
        policy: the document.
        case: the subject.
        on: civil date asked about.

    Raises:
        CaseError: as `decide`.
    """
    entity = case.subject.entity
    about = [
        key
        for key, one in policy.clauses.items()
        if one.checked.clause.kind in _RULED and one.checked.subject == entity
    ]
    review = protect_review(policy, case, decide(policy, case, on=on, only=about))
    # WHY: the records of statistics are persons, whom no figure may tell from the others.
    kept_back = _PERSONAL if counts_persons(policy) else frozenset()
    terms = policy.checked.vocabulary.entities[entity].terms.values()
    stated = [
        _state_records(policy, case, term, review, on)
        for term in terms
        if term.relation == "to_many"
        and term.confidentiality not in kept_back
        and isinstance(case.facts.get(term.name), Sequence)
    ]
    shown = tuple(one for one in stated if one.values or entity in _ALWAYS)
    return Statement(review, shown, policy)


def _state_records(
    policy: ExecutablePolicy, case: Case, term: Term, review: Review, on: date
) -> StatedRecords:
    entity = policy.checked.vocabulary.entities[term.target]
    records = tuple(case.facts[term.name])
    of_each = {
        anchor: tuple(_of_record(policy, anchor, entity, one, on) for one in records)
        for anchor, clause in policy.clauses.items()
        if _is_calculation(clause) and clause.checked.subject == entity.name
    }
    keys = _tell_apart(policy, entity, records, of_each)
    of_all = {one.clause: one for one in review}
    values = []
    for anchor, clause in policy.clauses.items():
        if anchor in of_each:
            unit = clause.checked.clause.property("单位")
            worked_out = tuple(map(_value_of, of_each[anchor]))
            values.append(StatedValue(_names(clause), unit, worked_out, of_each[anchor]))
        elif _lists_records(clause, term, of_all.get(anchor)):
            taken = review[anchor].value
            if keys and _names_one(taken, keys):
                stated = tuple(_is_taken(one, taken) for one in keys)
                values.append(StatedValue(_names(clause), "", stated))
    repeated = _repeated(policy, case.subject.entity, term, keys)
    return StatedRecords(term, entity, records, tuple(values), repeated)


def _is_calculation(clause: ExecutableClause) -> bool:
    return clause.checked.clause.kind is ClauseKind.CALCULATION and bool(clause.checked.results)


def _names(clause: ExecutableClause) -> dict[Language, str]:
    title = clause.checked.clause.title
    return {"zh": title, "en": clause.checked.clause.property("英文标题") or title}


def _of_record(
    policy: ExecutablePolicy, anchor: str, entity: Entity, record: Mapping[str, Any], on: date
) -> Finding:
    known = {name: value for name, value in record.items() if name in entity.terms}
    return decide(policy, Case(Subject(entity.name, "-"), known), on=on, only=[anchor])[anchor]


def _value_of(finding: Finding) -> Any:
    return finding.value if finding.outcome is Outcome.MET else UNKNOWN


def _lists_records(clause: ExecutableClause, term: Term, finding: Finding | None) -> bool:
    """Whether a calculation about the subject lists the records of a term by a text."""
    if finding is None or not _is_calculation(clause):
        return False
    (_, kind), *more = clause.checked.results
    is_list = isinstance(kind, ListType) and isinstance(kind.element, StringType)
    return is_list and not more and any(one.name == term.name for one in finding.facts)


def _tell_apart(
    policy: ExecutablePolicy,
    entity: Entity,
    records: Sequence[Mapping[str, Any]],
    of_each: Mapping[str, Sequence[Finding]],
) -> tuple[Any, ...]:
    """What tells each record from the others; () where nothing does.

    It is the text that a calculation about one record makes of its identifier, such as a session
    of its number, day and time; otherwise the identifier itself.
    """
    name = _identifier(entity)
    for anchor, findings in of_each.items():
        checked = policy.clauses[anchor]
        (_, kind), *more = checked.checked.results
        is_text = isinstance(kind, StringType) and not kind.values and not more
        if name and is_text and any(path.root == name for path in checked.paths):
            return tuple(map(_value_of, findings))
    return tuple(one.get(name) for one in records) if name else ()


def _identifier(entity: Entity) -> str:
    """The term that tells what a record is about.

    WHY by its name: what names something of the same kind in every record ends in 编号.
    """
    return next((one for one in entity.terms if one.endswith("编号")), "")


def _names_one(taken: Any, keys: Sequence[Any]) -> bool:
    """Whether a list names one of the records; one that isn't known may."""
    if not isinstance(taken, list):
        return True
    return any(isinstance(one, str) and one in keys for one in taken)


def _repeated(
    policy: ExecutablePolicy, subject: str, term: Term, keys: Sequence[Any]
) -> tuple[bool, ...]:
    promises = any(
        law.kind is LawKind.DUPLICATES_ONCE and law.path == (term.name,)
        for one in policy.clauses.values()
        if one.checked.subject == subject
        for law in one.checked.laws
    )
    if not promises:
        return ()
    return tuple(isinstance(key, str) and keys.count(key) > 1 for key in keys)


def _is_taken(key: Any, taken: Any) -> Any:
    if not isinstance(taken, list) or not isinstance(key, str):
        return UNKNOWN
    return key in taken
