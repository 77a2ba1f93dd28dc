"""Typing a clause again: after a part of it was altered, or where names have other types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xbyx_rules.errors import Diagnostic, has_errors
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.inference import Source, infer_expression, infer_unary_tests
from xbyx_rules.feel.inference.environment import phrase_type
from xbyx_rules.feel.joining import fits_type
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.types import BOOLEAN, Type
from xbyx_rules.policy import ClauseKind
from xbyx_rules.tables import DecisionTable, Rule

from .model import CheckedClause, CheckedPolicy
from .names import Calculation, Names
from .parameters import parameter_types
from .patterns import build_condition, build_hits

__all__ = ["names_of", "retype_clause"]

_NOWHERE = Source("")


def names_of(checked: CheckedPolicy) -> Names:
    """The names that the rules of a checked document may use, with their types."""
    calculations = {
        name: Calculation(name, clause.subject, kind)
        for clause in checked.clauses.values()
        if clause.clause.kind is ClauseKind.CALCULATION
        for name, kind in clause.results
    }
    return Names(checked.vocabulary, parameter_types(checked.parameters), calculations)


def retype_clause(
    clause: CheckedClause, names: Names
) -> tuple[CheckedClause | None, tuple[Diagnostic, ...]]:
    """The clause with every tree typed again; messages and examples stay as they are.

    Args:
        clause: its trees may have been altered; types that stand in them count for nothing.
        names: the names in scope, with their types.

    Returns:
        The clause, or None where something in it doesn't fit, and what; the diagnostics have no
        place, since altered trees have no text.
    """
    typing = _Typing(names)
    typed = typing.type_clause(clause)
    return (None if has_errors(typing.diagnostics) else typed), tuple(typing.diagnostics)


@dataclass(slots=True)
class _Typing:
    names: Names
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def type_clause(self, clause: CheckedClause) -> CheckedClause:
        if clause.pattern:
            return self._type_pattern(clause)
        scope = self.names.scope_for(clause.subject)
        kinds: list[Type] = [kind for _, kind in clause.results]
        is_requirement = clause.clause.kind is ClauseKind.REQUIREMENT
        expected = BOOLEAN if is_requirement else (*kinds, None)[0]
        condition = self._type(clause.condition, scope, expected)
        return replace(
            clause,
            condition=condition,
            precondition=self._type(clause.precondition, scope, BOOLEAN, may_ask_knowledge=True),
            applicability=self._type(clause.applicability, scope, BOOLEAN),
            table=clause.table and self._type_table(clause.table, scope),
        )

    def _type_pattern(self, clause: CheckedClause) -> CheckedClause:
        scope = self.names.scope_for_check([row.entity for row in clause.pattern])
        rows = []
        for row in clause.pattern:
            record = self.names.vocabulary.type_of(row.entity)
            inner = scope.with_names({row.alias: record})
            rows.append(replace(row, condition=self._type(row.condition, inner, BOOLEAN)))
            if not row.is_absent:
                scope = inner
        pattern = tuple(rows)
        condition, hits = build_condition(pattern, self.names), build_hits(pattern, self.names)
        return replace(clause, pattern=pattern, condition=condition, hits=hits)

    def _type_table(self, table: DecisionTable, scope: Scope) -> DecisionTable:
        inputs = tuple(self._infer(one, scope) for one in table.inputs)
        rules = tuple(self._type_rule(rule, inputs, table, scope) for rule in table.rules)
        return replace(table, inputs=inputs, rules=rules)

    def _type_rule(
        self, rule: Rule, inputs: Sequence[s.Node], table: DecisionTable, scope: Scope
    ) -> Rule:
        tests = []
        for test, tested in zip(rule.tests, inputs, strict=True):
            typed, found = infer_unary_tests(test, tested, scope, _NOWHERE)
            self.diagnostics += found
            tests.append(typed)
        outputs = [
            self._type(node, scope, output.type)
            for node, output in zip(rule.outputs, table.outputs, strict=True)
        ]
        return replace(rule, tests=tuple(tests), outputs=tuple(one for one in outputs if one))

    def _type(
        self,
        node: s.Node | None,
        scope: Scope,
        expected: Type | None,
        *,
        may_ask_knowledge: bool = False,
    ) -> s.Node | None:
        if node is None:
            return None
        typed = self._infer(node, scope, may_ask_knowledge=may_ask_knowledge)
        if expected is not None:
            self._expect(typed, expected)
        return typed

    def _infer(self, node: s.Node, scope: Scope, *, may_ask_knowledge: bool = False) -> s.Node:
        typed, found = infer_expression(node, scope, _NOWHERE, may_ask_knowledge=may_ask_knowledge)
        self.diagnostics += found
        return typed

    def _expect(self, node: s.Node, expected: Type) -> None:
        if not fits_type(expected, node.type):
            values = {"found": phrase_type(node.type), "expected": phrase_type(expected)}
            self.diagnostics.append(Diagnostic("XR285", None, values))
