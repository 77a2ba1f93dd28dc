"""From one clause and one evaluation to a finding: its outcome first, then what explains it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import localcontext
from itertools import compress
from typing import Any, NamedTuple

from xbyx_rules.checking import Strictness
from xbyx_rules.compiling import (
    ExecutableClause,
    ExecutableCondition,
    FactPath,
    StepLimitError,
)
from xbyx_rules.errors import CaseError, Diagnostic, Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.values import NUMBERS, UNKNOWN
from xbyx_rules.policy import ClauseKind, Outcome

from .attesting import ask_for_attestation, ask_to_attest_again, judge_attestation
from .case import Case
from .deriving import derive, derive_calculation
from .evaluation import Evaluation
from .findings import Condition, Finding, Missing
from .messages import fill_messages
from .missing import find_failed_precondition, find_missing, follow_calculations
from .readings import read_facts, read_parameters
from .reasons import Reason, give_reason, say_gate
from .remedies import find_remedies, find_shortfall, find_table_remedies
from .unlisted import say_unlisted

__all__ = ["Search", "judge", "judge_guard"]

Search = Callable[[ExecutableClause, Evaluation], tuple[Any, list[dict[str, Any]]]]
"""How the records of a check (核查) are searched: gives whether nothing matches (true, false or
UNKNOWN), and the hits: contexts ``{alias: record}``."""


def judge(
    clause: ExecutableClause, names: Evaluation, case: Case, search: Search | None = None
) -> Finding:
    """The finding of one clause: its outcome at once, the rest when it is first read.

    Args:
        clause: a rule.
        names: evaluates its names.
        case: the subject, its facts and records.
        search: of a check another way to search the records; it must find the same.

    Raises:
        CaseError: as `decide` does.
    """
    try:
        answer = _answer(clause, names, case, search)
        _read_ahead(clause, answer, names)
    except StepLimitError:
        raise _too_long(clause) from None
    later = names.settle()
    return Finding.deferred(
        lambda: _complete(clause, answer, later),
        clause=clause.checked.clause.id,
        outcome=answer.outcome,
        is_blocking=clause.is_blocking,
        value=answer.value,
        is_calculation=clause.checked.clause.kind is ClauseKind.CALCULATION,
    )


def judge_guard(clause: ExecutableClause, guard: ExecutableCondition, names: Evaluation) -> Finding:
    """The finding of a transition's 条件, under the flow's clause.

    Raises:
        CaseError: as `decide` does.
    """
    try:
        return _judge_guard(clause, guard, names)
    except StepLimitError:
        raise _too_long(clause) from None


def _judge_guard(
    clause: ExecutableClause, guard: ExecutableCondition, names: Evaluation
) -> Finding:
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


class _Answer(NamedTuple):
    """What decides a finding.

    Args:
        outcome: one of the four.
        value: of a calculation its value, of a check the records that match.
        gate: the 适用条件 or 前提 that decided.
        code: of the reason, with `gate`, or where no rule is in force.
        reason: the reason, where an attestation decided.
    """

    outcome: Outcome
    value: Any = None
    gate: ExecutableCondition | None = None
    code: str = ""
    reason: Reason | None = None


def _answer(
    clause: ExecutableClause, names: Evaluation, case: Case, search: Search | None
) -> _Answer:
    code = names.reason_not_in_force(clause)
    if code:
        return _Answer(Outcome.UNDETERMINED, code=code)
    gated = _judge_gates(clause, names)
    if gated is not None:
        return gated
    kind = clause.checked.clause.kind
    if kind is ClauseKind.JUDGEMENT:
        outcome, reason = judge_attestation(clause, names, case)
        return _Answer(outcome, reason=reason)
    if search is not None and kind is ClauseKind.CHECK:
        is_clear, hits = search(clause, names)
        outcome = _outcome_of(is_clear)
        return _Answer(outcome, hits if outcome is Outcome.NOT_MET else None)
    value = names.run(clause)
    if kind is ClauseKind.CALCULATION:
        return _Answer(Outcome.UNDETERMINED if value is UNKNOWN else Outcome.MET, value)
    outcome = _outcome_of(value)
    is_hit = kind is ClauseKind.CHECK and outcome is Outcome.NOT_MET
    return _Answer(outcome, _find_hits(clause, names) if is_hit else None)


def _judge_gates(clause: ExecutableClause, names: Evaluation) -> _Answer | None:
    """What the 适用条件 and then the 前提 answer; None when both are true."""
    gate = clause.applicability
    if gate is not None:
        value = gate.run(names.read, names.budget)
        if value is False:
            return _Answer(Outcome.NOT_APPLICABLE, gate=gate, code="not_applicable")
        if value is not True:
            return _Answer(Outcome.UNDETERMINED, gate=gate, code="applicability_unknown")
    gate = clause.precondition
    value = True if gate is None else gate.run(names.read, names.budget)
    if value is True:
        return None
    code = "precondition" if value is False else "precondition_unknown"
    return _Answer(Outcome.UNDETERMINED, gate=gate, code=code)


def _find_hits(clause: ExecutableClause, names: Evaluation) -> list[dict[str, Any]]:
    """The records that match a check."""
    # WHY: where it can't be told of some records, those that do match are shown all the same.
    hits = clause.hits(names.read, names.budget) if clause.hits is not None else None
    return [one for one in hits if isinstance(one, dict)] if isinstance(hits, list) else []


def _paths_of(clause: ExecutableClause, answer: _Answer) -> tuple[FactPath, ...]:
    """What was read for an answer."""
    if answer.gate is not None:
        return answer.gate.paths
    is_attested = clause.checked.clause.kind is ClauseKind.JUDGEMENT
    return () if answer.code or is_attested else clause.paths


def _read_ahead(clause: ExecutableClause, answer: _Answer, names: Evaluation) -> None:
    """Read what the explanation will: the host may change its data before anybody asks for it.

    So a fact that doesn't fit the vocabulary is an error now, whether or not it decided.
    """
    known = names.policy.read_ahead
    key = (names.subject, clause.checked.clause.id, answer.code)
    roots = known.get(key)
    if roots is None:
        paths = follow_calculations(_paths_of(clause, answer), names)
        roots = known[key] = tuple(dict.fromkeys(path.root for path in paths))
    for name in roots:
        names.read(name)
    if answer.outcome is Outcome.NOT_MET and clause.checked.clause.kind is not ClauseKind.CHECK:
        for name in clause.message_names:
            names.read(name)


def _complete(clause: ExecutableClause, answer: _Answer, names: Evaluation) -> Finding:
    """The whole finding."""
    # WHY: whoever reads the explanation may do so under a decimal context of their own.
    try:
        with localcontext(NUMBERS):
            return _explain(clause, answer, names.afresh())
    except StepLimitError:
        raise _too_long(clause) from None


def _explain(clause: ExecutableClause, answer: _Answer, names: Evaluation) -> Finding:
    paths, gate = _paths_of(clause, answer), answer.gate
    if gate is not None:
        return _explain_gate(clause, answer, gate, names)
    if answer.code:
        period = clause.checked.clause.period
        whole = clause.policy.period if names.on not in clause.policy.period else period
        closing = clause.policy.closing
        reason = give_reason(
            answer.code,
            on=names.on,
            period=whole,
            title=clause.policy.title,
            by=closing.citation if closing else "",
            since=closing.on if closing else names.on,
        )
        return _finding(clause, names, answer.outcome, reason=reason)
    kind = clause.checked.clause.kind
    if kind is ClauseKind.CHECK and answer.value is not None:
        return _explain_hits(clause, names, answer.value)
    if kind is not ClauseKind.REQUIREMENT:
        return _finding(
            clause,
            names,
            answer.outcome,
            value=answer.value,
            paths=paths,
            reason=answer.reason,
            derivations=derive_calculation(clause, answer.value, names),
            **_ask_person(clause, answer),
        )
    table = clause.checked.table
    if table is not None:
        is_failing = answer.outcome is Outcome.NOT_MET
        return _finding(
            clause,
            names,
            answer.outcome,
            paths=paths,
            remedies=find_table_remedies(table, names, clause.gates) if is_failing else (),
            derivations=derive_calculation(clause, names.run(clause), names),
        )
    conditions = tuple(_evaluate(one, names) for one in clause.conditions)
    return _finding(
        clause,
        names,
        answer.outcome,
        conditions=conditions,
        paths=paths,
        remedies=find_remedies(clause.conditions, conditions, names, clause.gates),
        derivations=derive([one.node for one in clause.conditions], names),
    )


def _explain_gate(
    clause: ExecutableClause, answer: _Answer, gate: ExecutableCondition, names: Evaluation
) -> Finding:
    """The finding that an 适用条件 or 前提 decided; of one with ``or``, part by part."""
    parts: tuple[ExecutableCondition, ...] = (gate,)
    if isinstance(gate.node, s.Or) and answer.outcome is Outcome.UNDETERMINED:
        parts = tuple(ExecutableCondition(one, clause.document) for one in gate.node.operands)
    conditions = tuple(_evaluate(one, names) for one in parts)
    # WHY: what fails is known, and only what is open can still be learnt.
    is_open = [one.outcome is UNKNOWN for one in conditions]
    paths = [path for part in compress(parts, is_open) for path in part.paths]
    prose = say_gate(gate, names) if answer.code == "precondition" else gate.prose
    return _finding(
        clause,
        names,
        answer.outcome,
        conditions=conditions,
        paths=gate.paths,
        reason=give_reason(answer.code, prose=prose),
        missing=find_missing(clause, (), follow_calculations(paths, names), names),
    )


def _ask_person(clause: ExecutableClause, answer: _Answer) -> dict[str, Any]:
    """Of a judgement that isn't attested as met: who is to attest what."""
    if clause.checked.clause.kind is not ClauseKind.JUDGEMENT:
        return {}
    if answer.outcome is Outcome.UNDETERMINED:
        return {"missing": (ask_for_attestation(clause),)}
    is_met = answer.outcome is Outcome.MET
    return {} if is_met else {"remedies": (ask_to_attest_again(clause),)}


