"""Versions: what a subject's own terms said when it was submitted, as plain data.

Of another record (对一) stands its key, not what it says: that is the other record's own affair.
What can't be written is marked in its place, never a reason to refuse the step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.deciding import Case
from xbyx_rules.deciding.coercion import coerce
from xbyx_rules.errors import CaseError
from xbyx_rules.feel.plain import to_plain
from xbyx_rules.feel.types import Type
from xbyx_rules.feel.values import UNKNOWN, Complete, print_number
from xbyx_rules.policy import Term, Vocabulary, canonical_text, digest_text, parse_strictly

__all__ = [
    "VERSION_FORMAT",
    "SubmittedVersion",
    "cut_short",
    "key_text",
    "read_version",
    "version_of",
]

VERSION_FORMAT: Final = 1
_LONGEST_TERM: Final = 400_000
"""Characters of one term's text: about 600 activities, or 3,000 records of credits."""
_MOST_RECORDS: Final = 100_000
_DEEPEST: Final = 5
_LARGEST: Final = 50_000_000
_DEEPEST_TEXT: Final = 40
_UNKNOWN: Final = {"unknown": True}
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class SubmittedVersion:
    """What was submitted.

    Args:
        entity: the subject's.
        terms: plain data by term, in the vocabulary's order; a term that is not there was unknown.
            A value stands as receipts write it, a number without zeros at its end; another record
            as ``{"key": …}``, one that has no key as ``{"record": {…}}``; records (对多) as
            ``{"list": […], "complete": …}``, in the order of their keys where they have any; what
            is too long to be kept as ``{"cut": {…}}`` with its digest, what does not fit the
            vocabulary as ``{"unfit": code}``.
    """

    entity: str
    terms: Mapping[str, Any]

    def as_plain(self) -> dict[str, Any]:
        """The same as the ledger keeps it and `read_version` reads it."""
        return {"format": VERSION_FORMAT, "entity": self.entity, "terms": dict(self.terms)}


def version_of(case: Case, vocabulary: Vocabulary) -> SubmittedVersion:
    """What a subject's own terms say.

    Args:
        case: as it was read for the step; lists of records are gone through once.
        vocabulary: one that has the subject's entity.

    Raises:
        KeyError: it hasn't.
    """
    reader = _Reader(vocabulary)
    entity = case.subject.entity
    terms = {}
    for term in vocabulary.entities[entity].terms.values():
        found = reader.read(entity, term, case.facts.get(term.name), 0)
        if found is not UNKNOWN:
            terms[term.name] = _bounded(found)
    return SubmittedVersion(entity, terms)


def read_version(text: str) -> SubmittedVersion:
    """Read what `SubmittedVersion.as_plain` wrote, as canonical text.

    Raises:
        ValueError: it is no version of this format.

    Example:
        >>> read_version('{"entity":"年度计划","format":1,"terms":{"学年":"2025-2026"}}').terms
        {'学年': '2025-2026'}
    """
    data = parse_strictly(text, largest=_LARGEST, deepest=_DEEPEST_TEXT)
    match data:
        case {"format": 1, "entity": str(entity), "terms": dict(terms), **rest} if not rest:
            return SubmittedVersion(entity, terms)
    raise ValueError(f"no version of format {VERSION_FORMAT}")


def cut_short(plain: Any) -> dict[str, Any]:
    """What is kept of something too long: how long it was, and the digest to compare it by.

    Example:
        >>> sorted(cut_short({"list": [{"key": "1"}], "complete": True})["cut"])
        ['characters', 'digest', 'records']
    """
    text = canonical_text(plain)
    records = plain.get("list") if isinstance(plain, dict) else None
    counted = {"records": len(records)} if isinstance(records, list) else {}
    return {"cut": {**counted, "characters": len(text), "digest": digest_text(text)}}


