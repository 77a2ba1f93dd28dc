"""The operators of FEEL as tables that policies and decision models share.

Takes: kinds of values (`Type.kind`, `kind_of`) and proper values.
Gives: operations with their result types; None for "no value".
May assume: no argument is null or Unknown, except inside lists and contexts.
Refuses: nothing at run time; a pair of kinds that is not in a table is for the caller to refuse.
"""

from __future__ import annotations

from .arithmetic import (
    ARITHMETIC,
    GREATEST_EXPONENT,
    GREATEST_TEXT,
    NEGATION,
    NegationOperation,
    Operation,
)
from .comparison import EQUALITY, ORDERING, compare_values, equal_values, is_in_range
from .logic import COMPLEMENT, CONJUNCTION, DISJUNCTION, Truth, all_true, any_true
from .properties import PROPERTIES, Property

__all__ = [
    "ARITHMETIC",
    "COMPLEMENT",
    "CONJUNCTION",
    "DISJUNCTION",
    "EQUALITY",
    "GREATEST_EXPONENT",
    "GREATEST_TEXT",
    "NEGATION",
    "ORDERING",
    "PROPERTIES",
    "NegationOperation",
    "Operation",
    "Property",
    "Truth",
    "all_true",
    "any_true",
    "compare_values",
    "equal_values",
    "is_in_range",
]
