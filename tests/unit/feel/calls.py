"""Calls a built-in function as an evaluator does: signature by kinds, then `apply`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xbyx_rules.feel.functions import BUILTINS, find_signature
from xbyx_rules.feel.temporals import parse_temporal
from xbyx_rules.feel.types import ANY, FunctionType
from xbyx_rules.feel.values import kind_of, type_of

NO_SIGNATURE = "no signature"


def value_of(written: Any) -> Any:
    """Whole numbers as numbers, ``#1.5`` as a number, ``@text`` as temporal, lists item by item."""
    match written:
        case bool():
            return written
        case int():
            return Decimal(written)
        case list():
            return type(written)(map(value_of, written))
        case dict():
            return {key: value_of(value) for key, value in written.items()}
        case str() if written.startswith("#"):
            return Decimal(written[1:])
        case str() if written.startswith("@"):
            return parse_temporal(written[1:])
    return written


def call(name: str, *written: Any) -> Any:
    """The value of a call with positional arguments, or `NO_SIGNATURE`."""
    arguments = [value_of(argument) for argument in written]
    types = [
        FunctionType((ANY, ANY), ANY) if kind_of(argument) == "function" else type_of(argument)
        for argument in arguments
    ]
    signature = find_signature(BUILTINS[name], types)
    return NO_SIGNATURE if signature is None else signature.apply(*arguments)
