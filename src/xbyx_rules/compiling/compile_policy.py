"""A checked document compiled: each clause as functions, with what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import localcontext
from types import MappingProxyType

from xbyx_rules.checking import CheckedClause, CheckedPolicy, MessageTemplate
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.types import NumberType
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.feel.walking import children
from xbyx_rules.policy import ClauseKind, Policy

from .facts import FactPath, read_paths
from .to_prose import to_prose
from .to_python import PythonFunction, PythonTable, compile_expression, to_python

__all__ = [
    "ExecutableClause",
    "ExecutableCondition",
    "ExecutableMessage",
    "ExecutablePolicy",
    "compile_condition",
    "compile_policy",
]


@dataclass(frozen=True, slots=True)
class ShownValue:
    """An operand worth showing: in FEEL, its value, its unit, and it in words by language."""

    text: str
    run: PythonFunction
    unit: str
    spoken: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class ExecutableCondition:
    """One condition of a rule (a conjunct), with the values worth showing.

    Args:
        node: the typed tree as written.
        text: the same in FEEL.
        run: its value.
        values: the operands worth showing.
        sides: of a comparison the two operands, else empty.
        paths: the facts it reads.
        prose: it in words, by language.
    """

    node: s.Node
    text: str
    run: PythonFunction
    values: tuple[ShownValue, ...]
    sides: tuple[PythonFunction, ...]
    paths: tuple[FactPath, ...]
    prose: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class ExecutableMessage:
    """A message with its expressions compiled."""

    parts: tuple[str | PythonFunction, ...]


@dataclass(frozen=True, slots=True)
class ExecutableClause:
    """A clause compiled; a part it doesn't have is None or empty."""

    checked: CheckedClause
    policy: Policy
    value: PythonFunction | PythonTable | None = None
    conditions: tuple[ExecutableCondition, ...] = ()
    precondition: ExecutableCondition | None = None
    applicability: ExecutableCondition | None = None
    hits: PythonFunction | None = None
    paths: tuple[FactPath, ...] = ()
    messages: Mapping[Language, ExecutableMessage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExecutablePolicy:
    """A document ready to decide: its clauses by anchor, in the order of the document.

    Args:
        checked: the document as checked.
        clauses: every clause, inherited ones first.
        calculations: value name → the clause that computes it.
        guards: (lifecycle, state, action) → the transition's 条件.
    """

    checked: CheckedPolicy
    clauses: Mapping[str, ExecutableClause]
    calculations: Mapping[str, ExecutableClause]
    guards: Mapping[tuple[str, str, str], ExecutableCondition]

    @property
    def policy(self) -> Policy:
        """The document as read."""
        return self.checked.policy


def compile_policy(checked: CheckedPolicy) -> ExecutablePolicy:
    """Compile every clause of a checked document.

    Args:
        checked: from `check_policy`; it has no errors.

    Returns:
        The policy that `deciding.decide` takes.
    """
    # WHY: what is compiled may not depend on the host's own decimal context.
    with localcontext(NUMBERS):
        return _compile_policy(checked)


def _compile_policy(checked: CheckedPolicy) -> ExecutablePolicy:
    clauses = {
        key: _compile_clause(clause, checked.origins[key], checked)
        for key, clause in checked.clauses.items()
    }
    calculations = {
        name: clause
        for clause in clauses.values()
        if clause.checked.clause.kind is ClauseKind.CALCULATION
        for name, _ in clause.checked.results
    }
    guards = {
        (key, one.source, one.action): compile_condition(one.condition, checked)
        for key, flow in checked.lifecycles.items()
        for one in flow.transitions
        if one.condition is not None
    }
    return ExecutablePolicy(
        checked,
        MappingProxyType(clauses),
        MappingProxyType(calculations),
        MappingProxyType(guards),
    )


def compile_condition(node: s.Node, checked: CheckedPolicy) -> ExecutableCondition:
    """One condition with its operands' values, its facts and its prose."""
    operands = {print_expression(one): one for one in _operands(node) if one is not node}
    sides = (node.left, node.right) if isinstance(node, s.Comparison) else ()
    return ExecutableCondition(
        node,
        print_expression(node),
        compile_expression(node),
        tuple(_show(text, one, checked) for text, one in operands.items()),
        tuple(compile_expression(one) for one in sides),
        read_paths(node),
        _say(node, checked),
    )


def _show(text: str, node: s.Node, checked: CheckedPolicy) -> ShownValue:
    unit = node.type.unit if isinstance(node.type, NumberType) else ""
    return ShownValue(text, compile_expression(node), unit, _say(node, checked))


def _say(node: s.Node, checked: CheckedPolicy) -> dict[Language, str]:
    vocabulary = checked.vocabulary
    return {
        "zh": to_prose(node, "zh", vocabulary=vocabulary),
        "en": to_prose(node, "en", vocabulary=vocabulary),
    }


def _compile_clause(
    clause: CheckedClause, policy: Policy, checked: CheckedPolicy
) -> ExecutableClause:
    node = clause.table if clause.table is not None else clause.condition
    is_requirement = clause.clause.kind is ClauseKind.REQUIREMENT
    conjuncts = _conjuncts(node) if node is not None and is_requirement else ()
    if clause.table is not None:
        conjuncts = ()
    parts = [one for one in (clause.applicability, clause.precondition, node) if one is not None]
    paths = dict.fromkeys(path for part in parts for path in read_paths(part))
    return ExecutableClause(
        clause,
        policy,
        to_python(node) if node is not None else None,
        tuple(compile_condition(one, checked) for one in conjuncts),
        compile_condition(clause.precondition, checked) if clause.precondition else None,
        compile_condition(clause.applicability, checked) if clause.applicability else None,
        compile_expression(clause.hits) if clause.hits is not None else None,
        tuple(paths),
        {language: _compile_message(one) for language, one in clause.messages.items()},
    )


def _compile_message(template: MessageTemplate) -> ExecutableMessage:
    parts = (one if isinstance(one, str) else compile_expression(one) for one in template.parts)
    return ExecutableMessage(tuple(parts))


def _conjuncts(node: s.Node) -> tuple[s.Node, ...]:
    if isinstance(node, s.And):
        return tuple(part for operand in node.operands for part in _conjuncts(operand))
    return (node,)


def _operands(node: s.Node) -> Iterator[s.Node]:
    """The operands of comparisons outside loops: what a reader wants to see the value of."""
    if isinstance(node, s.For | s.Quantified | s.Filter | s.Function):
        return
    if isinstance(node, s.Comparison | s.Between | s.In):
        for child in children(node):
            if not isinstance(child, s.UnaryTests) and not _is_literal(child):
                yield child
        return
    if isinstance(node, s.Name | s.Path) and node.type.kind == "boolean":
        yield node
        return
    for child in children(node):
        yield from _operands(child)


def _is_literal(node: s.Node) -> bool:
    return isinstance(node, s.Number | s.String | s.Boolean | s.Temporal)
