"""The values of FEEL at run time, and the two marks that policies add: Unknown and Incomplete.

number → `decimal.Decimal`; string → `str`; boolean → `bool`; list → `list`; context → `dict`;
null → None; the temporal types are in `temporals`.  DMN's null is a value; Unknown is not: it
says that a policy's question can't be answered from what is known (docs/decisions/0002).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final, final

from .temporals import Date, DateTime, DaysTime, Time, YearsMonths
from .types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextType,
    ListType,
    RangeType,
    Type,
)

__all__ = [
    "NUMBERS",
    "UNKNOWN",
    "Complete",
    "Incomplete",
    "Interval",
    "Record",
    "Unknown",
    "is_any_unknown",
    "kind_of",
    "print_number",
    "to_number",
    "type_of",
]

NUMBERS: Final = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""Decimal128 arithmetic, as DMN 1.5 §10.3.2.3.1 requires: 34 digits, half to even."""

_GREATEST_BITS: Final = (10**6145).bit_length()


@final
class Unknown:
    """The one mark for what is not known.  It has no truth value: asking for one is a bug."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("Unknown is neither true nor false")

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Complete(list[Any]):
    """A list of records that the adapter declares complete: what is not in it does not exist."""

    __slots__ = ()


class Incomplete(list[Any]):
    """The known part of a list of records.

    Aggregates over it are Unknown, and so is ``every`` unless a record already decides it.
    Filters and ``for`` over it give an Incomplete again.
    """

    __slots__ = ()


class Record(dict[str, Any]):
    """A record of the host, with every field of its entity: UNKNOWN where it isn't known.

    Two records are equal when their keys are, however much is known of either.

    Args:
        key: the field that identifies a record of the entity; "" where it has none.
        fields: the fields by name.
    """

    __slots__ = ("key",)

    def __init__(self, key: str, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.key = key


@dataclass(frozen=True, slots=True)
class Interval:
    """A range as a value (``[1..10)``, ``(<5)``); a side that is None is unbounded.

    Args:
        low: the lower end, or None.
        high: the upper end, or None.
        is_low_closed: whether the lower end belongs to the range.
        is_high_closed: whether the upper end belongs to the range.
        is_comparison: whether it was written as a comparison (``(<5)``, ``(=5)``); such a range
            never equals one written with two ends, and in a decision model only its missing end
            means unbounded.
    """

    low: Any
    high: Any
    is_low_closed: bool = True
    is_high_closed: bool = True
    is_comparison: bool = False


def to_number(value: int | str | Decimal) -> Decimal:
    """A FEEL number from a whole number, a Decimal or a numeral.

    Raises:
        ValueError: for NaN, infinities, floats, text that is no numeral, and numbers of more than
            6145 digits.

    Example:
        >>> to_number("49999.99")
        Decimal('49999.99')
    """
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError(f"not an exact number: {value!r}")
    # WHY: the time of converting a whole number grows with the square of its length.
    if isinstance(value, int) and value.bit_length() > _GREATEST_BITS:
        raise ValueError("too great a number")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"not a number: {value!r}") from None
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    try:
        return NUMBERS.plus(number)
    except Overflow:
        raise ValueError("too great a number") from None


def is_any_unknown(values: Iterable[Any]) -> bool:
    """Whether one of them is Unknown."""
    return any(value is UNKNOWN for value in values)


_KINDS: Final[dict[type, str]] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    Date: DATE.kind,
    Time: TIME.kind,
    DateTime: DATE_TIME.kind,
    YearsMonths: YEARS_MONTHS.kind,
    DaysTime: DAYS_TIME.kind,
    list: "list",
    Complete: "list",
    Incomplete: "list",
    dict: "context",
    Record: "context",
    Interval: "range",
    type(None): "Null",
    Unknown: "Unknown",
}

_PLAIN_TYPES: Final[dict[str, Type]] = {
    "number": NUMBER,
    "string": STRING,
    "Null": NULL,
    "context": ContextType(()),
    **{kind.kind: kind for kind in (BOOLEAN, DATE, TIME, DATE_TIME, YEARS_MONTHS, DAYS_TIME)},
}


def kind_of(value: Any) -> str:
    """The kind of a value at run time, as the operator tables have it; ``Unknown`` for Unknown.

    Raises:
        TypeError: for what is no FEEL value, such as a float.

    Example:
        >>> kind_of(Decimal(1)), kind_of([]), kind_of(None)
        ('number', 'list', 'Null')
    """
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    for ancestor in (dict, list, str, Decimal):
        if isinstance(value, ancestor):
            return _KINDS[ancestor]
    if callable(value):
        return "function"
    raise TypeError(f"not a FEEL value: {value!r}")


def type_of(value: Any) -> Type:
    """The type of a value at run time, no finer than choosing a signature needs.

    A list's elements and a context's fields are not looked at; a function's parameters are
    unknown to Python, so a function is `Any`.
    """
    kind = kind_of(value)
    match kind:
        case "list":
            return ListType(ANY)
        case "range":
            end = value.high if value.low is None else value.low
            return RangeType(_PLAIN_TYPES.get(kind_of(end), ANY) if end is not None else ANY)
        case "function" | "Unknown":
            return ANY
    return _PLAIN_TYPES[kind]


def print_number(value: Decimal) -> str:
    """A number without exponent and without zeros at its end, so equal numbers print alike.

    Example:
        >>> print_number(Decimal("1.50E+3")), print_number(Decimal("-0.0"))
        ('1500', '0')
    """
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
