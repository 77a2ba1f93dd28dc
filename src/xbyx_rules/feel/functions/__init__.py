"""The built-in functions of FEEL, with their signatures, as one catalogue.

Takes: argument types to find a signature; then proper values (see `signature`).
Gives: result types, and values; None for "no value", in a policy Unknown, in a model null.
May assume: the caller checked the kinds of the arguments and passed no Unknown.
Refuses: nothing at run time; results that grow without bound have no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .aggregates import AGGREGATE_FUNCTIONS
from .contexts import CONTEXT_FUNCTIONS
from .conversion import CONVERSION_FUNCTIONS
from .lists import LIST_FUNCTIONS
from .members import GREATEST_LIST
from .numeric import NUMERIC_FUNCTIONS
from .ranges import RANGE_FUNCTIONS
from .signature import Builtin, Signature, find_signature, matches_type
from .strings import STRING_FUNCTIONS
from .temporal import TEMPORAL_FUNCTIONS

__all__ = [
    "BUILTINS",
    "GREATEST_LIST",
    "Builtin",
    "Signature",
    "find_signature",
    "matches_type",
]

BUILTINS: Final[Mapping[str, Builtin]] = MappingProxyType(
    {
        builtin.name: builtin
        for builtin in (
            *CONVERSION_FUNCTIONS,
            *TEMPORAL_FUNCTIONS,
            *STRING_FUNCTIONS,
            *AGGREGATE_FUNCTIONS,
            *LIST_FUNCTIONS,
            *NUMERIC_FUNCTIONS,
            *RANGE_FUNCTIONS,
            *CONTEXT_FUNCTIONS,
        )
    }
)
"""Every built-in function by its name."""
