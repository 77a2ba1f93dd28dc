"""Law: a line taken out of a document is noticed, or it decided nothing.

For each line of a bundled document, taking it out has one of three effects:

1. *a diagnostic*: reading the document, checking it or holding it against the list of its source's
   clauses says something, of any severity, that it didn't say before;
2. *a failing example*: an example of the document now gives another answer than its row expects,
   which `xbyx test` reports;
3. *the same rules*: each clause has the same anchor, locator, kind, condition, gates, table and
   pattern, the same properties that deciding reads, and parameters, flows and the front matter are
   the same.  Then the findings on any case are equal.

What only a reader sees may be gone in silence: titles, prose, messages, rows of examples, the
properties in `FOR_READERS`, the normative word of what gives no finding, and the invariants of a
flow, which guard it against later edits and decide nothing.  So may the states in which a flow's
subject is in force (生效状态): no finding reads them, and who would revise one is told (XR683).
The text alone can't tell an author's cut there from a loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import pytest

from xbyx_rules.checking import CheckedClause, CheckedPolicy, check_policy, cover_policy
from xbyx_rules.compiling import ExecutablePolicy, compile_policy
from xbyx_rules.deciding import decide
from xbyx_rules.errors import Diagnostic, has_errors
from xbyx_rules.policy import (
    ClauseKind,
    Period,
    Transitions,
    Vocabulary,
    bundled_rules,
    load_library,
    read_policy,
    read_vocabulary,
)
from xbyx_rules.tables import DecisionTable
from xbyx_rules.testing.examples import prepare_examples, run_examples

LIBRARY = load_library()
VOCABULARY = LIBRARY.vocabulary
POLICY = LIBRARY.policies["cn/beijing/school-based-training"]
LINES = POLICY.text.rstrip("\n").split("\n")

FOR_READERS = frozenset({"原文用词", "责任", "依据", "严重", "流程", "角色", "英文名"})
"""Properties that say where a rule is from and whom it is for."""

STRIDE = 17
"""One line in so many is taken out, from another one on in each column below: the whole document
takes minutes.  A prime, so that no table's rows are always passed over."""


def said(found: Iterable[Diagnostic]) -> Counter[object]:
    """What diagnostics say, without where."""
    return Counter(
        (one.code, *sorted((key, value) for key, value in one.values.items() if key != "line"))
        for one in found
    )


def rules_of(checked: CheckedPolicy) -> dict[object, object]:
    """All that deciding sees of a document."""
    head = checked.policy
    flows = {
        key: (
            *(flow.subject, flow.initial, flow.finals, flow.states),
            {key: one for key, one in flow.properties.items() if is_deciding(key, None)},
            tuple(
                (one.source, one.action, one.target, one.roles, one.must_meet, one.condition_text,
                 one.is_comment_required, one.deadline, one.origin, one.basis)
                for one in flow.transitions
            ),
        )
        for key, flow in checked.lifecycles.items()
    }  # fmt: skip
    parameters = {
        name: [(one.value, one.period, one.basis, one.is_verified) for one in values]
        for name, values in checked.parameters.items()
    }
    front = (head.id, head.period, head.status, head.refines, head.document)
    clauses = {key: rule_of(one) for key, one in checked.clauses.items()}
    return {**clauses, "front": front, "parameters": parameters, "flows": flows}


def is_deciding(key: str, kind: ClauseKind | None) -> bool:
    if key == "规范用语":
        return kind in (ClauseKind.REQUIREMENT, ClauseKind.JUDGEMENT, ClauseKind.CHECK)
    return key not in FOR_READERS and key not in ("不变量", "生效状态")


class Rule(NamedTuple):
    """All that deciding sees of a clause."""

    period: Period | None
    properties: dict[str, str]
    parts: tuple[Any, ...]


def rule_of(clause: CheckedClause) -> Rule:
    head = clause.clause
    properties = {
        key: text.value for key, text in head.properties.items() if is_deciding(key, head.kind)
    }
    parts = (
        (clause.subject, head.locator, head.kind),
        (clause.condition, clause.precondition, clause.applicability),
        (clause.pattern, clause.hits, clause.results, clause.replaces),
        clause.table and table_of(clause.table),
        getattr(head.body, "rows", None) and len(head.body.rows),  # type: ignore[union-attr]
    )
    return Rule(head.period, properties, parts)


def table_of(table: DecisionTable) -> tuple[Any, ...]:
    rules = [(one.number, one.tests, one.outputs) for one in table.rules]
    return (table.hit_policy, table.inputs, table.outputs, rules)


