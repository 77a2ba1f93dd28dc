"""In which direction a condition moves when values in it move: 5 % to 6 % makes a floor stricter.

The same tree is read twice, with the old values of its parameters and with the new ones, and both
readings are followed together.  Sound, not complete: what isn't known here to move one way only is
not called monotone.  Nothing has to be computed exactly, for rounding keeps the order of numbers.

INVARIANT: of a value that is no truth, a `Direction` also says that it is known by the old reading
wherever it is by the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xbyx_rules.compiling.lowered import Aggregate, ComparedRatios
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import DATE, NumberType
from xbyx_rules.feel.walking import walk

from .implying import implies, negate

__all__ = ["SAME", "Direction", "direct"]

_ORDERED: Final = frozenset({"number", DATE.kind})
_ASCENDING: Final = (">", ">=")
_DESCENDING: Final = ("<", "<=")
_GREATEST: Final = Decimal("1e3000")


@dataclass(frozen=True, slots=True)
class Direction:
    """How what a tree says by the new reading compares with the old one, whatever the case is.

    Args:
        is_not_above: a truth is true only where it was; a number or a day is no greater; a list
            has no other elements.
        is_not_below: a truth is false only where it was; a number or a day is no less; a list
            has all elements.
        is_known: a truth is known only where it was.
    """

    is_not_above: bool
    is_not_below: bool
    is_known: bool = True

    def mirrored(self) -> Direction:
        """Of what moves against it."""
        return Direction(self.is_not_below, self.is_not_above, self.is_known)


SAME: Final = Direction(is_not_above=True, is_not_below=True)
"""Of what doesn't move."""
_OPEN: Final = Direction(is_not_above=False, is_not_below=False, is_known=False)


def direct(old: s.Node, new: s.Node, valueless: frozenset[str] = frozenset()) -> Direction:
    """How a condition moves from one reading to the other.

    Args:
        old: a condition in normal form (`implying.normalise`).
        new: the same with other values.
        valueless: names in `new` that have no value: whatever reads them is never known.

    Example:
        >>> from xbyx_rules.feel.types import NUMBER
        >>> name = s.Name("学分", type=NUMBER)
        >>> def floor(least):
        ...     return s.Comparison(">=", name, s.Number(Decimal(least), type=NUMBER))
        >>> direct(floor(36), floor(40)).is_not_above, direct(floor(36), floor(30)).is_not_above
        (True, False)
    """
    return _Reading(valueless).truth(old, new)


