"""The grammar of FEEL, one module for each part of it; `feel.parser` is the way in.

Takes: tokens, and a scope that says which words make one name.
Gives: nodes of `feel.syntax`; `type` holds the shape seen while reading, until inference.
May assume: the caller catches `FeelSyntaxError` and turns it into a diagnostic.
Refuses: the first thing that is no FEEL, and trees deeper than `MAX_DEPTH`.
"""

from .failures import FeelSyntaxError
from .levels import MAX_DEPTH, Level
from .operators import read_operators
from .reader import Reader
from .type_names import read_type
from .unary_tests import read_unary_tests

__all__ = [
    "MAX_DEPTH",
    "FeelSyntaxError",
    "Level",
    "Reader",
    "read_operators",
    "read_type",
    "read_unary_tests",
]
