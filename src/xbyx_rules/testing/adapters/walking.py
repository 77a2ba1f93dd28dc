"""Every record of a case, with the entry of the mapping that it was read by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xbyx_rules.deciding import Case
from xbyx_rules.hosting import EntityMapping, HostMapping, ToMany, ToOne
from xbyx_rules.hosting.filling import Filled
from xbyx_rules.policy import Vocabulary

__all__ = ["Seen", "values_of", "walk_case"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A record of a case; `only` are the terms that were asked for, None for all."""

    mapped: EntityMapping
    only: tuple[str, ...] | None
    record: Mapping[str, Any]


def walk_case(mapping: HostMapping, vocabulary: Vocabulary, case: Case) -> Iterator[Seen]:
    """The subject's facts, each record they lead to, and the records read along."""
    root = mapping.entity(case.subject.entity)
    if root is None:
        return
    yield from _walk(mapping, vocabulary, Seen(root, None, case.facts))
    for name, way in root.records.items():
        target = way.of or mapping.entity(name)
        if target is None:
            continue
        for record in case.records.get(name, ()):
            yield from _walk(mapping, vocabulary, Seen(target, way.only, record))


def values_of(seen: Iterable[Seen], filled: Filled) -> list[Any]:
    """The values that one column gave in a case, wherever its term is known."""
    name = filled.term.name
    found = []
    for one in seen:
        if one.mapped is not filled.mapped:
            continue
        asked = filled.within or name
        if one.only is not None and asked not in one.only:
            continue
        record = one.record.get(filled.within, {}) if filled.within else one.record
        if name in record:
            found.append(record[name])
    return found


def _walk(mapping: HostMapping, vocabulary: Vocabulary, seen: Seen) -> Iterator[Seen]:
    yield seen
    terms = vocabulary.entities[seen.mapped.entity].terms
    for name, way in seen.mapped.terms.items():
        value = seen.record.get(name)
        if value is None or not isinstance(way, ToOne | ToMany):
            continue
        target = way.of or mapping.entity(terms[name].target)
        # A record that says what its absence means was read from no row.
        is_absent = isinstance(way, ToOne) and value == dict(way.when_absent or {})
        if target is None or is_absent:
            continue
        for record in [value] if isinstance(way, ToOne) else value:
            yield from _walk(mapping, vocabulary, Seen(target, way.only, record))
