"""The demonstration's report: one HTML file that needs nothing else, in Chinese, made to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding import Condition, Finding
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome

from .demonstration import Demonstration, PlanOutcome
from .rules import cite_clauses
from .summary import OUTCOMES, count_actions, count_clauses, count_plans

__all__ = ["render_report", "write_report"]

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_MARKS: Final[Mapping[Outcome, str]] = {
    Outcome.MET: "✓",
    Outcome.NOT_MET: "✗",
    Outcome.UNDETERMINED: "？",
    Outcome.NOT_APPLICABLE: "－",
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One condition of a finding: its mark, its words, its values, by how much it falls short."""

    mark: str
    word: str
    prose: str
    values: tuple[tuple[str, str], ...]
    shortfall: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A finding in the words of the report."""

    mark: str
    outcome: str
    clause: str
    document: str
    why: str
    parts: tuple[_Part, ...]
    facts: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str, str], ...]
    missing: tuple[str, ...]
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """The plans with one outcome."""

    key: str
    mark: str
    word: str
    plans: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One plan in the table of schools."""

    name: str
    plan: str
    state: str
    returned: int
    corrected: tuple[str, ...]
    stopped_at: str
    reasons: tuple[tuple[tuple[str, str], str], ...]


def write_report(shown: Demonstration, file: Path) -> Path:
    """Write the report; its folder is made when it isn't there.

    Raises:
        OSError: the file can't be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render_report(shown), "utf-8")
    return file


def render_report(shown: Demonstration) -> str:
    """The report as one HTML page without external resources or scripts."""
    environment = Environment(
        loader=PackageLoader("xbyx_rules.cli"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    explained = shown.explained.findings if shown.explained else ()
    return environment.get_template("report.html.j2").render(
        shown=shown,
        document=shown.policy.policy,
        total=len(shown.year.plans),
        counts=[(*OUTCOMES[key], key, n) for key, n in count_plans(shown.year.plans).items()],
        actions=count_actions(shown.steps),
        clauses=count_clauses(shown.steps, shown.year.plans),
        groups=_group(shown),
        steps=[
            (one, one.at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")) for one in shown.timeline
        ],
        diagram=shown.diagram,
        findings=[_say(one) for one in explained],
        tampered=[(one.code, one.message()) for one in shown.tampered],
        problems=[(one.code, one.message()) for one in shown.verification.problems],
    )


def _group(shown: Demonstration) -> list[_Group]:
    """The plans by outcome, those that were stopped first: they are what a reader looks for."""
    order = [key for key in OUTCOMES if key != "filed"] + ["filed"]
    return [
        _Group(
            key,
            *OUTCOMES[key][:2],
            tuple(_row(one, shown) for one in shown.year.plans if one.outcome == key),
        )
        for key in order
    ]


def _row(plan: PlanOutcome, shown: Demonstration) -> _Row:
    corrected = dict.fromkeys(cite_clauses(shown.policy, plan.corrected))
    return _Row(
        plan.name,
        plan.plan,
        plan.state,
        plan.returned,
        tuple(corrected),
        plan.stopped_at,
        tuple(((one.locator, one.title), _why(one)) for one in plan.findings),
    )


def _why(finding: Finding) -> str:
    """In one sentence: what is missing, or the document's own message, or the reason."""
    if finding.missing:
        return "缺少" + "、".join(one.description.get("zh") or one.name for one in finding.missing)
    return finding.message.get("zh") or finding.reason.get("zh") or finding.outcome.zh


def _say(finding: Finding) -> _Said:
    return _Said(
        _MARKS[finding.outcome],
        finding.outcome.zh,
        f"{finding.locator} {finding.title}".strip(),
        finding.document or finding.policy,
        _why(finding),
        tuple(_part(one) for one in finding.conditions),
        tuple((one.name, say_value(one.value, "zh", one.unit)) for one in finding.facts),
        tuple(
            (one.name, one.written or say_value(one.value), _basis(one.basis, one.is_verified))
            for one in finding.parameters
        ),
        tuple(one.description.get("zh") or one.name for one in finding.missing),
        tuple(one.prose.get("zh") or one.fact for one in finding.remedies),
    )


def _part(condition: Condition) -> _Part:
    if condition.outcome is UNKNOWN:
        mark, word = "？", "无法判断"
    else:
        mark, word = ("✓", "成立") if condition.outcome else ("✗", "不成立")
    spoken = condition.spoken.get("zh", ())
    values = []
    for index, (text, value) in enumerate(condition.values):
        unit = condition.units[index] if index < len(condition.units) else ""
        name = spoken[index] if index < len(spoken) else text
        values.append((name, say_value(value, "zh", unit)))
    unit = condition.units[-1] if condition.units else ""
    short = condition.shortfall
    said = "" if short is None else say_value(short, "zh", unit)
    prose = condition.prose.get("zh") or condition.text
    return _Part(mark, word, prose, tuple(values), said)


def _basis(basis: str, is_verified: bool | None) -> str:
    verified = {True: "已核实", False: "未核实", None: ""}[is_verified]
    return "，".join(one for one in (f"依据 {basis}" if basis else "", verified) if one)
