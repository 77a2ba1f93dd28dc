"""Crash somebody at work on a database at a chosen point, by SIGKILL, as a failure of power would.

Who works is a forked child, so that a crash costs milliseconds; it tells through a pipe which
points it has passed.  A point is the moment before or after a statement, before a commit, after
it, and whatever the work itself says, such as that a command was answered.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

__all__ = [
    "Crash",
    "Work",
    "choose_points",
    "crash_at",
    "crash_sometime",
    "kind_of",
    "list_points",
    "name_statement",
]

Work = Callable[[Engine, Callable[[str], None]], None]
"""What is done on a database; it says the points of its own that it passes."""

_NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Crash:
    """How somebody ended.

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
            self.say(f"before {name_statement(statement)}")

        def after(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
            self.say(f"after {name_statement(statement)}")

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        event.listen(engine, "commit", lambda _connection: self.say("before COMMIT"))
        # WHY: a connection goes back right after its commit, before the sender is answered.
        event.listen(engine, "checkin", lambda _driver, _record: self.say("after COMMIT"))


def list_points(url: str, work: Work) -> tuple[str, ...]:
    """The points that some work passes when nothing is killed."""
    return crash_at(url, work, _NEVER).passed


def crash_at(url: str, work: Work, point: int) -> Crash:
    """Work, and be killed at the point of a number."""
    return _fork(lambda out: _do(url, work, _Points(out, point)), None)


def crash_sometime(url: str, work: Work, chance: random.Random, seconds: float) -> Crash:
    """Work, and be killed from outside after a random time of at most `seconds`."""
    wait = chance.uniform(0, seconds)
    return _fork(lambda out: _do(url, work, _Points(out, _NEVER)), wait)


def choose_points(points: tuple[str, ...], kills: int, chance: random.Random) -> list[int]:
    """Every point once where the kills suffice; else one of each kind first, commits before all."""
    order = list(range(len(points)))
    chance.shuffle(order)
    first_of = {kind_of(points[place]): place for place in reversed(order)}
    order.sort(key=lambda one: (first_of[kind_of(points[one])] != one, "COMMIT" not in points[one]))
    while len(order) < kills:
        order.append(chance.randrange(len(points)))
    return order[:kills]


def kind_of(point: str) -> str:
    """A point without the key of what it is about.

    Example:
        >>> kind_of("taken 2026-001/3"), kind_of("before COMMIT")
        ('taken', 'before COMMIT')
    """
    return point.partition(" ")[0] if "/" in point else point


def _do(url: str, work: Work, points: _Points) -> None:
    engine = create_engine(url, poolclass=NullPool)
    points.listen(engine)
    work(engine, points.say)


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
        raise RuntimeError(f"the work failed after {passed[-3:]}")
    return Crash(passed, was_killed)


def name_statement(statement: str) -> str:
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
