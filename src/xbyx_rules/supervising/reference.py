"""The reference evaluator: hash joins in plain Python, three-valued as the rule itself.

An index only leaves out records whose key is certainly another one, for which the equality is
false; every record that is left is asked the whole condition.  So it finds what the rule finds.
Records of which a key isn't known can't make a hit: they are asked only until it is settled that
something can't be told, so a column that nobody filled in costs no pair of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from xbyx_rules.compiling import ExecutableClause
from xbyx_rules.deciding import Evaluation
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.values import UNKNOWN, Incomplete

from .plans import Part, Plan, PlannedRow, plan_check

__all__ = ["STEPS", "Joining", "hash_key", "plan_of", "search_by_reference"]

STEPS: Final = 100_000_000
"""How much work searching the records of one check may be; see `compiling.Budget`."""
_ROUND: Final = 2


def search_by_reference(
    clause: ExecutableClause, names: Evaluation
) -> tuple[Any, list[dict[str, Any]]]:
    """Search a check's records: whether nothing matches, and the hits in the rule's own order."""
    return Joining(plan_of(clause), names).search()


@lru_cache(maxsize=256)
def plan_of(clause: ExecutableClause) -> Plan:
    """The plan of a clause; kept, since its parts are compiled when they first run."""
    return plan_check(clause.checked)


@dataclass(slots=True)
class Joining:
    """The records of one check being joined.

    Args:
        plan: of the check.
        names: gives the lists of records, parameters and calculations, and the steps left.
    """

    plan: Plan
    names: Evaluation
    _rows: dict[str, _Row] = field(default_factory=dict)
    _asks_unknown: bool = True

    def search(self) -> tuple[Any, list[dict[str, Any]]]:
        """Whether nothing matches (true, false or UNKNOWN), and the hits."""
        hits: list[dict[str, Any]] = []
        is_clear: Any = True
        for truth, found in self._walk(0, {}, True):
            # WHY: a hit, or something that can't be told, leaves nothing else that can't be told
            # to change the answer; from now on hits alone are looked for.
            self._asks_unknown = False
            if truth is True:
                hits.append(dict(found))
            else:
                is_clear = UNKNOWN
        return (False, hits) if hits else (is_clear, hits)

    def holds(self, found: Mapping[str, Any]) -> Any:
        """Whether some records, by alias of the rows that are present, make a hit."""
        truth: Any = True
        known: dict[str, Any] = {}
        for row in self.plan.rows:
            if row.is_absent:
                part = self._absence(row, known)
            else:
                known[row.alias] = found[row.alias]
                part = self._all((*row.own, *row.cross), known)
            truth = _and(truth, part)
            if truth is False:
                return False
        return truth

    def records(self, row: PlannedRow) -> list[Any]:
        """A row's records, as FEEL values."""
        return self._row(row).records

    def is_complete(self, row: PlannedRow) -> bool:
        """Whether a row's list vouches that there are no other records."""
        return self._row(row).is_complete

    def own(self, row: PlannedRow, number: int) -> Any:
        """What a row's conditions on its own record alone say of one of its records."""
        return self._row(row).own[number]

    def value(self, part: Part, known: Mapping[str, Any]) -> Any:
        """The value of a condition or a side of one, for some records."""
        names = self.names

        def read(name: str) -> Any:
            return known[name] if name in known else names.read(name)

        return part.run(read, names.budget)

    # --- inside ---------------------------------------------------------------------------------

    def _walk(
        self, depth: int, known: dict[str, Any], truth: Any
    ) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Every combination that isn't ruled out, with what is known of it."""
        if truth is False or (truth is UNKNOWN and not self._asks_unknown):
            return
        if depth == len(self.plan.rows):
            yield truth, known
            return
        row = self.plan.rows[depth]
        if row.is_absent:
            yield from self._walk(depth + 1, known, _and(truth, self._absence(row, known)))
            return
        for record, part in self._matching(row, known):
            known[row.alias] = record
            yield from self._walk(depth + 1, known, _and(truth, part))
            del known[row.alias]
        if self._asks_unknown and not self._row(row).is_complete:
            # Records that aren't in the list might match.
            yield UNKNOWN, known

    def _absence(self, row: PlannedRow, known: dict[str, Any]) -> Any:
        """Whether no record of a row matches."""
        prepared = self._row(row)
        certain, uncertain = prepared.candidates(self, row, known)
        answer: Any = True if prepared.is_complete else UNKNOWN
        for number in certain:
            part = self._ask(row, number, known)
            if part is True:
                return False
            if part is UNKNOWN:
                answer = UNKNOWN
        if answer is True and any(self._ask(row, number, known) is UNKNOWN for number in uncertain):
            return UNKNOWN
        return answer

    def _matching(self, row: PlannedRow, known: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
        """The records of a row for which its condition isn't false, with what it says."""
        prepared = self._row(row)
        certain, uncertain = prepared.candidates(self, row, known)
        for number in certain:
            truth = self._ask(row, number, known)
            if truth is not False:
                yield prepared.records[number], truth
        for number in uncertain:
            if not self._asks_unknown:
                return
            if self._ask(row, number, known) is not False:
                yield prepared.records[number], UNKNOWN

    def _ask(self, row: PlannedRow, number: int, known: dict[str, Any]) -> Any:
        """What a row's whole condition says of one of its records."""
        self.names.budget.spend(_ROUND)
        prepared = self._row(row)
        truth = prepared.own[number]
        if truth is False or not row.cross:
            return truth
        record = prepared.records[number]
        return _and(truth, self._all(row.cross, {**known, row.alias: record}))

    def _all(self, parts: tuple[Part, ...], known: Mapping[str, Any]) -> Any:
        truth: Any = True
        for part in parts:
            truth = _and(truth, self.value(part, known))
            if truth is False:
                return False
        return truth

    def _row(self, row: PlannedRow) -> _Row:
        if row.alias not in self._rows:
            self._rows[row.alias] = _prepare(self, row)
        return self._rows[row.alias]


@dataclass(slots=True)
class _Row:
    """A row's records with what was worked out about each by itself.

    Args:
        records: FEEL values.
        is_complete: whether there are no others.
        own: what the conditions on the record alone say of each.
        index: of the joins' keys: the numbers of the records that have them, in order.
        compared: the numbers of the records with a key that can't be looked up, in order.
        unknown: the numbers of the records of which a key isn't known.
    """

    records: list[Any]
    is_complete: bool
    own: list[Any]
    index: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    compared: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)

    def candidates(
        self, joining: Joining, row: PlannedRow, known: Mapping[str, Any]
    ) -> tuple[Sequence[int], Iterable[int]]:
        """The numbers of the records that the joins don't rule out.

        Returns:
            Those that may match, in order, and those of which it certainly can't be told.
        """
        if not row.joins:
            return self.compared, ()
        values = [joining.value(one.there, known) for one in row.joins]
        key = tuple(hash_key(one) for one in values)
        if any(one is UNKNOWN for one in values):
            return (), chain(self._indexed(), self.compared, self.unknown)
        if None in key:
            return sorted([*self._indexed(), *self.compared]), self.unknown
        found = self.index.get(key, [])
        return (sorted([*found, *self.compared]) if self.compared else found), self.unknown

    def _indexed(self) -> Iterator[int]:
        return (number for some in self.index.values() for number in some)


