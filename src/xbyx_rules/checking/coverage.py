"""Coverage: a document held against the list of its official source's clauses.

Each clause of the source has one heading with a kind and its locator; further headings without
locator stand by it through 依据.  What the list calls computable must have a rule.

Source: docs/decisions/0004.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from xbyx_rules.errors import Diagnostic, Place, nearest
from xbyx_rules.policy import (
    Clause,
    ClauseKind,
    ClauseList,
    ClauseNature,
    ListedClause,
    Outcome,
    Parameters,
    Policy,
    Transitions,
    normalise_locator,
)

__all__ = ["RULES", "ClauseCoverage", "Coverage", "count_examples", "cover_policy"]

_EXPECTED: Final[Mapping[ClauseNature, tuple[ClauseKind, ...]]] = {
    ClauseNature.COMPUTABLE: (ClauseKind.REQUIREMENT, ClauseKind.CALCULATION),
    ClauseNature.TAXONOMY: (ClauseKind.TAXONOMY,),
    ClauseNature.JUDGEMENT: (ClauseKind.JUDGEMENT,),
    ClauseNature.PROCESS: (ClauseKind.DUTY, ClauseKind.LIFECYCLE),
    ClauseNature.DECLARATORY: (ClauseKind.PRINCIPLE,),
}
RULES: Final = (ClauseKind.REQUIREMENT, ClauseKind.CALCULATION, ClauseKind.CHECK)
"""The kinds that decide or compute something without a person."""
_DECIDED: Final = (Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED)
_SEPARATOR: Final = re.compile("[,，、;；]")
_MOST_HINTS: Final = 50
_MOST_KNOWN: Final = 1_000


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """One clause of the source, with what the document has for it.

    Args:
        locator: its place in the source.
        listed: its row in the list; None where the list doesn't have it, or there is no list.
        heading: the one heading with its locator, or None.
        beside: headings without a locator that rest on it: by their 依据, or where they have
            none by the rows of their table.
        cited_by: further headings that cite it, in 依据 or in a row.
    """

    locator: str
    listed: ListedClause | None
    heading: Clause | None
    beside: tuple[Clause, ...] = ()
    cited_by: tuple[Clause, ...] = ()

    @property
    def headings(self) -> tuple[Clause, ...]:
        """Its own heading and those that stand by it."""
        return (*((self.heading,) if self.heading else ()), *self.beside)

    @property
    def rules(self) -> tuple[Clause, ...]:
        """The headings that decide or compute something without a person."""
        return tuple(one for one in self.headings if one.kind in RULES)

    @property
    def is_of_nature(self) -> bool:
        """Whether the heading's kind is one that the clause's nature suggests."""
        if self.listed is None or self.heading is None:
            return True
        return self.heading.kind in _EXPECTED[self.listed.nature]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A whole document, clause by clause.

    Args:
        clauses: the list; None for a document without one, whose own headings are shown.
        rows: the list's clauses in its order, then the headings whose locator it doesn't have.
        apart: headings without a locator that cite none of them.
    """

    clauses: ClauseList | None
    rows: tuple[ClauseCoverage, ...]
    apart: tuple[Clause, ...]


def cover_policy(
    policy: Policy, clauses: ClauseList | None = None
) -> tuple[Coverage, tuple[Diagnostic, ...]]:
    """Hold a document against the list of its source's clauses.

    Args:
        policy: as read; no locator stands on two headings with a kind (XR038).
        clauses: from `Library.clause_lists`; without it nothing is missed and nothing reported.

    Returns:
        The document clause by clause; XR223 for a clause without a heading, XR224 for a heading
        that the list doesn't know, XR227 for a computable clause without a rule, and warnings.

    Example:
        >>> from xbyx_rules.policy import load_library
        >>> policy = load_library().policies["cn/beijing/school-based-training"]
        >>> coverage, found = cover_policy(policy)
        >>> row = next(one for one in coverage.rows if one.locator == "六(四)-2c")
        >>> row.heading.id, "held-before-approval" in [one.id for one in row.beside]
        ('approved-before-activity', True)

    Source: docs/decisions/0004; docs/add-a-rule.md describes the list.
    """
    coverage = _arrange(policy, clauses)
    if clauses is None:
        return coverage, ()
    checker = _Checker(policy, clauses)
    checker.check(coverage)
    return coverage, tuple(sorted(checker.diagnostics, key=_reading_order))


def count_examples(clause: Clause) -> dict[Outcome | None, int]:
    """How many examples expect each outcome, in the order of the outcomes; None: a value."""
    counts = Counter(Outcome.find(one.expected.value) for one in clause.examples)
    return {one: counts[one] for one in (*Outcome, None) if counts[one]}


def _arrange(policy: Policy, clauses: ClauseList | None) -> Coverage:
    own = [one for one in policy.clauses if one.kind is not None]
    headings = {one.locator: one for one in own if one.locator}
    listed = {one.locator: one for one in clauses.rows} if clauses else {}
    locators = dict.fromkeys([*listed, *headings])
    beside: dict[str, list[Clause]] = {}
    cited_by: dict[str, list[Clause]] = {}
    apart: list[Clause] = []
    for clause in own:
        basis, inside = (
            [locator for locator, _ in found if locator in locators]
            for found in (_cited_in_basis(clause), _cited_in_rows(clause))
        )
        homes = dict.fromkeys([clause.locator] if clause.locator else basis or inside)
        for locator in () if clause.locator else homes:
            beside.setdefault(locator, []).append(clause)
        for locator in dict.fromkeys([*basis, *inside]):
            if locator not in homes:
                cited_by.setdefault(locator, []).append(clause)
        if not homes:
            apart.append(clause)
    rows = tuple(
        ClauseCoverage(
            locator,
            listed.get(locator),
            headings.get(locator),
            tuple(beside.get(locator, ())),
            tuple(cited_by.get(locator, ())),
        )
        for locator in locators
    )
    return Coverage(clauses, rows, tuple(apart))


