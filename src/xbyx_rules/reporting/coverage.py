"""The coverage page: a document clause by clause, with what covers it beside the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from xbyx_rules.checking import CheckedPolicy, ClauseCoverage
from xbyx_rules.errors import Diagnostic, Language
from xbyx_rules.policy import PROPERTY_KEYS, Clause, Policy
from xbyx_rules.testing import CoverageReport

from .coverage_words import COVERAGE_WORDS
from .documents import render_body, render_prose
from .pages import Crumb, render_page
from .said_coverage import SaidHeading, say_heading
from .said_periods import say_period

__all__ = ["CoveredDocument", "render_coverage"]


@dataclass(frozen=True, slots=True)
class CoveredDocument:
    """A document with all that checking and testing it has given.

    Args:
        policy: as read.
        checked: the same checked; None where it has errors.
        report: from `report_coverage`.
    """

    policy: Policy
    checked: CheckedPolicy | None
    report: CoverageReport


@dataclass(frozen=True, slots=True)
class _Link:
    """A heading of the page, to be linked to."""

    href: str
    word: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One heading of a document with its text, and what stands beside it.

    Args:
        id: of the heading on the page.
        name: locator and title.
        properties: without 类别, which stands with the heading.
        said: None for a heading that only structures.
        rows: the clauses of the source that it encodes or stands by.
        is_own: whether it is their own heading.
    """

    id: str
    name: str
    clause: Clause
    level: int
    properties: tuple[tuple[str, str], ...]
    body: Markup
    said: SaidHeading | None
    rows: tuple[ClauseCoverage, ...]
    is_own: bool
    beside: tuple[_Link, ...]
    cited_by: tuple[_Link, ...]
    stands_by: tuple[_Link, ...]
    problems: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the list of clauses; `part` is None for a clause without a heading."""

    coverage: ClauseCoverage | None
    part: _Part | None
    is_beside: bool


@dataclass(frozen=True, slots=True)
class _Shown:
    """One document of the page."""

    prefix: str
    document: CoveredDocument
    period: str
    preface: Markup
    parts: tuple[_Part, ...]
    rows: tuple[_Row, ...]


def render_coverage(
    documents: Sequence[CoveredDocument],
    diagnostics: Iterable[Diagnostic],
    language: Language = "zh",
) -> str:
    """Documents, clause by clause, with their coverage beside the text, as one page.

    Args:
        documents: in the order wanted.  A heading keeps its anchor as its id; where two
            documents have the same, the later one's is ``document/anchor``.
        diagnostics: all that was found in them; each is shown beside its heading and below.
        language: of the fixed words; a document's own text stays as it is.

    Returns:
        The page, which needs and loads nothing else.
    """
    found = tuple(diagnostics)
    # WHY empty: the ids of the page itself begin with `_`, which no anchor does.
    taken: set[str] = set()
    shown = tuple(
        _show(one, found, taken, f"_{number}-" if number else "_", language)
        for number, one in enumerate(documents)
    )
    say = COVERAGE_WORDS[language]
    return render_page(
        "coverage.html.j2",
        language=language,
        contents=_contents(shown, say),
        documents=shown,
        problems=found,
        say=say,
    )


def _contents(shown: Sequence[_Shown], say: Mapping[str, str]) -> list[Crumb]:
    found: list[Crumb] = []
    for one in shown:
        if len(shown) > 1:
            found.append(Crumb(f"#{one.prefix}overview", one.document.policy.title))
        else:
            found += [Crumb("#_overview", say["overview"]), Crumb("#_list", say["list"])]
        found += [Crumb(f"#{part.id}", part.name) for part in one.parts if part.level == 1]
    return [*found, Crumb("#_problems", say["problems"])]


def _name(clause: Clause) -> str:
    # WHY: a heading that is a locator alone (前言) has it for its title too.
    return " ".join(dict.fromkeys(one for one in (clause.locator, clause.title) if one))


def _show(
    document: CoveredDocument,
    found: Sequence[Diagnostic],
    taken: set[str],
    prefix: str,
    language: Language,
) -> _Shown:
    maker = _Maker(document, found, _choose_ids(document.policy, taken, prefix), language)
    parts = tuple(maker.make(number) for number in range(len(document.policy.clauses)))
    preface = render_prose(document.policy.preface)
    period = say_period(document.policy.period, language)
    return _Shown(prefix, document, period, preface, parts, tuple(_rows(document.report, parts)))


def _choose_ids(policy: Policy, taken: set[str], prefix: str) -> list[str]:
    """An id for each heading: its anchor unless that is taken, a number where it has none."""
    ids = []
    for number, clause in enumerate(policy.clauses, 1):
        anchor = clause.id or f"{prefix}part-{number}"
        chosen = f"{policy.id}/{anchor}" if anchor in taken else anchor
        taken.add(chosen)
        ids.append(chosen)
    return ids


class _Maker:
    """Makes the parts of one document."""

    def __init__(
        self,
        document: CoveredDocument,
        found: Sequence[Diagnostic],
        ids: Sequence[str],
        language: Language,
    ) -> None:
        self.document = document
        self.found = found
        self.language = language
        self.clauses = document.policy.clauses
        self.ids = ids
        self.links = {
            one.id: _Link(f"#{key}", _name(one)) for one, key in zip(self.clauses, ids, strict=True)
        }
        self.rows_of: dict[str, list[ClauseCoverage]] = {}
        for row in document.report.coverage.rows:
            for one in row.headings:
                self.rows_of.setdefault(one.id, []).append(row)

    def make(self, number: int) -> _Part:
        clause = self.clauses[number]
        has_kind = clause.kind is not None
        rows = tuple(self.rows_of.get(clause.id, ())) if has_kind else ()
        own = [row for row in rows if row.heading is clause]
        keys = PROPERTY_KEYS if self.language == "en" else {}
        return _Part(
            id=self.ids[number],
            name=_name(clause),
            clause=clause,
            level=clause.level,
            properties=tuple(
                (keys.get(key, key), text.value)
                for key, text in clause.properties.items()
                if key != "类别"
            ),
            body=render_body(clause, f"{_name(clause)} {COVERAGE_WORDS[self.language]['table']}"),
            said=self._say(clause) if has_kind else None,
            rows=rows,
            is_own=bool(own),
            beside=self._link(one for row in own for one in row.beside),
            cited_by=self._link(one for row in own for one in row.cited_by),
            stands_by=self._link(
                row.heading for row in rows if row.heading and row.heading is not clause
            ),
            problems=tuple(self._problems(number, rows)),
        )

    def _say(self, clause: Clause) -> SaidHeading:
        one = self.document
        return say_heading(clause, one.report, one.checked, self.language)

    def _link(self, clauses: Iterable[Clause]) -> tuple[_Link, ...]:
        return tuple(self.links[one] for one in dict.fromkeys(one.id for one in clauses))

    def _problems(self, number: int, rows: Sequence[ClauseCoverage]) -> Iterable[Diagnostic]:
        """What was found between this heading and the next, and in the list's row for it."""
        file = self.document.policy.file
        first = self.clauses[number].place.line
        is_last = number + 1 == len(self.clauses)
        end = None if is_last else self.clauses[number + 1].place.line
        listed = {row.listed.place for row in rows if row.listed is not None}
        for one in self.found:
            place = one.place
            if place is None:
                continue
            is_here = place.file == file and first <= place.line and (not end or place.line < end)
            if is_here or place in listed:
                yield one


def _rows(report: CoverageReport, parts: Sequence[_Part]) -> Iterable[_Row]:
    by_anchor = {one.clause.id: one for one in parts if one.said is not None}
    for row in report.coverage.rows:
        yield _Row(row, by_anchor[row.heading.id] if row.heading else None, is_beside=False)
        for clause in row.beside:
            yield _Row(None, by_anchor[clause.id], is_beside=True)
    for clause in report.coverage.apart:
        yield _Row(None, by_anchor[clause.id], is_beside=False)
