"""Kill work of one kind again and again on a database, and print where."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.integration.crashing import (
    Crash,
    Work,
    choose_points,
    crash_at,
    crash_sometime,
    kind_of,
    list_points,
)
from tests.servers.databases import Database

__all__ = ["KILLS", "crash_often", "print_histogram"]

KILLS = int(os.environ.get("XBYX_KILLS", "80"))
"""On each database, a fifth for each kind of work; some at a random time, the others at a point."""
IS_WHOLE = "XBYX_KILLS" in os.environ
"""Whether every point must be met, however many there are."""


def crash_often(
    database: Database, prepare: Callable[[], Work], check: Callable[[Crash], None], seconds: float
) -> Iterator[tuple[Crash, tuple[str, ...]]]:
    """Kill work again and again, each time new work, each time checking what it has left.

    Args:
        database: where.
        prepare: makes the next piece of work.
        check: is given each crash.
        seconds: the longest that one killed at a random time has.
    """
    chance = random.Random(7)
    list_points(database.url, prepare())  # writes the flow down
    points = list_points(database.url, prepare())
    timed = KILLS // 25
    at_points = max(KILLS // 5 - timed, len(points) if IS_WHOLE else 0)
    for point in choose_points(points, at_points, chance):
        crash = crash_at(database.url, prepare(), point)
        assert crash.was_killed
        assert kind_of(crash.point) == kind_of(points[point])
        check(crash)
        yield crash, points
    for _ in range(timed):
        crash = crash_sometime(database.url, prepare(), chance, seconds)
        check(crash)
        yield crash, points


def print_histogram(
    name: str,
    crashes: tuple[Crash, ...],
    points: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    killed = Counter(kind_of(one.point) for one in crashes if one.was_killed)
    kinds = {kind_of(point) for point in points}
    met = {len(one.passed) - 1 for one in crashes if one.was_killed}
    with capsys.disabled():
        done = sum(not one.was_killed for one in crashes)
        print(f"\n{name}: {sum(killed.values())} killed, {done} done before")  # noqa: T201
        for point, times in sorted(killed.items(), key=lambda one: (-one[1], one[0])):
            print(f"  {times:4}  {point}")  # noqa: T201
        left = sorted(kinds - set(killed))
        print(f"  kinds of points: {len(kinds)}, not met: {left or 'none'}")  # noqa: T201
        all_met = len(met & set(range(len(points))))
        print(f"  points: {len(points)}, met: {all_met}")  # noqa: T201
    if IS_WHOLE:
        assert all_met == len(points)
