"""Judgements: what a person's recorded attestation makes of a 人工认定."""

from __future__ import annotations

import re

from xbyx_rules.compiling import ExecutableClause
from xbyx_rules.compiling.prose import say_holder
from xbyx_rules.errors import Language
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome

from .case import Attestation, Case
from .evaluation import Evaluation
from .findings import Missing, Remedy
from .reasons import Reason, give_reason

__all__ = ["ask_for_attestation", "ask_to_attest_again", "judge_attestation"]


def judge_attestation(
    clause: ExecutableClause, names: Evaluation, case: Case
) -> tuple[Outcome, Reason]:
    """The latest attestation that counts on the day decides; without one it is undetermined.

    It counts when a person made it, in a role the clause names, with evidence, on or before the
    day, and while it is valid.  A model's suggestion never counts.  Two of one day that differ
    leave it undetermined.
    """
    evidence = clause.checked.clause.property("证据")
    roles = frozenset(_roles_of(clause))
    counting = [
        one
        for one in case.attestations
        if one.clause == clause.checked.id and _counts(one, roles, names)
    ]
    if not counting:
        return Outcome.UNDETERMINED, give_reason(
            "no_attestation", who=_say_roles(clause), evidence=evidence
        )
    latest = max(counting, key=lambda one: one.on)
    if any(one.on == latest.on and one.outcome is not latest.outcome for one in counting):
        # WHY: a day has no order within it, and which of two people is right isn't ours to say.
        return Outcome.UNDETERMINED, give_reason("attestations_differ", on=latest.on)
    reason = give_reason("attested", role=latest.role, on=latest.on, evidence=latest.evidence)
    return latest.outcome, reason


def ask_for_attestation(clause: ExecutableClause) -> Missing:
    """The attestation that is missing: who has to give it, on what evidence."""
    head = clause.checked.clause
    evidence = head.property("证据")
    description: dict[Language, str] = {
        "zh": f"认定“{head.title}”，证据：{evidence}",
        "en": f"an attestation on “{head.title_in('en')}”, with evidence: {evidence}",
    }
    return Missing(
        f"认定“{head.title}”", description, "、".join(_roles_of(clause)), is_attestation=True
    )


def ask_to_attest_again(clause: ExecutableClause) -> Remedy:
    """What follows an attestation that a clause isn't met."""
    who, evidence = _say_roles(clause), clause.checked.clause.property("证据")
    prose: dict[Language, str] = {
        "zh": f"补正后由{who['zh']}重新认定，证据：{evidence}",
        "en": f"put it right and have it attested again by {who['en']}, with evidence: {evidence}",
    }
    return Remedy("", UNKNOWN, prose)


def _roles_of(clause: ExecutableClause) -> list[str]:
    who = clause.checked.clause.property("证明人")
    return [one.strip() for one in re.split(r"[,，、]", who)]


def _say_roles(clause: ExecutableClause) -> dict[Language, str]:
    roles = _roles_of(clause)
    english = [say_holder(one, "en") for one in roles]
    return {"zh": "或".join(roles), "en": " or ".join(english)}


def _counts(attestation: Attestation, roles: frozenset[str], names: Evaluation) -> bool:
    return (
        not attestation.is_model
        and attestation.role in roles
        and bool(attestation.evidence)
        and attestation.outcome in (Outcome.MET, Outcome.NOT_MET)
        and attestation.on <= names.on
        and (attestation.valid_until is None or names.on <= attestation.valid_until)
    )
