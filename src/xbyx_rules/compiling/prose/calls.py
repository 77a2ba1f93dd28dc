"""How each function of the standard is said: a template a language for each way to call it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s

__all__ = ["CALLS", "Spoken", "find_spoken", "summed_list"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One way to call a function, in words.

    Args:
        parameters: names, for calls by name, in the order of the slots ``{0}``, ``{1}``, ….
        texts: template by language.
        opposites: the opposite by language; empty for what is no condition.
        is_variadic: whether the last parameter takes all further arguments, as one list.
    """

    parameters: tuple[str, ...]
    texts: dict[Language, str]
    opposites: dict[Language, str]
    is_variadic: bool = False

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false by its own words."""
        return bool(self.opposites)

    def arrange(self, count: int, names: Sequence[str] = ()) -> tuple[int, ...] | None:
        """Which argument fills each slot; None when the call does not fit.

        Example:
            >>> find_spoken("contains", 2, ("match", "string")).arrange(2, ("match", "string"))
            (1, 0)
        """
        slots = len(self.parameters)
        if names:
            if len(names) != slots or set(names) != set(self.parameters):
                return None
            return tuple(names.index(name) for name in self.parameters)
        fits = count >= slots if self.is_variadic else count == slots
        return tuple(range(slots)) if fits else None


def find_spoken(name: str, count: int, names: Sequence[str] = ()) -> Spoken | None:
    """How a call with so many arguments is said; None where no template fits."""
    return next((one for one in CALLS.get(name, ()) if one.arrange(count, names) is not None), None)


def summed_list(node: s.Node) -> s.Node | None:
    """The list of a sum that is zero where it has no items; None for any other node.

    WHY: a sum of nothing has no value in FEEL, so rules write ``sum(concatenate([0], amounts))``,
    whose own words nobody would use.
    """
    match node:
        case s.Call(
            function=s.Name(name="sum"),
            arguments=(
                s.Call(
                    function=s.Name(name="concatenate"),
                    arguments=(s.List(items=(s.Number(value=value),)), listed),
                    names=(),
                ),
            ),
        ) if not value:
            return listed
    return None


_POINTS: Final = (
    ("point1", "point2"),
    ("point", "range"),
    ("range", "point"),
    ("range1", "range2"),
    ("value", "range"),
    ("range", "value"),
)


def _read_calls() -> dict[str, tuple[Spoken, ...]]:
    text = (
        resources.files("xbyx_rules.compiling.prose")
        .joinpath("functions.toml")
        .read_text(encoding="utf-8")
    )
    return {
        name: tuple(spoken for entry in entries for spoken in _read_entry(entry))
        for name, entries in tomllib.loads(text).items()
    }


def _read_entry(entry: dict[str, Any]) -> Iterator[Spoken]:
    opposites: dict[Language, str] = {}
    if "not_zh" in entry:
        opposites = {"zh": entry["not_zh"], "en": entry["not_en"]}
    for names in _POINTS if entry.get("points") else (tuple(entry["parameters"]),):
        yield Spoken(
            parameters=tuple(name.lstrip("*") for name in names),
            texts={"zh": entry["zh"], "en": entry["en"]},
            opposites=opposites,
            is_variadic=any(name.startswith("*") for name in names),
        )


CALLS: Final = _read_calls()
"""Every function of the standard, and ``已知``, with each way it is called."""
