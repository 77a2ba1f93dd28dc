"""Say a finding: every part in one language, none of it laid out yet.

Text (`explaining`), pages and documents (`reporting`) are made from this one structure, so that
they can't say different things.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from xbyx_rules.compiling.prose import WORDS, say_holder, say_items, say_record, say_value
from xbyx_rules.errors import Language
from xbyx_rules.feel.values import UNKNOWN, Incomplete, Record
from xbyx_rules.policy import Outcome, Period

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
from .said import (
    Mark,
    SaidCondition,
    SaidDerivation,
    SaidFinding,
    SaidMissing,
    SaidParameter,
    SaidValue,
)
from .wording import EXPLANATION_WORDS, OUTCOME_SIGNS, ExplanationWords

__all__ = ["count_findings", "mark_outcome", "say_finding"]

_MOST_HITS: Final = 6
_PATH: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")


def say_finding(finding: Finding, language: Language = "zh") -> SaidFinding:
    """Say every part of a finding.

    Args:
        finding: from `decide`.
        language: ``zh`` or ``en``; what the document has only in Chinese stays Chinese.
    """
    words = EXPLANATION_WORDS[language]
    force = finding.force
    return SaidFinding(
        anchor=finding.clause,
        mark=_mark(finding, words, language),
        clause=_one_line(_cite(finding, language)),
        document=_one_line(finding.document or finding.policy),
        result=_say_result_of(finding, language),
        message=_one_line(_in_language(finding.message, language)),
        reason=_one_line(_in_language(finding.reason, language)),
        force=force.label(language).replace("_", " ") if force else "",
        effect=(words.blocking if finding.is_blocking else words.reminding) if force else "",
        replacement=_one_line("；".join(one.phrase(language) for one in finding.strictness)),
        conditions=tuple(_say_condition(one, finding, language) for one in finding.conditions),
        facts=tuple(
            SaidValue(_name_of(one, language), _say_read(one, one.value, language, one.unit))
            for one in finding.facts
        ),
        parameters=tuple(_say_parameter(one, language) for one in finding.parameters),
        missing=tuple(_say_missing(one, language) for one in finding.missing),
        remedies=_say_remedies(finding, language),
        derivations=tuple(_say_derivation(one, language) for one in finding.derivations),
    )


def count_findings(review: Review, language: Language = "zh") -> tuple[tuple[Mark, int], ...]:
    """How many requirements have each outcome; and, where there are any, how many figures.

    A figure is no requirement: that it could be computed meets nothing.
    """
    words = EXPLANATION_WORDS[language]
    figures = [one for one in review if one.is_calculation]
    asked = [one for one in review if not one.is_calculation]
    counts = [
        (mark_outcome(one, language), sum(finding.outcome is one for finding in asked))
        for one in Outcome
    ]
    open_mark = Mark("undetermined", OUTCOME_SIGNS[Outcome.UNDETERMINED], words.uncomputed)
    marks = (_mark(one, words, language) for one in figures)
    counted = Counter(one if one.key in ("computed", "withheld") else open_mark for one in marks)
    return (*counts, *counted.items())


def _mark(finding: Finding, words: ExplanationWords, language: Language) -> Mark:
    if finding.is_withheld:
        return Mark("withheld", OUTCOME_SIGNS[Outcome.NOT_APPLICABLE], words.withheld)
    # WHY: a calculation that has its value is neither compliant nor not.
    if finding.value is not None and finding.outcome is Outcome.MET:
        return Mark("computed", OUTCOME_SIGNS[Outcome.MET], words.computed)
    return mark_outcome(finding.outcome, language)


def _say_result_of(finding: Finding, language: Language) -> str:
    if finding.is_withheld:
        return EXPLANATION_WORDS[language].withheld
    return "" if finding.value is None else _say_result(finding.value, language)


def _cite(finding: Finding, language: Language) -> str:
    title = (finding.english_title if language == "en" else "") or finding.title
    if finding.locator or not finding.basis:
        return f"{finding.locator} {title}"
    words = EXPLANATION_WORDS[language]
    return f"{title}{words.group.format(words.basis.format(basis=finding.basis))}"


def _say_result(value: Any, language: Language) -> str:
    hits = value if isinstance(value, list) and value else []
    if not hits or not all(_is_hit(one) for one in hits):
        return _say_known(value, language, EXPLANATION_WORDS[language].no_result)
    words = EXPLANATION_WORDS[language]
    said = (
        words.hit_separator.join(
            words.hit.format(alias=alias, record=say_record(record, language))
            for alias, record in one.items()
        )
        for one in hits[:_MOST_HITS]
    )
    shown = words.group_separator.join(said)
    more = len(hits) - _MOST_HITS
    return f"{shown}{words.group_separator}{words.more.format(more)}" if more > 0 else shown


def _is_hit(value: Any) -> bool:
    """Whether a value is what a check found: records by their aliases."""
    is_named = isinstance(value, dict) and not isinstance(value, Record)
    return is_named and all(isinstance(one, Record) for one in value.values())


def _say_remedies(finding: Finding, language: Language) -> tuple[str, ...]:
    said = tuple(_say_remedy(one, language) for one in finding.remedies)
    # WHY: each way is tried with all else as it is, so two of them may undo one another.
    is_apart = sum(one.outcome is False for one in finding.conditions) > 1
    return (*said, EXPLANATION_WORDS[language].apart) if said and is_apart else said


def _say_remedy(remedy: Remedy, language: Language) -> str:
    said = _one_line(_in_language(remedy.prose, language) or remedy.fact)
    return EXPLANATION_WORDS[language].alternative.format(said) if remedy.is_alternative else said


def _say_derivation(one: Derivation, language: Language) -> SaidDerivation:
    words = EXPLANATION_WORDS[language]
    prose = _in_language(one.prose, language)
    how = [words.expression.format(_one_line(prose))] if prose else []
    how += [_say_row(row, language) for row in one.rows]
    more = one.count - len(one.contributions)
    return SaidDerivation(
        _one_line(_in_language(one.spoken, language)),
        _say_known(one.value, language, words.no_result, one.unit),
        _one_line(one.clause),
        tuple(how),
        tuple(_say_reading(reading, language) for reading in one.values),
        (
            *(_say_contribution(part, one.unit, language) for part in one.contributions),
            *(_say_derivation(part, language) for part in one.parts),
        ),
        words.more.format(more) if more else "",
    )


def _say_row(row: AppliedRow, language: Language) -> str:
    words = EXPLANATION_WORDS[language]
    tests = _in_language(row.tests, language)
    said = words.row.format(
        number=row.number,
        tests=_one_line(tests) or words.any_case,
        output=_one_line(_in_language(row.output, language)),
    )
    return said + words.group.format(_one_line(row.annotation)) if row.annotation else said


def _say_contribution(one: Contribution, unit: str, language: Language) -> SaidDerivation:
    no_result = EXPLANATION_WORDS[language].no_result
    name = _say_records(one.record, language, one.fields) or say_value(one.record, language)
    return SaidDerivation(
        _one_line(name),
        "" if one.value is None else _say_known(one.value, language, no_result, unit),
        parts=tuple(_say_derivation(part, language) for part in one.parts),
    )


def _say_reading(reading: Reading, language: Language) -> SaidValue:
    value = reading.written or _say_read(reading, reading.value, language, reading.unit)
    return SaidValue(_name_of(reading, language), _one_line(value))


def mark_outcome(outcome: Outcome, language: Language = "zh") -> Mark:
    """An outcome as a mark.

    Example:
        >>> mark_outcome(Outcome.NOT_MET)
        Mark(key='not_met', sign='✗', word='不符合')
    """
    word = EXPLANATION_WORDS[language].outcomes[outcome]
    return Mark(outcome.code, OUTCOME_SIGNS[outcome], word)


def _say_condition(condition: Condition, finding: Finding, language: Language) -> SaidCondition:
    words = EXPLANATION_WORDS[language]
    if condition.outcome is UNKNOWN:
        mark = Mark("unknown", OUTCOME_SIGNS[Outcome.UNDETERMINED], words.unknown)
    elif condition.outcome:
        mark = Mark("holds", OUTCOME_SIGNS[Outcome.MET], words.holds)
    else:
        mark = Mark("fails", OUTCOME_SIGNS[Outcome.NOT_MET], words.fails)
    shortfall = ""
    if condition.shortfall is not None:
        unit = condition.units[-1] if condition.units else ""
        shortfall = say_value(condition.shortfall, language, unit)
    return SaidCondition(
        mark,
        _one_line(_in_language(condition.prose, language) or condition.text),
        tuple(_say_values(condition, finding, language)),
        shortfall,
    )


def _say_values(condition: Condition, finding: Finding, language: Language) -> list[SaidValue]:
    facts = {one.name: one for one in finding.facts}
    no_result = EXPLANATION_WORDS[language].no_result
    said = []
    for index, (text, value) in enumerate(condition.values):
        unit = condition.units[index] if index < len(condition.units) else ""
        fact = facts.get(text)
        if fact is None:
            spoken = condition.spoken.get(language, ())
            name = spoken[index] if index < len(spoken) else _say_path(text, language)
            words = _say_known(value, language, no_result, unit)
        else:
            name = _name_of(fact, language)
            words = _say_read(fact, value, language, unit or fact.unit)
        said.append(SaidValue(_one_line(name), words))
    return said


def _say_read(reading: Reading, value: Any, language: Language, unit: str) -> str:
    # WHY: nobody reports what is computed, so without a value it isn't "not reported".
    if reading.is_computed:
        return _say_known(value, language, EXPLANATION_WORDS[language].no_result, unit)
    return _one_line(
        _say_records(value, language, reading.fields) or say_value(value, language, unit)
    )


def _say_records(value: Any, language: Language, fields: Mapping[str, str]) -> str:
    """Records, each by what tells it from the others; "" for any other value."""
    if isinstance(value, Record):
        return say_record(value, language, fields)
    if not isinstance(value, list) or not value or not isinstance(value[0], Record):
        return ""
    return say_items(
        [say_record(one, language, fields) for one in value],
        language,
        isinstance(value, Incomplete),
    )


def _say_parameter(reading: Reading, language: Language) -> SaidParameter:
    words = EXPLANATION_WORDS[language]
    notes = []
    if reading.basis:
        notes.append(words.basis.format(basis=reading.basis))
    if reading.period is not None and (reading.period.start or reading.period.end):
        notes.append(_say_period(reading.period, language))
    if reading.is_verified is not None:
        notes.append(words.verified if reading.is_verified else words.not_verified)
    # WHY: nobody reports a parameter, so a missing one isn't "not reported".
    value = reading.written or _say_known(reading.value, language, words.no_figure, reading.unit)
    return SaidParameter(_name_of(reading, language), _one_line(value), tuple(notes))


def _name_of(reading: Reading, language: Language) -> str:
    if language == "en":
        own = WORDS["en"].names.get(reading.name, "").removeprefix("the ")
        return reading.english or own or reading.name
    return _say_path(reading.name, language)


def _say_path(path: str, language: Language) -> str:
    """A fact's path as it is read aloud: 领导小组的组长, 领导小组已成立; other text stays."""
    if language == "zh" and _PATH.fullmatch(path):
        return path.replace(".已", "已").replace(".", "的")
    return path


