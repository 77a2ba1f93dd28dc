"""Values as plain data that keeps their kind and reads back exactly: what receipts hold.

A number is ``{"number": "1.50"}``, a temporal value ``{"date": "2026-03-02"}`` by its kind, what is
not known ``{"unknown": true}``; text, yes/no and null stay.  A list of records says whether it is
complete, a list of plain values doesn't.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from .temporals import (
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    from_python,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from .values import NUMBERS, UNKNOWN, Complete, Incomplete, Interval, Record, kind_of, to_number

__all__ = ["from_plain", "to_plain"]

_DEEPEST: Final = 100
_LONGEST_NUMERAL: Final = 6_200
_PARSERS: Final = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "years and months duration": parse_duration,
    "days and time duration": parse_duration,
}
_ENDS: Final = ("high", "is_comparison", "is_high_closed", "is_low_closed", "low")


def to_plain(value: Any) -> Any:
    """A value as plain data.

    Fields of a record that are Unknown are left out: whoever knows the entity knows them.

    Raises:
        TypeError: for what is no value, such as a float or a function.

    Example:
        >>> to_plain(Complete([Decimal("1.50"), "甲"]))
        {'list': [{'number': '1.50'}, '甲'], 'complete': True}
    """
    match value:
        case None | bool():
            return value
        case str():
            # WHY: a subclass, such as an enumeration's member, may print in a way of its own.
            return str.__str__(value)
        case int() | Decimal():
            # WHY by our own context: a host's may write the exponent otherwise.
            return {"number": NUMBERS.to_sci_string(Decimal(value))}
        case datetime.date() | datetime.time() | datetime.timedelta():
            return to_plain(from_python(value))
        case Date() | Time() | DateTime() | YearsMonths() | DaysTime():
            return {kind_of(value): str(value)}
        case Interval():
            return {"range": {end: to_plain(getattr(value, end)) for end in _ENDS}}
        case Mapping():
            is_record = isinstance(value, Record)
            fields = {
                str(key): to_plain(part)
                for key, part in value.items()
                if not (is_record and part is UNKNOWN)
            }
            return {"record": fields}
        case list() | tuple():
            items = {"list": [to_plain(item) for item in value]}
            if isinstance(value, Complete | Incomplete):
                return {**items, "complete": isinstance(value, Complete)}
            return items
    if value is UNKNOWN:
        return {"unknown": True}
    raise TypeError(f"no plain data for a {type(value).__name__}")


def from_plain(data: Any) -> Any:
    """The value that `to_plain` wrote; a record comes back as a plain mapping.

    Raises:
        ValueError: the data is none that `to_plain` writes.

    Example:
        >>> from_plain({"list": [{"number": "1.50"}], "complete": True})
        [Decimal('1.50')]
    """
    return _read(data, 0)


def _read(data: Any, depth: int) -> Any:
    if data is None or isinstance(data, bool | str):
        return data
    if depth > _DEEPEST:
        raise ValueError(f"more than {_DEEPEST} levels")
    if not isinstance(data, dict):
        raise ValueError(f"no value is written as {type(data).__name__}")
    match data:
        case {"number": str(text), **rest} if not rest and len(text) <= _LONGEST_NUMERAL:
            return to_number(text)
        case {"unknown": True, **rest} if not rest:
            return UNKNOWN
        case {"record": dict(fields), **rest} if not rest:
            return {name: _read(part, depth + 1) for name, part in fields.items()}
        case {"list": list(items), **rest} if set(rest) <= {"complete"}:
            return _read_list(items, rest.get("complete"), depth)
        case {"range": dict(ends), **rest} if not rest:
            return _read_range(ends, depth)
    return _read_temporal(data)


def _read_list(items: list[Any], is_complete: Any, depth: int) -> list[Any]:
    values = [_read(one, depth + 1) for one in items]
    if is_complete is None:
        return values
    if not isinstance(is_complete, bool):
        raise ValueError("`complete` is true or false")
    return Complete(values) if is_complete else Incomplete(values)


def _read_range(ends: dict[str, Any], depth: int) -> Interval:
    read = {name: _read(part, depth + 1) for name, part in ends.items()}
    flags = [read.get(name) for name in _ENDS if name.startswith("is_")]
    if tuple(sorted(read)) != _ENDS or not all(isinstance(one, bool) for one in flags):
        raise ValueError("a range has two ends")
    return Interval(**read)


def _read_temporal(data: dict[str, Any]) -> Any:
    if len(data) == 1:
        ((kind, text),) = data.items()
        parse = _PARSERS.get(kind)
        value = parse(text) if parse and isinstance(text, str) and len(text) < 100 else None
        if value is not None and kind_of(value) == kind and str(value) == text:
            return value
    raise ValueError(f"no value is written with the keys {sorted(data)[:3]}")
