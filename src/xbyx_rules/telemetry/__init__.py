"""Telemetry: what an operator may see of the engine at work, and nobody in it.

Takes: counts, codes, outcomes, durations, and names that the documents themselves declare.
Gives: structlog events; OpenTelemetry spans and metrics where `opentelemetry-api` is installed.
May assume: a name it is given is a document's or the platform's, never typed in by a user.
Refuses: keys, persons, opinions, facts, messages of exceptions, parameters of SQL.

It sees and never acts: no decision reads it, and no failure in it changes what a command does.
"""

from .commands import (
    OTHER,
    BulkWatch,
    CommandWatch,
    note_command,
    note_retry,
    watch_bulk,
    watch_command,
)
from .correlation import add_trace_context
from .decisions import DecisionWatch, decide_watched, watch_decision
from .instruments import use_providers
from .outbox import OutboxReader, OutboxReading, log_outbox, watch_outbox
from .runs import RunWatch, SubjectWatch, watch_run, watch_subject
from .timers import TimerWatch, watch_timer

__all__ = [
    "OTHER",
    "BulkWatch",
    "CommandWatch",
    "DecisionWatch",
    "OutboxReader",
    "OutboxReading",
    "RunWatch",
    "SubjectWatch",
    "TimerWatch",
    "add_trace_context",
    "decide_watched",
    "log_outbox",
    "note_command",
    "note_retry",
    "use_providers",
    "watch_bulk",
    "watch_command",
    "watch_decision",
    "watch_outbox",
    "watch_run",
    "watch_subject",
    "watch_timer",
]
