"""The demonstration's papers: what supervision found, a transcript, a budget, the statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import MappedHost, Supervisor
from xbyx_rules.policy import Outcome
from xbyx_rules.population import decide_statistics, select_statistics
from xbyx_rules.reporting import (
    Statement,
    decide_statement,
    render_statement,
    render_statistics,
    render_supervision,
    say_supervision,
)

from .gathering import gather_statistics

__all__ = ["Papers", "write_papers"]

_AT: Final = datetime(2025, 8, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_STATED: Final = (
    (
        "周期学分",
        "cn/beijing/training-credits-2016-2020",
        date(2020, 12, 31),
        "transcript.html",
        {"zh": "一名教师的学分清单", "en": "A teacher's transcript of credits"},
    ),
    (
        "年度预算",
        "cn/beijing/school-based-training/budget",
        date(2024, 12, 31),
        "budget.html",
        {"zh": "一所学校的经费预算审查意见", "en": "Review of a school's budget"},
    ),
)

_ABOVE: Final = "cn/beijing/school-based-training"
_YEAR: Final = ("2024-2025", date(2024, 9, 1), date(2025, 8, 31))
_FIGURES: Final = {"zh": "全区的统计", "en": "Statistics of the district"}


@dataclass(frozen=True, slots=True)
class Papers:
    """What was written: how many doubts about how many subjects, and the files with their names."""

    doubts: int
    subjects: int
    files: tuple[tuple[Mapping[str, str], Path], ...]


def write_papers(
    engine: Engine,
    host: MappedHost,
    supervisor: Supervisor,
    policies: Mapping[str, ExecutablePolicy],
    folder: Path,
) -> Papers:
    """Supervise everybody, state a teacher's credits, a school's budget and all figures as pages.

    Raises:
        HostError: the platform has none of the entities that are stated.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        subjects = [
            subject for entity in ("学校", "区") for subject in host.subjects(connection, entity)
        ]
        names = {
            one.subject: str(one.facts.get("学校名称", one.subject.key))
            for entity in ("学校", "区")
            for one in host.cases(
                connection,
                entity,
                [subject.key for subject in subjects if subject.entity == entity],
                on=_AT.date(),
            )
        }
    found = supervisor.supervise(engine, subjects, at=_AT, on=_AT.date())
    states = {one.first_id: one.state for one in supervisor.doubts(engine)}
    said = [
        (
            f"{names.get(one.subject, '')}（{one.subject.key}）",
            say_supervision(one.results, policies, states=states),
        )
        for one in found
        if any(check.outcome is not Outcome.MET for check in one.results)
    ]
    report = folder / "supervision.html"
    title = f"核查通报：演示区，核查至 {_AT.date()}"
    report.write_text(render_supervision(said, title=title), encoding="utf-8")
    files: list[tuple[Mapping[str, str], Path]] = [
        ({"zh": "核查通报", "en": "Report of supervision"}, report)
    ]
    for entity, policy, on, name, what in _STATED:
        statement, shown = _choose(engine, host, policies[policy], entity, on)
        page = folder / name
        page.write_text(render_statement(statement, name=shown), encoding="utf-8")
        files.append((what, page))
    files.append((_FIGURES, _write_figures(engine, host, policies, folder)))
    hits = sum(len(check.hits) for one in found for check in one.results)
    hit = sum(any(check.hits for check in one.results) for one in found)
    return Papers(hits, hit, tuple(files))


def _write_figures(
    engine: Engine, host: MappedHost, policies: Mapping[str, ExecutablePolicy], folder: Path
) -> Path:
    """The figures of all schools, with what would tell of few persons left out."""
    with engine.connect() as connection:
        keys = [one.key for one in host.subjects(connection, "学校")]
        case = gather_statistics(
            host.cases(connection, "学校", keys, on=_AT.date()), f"演示区/{_YEAR[0]}", *_YEAR
        )
    documents = select_statistics(policies, _ABOVE, case.subject.entity)
    page = folder / "statistics.html"
    found = decide_statistics(documents, case, on=_AT.date())
    page.write_text(render_statistics(found, name="演示区"), encoding="utf-8")
    return page


def _choose(
    engine: Engine, host: MappedHost, policy: ExecutablePolicy, entity: str, on: date
) -> tuple[Statement, str]:
    """The first subject of which a rule says that it is not met, else the first of all."""
    with engine.connect() as connection:
        keys = [one.key for one in host.subjects(connection, entity)]
        stated = [
            (decide_statement(policy, case, on=on), _name(case.subject))
            for case in host.cases(connection, entity, keys, on=on)
        ]
    return next(
        (
            one
            for one in stated
            if any(finding.outcome is Outcome.NOT_MET for finding in one[0].review)
        ),
        stated[0],
    )


def _name(subject: Subject) -> str:
    return f"{subject.entity} {subject.key}"
