"""Findings for people, as text with a stable order of lines; as plain data in `to_json`.

Text order: outcome with clause, title and document; why; how binding it is; each condition with
its values; how what was computed came about; the facts and parameters read; what is missing; what
would satisfy it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xbyx_rules.compiling.prose import say_value
from xbyx_rules.errors import Language

from .findings import Finding, Review
from .said import Mark, SaidCondition, SaidDerivation, SaidFinding, SaidParameter, SaidValue
from .saying import count_findings, say_finding
from .to_json import finding_to_json, review_to_json
from .wording import EXPLANATION_WORDS, ExplanationWords

__all__ = ["explain", "explain_review", "finding_to_json", "review_to_json"]


def explain(finding: Finding, language: Language = "zh") -> str:
    """Say one finding to a person: what was decided, by which clause, from what, and what to do.

    Args:
        finding: from `decide`.
        language: ``zh`` or ``en``; what the document has only in Chinese stays Chinese.

    Returns:
        Lines of text, the first one whole in itself; sections that would be empty are left out.
    """
    words, said = EXPLANATION_WORDS[language], say_finding(finding, language)
    sections = (
        (_headline(said, words),),
        _why(said, words),
        _section(words.conditions, _conditions(said.conditions, words), words),
        _section(words.derivations, _derivations(said.derivations, words), words),
        _section(words.facts, (_value(one, words) for one in said.facts), words),
        _section(words.parameters, (_parameter(one, words) for one in said.parameters), words),
        _section(
            words.missing, (_noted(one.name, one.holder, words) for one in said.missing), words
        ),
        _section(words.remedies, said.remedies, words),
    )
    return "\n".join(line for section in sections for line in section)


def explain_review(review: Review, language: Language = "zh") -> str:
    """Say a review to a person: counts, what blocks in full, then every other finding in a line.

    Args:
        review: from `decide`.
        language: ``zh`` or ``en``.
    """
    words = EXPLANATION_WORDS[language]
    blocking = review.blocked_by
    others = [one for one in review if one not in blocking]
    head = words.review.format(
        subject=review.subject,
        on=say_value(review.on, language),
        document=review.document or review.policy,
    )
    parts = [f"{' '.join(head.split())}\n{_counts(review, language)}"]
    if review.lapsed:
        parts.append(words.lapsed.format(documents=say_value(list(review.lapsed), language)))
    if blocking:
        parts.append(words.blocked.format(count=len(blocking)))
        parts += [explain(one, language) for one in blocking]
    else:
        parts.append(words.not_blocked)
    if others:
        listed = (_in_one_line(one, language) for one in others)
        parts.append("\n".join((words.others.format(count=len(others)), *listed)))
    return "\n\n".join(parts)


def _in_one_line(finding: Finding, language: Language) -> str:
    """A finding's headline and, where something was worked out, what."""
    words, said = EXPLANATION_WORDS[language], say_finding(finding, language)
    result = f"{words.colon}{said.result}" if said.mark.key == "computed" else ""
    return f"  {said.mark.sign} {_headline(said, words)}{result}"


def _counts(review: Review, language: Language) -> str:
    words = EXPLANATION_WORDS[language]
    return words.counts.format(
        total=len(review.findings),
        counts=words.count_separator.join(
            words.count.format(outcome=mark.word, count=count)
            for mark, count in count_findings(review, language)
        ),
    )


def _headline(said: SaidFinding, words: ExplanationWords) -> str:
    return words.headline.format(outcome=said.mark.word, clause=said.clause, document=said.document)


def _why(said: SaidFinding, words: ExplanationWords) -> Iterator[str]:
    force = said.force + words.group.format(said.effect) if said.force else ""
    for label, text in (
        (words.result, said.result),
        (words.note, said.message),
        (words.reason, said.reason),
        (words.force, force),
        (words.replacement, said.replacement),
    ):
        if text:
            yield f"{label}{words.colon}{text}"


def _conditions(conditions: Iterable[SaidCondition], words: ExplanationWords) -> Iterator[str]:
    for one in conditions:
        yield f"{_label(one.mark)}{words.colon}{one.prose}"
        for value in one.values:
            yield "  " + _value(value, words)
        if one.shortfall:
            yield f"  {words.shortfall}{words.colon}{one.shortfall}"


def _derivations(said: Iterable[SaidDerivation], words: ExplanationWords) -> Iterator[str]:
    for one in said:
        name = one.name + words.group.format(one.clause) if one.clause else one.name
        yield f"{name}{words.colon}{one.value}" if one.value else name
        yield from (f"  {how}" for how in one.how)
        yield from (f"  {_value(value, words)}" for value in one.values)
        yield from (f"  {line}" for line in _derivations(one.parts, words))
        if one.more:
            yield f"  {one.more}"


def _label(mark: Mark) -> str:
    return f"{mark.sign} {mark.word}"


def _value(said: SaidValue, words: ExplanationWords) -> str:
    return f"{said.name}{words.colon}{said.value}"


def _parameter(said: SaidParameter, words: ExplanationWords) -> str:
    notes = words.group_separator.join(said.notes)
    return _noted(f"{said.name}{words.colon}{said.value}", notes, words)


def _noted(text: str, note: str, words: ExplanationWords) -> str:
    return text + words.group.format(note) if note else text


def _section(title: str, entries: Iterable[str], words: ExplanationWords) -> Iterator[str]:
    listed = [f"  {entry}" for entry in entries]
    if listed:
        yield f"{title}{words.colon}".rstrip()
        yield from listed
