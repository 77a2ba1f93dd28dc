"""A statement: a review with the subject's records one by one, and what was worked out about each.

A teacher's transcript of credits and the review of a budget are statements: nothing in one is
computed here, every figure is a finding's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from xbyx_rules.compiling import ExecutableClause, ExecutablePolicy
from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding import EXPLANATION_WORDS, Case, Review, Subject, decide
from xbyx_rules.errors import Language
from xbyx_rules.feel.types import ListType, NumberType, StringType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import ClauseKind, Entity, Outcome, Term

from .review import SaidReview, SaidTable, SaidTask, lay_out_html, lay_out_text, say_review
from .review_docx import lay_out_docx

__all__ = [
    "Statement",
    "decide_statement",
    "render_statement",
    "say_statement",
    "statement_to_docx",
    "statement_to_text",
]

_KINDS: Final[Mapping[str, Mapping[Language, str]]] = {
    "周期学分": {"zh": "教师培训学分清单", "en": "Transcript of training credits"},
    "年度预算": {"zh": "经费预算审查意见", "en": "Budget review"},
}
_OTHERWISE: Final[Mapping[Language, str]] = {
    "zh": "逐笔清单与审查意见",
    "en": "Statement and review",
}
_RULED: Final = (ClauseKind.REQUIREMENT, ClauseKind.JUDGEMENT, ClauseKind.CALCULATION)
_YES: Final[Mapping[Language, str]] = {"zh": "是", "en": "yes"}


@dataclass(frozen=True, slots=True)
class StatedValue:
    """What a calculation says of each record of a list, in the order of the records.

    Args:
        names: what the value is called, by language.
        unit: of the value.
        values: one a record; a calculation that lists the records it takes in gives true or
            false, UNKNOWN where it can't tell.
    """

    names: Mapping[Language, str]
    unit: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StatedRecords:
    """The records of one term, and what was worked out about each."""

    term: Term
    entity: Entity
    records: tuple[Mapping[str, Any], ...]
    values: tuple[StatedValue, ...]


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
    review = decide(policy, case, on=on, only=about)
    terms = policy.checked.vocabulary.entities[entity].terms.values()
    stated = [
        _state_records(policy, case, term, review, on)
        for term in terms
        if term.relation == "to_many" and isinstance(case.facts.get(term.name), Sequence)
    ]
    return Statement(review, tuple(one for one in stated if one.values or entity in _KINDS), policy)


def _state_records(
    policy: ExecutablePolicy, case: Case, term: Term, review: Review, on: date
) -> StatedRecords:
    entity = policy.checked.vocabulary.entities[term.target]
    records = tuple(case.facts[term.name])
    values = []
    for anchor, clause in policy.clauses.items():
        if clause.checked.clause.kind is not ClauseKind.CALCULATION or not clause.checked.results:
            continue
        if clause.checked.subject == entity.name:
            values.append(
                StatedValue(
                    _names(clause),
                    clause.checked.clause.property("单位"),
                    tuple(_of_record(policy, anchor, entity, one, on) for one in records),
                )
            )
        elif clause.checked.subject == case.subject.entity and anchor in {
            one.clause for one in review
        }:
            listed = _lists_of(clause, term, entity)
            if listed:
                taken = review[anchor].value
                values.append(
                    StatedValue(
                        _names(clause), "", tuple(_is_taken(one, listed, taken) for one in records)
                    )
                )
    return StatedRecords(term, entity, records, tuple(values))


def _names(clause: ExecutableClause) -> dict[Language, str]:
    title = clause.checked.clause.title
    return {"zh": title, "en": clause.checked.clause.property("英文标题") or title}


def _of_record(
    policy: ExecutablePolicy, anchor: str, entity: Entity, record: Mapping[str, Any], on: date
) -> Any:
    known = {name: value for name, value in record.items() if name in entity.terms}
    finding = decide(policy, Case(Subject(entity.name, "-"), known), on=on, only=[anchor])[anchor]
    return finding.value if finding.outcome is Outcome.MET else UNKNOWN


def _lists_of(clause: ExecutableClause, term: Term, entity: Entity) -> str:
    """The text term by which a calculation lists the records it takes in; "" where it doesn't.

    WHY by its name: what names something of the same kind in every record ends in 编号.
    """
    (_, kind), *more = clause.checked.results
    is_list = isinstance(kind, ListType) and isinstance(kind.element, StringType)
    if more or not is_list or all(path.root != term.name for path in clause.paths):
        return ""
    return next((one for one in entity.terms if one.endswith("编号")), "")


def _is_taken(record: Mapping[str, Any], name: str, taken: Any) -> Any:
    value = record.get(name)
    if not isinstance(taken, list) or value is None or value is UNKNOWN:
        return UNKNOWN
    return value in taken


def say_statement(statement: Statement, language: Language = "zh", *, name: str = "") -> SaidReview:
    """Say a statement: a review with its tables."""
    said = say_review(statement.review, language, name=name, policy=statement.policy.policy)
    kind = _KINDS.get(statement.review.subject.entity, _OTHERWISE)[language]
    tables = tuple(_say_records(one, language) for one in statement.records)
    tasks = tuple(_with_shortfall(one, language) for one in said.tasks)
    return replace(said, kind=kind, tables=tables, tasks=tasks)


def _with_shortfall(task: SaidTask, language: Language) -> SaidTask:
    """A task that begins with what the rule says and what is lacking.

    WHY: of a sum there is no single figure to be changed, and its remedy only says the rule again.
    """
    words = EXPLANATION_WORDS[language]
    lacking = [
        f"{words.shortfall}{words.colon}{one.shortfall}"
        for one in task.finding.conditions
        if one.shortfall
    ]
    said = (task.finding.message,) if task.finding.message else ()
    return replace(task, steps=(*said, *lacking, *task.steps))


def _say_records(stated: StatedRecords, language: Language) -> SaidTable:
    shown = [
        term
        for term in stated.entity.terms.values()
        if term.relation not in ("to_one", "to_many")
        and any(one.get(term.name) not in (None, UNKNOWN) for one in stated.records)
    ]
    is_chinese = language == "zh"
    heads = [term.name if is_chinese else term.english for term in shown]
    heads += [one.names[language] for one in stated.values]
    rows = [
        (
            *(_say(record.get(term.name), _unit(term), language) for term in shown),
            *(_say_worked_out(one.values[number], one.unit, language) for one in stated.values),
        )
        for number, record in enumerate(stated.records)
    ]
    term = stated.term
    return SaidTable(term.name if is_chinese else term.english, tuple(heads), tuple(rows))


def _unit(term: Term) -> str:
    return term.type.unit if isinstance(term.type, NumberType) else ""


def _say(value: Any, unit: str, language: Language) -> str:
    if value is None or value is UNKNOWN:
        return ""
    return value if isinstance(value, str) else say_value(value, language, unit)


def _say_worked_out(value: Any, unit: str, language: Language) -> str:
    if value is True:
        return _YES[language]
    if value is False:
        return ""
    if value is UNKNOWN:
        return "暂无法判定" if language == "zh" else "undetermined"
    return value if isinstance(value, str) else say_value(value, language, unit)


def statement_to_text(statement: Statement, language: Language = "zh", *, name: str = "") -> str:
    """A statement as text."""
    return lay_out_text(say_statement(statement, language, name=name), statement.review, language)


def render_statement(statement: Statement, language: Language = "zh", *, name: str = "") -> str:
    """A statement as one HTML page."""
    return lay_out_html(say_statement(statement, language, name=name), language)


def statement_to_docx(statement: Statement, language: Language = "zh", *, name: str = "") -> bytes:
    """A statement as a Word document.

    Raises:
        XbyxError: XR330, python-docx is not installed.
    """
    return lay_out_docx(say_statement(statement, language, name=name), language)
