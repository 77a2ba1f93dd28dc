"""By how much a comparison of numbers fails."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xbyx_rules.compiling import ExecutableCondition
from xbyx_rules.deciding.evaluation import Evaluation
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.values import NUMBERS

__all__ = ["find_shortfall"]


def find_shortfall(part: ExecutableCondition, outcome: Any, names: Evaluation) -> Any:
    """By how much a false comparison of numbers fails, as a positive number; else None."""
    node = part.node
    if outcome is not False or not isinstance(node, s.Comparison) or node.operator == "!=":
        return None
    left, right = (side(names.read, names.budget) for side in part.sides)
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    try:
        difference = abs(NUMBERS.subtract(left, right))
    except ArithmeticError:
        return None
    # WHY: where a strict comparison fails by nothing, no amount is lacking.
    return difference or None
