"""Findings, parameters and attestations as plain data: one form for every kind of receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from xbyx_rules.deciding.case import Attestation
from xbyx_rules.deciding.findings import Finding, Reading
from xbyx_rules.feel.plain import to_plain
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome

from .model import ConditionRecord, FindingRecord, ParameterRecord

__all__ = [
    "attestation_as_plain",
    "attestation_from_plain",
    "parameter_as_plain",
    "record_finding",
    "record_parameter",
    "result_as_plain",
]


def record_finding(finding: Finding) -> FindingRecord:
    """What a receipt says of a finding openly."""
    return FindingRecord(
        finding.clause,
        finding.locator,
        finding.policy,
        finding.outcome.code,
        tuple(
            ConditionRecord(one.text, None if one.outcome is UNKNOWN else one.outcome)
            for one in finding.conditions
        ),
        tuple(map(record_parameter, finding.parameters)),
    )


def record_parameter(reading: Reading) -> ParameterRecord:
    """A parameter with its value on the day, since when and by which clause."""
    period = reading.period
    return ParameterRecord(
        reading.name,
        to_plain(reading.value),
        reading.basis,
        period.start if period else None,
        period.end if period else None,
        reading.is_verified,
    )


def parameter_as_plain(reading: Reading) -> dict[str, Any]:
    """A parameter in the same form as plain data, as `receipt_text` writes it."""
    found = asdict(record_parameter(reading))
    days = {key: found[key].isoformat() if found[key] else None for key in ("start", "end")}
    return {**found, **days}


def result_as_plain(finding: Finding) -> dict[str, Any]:
    """What a finding gave that may tell of the facts: values, shortfalls, remedies, what lacks."""
    return {
        "value": to_plain(finding.value),
        "conditions": [
            {
                "values": [[text, to_plain(value)] for text, value in one.values],
                "shortfall": to_plain(one.shortfall),
            }
            for one in finding.conditions
        ],
        "remedies": [[one.fact, to_plain(one.value)] for one in finding.remedies],
        "missing": [one.name for one in finding.missing],
    }


def attestation_as_plain(one: Attestation) -> dict[str, Any]:
    """An attestation as plain data."""
    return {
        "clause": one.clause,
        "outcome": one.outcome.code,
        "person": one.person,
        "role": one.role,
        "evidence": one.evidence,
        "on": one.on.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        "is_model": one.is_model,
    }


def attestation_from_plain(data: Any) -> Attestation:
    """The attestation that `attestation_as_plain` wrote.

    Raises:
        ValueError: it wrote no such data.
    """
    if not isinstance(data, Mapping):
        raise ValueError("an attestation is an object")
    try:
        read = Attestation(
            data["clause"],
            next(one for one in Outcome if one.code == data["outcome"]),
            data["person"],
            data["role"],
            data["evidence"],
            date.fromisoformat(data["on"]),
            None if data["valid_until"] is None else date.fromisoformat(data["valid_until"]),
            data["is_model"],
        )
    except (KeyError, TypeError, StopIteration) as error:
        raise ValueError(f"an attestation is not so written: {error}") from None
    texts = (read.clause, read.person, read.role, read.evidence)
    is_typed = all(isinstance(one, str) for one in texts) and isinstance(read.is_model, bool)
    # WHY: what doesn't write itself the same way again would not fit its commitment.
    if not is_typed or attestation_as_plain(read) != data:
        raise ValueError("an attestation is not so written")
    return read
