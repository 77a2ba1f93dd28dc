"""The fixed words of pages in both languages, besides those of an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xbyx_rules.errors import Language

__all__ = ["PAGE_WORDS", "PageWords"]


@dataclass(frozen=True, slots=True)
class PageWords:
    """What every page says in one language."""

    skip: str
    trail: str
    contents: str
    basis: str


PAGE_WORDS: Final[Mapping[Language, PageWords]] = {
    "zh": PageWords(skip="跳到正文", trail="所在位置", contents="目录", basis="依据"),
    "en": PageWords(
        skip="Skip to the content", trail="You are here", contents="Contents", basis="Under"
    ),
}
"""The words of both languages."""
