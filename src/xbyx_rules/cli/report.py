"""The demonstration's report: one HTML file that needs nothing else, in Chinese, made to print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from xbyx_rules.deciding import Finding
from xbyx_rules.reporting import Crumb, render_page, say_finding

from .demonstration import Demonstration, PlanOutcome
from .rules import cite_clauses
from .summary import OUTCOMES, count_actions, count_clauses, count_plans

__all__ = ["render_report", "write_report"]

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_SECTIONS: Final = (
    ("overview", "概况"),
    ("actions", "各个动作"),
    ("clauses", "受阻的条款"),
    ("schools", "每所学校"),
    ("way", "一份计划的办理轨迹"),
    ("why", "为什么没有通过"),
    ("ledger", "台账核验"),
)


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
    explained = shown.explained.findings if shown.explained else ()
    return render_page(
        "report.html.j2",
        package="xbyx_rules.cli",
        contents=[
            Crumb(f"#{key}", word) for key, word in _SECTIONS if key != "why" or shown.explained
        ],
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
        findings=[say_finding(one) for one in explained],
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
