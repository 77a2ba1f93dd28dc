"""What the examples of two versions give under each: the outcomes that a change changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from xbyx_rules.analysing import match_clauses
from xbyx_rules.checking import JUDGED_ON
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.errors import Diagnostic, Place
from xbyx_rules.feel.operators import equal_values
from xbyx_rules.policy import Outcome

from .examples import ExampleResult, PreparedExample, prepare_examples, run_example

__all__ = ["MOST_DAYS", "OutcomeChange", "compare_outcomes"]

MOST_DAYS: Final = 12
"""On how many further days an example is decided at most."""


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """One situation that the two versions decide otherwise.

    Args:
        clause: anchor of the clause in the new version.
        name: of the example.
        place: the example's row, in the version that has it (the new one, if both have).
        on: the day on which it was decided.
        old: what the old version gives: an `Outcome`, a value, or the `Diagnostic` where the
            case can't be decided.
        new: what the new version gives.
    """

    clause: str
    name: str
    place: Place
    on: date
    old: object
    new: object


def compare_outcomes(
    old: ExecutablePolicy, new: ExecutablePolicy, days: Collection[date] = ()
) -> tuple[OutcomeChange, ...]:
    """Run every example of two versions under both, and keep what is decided otherwise.

    Clauses are matched as `compare_policies` matches them; one that only a single version has
    decides nothing in the other, so its examples are left out.

    Args:
        old: the old version.
        new: the new one.
        days: days on which the examples are decided too, besides their own: those from which a
            parameter is another; the first `MOST_DAYS` of them.  An example that names its day
            keeps to it.

    Returns:
        One entry a situation and change, on the first day that shows it, in the order of the new
        document's clauses.
    """
    clauses = old.policy.clauses, new.policy.clauses
    changes: list[OutcomeChange] = []
    days = sorted(set(days))[:MOST_DAYS]
    for mine, theirs in match_clauses(*clauses):
        anchors = clauses[0][mine].id, clauses[1][theirs].id
        if anchors[0] in old.checked.clauses and anchors[1] in new.checked.clauses:
            changes += _compare_clause((old, new), anchors, days)
    return tuple(changes)


def _compare_clause(
    versions: tuple[ExecutablePolicy, ExecutablePolicy],
    anchors: tuple[str, str],
    days: Collection[date],
) -> Iterator[OutcomeChange]:
    # WHY the new version first: what stands in both is shown at its place there.
    seen: set[tuple[str, date]] = set()
    for index in (1, 0):
        for prepared in prepare_examples(versions[index], anchors[index]):
            said: list[OutcomeChange] = []
            for on in _days_of(prepared, days):
                situation = (_situation(prepared), on)
                if situation in seen:
                    continue
                seen.add(situation)
                change = _decide(versions, anchors, replace(prepared, on=on))
                if change is not None and not any(_says_the_same(change, one) for one in said):
                    said.append(change)
            yield from said


def _days_of(prepared: PreparedExample, days: Collection[date]) -> list[date]:
    names_its_day = any(path == (JUDGED_ON,) for path, _ in prepared.example.inputs)
    return [prepared.on] if names_its_day else list(dict.fromkeys((prepared.on, *days)))


def _situation(prepared: PreparedExample) -> str:
    """What makes two examples one: all that is put in, whatever they are called."""
    return repr(sorted(prepared.example.inputs, key=lambda one: one[0]))


def _decide(
    versions: tuple[ExecutablePolicy, ExecutablePolicy],
    anchors: tuple[str, str],
    prepared: PreparedExample,
) -> OutcomeChange | None:
    """The change of what one case gives, or None where both versions give the same."""
    found: list[object] = []
    for version, anchor in zip(versions, anchors, strict=True):
        attestations = tuple(replace(one, clause=anchor) for one in prepared.case.attestations)
        case = replace(prepared.case, attestations=attestations)
        found.append(_found(run_example(version, replace(prepared, clause=anchor, case=case))))
    if _is_same(*found):
        return None
    example = prepared.example
    return OutcomeChange(anchors[1], example.name, example.place, prepared.on, *found)


def _says_the_same(one: OutcomeChange, other: OutcomeChange) -> bool:
    return _is_same(one.old, other.old) and _is_same(one.new, other.new)


def _found(result: ExampleResult) -> object:
    """The value of a calculation, even where the example expects an outcome."""
    finding = result.finding
    if finding is not None and finding.outcome is Outcome.MET and finding.value is not None:
        return finding.value
    return result.found


def _is_same(old: object, new: object) -> bool:
    if isinstance(old, Diagnostic) and isinstance(new, Diagnostic):
        return old.code == new.code
    if isinstance(old, Outcome | Diagnostic) or isinstance(new, Outcome | Diagnostic):
        return old is new
    return equal_values(old, new) is True
