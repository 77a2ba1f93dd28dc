"""Receipts: what a step was decided on, as plain data that the ledger keeps beside the event.

Format 2 holds all that deciding the step's guards again takes, but for the opinion's words: those
stand in a body of their own, and erasing it must erase them.  Format 1 (without a number) held
what the findings showed, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError

from xbyx_rules.deciding import SEMANTICS, Case, Finding, attestation_as_plain
from xbyx_rules.deciding.receipts import (
    Exact,
    FindingRecord,
    Rules,
    inputs_as_plain,
    record_finding,
    result_as_plain,
)
from xbyx_rules.policy import Outcome, Snapshot, Vocabulary, canonical_text, parse_strictly

from .act import ConditionFinding, Guards
from .commands import Actor, ActorKind, Command

__all__ = [
    "RECEIPT_FORMAT",
    "PersonRecord",
    "RecordedCondition",
    "RecordedFinding",
    "StepReceipt",
    "format_of_receipt",
    "person_as_plain",
    "person_from_plain",
    "read_step_receipt",
    "receipt_of",
    "result_without_opinion",
]

RECEIPT_FORMAT: Final = 2
_LARGEST: Final = 20_000_000
_DEEPEST: Final = 90
_OPINION: Final = "意见"


@dataclass(frozen=True, slots=True)
class PersonRecord(Exact):
    """A person as a condition saw them."""

    id: str
    roles: tuple[str, ...]
    organisation: str
    district: str
    kind: ActorKind

    @property
    def actor(self) -> Actor:
        """The same as conditions take it."""
        return Actor(self.id, frozenset(self.roles), self.organisation, self.district, self.kind)


@dataclass(frozen=True, slots=True)
class RecordedFinding(FindingRecord):
    """What a guard answered.

    Args:
        facts: the names of what it read; the values stand once, in the receipt.
        result: what it gave beside the outcome, as `result_as_plain` writes it.
    """

    facts: tuple[str, ...]
    result: Any

    @property
    def has_allowed(self) -> bool:
        """Whether the outcome lets a step be taken: met or not applicable."""
        return self.outcome in (Outcome.MET.code, Outcome.NOT_APPLICABLE.code)


@dataclass(frozen=True, slots=True)
class RecordedCondition(Exact):
    """What a 条件 answered for one person acting and one person who submitted."""

    person: PersonRecord
    submitter: PersonRecord | None
    finding: RecordedFinding


@dataclass(frozen=True, slots=True)
class StepReceipt(Exact):
    """The receipt of a step, format 2.

    Args:
        format: 2.
        semantics: the engine's meaning as a number.
        on: the day decided on.
        rules: the texts decided by: the vocabulary's and the documents', by content.
        actor: who acted.
        principal: for whom, or None.
        is_opinion_given: whether there was an opinion; its words stand in a body of their own.
        requirements: a finding for each requirement of 须符合.
        conditions: the 条件's finding for each pair of persons.
        facts: what was read of the subject, by name, as plain data.
        records: the lists that were read, by entity.
        attestations: the judgements that were known.
    """

    format: Annotated[int, Field(ge=RECEIPT_FORMAT, le=RECEIPT_FORMAT)]
    semantics: int
    on: date
    rules: Rules
    actor: PersonRecord
    principal: PersonRecord | None
    is_opinion_given: bool
    requirements: tuple[RecordedFinding, ...]
    conditions: tuple[RecordedCondition, ...]
    facts: Mapping[str, Any]
    records: Mapping[str, Any]
    attestations: tuple[Any, ...]


_RECEIPTS: Final = TypeAdapter(StepReceipt)


def receipt_of(
    guards: Guards, command: Command, case: Case, *, vocabulary: Vocabulary, rules: Snapshot
) -> dict[str, Any]:
    """The receipt of one step: what was read, what each guard answered, and by which texts.

    Args:
        guards: the finished findings.
        command: whose persons are recorded with roles and organisation, as conditions saw them.
        case: from `watch_case`, and the one that the findings were decided on.
        vocabulary: the one decided with.
        rules: the texts that the decision stood on.

    Returns:
        Plain data that `read_step_receipt` reads.
    """
    # INVARIANT: the findings come before what was read: what explains a finding is made when it is
    # first looked at, and reads facts of its own.
    requirements = [_finding(one) for one in guards.requirements]
    conditions = [_condition(one) for one in guards.conditions]
    principal = command.on_behalf_of
    return {
        "format": RECEIPT_FORMAT,
        "semantics": SEMANTICS,
        "on": guards.on.isoformat(),
        "rules": {"vocabulary": list(rules.vocabulary), "documents": dict(rules.documents)},
        "actor": person_as_plain(command.actor),
        "principal": person_as_plain(principal) if principal else None,
        "is_opinion_given": bool(command.comment),
        "requirements": requirements,
        "conditions": conditions,
        **inputs_as_plain(vocabulary, case),
        "attestations": [attestation_as_plain(one) for one in case.attestations],
    }


def format_of_receipt(text: str) -> int:
    """The format of a stored receipt: 1 where it has no number.

    Raises:
        ValueError: it is no JSON object, or its number is none.

    Example:
        >>> format_of_receipt('{"on": "2026-03-02"}')
        1
    """
    data = parse_strictly(text, largest=_LARGEST, deepest=_DEEPEST)
    found = data.get("format", 1) if isinstance(data, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError("a receipt is an object with a whole number as its format")
    return found


def read_step_receipt(text: str) -> StepReceipt:
    """Read a stored receipt of format 2.

    Raises:
        ValueError: it is not as `receipt_of` gives it, written canonically.
    """
    data = parse_strictly(text, largest=_LARGEST, deepest=_DEEPEST)
    try:
        receipt = _RECEIPTS.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = ".".join(str(step)[:60] for step in first["loc"]) or "—"
        raise ValueError(f"{path}: {first['type']}") from None
    # WHY: what writes itself otherwise was not written by this engine.
    if canonical_text(data) != text:
        raise ValueError("it is not written canonically")
    return receipt


def person_as_plain(person: Actor) -> dict[str, Any]:
    """A person as plain data."""
    return {
        "id": person.id,
        "roles": sorted(person.roles),
        "organisation": person.organisation,
        "district": person.district,
        "kind": person.kind,
    }


def person_from_plain(data: dict[str, Any]) -> Actor:
    """The person that `person_as_plain` wrote."""
    return Actor(
        id=data["id"],
        roles=frozenset(data["roles"]),
        organisation=data["organisation"],
        district=data["district"],
        kind=data["kind"],
    )


def _finding(finding: Finding) -> dict[str, Any]:
    record = asdict(record_finding(finding))
    for one in record["parameters"]:
        one.update({key: one[key].isoformat() if one[key] else None for key in ("start", "end")})
    facts = [one.name for one in finding.facts]
    return {**record, "facts": facts, "result": result_without_opinion(finding)}


def result_without_opinion(finding: Finding) -> dict[str, Any]:
    """What a finding gave, as `result_as_plain` writes it, without the words of the opinion."""
    result = result_as_plain(finding)
    for one in result["conditions"]:
        # WHY: whoever erases an opinion must not find it again in the receipt.
        one["values"] = [[text, value] for text, value in one["values"] if _OPINION not in text]
    return result


def _condition(one: ConditionFinding) -> dict[str, Any]:
    return {
        "person": person_as_plain(one.person),
        "submitter": person_as_plain(one.submitter) if one.submitter else None,
        "finding": _finding(one.finding),
    }