def _cited_in_basis(clause: Clause) -> Iterator[tuple[str, Place]]:
    """The locators that a heading cites in 依据, with their places."""
    basis = clause.properties.get("依据")
    return _read_locators([(basis.value, basis.place)] if basis else [])


def _cited_in_rows(clause: Clause) -> Iterator[tuple[str, Place]]:
    """The locators that the rows of parameters or of a flow cite."""
    rows = clause.body.rows if isinstance(clause.body, Parameters | Transitions) else ()
    return _read_locators([(row.basis, row.place) for row in rows])


def _read_locators(texts: Iterable[tuple[str, Place]]) -> Iterator[tuple[str, Place]]:
    for text, place in texts:
        for part in _SEPARATOR.split(text):
            # WHY nothing but a locator: 依据 may also name another document's clause.
            locator = normalise_locator(part)
            if locator is not None:
                yield locator, place


def _reading_order(one: Diagnostic) -> tuple[str, int, int]:
    place = one.place
    return (place.file, place.line, place.column) if place else ("", 0, 0)


@dataclass(slots=True)
class _Checker:
    policy: Policy
    clauses: ClauseList
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lines: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        texts = {self.policy.file: self.policy.text, self.clauses.file: self.clauses.text}
        self.lines = {file: text.splitlines() for file, text in texts.items()}

    def check(self, coverage: Coverage) -> None:
        unlisted = [one.locator for one in coverage.rows if one.listed is None]
        written = [one.locator for one in coverage.rows if one.heading is not None]
        known = [one.locator for one in self.clauses.rows]
        for row in coverage.rows:
            if row.listed is None:
                self._check_unlisted(row, known)
            elif row.heading is None:
                self._report_missing(row.listed, unlisted or written)
            else:
                self._check_nature(row.listed, row.heading, row)
                self._check_source_word(row.listed, row.heading)
            if row.listed is not None and row.listed.nature is ClauseNature.COMPUTABLE:
                self._check_rule(row.listed, row)
        self._check_citations(known)

    def _check_unlisted(self, row: ClauseCoverage, known: Sequence[str]) -> None:
        if row.heading is not None:
            near = self._near(row.locator, known)
            self._report("XR224", row.heading.place, locator=row.locator, nearest=near)

    def _report_missing(self, listed: ListedClause, written: Sequence[str]) -> None:
        near = self._near(listed.locator, written)
        self._report(
            "XR223",
            listed.place,
            locator=listed.locator,
            summary=listed.summary,
            policy=self.policy.file,
            nearest=near,
        )

    def _check_nature(self, listed: ListedClause, heading: Clause, row: ClauseCoverage) -> None:
        if row.is_of_nature or listed.note or heading.kind is None:
            return
        expected = _EXPECTED[listed.nature]
        self._report(
            "XR226",
            heading.place,
            locator=listed.locator,
            nature=listed.nature.zh,
            nature_en=listed.nature.en,
            kind=heading.kind.zh,
            kind_en=heading.kind.en,
            expected="或".join(one.zh for one in expected),
            expected_en=" or ".join(one.en for one in expected),
        )

    def _check_source_word(self, listed: ListedClause, heading: Clause) -> None:
        found = heading.properties.get("原文用词")
        if listed.source_word and (found is None or found.value != listed.source_word):
            self._report(
                "XR342",
                found.place if found else heading.place,
                locator=listed.locator,
                found=found.value if found else "—",
                expected=listed.source_word,
            )

    def _check_rule(self, listed: ListedClause, row: ClauseCoverage) -> None:
        if row.heading is not None and not row.rules:
            self._report("XR227", row.heading.place, locator=listed.locator)
        for rule in row.rules:
            lacking = _lacking(rule)
            if lacking:
                zh = "、".join(one.zh if one else "得出值" for one in lacking)
                en = ", ".join(one.en if one else "a value" for one in lacking)
                values = {"clause": rule.title, "lacking": zh, "lacking_en": en}
                self._report("XR228", rule.place, **values)

    def _check_citations(self, known: Sequence[str]) -> None:
        listed = set(known)
        for clause in self.policy.clauses:
            for locator, place in (*_cited_in_basis(clause), *_cited_in_rows(clause)):
                if locator not in listed and locator != clause.locator:
                    near = self._near(locator, known)
                    self._report("XR225", place, locator=locator, nearest=near)

    def _near(self, locator: str, known: Sequence[str]) -> str:
        # WHY: closeness is slow, and a person mends a few problems at a time.
        if len(self.diagnostics) >= _MOST_HINTS:
            return "—"
        return nearest(locator, known[:_MOST_KNOWN]) or "—"

    def _report(self, code: str, place: Place, **values: str) -> None:
        lines = self.lines[place.file]
        excerpt = lines[place.line - 1] if place.line <= len(lines) else ""
        self.diagnostics.append(Diagnostic(code, place, values, excerpt))


def _lacking(rule: Clause) -> tuple[Outcome | None, ...]:
    """Outcomes that no example of a rule shows; of a requirement XR270 has told them already."""
    shown = count_examples(rule)
    if rule.kind is ClauseKind.CALCULATION:
        return () if None in shown else (None,)
    if rule.kind is ClauseKind.CHECK:
        return tuple(one for one in _DECIDED if one not in shown)
    return ()
