"""Deadlines (时限): timers that any number of workers run, reminders by hand, days found anew.

Takes: a `Ledger` with its calendar, instants, a worker's name.
Gives: reminders (催办) and overdue notices (逾期) as events with a message for the host; copies for
    those whom an overdue action is reported to (逾期上报).
May assume: the host calls `run_timers` now and then; nothing here reads a clock.
Refuses: to take any step of a flow: no deadline approves or rejects by itself.
"""

from .firing import due_timers, run_timers
from .reminding import remind
from .rescheduling import Rescheduled, recompute_deadlines
from .results import DueTimer, TimerOutcome, TimerResult

__all__ = [
    "DueTimer",
    "Rescheduled",
    "TimerOutcome",
    "TimerResult",
    "due_timers",
    "recompute_deadlines",
    "remind",
    "run_timers",
]
