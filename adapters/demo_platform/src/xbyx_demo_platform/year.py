"""A school year of the district, 2025-2026, driven through the ledger.

Three rounds in autumn: submit, sign, review.  Who is stopped learns why; the school's principal
or the district's reviewer returns the plan with the reasons; the school corrects what it can and
will, and the plan goes round again.  What is approved is carried out and filed in June.

All instants, command ids and choices follow from the platform's seed: a year run twice is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from sqlalchemy import Connection, Engine, select

from xbyx_rules.deciding import Finding, Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Ledger
from xbyx_rules.lifecycle import Command
from xbyx_rules.policy import Outcome

from .correcting import correct
from .draws import Draws
from .people import find_people
from .tables import jcxx_xx, sys_cs, yx_hdjl, yx_jhsb

__all__ = ["PlanResult", "Progress", "YearResult", "hold_activities", "run_year"]

_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
_SUBMIT, _SIGN, _APPROVE, _RETURN, _FILE = (
    "提交校内审核",
    "签发并报送",
    "审核通过",
    "退回补正",
    "备案",
)
_ROLES: Mapping[str, str] = {
    _SUBMIT: "分管负责人",
    _SIGN: "校长",
    _APPROVE: "区级审核员",
    _FILE: "区教委备案员",
}
_ROUNDS: tuple[Mapping[str, date], ...] = (
    {_SUBMIT: date(2025, 9, 8), _SIGN: date(2025, 9, 10), _APPROVE: date(2025, 9, 17)},
    {_SUBMIT: date(2025, 9, 22), _SIGN: date(2025, 9, 24), _APPROVE: date(2025, 9, 29)},
    {_SUBMIT: date(2025, 10, 13), _SIGN: date(2025, 10, 15), _APPROVE: date(2025, 10, 22)},
)
_FILING = (date(2026, 6, 15), date(2026, 6, 29))
_MONTHS = ((2025, 11), (2025, 12), (2026, 1), (2026, 3), (2026, 4), (2026, 5))
_AT_RANDOM_PERCENT = 12

YearOutcome = Literal["filed", "blocked", "undetermined"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Something happened to a plan: what, when, and whether it was done or stopped."""

    day: date
    action: str
    plan: str
    is_done: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanResult:
    """How the year ended for one plan.

    Args:
        plan: its number.
        school: the school's code.
        name: the school's name.
        outcome: filed; blocked, where a rule is not met; or undetermined, where facts are missing.
        state: the state it is in.
        stopped_at: the action that could not be taken, "" when filed.
        findings: what stood in its way at the last attempt.
        returned: how often it was returned.
        corrected: the findings on which the school worked.
    """

    plan: str
    school: str
    name: str
    outcome: YearOutcome
    state: str
    stopped_at: str
    findings: tuple[Finding, ...]
    returned: int
    corrected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearResult:
    """How the year ended, plan by plan, in the order of their numbers."""

    plans: tuple[PlanResult, ...]

    @property
    def by_outcome(self) -> Mapping[str, int]:
        """Number of plans by outcome."""
        return Counter(one.outcome for one in self.plans)

    @property
    def by_state(self) -> Mapping[str, int]:
        """Number of plans by the state they ended in."""
        return Counter(one.state for one in self.plans)

    def of(self, outcome: YearOutcome) -> tuple[PlanResult, ...]:
        """The plans with one outcome."""
        return tuple(one for one in self.plans if one.outcome == outcome)


@dataclass(slots=True)
class _Course:
    """What has become of a plan so far."""

    subject: Subject
    stopped_at: str = ""
    findings: tuple[Finding, ...] = ()
    returned: int = 0
    corrected: list[str] = field(default_factory=list)


def run_year(
    engine: Engine, ledger: Ledger, *, progress: Callable[[Progress], None] | None = None
) -> YearResult:
    """Take every plan of the platform through the school year.

    Args:
        engine: of a database that `build` filled, with the ledger's tables in it.
        ledger: with this platform as its host.
        progress: called at every step.

    Returns:
        How each plan ended.
    """
    return _Year(engine, ledger, progress or _ignore).run()


def hold_activities(connection: Connection, plan: str) -> int:
    """Hold a year's activities under an approved plan; how many were recorded."""
    seed = int(connection.execute(select(sys_cs.c.csz).where(sys_cs.c.csm == "seed")).scalar_one())
    approved = connection.execute(select(yx_jhsb.c.pzrq).where(yx_jhsb.c.jhbh == plan)).scalar_one()
    draws = Draws(seed, "activities", plan)
    days = sorted(
        date(*draws.pick(_MONTHS), draws.between(1, 28)) for _ in range(draws.between(3, 8))
    )
    if draws.chance(30):  # on the very day of approval, which is allowed
        days[0] = approved
    rows = [
        {
            "hdbh": f"{plan}-{number:02d}",
            "jhbh": plan,
            "hdmc": f"第{number}次校本研修（合成）",
            "hdrq": day,
            "ks": draws.between(1, 8),
            "nrly": draws.pick("1239"),
            "yxfs": draws.pick("12345"),
        }
        for number, day in enumerate(days, start=1)
    ]
    connection.execute(yx_hdjl.insert(), rows)
    return len(rows)


