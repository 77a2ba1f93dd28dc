"""Run the `xbyx` command in this process, and compare what it says with a golden."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from xbyx_rules.cli import app

CASES = Path(__file__).parents[2] / "cases" / "cli"
RULES = CASES / "rules"


def xbyx(*arguments: object, **environment: str) -> Any:
    """The result: `exit_code`, `stdout`, `stderr`."""
    variables = {name: None for name in os.environ if name.startswith("XBYX_")}
    return CliRunner().invoke(app, [str(one) for one in arguments], env=variables | environment)


def xbyx_json(*arguments: object) -> Any:
    """The one JSON document on stdout, when nothing else stands there."""
    return json.loads(xbyx(*arguments, "--json").stdout)


def check_golden(name: str, text: str) -> None:
    golden = CASES / "goldens" / name
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    if os.environ.get("XBYX_BLESS") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
