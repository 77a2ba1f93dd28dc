"""The first page: a district's year at a glance, one row a school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xbyx_rules.deciding import Mark

from .addresses import INDEX
from .counting import (
    OUTCOMES,
    count_actions,
    count_clauses,
    count_outcomes,
    count_states,
    mark_ending,
)
from .material import Material
from .results import SubjectOutcome

__all__ = ["render_district"]

_SECTIONS: Final = (
    ("overview", "概况"),
    ("stages", "走到哪一步"),
    ("schools", "每所学校"),
    ("clauses", "受阻的条款"),
    ("actions", "各个动作"),
    ("ledger", "台账核验"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A school: for each flow how it ended there, and what it has in it."""

    code: str
    name: str
    cells: tuple[tuple[str, Mark, SubjectOutcome | None], ...]


def render_district(material: Material) -> str:
    """The page."""
    results = material.results
    year = results.year
    flows = [one.subject for one in results.flows]
    rows = [_row(material, code, name) for code, name in year.schools.items()]
    endings = [mark_ending(key) for key in OUTCOMES]
    ended = sum(
        all(one is not None and one.outcome == "done" for *_, one in row.cells) for row in rows
    )
    return material.render(
        INDEX,
        "district.html.j2",
        contents=_SECTIONS,
        endings=endings,
        columns=[(f"{one.sign} {one.word}", True) for one in endings],
        outcomes=[(flow, list(count_outcomes(year, flow).values())) for flow in flows],
        stages=[(flow, _stages(material, flow)) for flow in flows],
        first=min((one.day for one in results.steps), default=None),
        last=max((one.day for one in results.steps), default=None),
        flows=flows,
        rows=rows,
        ended=ended,
        clauses=count_clauses(results.steps, year.subjects),
        actions=count_actions(results.steps),
        problems=[(one.code, one.message()) for one in results.verification.problems],
        tampered=[(one.code, one.message()) for one in results.tampered],
    )


def _row(material: Material, code: str, name: str) -> _Row:
    found = material.subjects_of(code)
    cells = []
    for flow in material.results.flows:
        one = found.get(flow.subject)
        cells.append((flow.subject, mark_ending(one.outcome if one else "not_begun"), one))
    return _Row(code, name, tuple(cells))


def _stages(material: Material, entity: str) -> list[tuple[str, int]]:
    """The states of a flow in which schools are, in the order of the flow."""
    counts = count_states(material.results.year, entity)
    missing = len(material.results.year.schools) - sum(counts.values())
    found = [(one, counts[one]) for one in material.flows[entity].states if one in counts]
    return [*found, ("未开始", missing)] if missing else found
