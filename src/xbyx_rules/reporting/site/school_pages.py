"""A school's page: its flows, all that happened in order, diagrams, the latest findings."""

from __future__ import annotations

from typing import Final

from xbyx_rules.deciding import mark_outcome

from .counting import mark_ending
from .material import Material

__all__ = ["render_school"]

_SECTIONS: Final = (
    ("flows", "五个流程"),
    ("findings", "最近一次审查"),
    ("way", "办理轨迹"),
    ("diagrams", "流程图"),
)


def render_school(material: Material, code: str) -> str:
    """The page of one school."""
    found = material.subjects_of(code)
    flows = [
        (flow, found.get(flow.subject), mark_ending(_outcome(material, code, flow.subject)))
        for flow in material.results.flows
    ]
    latest = [
        (one.subject, clause, reviews[-1], mark_outcome(reviews[-1].finding.outcome))
        for one in found.values()
        for clause, reviews in material.reviews_of(one.subject).items()
    ]
    return material.render(
        material.addresses.school(code),
        "school.html.j2",
        trail=[("", material.results.year.schools[code])],
        contents=_SECTIONS,
        code=code,
        name=material.results.year.schools[code],
        flows=flows,
        latest=latest,
        events=material.events_of_school(code),
        diagrams=[
            (one.subject, one.state, material.draw(one.subject, one.state))
            for one in found.values()
        ],
    )


def _outcome(material: Material, code: str, entity: str) -> str:
    one = material.subjects_of(code).get(entity)
    return one.outcome if one else "not_begun"
