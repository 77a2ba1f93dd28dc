"""What is told is on the page for those who read it, and the page promises nothing else."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/observability.md").read_text("utf-8")
SOURCE = "\n".join(
    path.read_text("utf-8")
    for folder in ("telemetry", "hosting")
    for path in sorted((ROOT / "src/xbyx_rules" / folder).rglob("*.py"))
)
FAMILIES = ("xbyx.decision.", "xbyx.supervision.", "xbyx.bulk.")
"""What comes before a count whose name is an outcome or a change."""


def test_every_attribute_and_metric_is_on_the_page():
    told = set(re.findall(r'"((?:xbyx|db|error)\.[a-z_.]+[a-z])"', SOURCE))
    assert len(told) > 20
    assert {one for one in told if f"`{one}`" not in PAGE} == set()


def test_the_page_names_no_attribute_or_metric_that_is_not_told():
    named = set(re.findall(r"`((?:xbyx|db|error)\.[a-z_.]+[a-z])`", PAGE))
    unknown = {one for one in named if f'"{one}"' not in SOURCE}
    assert {one for one in unknown if not one.startswith(FAMILIES)} == set()


def test_every_log_event_is_on_the_page():
    told = set(re.findall(r'(?:LOG\.\w+|\blog)\(\s*"(\w+)"', SOURCE))
    assert {"transaction_retried", "supervised", "ledger_verified", "outbox_read"} <= told
    told |= {"command_done", "command_replayed"}
    assert {one for one in told if f"`{one}`" not in PAGE} == set()
