"""The page for platform engineers, adapters/README.md, runs as it is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "adapters" / "README.md"
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_python_example_of_the_page_runs_in_order() -> None:
    examples = re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(examples) == 6
    names: dict[str, Any] = {}
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), names)
    assert names["finding"].outcome.zh == "不符合"
    assert names["receipt"].target == "已撤回"
    assert names["conflict_codes"] == ["XR515"]
    names["engine"].dispose()