def _explain_hits(
    clause: ExecutableClause, names: Evaluation, found: list[dict[str, Any]]
) -> Finding:
    messages = [fill_messages(clause, names, extra=hit) for hit in found]
    joined: dict[Language, str] = {
        language: "\n".join(one[language] for one in messages)
        for language in clause.messages
        if messages
    }
    reason = give_reason("suspected", count=len(found) or "若干")
    paths = clause.paths
    return _finding(
        clause, names, Outcome.NOT_MET, paths=paths, reason=reason, message=joined, value=found
    )


def _too_long(clause: ExecutableClause) -> CaseError:
    values = {"clause": clause.checked.clause.title}
    return CaseError(Diagnostic("XR305", clause.checked.clause.place, values))


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
    read = follow_calculations(paths, names)
    parameters, unusable = read_parameters(read, names)
    missing: tuple[Missing, ...] = parts.pop("missing", ())
    conditions = parts.get("conditions", ())
    is_settled = any(one.outcome is False for one in conditions)
    if outcome is Outcome.UNDETERMINED and not missing and not is_settled:
        failed = None if reason else find_failed_precondition(read, names)
        if failed is not None:
            # WHY: no other fact gives a value while what a calculation rests on is wrong.
            reason = give_reason("precondition", prose=say_gate(failed, names))
        else:
            missing = find_missing(clause, conditions, read, names)
        reason = reason or unusable
        if not missing and reason is None:
            reason = say_unlisted(read, names) or give_reason("no_value")
    open_parts = [one for one in conditions if one.outcome is UNKNOWN]
    if outcome is Outcome.NOT_MET and open_parts:
        # WHY: who mends what fails has to know that more is asked than can be told by now.
        missing = find_missing(clause, conditions, read, names)
    if message is None and outcome is Outcome.NOT_MET:
        message = fill_messages(clause, names)
    return Finding(
        head.id,
        head.locator,
        head.title,
        clause.policy.id,
        clause.policy.hash,
        clause.force,
        clause.is_blocking if is_blocking is None else is_blocking,
        outcome,
        facts=read_facts(read, names),
        parameters=parameters,
        missing=missing,
        reason=reason or {},
        message=message or {},
        strictness=_compare_above(clause, [one.name for one in parameters], names),
        document=clause.policy.citation,
        basis="" if head.locator else head.property("依据"),
        english_title=head.property("英文标题"),
        is_calculation=head.kind is ClauseKind.CALCULATION,
        **parts,
    )


def _compare_above(
    clause: ExecutableClause, parameters: Iterable[str], names: Evaluation
) -> tuple[Strictness, ...]:
    own = clause.checked.strictness
    known = names.policy.checked.strictness
    return (*((own,) if own else ()), *(known[one] for one in parameters if one in known))
