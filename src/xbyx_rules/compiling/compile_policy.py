"""A checked document compiled: each clause as functions, with what it reads.

Nothing is compiled before it is first asked for, so that loading a document costs reading and
checking alone, and a review pays for the rules it applies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import localcontext
from functools import cached_property
from types import MappingProxyType

from xbyx_rules.checking import CheckedClause, CheckedPolicy, MessageTemplate
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.types import NumberType
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.feel.walking import children
from xbyx_rules.policy import ClauseKind, Force, Policy
from xbyx_rules.tables import DecisionTable

from .facts import FactPath, read_paths
from .to_prose import to_prose
from .to_python import PythonFunction, PythonTable, compile_expression, to_python

__all__ = [
    "ExecutableClause",
    "ExecutableCondition",
    "ExecutableMessage",
    "ExecutablePolicy",
    "compile_policy",
]

_MOST_PARTS = 5_000

# INVARIANT: a `cached_property` may be filled by two threads at once.  Each only reads immutable
# trees, so that both make the same value and it matters to nobody which one is kept.


@dataclass(frozen=True, eq=False)
class ShownValue:
    """An operand worth showing, in FEEL; its value and it in words are made when asked for."""

    text: str
    node: s.Node = field(repr=False)
    document: CheckedPolicy = field(repr=False)

    @property
    def unit(self) -> str:
        """The unit of its value; "" where it has none."""
        return self.node.type.unit if isinstance(self.node.type, NumberType) else ""

    @cached_property
    def run(self) -> PythonFunction:
        """Its value."""
        return _compile(self.node)

    @cached_property
    def spoken(self) -> Mapping[Language, str]:
        """It in words, by language."""
        return _say(self.node, self.document)


@dataclass(frozen=True, eq=False)
class ExecutableCondition:
    """One condition of a rule (a conjunct), with the values worth showing.

    Args:
        node: the typed tree as written.
        document: names its terms, parameters and calculations.
    """

    node: s.Node
    document: CheckedPolicy = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The condition in FEEL."""
        with localcontext(NUMBERS):
            return print_expression(self.node)

    @cached_property
    def run(self) -> PythonFunction:
        """Its value."""
        return _compile(self.node)

    @cached_property
    def values(self) -> tuple[ShownValue, ...]:
        """The operands worth showing."""
        operands = (one for one in _operands(self.node) if one is not self.node)
        with localcontext(NUMBERS):
            by_text = {print_expression(one): one for one in operands}
        return tuple(ShownValue(text, one, self.document) for text, one in by_text.items())

    @cached_property
    def sides(self) -> tuple[PythonFunction, ...]:
        """Of a comparison the two operands, else empty."""
        node = self.node
        if not isinstance(node, s.Comparison):
            return ()
        return (_compile(node.left), _compile(node.right))

    @cached_property
    def paths(self) -> tuple[FactPath, ...]:
        """The facts it reads."""
        return read_paths(self.node)

    @cached_property
    def prose(self) -> Mapping[Language, str]:
        """It in words, by language."""
        return _say(self.node, self.document)


@dataclass(frozen=True, slots=True)
class ExecutableMessage:
    """A message with its expressions compiled."""

    parts: tuple[str | PythonFunction, ...]


