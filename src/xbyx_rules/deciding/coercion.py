"""From the host's values to FEEL values, by the vocabulary's types: once, at the edge."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from xbyx_rules.errors import CaseError, Diagnostic
from xbyx_rules.feel.inference.environment import phrase_type
from xbyx_rules.feel.temporals import from_python
from xbyx_rules.feel.types import EntityType, ListType, NumberType, StringType, Type
from xbyx_rules.feel.values import (
    NUMBERS,
    UNKNOWN,
    Complete,
    Incomplete,
    Record,
    kind_of,
    to_number,
)

__all__ = ["coerce"]

_DEEPEST = 20
"""How deep records may stand in records; a host's objects can refer to each other in a circle."""


def coerce(value: Any, kind: Type, path: str) -> Any:
    """One fact as a FEEL value; None is Unknown.

    Args:
        value: the host's value: see `Case`.
        kind: the term's type.
        path: the term's path, for the diagnostic.

    Raises:
        CaseError: XR301 the value is of another type, XR302 it is outside the term's bounds or
            allowed values, XR303 a record has a term that its entity hasn't, XR308 records stand
            in records without end.
    """
    if value is None or value is UNKNOWN:
        return UNKNOWN
    match kind:
        case NumberType():
            return _check_bounds(_number(value, kind, path), kind, path)
        case StringType():
            return _check_values(value, kind, path)
        case ListType():
            return _list(value, kind, path)
        case EntityType():
            return _record(value, kind, path)
    return _simple(value, kind, path)


def _number(value: Any, kind: Type, path: str) -> Decimal:
    # WHY: text and floats are refused though they could be converted: money must come exact.
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong_type(value, kind, path)
    try:
        return to_number(value)
    except ValueError:
        # A NaN, an infinity, or more digits than a number can have.
        values = {"path": path, "allowed": "(-1E+6145..1E+6145)"}
        raise CaseError(Diagnostic("XR302", None, values)) from None


def _check_bounds(value: Decimal, kind: NumberType, path: str) -> Decimal:
    is_low = kind.low is not None and value < kind.low
    if is_low or (kind.high is not None and value > kind.high):
        bounds = f"[{kind.low}..{kind.high}]"
        raise CaseError(Diagnostic("XR302", None, {"path": path, "allowed": bounds}))
    if kind.scale is not None and _has_more_places(value, kind.scale):
        raise CaseError(Diagnostic("XR310", None, {"path": path, "most": str(kind.scale)}))
    return value


def _has_more_places(value: Decimal, scale: int) -> bool:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > scale:
        # WHY only now: zeros at the end are no decimal places, and dropping them is slow.
        exponent = value.normalize(NUMBERS).as_tuple().exponent
    return isinstance(exponent, int) and -exponent > scale


def _check_values(value: Any, kind: StringType, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong_type(value, kind, path)
    # WHY: a subclass, such as an enumeration's member, may print and compare in a way of its own.
    text = str.__str__(value)
    if kind.values is not None and text not in kind.values:
        allowed = "、".join(kind.values)
        raise CaseError(Diagnostic("XR302", None, {"path": path, "allowed": allowed}))
    return text


def _list(value: Any, kind: ListType, path: str) -> list[Any]:
    if isinstance(value, str | bytes | bytearray) or not isinstance(value, Sequence):
        raise _wrong_type(value, kind, path)
    if kind.records and any(one is None or one is UNKNOWN for one in value):
        raise _wrong_type(None, kind.element, path)
    items = [coerce(one, kind.element, path) for one in value]
    if not kind.records:
        return items
    # INVARIANT: only the adapter can vouch that no record is missing.
    return Complete(items) if isinstance(value, Complete) else Incomplete(items)


def _record(value: Any, kind: EntityType, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong_type(value, kind, path)
    if path.count(".") >= _DEEPEST:
        root = path.partition(".")[0]
        raise CaseError(Diagnostic("XR308", None, {"path": root, "most": str(_DEEPEST)}))
    found = Record(kind.source.key_of(kind.entity) or "", dict.fromkeys(kind.names, UNKNOWN))
    for name, inner in value.items():
        field = kind.field(name)
        if field is None:
            values = {"path": f"{path}.{name}", "entity": kind.entity}
            raise CaseError(Diagnostic("XR303", None, values))
        found[name] = coerce(inner, field, f"{path}.{name}")
    return found


def _simple(value: Any, kind: Type, path: str) -> Any:
    try:
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            value = from_python(value)
        found = kind_of(value)
    except (TypeError, ValueError):
        raise _wrong_type(value, kind, path) from None
    if found != kind.kind:
        raise _wrong_type(value, kind, path)
    return value


def _wrong_type(value: Any, kind: Type, path: str) -> CaseError:
    # WHY: the value itself may be personal, so the diagnostic names its type alone.
    values = {"path": path, "expected": phrase_type(kind), "found": type(value).__name__}
    return CaseError(Diagnostic("XR301", None, values))
