"""Receipts: what a step was decided on, as plain data that the ledger keeps beside the event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xbyx_rules.deciding import (
    SEMANTICS,
    Attestation,
    Finding,
    attestation_as_plain,
    parameter_as_plain,
)
from xbyx_rules.feel.plain import to_plain

from .act import ConditionFinding, Guards
from .commands import Actor, Command

__all__ = ["person_as_plain", "person_from_plain", "receipt_of"]


def receipt_of(
    guards: Guards, command: Command, attestations: Iterable[Attestation] = ()
) -> dict[str, Any]:
    """The receipt of one step: facts read, parameters, outcomes, document hash, semantics.

    Args:
        guards: the finished findings.
        command: whose persons are recorded with roles and organisation, as conditions saw them.
        attestations: the judgements that were known.
    """
    return {
        "semantics": SEMANTICS,
        "on": guards.on.isoformat(),
        "actor": person_as_plain(command.actor),
        "principal": person_as_plain(command.on_behalf_of) if command.on_behalf_of else None,
        "requirements": [_finding(one) for one in guards.requirements],
        "conditions": [_condition(one) for one in guards.conditions],
        "attestations": [attestation_as_plain(one) for one in attestations],
    }


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
    return {
        "clause": finding.clause,
        "policy": finding.policy,
        "policy_hash": finding.policy_hash,
        "outcome": finding.outcome.code,
        "facts": [[one.name, to_plain(one.value), one.unit] for one in finding.facts],
        "parameters": [parameter_as_plain(one) for one in finding.parameters],
        "missing": [one.name for one in finding.missing],
    }


def _condition(one: ConditionFinding) -> dict[str, Any]:
    submitter = one.submitter.id if one.submitter else None
    return {"person": one.person.id, "submitter": submitter, **_finding(one.finding)}
