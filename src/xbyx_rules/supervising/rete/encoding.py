"""A check as Rete rules: a JSON ruleset and its facts, inside the envelope that was found safe.

What one record says by itself is worked out in Python; durable-rules gets the joins alone.  Values
reach it as ranks: whole numbers that are equal, and in order, exactly as the values are.  So no
text, decimal or date can be misread there.  The envelope and its reasons: docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any, Final

from xbyx_rules.errors import Diagnostic, Place
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date, DateTime
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.feel.walking import walk
from xbyx_rules.supervising.plans import Part, PlannedRow
from xbyx_rules.supervising.reference import Joining

__all__ = ["MOST_BRANCHES", "MOST_CONDITIONS", "MOST_FACTS", "Job", "Refused", "encode"]

MOST_FACTS: Final = 10_000
"""Facts in one evaluation; joins are hashed into 512 buckets, so more would be quadratic."""
MOST_BRANCHES: Final = 30
"""Rules that the ``or``s of one check are expanded into."""
MOST_CONDITIONS: Final = 100
"""Comparisons over all rules of one check."""

_OPERATORS: Final = {"=": "", "!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_GATE: Final = "g"
_ONE: Final = "one"

Rules = dict[str, Any]
Fact = dict[str, int | str]


class Refused(Exception):
    """A check that can't be said inside the envelope.

    Args:
        diagnostic: what stands in the way, with the place.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Job:
    """One check for the Rete engine.

    Args:
        rules: the ruleset, as JSON data.
        facts: in the order in which they are to be asserted, the gate last.
        sources: of each fact the alias of its row and the number of its record; the gate has none.
        is_certain: whether every record could be encoded, and every list is complete: then what
            doesn't match is certainly clear.
        is_exhaustive: whether every certain hit is among what the engine can find.  With an ``or``
            over several records, or a 无, one may rest on a record of which a field isn't known.
    """

    rules: Rules
    facts: list[Fact]
    sources: list[tuple[str, int]]
    is_certain: bool
    is_exhaustive: bool


@dataclass(frozen=True, slots=True)
class _Test:
    """``here operator there``: properties of this row's fact and of an earlier one's.

    Args:
        operator: of FEEL.
        here: the property of this row's.
        alias: which earlier one; "" for the gate.
        there: its property.
    """

    operator: str
    here: str
    alias: str
    there: str


@dataclass(slots=True)
class _Sides:
    """What a row's facts carry as properties.

    Args:
        parts: by alias: sides of comparisons, as ranks, and conditions on one record that stand
            inside an ``or``, as 1 or 0; which of the two it is.
    """

    parts: dict[str, list[tuple[Part, bool]]] = field(default_factory=dict)

    def name_of(self, alias: str, part: Part, *, is_condition: bool = False) -> str:
        listed = self.parts.setdefault(alias, [])
        for number, (one, kind) in enumerate(listed):
            if one.node == part.node and kind is is_condition:
                return f"p{number}"
        listed.append((part, is_condition))
        return f"p{len(listed) - 1}"


def encode(joining: Joining) -> Job:
    """Encode a check with its records.

    Raises:
        Refused: XR802 too many facts, XR803 a condition that can't be said as comparisons of two
            records, XR804 values that have no order, XR805 too many alternatives or conditions.
    """
    plan = joining.plan
    if any(row.is_absent for row in plan.rows) and not plan.present:  # pragma: no cover - XR261
        raise Refused(Diagnostic("XR803", plan.place))
    sides = _Sides()
    branches = {row.alias: _branches(joining, row, sides) for row in plan.rows}
    rules = _rules(plan.rows, branches, plan.place)
    facts, sources, is_certain = _facts(joining, sides)
    is_plain = all(len(branches[row.alias]) == 1 and not row.is_absent for row in plan.rows)
    return Job(rules, facts, sources, is_certain, is_certain or is_plain)


# --- conditions ---------------------------------------------------------------------------------


