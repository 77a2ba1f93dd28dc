"""Findings for people, as text with a stable order of lines; as plain data in `to_json`.

Text order: outcome with clause, title and document; why; how binding it is; each condition with
its values; the facts and parameters read; what is missing; what would satisfy it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from xbyx_rules.compiling.prose import say_value
from xbyx_rules.errors import Language
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome, Period

from .findings import Condition, Finding, Missing, Reading, Remedy, Review
from .to_json import finding_to_json, review_to_json

__all__ = ["explain", "explain_review", "finding_to_json", "review_to_json"]

_PATH: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_MARKS: Final[Mapping[Outcome, str]] = {
    Outcome.MET: "✓",
    Outcome.NOT_MET: "✗",
    Outcome.UNDETERMINED: "？",
    Outcome.NOT_APPLICABLE: "－",
}
_OUTCOMES: Final[Mapping[Language, Mapping[Outcome, str]]] = {
    "zh": {outcome: outcome.zh for outcome in Outcome},
    "en": {
        Outcome.MET: "met",
        Outcome.NOT_MET: "not met",
        Outcome.UNDETERMINED: "undetermined",
        Outcome.NOT_APPLICABLE: "not applicable",
    },
}

_COMPUTED: Final[Mapping[Language, str]] = {"zh": "已算得", "en": "computed"}


@dataclass(frozen=True, slots=True)
class _Lines:
    """The fixed words of an explanation in one language."""

    colon: str
    headline: str
    note: str
    reason: str
    force: str
    blocking: str
    reminding: str
    replacement: str
    result: str
    no_result: str
    no_figure: str
    conditions: str
    holds: str
    fails: str
    unknown: str
    shortfall: str
    facts: str
    parameters: str
    basis: str
    verified: str
    not_verified: str
    since: str
    until: str
    between: str
    group: str
    group_separator: str
    missing: str
    holder: str
    remedies: str
    review: str
    counts: str
    count: str
    count_separator: str
    blocked: str
    not_blocked: str
    others: str
    lapsed: str


_LINES: Final[Mapping[Language, _Lines]] = {
    "zh": _Lines(
        colon="：",
        headline="{outcome}：{clause}（{document}）",
        note="说明",
        reason="原因",
        force="规范用语",
        blocking="不符合或暂无法判定时，不能办理下一步",
        reminding="仅作提醒",
        replacement="与上位规定相比",
        result="结果",
        no_result="无法得出",
        no_figure="没有可用的值",
        conditions="条件：",
        holds="✓ 成立",
        fails="✗ 不成立",
        unknown="？ 无法判断",
        shortfall="相差",
        facts="事实：",
        parameters="参数：",
        basis="依据 {basis}",
        verified="已核实",
        not_verified="未核实",
        since="{start}起施行",
        until="施行至{end}",
        between="{start}至{end}施行",
        group="（{}）",
        group_separator="；",
        missing="缺少：",
        holder="由{holder}提供",
        remedies="如何达到：",
        review="{subject}，判定日 {on}，依据 {document}",
        counts="共 {total} 项：{counts}",
        count="{outcome} {count}",
        count_separator="，",
        blocked="须先解决的 {count} 项：",
        not_blocked="没有须先解决的事项。",
        others="其余 {count} 项：",
        lapsed="提请注意：所依据的{documents}在判定日不在施行期内，本文件是否仍然适用须由人确认。",
    ),
    "en": _Lines(
        colon=": ",
        headline="{outcome}: {clause} ({document})",
        note="Message",
        reason="Reason",
        force="Normative word",
        blocking="while not met or undetermined, the next step can't be taken",
        reminding="a reminder only",
        replacement="Compared with the rule above",
        result="Result",
        no_result="can't be worked out",
        no_figure="no value to use",
        conditions="Conditions:",
        holds="✓ holds",
        fails="✗ does not hold",
        unknown="？ can't be decided",
        shortfall="Difference",
        facts="Facts:",
        parameters="Parameters:",
        basis="basis {basis}",
        verified="verified",
        not_verified="not verified",
        since="in force from {start}",
        until="in force until {end}",
        between="in force from {start} to {end}",
        group=" ({})",
        group_separator="; ",
        missing="Missing:",
        holder="to be given by {holder}",
        remedies="What would satisfy it:",
        review="{subject}, on {on}, under {document}",
        counts="{total} in all: {counts}",
        count="{outcome} {count}",
        count_separator=", ",
        blocked="To be settled first ({count}):",
        not_blocked="Nothing has to be settled first.",
        others="The other {count}:",
        lapsed="Note: {documents}, on which this rests, was not in force that day; "
        "a person has to confirm that this document still applies.",
    ),
}


def explain(finding: Finding, language: Language = "zh") -> str:
    """Say one finding to a person: what was decided, by which clause, from what, and what to do.

    Args:
        finding: from `decide`.
        language: ``zh`` or ``en``; what the document has only in Chinese stays Chinese.

    Returns:
        Lines of text, the first one whole in itself; sections that would be empty are left out.
    """
    sections = (
        (_headline(finding, language),),
        _why(finding, language),
        _section(_LINES[language].conditions, _conditions(finding, language)),
        _section(_LINES[language].facts, _facts(finding.facts, language)),
        _section(_LINES[language].parameters, _parameters(finding.parameters, language)),
        _section(_LINES[language].missing, _missing(finding.missing, language)),
        _section(_LINES[language].remedies, _remedies(finding.remedies, language)),
    )
    return "\n".join(line for section in sections for line in section)


def explain_review(review: Review, language: Language = "zh") -> str:
    """Say a review to a person: counts, what blocks in full, then every other finding in a line.

    Args:
        review: from `decide`.
        language: ``zh`` or ``en``.
    """
    lines = _LINES[language]
    blocking = review.blocked_by
    others = [one for one in review if one not in blocking]
    head = lines.review.format(
        subject=review.subject,
        on=say_value(review.on, language),
        document=review.document or review.policy,
    )
    parts = [f"{_one_line(head)}\n{_counts(review, language)}"]
    if review.lapsed:
        parts.append(lines.lapsed.format(documents=say_value(list(review.lapsed), language)))
    if blocking:
        parts.append(lines.blocked.format(count=len(blocking)))
        parts += [explain(one, language) for one in blocking]
    else:
        parts.append(lines.not_blocked)
    if others:
        listed = (f"  {_MARKS[one.outcome]} {_headline(one, language)}" for one in others)
        parts.append("\n".join((lines.others.format(count=len(others)), *listed)))
    return "\n\n".join(parts)


def _counts(review: Review, language: Language) -> str:
    lines = _LINES[language]
    counts = ((outcome, sum(one.outcome is outcome for one in review)) for outcome in Outcome)
    return lines.counts.format(
        total=len(review.findings),
        counts=lines.count_separator.join(
            lines.count.format(outcome=_OUTCOMES[language][outcome], count=count)
            for outcome, count in counts
        ),
    )


def _headline(finding: Finding, language: Language) -> str:
    # WHY: a calculation that has its value is neither compliant nor not.
    is_computed = finding.value is not None and finding.outcome is Outcome.MET
    said = _LINES[language].headline.format(
        outcome=_COMPUTED[language] if is_computed else _OUTCOMES[language][finding.outcome],
        clause=f"{finding.locator} {finding.title}".strip(),
        document=finding.document or finding.policy,
    )
    return _one_line(said)


def _why(finding: Finding, language: Language) -> Iterator[str]:
    lines = _LINES[language]
    if finding.value is not None:
        yield _entry(lines.result, _say_known(finding.value, language, lines.no_result), lines)
    for label, texts in ((lines.note, finding.message), (lines.reason, finding.reason)):
        said = _in_language(texts, language)
        if said:
            yield _entry(label, said, lines)
    if finding.force is not None:
        effect = lines.blocking if finding.is_blocking else lines.reminding
        word = finding.force.label(language).replace("_", " ")
        yield _entry(lines.force, word + lines.group.format(effect), lines)
    if finding.status:
        yield _entry(lines.replacement, finding.status, lines)


def _conditions(finding: Finding, language: Language) -> Iterator[str]:
    lines = _LINES[language]
    facts = {one.name: one for one in finding.facts}
    for one in finding.conditions:
        is_unknown = one.outcome is UNKNOWN
        label = lines.unknown if is_unknown else lines.holds if one.outcome else lines.fails
        yield _entry(label, _in_language(one.prose, language) or one.text, lines)
        for index, (text, value) in enumerate(one.values):
            unit = one.units[index] if index < len(one.units) else ""
            fact = facts.get(text)
            if fact is None:
                said = _say_known(value, language, lines.no_result, unit)
                name = _spoken_at(one, index, language) or _say_path(text, language)
            else:
                said = _say_read(fact, value, language, unit or fact.unit)
                name = _name_of(fact, language)
            yield "  " + _entry(name, said, lines)
        if one.shortfall is not None:
            unit = one.units[-1] if one.units else ""
            yield "  " + _entry(lines.shortfall, say_value(one.shortfall, language, unit), lines)


def _spoken_at(condition: Condition, index: int, language: Language) -> str:
    spoken = condition.spoken.get(language, ())
    return spoken[index] if index < len(spoken) else ""


def _facts(facts: Iterable[Reading], language: Language) -> Iterator[str]:
    for one in facts:
        said = _say_read(one, one.value, language, one.unit)
        yield _entry(_name_of(one, language), said, _LINES[language])


def _say_read(reading: Reading, value: Any, language: Language, unit: str) -> str:
    # WHY: nobody reports what is computed, so without a value it isn't "not reported".
    if reading.is_computed:
        return _say_known(value, language, _LINES[language].no_result, unit)
    return say_value(value, language, unit)


def _parameters(parameters: Iterable[Reading], language: Language) -> Iterator[str]:
    lines = _LINES[language]
    for one in parameters:
        notes = []
        if one.basis:
            notes.append(lines.basis.format(basis=one.basis))
        if one.period is not None and (one.period.start or one.period.end):
            notes.append(_say_period(one.period, language))
        if one.is_verified is not None:
            notes.append(lines.verified if one.is_verified else lines.not_verified)
        # WHY: nobody reports a parameter, so a missing one isn't "not reported".
        said = one.written or _say_known(one.value, language, lines.no_figure, one.unit)
        if notes:
            said += lines.group.format(lines.group_separator.join(notes))
        yield _entry(_name_of(one, language), said, lines)


def _name_of(reading: Reading, language: Language) -> str:
    if language == "en" and reading.english:
        return reading.english
    return _say_path(reading.name, language)


def _say_path(path: str, language: Language) -> str:
    """A fact's path as it is read aloud: 领导小组的组长; other text stays."""
    if language == "zh" and _PATH.fullmatch(path):
        return path.replace(".", "的")
    return path


