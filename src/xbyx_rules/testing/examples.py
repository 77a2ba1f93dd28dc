"""Run the examples of a document: each row a case, decided as any other case is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from xbyx_rules.checking import JUDGED_ON, CheckedClause, CheckedExample
from xbyx_rules.checking.examples import ATTESTED, HITS
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Attestation, Case, Finding, Subject, decide
from xbyx_rules.errors import CaseError, Diagnostic, Place
from xbyx_rules.feel.operators import equal_values
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import EntityType, ListType, Type
from xbyx_rules.feel.values import Complete
from xbyx_rules.policy import Outcome, Policy, Vocabulary

__all__ = [
    "ExampleResult",
    "PreparedExample",
    "prepare_example",
    "prepare_examples",
    "run_example",
    "run_examples",
    "select_clauses",
]

_EVIDENCE = "例"
_LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What one example gave.

    Args:
        clause: the anchor of the clause it belongs to.
        name: the example's name.
        place: its row in the document.
        expected: an `Outcome`, or of a calculation the value.
        found: the outcome or value found; the `Diagnostic` where the case could not be decided
            (a value outside its bounds, rows that overlap, too many steps).
        passed: whether they are the same.
        finding: the whole finding, or None where the case could not be decided.
    """

    clause: str
    name: str
    place: Place
    expected: object
    found: object
    passed: bool
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class PreparedExample:
    """An example as a case on a day, ready to be decided again and again."""

    clause: str
    example: CheckedExample
    case: Case
    on: date


def run_examples(
    policy: ExecutablePolicy, clauses: Collection[str] | None = None
) -> tuple[ExampleResult, ...]:
    """Decide every example of a document and compare it with what the row expects.

    A list of records in an example counts as complete.  The column 命中 of a check names the
    hits, each by the keys of its records joined by 、.  The day is the column 判定日, else the
    first day on which both the document and the clause are in force.

    Args:
        policy: from `compile_policy`.
        clauses: the anchors wanted.  Default: all clauses of the document itself; those it
            inherits are tested where they stand.

    Returns:
        One result an example, in the order of the document.

    Example:
        >>> from xbyx_rules.deciding import load_policies
        >>> policy = load_policies()["cn/beijing/school-based-training"]
        >>> [one.passed for one in run_examples(policy, ["manager"])]
        [True, True, True, True]
    """
    return tuple(
        run_example(policy, prepared)
        for anchor in select_clauses(policy, clauses)
        for prepared in prepare_examples(policy, anchor)
    )


def select_clauses(policy: ExecutablePolicy, clauses: Collection[str] | None) -> tuple[str, ...]:
    """The anchors wanted, in the order of the document; by default the document's own.

    Raises:
        KeyError: the document has no clause with one of the anchors.
    """
    checked = policy.checked
    if clauses is None:
        own = {clause.id for clause in policy.policy.clauses}
        return tuple(key for key in checked.clauses if key in own)
    for anchor in clauses:
        if anchor not in checked.clauses:
            raise KeyError(anchor)
    return tuple(key for key in checked.clauses if key in clauses)


def run_example(policy: ExecutablePolicy, prepared: PreparedExample) -> ExampleResult:
    """Decide one prepared example, under this policy or a changed one."""
    example = prepared.example
    finding: Finding | None = None
    try:
        review = decide(policy, prepared.case, on=prepared.on, only=(prepared.clause,))
    except CaseError as error:
        found: object = error.diagnostics[0]
    else:
        finding = review[prepared.clause]
        found = _found(finding, example.expected)
    expected = example.expected
    hits = dict(example.inputs).get((HITS,))
    if hits is not None and finding is not None and found is expected:
        # WHY: a pattern that names each pair twice has the same outcome as one that names it once.
        expected, found = sorted(map(str, _items(hits))), _name_hits(finding)
    return ExampleResult(
        prepared.clause,
        example.name,
        example.place,
        expected,
        found,
        _is_expected(found, expected),
        finding,
    )


