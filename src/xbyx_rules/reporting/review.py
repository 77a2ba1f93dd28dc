"""A whole review on one page, as text or as HTML; as a Word document in `review_docx`.

Order: what it is about; counts; what has to be settled first, with what would settle it; every
finding in full; the judgements that people have still to give; what is not applicable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding import (
    EXPLANATION_WORDS,
    Finding,
    Mark,
    Review,
    SaidFinding,
    SaidValue,
    count_findings,
    explain,
    say_finding,
)
from xbyx_rules.errors import Language
from xbyx_rules.policy import Outcome, Policy

from .pages import Crumb, render_page
from .words import REVIEW_WORDS

__all__ = [
    "SaidReview",
    "SaidTable",
    "SaidTask",
    "lay_out_html",
    "lay_out_tables",
    "lay_out_text",
    "render_review",
    "review_to_text",
    "say_review",
]


@dataclass(frozen=True, slots=True)
class SaidTask:
    """Something to be settled first: the clause and what has to be done, by whom where known."""

    finding: SaidFinding
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidTable:
    """Records in words, one a row, with what was worked out about each.

    Args:
        title: what the records are.
        heads: of the columns.
        rows: the cells, "" where there is nothing to say.
        notes: what the values rest on.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        """The heads as the pages' tables take them: with whether numbers stand below."""
        return tuple((one, False) for one in self.heads)


@dataclass(frozen=True, slots=True)
class SaidReview:
    """A review in words.

    Args:
        title: whom or what it is about.
        head: day, document, status, hash, and so on.
        lapsed: that a document above was not in force; "" otherwise.
        counts: how many requirements have each outcome, and how many figures there are.
        tasks: what blocks, with what would settle it.
        findings: those met, not met and undetermined, in the order of the document.
        judgements: those of `findings` that wait for a person.
        not_applicable: the others.
        kind: what the whole is called, where it isn't the usual review.
        tables: the subject's records, in a statement of them.
    """

    title: str
    head: tuple[SaidValue, ...]
    lapsed: str
    counts: tuple[tuple[Mark, int], ...]
    tasks: tuple[SaidTask, ...]
    findings: tuple[SaidFinding, ...]
    judgements: tuple[SaidFinding, ...]
    not_applicable: tuple[SaidFinding, ...]
    kind: str = ""
    tables: tuple[SaidTable, ...] = ()


def say_review(
    review: Review, language: Language = "zh", *, name: str = "", policy: Policy | None = None
) -> SaidReview:
    """Say a review.

    Args:
        review: from `decide`.
        language: ``zh`` or ``en``.
        name: of the subject, such as the school's; by default its entity and key.
        policy: the document, for its status.
    """
    said = {one.clause: say_finding(one, language) for one in review}
    rest = [one for one in review if one.outcome is not Outcome.NOT_APPLICABLE]
    lapsed = EXPLANATION_WORDS[language].lapsed
    return SaidReview(
        name or str(review.subject),
        tuple(_say_head(review, language, policy)),
        lapsed.format(documents=say_value(list(review.lapsed), language)) if review.lapsed else "",
        count_findings(review, language),
        tuple(_say_task(said[one.clause], language) for one in review.blocked_by),
        tuple(said[one.clause] for one in rest),
        tuple(said[one.clause] for one in rest if _waits_for_person(one)),
        tuple(said[one.clause] for one in review if one.outcome is Outcome.NOT_APPLICABLE),
    )


def _say_head(review: Review, language: Language, policy: Policy | None) -> Iterator[SaidValue]:
    words = REVIEW_WORDS[language]
    yield SaidValue(words.subject, str(review.subject))
    yield SaidValue(words.on, say_value(review.on, language))
    yield SaidValue(words.document, review.document or review.policy)
    if policy is not None:
        status = policy.status.label(language).replace("-", " ")
        yield SaidValue(words.status, status)
        if policy.validity:
            yield SaidValue(words.validity, policy.validity)
    yield SaidValue(words.hash, review.policy_hash)


def _say_task(said: SaidFinding, language: Language) -> SaidTask:
    explained = EXPLANATION_WORDS[language]
    steps = [
        f"{explained.missing}{explained.colon}{one.name}"
        + (explained.group.format(one.holder) if one.holder else "")
        for one in said.missing
    ]
    steps += said.remedies
    otherwise = (said.reason, said.message, said.result, said.mark.word)
    return SaidTask(said, tuple(steps or [next(one for one in otherwise if one)]))


