"""Crash a sender of commands at a chosen point, by SIGKILL, as a failure of power would.

The sender is a forked child, so that a crash costs milliseconds; it tells through a pipe which
points it has passed.  A point is the moment before or after a statement, before a commit, after
it, and after the command's answer.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from xbyx_rules.hosting.ledger import Ledger
from xbyx_rules.lifecycle import Command

__all__ = ["Crash", "crash_at", "crash_sometime", "list_points"]

_NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Crash:
    """How a sender ended.

    Args:
        passed: the points it passed, in order; at the last one it was killed.
        was_killed: whether it was, or was done before.
    """

    passed: tuple[str, ...]
    was_killed: bool

    @property
    def point(self) -> str:
        """The point it was killed at."""
        return self.passed[-1] if self.was_killed and self.passed else "-"


class _Points:
    """Says each point it passes, and kills its process at one of them."""

    def __init__(self, out: int, kill_at: int) -> None:
        self.out, self.left = out, kill_at

    def say(self, name: str) -> None:
        os.write(self.out, f"{name}\n".encode())
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def listen(self, engine: Engine) -> None:
        """Hang on an engine's statements and commits."""

        def before(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
            self.say(f"before {_name(statement)}")

        def after(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
            self.say(f"after {_name(statement)}")

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        event.listen(engine, "commit", lambda _connection: self.say("before COMMIT"))
        # WHY: a connection goes back right after its commit, before the sender is answered.
        event.listen(engine, "checkin", lambda _driver, _record: self.say("after COMMIT"))


def list_points(url: str, ledger: Ledger, commands: Iterable[Command]) -> tuple[str, ...]:
    """The points that some commands pass when nothing is killed."""
    return crash_at(url, ledger, commands, _NEVER).passed


def crash_at(url: str, ledger: Ledger, commands: Iterable[Command], point: int) -> Crash:
    """Send commands, and be killed at the point of a number."""
    return _fork(lambda out: _send(url, ledger, commands, _Points(out, point)), None)


def crash_sometime(
    url: str, ledger: Ledger, commands: Iterable[Command], chance: random.Random, seconds: float
) -> Crash:
    """Send commands, and be killed from outside after a random time of at most `seconds`."""
    wait = chance.uniform(0, seconds)
    return _fork(lambda out: _send(url, ledger, commands, _Points(out, _NEVER)), wait)


def _send(url: str, ledger: Ledger, commands: Iterable[Command], points: _Points) -> None:
    engine = create_engine(url, poolclass=NullPool)
    points.listen(engine)
    for command in commands:
        ledger.act(engine, command)
        points.say("answered")


def _fork(work: Callable[[int], None], wait: float | None) -> Crash:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        # WHY _exit: nothing of the test run that the child is a copy of may end a second time.
        status = 1
        try:
            os.close(reading)
            work(writing)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    if wait is not None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        passed = tuple(pipe.read().splitlines())
    status = os.waitpid(child, 0)[1]
    was_killed = os.WIFSIGNALED(status)
    if not was_killed and os.WEXITSTATUS(status):
        raise RuntimeError(f"the sender failed after {passed[-3:]}")
    return Crash(passed, was_killed)


def _name(statement: str) -> str:
    """A statement's verb and table, for the histogram."""
    words = statement.replace(",", " ").split()
    verb = words[0].upper()
    if verb == "SELECT":
        table = words[words.index("FROM") + 1] if "FROM" in words else ""
        return f"SELECT {table}".strip() + (" FOR UPDATE" if "UPDATE" in words else "")
    return (
        f"{verb} {words[{'INSERT': 2, 'UPDATE': 1, 'DELETE': 2}[verb]]}"
        if verb in ("INSERT", "UPDATE", "DELETE")
        else verb
    )
