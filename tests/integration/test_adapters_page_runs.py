"""The page for platform engineers, adapters/README.md, runs as it is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "adapters" / "README.md"
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def run_page() -> dict[str, Any]:
    examples = FENCE.findall(PAGE.read_text("utf-8"))
    assert len(examples) == 7
    names: dict[str, Any] = {"__name__": "page"}
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), names)
    names["engine"].dispose()
    return names


NAMES = run_page()


def test_every_python_example_of_the_page_runs_in_order() -> None:
    assert NAMES["finding"].outcome.zh == "不符合"
    assert NAMES["receipt"].target == "已撤回"
    assert NAMES["conflict_codes"] == ["XR515"]


class TestThePagesAdapter(NAMES["TestMyAdapter"]):  # type: ignore[misc]
    """The page's adapter passes the conformance suite as the page runs it."""
