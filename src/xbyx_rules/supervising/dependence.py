"""What a check depends on besides its records: so that a second look can be spared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from xbyx_rules.checking import JUDGED_ON
from xbyx_rules.compiling import ExecutableClause, ExecutablePolicy
from xbyx_rules.deciding import Evaluation, value_to_json
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.walking import walk

__all__ = ["describe_rules", "names_read"]


def describe_rules(policy: ExecutablePolicy, anchor: str, on: date) -> list[Any]:
    """Plain data that is the same on two days if the check finds the same in the same records.

    The text it stands in and those it refines, whether it is in force, the parameters it reads,
    and the day itself where it reads 判定日.

    Args:
        policy: the document that decides the check.
        anchor: the check's.
        on: civil date asked about.
    """
    clause = policy.clauses[anchor]
    names = Evaluation(policy, "", {}, {}, on)
    read = names_read(policy, anchor)
    known = {
        one: value_to_json(names.read(one))
        for one in sorted(read)
        if one in policy.checked.parameters
    }
    inner = sorted(one for one in read if one in policy.calculations)
    # WHY all documents: the calculations and lists that a check reads may be inherited.
    texts = {policy.policy.hash, *(one.hash for one in policy.checked.origins.values())}
    return [
        sorted(texts),
        anchor,
        names.reason_not_in_force(clause),
        [[one, names.reason_not_in_force(policy.calculations[one])] for one in inner],
        known,
        on.isoformat() if JUDGED_ON in read else "",
    ]


def names_read(policy: ExecutablePolicy, anchor: str) -> frozenset[str]:
    """The names that a check of a document reads, in its messages and its calculations too."""
    return frozenset(_names(policy, policy.clauses[anchor], {anchor}))


def _names(policy: ExecutablePolicy, clause: ExecutableClause, seen: set[str]) -> Iterator[str]:
    """The names that a clause reads, those of the calculations it uses included."""
    for node in _nodes(clause):
        for one in walk(node):
            if not isinstance(one, s.Name):
                continue
            yield one.name
            used = policy.calculations.get(one.name)
            if used is not None and used.checked.clause.id not in seen:
                seen.add(used.checked.clause.id)
                yield from _names(policy, used, seen)


def _nodes(clause: ExecutableClause) -> Iterator[Node]:
    checked = clause.checked
    parts = (checked.condition, checked.table, checked.applicability, checked.precondition)
    yield from (one for one in parts if one is not None)
    for message in checked.messages.values():
        yield from (part for part in message.parts if not isinstance(part, str))
