"""The case: everything a decision may know, handed over in one value.

No clock, database or environment is read while deciding; what is not in the case is Unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xbyx_rules.policy import Outcome

__all__ = ["Attestation", "Case", "Subject"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what the decision is about: an entity of the vocabulary and the record's key."""

    entity: str
    key: str

    def __str__(self) -> str:
        return f"{self.entity}/{self.key}"


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's recorded judgement on one clause (人工认定).

    Args:
        clause: anchor of the 人工认定 clause.
        outcome: what the person attests: met or not met.
        person: the host's pseudonym of the person.
        role: in which role they attest; must be one the clause names (证明人).
        evidence: reference to the evidence in the host; not empty.
        on: civil date of the attestation.
        valid_until: last day on which it counts, or None.
        is_model: whether a model made it; a model's suggestion never counts.
    """

    clause: str
    outcome: Outcome
    person: str
    role: str
    evidence: str
    on: date
    valid_until: date | None = None
    is_model: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One subject with what is known of it.

    Args:
        subject: entity and key.
        facts: ``{term: value}`` of the subject.  Money is ``Decimal`` in 元, dates are
            ``datetime.date``, yes/no is ``bool``, text ``str``; a record (对一) is a mapping,
            records (对多) a list of mappings: `Complete` when the adapter vouches that none is
            missing, otherwise taken as `Incomplete`.  A missing term, or None, is Unknown.
        records: lists of records by entity, for checks (核查) over several records.
        attestations: recorded judgements on this subject.

    Example:
        >>> from decimal import Decimal
        >>> case = Case(Subject("学校", "2111000001"), {"教师培训经费预算": Decimal("50000")})
        >>> str(case.subject)
        '学校/2111000001'
    """

    subject: Subject
    facts: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    attestations: tuple[Attestation, ...] = ()