class _Reader:
    """Goes through one case; counts the records, of which there may be no end."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._left = _MOST_RECORDS

    def read(self, entity: str, term: Term, value: Any, depth: int) -> Any:
        """One term as plain data, or UNKNOWN."""
        if value is None or value is UNKNOWN:
            return UNKNOWN
        match term.relation:
            case "to_one":
                return self._read_record(term.target, value, depth, is_whole=False)
            case "to_many":
                return self._read_records(term.target, value, depth)
        kind = self._vocabulary.fields_of(entity)[term.name]
        return _read_value(value, kind, term.name)

    def _read_record(self, entity: str, value: Any, depth: int, *, is_whole: bool) -> Any:
        """A record: its key unless the whole of it is wanted, or it has none."""
        if not isinstance(value, Mapping):
            return _unfit("XR301")
        if depth >= _DEEPEST:
            # WHY no end: a host's objects can refer to each other in a circle.
            return _unfit("XR308")
        described = self._vocabulary.entities[entity]
        key = described.key
        if key is not None and not is_whole:
            found = self.read(entity, key, value.get(key.name), depth)
            return {"key": _UNKNOWN if found is UNKNOWN else found}
        fields = {
            name: self.read(entity, term, value.get(name), depth + 1)
            for name, term in described.terms.items()
        }
        return {"record": {name: one for name, one in fields.items() if one is not UNKNOWN}}

    def _read_records(self, entity: str, value: Any, depth: int) -> Any:
        if isinstance(value, str | bytes | bytearray) or not isinstance(value, Sequence):
            return _unfit("XR301")
        self._left -= len(value)
        if self._left < 0:
            return _unfit("XR308")
        # WHY keys alone further down: they are records in their own right, and in a school's
        # tables teachers lead to activities and activities back to teachers.
        is_whole = depth == 0
        records = [self._read_record(entity, one, depth, is_whole=is_whole) for one in value]
        return {"list": self._order(entity, records), "complete": isinstance(value, Complete)}

    def _order(self, entity: str, records: list[Any]) -> list[Any]:
        """By their keys, where each has one of its own: the order in which a host read is none."""
        name = self._vocabulary.key_of(entity)
        keys = [key_text(one, name) for one in records]
        if None in keys or len(set(keys)) < len(keys):
            return records
        pairs = sorted(zip(keys, records, strict=True), key=lambda pair: str(pair[0]))
        return [one for _, one in pairs]


def key_text(record: Any, key: str | None) -> str | None:
    """The key of a record in a list, as text to match it by; None without one.

    Example:
        >>> key_text({"record": {"工号": "t-17"}}, "工号"), key_text({"record": {}}, "工号")
        ('"t-17"', None)
    """
    match record:
        case {"record": dict(fields)} if key is not None:
            found = fields.get(key, _UNKNOWN)
        case {"key": found}:
            pass
        case _:
            return None
    is_known = not isinstance(found, dict) or not {"unknown", "unfit"} & found.keys()
    return _short_text(found) if is_known else None


def _read_value(value: Any, kind: Type, name: str) -> Any:
    try:
        plain = to_plain(_exact(coerce(value, kind, name)))
        if isinstance(plain, str) or (isinstance(plain, dict) and "list" in plain):
            _short_text(plain).encode("utf-8")
    except CaseError as error:
        return _unfit(error.diagnostics[0].code)
    except ValueError:  # half of a surrogate pair has no canonical text
        return _unfit("XR301")
    return plain


def _exact(value: Any) -> Any:
    """The value with numbers written without zeros at their end, so that equal ones are alike."""
    if isinstance(value, Decimal):
        return Decimal(print_number(value))
    return [_exact(one) for one in value] if isinstance(value, list) else value


def _bounded(plain: Any) -> Any:
    return cut_short(plain) if len(_short_text(plain)) > _LONGEST_TERM else plain


def _short_text(plain: Any) -> str:
    """Its JSON text, one text for one value.

    WHY not the canonical one: this is made of every value at every submission, and that one takes
    ten times as long.  It is compared and measured here, never digested.
    """
    return _ENCODER.encode(plain)


def _unfit(code: str) -> dict[str, str]:
    return {"unfit": code}
