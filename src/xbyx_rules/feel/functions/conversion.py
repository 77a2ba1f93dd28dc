"""Functions between kinds: ``string``, ``number``, ``range``; ``not``; and ``is``.

Source: DMN 1.5 §10.3.4.1 (conversion), §10.3.4.2 (boolean), §10.3.4.10 (``is``).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.feel.formatting import quote_string
from xbyx_rules.feel.operators import GREATEST_TEXT, Truth, all_true, compare_values
from xbyx_rules.feel.temporals import (
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
)
from xbyx_rules.feel.types import ANY, BOOLEAN, NUMBER, STRING, RangeType
from xbyx_rules.feel.values import (
    UNKNOWN,
    Incomplete,
    Interval,
    kind_of,
    print_number,
    to_number,
)

from .signature import Builtin, make_signature

__all__ = ["CONVERSION_FUNCTIONS", "print_value"]

_NUMERAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_GREATEST_NUMERAL: Final = 200
_NAME: Final = re.compile(r"[^\W\d]\w*(?: \w+)*")
_GREATEST_DEPTH: Final = 50

_STRING_LITERAL: Final = r'"(?:[^"\\]|\\.)*"'
_END: Final = (
    rf"(?P<{{0}}>-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|@{_STRING_LITERAL}|{_STRING_LITERAL}|"
    rf"(?:date and time|date|time|duration)\s*\(\s*{_STRING_LITERAL}\s*\))"
)
_RANGE: Final = re.compile(
    rf"\s*(?P<open>[\[\](])\s*{_END.format('low')}\s*\.\.\s*"
    rf"{_END.format('high')}\s*(?P<close>[\[\])])\s*"
)
_CALL: Final = re.compile(rf"([a-z ]+?)\s*\(\s*({_STRING_LITERAL})\s*\)")
_CONSTRUCTORS: Final = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}
_UNESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def print_value(value: Any, depth: int = 0) -> str | None:
    """A value as ``string()`` prints it; strings inside lists and contexts are quoted.

    Returns:
        The text; None for null, for a function, and for what holds an Unknown.

    Example:
        >>> print_value([Decimal("1.50"), "a"])
        '[1.5, "a"]'
    """
    if value is None or value is UNKNOWN or depth > _GREATEST_DEPTH:
        return None
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quote_string(value) if depth else value
        case Decimal():
            return print_number(value)
        case list():
            return _print_list(value, depth)
        case dict():
            return _print_context(value, depth)
        case Interval():
            return _print_interval(value, depth)
    return None if kind_of(value) == "function" else str(value)


def _print_inner(value: Any, depth: int) -> str | None:
    return "null" if value is None else print_value(value, depth + 1)


def _print_list(items: list[Any], depth: int) -> str | None:
    if isinstance(items, Incomplete):
        return None
    return _enclose("[", [_print_inner(item, depth) for item in items], "]")


def _print_context(context: dict[str, Any], depth: int) -> str | None:
    parts = []
    for key, value in context.items():
        text = _print_inner(value, depth)
        name = key if _NAME.fullmatch(key) else quote_string(key)
        parts.append(None if text is None else f"{name}: {text}")
    return _enclose("{", parts, "}")


def _print_interval(value: Interval, depth: int) -> str | None:
    low, high = _print_inner(value.low, depth), _print_inner(value.high, depth)
    if low is None or high is None:
        return None
    if value.is_comparison:
        if value.low is None:
            return f"({'<=' if value.is_high_closed else '<'}{high})"
        if value.high is None:
            return f"({'>=' if value.is_low_closed else '>'}{low})"
        return f"(={low})"
    opening = "[" if value.is_low_closed else "("
    return f"{opening}{low}..{high}{']' if value.is_high_closed else ')'}"


def _enclose(opening: str, parts: list[str | None], closing: str) -> str | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    text = f"{opening}{', '.join(known)}{closing}"
    return text if len(text) <= GREATEST_TEXT else None


def _parse_number(text: str) -> Decimal | None:
    if len(text) > _GREATEST_NUMERAL or not _NUMERAL.fullmatch(text):
        return None
    try:
        return to_number(text)
    except (ValueError, ArithmeticError):
        return None


def _parse_grouped(text: str, grouping: str | None, decimal: str | None) -> Decimal | None:
    """A number from text with its own separators; those signs that are given must be known."""
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", "."):
        return None
    if grouping is not None and grouping == decimal:
        return None
    digits = text if grouping is None else text.replace(grouping, "")
    if decimal == ",":
        if "." in digits:
            return None
        digits = digits.replace(",", ".")
    return _parse_number(digits)


def _parse_range(text: str) -> Interval | None:
    """A range written with literal ends, the first not above the second."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    low, high = _read_end(match["low"]), _read_end(match["high"])
    if low is None or high is None or compare_values("<=", low, high) is not True:
        return None
    return Interval(low, high, match["open"] == "[", match["close"] == "]")


def _read_end(text: str) -> Any:
    if text.startswith("@"):
        return parse_temporal(_unquote(text[1:]))
    if text.startswith('"'):
        return _unquote(text)
    call = _CALL.fullmatch(text)
    return _parse_number(text) if call is None else _CONSTRUCTORS[call[1]](_unquote(call[2]))


def _unquote(literal: str) -> str:
    return re.sub(
        r"\\(.)", lambda match: _UNESCAPED.get(match[1], match[0]), literal[1:-1], flags=re.DOTALL
    )


def _is(left: Any = None, right: Any = None) -> Truth:
    """Whether two values are of one kind and the same in every part, zones and offsets too."""
    if left is UNKNOWN or right is UNKNOWN:
        return None
    if kind_of(left) != kind_of(right):
        return False
    match left:
        case list():
            if isinstance(left, Incomplete) or isinstance(right, Incomplete):
                return None
            return len(left) == len(right) and all_true(map(_is, left, right))
        case dict():
            return left.keys() == right.keys() and all_true(_is(left[k], right[k]) for k in left)
    return bool(left == right)


CONVERSION_FUNCTIONS: Final = (
    Builtin("string", (make_signature(print_value, STRING, ("from", ANY)),)),
    Builtin(
        "number",
        (
            make_signature(_parse_number, NUMBER, ("from", STRING)),
            make_signature(
                _parse_grouped,
                NUMBER,
                ("from", STRING),
                ("grouping separator", STRING),
                ("decimal separator", STRING),
                nullable=("grouping separator", "decimal separator"),
            ),
        ),
    ),
    Builtin("range", (make_signature(_parse_range, RangeType(ANY), ("from", STRING)),)),
    Builtin("not", (make_signature(lambda negand: not negand, BOOLEAN, ("negand", BOOLEAN)),)),
    Builtin(
        "is",
        (
            make_signature(
                _is,
                BOOLEAN,
                ("value1", ANY),
                ("value2", ANY),
                required=0,
                nullable=("value1", "value2"),
            ),
        ),
    ),
)
