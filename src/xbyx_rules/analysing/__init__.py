"""What documents say when held against each other: the difference of two versions.

Takes: policies as read, or as checked.
Gives: `Difference`, by clause, rule, parameter, row; in words with `say_change`.
May assume: each document was read without errors; what checking adds is used where it is there.
Refuses: nothing; what can't be proved to be the same is shown as different.
"""

from .compare import compare_policies
from .difference import Change, ClauseDifference, Difference, Part, Sort
from .matching import match_clauses
from .wording import say_change, say_clause

__all__ = [
    "Change",
    "ClauseDifference",
    "Difference",
    "Part",
    "Sort",
    "compare_policies",
    "match_clauses",
    "say_change",
    "say_clause",
]
