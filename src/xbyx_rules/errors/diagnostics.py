"""A diagnostic: one problem, where it is, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from .catalogue import CATALOGUE, Severity

__all__ = ["Diagnostic", "Language", "Place", "has_errors", "nearest"]

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one source line.  Lines and columns count from 1; `length` in characters."""

    file: str
    line: int
    column: int = 1
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem, neutral in language until rendered.

    Args:
        code: a code of the catalogue, such as ``XR214``.
        place: where it stands; None when the problem has no source text (a fact, a command).
        values: what the message's template names; text, in the drafter's words.
        excerpt: the source line at `place`, shown below the message.

    Example:
        >>> values = {"name": "培训经费", "nearest": "`教师培训经费预算`"}
        >>> found = Diagnostic("XR201", Place("policy.md", 4, 3, 4), values)
        >>> print(found.render("en"))  # doctest: +ELLIPSIS
        XR201 policy.md:4:3
        unknown name `培训经费`...
    """

    code: str
    place: Place | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    excerpt: str = ""

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise KeyError(f"`{self.code}` is not in the catalogue")
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @property
    def severity(self) -> Severity:
        """How grave it is: an error stops a load, a warning does not."""
        return CATALOGUE[self.code].severity

    def message(self, language: Language = "zh") -> str:
        """The problem in one line, without a final stop."""
        entry = CATALOGUE[self.code]
        return (entry.zh if language == "zh" else entry.en).format_map(self.values)

    def help(self, language: Language = "zh") -> str:
        """What to do about it, in one line."""
        entry = CATALOGUE[self.code]
        return (entry.help_zh if language == "zh" else entry.help_en).format_map(self.values)

    def render(self, language: Language = "zh") -> str:
        """The whole diagnostic as text: code and place, message, source line with marks, help."""
        lines = [self.code if self.place is None else f"{self.code} {self.place}"]
        lines.append(self.message(language))
        if self.place is not None and self.excerpt:
            number = str(self.place.line)
            lines.append(f" {number} | {self.excerpt}")
            # WHY: Chinese characters are two columns wide in a terminal, so the pad copies widths.
            before = self.excerpt[: self.place.column - 1]
            marked = self.excerpt[self.place.column - 1 :][: max(1, self.place.length)]
            pad = " " * (len(number) + 1) + " | " + " " * _width(before)
            lines.append(pad + "^" * max(1, _width(marked)))
        help_text = self.help(language)
        if help_text:
            lines.append(("办法：" if language == "zh" else "help: ") + help_text)
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The diagnostic as plain data, both languages included."""
        return {
            "code": self.code,
            "severity": self.severity,
            "place": str(self.place) if self.place else None,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "help": {"zh": self.help("zh"), "en": self.help("en")},
        }


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error rather than a warning."""
    return any(one.severity == "error" for one in diagnostics)


def nearest(name: str, known: Iterable[str], most: int = 3) -> str:
    """The known names most like `name`, quoted and joined for a message; empty when none is near.

    Example:
        >>> nearest("培训经费预算", ["教师培训经费预算", "校长"])
        '`教师培训经费预算`'
    """
    found = difflib.get_close_matches(name, list(known), n=most, cutoff=0.5)
    return ", ".join(f"`{one}`" for one in found)


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
