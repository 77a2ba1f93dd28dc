"""Check one heading: its expressions, table or pattern, messages and examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from xbyx_rules.errors import Diagnostic, Language, nearest
from xbyx_rules.feel.inference.environment import phrase_type
from xbyx_rules.feel.joining import fits_type
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.types import BOOLEAN, ListType, NumberType, Type
from xbyx_rules.policy import (
    Clause,
    ClauseKind,
    Expression,
    Force,
    Pattern,
    Table,
    read_type,
)
from xbyx_rules.tables import DecisionTable

from .examples import check_examples
from .laws import StatedLaw, check_laws
from .messages import check_message
from .model import CheckedClause, MessageTemplate
from .names import Names, check_expression
from .patterns import build_condition, build_hits, check_pattern, pattern_scope
from .tables import check_table, collected_types

__all__ = ["check_clause", "read_results"]

_T = TypeVar("_T")


def check_clause(
    clause: Clause, names: Names, replaced: str = ""
) -> tuple[CheckedClause, tuple[Diagnostic, ...]]:
    """Check one heading of a document.

    Args:
        clause: as read; it has a kind.
        names: every name of the document and of those above it.
        replaced: ``document#anchor`` of the clause above that it replaces, or "".

    Returns:
        The clause with its formal parts typed, as far as they can be, and what is wrong with it.
    """
    checker = _ClauseChecker(names)
    return checker.check(clause, replaced), tuple(checker.diagnostics)


def read_results(
    clause: Clause,
) -> tuple[tuple[tuple[str, Type], ...], tuple[Diagnostic, ...]]:
    """The names and types that 结果 declares: ``学分 数`` or ``学分 数, 类别 文本``.

    The 单位 is that of each number among them.
    """
    text, unit = clause.properties.get("结果"), clause.property("单位")
    found: list[tuple[str, Type]] = []
    diagnostics: list[Diagnostic] = []
    for part in text.value.replace("，", ",").split(",") if text else ():
        name, _, kind_text = part.strip().partition(" ")
        kind = read_type(kind_text.strip())
        if text and (not name or kind is None):
            diagnostics.append(Diagnostic("XR282", text.place, {"text": part.strip()}))
        elif kind is not None:
            found.append((name, _with_unit(kind, unit)))
    return tuple(found), tuple(diagnostics)


def _with_unit(kind: Type, unit: str) -> Type:
    """A type with the unit of its numbers."""
    if isinstance(kind, ListType):
        return replace(kind, element=_with_unit(kind.element, unit))
    return replace(kind, unit=unit) if unit and isinstance(kind, NumberType) else kind


@dataclass(slots=True)
class _ClauseChecker:
    names: Names
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def check(self, clause: Clause, replaced: str) -> CheckedClause:
        subject = clause.property("对象")
        if subject and subject not in self.names.vocabulary.entities:
            known = nearest(subject, self.names.vocabulary.entities) or "—"
            self._report("XR284", clause, "对象", name=subject, nearest=known)
            return CheckedClause(clause, replaces=replaced)
        self._check_force(clause)
        if isinstance(clause.body, Pattern):
            return self._pattern(clause, clause.body, replaced)
        scope = self.names.scope_for(subject)
        is_calculation = clause.kind is ClauseKind.CALCULATION
        results = self._take(read_results(clause)) if is_calculation else ()
        condition, table = self._body(clause, scope, results)
        values = collected_types(clause, results)
        kind = values[0][1] if len(values) == 1 else None
        return CheckedClause(
            clause,
            subject,
            condition=condition,
            precondition=self._boolean(clause, "前提", scope, may_ask_knowledge=True),
            applicability=self._boolean(clause, "适用条件", scope),
            table=table,
            results=values,
            messages=self._messages(clause, scope),
            examples=self._take(check_examples(clause, subject, self.names.vocabulary, kind)),
            replaces=replaced,
            laws=self._laws(clause, subject, values, replaced),
        )

    def _check_force(self, clause: Clause) -> None:
        """Report a judgement that leaves open whether it blocks.

        WHY: its examples tell outcomes only, so nobody would notice that such a line is gone.
        """
        if clause.kind is not ClauseKind.JUDGEMENT:
            return
        force = Force.find(clause.property("规范用语"))
        if force is None:
            self._report("XR340", clause, "", title=clause.title)
        elif force.is_blocking and not clause.property("效果"):
            self._report("XR341", clause, "规范用语", title=clause.title, word=force.zh)

    def _pattern(self, clause: Clause, pattern: Pattern, replaced: str) -> CheckedClause:
        names = self.names
        rows = self._take(check_pattern(pattern, names))
        if not rows or all(row.is_absent for row in rows):
            return CheckedClause(clause, replaces=replaced)
        return CheckedClause(
            clause,
            condition=build_condition(rows, names),
            hits=build_hits(rows, names),
            pattern=rows,
            messages=self._messages(clause, pattern_scope(pattern, names)),
            examples=self._take(check_examples(clause, "", names.vocabulary, None)),
            replaces=replaced,
            laws=self._laws(clause, "", (), replaced),
        )

    def _body(
        self, clause: Clause, scope: Scope, results: tuple[tuple[str, Type], ...]
    ) -> tuple[Node | None, DecisionTable | None]:
        if isinstance(clause.body, Table):
            declared = None if clause.kind is ClauseKind.REQUIREMENT else results
            return None, self._take(check_table(clause.body, declared, scope))
        if not isinstance(clause.body, Expression):
            return None, None
        node = self._take(check_expression(clause.body.text, scope))
        if node is None:
            return None, None
        expected = BOOLEAN if clause.kind is ClauseKind.REQUIREMENT else results and results[0][1]
        if expected and not fits_type(expected, node.type):
            values = {"found": phrase_type(node.type), "expected": phrase_type(expected)}
            self.diagnostics.append(Diagnostic("XR285", clause.body.text.place, values))
        return node, None

    def _boolean(
        self, clause: Clause, key: str, scope: Scope, *, may_ask_knowledge: bool = False
    ) -> Node | None:
        text = clause.properties.get(key)
        if not text:
            return None
        node = self._take(check_expression(text, scope, may_ask_knowledge=may_ask_knowledge))
        if node is not None and node.type.kind != "boolean":
            found = {"found": phrase_type(node.type)}
            self.diagnostics.append(Diagnostic("XR204", text.place, found))
        return node

    def _laws(
        self, clause: Clause, subject: str, results: tuple[tuple[str, Type], ...], replaced: str
    ) -> tuple[StatedLaw, ...]:
        vocabulary = self.names.vocabulary
        return self._take(
            check_laws(clause, subject, results, vocabulary, is_replacing=bool(replaced))
        )

    def _messages(self, clause: Clause, scope: Scope) -> Mapping[Language, MessageTemplate]:
        found: dict[Language, MessageTemplate] = {}
        for language, text in clause.messages.items():
            template = self._take(check_message(text, scope))
            if template is not None:
                found[language] = template
        return MappingProxyType(found)

    def _take(self, pair: tuple[_T, tuple[Diagnostic, ...]]) -> _T:
        self.diagnostics += pair[1]
        return pair[0]

    def _report(self, code: str, clause: Clause, key: str, **values: str) -> None:
        text = clause.properties.get(key)
        self.diagnostics.append(Diagnostic(code, text.place if text else clause.place, values))