def _branches(joining: Joining, row: PlannedRow, sides: _Sides) -> list[list[_Test]]:
    """A row's conditions on earlier records as alternatives of comparisons."""
    alternatives: list[list[_Test]] = [[]]
    for part in row.cross:
        more = _disjuncts(joining, row, part.node, sides)
        alternatives = _conjoin(alternatives, more, joining.plan.place)
    return alternatives


def _conjoin(some: list[list[_Test]], others: list[list[_Test]], place: Place) -> list[list[_Test]]:
    """The alternatives of two conditions that must both hold."""
    # WHY before they are made: nested `or`s multiply.
    if len(some) * len(others) > MOST_BRANCHES:
        raise Refused(Diagnostic("XR805", place, {"most": str(MOST_BRANCHES)}))
    return [[*one, *other] for one, other in product(some, others)]


def _disjuncts(joining: Joining, row: PlannedRow, node: s.Node, sides: _Sides) -> list[list[_Test]]:
    whole = _side(node, frozenset(one.alias for one in joining.plan.rows))
    if whole.aliases <= {row.alias}:
        return [[_Test("=", sides.name_of(row.alias, whole, is_condition=True), "", _ONE)]]
    if len(whole.aliases) == 1:
        (earlier,) = whole.aliases
        return [[_Test("=", _ONE, earlier, sides.name_of(earlier, whole, is_condition=True))]]
    if isinstance(node, s.Or):
        return [one for part in node.operands for one in _disjuncts(joining, row, part, sides)]
    if isinstance(node, s.And):
        found: list[list[_Test]] = [[]]
        for part in node.operands:
            more = _disjuncts(joining, row, part, sides)
            found = _conjoin(found, more, joining.plan.place)
        return found
    if isinstance(node, s.Between):
        low = s.Comparison(">=", node.value, node.low)
        high = s.Comparison("<=", node.value, node.high)
        return _disjuncts(joining, row, s.And((low, high)), sides)
    if isinstance(node, s.Comparison):
        return [[_test(joining, row, node, sides)]]
    raise Refused(Diagnostic("XR803", joining.plan.place))


def _test(joining: Joining, row: PlannedRow, node: s.Comparison, sides: _Sides) -> _Test:
    aliases = frozenset(one.alias for one in joining.plan.rows)
    left, right = (_side(one, aliases) for one in (node.left, node.right))
    operator: str = node.operator
    if left.aliases != {row.alias}:
        left, right, operator = right, left, _MIRRORED[operator]
    earlier = next(iter(right.aliases), "")
    if left.aliases != {row.alias} or len(right.aliases) != 1 or earlier == row.alias:
        raise Refused(Diagnostic("XR803", joining.plan.place))
    return _Test(operator, sides.name_of(row.alias, left), earlier, sides.name_of(earlier, right))


def _side(node: s.Node, aliases: frozenset[str]) -> Part:
    read = frozenset(one.name for one in walk(node) if isinstance(one, s.Name))
    return Part(node, read & aliases)


# --- rules --------------------------------------------------------------------------------------


def _rules(
    rows: tuple[PlannedRow, ...], branches: dict[str, list[list[_Test]]], place: Place
) -> Rules:
    present = [row for row in rows if not row.is_absent]
    absent = [row for row in rows if row.is_absent]
    numbers = {row.alias: number for number, row in enumerate(rows)}
    choices = list(product(*(branches[row.alias] for row in present)))
    # WHY after those that are present: `$not` is right only behind the facts it is joined to.
    none_of = [(row, tests) for row in absent for tests in branches[row.alias]]
    count = sum(len(tests) for choice in choices for tests in choice)
    count += len(choices) * sum(len(tests) for _, tests in none_of)
    if len(choices) > MOST_BRANCHES or count > MOST_CONDITIONS:
        raise Refused(Diagnostic("XR805", place, {"most": str(MOST_BRANCHES)}))
    rules: Rules = {}
    for number, choice in enumerate(choices):
        patterns: list[dict[str, Any]] = [{_GATE: {"t": _GATE}}]
        for row, tests in zip(present, choice, strict=True):
            patterns.append({f"a{numbers[row.alias]}": _pattern(numbers, row, tests)})
        for order, (row, tests) in enumerate(none_of):
            patterns.append({f"n{order}$not": _pattern(numbers, row, tests)})
        rules[f"r{number}"] = {"all": patterns}
    return rules


