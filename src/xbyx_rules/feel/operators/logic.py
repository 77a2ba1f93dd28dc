"""Three-valued logic as tables; None is the absent answer.

The absent answer is null in a decision model and Unknown in a policy: both have the same tables.

Source: DMN 1.5 §10.3.2.10 (conjunction and disjunction); Kleene's strong logic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "COMPLEMENT",
    "CONJUNCTION",
    "DISJUNCTION",
    "Truth",
    "all_true",
    "any_true",
]

Truth = bool | None

CONJUNCTION: Final[Mapping[tuple[Truth, Truth], Truth]] = MappingProxyType(
    {
        (True, True): True,
        (True, False): False,
        (True, None): None,
        (False, True): False,
        (False, False): False,
        (False, None): False,
        (None, True): None,
        (None, False): False,
        (None, None): None,
    }
)
"""``and``: a false operand decides."""

DISJUNCTION: Final[Mapping[tuple[Truth, Truth], Truth]] = MappingProxyType(
    {
        (True, True): True,
        (True, False): True,
        (True, None): True,
        (False, True): True,
        (False, False): False,
        (False, None): None,
        (None, True): True,
        (None, False): None,
        (None, None): None,
    }
)
"""``or``: a true operand decides."""

COMPLEMENT: Final[Mapping[Truth, Truth]] = MappingProxyType({True: False, False: True, None: None})
"""``not``."""


def all_true(truths: Iterable[Truth]) -> Truth:
    """The conjunction of any number of truths; of none it is true.

    Example:
        >>> all_true([True, None, False])
        False
    """
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def any_true(truths: Iterable[Truth]) -> Truth:
    """The disjunction of any number of truths; of none it is false.

    Example:
        >>> any_true([None, False]) is None
        True
    """
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result
