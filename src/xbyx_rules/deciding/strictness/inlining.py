"""A rule as it reads on one day: parameters as their values, calculations as what they compute."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from xbyx_rules.checking import CheckedClause, CheckedPolicy, ParameterValue
from xbyx_rules.deciding.evaluation import find_parameter
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import NumberType
from xbyx_rules.feel.walking import children, has_node_deeper_than, replace_children, walk
from xbyx_rules.policy import ClauseKind, DocumentStatus, Policy
from xbyx_rules.tables import DecisionTable

__all__ = ["Reading", "is_deciding", "names_in", "trees_of"]

_DEEPEST: Final = 20
_TALLEST: Final = 60
_LARGEST: Final = 2_000


def is_deciding(clause: CheckedClause, policy: Policy, on: date) -> bool:
    """Whether a clause of a document is decided by on a day."""
    is_issued = policy.status in (DocumentStatus.IN_FORCE, DocumentStatus.EXPIRED)
    in_force = on in policy.period and on in clause.clause.period
    return is_issued and in_force and clause.clause.property("核实") != "未核实"


def trees_of(clause: CheckedClause) -> tuple[s.Node, ...]:
    """Every tree of a clause, those in the cells of its table included."""
    found: list[s.Node | None] = [clause.applicability, clause.precondition, clause.condition]
    found.append(clause.hits)
    found += (row.condition for row in clause.pattern)
    if clause.table is not None:
        found += _trees_of_table(clause.table)
    return tuple(one for one in found if one is not None)


def _trees_of_table(table: DecisionTable) -> list[s.Node]:
    cells = [part for rule in table.rules for part in (*rule.tests, *rule.outputs)]
    return [*table.inputs, *cells]


def names_in(clause: CheckedClause) -> frozenset[str]:
    """Every name that a clause mentions: facts, fields, parameters, calculations."""
    found: set[str] = set()
    for tree in trees_of(clause):
        found |= {one.name for one in walk(tree) if isinstance(one, s.Name | s.Path)}
    return frozenset(found)


@dataclass(slots=True)
class Reading:
    """Reads the rules of one document on one day.

    Args:
        policy: the document.
        on: the day.
        subject: the entity that the rule is about.
        changed: names that another document gives another meaning: where they can't be replaced
            by what they stand for, they are marked, and so equal nothing of that document.
        mark: the mark.
    """

    policy: CheckedPolicy
    on: date
    subject: str
    changed: frozenset[str] = frozenset()
    mark: str = ""
    _calculations: dict[str, CheckedClause] = field(default_factory=dict)
    _terms: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for one in self.policy.clauses.values():
            if one.clause.kind is ClauseKind.CALCULATION:
                self._calculations |= {name: one for name, _ in one.results}
        entities = self.policy.vocabulary.entities.values()
        self._terms = frozenset(name for one in entities for name in one.terms)

    @property
    def valueless(self) -> frozenset[str]:
        """The marked names of parameters that have no value on the day: they are never known."""
        return frozenset(
            name + self.mark
            for name in self.changed - self._terms
            if name in self.policy.parameters and self._value(name) is None
        )

    def read(self, node: s.Node | None) -> s.Node | None:
        """A tree with what its names stand for; None where there is none, or it grows too large."""
        if node is None or has_node_deeper_than(node, _TALLEST):
            return None
        found = self._read(node, 0)
        is_small = sum(1 for _ in walk(found)) <= _LARGEST
        return found if is_small and not has_node_deeper_than(found, _TALLEST) else None

    def _read(self, node: s.Node, depth: int) -> s.Node:
        if isinstance(node, s.Name):
            return self._replace(node, depth)
        parts = children(node)
        return replace_children(node, tuple(self._read(part, depth) for part in parts))

    def _replace(self, node: s.Name, depth: int) -> s.Node:
        name = node.name
        # WHY: inside a filter a record's own field comes before a parameter of its name.
        if name not in self._terms:
            value = self._constant(name)
            inner = self._inner(name) if depth < _DEEPEST else None
            if value is not None:
                return value
            if inner is not None:
                return self._read(inner, depth + 1)
        return replace(node, name=name + self.mark) if name in self.changed else node

    def _value(self, name: str) -> ParameterValue | None:
        """A parameter's value on the day, where it has one that counts."""
        found = find_parameter(self.policy.parameters.get(name, ()), self.on)
        return found if found is not None and found.is_verified else None

    def _constant(self, name: str) -> s.Node | None:
        found = self._value(name)
        if found is None:
            return None
        value = found.value
        if isinstance(value, Decimal):
            exponent = value.normalize().as_tuple().exponent
            scale = max(0, -exponent) if isinstance(exponent, int) else None
            return s.Number(value, type=NumberType(value, value, scale), may_be_unknown=False)
        if isinstance(value, str):
            return s.String(value, type=found.type, may_be_unknown=False)
        if isinstance(value, bool):
            return s.Boolean(value, type=found.type, may_be_unknown=False)
        if isinstance(value, Date):
            return s.Temporal(str(value), value, type=found.type, may_be_unknown=False)
        return None

    def _inner(self, name: str) -> s.Node | None:
        """What a calculation of the same subject computes, where nothing else decides that."""
        clause = self._calculations.get(name)
        if clause is None or len(clause.results) != 1 or clause.table is not None:
            return None
        if clause.applicability is not None or clause.precondition is not None:
            return None
        is_here = clause.subject in ("", self.subject)
        origin = self.policy.origins[clause.id]
        return clause.condition if is_here and is_deciding(clause, origin, self.on) else None
