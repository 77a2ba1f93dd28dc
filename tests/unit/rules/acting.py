"""Acting in a flow of the rules without a ledger: everything is decided, nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from xbyx_rules import Case, ExecutablePolicy, Subject, decide, load_policies
from xbyx_rules.deciding import decide_condition
from xbyx_rules.lifecycle import (
    Actor,
    Command,
    ConditionFinding,
    Definition,
    Effects,
    Guards,
    Refusal,
    Snapshot,
    build_definition,
    decide_command,
    pair_persons,
    person_facts,
)

GUIDE = "cn/beijing/school-based-training"
DAY = date(2025, 9, 16)
DISTRICT = "110101"

DEPUTY = Actor("t2", frozenset({"分管负责人"}), "s1", DISTRICT)
PRINCIPAL = Actor("t1", frozenset({"校长"}), "s1", DISTRICT)
REVIEWER = Actor("d1", frozenset({"区级审核员"}), "training", DISTRICT)
CLERK = Actor("d2", frozenset({"区教委备案员"}), "education", DISTRICT)


@cache
def policy_of(name: str) -> ExecutablePolicy:
    return load_policies()[name]


@cache
def definition_of(policy: str, flow: str) -> Definition:
    found = policy_of(policy)
    return build_definition(
        found.checked.lifecycles[flow], policy=policy, policy_hash=found.policy.hash
    )


def act(
    flow: str,
    state: str,
    action: str,
    actor: Actor,
    facts: Mapping[str, Any],
    *,
    policy: str = GUIDE,
    on: date = DAY,
    comment: str = "",
    submitter: Actor = DEPUTY,
) -> Effects | Refusal:
    """What comes of one action, with every finding decided from the facts as the ledger does."""
    definition, executable = definition_of(policy, flow), policy_of(policy)
    subject = Subject(definition.lifecycle.subject, "1")
    case, at = Case(subject, facts), datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    command = Command(subject, action, actor, "c1", at, comment=comment)
    snapshot = Snapshot(state, version=1, submitters=(submitter,))
    transition = definition.lifecycle.transition(state, action)
    wanted = transition.must_meet if transition else ()
    pairs = pair_persons(snapshot, command) if transition and transition.condition_text else ()
    findings = [
        (
            person,
            other,
            decide_condition(
                executable,
                flow,
                state,
                action,
                case,
                extra={
                    "经办人": person_facts(person),
                    "提交人": person_facts(other or submitter),
                    "意见": comment,
                },
                on=on,
            ),
        )
        for person, other in pairs
    ]
    guards = Guards(
        on=on,
        requirements=tuple(decide(executable, case, on=on, only=wanted)) if wanted else (),
        conditions=tuple(ConditionFinding(p, o, f) for p, o, f in findings if f is not None),
    )
    return decide_command(definition, snapshot, command, guards)


def codes(decided: Effects | Refusal) -> list[str]:
    """The codes of a refusal; none where the action was allowed."""
    return [one.code for one in decided.diagnostics] if isinstance(decided, Refusal) else []


def blocked_by(decided: Effects | Refusal) -> list[str]:
    """The anchors of the rules that stood in the way."""
    return [one.clause for one in decided.findings] if isinstance(decided, Refusal) else []
