"""Functions of strings.  Positions and lengths count characters (code points), from 1.

Source: DMN 1.5 §10.3.4.3 (string functions).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from xbyx_rules.feel.operators import GREATEST_TEXT
from xbyx_rules.feel.types import BOOLEAN, NUMBER, STRING, ListType, NumberType

from .regex import count_tries, matches_pattern, replace_pattern, split_pattern
from .signature import Builtin, make_signature

__all__ = ["STRING_FUNCTIONS"]

_LENGTH: Final = NumberType(Decimal(0), Decimal(GREATEST_TEXT), 0)


def _substring(string: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = int(start)
    if first == 0 or abs(first) > len(string):
        return None
    index = first - 1 if first > 0 else len(string) + first
    if length is None:
        return string[index:]
    return string[index : index + int(length)] if length >= 1 else None


def _before(string: str, match: str) -> str:
    return string.partition(match)[0] if match and match in string else ""


def _after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


def _join(items: list[Any], delimiter: str | None = None) -> str | None:
    """Strings joined; nulls are left out."""
    strings = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in strings):
        return None
    length = sum(map(len, strings)) + len(delimiter or "") * len(strings)
    return (delimiter or "").join(strings) if length <= GREATEST_TEXT else None


def _recase(text: str) -> str | None:
    return text if len(text) <= GREATEST_TEXT else None


_STRING = ("string", STRING)
_MATCH = ("match", STRING)
_INPUT = (("input", STRING), ("pattern", STRING))
_FLAGS = ("flags", STRING)

STRING_FUNCTIONS: Final = (
    Builtin(
        "substring",
        (
            make_signature(
                _substring,
                STRING,
                _STRING,
                ("start position", NUMBER),
                ("length", NUMBER),
                required=2,
            ),
        ),
    ),
    Builtin("string length", (make_signature(lambda text: Decimal(len(text)), _LENGTH, _STRING),)),
    Builtin("upper case", (make_signature(lambda text: _recase(text.upper()), STRING, _STRING),)),
    Builtin("lower case", (make_signature(lambda text: _recase(text.lower()), STRING, _STRING),)),
    Builtin("substring before", (make_signature(_before, STRING, _STRING, _MATCH),)),
    Builtin("substring after", (make_signature(_after, STRING, _STRING, _MATCH),)),
    Builtin(
        "contains",
        (make_signature(lambda text, match: match in text, BOOLEAN, _STRING, _MATCH),),
    ),
    Builtin("starts with", (make_signature(str.startswith, BOOLEAN, _STRING, _MATCH),)),
    Builtin("ends with", (make_signature(str.endswith, BOOLEAN, _STRING, _MATCH),)),
    Builtin(
        "string join",
        (
            make_signature(
                _join,
                STRING,
                ("list", ListType(STRING)),
                ("delimiter", STRING),
                required=1,
                nullable=("delimiter",),
            ),
        ),
        needs_complete=True,
    ),
    Builtin(
        "matches",
        (
            make_signature(
                matches_pattern, BOOLEAN, *_INPUT, _FLAGS, required=2, nullable=("flags",)
            ),
        ),
        work=count_tries,
    ),
    Builtin(
        "replace",
        (
            make_signature(
                replace_pattern,
                STRING,
                *_INPUT,
                ("replacement", STRING),
                _FLAGS,
                required=3,
                nullable=("flags",),
            ),
        ),
        work=lambda text, pattern, _, flags=None: count_tries(text, pattern, flags),
    ),
    Builtin(
        "split",
        (make_signature(split_pattern, ListType(STRING), _STRING, ("delimiter", STRING)),),
        work=count_tries,
    ),
)