def _pattern(numbers: dict[str, int], row: PlannedRow, tests: list[_Test]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"t": f"t{numbers[row.alias]}"}]
    for one in tests:
        other = {f"a{numbers[one.alias]}" if one.alias else _GATE: one.there}
        word = _OPERATORS[one.operator]
        parts.append({word: {one.here: other}} if word else {one.here: other})
    # WHY always and last: a last comparison of two facts that is false reads past its buffer.
    parts.append({_ONE: {_GATE: _ONE}})
    return {"$and": parts}


# --- facts --------------------------------------------------------------------------------------


def _facts(joining: Joining, sides: _Sides) -> tuple[list[Fact], list[tuple[str, int]], bool]:
    rows = joining.plan.rows
    found: list[tuple[int, int, tuple[Any, ...]]] = []
    is_certain = True
    for place, row in enumerate(rows):
        records = joining.records(row)
        is_certain = is_certain and joining.is_complete(row)
        for number, record in enumerate(records):
            own = joining.own(row, number)
            if own is False:
                continue
            known = {row.alias: record}
            values = tuple(_carried(joining, one, known) for one in sides.parts.get(row.alias, ()))
            if own is not True or any(one is UNKNOWN for one in values):
                is_certain = False
            else:
                found.append((place, number, values))
    if len(found) >= MOST_FACTS:
        values_ = {"count": str(len(found)), "most": str(MOST_FACTS)}
        raise Refused(Diagnostic("XR802", joining.plan.place, values_))
    ranks = _rank((value for _, _, values in found for value in values), joining.plan.place)
    facts: list[Fact] = []
    for place, _, values in found:
        fact: Fact = {"t": f"t{place}", "id": f"f{len(facts):07d}", _ONE: 1}
        for number, value in enumerate(values):
            fact[f"p{number}"] = value if type(value) is int else ranks[_key(value)]
        facts.append(fact)
    facts.append({"t": _GATE, "id": f"f{len(facts):07d}", _ONE: 1})
    return facts, [(rows[place].alias, number) for place, number, _ in found], is_certain


def _carried(joining: Joining, side: tuple[Part, bool], known: dict[str, Any]) -> Any:
    """A side's value, or of a condition 1 or 0; UNKNOWN where it isn't known."""
    part, is_condition = side
    value = joining.value(part, known)
    return int(value is True) if is_condition and value is not UNKNOWN else value


def _rank(values: Iterator[Any], place: Place) -> dict[tuple[str, Any], int]:
    """Whole numbers in the order of the values, one a value; each kind has its own."""
    kinds: dict[str, set[Any]] = {}
    for value in values:
        if type(value) is int:  # what a condition says; FEEL's own numbers are decimals
            continue
        kind, sortable = _key(value)
        if not kind:
            raise Refused(Diagnostic("XR804", place, {"found": type(value).__name__}))
        kinds.setdefault(kind, set()).add(sortable)
    # WHY: a local time and an instant don't compare, and one instant has many equal names.
    if sum(kind.startswith("date-time") for kind in kinds) > 1:
        raise Refused(Diagnostic("XR804", place, {"found": "DateTime"}))
    return {
        (kind, one): rank for kind, found in kinds.items() for rank, one in enumerate(sorted(found))
    }


def _key(value: Any) -> tuple[str, Any]:
    """A value's kind and something that sorts and equals as it does; "" for a kind without."""
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, Decimal):
        return "number", value
    if isinstance(value, str):
        return "text", value
    if isinstance(value, Date):
        return "date", value.ordinal
    if isinstance(value, DateTime):
        return f"date-time {value.time.zone} {value.time.offset}", value.nanoseconds
    return "", None
