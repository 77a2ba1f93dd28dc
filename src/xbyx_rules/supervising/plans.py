"""How a check's records are joined: what each row asks of its own record, and of those before it.

A visitor over the typed tree: a row's condition is split at its ``and``s, and each part sorted by
the aliases it reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import localcontext
from functools import cached_property

from xbyx_rules.checking import CheckedClause, CheckedPattern
from xbyx_rules.compiling import PythonFunction, lower, to_python
from xbyx_rules.errors import Place
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.feel.walking import walk

__all__ = ["Join", "Part", "Plan", "PlannedRow", "plan_check"]


@dataclass(frozen=True, eq=False)
class Part:
    """A condition or a side of one, lowered, and the aliases that it reads."""

    node: s.Node
    aliases: frozenset[str]

    @cached_property
    def run(self) -> PythonFunction:
        """It as a function."""
        with localcontext(NUMBERS):
            made = to_python(self.node)
        if not isinstance(made, PythonFunction):  # pragma: no cover - no row holds a table
            raise TypeError("a condition is no table")
        return made


@dataclass(frozen=True)
class Join:
    """``here = there``: a side that reads the row's own record, and one that reads earlier ones."""

    here: Part
    there: Part


@dataclass(frozen=True)
class PlannedRow:
    """One row of the pattern.

    Args:
        entity: whose records.
        alias: what the record is called.
        is_absent: whether there must be none (无).
        own: conditions on the row's own record alone.
        joins: equalities with earlier records; each is in `cross` too.
        cross: conditions that read earlier records.
    """

    entity: str
    alias: str
    is_absent: bool
    own: tuple[Part, ...]
    joins: tuple[Join, ...]
    cross: tuple[Part, ...]


@dataclass(frozen=True)
class Plan:
    """A check's rows in order, and where it stands in its document."""

    anchor: str
    place: Place
    rows: tuple[PlannedRow, ...]

    @property
    def present(self) -> tuple[PlannedRow, ...]:
        """The rows whose records make a hit."""
        return tuple(one for one in self.rows if not one.is_absent)


def plan_check(clause: CheckedClause) -> Plan:
    """The plan of a check (核查).

    Raises:
        ValueError: the clause is none.
    """
    if not clause.pattern:
        raise ValueError(f"`{clause.clause.id}` is no check")
    aliases = frozenset(one.alias for one in clause.pattern)
    rows = tuple(_plan_row(one, aliases) for one in clause.pattern)
    return Plan(clause.clause.id, clause.clause.place, rows)


def _plan_row(row: CheckedPattern, aliases: frozenset[str]) -> PlannedRow:
    own: list[Part] = []
    cross: list[Part] = []
    joins: list[Join] = []
    for node in _conjuncts(row.condition):
        part = _part(node, aliases)
        if part.aliases <= {row.alias}:
            own.append(part)
            continue
        cross.append(part)
        if isinstance(part.node, s.Comparison) and part.node.operator == "=":
            sides = [_part(one, aliases) for one in (part.node.left, part.node.right)]
            for here, there in (sides, reversed(sides)):
                if here.aliases == {row.alias} and row.alias not in there.aliases:
                    joins.append(Join(here, there))
                    break
    return PlannedRow(row.entity, row.alias, row.is_absent, tuple(own), tuple(joins), tuple(cross))


def _part(node: s.Node, aliases: frozenset[str]) -> Part:
    lowered = lower(node)
    read = frozenset(one.name for one in walk(lowered) if isinstance(one, s.Name))
    return Part(lowered, read & aliases)


def _conjuncts(node: s.Node | None) -> list[s.Node]:
    if node is None:
        return []
    if isinstance(node, s.And):
        return [part for one in node.operands for part in _conjuncts(one)]
    return [node]
