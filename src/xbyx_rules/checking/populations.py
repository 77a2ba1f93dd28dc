"""Figures that tell of persons: which calculations count them, and whom the others are about.

A statistic must not show how few persons it rests on.  So a document says of each calculation
about persons what it is: `统计: 人数` counts persons, `人群` names the counts that it is part
of or is about.  What calculates with such a figure needs no word of its own: both are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.policy import ClauseKind, Policy, Vocabulary

from .cycles import names_in
from .model import CheckedClause

__all__ = ["THRESHOLD", "Populations", "check_populations", "read_populations"]

THRESHOLD: Final = "小单元教师数下限"
"""The parameter that says how many persons a figure must rest on to be shown."""
_COUNT: Final = "统计"
_GROUPS: Final = "人群"
_PERSONAL: Final = frozenset({"个人", "敏感"})


@dataclass(frozen=True, slots=True)
class Populations:
    """What a document's rules say of persons.

    Args:
        counts: anchors of the calculations that count persons.
        groups: anchor → anchors of the counts behind it: of a count those it is a part of, of any
            other rule those it is about or calculates with.
        unnamed: anchors of rules that read records about persons and name no count.
        personal: entity → its lists of records about persons.
    """

    counts: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    unnamed: frozenset[str]
    personal: Mapping[str, frozenset[str]]

    def __bool__(self) -> bool:
        return bool(self.counts)


def read_populations(clauses: Mapping[str, CheckedClause], vocabulary: Vocabulary) -> Populations:
    """What the rules of a document say of persons; nothing (false) where none counts any.

    Args:
        clauses: of the document, by anchor.
        vocabulary: which says what lists are about persons (密级).
    """
    owners = {
        name: one.id
        for one in clauses.values()
        if one.clause.kind is ClauseKind.CALCULATION
        for name, _ in one.results
    }
    counts = frozenset(key for key, one in clauses.items() if one.clause.property(_COUNT))
    personal = {one.subject: _personal(vocabulary, one.subject) for one in clauses.values()}
    if not counts:
        return Populations(counts, {}, frozenset(), personal)
    groups: dict[str, tuple[str, ...]] = {}
    unnamed = set()
    for key, one in clauses.items():
        named = [owners[name] for name in _split(one.clause.property(_GROUPS)) if name in owners]
        read = names_in(one)
        named += sorted({owners[name] for name in read & owners.keys()} - {key})
        groups[key] = tuple(dict.fromkeys(named))
        if read & personal[one.subject] and key not in counts and not _split_groups(one):
            unnamed.add(key)
    return Populations(counts, groups, frozenset(unnamed), personal)


def check_populations(
    policy: Policy,
    clauses: Mapping[str, CheckedClause],
    parameters: Collection[str],
    vocabulary: Vocabulary,
) -> Iterator[Diagnostic]:
    """Report figures about persons that nothing would keep from being shown.

    Args:
        policy: the document as read.
        clauses: its own and the inherited ones, by anchor.
        parameters: the names of its parameters.
        vocabulary: see `read_populations`.
    """
    found = read_populations(clauses, vocabulary)
    counted = [name for key in sorted(found.counts) for name, _ in clauses[key].results]
    for own in policy.clauses:
        one = clauses.get(own.id)
        if one is None or own.kind is not ClauseKind.CALCULATION:
            continue
        for name in _split_groups(one):
            if name not in counted:
                values = {"name": name, "nearest": nearest(name, counted) or "—"}
                yield Diagnostic("XR593", own.properties[_GROUPS].place, values)
        if own.id in found.unnamed:
            lists = "、".join(sorted(names_in(one) & found.personal[one.subject]))
            yield Diagnostic("XR594", own.place, {"title": own.title, "lists": lists})
        if own.id in found.counts and THRESHOLD not in parameters:
            place = own.properties[_COUNT].place
            yield Diagnostic("XR595", place, {"title": own.title, "parameter": THRESHOLD})


def _personal(vocabulary: Vocabulary, entity: str) -> frozenset[str]:
    known = vocabulary.entities.get(entity)
    terms = known.terms.values() if known is not None else ()
    return frozenset(
        one.name
        for one in terms
        if one.relation in ("to_one", "to_many") and one.confidentiality in _PERSONAL
    )


def _split_groups(clause: CheckedClause) -> list[str]:
    return _split(clause.clause.property(_GROUPS))


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,，、]", text) if part.strip()]
