"""Remedies: what would satisfy a condition that fails, and the least change of each figure.

Takes: the conditions of a rule with what they gave, and the `Evaluation` that gave it.
Gives: a `Remedy` for each way out: the first is the plain one, those after it alternatives.
May assume: nothing; what is offered with a value was applied, and the condition evaluated again.
Refuses: to offer a parameter, a key, or a value that the vocabulary doesn't allow.
"""

from .meeting import find_remedies, find_table_remedies
from .shortfalls import find_shortfall

__all__ = ["find_remedies", "find_shortfall", "find_table_remedies"]