def _waits_for_person(finding: Finding) -> bool:
    return any(one.is_attestation for one in finding.missing)


def review_to_text(
    review: Review, language: Language = "zh", *, name: str = "", policy: Policy | None = None
) -> str:
    """A whole review as text, every finding in full.

    Args:
        review: see `say_review`, as for the others.
        language: ``zh`` or ``en``.
        name: of the subject.
        policy: the document.
    """
    return lay_out_text(say_review(review, language, name=name, policy=policy), review, language)


def lay_out_text(said: SaidReview, review: Review, language: Language) -> str:
    """A said review as text.

    Args:
        said: from `say_review`.
        review: the same review, whose findings are explained in full.
        language: ``zh`` or ``en``.
    """
    words, explained = REVIEW_WORDS[language], EXPLANATION_WORDS[language]
    colon = explained.colon
    parts = _lay_out_head(said, colon)
    parts.append(
        "\n".join((words.counts, *(f"  {mark.sign} {mark.word} {n}" for mark, n in said.counts)))
    )
    parts.append("\n".join((words.tasks, *_task_lines(said.tasks, words.nothing))))
    parts += ["\n".join(_table_lines(one, colon)) for one in said.tables]
    full = (one for one in review if one.outcome is not Outcome.NOT_APPLICABLE)
    parts += [words.findings, *(explain(one, language) for one in full)]
    for title, findings in (
        (words.judgements, said.judgements),
        (words.not_applicable, said.not_applicable),
    ):
        if findings:
            parts.append("\n".join((title, *_short_lines(findings, colon))))
    return "\n\n".join(parts) + "\n"


def lay_out_tables(said: SaidReview, language: Language) -> str:
    """A said review of figures alone as text: its head and its tables."""
    colon = EXPLANATION_WORDS[language].colon
    tables = ("\n".join(_table_lines(one, colon)) for one in said.tables)
    return "\n\n".join((*_lay_out_head(said, colon), *tables)) + "\n"


def _lay_out_head(said: SaidReview, colon: str) -> list[str]:
    heading = f"{said.title} · {said.kind}" if said.kind else said.title
    head = "\n".join((heading, *(f"{one.name}{colon}{one.value}" for one in said.head)))
    return [head, said.lapsed] if said.lapsed else [head]


def _table_lines(table: SaidTable, colon: str) -> Iterator[str]:
    yield table.title
    for number, row in enumerate(table.rows, start=1):
        pairs = zip(table.heads, row, strict=True)
        cells = [f"{head}{colon}{cell}" for head, cell in pairs if cell]
        yield f"  {number}. {('；' if colon == '：' else '; ').join(cells)}"
    yield from (f"  {one}" for one in table.notes)


def _task_lines(tasks: Iterable[SaidTask], nothing: str) -> Iterator[str]:
    number = 0
    for number, one in enumerate(tasks, start=1):
        yield f"  {number}. {one.finding.mark.sign} {one.finding.mark.word} {one.finding.clause}"
        yield from (f"     {step}" for step in one.steps)
    if not number:
        yield f"  {nothing}"


def _short_lines(findings: Iterable[SaidFinding], colon: str) -> Iterator[str]:
    for one in findings:
        yield (
            f"  {one.mark.sign} {one.clause}{colon}{one.reason}"
            if one.reason
            else f"  {one.clause}"
        )


def render_review(
    review: Review, language: Language = "zh", *, name: str = "", policy: Policy | None = None
) -> str:
    """A whole review as one HTML page.

    Args:
        review: see `say_review`, as for the others.
        language: ``zh`` or ``en``.
        name: of the subject.
        policy: the document.
    """
    return lay_out_html(say_review(review, language, name=name, policy=policy), language)


def lay_out_html(said: SaidReview, language: Language) -> str:
    """A said review as one HTML page."""
    words = REVIEW_WORDS[language]
    # WHY `_`: a finding has its clause's anchor as its id, and no anchor begins so.
    sections = (
        ("_counts", words.counts, True),
        ("_tasks", words.tasks, True),
        *((f"_table{number}", one.title, True) for number, one in enumerate(said.tables)),
        ("_findings", words.findings, True),
        ("_judgements", words.judgements, said.judgements),
        ("_not-applicable", words.not_applicable, said.not_applicable),
    )
    return render_page(
        "review.html.j2",
        language=language,
        contents=[Crumb(f"#{key}", word) for key, word, is_there in sections if is_there],
        said=said,
        review_words=words,
    )
