"""Commands and the transactions they run in, watched."""

from __future__ import annotations

from typing import Any, Final, Literal

from xbyx_rules.errors import CommandRefused, ConflictError

from .harmless import Harmless, name_error
from .instruments import instruments
from .watching import LOG, Watch, codes_of, current_watch

__all__ = ["OTHER", "CommandWatch", "note_retry", "watch_command"]

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
        outcome, codes = self._outcome(error), codes_of(error)
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

    def _outcome(
        self, error: BaseException | None
    ) -> Literal["done", "replayed", "refused", "conflict", "error"]:
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
