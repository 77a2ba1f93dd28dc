"""The elements of a loaded model: what depends on what, and the logic of each.

Source: DMN 1.5 §6.3 (decision requirements), §6.3.9 (decision services).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from xbyx_rules.feel.syntax import Node, TypeName

from .boxed import BoxedFunction
from .types import ANY, ItemType

__all__ = [
    "Decision",
    "Element",
    "InputData",
    "Key",
    "Knowledge",
    "Requirement",
    "Service",
    "TypeFinder",
]

Key = tuple[str, str]
"""An element's name space and id."""

TypeFinder = Callable[[TypeName], ItemType | None]
"""Finds the type that is written in a text of one file."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that an element needs.

    Args:
        target: the element.
        prefix: the import's name that stands before the element's; empty for one's own.
    """

    target: Key
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class InputData:
    """Something given from outside."""

    key: Key
    name: str
    expected: ItemType = ANY


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision.

    Args:
        key: its name space and id.
        name: its name, and that of its value in what requires it.
        expected: the type of its value.
        requirements: inputs, decisions and knowledge, in order.
        logic: the boxed expression; None where it has none.
        types: finds types written in its texts.
    """

    key: Key
    name: str
    expected: ItemType
    requirements: tuple[Requirement, ...]
    logic: Node | None
    types: TypeFinder = field(repr=False)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions share."""

    key: Key
    name: str
    requirements: tuple[Requirement, ...]
    logic: BoxedFunction | None
    types: TypeFinder = field(repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: decisions as one function of given inputs and decisions.

    Args:
        key: its name space and id.
        name: its name.
        expected: the type of its value.
        outputs: the decisions whose values it gives.
        given: its parameters: input data and input decisions.
    """

    key: Key
    name: str
    expected: ItemType
    outputs: tuple[Key, ...]
    given: tuple[Key, ...]


Element = InputData | Decision | Knowledge | Service
