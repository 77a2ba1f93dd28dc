"""Commands and the transactions they run in, watched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, Literal

from xbyx_rules.errors import CommandRefused, ConflictError

from .harmless import Harmless, name_error
from .instruments import instruments
from .watching import LOG, Watch, codes_of, current_watch

__all__ = [
    "OTHER",
    "BulkWatch",
    "CommandWatch",
    "note_command",
    "note_retry",
    "watch_bulk",
    "watch_command",
]

OTHER: Final = "_OTHER"
"""Stands for a name that no document knows, as in the conventions for HTTP's methods.

What a user sends as an action may be anything, a person's name or a million different texts.
"""


class CommandWatch(Watch):
    """A command on its way; `finish` says that it came through."""

    __slots__ = ("_action", "_entity", "_facts", "_is_replay")

    def __init__(self, entity: str, action: str) -> None:
        verb = "act" if action == OTHER else action
        name = verb if entity == OTHER else f"{verb} {entity}"
        super().__init__(name, {"xbyx.command.entity": entity, "xbyx.command.action": action})
        self._entity, self._action = entity, action
        self._is_replay = False
        self._facts: dict[str, Any] = {}

    def finish(
        self, *, is_replay: bool = False, version: int = 0, target: str = "", event_hash: str = ""
    ) -> None:
        """Say what was done.

        Args:
            is_replay: whether it had been carried out before.
            version: number of the event; 0 for a command that makes none.
            target: the state after it.
            event_hash: the event's hash, by which who may read the ledger finds the subject.
        """
        self._is_replay = is_replay
        if version:
            self._facts = {"version": version, "target": target, "event_hash": event_hash}

    def report(self, error: BaseException | None, seconds: float) -> None:
        """Log the command, put its outcome on the span, count it."""
        outcome, codes = self.outcome_of(error), codes_of(error)
        failed = name_error(error) if error is not None and outcome == "error" else ""
        self._log(outcome, codes, failed, seconds)
        made = self.made
        if made is None:
            return
        self.describe({"xbyx.command.outcome": outcome}, codes, failed)
        labels = {"xbyx.command.entity": self._entity, "xbyx.command.action": self._action}
        measured = {**labels, "xbyx.command.outcome": outcome}
        if failed:
            measured["error.type"] = failed
        made.command_duration.record(seconds, measured)
        for code in codes:
            made.command_refusals.add(1, {**labels, "xbyx.diagnostic.code": code})

    def outcome_of(
        self, error: BaseException | None
    ) -> Literal["done", "replayed", "refused", "conflict", "error"]:
        """What became of the command."""
        if error is None:
            return "replayed" if self._is_replay else "done"
        if isinstance(error, ConflictError):
            return "conflict"
        return "refused" if isinstance(error, CommandRefused) else "error"

    def _log(self, outcome: str, codes: list[str], failed: str, seconds: float) -> None:
        told: dict[str, Any] = {
            "entity": self._entity,
            "action": self._action,
            "outcome": outcome,
            "seconds": round(seconds, 6),
            **({"attempts": self.retries + 1} if self.retries else {}),
        }
        if failed:
            # WHY no traceback: a message may hold facts, and a database's holds its parameters.
            LOG.error("command_failed", error=failed, codes=codes, **told)
        elif outcome in ("refused", "conflict"):
            LOG.info("command_refused", codes=codes, **told)
        else:
            LOG.info(f"command_{outcome}", **self._facts, **told)


class BulkWatch(Watch):
    """Commands that share a transaction; each is told of by itself, by `note_command`."""

    __slots__ = ("_commands", "_error", "_outcomes")

    def __init__(self, commands: int) -> None:
        super().__init__("act_all", {"xbyx.bulk.commands": commands})
        self._commands = commands
        self._error: BaseException | None = None
        self._outcomes: Counter[str] = Counter()

    def finish(self, outcomes: Iterable[str], *, error: BaseException | None = None) -> None:
        """Say what became of each, and why the transaction was given up, when it was."""
        self._outcomes.update(outcomes)
        self._error = error

    def report(self, error: BaseException | None, seconds: float) -> None:
        """Log the transaction and put its counts on the span."""
        error = error or self._error
        failed = "" if error is None else name_error(error)
        told: dict[str, Any] = {"commands": self._commands, "seconds": round(seconds, 6)}
        told |= {"attempts": self.retries + 1} if self.retries else {}
        counts = dict(sorted(self._outcomes.items()))
        if failed:
            LOG.error("bulk_failed", error=failed, **told)
        else:
            LOG.info("bulk_done", **told, **counts)
        attributes = {f"xbyx.bulk.{name}": number for name, number in counts.items()}
        self.describe(attributes, [], failed)


def watch_bulk(commands: int) -> BulkWatch:
    """Watch some commands that share a transaction.

    Args:
        commands: how many.
    """
    return BulkWatch(commands)


def note_command(
    entity: str,
    action: str,
    *,
    seconds: float,
    error: BaseException | None = None,
    **facts: Any,
) -> str:
    """Tell of a command that shared its transaction with others, when that is committed.

    Args:
        entity: as for `watch_command`.
        action: as for `watch_command`.
        seconds: how long it took, the commit apart.
        error: why it was not done.
        facts: what was done, as `CommandWatch.finish` takes it.

    Returns:
        Its outcome: ``done``, ``replayed``, ``refused``, ``conflict`` or ``error``.

    Example:
        >>> from structlog.testing import capture_logs
        >>> with capture_logs() as events:
        ...     note_command("年度计划", "撤回", seconds=0.01, version=3, target="已撤回")
        'done'
        >>> events[0]["event"]
        'command_done'
    """
    watch = CommandWatch(entity, action)
    if error is None:
        watch.finish(**facts)
    with Harmless():
        watch.made = instruments()
        watch.report(error, seconds)
    return watch.outcome_of(error)


def watch_command(entity: str, action: str) -> CommandWatch:
    """Watch one command.

    Args:
        entity: the subject's, as a document declares it; else `OTHER`.
        action: as a document declares it, or one of the ledger's own (``@start``); else `OTHER`.

    Example:
        >>> from structlog.testing import capture_logs
        >>> with capture_logs() as events, watch_command("年度计划", "撤回") as watch:
        ...     watch.finish(version=3, target="已撤回", event_hash="sha256:…")
        >>> [(event["event"], event["outcome"], event["version"]) for event in events]
        [('command_done', 'done', 3)]
    """
    return CommandWatch(entity, action)


def note_retry(*, database: str, state: str, attempt: int) -> None:
    """Note that a transaction of ours is done again from the start.

    Args:
        database: the kind of database, as SQLAlchemy names it (``postgresql``).
        state: what the database gave as the reason: an SQLSTATE, a number or SQLite's own name.
        attempt: number of the attempt that failed, from 1.
    """
    watch = current_watch()
    if watch is not None:
        watch.retries += 1
    with Harmless():
        LOG.warning("transaction_retried", database=database, state=state, attempt=attempt)
        made = instruments()
        if made is not None:
            reason = {"db.system.name": database, "db.response.status_code": state}
            made.transaction_retries.add(1, reason)
