"""The page of a plan, scheme, year or recognition, and the page of each rule's finding on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xbyx_rules.deciding import Subject, mark_outcome, say_finding

from .counting import mark_ending
from .material import Material, Reviewed
from .results import SubjectOutcome

__all__ = ["render_finding", "render_subject"]

_SECTIONS: Final = (
    ("way", "办理轨迹"),
    ("diagram", "流程图"),
    ("findings", "逐条结论"),
)


def render_subject(material: Material, one: SubjectOutcome) -> str:
    """The page of what goes through a flow: its timeline, where it stands, what was found."""
    reviews = material.reviews_of(one.subject)
    return material.render(
        material.addresses.subject(one.subject),
        "subject.html.j2",
        trail=[
            (material.addresses.school(one.school), one.name),
            ("", _title(one.subject)),
        ],
        contents=_SECTIONS,
        one=one,
        flow=material.flows[one.subject.entity],
        ending=mark_ending(one.outcome),
        events=material.events_of(one.subject),
        diagram=material.draw(one.subject, one.state),
        findings=[
            (clause, found[-1], mark_outcome(found[-1].finding.outcome), len(found))
            for clause, found in reviews.items()
        ],
    )


def render_finding(
    material: Material, one: SubjectOutcome, clause: str, reviews: Sequence[Reviewed]
) -> str:
    """The page of a rule's findings on one subject: the latest first, then what stopped it before.

    Args:
        material: the results.
        one: on what.
        clause: by which rule.
        reviews: what it found, the earliest first; at least one.
    """
    latest = reviews[-1]
    earlier = [each for each in reviews[:-1] if not each.finding.allows]
    return material.render(
        material.addresses.finding(one.subject, clause),
        "finding.html.j2",
        trail=[
            (material.addresses.school(one.school), one.name),
            (material.addresses.subject(one.subject), _title(one.subject)),
            ("", material.cite(clause)),
        ],
        one=one,
        clause=clause,
        mark=mark_outcome(latest.finding.outcome),
        latest=(latest, say_finding(latest.finding)),
        earlier=[(each, say_finding(each.finding)) for each in reversed(earlier)],
    )


def _title(subject: Subject) -> str:
    return f"{subject.entity} {subject.key}"
