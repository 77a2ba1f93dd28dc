"""Two rules, one in the place of the other: a proof where there is one, else cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from xbyx_rules.checking import CheckedClause, CheckedPolicy, Strictness
from xbyx_rules.compiling import compile_policy
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.types import BOOLEAN
from xbyx_rules.feel.walking import walk
from xbyx_rules.policy import ClauseKind

from .comparing import Comparison
from .implying import implies, negate, normalise
from .inlining import Reading, is_deciding, names_in, trees_of
from .monotone import direct
from .trying import Thresholds, draw_cases

__all__ = ["CASES", "compare_force", "compare_rules"]

CASES: Final = 600
"""How many cases are tried on a rule whose strictness isn't proved."""

_MOST_DAYS: Final = 24
_DAY: Final = timedelta(days=1)
_ALWAYS: Final = s.Boolean(True, type=BOOLEAN)
_FORCE: Final[Mapping[Language, str]] = MappingProxyType(
    {
        "zh": "不符合时不再阻断",
        "en": "it doesn't block any longer where it is not met",
    }
)


def compare_rules(
    upper: CheckedPolicy,
    lower: CheckedPolicy,
    anchors: tuple[str, str],
    changed: frozenset[str],
) -> Strictness:
    """How strict a rule is beside the one above it, as each of them reads in its own document.

    Args:
        upper: the document above.
        lower: the document below.
        anchors: of the rule above, and of the one in its place: the same where it is inherited.
        changed: names that mean something else below.
    """
    clauses = upper.clauses[anchors[0]], lower.clauses[anchors[1]]
    empty = Strictness(anchors[0], f"{upper.policy.id}#{anchors[0]}")
    looser = compare_force(upper, lower, anchors)
    if looser:
        return replace(empty, status="refused", example=looser)
    pair = _Pair(upper, lower, *clauses, changed)
    days = pair.days()
    if not days:
        return replace(empty, status="proved", is_vacuous=True)
    if len(days) <= _MOST_DAYS and all(map(pair.is_proved, days)):
        return replace(empty, status="proved")
    return pair.try_cases(empty, days)


def compare_force(
    upper: CheckedPolicy, lower: CheckedPolicy, anchors: tuple[str, str]
) -> Mapping[Language, str]:
    """That a rule blocks no longer, in words; nothing where it does, or never did."""
    before = compile_policy(upper).clauses[anchors[0]].is_blocking
    after = compile_policy(lower).clauses[anchors[1]].is_blocking
    return _FORCE if before and not after else {}


@dataclass(frozen=True, slots=True)
class _Pair:
    upper: CheckedPolicy
    lower: CheckedPolicy
    old: CheckedClause
    new: CheckedClause
    changed: frozenset[str]

    def days(self) -> list[date]:
        """The first and the last days of all stretches in which both decide and nothing changes."""
        origins = self.upper.origins[self.old.id], self.lower.origins[self.new.id]
        periods = [one.period for one in (*origins, self.old.clause, self.new.clause)]
        for policy in (self.upper, self.lower):
            periods += [row.period for rows in policy.parameters.values() for row in rows]
        days = {date(2000, 1, 1)}
        for one in periods:
            if one.start is not None and one.start > date.min:
                days |= {one.start, one.start - _DAY}
            if one.end is not None and one.end < date.max:
                days |= {one.end, one.end + _DAY}
        return sorted(
            day
            for day in days
            if is_deciding(self.old, origins[0], day) and is_deciding(self.new, origins[1], day)
        )

    def is_proved(self, on: date) -> bool:
        """Whether what is met or not applicable by the new rule is so by the old one, on a day."""
        old, new = self.old, self.new
        if old.clause.kind is ClauseKind.CALCULATION:
            return False
        if old.table is not None or new.table is not None or self._binds_a_name():
            return False
        above = Reading(self.upper, on, old.subject)
        below = Reading(self.lower, on, new.subject, self.changed, "′")
        before, after = _read(above, old), _read(below, new)
        if before is None or after is None:
            return False
        # Where the new one doesn't apply the old one doesn't; what passes the new one passes.
        moved = [direct(*pair, below.valueless) for pair in zip(before, after, strict=True)]
        if not moved[0].is_not_below and not implies([negate(after[0])], negate(before[0])):
            return False
        if all(one.is_not_above for one in moved[1:]):
            return True
        return implies(after, s.And(before[1:], type=BOOLEAN))

    def _binds_a_name(self) -> bool:
        """Whether a loop binds a name of the document, which would be taken for that one."""
        trees = (*trees_of(self.old), *trees_of(self.new))
        nodes = (node for tree in trees for node in walk(tree))
        bound = {name for one in nodes for name in _bound_by(one)}
        return not bound.isdisjoint({*self.lower.parameters, *self.changed})

    def try_cases(self, empty: Strictness, days: list[date]) -> Strictness:
        """Cases near the thresholds of both, on each of the days in turn."""
        policies = compile_policy(self.upper), compile_policy(self.lower)
        comparison = Comparison(*policies, (self.old.id, self.new.id))
        trees = [*_trees(self.upper, self.old), *_trees(self.lower, self.new)]
        values = [
            row.value
            for policy in (self.upper, self.lower)
            for rows in policy.parameters.values()
            for row in rows
        ]
        thresholds = Thresholds.of(trees, values, days)
        entities = self.lower.vocabulary.entities
        listed = [row.entity for one in (self.old, self.new) for row in one.pattern]
        listed += [one for one in entities if one in thresholds.words]
        tried = 0
        for case in draw_cases(self.lower.vocabulary, self.old.subject, listed, thresholds, CASES):
            difference = comparison.differ(case, days[tried % len(days)])
            tried += 1
            if difference is not None:
                smallest = comparison.shrink(difference)
                rows_of: dict[Language, str] = {"zh": smallest.rows(), "en": smallest.rows("en")}
                return replace(empty, status="refused", cases=tried, example=rows_of)
        return replace(empty, status="tested", cases=tried)


def _bound_by(node: s.Node) -> tuple[str, ...]:
    """Names that a node gives a meaning of its own; a filter reads a context's keys as names."""
    if isinstance(node, s.Context):
        return tuple(name for name, _ in node.entries)
    return (node.name,) if isinstance(node, s.Iterator | s.Parameter) else ()


def _read(reading: Reading, clause: CheckedClause) -> tuple[s.Node, s.Node, s.Node] | None:
    """适用条件, 前提 and condition in normal form; None where one of them grows too large."""
    found: list[s.Node] = []
    for node in (clause.applicability, clause.precondition, clause.condition):
        tree = reading.read(node)
        if node is not None and tree is None:
            return None
        found.append(_ALWAYS if tree is None else normalise(tree))
    return found[0], found[1], found[2]


def _trees(policy: CheckedPolicy, clause: CheckedClause) -> Iterator[s.Node]:
    """The trees of a clause and of every calculation behind it."""
    waiting, seen = [clause], {clause.id}
    while waiting:
        one = waiting.pop()
        yield from trees_of(one)
        names = names_in(one)
        for key, other in policy.clauses.items():
            if key not in seen and any(name in names for name, _ in other.results):
                seen.add(key)
                waiting.append(other)