def check(text: str, vocabulary: Vocabulary) -> tuple[CheckedPolicy | None, Counter[object]]:
    policy, found = read_policy(text, POLICY.file)
    if policy is None:
        return None, said(found)
    checked, problems = check_policy(policy, vocabulary)
    _, uncovered = cover_policy(policy, LIBRARY.clause_lists[POLICY.id])
    return checked, said((*found, *problems, *uncovered))


BEFORE, SAID_BEFORE = check(POLICY.text, VOCABULARY)
assert BEFORE is not None
RULES_BEFORE = rules_of(BEFORE)


def is_noticed(text: str, vocabulary: Vocabulary = VOCABULARY) -> str:
    """How a change is noticed: "" where it isn't."""
    checked, found = check(text, vocabulary)
    if checked is None or found - SAID_BEFORE:
        return "diagnostic"
    rules = rules_of(checked)
    changed = {key for key in (*RULES_BEFORE, *rules) if RULES_BEFORE.get(key) != rules.get(key)}
    if not changed:
        return "same rules"
    policy = compile_policy(checked)
    if all(is_same_but_for_the_period(key, rules) for key in changed):
        before = compile_policy(BEFORE)
        if all(outcomes_of(before, str(key)) == outcomes_of(policy, str(key)) for key in changed):
            return "same outcomes"
    own = {clause.id for clause in checked.policy.clauses if clause.kind is not None}
    # The examples of a changed clause first: most often they tell.
    for wanted in (changed & own, own - changed):
        if any(not one.passed for one in run_examples(policy, wanted)):
            return "failing example"
    return ""


def is_same_but_for_the_period(key: object, rules: dict[object, Any]) -> bool:
    """A clause may narrow its period to that of what it reads: then both answer alike."""
    before, after = RULES_BEFORE.get(key), rules.get(key)
    if not isinstance(before, Rule) or not isinstance(after, Rule):
        return False
    return before._replace(period=None, properties={}) == after._replace(period=None, properties={})


def outcomes_of(policy: ExecutablePolicy, anchor: str) -> list[object]:
    """What the examples of a clause give, inside its period and after it."""
    return [
        decide(policy, one.case, on=day, only=(anchor,))[anchor].outcome
        for one in prepare_examples(policy, anchor)
        for day in (one.on, date(2025, 12, 31), date(2026, 1, 1), date(2035, 1, 1))
    ]


def without(lines: list[str], number: int) -> str:
    return "\n".join(lines[:number] + lines[number + 1 :])


def test_the_examples_of_the_whole_document_pass() -> None:
    assert all(one.passed for one in run_examples(compile_policy(BEFORE)))


def test_a_plan_is_in_force_once_filed_and_one_of_years_once_approved() -> None:
    """What the law above leaves to this test: the states in force of the document's flows."""
    in_force = {key: set(one.approvals.in_force) for key, one in BEFORE.lifecycles.items()}
    named = {key: states for key, states in in_force.items() if states}
    assert named == {"annual-plan": {"已备案"}, "multi-year-plan": {"审核通过"}}


@pytest.mark.parametrize("start", range(0, STRIDE, 4))
def test_a_line_taken_out_of_the_policy_is_noticed(start: int) -> None:
    silent = {
        number + 1: LINES[number]
        for number in range(start, len(LINES), STRIDE)
        if not is_noticed(without(LINES, number))
    }
    assert not silent


STEPS = [
    row.place.line - 1
    for one in POLICY.clauses
    if isinstance(one.body, Transitions)
    for row in one.body.rows
]


@pytest.mark.parametrize("number", STEPS, ids=[LINES[one].strip("| ") for one in STEPS])
def test_a_step_taken_out_of_a_flow_is_noticed(number: int) -> None:
    assert is_noticed(without(LINES, number))


TERMS = (bundled_rules() / "vocabulary.md").read_text("utf-8").rstrip("\n").split("\n")


@pytest.mark.parametrize("start", range(0, STRIDE, 6))
def test_a_line_taken_out_of_the_vocabulary_is_noticed_or_used_by_no_rule(start: int) -> None:
    silent: dict[int, str] = {}
    for number in range(start, len(TERMS), STRIDE):
        vocabulary, found = read_vocabulary(without(TERMS, number), "vocabulary.md")
        assert (vocabulary is None) == has_errors(found)
        if vocabulary is not None and not is_noticed(POLICY.text, vocabulary):
            silent[number + 1] = TERMS[number]
    assert not silent
