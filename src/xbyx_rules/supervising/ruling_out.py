"""Whether records that once matched a check certainly don't any more.

That a check finds other records says nothing of these: with a hit, what can't be told is not asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

from xbyx_rules.compiling import ExecutableClause, ExecutablePolicy
from xbyx_rules.deciding import Evaluation, decide_check
from xbyx_rules.feel.values import UNKNOWN

from .plain import name_record, record_to_plain, refer_to
from .reference import STEPS, Joining, plan_of

__all__ = ["rule_out"]

Numbers = dict[str, list[int]]
"""The numbers of a row's records by their names."""


def rule_out(
    policy: ExecutablePolicy,
    anchor: str,
    records: Mapping[str, Sequence[Mapping[str, Any]]],
    combinations: Collection[tuple[str, ...]],
    *,
    on: date,
) -> frozenset[tuple[str, ...]]:
    """Those of some combinations of records that certainly are no hit.

    A record that isn't listed is none only where the list is complete; one of which too little is
    known may still match.  Nothing is ruled out where no rule is in force, or none applies.

    Args:
        policy: the document that has the check.
        anchor: the check's.
        records: lists of records by entity, as in `supervise`.
        combinations: records as in `Hit.references`.
        on: civil date asked about.

    Raises:
        CaseError: as `supervise`.
    """
    found: set[tuple[str, ...]] = set()

    def search(clause: ExecutableClause, names: Evaluation) -> tuple[Any, list[dict[str, Any]]]:
        joining = Joining(plan_of(clause), names)
        rows = _number(joining, refer_to(policy, anchor))
        found.update(one for one in combinations if _is_ruled_out(joining, rows, one))
        return UNKNOWN, []

    decide_check(policy, anchor, records, on=on, search=search, steps=STEPS)
    return frozenset(found)


def _number(joining: Joining, entities: Mapping[str, tuple[str, str]]) -> list[Numbers]:
    rows: list[Numbers] = []
    for row in joining.plan.present:
        numbers: Numbers = {}
        for number, record in enumerate(joining.records(row)):
            name = name_record(record_to_plain(record), *entities[row.alias])
            numbers.setdefault(name, []).append(number)
        rows.append(numbers)
    return rows


def _is_ruled_out(joining: Joining, rows: list[Numbers], names: tuple[str, ...]) -> bool:
    present = joining.plan.present
    if len(names) != len(present):
        return False  # the check had other rows when it found them
    chosen = [numbers.get(name, []) for numbers, name in zip(rows, names, strict=True)]
    missing = [row for row, some in zip(present, chosen, strict=True) if not some]
    if missing:
        return any(joining.is_complete(row) for row in missing)
    for some in product(*chosen):
        joining.names.budget.spend(1)
        one = {
            row.alias: joining.records(row)[number]
            for row, number in zip(present, some, strict=True)
        }
        if joining.holds(one) is not False:
            return False
    return True
