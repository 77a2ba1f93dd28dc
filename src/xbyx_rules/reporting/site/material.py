"""The results, sorted as pages ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from xbyx_rules.deciding import Finding, Subject
from xbyx_rules.lifecycle import TimelineEntry, draw_flow
from xbyx_rules.policy import Outcome
from xbyx_rules.reporting.pages import Crumb, render_page

from .addresses import CLAUSES, INDEX, STYLE, Addresses, link
from .results import SiteResults, Step, SubjectOutcome

__all__ = ["Event", "Material", "Reviewed"]

_ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a rule found when an action was tried."""

    day: date
    action: str
    is_done: bool
    finding: Finding


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a timeline: what the driver told, and the ledger's entry where it has one."""

    day: date
    subject: Subject
    kind: str
    action: str
    role: str
    entry: TimelineEntry | None
    findings: tuple[Finding, ...] = ()
    corrected: tuple[str, ...] = ()


class Material:
    """Finished results with what pages look up in them."""

    def __init__(self, results: SiteResults) -> None:
        self.results = results
        self.policy = results.policy
        self.flows = {one.subject: one for one in results.flows}
        self.addresses = Addresses(
            results.year.schools,
            [one.subject for one in results.year.subjects],
            {one.subject: one.id for one in results.flows},
        )
        self._steps: dict[Subject, list[Step]] = {}
        for step in results.steps:
            self._steps.setdefault(step.subject, []).append(step)
        self._reviews = {subject: _review(steps) for subject, steps in self._steps.items()}
        self._by_school: dict[str, dict[str, SubjectOutcome]] = {}
        for one in results.year.subjects:
            self._by_school.setdefault(one.school, {})[one.subject.entity] = one

    def subjects_of(self, school: str) -> Mapping[str, SubjectOutcome]:
        """What a school has in each flow, by entity."""
        return self._by_school.get(school, {})

    def reviews_of(self, subject: Subject) -> Mapping[str, Sequence[Reviewed]]:
        """By clause what was found, the earliest first."""
        return self._reviews.get(subject, {})

    @cached_property
    def latest_by_clause(self) -> Mapping[str, Sequence[tuple[Outcome, SubjectOutcome]]]:
        """By clause what it found last on each subject."""
        found: dict[str, list[tuple[Outcome, SubjectOutcome]]] = {}
        for one in self.results.year.subjects:
            for clause, reviews in self.reviews_of(one.subject).items():
                found.setdefault(clause, []).append((reviews[-1].finding.outcome, one))
        return found

    def events_of(self, subject: Subject) -> list[Event]:
        """A subject's timeline: what the ledger has, and between it what was stopped or corrected.

        Each done step has its entry in the ledger, in the same order.
        """
        entries = iter(one for one in self.results.timelines.get(subject, ()) if one.kind == "step")
        events = []
        for step in self._steps.get(subject, ()):
            entry = next(entries, None) if step.kind == "done" else None
            events.append(
                Event(
                    step.day,
                    subject,
                    step.kind,
                    step.action,
                    step.role,
                    entry,
                    step.findings,
                    step.corrected,
                )
            )
        rest = [
            Event(one.at.astimezone(_ZONE).date(), subject, "done", one.action, "", one)
            for one in entries
        ]
        return events + rest

    def events_of_school(self, school: str) -> list[Event]:
        """All that happened at a school, by day."""
        events = [
            event
            for one in self.subjects_of(school).values()
            for event in self.events_of(one.subject)
        ]
        return sorted(events, key=lambda one: one.day)

    def draw(self, subject: Subject, state: str) -> str:
        """The diagram of a subject's flow, with what was done and where it stands."""
        done = [one.target for one in self.results.timelines.get(subject, ())]
        flow = self.flows[subject.entity]
        return draw_flow(flow, current=state, visited=[flow.initial, *done])

    def cite(self, clause: str) -> str:
        """How a clause is cited: locator and title, or its basis and title."""
        found = self.policy.clauses.get(clause)
        if found is None:
            return clause
        one = found.checked.clause
        return f"{one.locator or one.property('依据')} {one.title}".strip() or clause

    def has_clause(self, clause: str) -> bool:
        """Whether the clause has a page."""
        return clause in self.policy.clauses

    def render(
        self,
        address: str,
        template: str,
        *,
        trail: Iterable[tuple[str, str]] = (),
        contents: Iterable[tuple[str, str]] = (),
        **values: Any,
    ) -> str:
        """Fill a template of the site.

        Args:
            address: of the page.
            template: its name in ``templates/site``.
            trail: address and word of each page above it, and last ("", the page's own word).
            contents: id and word of each of its sections.
            values: what the template asks for.
        """
        home = (INDEX, "全区")
        above = [home, *trail] if address != INDEX else []
        return render_page(
            f"site/{template}",
            trail=[Crumb(link(address, to) if to else "", word) for to, word in above],
            contents=[Crumb(f"#{anchor}", word) for anchor, word in contents],
            stylesheet=link(address, STYLE),
            site=self,
            results=self.results,
            document=self.policy.policy,
            to=_Links(self, address),
            **values,
        )


class _Links:
    """Links from one page, for templates."""

    def __init__(self, material: Material, address: str) -> None:
        self._material = material
        self._address = address

    def index(self) -> str:
        return link(self._address, INDEX)

    def clauses(self) -> str:
        return link(self._address, CLAUSES)

    def school(self, code: str) -> str:
        return link(self._address, self._material.addresses.school(code))

    def subject(self, subject: Subject) -> str:
        return link(self._address, self._material.addresses.subject(subject))

    def finding(self, subject: Subject, clause: str) -> str:
        return link(self._address, self._material.addresses.finding(subject, clause))

    def clause(self, anchor: str) -> str:
        if not self._material.has_clause(anchor):
            return ""
        return link(self._address, self._material.addresses.clause(anchor))


def _review(steps: Iterable[Step]) -> dict[str, list[Reviewed]]:
    found: dict[str, list[Reviewed]] = {}
    for step in steps:
        for finding in step.reviewed:
            found.setdefault(finding.clause, []).append(
                Reviewed(step.day, step.action, step.kind == "done", finding)
            )
    return found
