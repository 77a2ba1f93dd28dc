"""Judgements: what a person's recorded attestation makes of a 人工认定."""

from __future__ import annotations

import re

from xbyx_rules.compiling import ExecutableClause
from xbyx_rules.policy import Outcome

from .case import Attestation, Case
from .evaluation import Evaluation
from .reasons import Reason, give_reason

__all__ = ["judge_attestation"]


def judge_attestation(
    clause: ExecutableClause, names: Evaluation, case: Case
) -> tuple[Outcome, Reason]:
    """The latest attestation that counts on the day decides; without one it is undetermined.

    It counts when a person made it, in a role the clause names, with evidence, on or before the
    day, and while it is valid.  A model's suggestion never counts.  Two of one day that differ
    leave it undetermined.
    """
    who = clause.checked.clause.property("证明人")
    evidence = clause.checked.clause.property("证据")
    roles = frozenset(one.strip() for one in re.split(r"[,，、]", who))
    counting = [
        one
        for one in case.attestations
        if one.clause == clause.checked.id and _counts(one, roles, names)
    ]
    if not counting:
        return Outcome.UNDETERMINED, give_reason("no_attestation", who=who, evidence=evidence)
    latest = max(counting, key=lambda one: one.on)
    if any(one.on == latest.on and one.outcome is not latest.outcome for one in counting):
        # WHY: a day has no order within it, and which of two people is right isn't ours to say.
        return Outcome.UNDETERMINED, give_reason("attestations_differ", on=latest.on)
    reason = give_reason("attested", role=latest.role, on=latest.on, evidence=latest.evidence)
    return latest.outcome, reason


def _counts(attestation: Attestation, roles: frozenset[str], names: Evaluation) -> bool:
    return (
        not attestation.is_model
        and attestation.role in roles
        and bool(attestation.evidence)
        and attestation.outcome in (Outcome.MET, Outcome.NOT_MET)
        and attestation.on <= names.on
        and (attestation.valid_until is None or names.on <= attestation.valid_until)
    )
