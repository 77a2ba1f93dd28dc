"""What every test shares: one Hypothesis profile, without deadlines, since machines differ."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.integration.year_plan import OPENED

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