def _prepare(joining: Joining, row: PlannedRow) -> _Row:
    listed = joining.names.read(row.entity)
    is_known = isinstance(listed, list)
    records = list(listed) if is_known else []
    made = _Row(records, is_known and not isinstance(listed, Incomplete), [])
    for number, record in enumerate(records):
        joining.names.budget.spend(_ROUND)
        known = {row.alias: record}
        truth: Any = True
        for part in row.own:
            truth = _and(truth, joining.value(part, known))
            if truth is False:
                break
        made.own.append(truth)
        if truth is False:
            continue
        values = [joining.value(one.here, known) for one in row.joins]
        key = tuple(hash_key(one) for one in values)
        if any(one is UNKNOWN for one in values):
            made.unknown.append(number)
        elif not row.joins or None in key:
            made.compared.append(number)
        else:
            made.index.setdefault(key, []).append(number)
    return made


def hash_key(value: Any) -> Any:
    """A value to look records up by; None for one that must be compared instead.

    WHY only these: their equality in Python is FEEL's own, and two of different kinds are never
    compared where types were checked.
    """
    return value if isinstance(value, str | bool | Date | Decimal) else None


def _and(left: Any, right: Any) -> Any:
    if left is False or right is False:
        return False
    return UNKNOWN if left is UNKNOWN or right is UNKNOWN else True
