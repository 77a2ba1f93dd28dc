"""One text for one value (RFC 8785), its digest, and a strict way back from text.

Chains, hashes and receipts rest on these.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final, NoReturn

import rfc8785

__all__ = ["Digester", "canonical_text", "digest_text", "parse_strictly"]

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)
_LARGEST: Final = 2**53 - 1
_FIRST_SURROGATE: Final = "\ud800"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONGEST_INTEGER: Final = 15
"""Digits of a whole number that every JSON reader takes exactly (RFC 8785 §3.2.2.3)."""


def canonical_text(value: Any) -> str:
    """The canonical JSON text of plain data.

    Raises:
        ValueError: for what has none, such as half of a surrogate pair.

    Example:
        >>> canonical_text({"b": 1, "a": ["学校", None]})
        '{"a":["学校",null],"b":1}'
    """
    if _is_everyday(value):
        text = _ENCODER.encode(value)
        if text.isascii() or not _SURROGATE.search(text):
            return text
    return rfc8785.dumps(value).decode("utf-8")


def _is_everyday(value: Any) -> bool:
    """Whether Python's own encoder, written in C, gives the same text.

    It does but for fractions, whole numbers that JSON can't hold, and the order of keys with
    letters beyond U+D7FF, which the standard sorts by their halves in UTF-16.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    if kind is dict:
        return all(map(_is_everyday_key, value)) and all(map(_is_everyday, value.values()))
    return (kind is list or kind is tuple) and all(map(_is_everyday, value))


def _is_everyday_key(key: Any) -> bool:
    return type(key) is str and (key.isascii() or max(key) < _FIRST_SURROGATE)


class Digester:
    """A digest over parts given one by one, for more of them than memory should hold.

    A part's length goes before it, so that two lists of parts never give one text.

    Args:
        algorithm: as OpenSSL names it.

    Raises:
        ValueError: the Python at hand has no such algorithm.

    Example:
        >>> digester = Digester()
        >>> for part in ("学校", "计划"):
        ...     digester.add(part)
        >>> digester.finish() == digest_text("学校", "计划")
        True
    """

    def __init__(self, algorithm: str = "sha256") -> None:
        self._algorithm = algorithm
        self._hasher = hashlib.new(algorithm)

    def add(self, part: str) -> None:
        """Take one more part into the digest."""
        content = part.encode("utf-8")
        self._hasher.update(f"{len(content)}:".encode("ascii"))
        self._hasher.update(content)

    def finish(self) -> str:
        """The digest over the parts so far, as ``sha256:…``: a hash always names its algorithm."""
        return f"{self._algorithm}:{self._hasher.hexdigest()}"


def digest_text(*parts: str, algorithm: str = "sha256") -> str:
    """The digest over the parts, as ``sha256:…``; as `Digester` makes it.

    Raises:
        ValueError: the Python at hand has no such algorithm.
    """
    digester = Digester(algorithm)
    for part in parts:
        digester.add(part)
    return digester.finish()


def parse_strictly(text: str, *, largest: int, deepest: int) -> Any:
    """Plain data from JSON text that leaves nothing open: no key twice, no fractions, no NaN.

    Args:
        text: the JSON text.
        largest: most characters it may have.
        deepest: most levels of lists and objects.

    Raises:
        ValueError: it is not such a text; the message says why, in few words of JSON's own.

    Example:
        >>> parse_strictly('{"a": 1, "a": 2}', largest=100, deepest=5)
        Traceback (most recent call last):
        ValueError: key `a` stands twice
    """
    if len(text) > largest:
        raise ValueError(f"more than {largest} characters")
    try:
        data = json.loads(
            text,
            object_pairs_hook=_gather,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_read_integer,
        )
    except RecursionError:
        raise ValueError(f"more than {deepest} levels") from None
    _check_depth(data, deepest)
    return data


def _gather(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key `{key[:60]}` stands twice")
        found[key] = value
    return found


def _refuse_number(text: str) -> NoReturn:
    # WHY: an exact figure is text in digits; a JSON fraction may already have lost some.
    raise ValueError(f"number {text[:60]} is not whole")


def _read_integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise ValueError(f"number {text[:60]} is too long")
    return int(text)


def _check_depth(data: Any, deepest: int) -> None:
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, dict | list):
            if depth > deepest:
                raise ValueError(f"more than {deepest} levels")
            inner = value.values() if isinstance(value, dict) else value
            waiting.extend((one, depth + 1) for one in inner)
