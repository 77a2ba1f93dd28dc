"""One text for one value (RFC 8785), and its digest: what chains, hashes and receipts rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import rfc8785

from xbyx_rules.feel.values import Complete, Unknown

__all__ = ["canonical_text", "digest_text", "to_plain"]


def canonical_text(value: Any) -> str:
    """The canonical JSON text of plain data.

    Example:
        >>> canonical_text({"b": 1, "a": ["学校", None]})
        '{"a":["学校",null],"b":1}'
    """
    return rfc8785.dumps(value).decode("utf-8")


def digest_text(*parts: str) -> str:
    """SHA-256 over the parts, as ``sha256:…``: a hash always names its algorithm.

    A part's length goes before it, so that two lists of parts never give one text.
    """
    hasher = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8")
        hasher.update(f"{len(content)}:".encode("ascii"))
        hasher.update(content)
    return f"sha256:{hasher.hexdigest()}"


def to_plain(value: Any) -> Any:
    """A value of a fact as plain data that keeps its kind, for receipts.

    A number becomes ``{"number": "1.50"}``, a date ``{"date": "2026-03-02"}``, what is not known
    ``{"unknown": true}``, a list ``{"list": […], "complete": …}``; text and yes/no stay.

    Example:
        >>> to_plain([Decimal("1.50"), "甲"])
        {'list': [{'number': '1.50'}, '甲'], 'complete': False}
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Unknown):
        return {"unknown": True}
    if isinstance(value, int | Decimal):
        return {"number": str(value)}
    if isinstance(value, datetime | date | time):
        # WHY the class's name: a date-time is a date too, and the two must not be confused.
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, Mapping):
        return {"record": {str(key): to_plain(part) for key, part in value.items()}}
    if isinstance(value, Sequence | set | frozenset):
        items = [to_plain(item) for item in value]
        return {"list": items, "complete": isinstance(value, Complete)}
    return {"text": str(value)}
