"""The catalogue of codes, read from the TOML files in `codes/`, one for each layer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Literal

__all__ = ["CATALOGUE", "Entry", "Severity"]

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its message and help as `str.format` templates, Chinese first.

    Codes are never reused: a code that falls out of use stays in the catalogue's history.
    """

    code: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    severity: Severity = "error"


def _read() -> dict[str, Entry]:
    folder = resources.files("xbyx_rules.errors").joinpath("codes")
    texts = [file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]
    entries: dict[str, Entry] = {}
    for text in texts:
        for code, fields in tomllib.loads(text).items():
            if code in entries:
                raise ValueError(f"code `{code}` stands twice in the catalogue")
            entries[code] = Entry(code=code, **fields)
    return dict(sorted(entries.items()))


CATALOGUE: Mapping[str, Entry] = MappingProxyType(_read())
