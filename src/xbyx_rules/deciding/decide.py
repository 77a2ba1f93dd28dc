"""Decide: apply the rules in force on one day to one case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import localcontext
from typing import Any

from xbyx_rules.checking import ACTOR
from xbyx_rules.compiling import ExecutableClause, ExecutablePolicy
from xbyx_rules.errors import CaseError, Diagnostic, nearest
from xbyx_rules.feel.values import NUMBERS, UNKNOWN
from xbyx_rules.policy import ClauseKind

from .case import Case
from .coercion import coerce
from .evaluation import Evaluation
from .findings import Finding, Review
from .judging import judge, judge_guard

__all__ = ["SEMANTICS", "decide", "decide_condition", "select_clauses"]

SEMANTICS = 1
"""The engine's meaning as a number: a receipt of another number is not replayed."""

# WHY: a calculation answers with a value, not with an outcome, so it would only swell the counts
# of a review; it is decided when asked for by name.
_DECIDED = (ClauseKind.REQUIREMENT, ClauseKind.JUDGEMENT, ClauseKind.CHECK)


def decide(
    policy: ExecutablePolicy, case: Case, *, on: date, only: Collection[str] | None = None
) -> Review:
    """Apply every rule about a subject to one case, as on one day.

    Pure: reads no clock, database or environment, so a receipt can be replayed.

    Args:
        policy: from `compile_policy`.
        case: the subject with facts, records and attestations.  Money is ``Decimal`` in 元 (CNY),
            hours are class hours (学时, 45 min); a missing fact is Unknown.
        on: civil date in the policy's jurisdiction; rules and parameters outside their period
            answer 暂无法判定, never by the last known value.
        only: anchors of the rules wanted; then a rule about a record that the subject has one of
            (年度计划 has one 学校) is decided on that record, and a calculation (计算) gives its
            value.  Default: all requirements and judgements about the subject itself, and all
            checks (核查) whose records the case holds.

    Returns:
        One finding a rule, in document order.

    Raises:
        CaseError: facts that don't fit the vocabulary (XR301 type, XR302 bounds, XR303 unknown
            term, XR308 a record that holds itself, XR310 decimal places); XR304 overlapping rows;
            XR305 too many steps; XR306 an anchor the document hasn't; XR307 an unknown entity;
            XR309 a date that is none; XR311 a rule about a record the subject has not one of.

    Example:
        >>> from datetime import date
        >>> from decimal import Decimal
        >>> from xbyx_rules.deciding import Case, Subject, decide, load_policies
        >>> policy = load_policies()["cn/beijing/school-based-training"]
        >>> facts = {
        ...     "公用经费年度预算总额": Decimal(1_000_000),
        ...     "教师培训经费预算": Decimal("49999.99"),
        ...     "专项列支": True,
        ... }
        >>> case = Case(Subject("学校", "2111000001"), facts)
        >>> decide(policy, case, on=date(2025, 10, 1))["funding-floor"].outcome.zh
        '不符合'

    Source: docs/decisions/0002 (Unknown); 京教人〔2022〕8号 六(二)-5 in the example.
    """
    # WHY: a host may have changed the thread's own decimal context, on which no answer may depend.
    with localcontext(NUMBERS):
        return _decide(policy, case, on, only)


def _decide(policy: ExecutablePolicy, case: Case, on: date, only: Collection[str] | None) -> Review:
    _check_case(policy, case, on)
    wanted = select_clauses(policy, case, only)
    home = Evaluation(policy, case.subject.entity, case.facts, case.records, on)
    # WHY: a rule about no subject reads records by entity, never a subject's list of that name.
    bare = Evaluation(policy, "", {}, case.records, on, budget=home.budget)
    near: dict[str, Evaluation] = {case.subject.entity: home, "": bare}
    findings: list[Finding] = []
    for clause in wanted:
        entity = clause.checked.subject
        if entity not in near:
            near[entity] = _step_to(policy, home, entity)
        findings.append(judge(clause, near[entity], case))
    head = policy.policy
    lapsed = tuple(one.citation for one in policy.checked.above if on not in one.period)
    return Review(
        case.subject,
        on,
        head.id,
        head.hash,
        SEMANTICS,
        tuple(findings),
        head.citation,
        lapsed,
    )


