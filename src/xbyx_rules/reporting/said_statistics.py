"""The statistics of a district in words: an official's tables as text, a page, a Word document.

Nothing is computed or left out here: what may not be shown is not in `Statistics`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding import EXPLANATION_WORDS, Finding, SaidValue, say_finding
from xbyx_rules.errors import Language
from xbyx_rules.policy import Outcome
from xbyx_rules.population import Breakdown, StatedDocument, Statistics

from .pages import Crumb, render_page
from .review import SaidReview, SaidTable, lay_out_tables
from .review_docx import lay_out_docx
from .words import REVIEW_WORDS

__all__ = ["render_statistics", "say_statistics", "statistics_to_docx", "statistics_to_text"]

_KIND: Final[Mapping[Language, str]] = {"zh": "统计表", "en": "Statistics"}
_HEADS: Final[Mapping[Language, tuple[str, str, str]]] = {
    "zh": ("指标", "数值", "依据与说明"),
    "en": ("Figure", "Value", "Basis and remarks"),
}
_BY_UNIT: Final[Mapping[Language, str]] = {"zh": "{0}（分校）", "en": "{0}, by school"}
_UNIT: Final[Mapping[Language, tuple[str, str]]] = {
    "zh": ("学校", "合计"),
    "en": ("School", "Total"),
}
_THRESHOLD: Final[Mapping[Language, str]] = {
    "zh": "不满 {0} 人的不公开；为了不让人由合计算出，另有别的格也不公开。",
    "en": "What tells of fewer than {0} persons is not published, nor are other cells from which "
    "it could be computed.",
}


def say_statistics(
    statistics: Statistics, language: Language = "zh", *, name: str = ""
) -> SaidReview:
    """Say statistics: one table a chapter of each document, then the counts by school.

    Args:
        statistics: from `decide_statistics`, as for the others.
        language: ``zh`` or ``en``.
        name: of the subject, such as the district's.
    """
    words = REVIEW_WORDS[language]
    cited = [one.review.document or one.review.policy for one in statistics.documents]
    lapsed = sorted({title for one in statistics.documents for title in one.review.lapsed})
    head = [
        SaidValue(words.subject, str(statistics.subject)),
        SaidValue(words.on, say_value(statistics.on, language)),
        *(SaidValue(words.document, one) for one in cited),
        *(SaidValue(words.hash, one.review.policy_hash) for one in statistics.documents),
    ]
    said = EXPLANATION_WORDS[language].lapsed.format(documents=say_value(lapsed, language))
    tables = [table for one in statistics.documents for table in _say_document(one, language)]
    return SaidReview(
        title=name or str(statistics.subject),
        head=tuple(head),
        lapsed=said if lapsed else "",
        counts=(),
        tasks=(),
        findings=(),
        judgements=(),
        not_applicable=(),
        kind=_KIND[language],
        tables=tuple(tables),
    )


def _say_document(stated: StatedDocument, language: Language) -> Iterator[SaidTable]:
    findings = {one.clause: one for one in stated.review}
    chapters: dict[str, list[Finding]] = {}
    # WHY those above: what a document is laid over has the figures and their chapters.
    origins = {one.id: one for one in stated.policy.checked.origins.values()}
    for policy in {stated.policy.policy.id: stated.policy.policy, **origins}.values():
        title = policy.title
        for clause in policy.clauses:
            if clause.kind is None:
                title = clause.title_in(language)
            elif clause.id in findings and findings[clause.id].policy == policy.id:
                chapters.setdefault(title, []).append(findings[clause.id])
    for chapter, listed in chapters.items():
        rows = tuple(_say_figure(one, language) for one in listed)
        yield SaidTable(chapter, _HEADS[language], rows)
    for one in stated.breakdowns:
        yield _say_breakdown(one, stated, language)


def _say_figure(finding: Finding, language: Language) -> tuple[str, str, str]:
    said = say_finding(finding, language)
    title = (finding.english_title if language == "en" else "") or finding.title
    basis = finding.locator or finding.basis
    is_known = finding.is_withheld or finding.outcome is Outcome.MET
    missing = [one.name for one in said.missing]
    remarks = [said.reason, *missing, said.replacement] if not finding.is_withheld else []
    notes = EXPLANATION_WORDS[language].group_separator.join(
        one for one in (basis, *remarks) if one
    )
    return title, said.result if is_known else said.mark.word, notes


def _say_breakdown(breakdown: Breakdown, stated: StatedDocument, language: Language) -> SaidTable:
    unit, total = _UNIT[language]
    withheld = EXPLANATION_WORDS[language].withheld

    def say(value: int | None) -> str:
        return withheld if value is None else str(value)

    clauses = [stated.policy.clauses[one.clause].checked.clause for one in breakdown.columns]
    heads = [one.title_in(language) for one in clauses]
    columns = breakdown.columns
    rows: list[Sequence[str]] = [
        (name, *(say(one.values[number]) for one in columns))
        for number, name in enumerate(breakdown.units)
    ]
    rows.append((total, *(say(one.total) for one in columns)))
    return SaidTable(
        _BY_UNIT[language].format(heads[0]),
        (unit, *heads),
        tuple(tuple(one) for one in rows),
        (_THRESHOLD[language].format(stated.threshold),),
    )


def statistics_to_text(statistics: Statistics, language: Language = "zh", *, name: str = "") -> str:
    """Statistics as text."""
    return lay_out_tables(say_statistics(statistics, language, name=name), language)


def render_statistics(statistics: Statistics, language: Language = "zh", *, name: str = "") -> str:
    """Statistics as one HTML page."""
    said = say_statistics(statistics, language, name=name)
    return render_page(
        "statistics.html.j2",
        language=language,
        contents=[Crumb(f"#_table{n}", one.title) for n, one in enumerate(said.tables)],
        said=said,
        review_words=REVIEW_WORDS[language],
    )


def statistics_to_docx(
    statistics: Statistics, language: Language = "zh", *, name: str = ""
) -> bytes:
    """Statistics as a Word document.

    Raises:
        XbyxError: XR330, python-docx is not installed.
    """
    return lay_out_docx(say_statistics(statistics, language, name=name), language)