@dataclass(frozen=True, eq=False)
class ExecutableClause:
    """A clause ready to run; a part it doesn't have is None or empty.

    Args:
        checked: the clause as checked.
        policy: the document it stands in.
        document: names its terms, parameters and calculations.
    """

    checked: CheckedClause
    policy: Policy = field(repr=False)
    document: CheckedPolicy = field(repr=False)

    @property
    def _node(self) -> s.Node | None:
        return self.checked.table if self.checked.table is not None else self.checked.condition

    @cached_property
    def value(self) -> PythonFunction | PythonTable | None:
        """Its condition, expression or table."""
        node = self._node
        if node is None:
            return None
        with localcontext(NUMBERS):
            return to_python(node)

    @cached_property
    def conditions(self) -> tuple[ExecutableCondition, ...]:
        """The conditions joined by ``and`` in a requirement."""
        node = self._node
        is_requirement = self.checked.clause.kind is ClauseKind.REQUIREMENT
        if node is None or isinstance(node, DecisionTable) or not is_requirement:
            return ()
        return tuple(ExecutableCondition(one, self.document) for one in _conjuncts(node))

    @cached_property
    def precondition(self) -> ExecutableCondition | None:
        """The 前提."""
        return self._condition(self.checked.precondition)

    @cached_property
    def applicability(self) -> ExecutableCondition | None:
        """The 适用条件."""
        return self._condition(self.checked.applicability)

    @cached_property
    def gates(self) -> tuple[ExecutableCondition, ...]:
        """The 适用条件 and the 前提, as far as it has them: true where it is asked at all."""
        return tuple(one for one in (self.applicability, self.precondition) if one is not None)

    def _condition(self, node: s.Node | None) -> ExecutableCondition | None:
        return None if node is None else ExecutableCondition(node, self.document)

    @cached_property
    def hits(self) -> PythonFunction | None:
        """Of a 核查 the records that match."""
        return None if self.checked.hits is None else _compile(self.checked.hits)

    @cached_property
    def paths(self) -> tuple[FactPath, ...]:
        """The facts that it reads, its 适用条件 and 前提 included."""
        parts = (self.checked.applicability, self.checked.precondition, self._node)
        read = (path for part in parts if part is not None for path in read_paths(part))
        return tuple(dict.fromkeys(read))

    @cached_property
    def messages(self) -> Mapping[Language, ExecutableMessage]:
        """Its messages by language."""
        return {key: _compile_message(one) for key, one in self.checked.messages.items()}

    @cached_property
    def message_names(self) -> tuple[str, ...]:
        """The free names that its messages read."""
        parts = (part for one in self.checked.messages.values() for part in one.parts)
        nodes = (part for part in parts if not isinstance(part, str))
        return tuple(dict.fromkeys(path.root for one in nodes for path in read_paths(one)))

    @cached_property
    def force(self) -> Force | None:
        """The normative word, or None."""
        return Force.find(self.checked.clause.property("规范用语"))

    @cached_property
    def is_blocking(self) -> bool:
        """Whether it blocks a step when not met: by its 效果, else by its normative word."""
        effect = self.checked.clause.property("效果")
        if effect:
            return effect in ("阻断", "block")
        return self.force is not None and self.force.is_blocking


@dataclass(frozen=True, slots=True)
class ExecutablePolicy:
    """A document ready to decide: its clauses by anchor, in the order of the document.

    Args:
        checked: the document as checked.
        clauses: every clause, inherited ones first.
        calculations: value name → the clause that computes it.
        guards: (lifecycle, state, action) → the transition's 条件.
        read_ahead: (subject, clause, how it was decided) → the names behind its explanation;
            filled while deciding, since they are the same for every case.
        compiled: parts of conditions that explanations have evaluated by themselves.
    """

    checked: CheckedPolicy
    clauses: Mapping[str, ExecutableClause]
    calculations: Mapping[str, ExecutableClause]
    guards: Mapping[tuple[str, str, str], ExecutableCondition]
    # INVARIANT: a policy made from another by `replace` starts with an empty one.
    read_ahead: dict[tuple[str, str, str], tuple[str, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )
    compiled: dict[int, tuple[s.Node, PythonFunction | PythonTable]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def __repr__(self) -> str:
        # WHY: written out, its trees refer to each other so often that a test's failure report, or
        # whatever else shows the arguments of a call, would take minutes over them.
        return f"ExecutablePolicy({self.policy.id!r})"

    def compile_part(self, node: s.Node) -> PythonFunction | PythonTable:
        """A part of a condition as a function; those asked for lately are kept."""
        # WHY with the node: it is kept alive, so that its id stays its own.
        known = self.compiled.get(id(node))
        if known is None:
            if len(self.compiled) >= _MOST_PARTS:
                self.compiled.clear()
            with localcontext(NUMBERS):
                known = self.compiled[id(node)] = (node, to_python(node))
        return known[1]

    @property
    def policy(self) -> Policy:
        """The document as read."""
        return self.checked.policy


def compile_policy(checked: CheckedPolicy) -> ExecutablePolicy:
    """Make a checked document ready to decide; each clause is compiled when first asked for.

    Args:
        checked: from `check_policy`; it has no errors.

    Returns:
        The policy that `deciding.decide` takes.
    """
    clauses = {
        key: ExecutableClause(clause, checked.origins[key], checked)
        for key, clause in checked.clauses.items()
    }
    calculations = {
        name: clause
        for clause in clauses.values()
        if clause.checked.clause.kind is ClauseKind.CALCULATION
        for name, _ in clause.checked.results
    }
    guards = {
        (key, one.source, one.action): ExecutableCondition(one.condition, checked)
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


def _compile(node: s.Node) -> PythonFunction:
    # WHY: what is compiled may not depend on the host's own decimal context.
    with localcontext(NUMBERS):
        return compile_expression(node)


def _say(node: s.Node, document: CheckedPolicy) -> Mapping[Language, str]:
    vocabulary, english = document.vocabulary, document.english
    with localcontext(NUMBERS):
        return {
            "zh": to_prose(node, "zh", vocabulary=vocabulary, english=english),
            "en": to_prose(node, "en", vocabulary=vocabulary, english=english),
        }


def _compile_message(template: MessageTemplate) -> ExecutableMessage:
    parts = (one if isinstance(one, str) else _compile(one) for one in template.parts)
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