class _Year:
    def __init__(
        self, engine: Engine, ledger: Ledger, progress: Callable[[Progress], None]
    ) -> None:
        self._engine = engine
        self._ledger = ledger
        self._progress = progress
        with engine.connect() as connection:
            self._seed = int(
                connection.execute(select(sys_cs.c.csz).where(sys_cs.c.csm == "seed")).scalar_one()
            )
            plans = connection.scalars(select(yx_jhsb.c.jhbh).order_by(yx_jhsb.c.jhbh)).all()
        self._courses = {plan: _Course(Subject("年度计划", plan)) for plan in plans}

    def run(self) -> YearResult:
        for number, days in enumerate(_ROUNDS, start=1):
            self._go_round(number, days)
        for plan in self._in_state("审核通过"):
            with self._engine.begin() as connection:
                hold_activities(connection, plan)
        for day in _FILING:
            for plan in self._in_state("审核通过"):
                if not self._attempt(plan, _FILE, day) and day != _FILING[-1]:
                    self._correct(plan)
        return self._conclude()

    def _go_round(self, number: int, days: Mapping[str, date]) -> None:
        is_last = number == len(_ROUNDS)
        for plan in self._in_state("草稿"):
            if not self._attempt(plan, _SUBMIT, days[_SUBMIT]) and not is_last:
                self._correct(plan)
        for action, state in ((_SIGN, "待校级审核"), (_APPROVE, "待区级审核")):
            for plan in self._in_state(state):
                if number == 1 and action == _APPROVE and self._is_unclear(plan):
                    self._return(plan, action, days[action], "个别表述不清，请修改后再报")
                elif not self._attempt(plan, action, days[action]) and not is_last:
                    titles = "；".join(one.title for one in self._courses[plan].findings)
                    self._return(plan, action, days[action], f"请补正：{titles}")
                    self._correct(plan)

    def _in_state(self, state: str) -> list[str]:
        return [
            plan
            for plan, course in self._courses.items()
            if self._ledger.snapshot(self._engine, course.subject).state == state
        ]

    def _is_unclear(self, plan: str) -> bool:
        return Draws(self._seed, "unclear", plan).chance(_AT_RANDOM_PERCENT)

    def _attempt(self, plan: str, action: str, day: date) -> bool:
        """Try an action, and take it if nothing stands in its way."""
        course = self._courses[plan]
        with self._engine.connect() as connection:
            actor = find_people(connection, plan)[_ROLES[action]]
        at = self._instant(plan, day)
        trial = self._ledger.dry_run(self._engine, course.subject, action, actor=actor, at=at)[
            action
        ]
        if trial.diagnostics and not trial.blocked_by:
            raise CommandRefused(trial.diagnostics)  # not a school's failing: the drive is wrong
        if trial.is_allowed:
            self._ledger.act(
                self._engine,
                Command(course.subject, action, actor, f"{plan}/{day.isoformat()}/{action}", at),
            )
            course.stopped_at, course.findings = "", ()
        else:
            course.stopped_at, course.findings = action, trial.blocked_by
        self._progress(Progress(day, action, plan, trial.is_allowed, course.findings))
        return trial.is_allowed

    def _return(self, plan: str, instead_of: str, day: date, comment: str) -> None:
        course = self._courses[plan]
        with self._engine.connect() as connection:
            actor = find_people(connection, plan)[_ROLES[instead_of]]
        command = Command(
            course.subject,
            _RETURN,
            actor,
            f"{plan}/{day.isoformat()}/{_RETURN}",
            self._instant(plan, day),
            comment=comment,
        )
        self._ledger.act(self._engine, command)
        course.returned += 1
        self._progress(Progress(day, _RETURN, plan, is_done=True, findings=course.findings))

    def _correct(self, plan: str) -> None:
        course = self._courses[plan]
        with self._engine.begin() as connection:
            course.corrected += correct(
                connection, plan, [finding.clause for finding in course.findings]
            )

    def _instant(self, plan: str, day: date) -> datetime:
        minutes = list(self._courses).index(plan)
        return datetime(day.year, day.month, day.day, 9, tzinfo=_ZONE) + timedelta(minutes=minutes)

    def _conclude(self) -> YearResult:
        with self._engine.connect() as connection:
            named = connection.execute(
                select(yx_jhsb.c.jhbh, jcxx_xx.c.xxbsm, jcxx_xx.c.xxmc).where(
                    yx_jhsb.c.xxbsm == jcxx_xx.c.xxbsm
                )
            )
            schools = {plan: (code, name) for plan, code, name in named}
        return YearResult(
            tuple(
                PlanResult(
                    plan=plan,
                    school=schools[plan][0],
                    name=schools[plan][1],
                    outcome=_outcome_of(course),
                    state=self._ledger.snapshot(self._engine, course.subject).state,
                    stopped_at=course.stopped_at,
                    findings=course.findings,
                    returned=course.returned,
                    corrected=tuple(course.corrected),
                )
                for plan, course in self._courses.items()
            )
        )


def _outcome_of(course: _Course) -> YearOutcome:
    if not course.stopped_at:
        return "filed"
    is_blocked = any(one.outcome is Outcome.NOT_MET for one in course.findings)
    return "blocked" if is_blocked else "undetermined"


def _ignore(_progress: Progress) -> None:
    return None
