"""Hypothesis strategies for cases of a vocabulary: facts of every type, some of them Unknown.

Records nest as the vocabulary's relations do, two levels deep; lists of records are complete,
incomplete or of unknown completeness.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from xbyx_rules import UNKNOWN, Attestation, Case, Complete, ExecutablePolicy, Incomplete, Subject
from xbyx_rules.feel.types import EntityType, ListType, NumberType, StringType, Type
from xbyx_rules.policy import ClauseKind, Outcome, Vocabulary

__all__ = ["attestations", "cases", "entities_decided", "values"]

DAYS = st.dates(datetime.date(2022, 1, 1), datetime.date(2027, 12, 31))
TEXTS = st.sampled_from(["甲", "乙", "t-1", "t-2", "2025-2026", "", "年度计划"])
_SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "date": DAYS,
    "time": st.times(),
    "date and time": st.datetimes(timezones=st.none() | st.just(datetime.UTC)),
    "days and time duration": st.timedeltas(),
}


def entities_decided(policy: ExecutablePolicy) -> tuple[str, ...]:
    """The entities that some clause of a document is about."""
    found = {one.checked.subject for one in policy.clauses.values()} - {""}
    return tuple(sorted(found))


def values(kind: Type, *, depth: int = 2) -> st.SearchStrategy[Any]:
    """Values of a type as a host may give them; also None, for what it doesn't know."""
    known = _known(kind, depth)
    return st.one_of(known, known, known, st.none())


def _known(kind: Type, depth: int) -> st.SearchStrategy[Any]:
    match kind:
        case NumberType():
            return _numbers(kind)
        case StringType():
            return st.sampled_from(kind.values) if kind.values else TEXTS
        case ListType(element=element, records=True):
            listed = st.lists(_known(element, depth - 1), max_size=3 if depth else 0)
            return st.builds(
                lambda make, items: make(items),
                st.sampled_from([Complete, Complete, Incomplete, list]),
                listed,
            )
        case ListType(element=element):
            return st.lists(_known(element, depth), max_size=3)
        case EntityType():
            return _records(kind, depth)
    return _SIMPLE[kind.kind]


def _numbers(kind: NumberType) -> st.SearchStrategy[Any]:
    low = Decimal(0) if kind.low is None else kind.low
    high = low + 2_000_000 if kind.high is None else min(kind.high, low + 2_000_000)
    places = 2 if kind.scale is None else kind.scale
    near = [one for one in (low, high, low + 1, low + 50_000) if low <= one <= high]
    return st.one_of(st.sampled_from(near), st.decimals(low, high, places=places))


@st.composite
def _records(draw: Any, kind: EntityType, depth: int) -> dict[str, Any]:
    if depth <= 0:
        return {}
    return {
        name: draw(values(field, depth=depth - 1))
        for name in kind.names
        if (field := kind.field(name)) is not None and draw(st.booleans())
    }


def attestations(policy: ExecutablePolicy) -> st.SearchStrategy[Attestation]:
    """Attestations on the document's judgements, some of which count."""
    clauses = [
        one.checked
        for one in policy.clauses.values()
        if one.checked.clause.kind is ClauseKind.JUDGEMENT
    ]
    return st.sampled_from(clauses).flatmap(
        lambda one: st.builds(
            Attestation,
            clause=st.just(one.id),
            outcome=st.sampled_from([Outcome.MET, Outcome.NOT_MET]),
            person=st.sampled_from(["p-1", "p-2"]),
            role=st.sampled_from([one.clause.property("证明人"), "旁人"]),
            evidence=st.sampled_from(["e-1", ""]),
            on=DAYS,
            valid_until=st.none() | DAYS,
            is_model=st.booleans(),
        )
    )


@st.composite
def cases(draw: Any, policy: ExecutablePolicy, entities: Collection[str] | None = None) -> Case:
    """Cases about one of the entities that a document decides on."""
    vocabulary: Vocabulary = policy.checked.vocabulary
    entity = draw(st.sampled_from(tuple(entities or entities_decided(policy))))
    facts = {
        name: draw(values(kind))
        for name, kind in vocabulary.fields_of(entity).items()
        if draw(st.integers(0, 3))
    }
    if draw(st.booleans()):
        facts[draw(st.sampled_from(tuple(vocabulary.fields_of(entity))))] = UNKNOWN
    wanted = {
        row.entity
        for one in policy.clauses.values()
        for row in one.checked.pattern
        if draw(st.booleans())
    }
    records = {
        name: draw(_known(ListType(vocabulary.type_of(name), records=True), 2))
        for name in sorted(wanted)
    }
    attested = tuple(draw(st.lists(attestations(policy), max_size=3)))
    return Case(Subject(entity, draw(st.sampled_from(["1", "t-9"]))), facts, records, attested)
