"""A clause's page: our wording, the rule, its figures and examples, and how the schools stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xbyx_rules.checking import CheckedClause
from xbyx_rules.compiling import to_prose
from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding import Mark, mark_outcome
from xbyx_rules.feel.syntax import Name
from xbyx_rules.feel.walking import walk
from xbyx_rules.lifecycle import draw_flow
from xbyx_rules.policy import (
    Example,
    Outcome,
    Parameters,
    Pattern,
    Table,
    Taxonomy,
)
from xbyx_rules.reporting.said_periods import say_period

from .addresses import CLAUSES
from .material import Material
from .results import SubjectOutcome

__all__ = ["render_clause", "render_clauses"]

_SHOWN_PROPERTIES: Final = (
    *("对象", "规范用语", "原文用词", "依据", "责任", "主体", "角色"),
    *("证据", "证明人", "理由", "严重", "词项"),
)
_ORDER: Final = (Outcome.NOT_MET, Outcome.UNDETERMINED, Outcome.MET, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A parameter's value in one period."""

    name: str
    value: str
    period: str
    basis: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table as the document has it: headings, and the cells of each row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def render_clauses(material: Material) -> str:
    """The page of the document: all its clauses."""
    latest = material.latest_by_clause
    rows = []
    for anchor, one in material.policy.clauses.items():
        clause = one.checked.clause
        found = latest.get(anchor, ())
        against = [each for each in found if not _allows(each[0])]
        kind = clause.kind.zh if clause.kind else ""
        rows.append((anchor, material.cite(anchor), kind, len(found), len(against)))
    return material.render(
        CLAUSES,
        "clauses.html.j2",
        trail=[("", "条款")],
        rows=rows,
        preface=material.policy.policy.preface,
        above=[(one.citation, one.id) for one in material.policy.checked.above],
    )


def render_clause(material: Material, anchor: str) -> str:
    """The page of one clause."""
    executable = material.policy.clauses[anchor]
    checked = executable.checked
    clause = checked.clause
    flow = material.policy.checked.lifecycles.get(anchor)
    conditions = [(one.prose.get("zh") or one.text, one.text) for one in executable.conditions]
    if not conditions and checked.condition is not None:
        conditions = [(to_prose(checked.condition, "zh"), _formal_text(checked))]
    limits = (("前提", executable.precondition), ("适用条件", executable.applicability))
    return material.render(
        material.addresses.clause(anchor),
        "clause.html.j2",
        trail=[(CLAUSES, "条款"), ("", material.cite(anchor))],
        anchor=anchor,
        title=material.cite(anchor),
        clause=clause,
        kind=clause.kind.zh if clause.kind else "",
        source=executable.policy,
        properties=[
            (key, clause.property(key)) for key in _SHOWN_PROPERTIES if clause.property(key)
        ],
        paragraphs=[one for one in clause.prose.split("\n\n") if one.strip()],
        limits=[(word, one.prose.get("zh") or one.text) for word, one in limits if one],
        conditions=conditions,
        message=clause.messages["zh"].value if "zh" in clause.messages else "",
        grid=_lay_out_body(checked),
        flow=flow,
        diagram=draw_flow(flow) if flow else "",
        figures=_figures(material, checked),
        examples=_lay_out_examples(clause.examples),
        schools=_group(material.latest_by_clause.get(anchor, ())),
    )


def _formal_text(checked: CheckedClause) -> str:
    """The clause's formal expression as the document has it."""
    body = checked.clause.body
    text = getattr(body, "text", None)
    return text.value if text is not None else ""


def _group(
    found: Sequence[tuple[Outcome, SubjectOutcome]],
) -> list[tuple[Mark, list[SubjectOutcome]]]:
    groups = [(one, [each for outcome, each in found if outcome is one]) for one in _ORDER]
    return [(mark_outcome(outcome), subjects) for outcome, subjects in groups if subjects]


def _allows(outcome: Outcome) -> bool:
    return outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)


def _figures(material: Material, checked: CheckedClause) -> list[_Figure]:
    """The parameters that a clause sets or reads, each period of them."""
    known = material.policy.checked.parameters
    body = checked.clause.body
    if isinstance(body, Parameters):
        names = [row.name for row in body.rows]
    else:
        nodes = [one for one in (checked.condition, checked.precondition) if one is not None]
        names = [each.name for one in nodes for each in walk(one) if isinstance(each, Name)]
    return [
        _Figure(
            name,
            value.written or say_value(value.value, "zh"),
            say_period(value.period),
            value.basis,
            value.is_verified,
        )
        for name in dict.fromkeys(names)
        for value in known.get(name, ())
    ]


def _lay_out_body(checked: CheckedClause) -> _Grid | None:
    body = checked.clause.body
    if isinstance(body, Table):
        columns = (body.inputs, body.outputs, body.annotations)
        return _Grid(
            f"决策表（命中策略 {body.hit_policy.value}）",
            ("行", *(one.value for part in columns for one in part)),
            tuple(
                (
                    row.number,
                    *(
                        one.value
                        for part in (row.inputs, row.outputs, row.annotations)
                        for one in part
                    ),
                )
                for row in body.rows
            ),
        )
    if isinstance(body, Taxonomy):
        return _Grid(
            "取值",
            ("取值", "上级", "英文", "说明"),
            tuple((row.value, row.parent.value, row.english, row.note) for row in body.rows),
        )
    if isinstance(body, Pattern):
        return _Grid(
            "要找的事实",
            ("事实", "记作", "满足"),
            tuple(
                (
                    f"无 {row.entity}" if row.is_absent else row.entity,
                    row.alias,
                    row.condition.value if row.condition else "",
                )
                for row in body.rows
            ),
        )
    return None


def _lay_out_examples(examples: Sequence[Example]) -> _Grid | None:
    if not examples:
        return None
    columns = dict.fromkeys(name.value for one in examples for name, _ in one.inputs)
    rows = []
    for one in examples:
        given = {name.value: value.value for name, value in one.inputs}
        rows.append((one.name, *(given.get(name, "") for name in columns), one.expected.value))
    return _Grid("例子：空格表示没有填报", ("例", *columns, "结果"), tuple(rows))
