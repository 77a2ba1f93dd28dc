"""The properties of temporal values and ranges (``date.year``, ``range.start``) as a table.

Source: DMN 1.5 table 65 (properties).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.feel.temporals import DateTime, DaysTime, Time
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    STRING,
    TIME,
    YEARS_MONTHS,
    NumberType,
    RangeType,
    Type,
)

__all__ = ["PROPERTIES", "Property"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property.

    Args:
        result: its type, from the type of the value that has it.
        apply: its value; None where the value has none, such as a local time's zone.
    """

    result: Callable[[Type], Type]
    apply: Callable[[Any], Any]


def _number(attribute: str, low: int | None = None, high: int | None = None) -> Property:
    kind = NumberType(
        None if low is None else Decimal(low), None if high is None else Decimal(high), 0
    )
    read = attrgetter(attribute)
    return Property(lambda _: kind, lambda value: Decimal(read(value)))


def _plain(kind: Type, attribute: str) -> Property:
    return Property(lambda _: kind, attrgetter(attribute))


def _end(attribute: str) -> Property:
    read = attrgetter(attribute)
    return Property(lambda kind: kind.element if isinstance(kind, RangeType) else ANY, read)


def _read_offset(value: Time | DateTime) -> DaysTime | None:
    offset = value.utc_offset
    return None if offset is None else DaysTime.of(seconds=offset)


_DATE_PARTS: Final = (
    ("year", -999_999_999, 999_999_999),
    ("month", 1, 12),
    ("day", 1, 31),
    ("weekday", 1, 7),
)
_TIME_PARTS: Final = (("hour", 0, 23), ("minute", 0, 59), ("second", 0, 59))


def _build() -> dict[tuple[str, str], Property]:
    table: dict[tuple[str, str], Property] = {}
    for name, low, high in _DATE_PARTS:
        table[DATE.kind, name] = _number(name, low, high)
        table[DATE_TIME.kind, name] = _number(f"date.{name}", low, high)
    for name, low, high in _TIME_PARTS:
        table[TIME.kind, name] = _number(name, low, high)
        table[DATE_TIME.kind, name] = _number(f"time.{name}", low, high)
    offset = Property(lambda _: DAYS_TIME, _read_offset)
    return table | {
        (TIME.kind, "time offset"): offset,
        (DATE_TIME.kind, "time offset"): offset,
        (TIME.kind, "timezone"): _plain(STRING, "zone"),
        (DATE_TIME.kind, "timezone"): _plain(STRING, "time.zone"),
        (YEARS_MONTHS.kind, "years"): _number("years_part"),
        (YEARS_MONTHS.kind, "months"): _number("months_part", -11, 11),
        (DAYS_TIME.kind, "days"): _number("days_part"),
        (DAYS_TIME.kind, "hours"): _number("hours_part", -23, 23),
        (DAYS_TIME.kind, "minutes"): _number("minutes_part", -59, 59),
        (DAYS_TIME.kind, "seconds"): _number("seconds_part", -59, 59),
        ("range", "start"): _end("low"),
        ("range", "end"): _end("high"),
        ("range", "start included"): _plain(BOOLEAN, "is_low_closed"),
        ("range", "end included"): _plain(BOOLEAN, "is_high_closed"),
    }


PROPERTIES: Final[Mapping[tuple[str, str], Property]] = MappingProxyType(_build())
"""``(kind, name)`` to the property; a context's fields are its own."""
