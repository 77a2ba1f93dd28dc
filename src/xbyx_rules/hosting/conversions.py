"""Conversions: how the value of a host's column becomes the value of a vocabulary term.

A conversion never guesses.  A value that it does not know raises `ValueError`; whoever reads the
row says which table, column and record it was.  NULL never reaches a conversion: it is Unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass
from sqlalchemy import ColumnElement, String, cast

from xbyx_rules.feel.types import ListType, StringType, Type
from xbyx_rules.feel.values import NUMBERS, to_number

__all__ = [
    "Codes",
    "Conversion",
    "DateTimes",
    "Dates",
    "FenToYuan",
    "FrozenMap",
    "Number",
    "SeparatedList",
    "Text",
    "UnknownCodeError",
    "YesNo",
]

DECLARATION = ConfigDict(extra="forbid", arbitrary_types_allowed=True, validate_default=True)

_K = TypeVar("_K")
_V = TypeVar("_V")


class _Frozen(Mapping[_K, _V]):
    """A mapping that can't be changed; unlike a proxy it compares, hashes and copies."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[_K, _V]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: _K) -> _V:
        return self._items[key]

    def __iter__(self) -> Iterator[_K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(tuple(self._items))

    def __repr__(self) -> str:
        return repr(self._items)


FrozenMap = Annotated[Mapping[_K, _V], AfterValidator(_Frozen)]
"""A mapping in a declaration: it can't be changed once declared."""


class UnknownCodeError(ValueError):
    """The value is none of the codes that the mapping declares."""


@dataclass(frozen=True, config=DECLARATION)
class Conversion:
    """What every conversion offers; `kinds` are the FEEL types of the terms it may fill."""

    kinds: ClassVar[frozenset[str]] = frozenset()

    def select(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The expression to read; the column itself unless the driver would lose digits."""
        return column

    def convert(self, value: Any) -> Any:
        """The term's value for a column's value that is not NULL.

        Raises:
            ValueError: the value is not of the declared form.
        """
        raise NotImplementedError

    def suits(self, kind: Type) -> bool:
        """Whether a term of this type can be filled by this conversion."""
        return kind.kind in self.kinds

    @property
    def words(self) -> tuple[str, ...]:
        """The texts it can give, where it gives only certain ones; empty otherwise."""
        return ()


@dataclass(frozen=True, config=DECLARATION)
class Text(Conversion):
    """Text as it stands, surrounding blanks removed; whole-number keys become their numeral.

    Args:
        replace: values that mean another text, such as ``{"0": ""}`` for "nobody above".

    Example:
        >>> Text({"0": ""}).convert("0")
        ''
    """

    replace: FrozenMap[str, str] = Field(default_factory=dict)
    kinds: ClassVar[frozenset[str]] = frozenset({"string"})

    def convert(self, value: Any) -> str:
        """The text."""
        text = _to_text(value)
        return self.replace.get(text, text)


@dataclass(frozen=True, config=DECLARATION)
class Codes(Conversion):
    """A code list: the host's code → the vocabulary's word.

    Example:
        >>> Codes({"01": "幼儿园", "02": "小学"}).convert("02")
        '小学'
    """

    table: FrozenMap[str, str]
    kinds: ClassVar[frozenset[str]] = frozenset({"string"})

    def convert(self, value: Any) -> str:
        """The word for the code."""
        return _look_up(self.table, _to_text(value))

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the code list, each once."""
        return tuple(dict.fromkeys(self.table.values()))


@dataclass(frozen=True, config=DECLARATION)
class Number(Conversion):
    """An exact number: money in 元, hours, counts; from NUMERIC, whole numbers or numerals in text.

    WHY cast to text in the database: some drivers hand NUMERIC over as a binary float.

    Example:
        >>> Number().convert("49999.99")
        Decimal('49999.99')
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    def select(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The column as text, so that no digit is lost on the way."""
        return cast(column, String(64))

    def convert(self, value: Any) -> Decimal:
        """The exact number."""
        return _to_exact(value)


@dataclass(frozen=True, config=DECLARATION)
class FenToYuan(Conversion):
    """Money kept as a whole number of fen (分), given in yuan (元), exact.

    Example:
        >>> FenToYuan().convert(4999999)
        Decimal('49999.99')
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"number"})

    def select(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The column as text, since a host may keep fen in a NUMERIC column."""
        return cast(column, String(64))

    def convert(self, value: Any) -> Decimal:
        """Yuan with two decimal places."""
        fen = _to_exact(value)
        if fen != fen.to_integral_value():
            raise ValueError("not a whole number of fen")
        return fen.scaleb(-2, NUMBERS).quantize(Decimal("0.01"), context=NUMBERS)


@dataclass(frozen=True, config=DECLARATION)
class YesNo(Conversion):
    """Yes or no: ``Y``/``N``, ``1``/``0``, true/false of the database, or what the host writes.

    Example:
        >>> YesNo(yes=("是",), no=("否",)).convert("否")
        False
    """

    yes: tuple[str, ...] = ("Y", "1")
    no: tuple[str, ...] = ("N", "0")
    kinds: ClassVar[frozenset[str]] = frozenset({"boolean"})

    def convert(self, value: Any) -> bool:
        """The truth value."""
        if value in (b"\x00", b"\x01"):  # MySQL's BIT(1)
            value = value[0]
        text = str(int(value)) if isinstance(value, bool) else _to_text(value)
        if text in self.yes:
            return True
        if text in self.no:
            return False
        raise UnknownCodeError("neither yes nor no")


DateForm = Literal["YYYY-MM-DD", "YYYYMMDD"]


@dataclass(frozen=True, config=DECLARATION)
class Dates(Conversion):
    """A civil date, from a DATE column or from text in one of the forms; 9999-12-31 is a date.

    A DATETIME column must hold midnight, and no time zone: to which day an instant belongs is the
    host's to say, not ours to guess.

    Example:
        >>> Dates("YYYYMMDD").convert("20250901")
        datetime.date(2025, 9, 1)
    """

    form: DateForm = "YYYY-MM-DD"
    kinds: ClassVar[frozenset[str]] = frozenset({"date"})

    def convert(self, value: Any) -> date:
        """The date."""
        if isinstance(value, datetime):
            if value.tzinfo is not None or value.time() != time.min:
                raise ValueError("an instant, not a date")
            return value.date()
        if isinstance(value, date):
            return value
        text = _to_text(value)
        if self.form == "YYYYMMDD":
            if not re.fullmatch(r"[0-9]{8}", text):
                raise ValueError("not a date as YYYYMMDD")
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?: 00:00:00(?:\.0+)?)?", text)
        if not found:
            raise ValueError("not a date as YYYY-MM-DD")
        return date(*(int(part) for part in found.groups()))


@dataclass(frozen=True, config=DECLARATION)
class DateTimes(Conversion):
    """A local date and time, from a DATETIME column or from text ``YYYY-MM-DD HH:MM[:SS]``.

    Local is the clock of the jurisdiction: a value with a time zone is refused, since turning it
    into that clock is the host's to do.

    Example:
        >>> DateTimes().convert("2025-10-10 14:30")
        datetime.datetime(2025, 10, 10, 14, 30)
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"date and time"})

    def convert(self, value: Any) -> datetime:
        """The date and time."""
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                raise ValueError("an instant with a zone, not a local date and time")
            return value
        text = _to_text(value)
        form = r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.0+)?"
        found = re.fullmatch(form, text)
        if not found:
            raise ValueError("not a date and time as YYYY-MM-DD HH:MM:SS")
        return datetime.fromisoformat("T".join(found.groups()))


@dataclass(frozen=True, config=DECLARATION)
class SeparatedList(Conversion):
    """Several texts in one column, such as ``T1,T3``; empty text is an empty list.

    Args:
        separator: what stands between two of them.
        table: code → word, where the column holds codes.

    Example:
        >>> SeparatedList(table={"T1": "师德师风", "T3": "政策法规"}).convert("T1,T3")
        ['师德师风', '政策法规']
    """

    separator: str = ","
    table: FrozenMap[str, str] | None = None
    kinds: ClassVar[frozenset[str]] = frozenset({"list"})

    def convert(self, value: Any) -> list[str]:
        """The texts in the order of the column."""
        text = _to_text(value)
        parts = [part.strip() for part in text.split(self.separator)] if text else []
        if "" in parts:
            raise ValueError("an empty element")
        if self.table is None:
            return parts
        return [_look_up(self.table, part) for part in parts]

    def suits(self, kind: Type) -> bool:
        """Whether the term is a list of texts."""
        return isinstance(kind, ListType) and isinstance(kind.element, StringType)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the code list, if there is one."""
        return tuple(dict.fromkeys(self.table.values())) if self.table is not None else ()


def _to_text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    # WHY not str() of anything: a float or bytes here means the column is not what was declared.
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise ValueError("neither text nor an exact number")


def _to_exact(value: Any) -> Decimal:
    text = _to_text(value)
    # WHY: `Decimal` also reads underscores, full-width digits and "Infinity".
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", text):
        raise ValueError("not a numeral")
    return to_number(text)


def _look_up(table: Mapping[str, str], code: str) -> str:
    if code not in table:
        raise UnknownCodeError("no such code")
    return table[code]