def _say_known(value: Any, language: Language, otherwise: str, unit: str = "") -> str:
    return otherwise if value is UNKNOWN else _one_line(say_value(value, language, unit))


def _say_period(period: Period, language: Language) -> str:
    words = EXPLANATION_WORDS[language]
    start, end = (say_value(day, language) if day else "" for day in (period.start, period.end))
    template = words.between if start and end else words.since if start else words.until
    return template.format(start=start, end=end)


def _say_missing(missing: Missing, language: Language) -> SaidMissing:
    words = EXPLANATION_WORDS[language]
    said = missing.description.get(language, "")
    name = _say_path(missing.name, language)
    # WHY: in English the description is the fact's English name, in Chinese mostly the path.
    if said and (language == "en" or said.startswith(name)):
        name = said
    elif said or missing.description:
        name = f"{name}{words.colon}{said or _in_language(missing.description, language)}"
    template = words.attests if missing.is_attestation else words.holder
    who = words.either.join(say_holder(one, language) for one in missing.holder.split("、"))
    holder = template.format(holder=who) if missing.holder else ""
    return SaidMissing(_one_line(name), _one_line(holder))


def _one_line(text: str) -> str:
    # WHY: a value of the host with a line break could otherwise pass for a line of ours.
    return " ".join(text.split())


def _in_language(texts: Mapping[Language, str], language: Language) -> str:
    """The text in one language; the other one where it is missing."""
    return texts.get(language) or next((text for text in texts.values() if text), "")
