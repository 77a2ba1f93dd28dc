"""From one clause and one evaluation to a finding with its conditions, readings and remedies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from xbyx_rules.compiling import (
    ExecutableClause,
    ExecutableCondition,
    FactPath,
    StepLimitError,
)
from xbyx_rules.errors import CaseError, Diagnostic, Language
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import ClauseKind, Force, Outcome

from .attesting import judge_attestation
from .case import Case
from .evaluation import Evaluation
from .findings import Condition, Finding, Missing
from .messages import fill_messages
from .missing import find_missing, follow_calculations
from .readings import read_facts, read_parameters
from .reasons import Reason, give_reason
from .remedies import find_remedies, find_shortfall

__all__ = ["judge", "judge_guard"]


def judge(clause: ExecutableClause, names: Evaluation, case: Case) -> Finding:
    """The finding of one clause.

    Raises:
        CaseError: as `decide` does.
    """
    try:
        return _judge(clause, names, case)
    except StepLimitError:
        values = {"clause": clause.checked.clause.title}
        raise CaseError(Diagnostic("XR305", clause.checked.clause.place, values)) from None


def judge_guard(clause: ExecutableClause, guard: ExecutableCondition, names: Evaluation) -> Finding:
    """The finding of a transition's 条件, under the flow's clause."""
    condition = _evaluate(guard, names)
    return _finding(
        clause,
        names,
        _outcome_of(condition.outcome),
        conditions=(condition,),
        paths=guard.paths,
        is_blocking=True,
        remedies=find_remedies([guard], [condition], names),
    )


def _judge(clause: ExecutableClause, names: Evaluation, case: Case) -> Finding:
    code = names.reason_not_in_force(clause)
    if code:
        period = clause.checked.clause.period
        whole = clause.policy.period if names.on not in clause.policy.period else period
        reason = give_reason(code, on=names.on, period=whole, title=clause.policy.title)
        return _finding(clause, names, Outcome.UNDETERMINED, reason=reason)
    gate = _judge_gates(clause, names)
    if gate is not None:
        return gate
    if clause.checked.clause.kind is ClauseKind.JUDGEMENT:
        outcome, reason = judge_attestation(clause, names, case)
        return _finding(clause, names, outcome, reason=reason)
    if clause.checked.clause.kind is ClauseKind.CALCULATION:
        value = names.compute(clause)
        outcome = Outcome.UNDETERMINED if value is UNKNOWN else Outcome.MET
        return _finding(clause, names, outcome, value=value, paths=clause.paths)
    value = names.compute(clause)
    if clause.checked.clause.kind is ClauseKind.CHECK:
        return _judge_check(clause, names, value)
    conditions = [_evaluate(one, names) for one in clause.conditions]
    return _finding(
        clause,
        names,
        _outcome_of(value),
        conditions=tuple(conditions),
        paths=clause.paths,
        remedies=find_remedies(clause.conditions, conditions, names),
    )


def _judge_gates(clause: ExecutableClause, names: Evaluation) -> Finding | None:
    """What the 适用条件 and then the 前提 answer; None when both are true."""
    gate = clause.applicability
    if gate is not None:
        value = gate.run(names.read, names.budget)
        if value is False:
            reason = give_reason("not_applicable", prose=gate.prose)
            return _gated(clause, gate, names, Outcome.NOT_APPLICABLE, reason)
        if value is not True:
            reason = give_reason("applicability_unknown", prose=gate.prose)
            return _gated(clause, gate, names, Outcome.UNDETERMINED, reason)
    gate = clause.precondition
    if gate is not None and gate.run(names.read, names.budget) is not True:
        reason = give_reason("precondition", prose=gate.prose)
        return _gated(clause, gate, names, Outcome.UNDETERMINED, reason)
    return None


def _gated(
    clause: ExecutableClause,
    gate: ExecutableCondition,
    names: Evaluation,
    outcome: Outcome,
    reason: Reason,
) -> Finding:
    conditions = (_evaluate(gate, names),)
    return _finding(clause, names, outcome, conditions=conditions, paths=gate.paths, reason=reason)


def _judge_check(clause: ExecutableClause, names: Evaluation, value: Any) -> Finding:
    outcome = _outcome_of(value)
    if outcome is not Outcome.NOT_MET or clause.hits is None:
        return _finding(clause, names, outcome, paths=clause.paths)
    # WHY: where it can't be told of some records, those that do match are shown all the same.
    hits = clause.hits(names.read, names.budget)
    found = [one for one in hits if isinstance(one, dict)] if isinstance(hits, list) else []
    messages = [fill_messages(clause, names, extra=hit) for hit in found]
    joined: dict[Language, str] = {
        language: "\n".join(one[language] for one in messages)
        for language in clause.messages
        if messages
    }
    reason = give_reason("suspected", count=len(found) or "若干")
    return _finding(
        clause, names, outcome, paths=clause.paths, reason=reason, message=joined, value=found
    )


def _evaluate(part: ExecutableCondition, names: Evaluation) -> Condition:
    outcome = part.run(names.read, names.budget)
    values = tuple((one.text, one.run(names.read, names.budget)) for one in part.values)
    return Condition(
        part.text,
        outcome,
        values,
        part.prose,
        spoken={
            "zh": tuple(one.spoken["zh"] for one in part.values),
            "en": tuple(one.spoken["en"] for one in part.values),
        },
        units=tuple(one.unit for one in part.values),
        shortfall=find_shortfall(part, outcome, names),
    )


def _outcome_of(value: Any) -> Outcome:
    if value is UNKNOWN:
        return Outcome.UNDETERMINED
    return Outcome.MET if value is True else Outcome.NOT_MET


def _finding(
    clause: ExecutableClause,
    names: Evaluation,
    outcome: Outcome,
    *,
    paths: Iterable[FactPath] = (),
    reason: Reason | None = None,
    message: Mapping[Language, str] | None = None,
    is_blocking: bool | None = None,
    **parts: Any,
) -> Finding:
    head = clause.checked.clause
    force = _force_of(clause)
    read = follow_calculations(paths, names)
    parameters, unusable = read_parameters(read, names)
    missing: tuple[Missing, ...] = ()
    if outcome is Outcome.UNDETERMINED:
        conditions = parts.get("conditions", ())
        missing = find_missing(clause, conditions, read, names)
        reason = reason or unusable
        if not missing and reason is None:
            reason = give_reason("no_value")
    if message is None and outcome is Outcome.NOT_MET:
        message = fill_messages(clause, names)
    return Finding(
        head.id,
        head.locator,
        head.title,
        clause.policy.id,
        clause.policy.hash,
        force,
        _blocks(clause, force) if is_blocking is None else is_blocking,
        outcome,
        facts=read_facts(read, names),
        parameters=parameters,
        missing=missing,
        reason=reason or {},
        message=message or {},
        status=clause.checked.status,
        document=clause.policy.citation,
        **parts,
    )


def _force_of(clause: ExecutableClause) -> Force | None:
    word = clause.checked.clause.property("规范用语")
    return next((one for one in Force if word in one.spellings), None)


def _blocks(clause: ExecutableClause, force: Force | None) -> bool:
    effect = clause.checked.clause.property("效果")
    if effect:
        return effect in ("阻断", "block")
    return force.is_blocking if force is not None else False
