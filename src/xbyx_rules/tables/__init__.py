"""Decision tables: the node that holds one, and what its hit policy makes of the rows that match.

Takes: typed input expressions, unary tests and output expressions.
Gives: `DecisionTable`, a node of the tree like any other, and `select_rows`.
May assume: each row has as many tests and outputs as the table has headings.
Refuses: rows that overlap where the hit policy says they can't.
"""

from .hit_policies import (
    HIT_POLICIES,
    OverlapError,
    aggregate_outputs,
    rank_outputs,
    select_rows,
)
from .model import DecisionTable, Output, Rule

__all__ = [
    "HIT_POLICIES",
    "DecisionTable",
    "Output",
    "OverlapError",
    "Rule",
    "aggregate_outputs",
    "rank_outputs",
    "select_rows",
]