def prepare_examples(policy: ExecutablePolicy, anchor: str) -> Iterator[PreparedExample]:
    """Each example of one clause as a case on a day."""
    checked = policy.checked
    clause = checked.clauses[anchor]
    for example in clause.examples:
        yield prepare_example(policy, anchor, example)


def prepare_example(
    policy: ExecutablePolicy, anchor: str, example: CheckedExample
) -> PreparedExample:
    """One example of a clause, of its table or not, as a case on a day."""
    checked = policy.checked
    clause = checked.clauses[anchor]
    case = _case_of(clause, example, checked.vocabulary)
    return PreparedExample(anchor, example, case, _day_of(example, clause, checked.origins[anchor]))


def _found(finding: Finding, expected: object) -> object:
    """What to compare: the value of a calculation, unless an outcome is expected."""
    is_value = finding.outcome is Outcome.MET and not isinstance(expected, Outcome)
    return finding.value if is_value else finding.outcome


def _name_hits(finding: Finding) -> list[str]:
    """A check's hits, each by the keys of its records."""
    return sorted(
        "、".join(str(record.get(record.key, "?")) for record in hit.values())
        for hit in _items(finding.value)
    )


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_expected(found: object, expected: object) -> bool:
    if isinstance(found, Outcome | Diagnostic) or isinstance(expected, Outcome):
        return found is expected
    return equal_values(found, expected) is True


# From the cells to the case


def _case_of(clause: CheckedClause, example: CheckedExample, vocabulary: Vocabulary) -> Case:
    facts: dict[str, Any] = {}
    records: dict[str, Any] = {}
    attestations: tuple[Attestation, ...] = ()
    for path, value in example.inputs:
        if path in ((JUDGED_ON,), (HITS,)):
            continue
        if path == (ATTESTED,) and isinstance(value, str):
            attestations = (_attestation(clause, value),)
        elif clause.subject:
            _put(facts, path, _as_complete(value, _type_at(path, clause.subject, vocabulary)))
        else:
            kind = ListType(vocabulary.type_of(path[0]), records=True)
            records[path[0]] = _as_complete(value, kind)
    subject = Subject(clause.subject or _any_entity(clause, vocabulary), example.name)
    return Case(subject, facts, records, attestations)


def _any_entity(clause: CheckedClause, vocabulary: Vocabulary) -> str:
    """An entity for a case about records only, which no fact of its subject can decide."""
    rows = clause.pattern
    return rows[0].entity if rows else next(iter(vocabulary.entities))


def _put(facts: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for step in path[:-1]:
        facts = facts.setdefault(step, {})
    facts[path[-1]] = value


def _type_at(path: tuple[str, ...], subject: str, vocabulary: Vocabulary) -> Type | None:
    kind: Type | None = vocabulary.type_of(subject)
    for name in path:
        kind = kind.field(name) if isinstance(kind, EntityType) else None
    return kind


def _as_complete(value: Any, kind: Type | None) -> Any:
    """The value with every list of records in it declared complete.

    WHY: an example shows the whole situation; that a list may be incomplete is the host's matter.
    """
    if isinstance(kind, ListType) and isinstance(value, list):
        items = [_as_complete(one, kind.element) for one in value]
        return Complete(items) if kind.records else items
    if isinstance(kind, EntityType) and isinstance(value, dict):
        return {name: _as_complete(inner, kind.field(name)) for name, inner in value.items()}
    return value


def _attestation(clause: CheckedClause, spelling: str) -> Attestation:
    """An attestation that counts: by the first role the clause names, with evidence."""
    roles = [one.strip() for one in re.split("[,，、;；]", clause.clause.property("证明人"))]
    outcome = Outcome.find(spelling) or Outcome.UNDETERMINED
    return Attestation(clause.id, outcome, _EVIDENCE, roles[0], _EVIDENCE, date.min)


def _day_of(example: CheckedExample, clause: CheckedClause, policy: Policy) -> date:
    for path, value in example.inputs:
        if path == (JUDGED_ON,) and isinstance(value, Date):
            return date(value.year, value.month, value.day)
    starts = [one.start for one in (policy.period, clause.clause.period) if one.start is not None]
    return max(starts, default=policy.adopted or _LONG_AGO)
