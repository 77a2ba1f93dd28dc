"""A statement in words: as text, as a page, as a Word document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding import EXPLANATION_WORDS, Finding, SaidValue, say_finding
from xbyx_rules.errors import Language
from xbyx_rules.feel.types import NumberType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome, Term

from .review import SaidReview, SaidTable, SaidTask, lay_out_html, lay_out_text, say_review
from .review_docx import lay_out_docx
from .said_periods import say_period
from .statement import StatedRecords, StatedValue, Statement

__all__ = ["render_statement", "say_statement", "statement_to_docx", "statement_to_text"]

_KINDS: Final[Mapping[str, Mapping[Language, str]]] = {
    "周期学分": {"zh": "教师培训学分清单", "en": "Transcript of training credits"},
    "年度预算": {"zh": "经费预算审查意见", "en": "Budget review"},
}
_OTHERWISE: Final[Mapping[Language, str]] = {
    "zh": "逐笔清单与审查意见",
    "en": "Statement and review",
}
_YES: Final[Mapping[Language, str]] = {"zh": "是", "en": "yes"}
_PERIOD: Final[Mapping[Language, str]] = {"zh": "规则施行期", "en": "Rules in force"}
_AGAIN_HEAD: Final[Mapping[Language, str]] = {"zh": "重复", "en": "repeated"}
_AGAIN: Final[Mapping[Language, str]] = {
    "zh": "同一条记了几次，只计一次",
    "en": "recorded more than once, counts once",
}


def say_statement(statement: Statement, language: Language = "zh", *, name: str = "") -> SaidReview:
    """Say a statement: a review with its tables.

    Args:
        statement: from `decide_statement`, as for the others.
        language: ``zh`` or ``en``.
        name: of the subject.
    """
    policy = statement.policy.policy
    said = say_review(statement.review, language, name=name, policy=policy)
    kind = _KINDS.get(statement.review.subject.entity, _OTHERWISE)[language]
    tables = tuple(_say_records(one, language) for one in statement.records)
    tasks = tuple(_with_shortfall(one, language) for one in said.tasks)
    head = (*said.head, SaidValue(_PERIOD[language], say_period(policy.period, language)))
    return replace(said, head=head, kind=kind, tables=tables, tasks=tasks)


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
    first = [one for one in (task.finding.message,) if one]
    # WHY: before its term is over a rule says nothing yet; then the reason comes first.
    steps = task.steps
    if not first and lacking:
        first, steps = list(steps), ()
    return replace(task, steps=(*first, *lacking, *steps))


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
    again = any(stated.repeated)
    heads += [_AGAIN_HEAD[language]] if again else []
    rows = [
        (
            *(_say(record.get(term.name), _unit(term), language) for term in shown),
            *(_say_worked_out(one, number, language) for one in stated.values),
            *((_AGAIN[language] if stated.repeated[number] else "",) if again else ()),
        )
        for number, record in enumerate(stated.records)
    ]
    title = stated.term.name if is_chinese else stated.term.english
    return SaidTable(title, tuple(heads), tuple(rows), tuple(_say_notes(stated, language)))


def _say_notes(stated: StatedRecords, language: Language) -> Iterator[str]:
    """What each value of a record rests on: its clause, and the parameters read."""
    words = EXPLANATION_WORDS[language]
    notes: dict[str, None] = {}
    for value in stated.values:
        for finding in value.findings:
            said = say_finding(finding, language)
            notes[said.clause] = None
            for one in said.parameters:
                rests = words.group.format(words.group_separator.join(one.notes))
                notes[f"{one.name}{words.colon}{one.value}{rests}"] = None
    yield from notes


def _unit(term: Term) -> str:
    return term.type.unit if isinstance(term.type, NumberType) else ""


def _say(value: Any, unit: str, language: Language) -> str:
    if value is None or value is UNKNOWN:
        return ""
    return value if isinstance(value, str) else say_value(value, language, unit)


def _say_worked_out(stated: StatedValue, number: int, language: Language) -> str:
    value = stated.values[number]
    if value is True:
        return _YES[language]
    if value is False:
        return ""
    if value is UNKNOWN:
        return EXPLANATION_WORDS[language].outcomes[Outcome.UNDETERMINED]
    text = value if isinstance(value, str) else say_value(value, language, stated.unit)
    how = _say_rows(stated.findings[number], language) if stated.findings else ""
    return text + (EXPLANATION_WORDS[language].group.format(how) if how else "")


def _say_rows(finding: Finding, language: Language) -> str:
    """How a table gave a value: the output of each row that applied, and its annotation."""
    words = EXPLANATION_WORDS[language]
    rows = [row for one in finding.derivations[:1] for row in one.rows]
    said = (part for row in rows for part in (row.output[language], row.annotation) if part)
    return words.group_separator.join(said)


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
