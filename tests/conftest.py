"""What every test shares: one Hypothesis profile, without deadlines, since machines differ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.integration.year_plan import OPENED
from tests.servers.databases import LEFT_OUT, database, servers

__all__ = ["database", "servers"]

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# WHY: the same examples each time in CI; a contributor's machine goes on looking for new ones.
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(autouse=True)
def _dispose_of_engines() -> Iterator[None]:
    """Close what a test's platforms opened: a connection left to the collector is a warning."""
    yield
    while OPENED:
        OPENED.pop().dispose()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that shows the end of the run, if this is one of its workers."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = sorted(LEFT_OUT)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear from a worker (pytest-xdist) what it left out."""
    LEFT_OUT.update(getattr(node, "workeroutput", {}).get("left_out", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which databases the run left out."""
    for one in sorted(LEFT_OUT):
        terminalreporter.write_line(f"left out, not installed here: {one}", yellow=True)
