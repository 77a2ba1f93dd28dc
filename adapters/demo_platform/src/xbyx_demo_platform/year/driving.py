"""Driving the subjects of one flow: attempts, returns, corrections, rounds of review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from sqlalchemy import Engine

from xbyx_demo_platform.correcting import correct
from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.people import find_actor
from xbyx_demo_platform.registers import school_of
from xbyx_rules.deciding import Finding, Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Ledger
from xbyx_rules.lifecycle import Command
from xbyx_rules.policy import Outcome

from .results import Progress, SubjectResult, YearOutcome

__all__ = ["Desks", "FlowDrive", "Step"]

_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
_RETURN = "退回补正"
_AT_RANDOM_PERCENT = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a flow: from which state, which action, in which role."""

    state: str
    action: str
    role: str


@dataclass(frozen=True, slots=True)
class Desks:
    """What every drive works with."""

    engine: Engine
    ledger: Ledger
    progress: Callable[[Progress], None]
    seed: int


@dataclass(slots=True)
class _Course:
    """What has become of a subject so far."""

    subject: Subject
    state: str
    stopped_at: str = ""
    findings: tuple[Finding, ...] = ()
    returned: int = 0
    corrected: list[str] = field(default_factory=list)


class FlowDrive:
    """Takes the subjects of one entity through their flow."""

    def __init__(self, desks: Desks, entity: str, keys: Sequence[str]) -> None:
        self._desks = desks
        subjects = [Subject(entity, key) for key in keys]
        self._courses = {
            one.key: _Course(one, desks.ledger.snapshot(desks.engine, one).state)
            for one in subjects
        }

    def in_state(self, state: str) -> tuple[str, ...]:
        """The keys of the subjects in a state."""
        return tuple(key for key, course in self._courses.items() if course.state == state)

    def go_round(
        self, steps: Sequence[Step], days: Sequence[date], *, is_first: bool, is_last: bool
    ) -> None:
        """Go through a review once: who is stopped corrects, and what was submitted is returned.

        In the first round the third step, the district's, returns a few for their wording alone.
        Nothing is returned or corrected in the last round: there is no other to come.
        """
        first, *later = zip(steps, days, strict=True)
        for key in self.in_state(first[0].state):
            if not self.attempt(key, *first) and not is_last:
                self.correct(key, first[1])
        for step, day in later:
            for key in self.in_state(step.state):
                if is_first and step == steps[2] and self._is_unclear(key):
                    self._return(key, step, day, "个别表述不清，请修改后再报")
                elif not self.attempt(key, step, day) and not is_last:
                    titles = "；".join(
                        one.title or one.locator for one in self._courses[key].findings
                    )
                    self._return(key, step, day, f"请补正：{titles}")
                    self.correct(key, day)

    def try_all(self, step: Step, day: date, *, again: Iterable[date] = ()) -> None:
        """Try a step with every subject that waits for it; who is stopped corrects and retries."""
        days = [day, *again]
        for number, on in enumerate(days, start=1):
            for key in self.in_state(step.state):
                if not self.attempt(key, step, on) and number < len(days):
                    self.correct(key, on)

    def attempt(self, key: str, step: Step, day: date) -> bool:
        """Try an action, and take it if nothing stands in its way."""
        course, desks = self._courses[key], self._desks
        with desks.engine.connect() as connection:
            actor = find_actor(connection, course.subject, step.role)
        at = self._instant(key, day)
        trial = desks.ledger.dry_run(desks.engine, course.subject, step.action, actor=actor, at=at)[
            step.action
        ]
        if trial.diagnostics and not trial.blocked_by:
            raise CommandRefused(trial.diagnostics)  # not a school's failing: the drive is wrong
        if trial.is_allowed:
            command = f"{key}/{day.isoformat()}/{step.action}"
            desks.ledger.act(desks.engine, Command(course.subject, step.action, actor, command, at))
            course.state = trial.target
            course.stopped_at, course.findings = "", ()
        else:
            course.stopped_at, course.findings = step.action, trial.blocked_by
        desks.progress(
            Progress(
                day,
                course.subject,
                "done" if trial.is_allowed else "stopped",
                step.action,
                step.role,
                course.findings,
                trial.findings,
            )
        )
        return trial.is_allowed

    def correct(self, key: str, day: date) -> None:
        """Let the school correct what it was stopped by, if it can and will."""
        course, desks = self._courses[key], self._desks
        with desks.engine.begin() as connection:
            done = correct(connection, course.subject, [one.clause for one in course.findings])
        if done:
            course.corrected += done
            desks.progress(Progress(day, course.subject, "corrected", corrected=done))

    def conclude(self, schools: dict[str, str]) -> tuple[SubjectResult, ...]:
        """How each subject stands, given the schools' names by code."""
        results = []
        for course in self._courses.values():
            with self._desks.engine.connect() as connection:
                school = school_of(connection, course.subject)
            results.append(
                SubjectResult(
                    subject=course.subject,
                    school=school,
                    name=schools[school],
                    outcome=_outcome_of(course),
                    state=course.state,
                    stopped_at=course.stopped_at,
                    findings=course.findings,
                    returned=course.returned,
                    corrected=tuple(course.corrected),
                )
            )
        return tuple(results)

    def _return(self, key: str, instead_of: Step, day: date, comment: str) -> None:
        course, desks = self._courses[key], self._desks
        with desks.engine.connect() as connection:
            actor = find_actor(connection, course.subject, instead_of.role)
        receipt = desks.ledger.act(
            desks.engine,
            Command(
                course.subject,
                _RETURN,
                actor,
                f"{key}/{day.isoformat()}/{_RETURN}",
                self._instant(key, day),
                comment=comment,
            ),
        )
        course.state = receipt.target
        course.returned += 1
        desks.progress(Progress(day, course.subject, "done", _RETURN, instead_of.role))

    def _is_unclear(self, key: str) -> bool:
        return Draws(self._desks.seed, "unclear", key).chance(_AT_RANDOM_PERCENT)

    def _instant(self, key: str, day: date) -> datetime:
        minutes = list(self._courses).index(key)
        return datetime(day.year, day.month, day.day, 9, tzinfo=_ZONE) + timedelta(minutes=minutes)


def _outcome_of(course: _Course) -> YearOutcome:
    if not course.stopped_at:
        return "done"
    is_blocked = any(one.outcome is Outcome.NOT_MET for one in course.findings)
    return "blocked" if is_blocked else "undetermined"
