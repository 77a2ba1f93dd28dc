"""What is due, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting.ledger.timers import TimerKind

__all__ = ["DueTimer", "TimerOutcome", "TimerResult"]

TimerOutcome = Literal["fired", "moved", "gone", "refused"]


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A waiting timer.

    Args:
        subject: whose.
        instance_id: the key of the subject's row.
        entry: number of the event by which the state was entered.
        number: among the timers of that entry.
        kind: ``remind`` (催办) or ``overdue`` (逾期).
        action: whose time limit it is.
        due_at: since when it is due, aware, in UTC.
        is_provisional: whether the calendar didn't know a day that was counted.
    """

    subject: Subject
    instance_id: str
    entry: int
    number: int
    kind: TimerKind
    action: str
    due_at: datetime
    is_provisional: bool

    @property
    def command_id(self) -> str:
        """The id of the command that it is: the same whichever worker runs it.

        Example:
            >>> at = datetime(2026, 3, 24, 16)
            >>> plan = Subject("年度计划", "2026-001")
            >>> DueTimer(plan, "5f0c", 3, 2, "overdue", "审核通过", at, False).command_id
            'timer:5f0c:3:2'
        """
        return f"timer:{self.instance_id}:{self.entry}:{self.number}"


@dataclass(frozen=True, slots=True)
class TimerResult:
    """What became of a timer.

    Args:
        timer: which.
        outcome: ``fired``; ``moved``, it isn't due any more since its provisional day was found
            anew; ``gone``, another worker or somebody's act came first; ``refused``, the subject
            itself is not in order, and the timer goes on waiting.
        version: number of the event; None where there is none.
        diagnostics: why it was refused.
    """

    timer: DueTimer
    outcome: TimerOutcome
    version: int | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
