"""What watching costs: without OpenTelemetry, with its API package alone, with an SDK in memory.

    python tests/benchmarks/telemetry.py [--seconds 2]

Each arrangement is measured in a process of its own, the arrangements in turn, several times over;
a figure is the median over its rounds, of the processor's time.  Log events are filtered out by
their level, as a platform does that wants none, or rendered as JSON and thrown away.  A command is
a whole one on SQLite in memory, going to and fro between two states.  Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import structlog

__all__ = ["Row", "measure", "print_table"]

ARRANGEMENTS = ("without", "api", "sdk")
ROUNDS = 9


class Row(NamedTuple):
    """Median microseconds of processor time a call, by arrangement."""

    work: str
    without: float
    api: float
    sdk: float


def measure(seconds: float) -> list[Row]:
    """Each piece of work under each arrangement."""
    found: dict[str, list[dict[str, float]]] = {one: [] for one in ARRANGEMENTS}
    for _ in range(ROUNDS):
        for arrangement in ARRANGEMENTS:
            found[arrangement].append(_measure_apart(arrangement, seconds / ROUNDS))
    return [
        Row(work, *(statistics.median(run[work] for run in found[one]) for one in ARRANGEMENTS))
        for work in found["api"][0]
    ]


def print_table(rows: list[Row]) -> None:
    """A Markdown table."""
    print("| watched, µs | without OpenTelemetry | API alone | SDK in memory |")
    print("|---|---:|---:|---:|")
    for row in rows:
        print(f"| {row.work} | {row.without:.1f} | {row.api:.1f} | {row.sdk:.1f} |")


def _measure_apart(arrangement: str, seconds: float) -> dict[str, float]:
    command = [sys.executable, __file__, "--as", arrangement, "--seconds", str(seconds)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    found: dict[str, float] = json.loads(run.stdout)
    return found


# --- in the process of one arrangement ------------------------------------------------------------


def _arrange(arrangement: str) -> None:
    if arrangement == "without":
        for name in ("opentelemetry", "opentelemetry.trace", "opentelemetry.metrics"):
            sys.modules[name] = None  # type: ignore[assignment]
    elif arrangement == "sdk":
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import InMemoryMetricReader
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        from xbyx_rules.telemetry import use_providers

        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
        use_providers(tracers, MeterProvider([InMemoryMetricReader()]))


def _open_nothing() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _log(is_rendered: bool) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.DEBUG if is_rendered else logging.CRITICAL
        ),
        logger_factory=structlog.PrintLoggerFactory(_open_nothing()),
    )


def _watch_nothing() -> None:
    from xbyx_rules.telemetry import watch_command

    with watch_command("年度计划", "撤回") as watch:
        watch.finish(version=3, target="已撤回", event_hash="sha256:" + "0" * 64)


def _make_command() -> Callable[[], Any]:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from itertools import count

    from sqlalchemy import StaticPool, create_engine

    from tests.integration import year_plan as plan
    from xbyx_rules.hosting import Ledger

    engine = create_engine("sqlite://", poolclass=StaticPool)
    plan.PLATFORM.create_all(engine)
    with engine.begin() as connection:
        plan.add_plan(connection, plan.PLAN.key)
    ledger = Ledger({plan.POLICY: plan.make_policy()}, plan.PlanHost(), tenant="110108")
    ledger.create_tables(engine)
    numbers = count()

    def act() -> None:
        number = next(numbers)
        back = number % 2
        actor = plan.HEAD if back else plan.DEPUTY
        action = "退回补正" if back else "提交校内审核"
        ledger.act(engine, plan.command(action, actor, number, comment="请补充"))

    return act


def _time(call: Callable[[], Any], seconds: float) -> float:
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.process_time()
        for _ in range(10):
            call()
        times.append((time.process_time() - start) / 10 * 1e6)
    return statistics.median(times)


def _measure_here(arrangement: str, seconds: float) -> dict[str, float]:
    _arrange(arrangement)
    found = {}
    for is_rendered in (False, True):
        _log(is_rendered)
        suffix = "log as JSON" if is_rendered else "log off"
        found[f"nothing at all, {suffix}"] = _time(_watch_nothing, seconds)
    _log(is_rendered=False)
    act = _make_command()
    from tests.integration.year_plan import stand_in_deciding

    with stand_in_deciding():
        found["a command (and its decision) on SQLite in memory, log off"] = _time(act, seconds)
    return found


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=2.0, help="for each figure")
    options.add_argument("--as", dest="arrangement", choices=ARRANGEMENTS, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.arrangement:
        print(json.dumps(_measure_here(given.arrangement, given.seconds)))
    else:
        print_table(measure(given.seconds))
