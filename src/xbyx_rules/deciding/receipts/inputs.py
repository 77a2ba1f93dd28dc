"""What a decision reads of its case, as plain data, and the case that it makes again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from xbyx_rules.deciding.case import Case, Subject
from xbyx_rules.deciding.coercion import coerce
from xbyx_rules.deciding.watching import Watched
from xbyx_rules.feel.plain import from_plain, to_plain
from xbyx_rules.feel.types import ListType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Vocabulary

from .recording import attestation_from_plain

__all__ = [
    "case_from_plain",
    "facts_read",
    "inputs_as_plain",
    "records_read",
    "watch_case",
]


def watch_case(case: Case) -> Case:
    """The same case, noting what is read of it; what the host changes later changes nothing.

    Example:
        >>> case = watch_case(Case(Subject("学校", "9900000001"), {"专项列支": True}))
        >>> case.facts.get("专项列支")
        True
    """
    return replace(case, facts=Watched(dict(case.facts)), records=Watched(dict(case.records)))


def facts_read(vocabulary: Vocabulary, case: Case) -> Iterator[tuple[str, Any]]:
    """The facts that were read of a watched case, by name, as FEEL values.

    An unknown fact too: that it was unknown is part of what was decided on.
    """
    kinds = vocabulary.fields_of(case.subject.entity)
    for name in _asked(case.facts):
        yield name, coerce(case.facts.get(name), kinds[name], name)


def records_read(vocabulary: Vocabulary, case: Case) -> Iterator[tuple[str, Any]]:
    """The lists of records that were read of a watched case, by entity, as FEEL values."""
    for entity in _asked(case.records):
        kind = ListType(vocabulary.type_of(entity), records=True)
        yield entity, coerce(case.records.get(entity), kind, entity)


def inputs_as_plain(vocabulary: Vocabulary, case: Case) -> dict[str, dict[str, Any]]:
    """All that was read of a watched case, so that `case_from_plain` makes it again.

    Returns:
        ``{"facts": {…}, "records": {…}}``; an unknown fact stands as unknown.
    """
    facts = {name: to_plain(value) for name, value in facts_read(vocabulary, case)}
    records = {name: to_plain(value) for name, value in records_read(vocabulary, case)}
    return {"facts": facts, "records": records}


def case_from_plain(
    subject: Subject,
    facts: Mapping[str, Any],
    records: Mapping[str, Any],
    attestations: tuple[Any, ...] = (),
) -> Case:
    """The case that was read: what was not read is unknown in it.

    Raises:
        ValueError: something is not as `inputs_as_plain` and `attestation_as_plain` write it.

    Example:
        >>> subject = Subject("学校", "9900000001")
        >>> case_from_plain(subject, {"教师培训经费预算": {"number": "50000.00"}}, {}).facts
        {'教师培训经费预算': Decimal('50000.00')}
    """
    read = {name: from_plain(value) for name, value in records.items()}
    return Case(
        subject,
        {name: from_plain(value) for name, value in facts.items()},
        # WHY: a list that nobody gave is left out; there is no unknown list in a case.
        {name: value for name, value in read.items() if value is not UNKNOWN},
        tuple(map(attestation_from_plain, attestations)),
    )


def _asked(content: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(content, Watched):
        raise TypeError("the case was not watched")
    return content.asked
