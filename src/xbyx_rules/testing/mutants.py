"""The mutants of a clause: the clause with one operator or constant of its rule altered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from xbyx_rules.checking import CheckedClause
from xbyx_rules.errors import Place
from xbyx_rules.feel.syntax import Node, UnaryTests
from xbyx_rules.feel.types import Type
from xbyx_rules.policy import Expression, Pattern, Table, Text
from xbyx_rules.tables import DecisionTable, Rule

from .alterations import alter

__all__ = ["Mutant", "find_mutants"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A clause altered in one place, not typed yet.

    Args:
        clause: the whole clause, altered.
        place: of the altered part, in the document.
        original: the part as it was.
        changed: the part as it is now.
        is_boundary: whether only a case exactly on a bound can tell the two apart.
        tree: reads the altered tree out of a clause.
    """

    clause: CheckedClause
    place: Place
    original: str
    changed: str
    is_boundary: bool
    tree: Callable[[CheckedClause], Node | None]


@dataclass(frozen=True, slots=True)
class _Part:
    """One tree of a clause: its text, and how to read and replace it."""

    text: Text
    tree: Callable[[CheckedClause], Node | None]
    put: Callable[[Node], CheckedClause]
    kind: Type | None = None


def find_mutants(clause: CheckedClause) -> Iterator[Mutant]:
    """Every mutant of a clause, in the order of its text.

    Altered are the condition or expression, the cells of a decision table, the conditions of a
    check's rows, 适用条件 and 前提.

    Args:
        clause: from `CheckedPolicy.clauses`.
    """
    for part in _parts_of(clause):
        tree = part.tree(clause)
        if tree is None:
            continue
        for one in alter(tree, part.kind):
            place = part.text.place_at(one.start, max(1, one.end - one.start))
            altered = part.put(one.tree)
            texts = (one.original, one.changed)
            yield Mutant(altered, place, *texts, one.is_boundary, part.tree)


def _parts_of(clause: CheckedClause) -> Iterator[_Part]:
    written = clause.clause
    for key, name in (("适用条件", "applicability"), ("前提", "precondition")):
        if written.properties.get(key):
            yield _field(clause, name, written.properties[key])
    match written.body:
        case Expression(text=text):
            yield _field(clause, "condition", text)
        case Table() if clause.table is not None:
            yield from _table_parts(clause, written.body, clause.table)
        case Pattern(rows=rows):
            for index, row in enumerate(rows):
                if row.condition is not None:
                    yield _pattern_part(clause, index, row.condition)


def _field(clause: CheckedClause, name: str, text: Text) -> _Part:
    def read(one: CheckedClause) -> Node | None:
        found: Node | None = getattr(one, name)
        return found

    def put(tree: Node) -> CheckedClause:
        changed: dict[str, Any] = {name: tree}
        return replace(clause, **changed)

    return _Part(text, read, put)


def _pattern_part(clause: CheckedClause, index: int, text: Text) -> _Part:
    def put(tree: Node) -> CheckedClause:
        rows = list(clause.pattern)
        rows[index] = replace(rows[index], condition=tree)
        return replace(clause, pattern=tuple(rows))

    return _Part(text, lambda one: one.pattern[index].condition, put)


def _table_parts(clause: CheckedClause, written: Table, table: DecisionTable) -> Iterator[_Part]:
    for column, text in enumerate(written.inputs):
        yield _input_part(clause, table, column, text)
    for row, (rule, cells) in enumerate(zip(table.rules, written.rows, strict=True)):
        for column, text in enumerate(cells.inputs):
            yield _test_part(clause, row, column, text, table.inputs[column].type)
        for column, text in enumerate(cells.outputs[: len(rule.outputs)]):
            yield _output_part(clause, row, column, text, table.outputs[column].type)


def _input_part(clause: CheckedClause, table: DecisionTable, column: int, text: Text) -> _Part:
    def put(tree: Node) -> CheckedClause:
        inputs = (*table.inputs[:column], tree, *table.inputs[column + 1 :])
        return replace(clause, table=replace(table, inputs=inputs))

    return _Part(text, lambda one: one.table and one.table.inputs[column], put)


def _test_part(clause: CheckedClause, row: int, column: int, text: Text, kind: Type) -> _Part:
    def put(tree: Node) -> CheckedClause:
        rule = _rule(clause, row)
        tests = (*rule.tests[:column], cast(UnaryTests, tree), *rule.tests[column + 1 :])
        return _with_rule(clause, row, replace(rule, tests=tests))

    return _Part(text, lambda one: _rule(one, row).tests[column], put, kind)


def _output_part(clause: CheckedClause, row: int, column: int, text: Text, kind: Type) -> _Part:
    def put(tree: Node) -> CheckedClause:
        rule = _rule(clause, row)
        outputs = (*rule.outputs[:column], tree, *rule.outputs[column + 1 :])
        return _with_rule(clause, row, replace(rule, outputs=outputs))

    return _Part(text, lambda one: _rule(one, row).outputs[column], put, kind)


def _rule(clause: CheckedClause, row: int) -> Rule:
    return cast(DecisionTable, clause.table).rules[row]


def _with_rule(clause: CheckedClause, row: int, rule: Rule) -> CheckedClause:
    table = cast(DecisionTable, clause.table)
    rules = (*table.rules[:row], rule, *table.rules[row + 1 :])
    return replace(clause, table=replace(table, rules=rules))
