"""Random records of the bundled vocabulary, of so few values that they meet in the checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from xbyx_rules import UNKNOWN, Complete, Incomplete
from xbyx_rules.feel.types import EntityType, ListType, NumberType, StringType, Type
from xbyx_rules.policy import Vocabulary

__all__ = ["AMID", "random_records_of"]

_FIRST = date(2025, 8, 30)
AMID = date(2025, 9, 1)
"""A day before some of the records' days and after others."""
_DEEPEST = 2


def random_records_of(
    random: Random, vocabulary: Vocabulary, entities: Iterable[str]
) -> dict[str, Any]:
    """Lists of records by entity, mostly complete; in some rounds fields are unknown."""
    doubt = random.choice((0.0, 0.0, 0.0, 0.05))
    found: dict[str, Any] = {}
    for entity in entities:
        kind = vocabulary.type_of(entity)
        listed = [_record(random, kind, doubt, 0) for _ in range(random.randrange(7))]
        is_open = doubt and random.random() < 0.1
        found[entity] = Incomplete(listed) if is_open else Complete(listed)
    return found


def _record(random: Random, kind: EntityType, doubt: float, depth: int) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name in kind.names:
        field = kind.field(name)
        assert field is not None
        is_record = isinstance(field, EntityType) or (isinstance(field, ListType) and field.records)
        if random.random() < doubt or (is_record and depth >= _DEEPEST):
            record[name] = UNKNOWN
        else:
            record[name] = _value(random, field, doubt, depth)
    return record


def _value(random: Random, kind: Type, doubt: float, depth: int) -> Any:
    match kind:
        case NumberType():
            low = Decimal(0) if kind.low is None else kind.low
            value = low + random.choice((0, 1, 3, 4, 5, 10, 100))
            return value if kind.high is None else min(value, kind.high)
        case StringType():
            return random.choice(kind.values or ("1", "2", "2025-2026"))
        case ListType():
            count = random.randrange(3)
            return Complete(_value(random, kind.element, doubt, depth) for _ in range(count))
        case EntityType():
            return _record(random, kind, doubt, depth + 1)
    day = _FIRST + timedelta(days=random.randrange(4))
    if kind.kind == "boolean":
        return random.random() < 0.5
    if kind.kind == "date":
        return day
    if kind.kind == "date and time":
        return datetime.combine(day, time(random.randrange(8, 12)))
    return UNKNOWN
