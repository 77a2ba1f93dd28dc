"""The figures of a condition that a school can change, and the condition tried with another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xbyx_rules.compiling import Budget, ExecutableCondition, read_paths
from xbyx_rules.deciding.evaluation import Evaluation
from xbyx_rules.deciding.missing import find_calculation, follow_calculations
from xbyx_rules.errors import CaseError
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.types import EntityType, Type
from xbyx_rules.feel.walking import children, replace_children, walk
from xbyx_rules.tables import DecisionTable

__all__ = [
    "Dependence",
    "Goal",
    "Trial",
    "definition_of",
    "definitions",
    "find_fact",
    "find_figures",
    "is_changeable",
    "substitute",
]


_TREE_STEPS: Final = 10_000
"""What it takes to compile a tree, in steps."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A condition and the value it ought to have."""

    node: s.Node
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Trial:
    """Values of expressions in one evaluation, as things are and as they might be.

    Args:
        names: the evaluation.
        budget: the steps left.
        gates: 适用条件 and 前提 of the rule, which a change must leave true.
    """

    names: Evaluation
    budget: Budget
    gates: Sequence[ExecutableCondition] = ()

    def value(self, node: s.Node, names: Evaluation | None = None) -> Any:
        """The value of an expression, under other facts where `names` are given."""
        return self.run(node, (names or self.names).read)

    def run(self, node: s.Node, read: Callable[[str], Any]) -> Any:
        """The value of an expression whose names are read in another way."""
        return self.names.policy.compile_part(node)(read, self.budget)

    def substitute(self, node: s.Node, old: s.Node, new: s.Node) -> s.Node:
        """A tree with one part replaced, to be evaluated.

        Raises:
            StepLimitError: the budget doesn't allow for another tree.
        """
        self.budget.spend(_TREE_STEPS)
        return substitute(node, old, new)

    def reaches(self, goal: Goal, changed: Mapping[tuple[str, ...], Any]) -> bool:
        """Whether a goal is reached, and the rule still asked, once facts have other values."""
        names = self.names.with_facts(changed, self.budget)
        try:
            return self.value(goal.node, names) is goal.wanted and all(
                gate.run(names.read, self.budget) is True for gate in self.gates
            )
        except CaseError:
            return False  # two rows of a table would apply, so that it would decide nothing


def find_fact(node: s.Node, names: Evaluation) -> tuple[str, ...]:
    """The path of a fact that a node is, such as 领导小组.组长; empty where it is none.

    A key is none: what identifies a record is not for anybody to change; nor is a term that the
    vocabulary says is as it is (补正).
    """
    steps = _steps(node)
    return steps if is_changeable(steps, names) else ()


def is_changeable(steps: tuple[str, ...], names: Evaluation) -> bool:
    """Whether a path is that of a fact of the subject that a remedy may advise to change."""
    if not steps or not names.subject or steps[0] in names.extra:
        return False
    vocabulary = names.policy.checked.vocabulary
    entity = names.subject
    for place, step in enumerate(steps):
        known = vocabulary.entities.get(entity)
        term = known.terms.get(step) if known else None
        if term is None or term.relation == "key" or not term.is_remediable:
            return False
        if place < len(steps) - 1:
            kind: Type = vocabulary.fields_of(entity)[step]
            if not isinstance(kind, EntityType):
                return False
            entity = kind.entity
    return True


def _steps(node: s.Node) -> tuple[str, ...]:
    if isinstance(node, s.Name):
        return (node.name,)
    if isinstance(node, s.Path) and node.base.type.kind == "context":
        base = _steps(node.base)
        return (*base, node.name) if base else ()
    return ()


def find_figures(node: s.Node, trial: Trial) -> Iterator[tuple[tuple[str, ...], s.Node]]:
    """The facts that are numbers or dates and that a condition reads, each once with a node of it.

    Those that stand alone on one side come first, then the others in reading order; those that
    only a calculation reads come last.
    """
    found: dict[tuple[str, ...], s.Node] = {}
    has_sides = isinstance(node, s.Comparison | s.Between | s.In | DecisionTable)
    sides = children(node) if has_sides else ()
    for one in (*sides, *walk(node), *_inner(node, trial)):
        path = find_fact(one, trial.names)
        if path and one.type.kind in ("number", "date"):
            found.setdefault(path, one)
    yield from found.items()


def _inner(node: s.Node, trial: Trial) -> Iterator[s.Node]:
    for one in definitions(node, trial.names):
        yield from walk(one)


def definitions(node: s.Node, names: Evaluation) -> Iterator[s.Node]:
    """The expressions and tables of the subject's own calculations that a condition reads."""
    for path in follow_calculations(read_paths(node), names):
        inner = definition_of(s.Name(path.root), names) if len(path.steps) == 1 else None
        if inner is not None:
            yield inner


def definition_of(node: s.Node, names: Evaluation) -> s.Node | None:
    """The expression or table that a name stands for; None where it isn't the subject's own."""
    if not isinstance(node, s.Name):
        return None
    clause = find_calculation(node.name, names)
    if clause is None or clause.checked.subject not in ("", names.subject):
        return None
    return clause.checked.table or clause.checked.condition


class Dependence:
    """Whether the values of nodes change with one fact; each node is looked at once."""

    def __init__(self, path: tuple[str, ...], names: Evaluation) -> None:
        self._path = path
        self._names = names
        self._known: dict[int, tuple[s.Node, bool]] = {}

    def __call__(self, node: s.Node) -> bool:
        """Whether the value of a node changes with the fact."""
        if id(node) not in self._known:
            self._known[id(node)] = (node, False)
            self._known[id(node)] = (node, self._find(node))
        return self._known[id(node)][1]

    def _find(self, node: s.Node) -> bool:
        steps = _steps(node)
        inner = definition_of(node, self._names) if len(steps) == 1 else None
        if inner is not None:
            return self(inner)
        if steps:
            length = min(len(steps), len(self._path))
            return steps[:length] == self._path[:length]
        return any(self(one) for one in children(node))


def substitute(node: s.Node, old: s.Node, new: s.Node) -> s.Node:
    """A tree with every occurrence of one part replaced."""
    if node == old:
        return new
    if isinstance(old, s.Name) and _binds(node, old.name):
        return node
    parts = children(node)
    if not parts:
        return node
    return replace_children(node, [substitute(one, old, new) for one in parts])


def _binds(node: s.Node, name: str) -> bool:
    iterators = node.iterators if isinstance(node, s.For | s.Quantified) else ()
    return any(one.name == name for one in iterators)
