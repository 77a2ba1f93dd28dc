"""A finding in words, as values: text, pages and documents are laid out from them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Mark",
    "SaidCondition",
    "SaidDerivation",
    "SaidFinding",
    "SaidMissing",
    "SaidParameter",
    "SaidValue",
]


@dataclass(frozen=True, slots=True)
class Mark:
    """An outcome as a sign and a word; `key` (``met``, ``not_met``, …) is stable."""

    key: str
    sign: str
    word: str


@dataclass(frozen=True, slots=True)
class SaidValue:
    """A name and its value, both in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SaidCondition:
    """One condition: whether it holds, in words, with its values and by how much it fails.

    The keys of `mark` are ``holds``, ``fails`` and ``unknown``; `shortfall` is "" for none.
    """

    mark: Mark
    prose: str
    values: tuple[SaidValue, ...]
    shortfall: str


@dataclass(frozen=True, slots=True)
class SaidParameter:
    """A parameter's value; `notes`: its basis, its period, whether it is verified."""

    name: str
    value: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidMissing:
    """A fact that is missing; `holder`: by whom it is to be given, "" where not known."""

    name: str
    holder: str


@dataclass(frozen=True, slots=True)
class SaidDerivation:
    """How a value came about.

    Args:
        name: what it is called; of a total's record the record.
        value: what it gave; "" for a record that is only counted.
        clause: locator and title of the calculation; "" for a total or a record.
        how: the expression, or the rows of the table that applied.
        values: the facts and parameters in it.
        parts: the calculated values in it, or the records of a total.
        more: how many records there are besides those among `parts`, "" for none.
    """

    name: str
    value: str
    clause: str = ""
    how: tuple[str, ...] = ()
    values: tuple[SaidValue, ...] = ()
    parts: tuple[SaidDerivation, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class SaidFinding:
    """A finding in words; a part that it doesn't have is "" or empty.

    Args:
        anchor: the clause's anchor in its document.
        mark: its outcome; ``computed`` of a calculation that has its value.
        clause: locator and title.
        document: how the document is cited.
        result: of a calculation, its value.
        message: the document's own message.
        reason: why, where it isn't the conditions' alone.
        force: the normative word; `effect`: what it means for the next step.
        replacement: how it compares with the rule above that it replaces.
    """

    anchor: str
    mark: Mark
    clause: str
    document: str
    result: str
    message: str
    reason: str
    force: str
    effect: str
    replacement: str
    conditions: tuple[SaidCondition, ...]
    facts: tuple[SaidValue, ...]
    parameters: tuple[SaidParameter, ...]
    missing: tuple[SaidMissing, ...]
    remedies: tuple[str, ...]
    derivations: tuple[SaidDerivation, ...]
