"""Reminders and time limits that workers run, each watched by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .harmless import name_error
from .watching import LOG, Watch, codes_of

__all__ = ["TimerWatch", "watch_timer"]


class TimerWatch(Watch):
    """A timer being run; `finish` says what came of it."""

    __slots__ = ("_codes", "_entity", "_kind", "_outcome", "_version")

    def __init__(self, entity: str, kind: str) -> None:
        attributes = {"xbyx.timer.entity": entity, "xbyx.timer.kind": kind}
        super().__init__(f"timer {kind}", attributes)
        self._entity, self._kind = entity, kind
        self._outcome = ""
        self._version: int | None = None
        self._codes: list[str] = []

    def finish(self, outcome: str, *, version: int | None, codes: Iterable[str]) -> None:
        """Say what came of it.

        Args:
            outcome: ``fired``, ``moved``, ``gone`` or ``refused``.
            version: number of the event; None where there is none.
            codes: why it was refused.
        """
        self._outcome, self._version = outcome, version
        self._codes = sorted(set(codes))

    def report(self, error: BaseException | None, seconds: float) -> None:
        """Log the timer, put its outcome on the span, measure it."""
        failed = "" if error is None else name_error(error)
        outcome = "error" if failed else self._outcome
        codes = codes_of(error) if failed else self._codes
        told: dict[str, Any] = {"entity": self._entity, "kind": self._kind, "outcome": outcome}
        told |= {"codes": codes, "seconds": round(seconds, 6)}
        told |= {"attempts": self.retries + 1} if self.retries else {}
        if failed:
            LOG.error("timer_failed", error=failed, **told)
        else:
            log = LOG.warning if codes else LOG.info
            log("timer_run", version=self._version, **told)
        made = self.made
        if made is None:
            return
        self.describe({"xbyx.timer.outcome": outcome}, codes, failed)
        labels = {"xbyx.timer.entity": self._entity, "xbyx.timer.kind": self._kind}
        labels |= {"xbyx.timer.outcome": outcome, **({"error.type": failed} if failed else {})}
        made.timer_duration.record(seconds, labels)


def watch_timer(entity: str, kind: str) -> TimerWatch:
    """Watch one timer.

    Args:
        entity: the subject's, as a document declares it; else `OTHER`.
        kind: ``remind`` or ``overdue``.

    Example:
        >>> from structlog.testing import capture_logs
        >>> with capture_logs() as events, watch_timer("年度计划", "overdue") as watch:
        ...     watch.finish("fired", version=4, codes=())
        >>> events[0]["event"], events[0]["outcome"], events[0]["version"]
        ('timer_run', 'fired', 4)
    """
    return TimerWatch(entity, kind)
