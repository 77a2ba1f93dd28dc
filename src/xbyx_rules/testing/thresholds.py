"""The values at which a policy's answers turn: constants, parameters, edges of periods."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from xbyx_rules.checking import CheckedClause
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.walking import walk
from xbyx_rules.policy import Period

__all__ = ["Thresholds", "find_thresholds", "trees_of"]

_ONE_DAY = timedelta(days=1)
_LONGEST = 6


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Values that tests are biased to, each in ascending order.

    Args:
        numbers: numeric constants and parameters.
        texts: texts that conditions compare with.
        dates: date constants and the edges of periods, with the days just outside.
    """

    numbers: tuple[Decimal, ...] = ()
    texts: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()

    @property
    def longest(self) -> int:
        """The most records a list need have: one more than the largest count asked for."""
        counts = [int(one) for one in self.numbers if one == int(one) and 0 < one < _LONGEST]
        return max([2, *counts]) + 1


def find_thresholds(policy: ExecutablePolicy, anchors: Collection[str] | None = None) -> Thresholds:
    """What the conditions of some clauses, and of what they calculate with, compare with.

    Args:
        policy: from `compile_policy`.
        anchors: of clauses.  Default: all.

    Example:
        >>> from xbyx_rules.deciding import load_policies
        >>> policy = load_policies()["cn/beijing/school-based-training"]
        >>> [str(one) for one in find_thresholds(policy, ["funding-floor"]).numbers]
        ['0', '0.05']
    """
    numbers: set[Decimal] = set()
    texts: set[str] = set()
    dates: set[date] = set(_edges(policy.policy.period))
    for clause in _reach(policy, anchors if anchors is not None else tuple(policy.clauses)):
        dates.update(_edges(clause.clause.period))
        for node in (part for tree in trees_of(clause) for part in walk(tree)):
            values = [getattr(node, "value", None)]
            if isinstance(node, s.Name):
                found = policy.checked.parameters.get(node.name, ())
                values = [one.value for one in found]
                dates.update(day for one in found for day in _edges(one.period))
            for value in values:
                if isinstance(value, Decimal):
                    numbers.add(value)
                elif isinstance(value, str):
                    texts.add(value)
                elif isinstance(value, Date):
                    dates.update(_around(date(value.year, value.month, value.day)))
    return Thresholds(tuple(sorted(numbers)), tuple(sorted(texts)), tuple(sorted(dates)))


def trees_of(clause: CheckedClause) -> Iterator[s.Node]:
    """Every tree that decides a clause."""
    for one in (clause.precondition, clause.applicability, clause.condition):
        if one is not None:
            yield one
    if clause.table is not None:
        yield from clause.table.inputs
        for rule in clause.table.rules:
            yield from (*rule.tests, *rule.outputs)


def _reach(policy: ExecutablePolicy, anchors: Collection[str]) -> list[CheckedClause]:
    """The clauses, and those of the calculations they rest on, each once."""
    waiting = [policy.clauses[one].checked for one in anchors]
    found: dict[str, CheckedClause] = {}
    while waiting:
        clause = waiting.pop()
        if clause.id in found:
            continue
        found[clause.id] = clause
        names = {
            node.name
            for tree in trees_of(clause)
            for node in walk(tree)
            if isinstance(node, s.Name)
        }
        waiting += [policy.calculations[one].checked for one in names if one in policy.calculations]
    return list(found.values())


def _edges(period: Period) -> Iterator[date]:
    if period.start is not None:
        yield from _around(period.start)
    if period.end is not None:
        yield from _around(period.end)


def _around(day: date) -> tuple[date, ...]:
    is_inside = date.min < day < date.max
    return (day - _ONE_DAY, day, day + _ONE_DAY) if is_inside else (day,)
