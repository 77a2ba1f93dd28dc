"""docs/embedding.md shows the very code that the recipes' tests run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = "tests/integration/recipes"
QUOTED = re.findall(
    r"^<!-- (\S+): ([^\n]+) -->\n<!-- skip: next -->\n\n```python\n(.*?)^```$",
    (ROOT / "docs" / "embedding.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize(("path", "start", "shown"), QUOTED, ids=[one[0] for one in QUOTED])
def test_the_page_shows_a_recipe_from_the_named_line_to_its_end(
    path: str, start: str, shown: str
) -> None:
    recipe = (ROOT / path).read_text("utf-8")
    assert shown == recipe[recipe.index(f"\n{start}") + 1 :]


def test_the_page_shows_every_recipe() -> None:
    shared = f"{RECIPES}/small_platform.py"
    there = {f"{RECIPES}/{one.name}" for one in (ROOT / RECIPES).glob("*.py")} - {shared}
    assert {path for path, _, _ in QUOTED} == there
    assert shared in (ROOT / "docs" / "embedding.md").read_text("utf-8")
