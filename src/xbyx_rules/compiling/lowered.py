"""The nodes that only lowering makes; every target knows them besides `feel.syntax`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xbyx_rules.feel.syntax import ComparisonOperator, Node

__all__ = ["Aggregate", "AggregateFunction", "ComparedRatios"]

AggregateFunction = Literal["sum", "count", "min", "max"]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """``sum``, ``count``, ``min`` or ``max`` of a list: a target may run it without the list."""

    function: AggregateFunction
    domain: Node


@dataclass(frozen=True, slots=True)
class ComparedRatios(Node):
    """``left / left_by operator right / right_by``, told exactly, without dividing.

    A divisor that is None is one.  Unknown when an operand is Unknown or a divisor is zero;
    else, by the sign of the divisors' product, ``left * right_by operator right * left_by`` or
    the mirrored comparison.  Each operand is to be computed once.
    """

    operator: ComparisonOperator
    left: Node
    left_by: Node | None
    right: Node
    right_by: Node | None