def _say_known(value: Any, language: Language, otherwise: str, unit: str = "") -> str:
    return otherwise if value is UNKNOWN else say_value(value, language, unit)


def _say_period(period: Period, language: Language) -> str:
    lines = _LINES[language]
    start, end = (say_value(day, language) if day else "" for day in (period.start, period.end))
    template = lines.between if start and end else lines.since if start else lines.until
    return template.format(start=start, end=end)


def _missing(missing: Iterable[Missing], language: Language) -> Iterator[str]:
    lines = _LINES[language]
    for one in missing:
        said = _in_language(one.description, language)
        name = _say_path(one.name, language)
        line = _entry(name, said, lines) if said and said != one.name else name
        if one.holder:
            line += lines.group.format(lines.holder.format(holder=one.holder))
        yield _one_line(line)


def _remedies(remedies: Iterable[Remedy], language: Language) -> Iterator[str]:
    for one in remedies:
        yield _one_line(_in_language(one.prose, language) or one.fact)


def _section(title: str, entries: Iterable[str]) -> Iterator[str]:
    listed = [f"  {entry}" for entry in entries]
    if listed:
        yield title
        yield from listed


def _entry(name: str, said: str, lines: _Lines) -> str:
    return _one_line(f"{name}{lines.colon}{said}")


def _one_line(text: str) -> str:
    # WHY: a value of the host with a line break could otherwise pass for a line of ours.
    return " ".join(text.split())


def _in_language(texts: Mapping[Language, str], language: Language) -> str:
    """The text in one language; the other one where it is missing."""
    return texts.get(language) or next((text for text in texts.values() if text), "")
