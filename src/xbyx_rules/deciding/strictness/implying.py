"""Whether a condition that is true makes another one true, in the logic with Unknown.

Sound, not complete: what can't be shown here is tried on cases instead.  A bound between numbers
follows by their bounds (`linear`), a set of texts by inclusion, ``every`` and ``some`` by what they
ask of each record, and whatever reads alike by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, localcontext
from typing import Final

from xbyx_rules.compiling.equivalence import canonical
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.types import BOOLEAN
from xbyx_rules.feel.walking import children, replace_children

from .linear import Bound, follows, read_bounds

__all__ = ["implies", "negate", "normalise"]

_STEPS: Final = 4_000
_EXACT: Final = Context(prec=200)
"""Digits enough for whatever `linear` computes with coefficients of at most 34."""
_OPPOSITE: Final[dict[str, s.ComparisonOperator]] = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}


def implies(premises: Sequence[s.Node], goal: s.Node) -> bool:
    """Whether the goal is true wherever all premises are.

    Args:
        premises: typed conditions, each from `normalise`.
        goal: a typed condition, from `normalise`.

    Example:
        >>> yes, no = s.Name("已成立", type=BOOLEAN), s.Name("专项列支", type=BOOLEAN)
        >>> implies([s.And((yes, no))], yes), implies([s.Or((yes, no))], yes)
        (True, False)
    """
    with localcontext(_EXACT):
        return _Proof().holds(_flatten(premises), goal)


def normalise(node: s.Node) -> s.Node:
    """The canonical form of a condition, ``between`` and tests of one range as comparisons."""
    return canonical(_spell_out(node))


def negate(node: s.Node) -> s.Node:
    """A normal condition that is true exactly where this one is false."""
    match node:
        case s.Boolean(value=value):
            return replace(node, value=not value)
        case s.Comparison(operator=operator):
            return replace(node, operator=_OPPOSITE[operator])
        case s.And(operands=operands):
            return s.Or(tuple(map(negate, operands)), type=BOOLEAN)
        case s.Or(operands=operands):
            return s.And(tuple(map(negate, operands)), type=BOOLEAN)
        case s.Call(function=s.Name(name="not"), arguments=(operand,)):
            return operand
    return s.Call(s.Name("not"), (node,), type=BOOLEAN)


def _spell_out(node: s.Node) -> s.Node:
    node = replace_children(node, tuple(map(_spell_out, children(node))))
    if isinstance(node, s.Between):
        return _within(node.value, s.Range(node.low, node.high))
    if isinstance(node, s.In) and len(node.tests.tests) == 1 and not node.tests.is_negated:
        (test,) = node.tests.tests
        if node.value.type.kind != "number":
            return node
        if isinstance(test, s.UnaryComparison):
            return s.Comparison(test.operator, node.value, test.value, type=BOOLEAN)
        if isinstance(test.value, s.Range):
            return _within(node.value, test.value)
    return node


def _within(value: s.Node, area: s.Range) -> s.Node:
    parts: list[s.Node] = []
    if area.low is not None:
        lower: s.ComparisonOperator = ">=" if area.is_low_closed else ">"
        parts.append(s.Comparison(lower, value, area.low, type=BOOLEAN))
    if area.high is not None:
        upper: s.ComparisonOperator = "<=" if area.is_high_closed else "<"
        parts.append(s.Comparison(upper, value, area.high, type=BOOLEAN))
    return _both(parts)


def _both(parts: Sequence[s.Node]) -> s.Node:
    return parts[0] if len(parts) == 1 else s.And(tuple(parts), type=BOOLEAN)


def _flatten(nodes: Iterable[s.Node]) -> tuple[s.Node, ...]:
    found: list[s.Node] = []
    for one in nodes:
        found += _flatten(one.operands) if isinstance(one, s.And) else (one,)
    return tuple(found)


@dataclass(slots=True)
class _Proof:
    """One search for a proof, with the steps that are left."""

    steps: int = field(default=_STEPS)

    def holds(self, premises: tuple[s.Node, ...], goal: s.Node) -> bool:
        """Whether the goal follows; False as well where the steps end."""
        self.steps -= 1 + len(premises)
        if self.steps < 0:
            return False
        if goal in premises or s.Boolean(False) in premises or goal == s.Boolean(True):
            return True
        if isinstance(goal, s.And):
            return all(self.holds(premises, one) for one in goal.operands)
        if isinstance(goal, s.Or) and any(self.holds(premises, one) for one in goal.operands):
            return True
        if self._follows(premises, goal):
            return True
        for at, one in enumerate(premises):
            if isinstance(one, s.Or):
                rest = premises[:at] + premises[at + 1 :]
                return all(self.holds((*rest, *_flatten([case])), goal) for case in one.operands)
        return False

    def _follows(self, premises: tuple[s.Node, ...], goal: s.Node) -> bool:
        match goal:
            case s.Comparison():
                return _bound_follows(premises, goal)
            case s.In():
                return any(_is_subset(one, goal) for one in premises)
            case s.Quantified():
                return any(self._of_each(one, goal) for one in premises)
        return False

    def _of_each(self, premise: s.Node, goal: s.Quantified) -> bool:
        """``every a in L satisfies p`` makes ``… satisfies q`` where p makes q; so ``some``."""
        if not isinstance(premise, s.Quantified) or premise.quantifier != goal.quantifier:
            return False
        is_same = premise.iterators == goal.iterators
        return is_same and self.holds(_flatten([premise.condition]), goal.condition)


def _bound_follows(premises: Sequence[s.Node], goal: s.Node) -> bool:
    wanted = read_bounds(goal)
    given: list[Bound] = [bound for one in premises for bound in read_bounds(one)]
    # WHY: a comparison that is true has no Unknown operand, so these atoms are known.
    known = {atom for one in given for atom in one.coefficients}
    if not wanted or any(not known.issuperset(one.coefficients) for one in wanted):
        return False
    return all(any(follows(one, premise) for premise in (None, *given)) for one in wanted)


def _is_subset(premise: s.Node, goal: s.In) -> bool:
    """Whether what passes one set of tests of texts, as `normalise` writes them, passes another."""
    if not isinstance(premise, s.In) or premise.value != goal.value:
        return False
    if premise.tests.is_negated or goal.tests.is_negated:
        return False
    tests = (*premise.tests.tests, *goal.tests.tests)
    if not all(isinstance(one, s.UnaryExpression) for one in tests):
        return False
    if not all(isinstance(one.value, s.String) for one in tests):
        return False
    return set(premise.tests.tests) <= set(goal.tests.tests)
