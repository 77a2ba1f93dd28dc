"""The year from spring to summer: which flow goes when, and what happens in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import Engine, select

from xbyx_demo_platform.registers import keys_of
from xbyx_demo_platform.tables import jcxx_xx, sys_cs, yx_jhsb, yx_yxnd
from xbyx_rules.hosting import Ledger

from . import days
from .driving import Desks, FlowDrive, Step
from .happening import Schools
from .results import Progress, YearResult

__all__ = ["run_year"]

_MANAGER, _PRINCIPAL, _REVIEWER, _FILER = "分管负责人", "校长", "区级审核员", "区教委备案员"

_PLAN_STEPS = (
    Step("草稿", "提交校内审核", _MANAGER),
    Step("待校级审核", "签发并报送", _PRINCIPAL),
    Step("待区级审核", "审核通过", _REVIEWER),
)
_PLAN_FILING = Step("审核通过", "备案", _FILER)
_SCHEME_STEPS = (
    Step("草稿", "提交校内审核", _MANAGER),
    Step("待签发", "签发并报备", _PRINCIPAL),
    Step("待备案", "备案", _FILER),
)
_SURVEYED = Step("调研", "完成调研", _MANAGER)
_GOALS_SET = Step("分析", "确定主题和目标", _MANAGER)
_STARTED = Step("制定", "开始实施", _MANAGER)
_CARRIED_OUT = Step("实施", "结束实施", _MANAGER)
_EVALUATED = Step("评价", "完成评价", _MANAGER)
_ARCHIVED = Step("待归档", "归档", _PRINCIPAL)
_CREDIT_STEPS = (
    Step("校内认定", "提交校内审核", _MANAGER),
    Step("待签发", "签发并报送", _PRINCIPAL),
    Step("待区级审核", "审核通过", _REVIEWER),
)
_CREDITS_REGISTERED = Step("审核通过", "登记", _REVIEWER)


def run_year(
    engine: Engine, ledger: Ledger, *, progress: Callable[[Progress], None] | None = None
) -> YearResult:
    """Take every school of the platform through the school year.

    Args:
        engine: of a database that `build` filled, with the ledger's tables in it.
        ledger: with this platform as its host.
        progress: called at every step.

    Returns:
        How each subject of each flow ended.
    """
    return _Year(engine, ledger, progress or _ignore).run()


class _Year:
    def __init__(
        self, engine: Engine, ledger: Ledger, progress: Callable[[Progress], None]
    ) -> None:
        self._engine = engine
        with engine.connect() as connection:
            seed = connection.execute(select(sys_cs.c.csz).where(sys_cs.c.csm == "seed"))
            self._desks = Desks(engine, ledger, progress, int(seed.scalar_one()))
            self._schools = Schools(connection, self._desks.seed)
        self._multi_year_plans = self._drive("规划")
        self._annual_plans = self._drive("年度计划")
        self._schemes = self._drive("实施方案")
        self._training_years = self._drive("研修年度")
        self._credits = FlowDrive(self._desks, "年度学分认定", ())

    def run(self) -> YearResult:
        self._plan_and_survey()
        self._approve()
        self._carry_out()
        self._evaluate()
        self._recognise_credits()
        self._archive()
        return self._conclude()

    def _plan_and_survey(self) -> None:
        """Spring and summer 2024: multi-year plans, surveys, goals."""
        for number in (0, 1):
            self._review_multi_year_plans(number)
        self._training_years.try_all(_SURVEYED, days.SURVEY)
        self._training_years.try_all(_GOALS_SET, days.GOALS, again=days.GOALS_AGAIN[:1])

    def _approve(self) -> None:
        """Autumn 2024: annual plans, the multi-year plans that are left, and schemes."""
        last = len(days.ANNUAL_PLAN_ROUNDS) - 1
        for number, round_days in enumerate(days.ANNUAL_PLAN_ROUNDS):
            if number == last:
                self._review_multi_year_plans(2)
            self._annual_plans.go_round(
                _PLAN_STEPS, round_days, is_first=number == 0, is_last=number == last
            )
        for number, round_days in enumerate(days.SCHEME_ROUNDS):
            self._schemes.go_round(
                _SCHEME_STEPS, round_days, is_first=number == 0, is_last=number == 1
            )

    def _carry_out(self) -> None:
        """From the approval until June 2025; who surveyed late catches up first."""
        self._start(days.START)
        self._training_years.try_all(_SURVEYED, days.SURVEY_AGAIN)
        self._training_years.try_all(_GOALS_SET, days.GOALS_AGAIN[1])
        self._start(days.START_AFTER_LAST_ROUND)
        with self._engine.begin() as connection:
            for plan in self._annual_plans.in_state("审核通过"):
                self._schools.hold_activities(connection, plan)
        self._training_years.try_all(_CARRIED_OUT, days.CARRYING_OUT_ENDS)

    def _start(self, day: date) -> None:
        """Start carrying out what is approved by then; on the last day all others ask too."""
        with self._engine.connect() as connection:
            approved = set(
                connection.scalars(
                    select(yx_yxnd.c.ndbh)
                    .join(yx_jhsb, yx_jhsb.c.jhbh == yx_yxnd.c.jhbh)
                    .where(yx_jhsb.c.pzrq <= day)
                )
            )
        for key in self._training_years.in_state(_STARTED.state):
            if key in approved or day == days.START_AFTER_LAST_ROUND:
                self._training_years.attempt(key, _STARTED, day)

    def _evaluate(self) -> None:
        """June and July 2025: annual plans are filed, the year is evaluated."""
        self._annual_plans.try_all(_PLAN_FILING, days.FILING[0], again=days.FILING[1:])
        with self._engine.begin() as connection:
            for school in self._codes(self._training_years.in_state(_EVALUATED.state)):
                self._schools.evaluate_year(connection, school)
        self._training_years.try_all(_EVALUATED, days.EVALUATION, again=[days.EVALUATION_AGAIN])

    def _recognise_credits(self) -> None:
        """July 2025: the schools that held activities count credits and have them reviewed."""
        plans = [
            *self._annual_plans.in_state("审核通过"),
            *self._annual_plans.in_state("已备案"),
        ]
        with self._engine.begin() as connection:
            for plan in sorted(plans):
                self._schools.count_credits(connection, plan)
        self._credits = self._drive("年度学分认定")
        for number, round_days in enumerate(days.CREDIT_ROUNDS):
            *reviewing, registering = round_days
            self._credits.go_round(
                _CREDIT_STEPS, reviewing, is_first=number == 0, is_last=number == 1
            )
            self._credits.try_all(_CREDITS_REGISTERED, registering)

    def _archive(self) -> None:
        """July 2025: the archive is closed."""
        with self._engine.begin() as connection:
            for key in self._training_years.in_state(_ARCHIVED.state):
                self._schools.fill_archive(connection, key)
        self._training_years.try_all(_ARCHIVED, days.ARCHIVE, again=[days.ARCHIVE_AGAIN])

    def _review_multi_year_plans(self, number: int) -> None:
        self._multi_year_plans.go_round(
            _PLAN_STEPS,
            days.MULTI_YEAR_PLAN_ROUNDS[number],
            is_first=number == 0,
            is_last=number == len(days.MULTI_YEAR_PLAN_ROUNDS) - 1,
        )

    def _drive(self, entity: str) -> FlowDrive:
        with self._engine.connect() as connection:
            keys = keys_of(connection, entity)
        return FlowDrive(self._desks, entity, keys)

    def _codes(self, years: Sequence[str]) -> list[str]:
        with self._engine.connect() as connection:
            return list(
                connection.scalars(
                    select(yx_yxnd.c.xxbsm)
                    .where(yx_yxnd.c.ndbh.in_(years))
                    .order_by(yx_yxnd.c.xxbsm)
                )
            )

    def _conclude(self) -> YearResult:
        with self._engine.connect() as connection:
            named = connection.execute(
                select(jcxx_xx.c.xxbsm, jcxx_xx.c.xxmc).order_by(jcxx_xx.c.xxbsm)
            )
            schools = {str(row.xxbsm): str(row.xxmc) for row in named}
        drives = (
            self._multi_year_plans,
            self._annual_plans,
            self._schemes,
            self._training_years,
            self._credits,
        )
        return YearResult(
            tuple(one for drive in drives for one in drive.conclude(schools)), schools
        )


def _ignore(_progress: Progress) -> None:
    return None
