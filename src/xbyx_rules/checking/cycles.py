"""Calculations that need each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xbyx_rules.feel.syntax import Name, Node
from xbyx_rules.feel.walking import walk
from xbyx_rules.policy import ClauseKind
from xbyx_rules.tables import DecisionTable

from .model import CheckedClause

__all__ = ["find_cycle", "names_in"]


def names_in(clause: CheckedClause) -> frozenset[str]:
    """Every name that the formal parts of a clause mention, bound ones included."""
    parts: list[Node | None] = [clause.condition, clause.precondition, clause.applicability]
    if clause.table is not None:
        parts += _parts_of(clause.table)
    nodes = (node for part in parts if part is not None for node in walk(part))
    return frozenset(node.name for node in nodes if isinstance(node, Name))


def find_cycle(clauses: Iterable[CheckedClause]) -> tuple[str, ...]:
    """The anchors of calculations that need each other, first one repeated at the end; () if none.

    Iterative, since a chain of calculations may be long.
    """
    owners: dict[str, CheckedClause] = {}
    for clause in clauses:
        if clause.clause.kind is ClauseKind.CALCULATION:
            owners |= {name: clause for name, _ in clause.results}
    needs = {
        one.id: sorted({owners[name].id for name in names_in(one) & owners.keys()})
        for one in owners.values()
    }
    done: set[str] = set()
    for start, first in needs.items():
        path: list[str] = [start]
        pending: list[Iterator[str]] = [iter(first)]
        while pending:
            following = next(pending[-1], None)
            if following is None:
                done.add(path.pop())
                pending.pop()
            elif following in path:
                return (*path[path.index(following) :], following)
            elif following not in done:
                path.append(following)
                pending.append(iter(needs[following]))
    return ()


def _parts_of(table: DecisionTable) -> list[Node | None]:
    rows: list[Node | None] = [*table.inputs]
    for rule in table.rules:
        rows += [*rule.tests, *rule.outputs]
    return rows
