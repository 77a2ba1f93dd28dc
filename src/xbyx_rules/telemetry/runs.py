"""Runs of supervision (督导), watched as a whole and subject by subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from .harmless import name_error
from .watching import LOG, Watch, codes_of

__all__ = ["RunWatch", "SubjectWatch", "watch_run", "watch_subject"]


class SubjectWatch(Watch):
    """One subject being supervised; `finish` says what came of it."""

    __slots__ = ("_checks", "_codes", "_doubts", "_entity", "_is_unchanged")

    def __init__(self, entity: str) -> None:
        super().__init__(f"supervise {entity}", {"xbyx.supervision.entity": entity})
        self._entity = entity
        self._is_unchanged = False
        self._codes: list[str] = []
        self._checks: Counter[tuple[str, str, str, str]] = Counter()
        self._doubts: Counter[str] = Counter()

    def finish(
        self,
        *,
        is_unchanged: bool,
        codes: Iterable[str],
        checks: Iterable[tuple[str, str, str, str]],
        doubts: Iterable[str],
    ) -> None:
        """Say what came of it.

        Args:
            is_unchanged: whether nothing had changed since the run before, so nothing was decided.
            codes: why its records could not be supervised; empty when they were.
            checks: of each check the document's id, the anchor, the outcome, the evaluator.
            doubts: of each doubt what the run changed about it (``opened``).
        """
        self._is_unchanged = is_unchanged
        self._codes = list(dict.fromkeys(codes))
        self._checks.update(checks)
        self._doubts.update(doubts)

    def report(self, error: BaseException | None, seconds: float) -> None:
        """Log the subject, put its counts on the span, add them up."""
        failed = "" if error is None else name_error(error)
        codes = self._codes or codes_of(error)
        outcome = self._outcome(failed)
        told: dict[str, Any] = {"entity": self._entity, "outcome": outcome, "codes": codes}
        told["seconds"] = round(seconds, 6)
        if self.retries:
            told["attempts"] = self.retries + 1
        if failed:
            LOG.error("supervision_failed", error=failed, **told)
        else:
            LOG.info("supervised", **told, **dict(sorted(self._doubts.items())))
        made = self.made
        if made is None:
            return
        attributes: dict[str, str | int] = {"xbyx.supervision.outcome": outcome}
        attributes |= {f"xbyx.supervision.{kind}": n for kind, n in sorted(self._doubts.items())}
        self.describe(attributes, codes, failed)
        label = {"xbyx.supervision.entity": self._entity}
        measured = {**label, "xbyx.supervision.outcome": outcome}
        if failed:
            measured["error.type"] = failed
        made.supervision_duration.record(seconds, measured)
        for (policy, clause, found, evaluator), number in self._checks.items():
            labels = {"xbyx.policy.id": policy, "xbyx.clause.id": clause}
            labels |= {"xbyx.finding.outcome": found, "xbyx.supervision.evaluator": evaluator}
            made.supervision_checks.add(number, labels)
        for kind, number in self._doubts.items():
            made.supervision_doubts.add(number, {**label, "xbyx.doubt.change": kind})

    def _outcome(self, failed: str) -> Literal["decided", "unchanged", "refused", "error"]:
        if failed:
            return "error"
        if self._codes:
            return "refused"
        return "unchanged" if self._is_unchanged else "decided"


class RunWatch(Watch):
    """A run over many subjects; it counts what they say of themselves."""

    __slots__ = ("_doubts", "_outcomes")

    def __init__(self) -> None:
        super().__init__("supervise", {})
        self._outcomes: Counter[str] = Counter()
        self._doubts: Counter[str] = Counter()

    def add(self, *, is_unchanged: bool, is_refused: bool, doubts: Iterable[str]) -> None:
        """Count one subject."""
        outcome = "refused" if is_refused else "unchanged" if is_unchanged else "decided"
        self._outcomes[outcome] += 1
        self._doubts.update(doubts)

    def report(self, error: BaseException | None, seconds: float) -> None:
        """Log the run and put its counts on the span."""
        failed = "" if error is None else name_error(error)
        counts = {**dict(sorted(self._outcomes.items())), **dict(sorted(self._doubts.items()))}
        subjects = self._outcomes.total()
        told: dict[str, Any] = {"subjects": subjects, "seconds": round(seconds, 6), **counts}
        if failed:
            LOG.error("supervision_run_failed", error=failed, **told)
        else:
            LOG.info("supervision_run_done", **told)
        attributes = {f"xbyx.supervision.{name}": number for name, number in counts.items()}
        self.describe({"xbyx.supervision.subjects": subjects, **attributes}, [], failed)


def watch_subject(entity: str) -> SubjectWatch:
    """Watch the supervision of one subject.

    Args:
        entity: the subject's, as the vocabulary declares it; else `OTHER`.
    """
    return SubjectWatch(entity)


def watch_run() -> RunWatch:
    """Watch a run over many subjects."""
    return RunWatch()
