"""Types of the vocabulary, such as ``数(2)`` or ``列表<文本>``, with unit and allowed values."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from xbyx_rules.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    STRING,
    TIME,
    YEARS_MONTHS,
    ListType,
    NumberType,
    StringType,
    Type,
)

from .model import Text
from .source import Source, shorten, to_half_width

__all__ = ["TYPE_NAMES", "read_plain_type", "read_type"]

_TYPES: dict[str, Type] = {
    "文本": STRING,
    "text": STRING,
    "数": NumberType(),
    "number": NumberType(),
    "整数": NumberType(scale=0),
    "integer": NumberType(scale=0),
    "是非": BOOLEAN,
    "boolean": BOOLEAN,
    "日期": DATE,
    "date": DATE,
    "时间": TIME,
    "time": TIME,
    "日期时间": DATE_TIME,
    "date and time": DATE_TIME,
    "年月时长": YEARS_MONTHS,
    "years and months": YEARS_MONTHS,
    "日时时长": DAYS_TIME,
    "days and time": DAYS_TIME,
}
TYPE_NAMES = tuple(name for name in _TYPES if not name.isascii())

_SCALED = re.compile(r"(?:数|number)\((\d{1,2})\)", re.ASCII)
_LIST = re.compile(r"(?:列表|list)<(.+)>", re.DOTALL)
# WHY: an exponent of three digits is beyond any figure of the law, and a huge one is a trap for
# whoever writes the number out.
_NUMBER = r"[+-]?\d{1,34}(?:\.\d{1,34})?(?:[eE][+-]?\d{1,2})?"
_BOUNDS = re.compile(rf"\[\s*({_NUMBER})?\s*\.\.\s*({_NUMBER})?\s*\]", re.ASCII)
_OTHER_COMMAS = re.compile("[,;\uff0c\uff1b]")


def read_plain_type(source: Source, written: Text, unit: Text, values: Text) -> Type | None:
    """The type of a term that leads to no other entity.

    Args:
        source: gets the reports.
        written: cell 类型.
        unit: cell 单位; only numbers have one.
        values: cell 取值: bounds of a number, or the allowed texts; for a list, of its elements.

    Returns:
        The type; None when `written` names no plain type (nothing is reported then: it may be the
        name of an entity).
    """
    name = to_half_width(written.value)
    listed = _LIST.fullmatch(name)
    base = _find_scalar(listed[1].strip() if listed else name)
    if base is None:
        return None
    element = _add_unit(source, base, written, unit)
    element = _add_values(source, element, written, values)
    return ListType(element) if listed else element


def read_type(written: str) -> Type | None:
    """The plain type that a text names: ``数(2)``, ``列表<文本>``, ``文本[优秀、合格]``.

    Args:
        written: a type as the vocabulary writes it; allowed values may follow in brackets.

    Returns:
        The type; None when the text names none.

    Example:
        >>> read_type("文本[优秀、合格]")
        StringType(values=('优秀', '合格'))
    """
    name, bracket, values = to_half_width(written.strip()).partition("[")
    listed = _LIST.fullmatch(name.strip())
    base = _find_scalar(listed[1].strip() if listed else name.strip())
    if base is not None and bracket:
        if not isinstance(base, StringType) or not values.endswith("]"):
            return None
        base = _list_values(values[:-1])
    if base is None:
        return None
    return ListType(base) if listed else base


def _find_scalar(name: str) -> Type | None:
    scaled = _SCALED.fullmatch(name)
    if scaled:
        return NumberType(scale=int(scaled[1]))
    return _TYPES.get(name.casefold())


def _add_unit(source: Source, base: Type, written: Text, unit: Text) -> Type:
    if not unit:
        return base
    if isinstance(base, NumberType):
        return replace(base, unit=unit.value)
    source.report("XR087", unit.place, type=shorten(written.value))
    return base


def _add_values(source: Source, base: Type, written: Text, values: Text) -> Type:
    if not values:
        return base
    limited: Type | None = None
    if isinstance(base, NumberType):
        limited = _add_bounds(base, values.value)
    elif isinstance(base, StringType):
        limited = _list_values(values.value)
    if limited is None:
        source.report(
            "XR086", values.place, value=shorten(values.value), type=shorten(written.value)
        )
        return base
    return limited


def _add_bounds(base: NumberType, values: str) -> NumberType | None:
    found = _BOUNDS.fullmatch(to_half_width(values))
    if found is None or not (found[1] or found[2]):
        return None
    low, high = (Decimal(side) if side else None for side in found.groups())
    if low is not None and high is not None and low > high:
        return None
    return replace(base, low=low, high=high)


def _list_values(values: str) -> StringType | None:
    parts = tuple(part.strip() for part in values.split("、"))
    if _OTHER_COMMAS.search(values) or "" in parts or len(set(parts)) < len(parts):
        return None
    return StringType(parts)