def decide_condition(
    policy: ExecutablePolicy,
    lifecycle: str,
    source: str,
    action: str,
    case: Case,
    *,
    extra: Mapping[str, Any],
    on: date,
) -> Finding | None:
    """Decide the 条件 of one transition.

    Args:
        policy: from `compile_policy`.
        lifecycle: the flow's anchor.
        source: the state before.
        action: the action.
        case: the subject's case.
        extra: 经办人 and 提交人 as mappings of their terms (or UNKNOWN), 意见 as text.
        on: the day asked about.

    Returns:
        A finding under the flow's clause; None when the transition has no 条件.

    Raises:
        CaseError: as `decide` does.
    """
    guard = policy.guards.get((lifecycle, source, action))
    if guard is None:
        return None
    _check_case(policy, case, on)
    vocabulary = policy.checked.vocabulary
    # WHY: under a vocabulary without 经办人 no 条件 can read a person, or it was not checked.
    has_persons = ACTOR in vocabulary.entities
    values = {
        name: coerce(value, vocabulary.type_of(ACTOR), name) if value is not UNKNOWN else value
        for name, value in extra.items()
        if has_persons and not isinstance(value, str)
    }
    texts = {name: value for name, value in extra.items() if isinstance(value, str)}
    evaluation = Evaluation(
        policy, case.subject.entity, case.facts, case.records, on, extra={**values, **texts}
    )
    with localcontext(NUMBERS):
        return judge_guard(policy.clauses[lifecycle], guard, evaluation)


def _check_case(policy: ExecutablePolicy, case: Case, on: date) -> None:
    _check_day(on, "判定日")
    for one in case.attestations:
        _check_day(one.on, "认定日期")
        if one.valid_until is not None:
            _check_day(one.valid_until, "认定有效期")
    vocabulary = policy.checked.vocabulary
    entity = case.subject.entity
    if entity not in vocabulary.entities:
        near = nearest(entity, vocabulary.entities) or "—"
        raise CaseError(Diagnostic("XR307", None, {"entity": entity, "nearest": near}))
    terms = vocabulary.fields_of(entity)
    for name in case.facts:
        if name not in terms:
            raise CaseError(Diagnostic("XR303", None, {"path": name, "entity": entity}))
    for name in case.records:
        if name not in vocabulary.entities:
            near = nearest(name, vocabulary.entities) or "—"
            raise CaseError(Diagnostic("XR307", None, {"entity": name, "nearest": near}))


def _check_day(day: object, name: str) -> None:
    # WHY: a datetime is a date to Python, yet the two don't compare, and its zone decides the day.
    if not isinstance(day, date) or isinstance(day, datetime):
        values = {"name": name, "found": type(day).__name__}
        raise CaseError(Diagnostic("XR309", None, values))


def select_clauses(
    policy: ExecutablePolicy, case: Case, only: Collection[str] | None = None
) -> list[ExecutableClause]:
    """The clauses that `decide` decides, in document order.

    Raises:
        CaseError: XR306, an anchor the document hasn't.
    """
    clauses = policy.clauses
    if only is not None:
        for anchor in only:
            if anchor not in clauses:
                near = nearest(str(anchor), clauses) or "—"
                raise CaseError(Diagnostic("XR306", None, {"id": str(anchor), "nearest": near}))
        wanted = set(only)
        if len(wanted) == 1:
            return [clauses[key] for key in wanted]
        return [one for key, one in clauses.items() if key in wanted]
    return [
        one
        for one in clauses.values()
        if one.checked.clause.kind in _DECIDED and _concerns(one, case)
    ]


def _concerns(clause: ExecutableClause, case: Case) -> bool:
    if clause.checked.clause.kind is ClauseKind.CHECK:
        return any(row.entity in case.records for row in clause.checked.pattern)
    return clause.checked.subject == case.subject.entity


def _step_to(policy: ExecutablePolicy, home: Evaluation, entity: str) -> Evaluation:
    """The evaluation on the record of another entity that the subject has one of."""
    name = policy.checked.vocabulary.record_term(home.subject, entity)
    if name is None:
        values = {"owner": home.subject, "entity": entity}
        raise CaseError(Diagnostic("XR311", None, values))
    record = home.read(name)
    facts = record if isinstance(record, dict) else {}
    return Evaluation(
        policy,
        entity,
        facts,
        home.records,
        home.on,
        budget=home.budget,
        is_coerced=True,
    )
