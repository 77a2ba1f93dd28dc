"""What two submitted versions say differently, term by term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from xbyx_rules.policy import Entity, Term, Vocabulary

from .versions import SubmittedVersion, cut_short, key_text

__all__ = ["PathStep", "TermChange", "differences"]

_LEVELS: Final = ("公开", "内部", "个人", "敏感")
_PERSONAL: Final = ("个人", "敏感")
_UNKNOWN: Final = {"unknown": True}

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class PathStep:
    """A term, and which of its records where it has several.

    Args:
        term: the term's name.
        position: of the record in the later version's list, from 1, or where it was in the earlier
            one; 0 where the term itself is meant.
        key: the record's key as plain data, when records were matched by it; else None.
        is_key_personal: whether the key itself says who somebody is.
    """

    term: str
    position: int = 0
    key: Any = None
    is_key_personal: bool = False

    def as_plain(self, *, is_personal_shown: bool) -> dict[str, Any]:
        """The same as plain data; without a personal key unless it is to be shown."""
        plain: dict[str, Any] = {"term": self.term}
        if self.position:
            plain["position"] = self.position
        if self.key is not None and (is_personal_shown or not self.is_key_personal):
            plain["key"] = self.key
        return plain


@dataclass(frozen=True, slots=True)
class TermChange:
    """One difference.

    Args:
        path: from the subject's term to what differs: through records by their keys, else by
            their positions.
        kind: ``added`` what was unknown or not there before, ``removed`` the reverse, or
            ``changed``.
        before: as `SubmittedVersion` has it; not to be looked at when it was added.
        after: likewise; not to be looked at when it was removed.
        confidentiality: the strictest mark (密级) on the way there and in what differs.
    """

    path: tuple[PathStep, ...]
    kind: Kind
    before: Any
    after: Any
    confidentiality: str

    @property
    def is_personal(self) -> bool:
        """Whether a report for everybody leaves the values out."""
        return self.confidentiality in _PERSONAL

    def as_plain(self, *, is_personal_shown: bool = False) -> dict[str, Any]:
        """The same as plain data; without personal values unless they are to be shown."""
        plain: dict[str, Any] = {
            "path": [one.as_plain(is_personal_shown=is_personal_shown) for one in self.path],
            "kind": self.kind,
            "confidentiality": self.confidentiality,
        }
        if self.is_personal and not is_personal_shown:
            return plain
        before = {} if self.kind == "added" else {"before": self.before}
        after = {} if self.kind == "removed" else {"after": self.after}
        return {**plain, **before, **after}


def differences(
    before: SubmittedVersion, after: SubmittedVersion, vocabulary: Vocabulary
) -> tuple[TermChange, ...]:
    """What the later of two versions of a subject says differently.

    Args:
        before: the earlier one.
        after: the later one.
        vocabulary: gives the order, the keys of records and the marks of confidentiality; a term
            that it doesn't know is taken as 敏感.

    Returns:
        The differences in the vocabulary's order.  A record that came or went is one difference;
        of what was too long to be kept the digests are compared.

    Raises:
        ValueError: they are of two entities.

    Example:
        >>> from xbyx_rules.policy import Vocabulary
        >>> earlier = SubmittedVersion("年度计划", {"学年": "2025-2026"})
        >>> differences(earlier, earlier, Vocabulary({}, ""))
        ()
    """
    if before.entity != after.entity:
        raise ValueError(f"{before.entity} can't be compared with {after.entity}")
    compared = _Comparison(vocabulary)
    return tuple(compared.fields((), before.entity, before.terms, after.terms, _LEVELS[0]))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares plain data by one vocabulary."""

    vocabulary: Vocabulary

    def fields(
        self,
        path: tuple[PathStep, ...],
        entity: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        level: str,
    ) -> Iterator[TermChange]:
        """The differences between two records of an entity, or two versions."""
        terms = _terms_of(self.vocabulary.entities.get(entity))
        strange = sorted({*before, *after} - terms.keys())
        for name in (*terms, *strange):
            old, new = before.get(name, _UNKNOWN), after.get(name, _UNKNOWN)
            if old != new:
                term = terms.get(name)
                inner = _stricter(level, term.confidentiality if term else _LEVELS[-1])
                target = term.target if term else ""
                yield from self._values((*path, PathStep(name)), target, old, new, inner)

    def _values(
        self, path: tuple[PathStep, ...], target: str, before: Any, after: Any, level: str
    ) -> Iterator[TermChange]:
        match before, after:
            case {"record": dict(old)}, {"record": dict(new)}:
                yield from self.fields(path, target, old, new, level)
                return
            case {"list": list(old), "complete": was}, {"list": list(new), "complete": is_now}:
                if was != is_now:
                    states = {"complete": was}, {"complete": is_now}
                    yield TermChange(path, "changed", *states, level)
                yield from self._records(path, target, old, new, level)
                return
            case ({"cut": _}, _) | (_, {"cut": _}):
                if _cut(before) == _cut(after):
                    return
        yield self._change(path, target, before, after, level)

    def _change(
        self, path: tuple[PathStep, ...], target: str, before: Any, after: Any, level: str
    ) -> TermChange:
        """One difference of two whole values; the strictest of what is in them marks it."""
        kind: Kind = "changed"
        if before == _UNKNOWN:
            kind, before = "added", None
        elif after == _UNKNOWN:
            kind, after = "removed", None
        strictest = self._strictest(target, before, self._strictest(target, after, level))
        return TermChange(path, kind, before, after, strictest)

    def _records(
        self,
        path: tuple[PathStep, ...],
        target: str,
        before: Sequence[Any],
        after: Sequence[Any],
        level: str,
    ) -> Iterator[TermChange]:
        """The differences between two lists: by key where each record has one of its own."""
        entity = self.vocabulary.entities.get(target)
        key = entity.key if entity else None
        is_personal = key is not None and key.confidentiality in _PERSONAL
        name = key.name if key else None
        old, new = _by_key(before, name), _by_key(after, name)
        is_by_key = old is not None and new is not None
        if old is None or new is None:
            old, new = _by_position(before), _by_position(after)
        for match in (*new, *(one for one in old if one not in new)):
            position, record = new.get(match) or old[match]
            found = _key_of(record, name) if is_by_key else None
            step = PathStep(path[-1].term, position, found, is_personal)
            was, is_now = (side[match][1] if match in side else _UNKNOWN for side in (old, new))
            if was != is_now:
                yield from self._values((*path[:-1], step), target, was, is_now, level)

    def _strictest(self, target: str, plain: Any, level: str) -> str:
        """The strictest mark in a whole value: a list's, a record's, a key's."""
        entity = self.vocabulary.entities.get(target)
        terms = _terms_of(entity)
        match plain:
            case {"list": list(items), "complete": _}:
                for one in items:
                    level = self._strictest(target, one, level)
            case {"record": dict(fields)}:
                for name, value in fields.items():
                    term = terms.get(name)
                    level = _stricter(level, term.confidentiality if term else _LEVELS[-1])
                    level = self._strictest(term.target if term else "", value, level)
            case {"key": _}:
                key = entity.key if entity else None
                level = _stricter(level, key.confidentiality if key else _LEVELS[-1])
        return level


def _terms_of(entity: Entity | None) -> Mapping[str, Term]:
    return entity.terms if entity else {}


def _stricter(one: str, other: str) -> str:
    # WHY: a mark that nobody knows must not open what it was to close.
    known = [level if level in _LEVELS else _LEVELS[-1] for level in (one, other)]
    return max(known, key=_LEVELS.index)


def _cut(plain: Any) -> Any:
    is_cut = isinstance(plain, dict) and "cut" in plain
    return plain if is_cut else cut_short(plain)


def _by_key(records: Sequence[Any], key: str | None) -> dict[str, tuple[int, Any]] | None:
    """Position and record by key; None unless each has a key of its own."""
    found = {key_text(one, key): (number, one) for number, one in enumerate(records, start=1)}
    if None in found or len(found) < len(records):
        return None
    return {text: one for text, one in found.items() if text is not None}


def _by_position(records: Sequence[Any]) -> dict[str, tuple[int, Any]]:
    return {str(number): (number, one) for number, one in enumerate(records, start=1)}


def _key_of(record: Any, key: str | None) -> Any:
    match record:
        case {"key": found}:
            return found
        case {"record": dict(fields)} if key is not None:
            return fields.get(key)
    return None