@dataclass(frozen=True, slots=True)
class _Reading:
    valueless: frozenset[str]

    def truth(self, old: s.Node, new: s.Node) -> Direction:
        """How a truth moves."""
        if self._is_same(old, new):
            return SAME
        match old, new:
            case (s.And(operands=olds), s.And(operands=news)) if len(olds) == len(news):
                parts = list(map(self.truth, olds, news))
                # A part that was false stays so: then nothing open could show behind it.
                return _join(parts, all(one.is_known and one.is_not_below for one in parts))
            case (s.Or(operands=olds), s.Or(operands=news)) if len(olds) == len(news):
                parts = list(map(self.truth, olds, news))
                return _join(parts, all(one.is_known and one.is_not_above for one in parts))
            case (
                s.Call(function=s.Name(name="not"), arguments=(inner,)),
                s.Call(function=s.Name(name="not"), arguments=(after,)),
            ):
                return self.truth(inner, after).mirrored()
            case (s.Quantified(), s.Quantified()):
                return self._quantified(old, new)
            case (s.If(), s.If()):
                return self._branches(old, new, self.truth) or _OPEN
        return self._compared(old, new) or _by_implication(old, new)

    def value(self, old: s.Node, new: s.Node) -> Direction | None:
        """How a number, a day or a list moves; None where that can't be told."""
        if self._is_same(old, new):
            return SAME
        before, after = _constant(old), _constant(new)
        if before is not None and after is not None and type(before) is type(after):
            return Direction(after <= before, after >= before)
        match old, new:
            case (s.Negation(), s.Negation()):
                found = self.value(old.operand, new.operand)
                return found.mirrored() if found else None
            case (s.Arithmetic(), s.Arithmetic()) if old.operator == new.operator:
                return self._computed(old, new)
            case (s.If(), s.If()):
                return self._branches(old, new, self.value)
            case (Aggregate(), Aggregate()) if old.function == new.function:
                return self._aggregated(old, new)
        return self._listed(old, new)

    def _is_same(self, old: s.Node, new: s.Node) -> bool:
        # What is never known moves nowhere: each claim is about what is known.
        return old == new or (isinstance(new, s.Name) and new.name in self.valueless)

    def _compared(self, old: s.Node, new: s.Node) -> Direction | None:
        """Of one side against the other."""
        match old, new:
            case (s.Comparison(), s.Comparison()):
                pass
            case (ComparedRatios(), ComparedRatios()):
                if not self._have_same_divisors(old, new):
                    return None
            case _:
                return None
        kinds = {one.type.kind for one in (old.left, old.right, new.left, new.right)}
        left, right = self.value(old.left, new.left), self.value(old.right, new.right)
        if old.operator != new.operator or left is None or right is None:
            return None
        if len(kinds) != 1 or not kinds <= _ORDERED:
            return None
        sides = (left, right.mirrored())
        if old.operator in _ASCENDING:
            return _join(sides, is_known=True)
        return _join(sides, is_known=True).mirrored() if old.operator in _DESCENDING else None

    def _have_same_divisors(self, old: ComparedRatios, new: ComparedRatios) -> bool:
        for one, other in ((old.left_by, new.left_by), (old.right_by, new.right_by)):
            # WHY zero may be among them: then neither reading is known.
            if one != other or (one is not None and _sign(one) <= 0):
                return False
        return True

    def _quantified(self, old: s.Quantified, new: s.Quantified) -> Direction:
        names = [[one.name for one in node.iterators] for node in (old, new)]
        if old.quantifier != new.quantifier or names[0] != names[1]:
            return _OPEN
        found = self.truth(old.condition, new.condition)
        for one, other in reversed(list(zip(old.iterators, new.iterators, strict=True))):
            domain = SAME if one == other else self._domain(one, other)
            if domain is None:
                return _OPEN
            found = _over(domain, found, is_every=old.quantifier == "every")
        return found

    def _domain(self, old: s.Iterator, new: s.Iterator) -> Direction | None:
        is_list = old.last is new.last is None and old.domain.type.kind == "list"
        return self._listed(old.domain, new.domain) if is_list else None

    def _branches(
        self, old: s.If, new: s.If, move: Callable[[s.Node, s.Node], Direction | None]
    ) -> Direction | None:
        if old.condition != new.condition:
            return None
        first = move(old.consequence, new.consequence)
        second = move(old.alternative, new.alternative)
        if first is None or second is None:
            return None
        return _join((first, second), is_known=first.is_known and second.is_known)

    def _computed(self, old: s.Arithmetic, new: s.Arithmetic) -> Direction | None:
        # WHY bounded: what overflows by the old reading only would not be known there.
        if not all(map(_is_bounded, (old, old.left, old.right))):
            return None
        left, right = self.value(old.left, new.left), self.value(old.right, new.right)
        if left is None or right is None:
            return None
        if old.operator in "+-":
            other = right if old.operator == "+" else right.mirrored()
            return _join((left, other), is_known=True)
        if old.operator == "*" and SAME in (left, right):
            factor, moved = (old.left, right) if left == SAME else (old.right, left)
            return _scaled(moved, _sign(factor))
        if old.operator == "/" and right == SAME:
            return _scaled(left, _sign(old.right))
        return None

    def _aggregated(self, old: Aggregate, new: Aggregate) -> Direction | None:
        before, after = old.domain, new.domain
        if old.function == "count":
            return self._listed(before, after)
        if not isinstance(before, s.For) or not isinstance(after, s.For):
            return None
        # WHY one by one: adding up keeps the order of the parts, rounding included.  Elements that
        # are gained are no such case: the sum of none has no value.
        is_alike = before.iterators == after.iterators and not _reads_partial(before, after)
        is_summed = is_alike and _is_bounded(before.result)
        return self.value(before.result, after.result) if is_summed else None

    def _listed(self, old: s.Node, new: s.Node) -> Direction | None:
        """Which elements a list gains or loses; it stays complete, or incomplete."""
        if self._is_same(old, new):
            return SAME
        match old, new:
            case (s.Filter(), s.Filter()) if _is_by_condition(old):
                base = self._listed(old.base, new.base)
                kept = self.truth(old.condition, new.condition)
                # A condition that can't be told of one element leaves the whole list unknown.
                if base is None or not base.is_not_below or not kept.is_known:
                    return None
                return _join((base, kept), is_known=True)
            case (s.Path(), s.Path()) if old.base.type.kind == "list" and old.name == new.name:
                return self._listed(old.base, new.base)
        return None


def _join(parts: Iterable[Direction], is_known: bool) -> Direction:
    every = tuple(parts)
    return Direction(
        all(one.is_not_above for one in every),
        all(one.is_not_below for one in every),
        is_known,
    )


def _over(domain: Direction, asked: Direction, *, is_every: bool) -> Direction:
    """Of ``every`` or ``some``: with more elements less is true of all, and more of one."""
    gaining, losing = domain.is_not_below, domain.is_not_above
    if not is_every:
        gaining, losing = losing, gaining
    settled = asked.is_not_below if is_every else asked.is_not_above
    return Direction(
        gaining and asked.is_not_above,
        losing and asked.is_not_below,
        domain == SAME and asked.is_known and settled,
    )


def _by_implication(old: s.Node, new: s.Node) -> Direction:
    """Of conditions of different shape, such as ``in`` with fewer texts."""
    return Direction(implies([new], old), implies([negate(new)], negate(old)), is_known=False)


def _scaled(moved: Direction, sign: int) -> Direction | None:
    if sign == 0:
        return None
    return moved if sign > 0 else moved.mirrored()


def _constant(node: s.Node) -> Decimal | Date | None:
    value = node.value if isinstance(node, s.Number | s.Temporal) else None
    return value if isinstance(value, Decimal | Date) else None


def _sign(node: s.Node) -> int:
    """1 of what is never negative, -1 of what is never positive, else 0."""
    low, high = _bounds(node)
    if low is not None and low >= 0:
        return 1
    return -1 if high is not None and high <= 0 else 0


def _is_bounded(node: s.Node) -> bool:
    """Whether a number, and the sum of any list of such, is far from overflowing."""
    return all(one is not None and abs(one) < _GREATEST for one in _bounds(node))


def _bounds(node: s.Node) -> tuple[Decimal | None, Decimal | None]:
    if isinstance(node, s.Number):
        return node.value, node.value
    kind = node.type
    return (kind.low, kind.high) if isinstance(kind, NumberType) else (None, None)


def _is_by_condition(node: s.Filter) -> bool:
    return node.base.type.kind == "list" and node.condition.type.kind == "boolean"


def _reads_partial(*loops: s.For) -> bool:
    return any(
        isinstance(one, s.Name) and one.name == "partial" for loop in loops for one in walk(loop)
    )
