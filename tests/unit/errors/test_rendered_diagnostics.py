"""Diagnostics as people read them, in both languages, as goldens (bless with XBYX_BLESS=1).

What is golden is the whole text: place, message, the document's own line with its mark, and help.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.checking.test_check_policy import DOCUMENT, MISTAKES, check
from tests.unit.policy.test_malformed_documents import BODIES, CASES, FRONT
from xbyx_rules.errors import Diagnostic, Language
from xbyx_rules.policy import read_clause_list, read_policy, read_vocabulary

GOLDENS = Path(__file__).parents[2] / "cases" / "errors"

Reader = Callable[[str, str], tuple[object, tuple[Diagnostic, ...]]]
READERS: dict[str, tuple[Reader, str, str]] = {
    "front_matter": (read_policy, "policy.md", ""),
    "clause_lists": (read_clause_list, "clauses.md", ""),
    "vocabulary": (read_vocabulary, "vocabulary.md", ""),
    **dict.fromkeys(BODIES, (read_policy, "policy.md", FRONT)),
}


def read_cases(name: str) -> Iterator[tuple[str, tuple[Diagnostic, ...]]]:
    read, file, before = READERS[name]
    cases: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    for case in cases:
        yield case["name"], read(before + case["text"], file)[1]


def check_cases() -> Iterator[tuple[str, tuple[Diagnostic, ...]]]:
    for code, old, new, _ in MISTAKES:
        yield f"{code} {old.strip()} → {new.strip()}", check(DOCUMENT.replace(old, new))[1]


def render(cases: Iterator[tuple[str, tuple[Diagnostic, ...]]], language: Language) -> str:
    parts = []
    for name, found in cases:
        said = "\n\n".join(one.render(language) for one in found)
        parts.append(f"=== {name}\n{said}".rstrip())
    return "\n\n".join("\n".join(one.rstrip() for one in part.split("\n")) for part in parts) + "\n"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", [*READERS, "checking"])
def test_a_diagnostic_reads_as_it_did(name: str, language: Language) -> None:
    text = render(check_cases() if name == "checking" else read_cases(name), language)
    golden = GOLDENS / f"{name}.{language}.txt"
    if os.environ.get("XBYX_BLESS") == "1":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
