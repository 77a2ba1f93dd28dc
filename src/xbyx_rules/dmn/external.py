"""External functions: a closed list of Java's by class and signature, written here in Python.

Nothing is looked up or imported: what is not on the list does not exist.  A number becomes what
the signature says: ``int`` is whole and in range, ``float`` and ``double`` have their precision.

Source: DMN 1.5 §10.3.2.13.3 (external functions); the Java platform's own definitions.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

__all__ = ["EXTERNALS", "find_external"]

External = Callable[..., Any]
Reader = Callable[[Any], Any]

_GREATEST_TEXT: Final = 10_000
_NUMERAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_FORMAT: Final = re.compile(r"%(.)", re.DOTALL)


class _WrongArgumentError(Exception):
    """An argument is not what the signature says."""


def _whole(bits: int) -> Reader:
    limit = 2 ** (bits - 1)

    def read(value: Any) -> Decimal:
        is_whole = isinstance(value, Decimal) and value == value.to_integral_value()
        if not is_whole or not -limit <= value < limit:
            raise _WrongArgumentError
        return Decimal(int(value))

    return read


def _single(value: Any) -> Decimal:
    """A number with the precision of a ``float``: the shortest one that reads back as the same."""
    try:
        packed = struct.pack("f", float(_double(value)))
    except OverflowError:
        raise _WrongArgumentError from None
    (exact,) = struct.unpack("f", packed)
    texts = (f"{exact:.{digits}g}" for digits in range(1, 10))
    return Decimal(next(text for text in texts if struct.pack("f", float(text)) == packed))


def _double(value: Any) -> Decimal:
    """A number with the precision of a ``double``."""
    if not isinstance(value, Decimal):
        raise _WrongArgumentError
    found = float(value)
    if not math.isfinite(found):
        raise _WrongArgumentError
    return Decimal(repr(found))


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _GREATEST_TEXT:
        raise _WrongArgumentError
    return value


def _character(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1 or ord(value) > 0xFFFF:
        raise _WrongArgumentError
    return value


def _parse(read: Reader) -> Reader:
    """Reads a number from text, as the ``valueOf`` of Java's number classes does."""

    def parse(value: Any) -> Decimal:
        text = _text(value)
        if _NUMERAL.fullmatch(text) is None:
            raise _WrongArgumentError
        found: Decimal = read(Decimal(text))
        return found

    return parse


_WHOLE: Final[Mapping[str, tuple[str, Reader]]] = MappingProxyType(
    {
        "byte": ("Byte", _whole(8)),
        "short": ("Short", _whole(16)),
        "int": ("Integer", _whole(32)),
        "long": ("Long", _whole(64)),
    }
)
_FLOATING: Final[Mapping[str, tuple[str, Reader]]] = MappingProxyType(
    {"float": ("Float", _single), "double": ("Double", _double)}
)


def _with(readers: tuple[Reader, ...], apply: External) -> External:
    """A function of arguments that are what their readers want; else it has no value."""

    def call(*values: Any) -> Any:
        if len(values) != len(readers):
            return None
        try:
            return apply(*(read(value) for read, value in zip(readers, values, strict=True)))
        except (_WrongArgumentError, ArithmeticError, ValueError):
            return None

    return call


def _calculated(calculate: Callable[[float], float]) -> External:
    return lambda number: _double(Decimal(repr(calculate(float(number)))))


def _format(pattern: Any, *values: Any) -> str | None:
    """``String.format`` with ``%s`` for text and ``%%`` alone; anything else has no value."""
    rest = iter(values)
    filled = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal filled
        if match[1] == "%":
            return "%"
        value = next(rest, None)
        if match[1] != "s" or value is None:
            raise _WrongArgumentError
        filled += len(_text(value))
        if filled > _GREATEST_TEXT:
            raise _WrongArgumentError
        return _text(value)

    try:
        text = _FORMAT.sub(fill, _text(pattern))
    except _WrongArgumentError:
        return None
    return text if len(text) <= _GREATEST_TEXT else None


def _build() -> dict[tuple[str, str], External]:
    table: dict[tuple[str, str], External] = {}
    for name, (_, read) in {**_WHOLE, **_FLOATING}.items():
        if name in ("byte", "short"):
            continue  # Java's arithmetic has none for these
        table["Math", f"max({name},{name})"] = _with((read, read), max)
        table["Math", f"min({name},{name})"] = _with((read, read), min)
        table["Math", f"abs({name})"] = _with((read,), abs)
    for function in ("cos", "sin", "tan", "exp", "sqrt"):
        calculate = _calculated(getattr(math, function))
        table["Math", f"{function}(double)"] = _with((_double,), calculate)
    for name, (owner, read) in {**_WHOLE, **_FLOATING}.items():
        table[owner, f"valueOf({name})"] = _with((read,), lambda number: number)
        table[owner, "valueOf(java.lang.String)"] = _with((_parse(read),), lambda number: number)
    table["String", "valueOf(char)"] = _with((_character,), lambda text: text)
    table["String", "format(java.lang.String,[Ljava.lang.Object;)"] = _format
    return {(f"java.lang.{owner}", signature): apply for (owner, signature), apply in table.items()}


EXTERNALS: Final[Mapping[tuple[str, str], External]] = MappingProxyType(_build())
"""The functions on the list, by class and by signature without spaces."""


def find_external(owner: str, signature: str) -> External | None:
    """A function on the list; None for any other.  It gives None for arguments that don't fit.

    Args:
        owner: the class, such as ``java.lang.Math``.
        signature: the method with the types of its parameters.

    Example:
        >>> find_external("java.lang.Math", "max(int, int)")(Decimal(3), Decimal(4))
        Decimal('4')
        >>> find_external("java.lang.Runtime", "exec(java.lang.String)") is None
        True
    """
    return EXTERNALS.get((owner, "".join(signature.split())))
