"""Comparisons of numbers as linear forms: ``经费 - 0.06 * 总额 >= 0`` makes ``>= 0.05 * 总额``.

Only what the engine computes exactly, within its 34 digits, is reasoned about: then what holds of
numbers holds of what the engine gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xbyx_rules.compiling.lowered import Aggregate
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.types import NumberType

__all__ = ["Bound", "follows", "read_bounds"]

_DIGITS: Final = 28
_MOST_ATOMS: Final = 12
_GREATEST_COUNT: Final = Decimal(10) ** 12
_SIGN: Final[Mapping[str, tuple[tuple[int, bool], ...]]] = {
    ">=": ((1, False),),
    ">": ((1, True),),
    "<=": ((-1, False),),
    "<": ((-1, True),),
    "=": ((1, False), (-1, False)),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """``Σ coefficient · atom + constant ≥ 0``, or ``> 0`` where it is strict.

    An atom whose coefficient is zero stays: the comparison is Unknown where the atom is.
    """

    coefficients: Mapping[s.Node, Decimal]
    constant: Decimal
    is_strict: bool


def read_bounds(node: s.Node) -> tuple[Bound, ...]:
    """What a canonical comparison of numbers says when true; nothing where it isn't linear."""
    if not isinstance(node, s.Comparison) or node.operator not in _SIGN:
        return ()
    if node.left.type.kind != "number" or node.right.type.kind != "number":
        return ()
    left, right = _read(node.left), _read(node.right)
    if left is None or right is None:
        return ()
    form = _add(left, _scale(right, Decimal(-1)))
    if len(form[0]) > _MOST_ATOMS or not _is_exact(form):
        return ()
    found = (_scale(form, Decimal(sign)) for sign, _ in _SIGN[node.operator])
    stricts = (is_strict for _, is_strict in _SIGN[node.operator])
    return tuple(Bound(*one, strict) for one, strict in zip(found, stricts, strict=True))


def follows(goal: Bound, premise: Bound | None) -> bool:
    """Whether one bound makes another true, with the bounds of the atoms' types.

    The caller knows that no atom of the goal is Unknown.

    Args:
        goal: what is to hold.
        premise: what holds; None for nothing.
    """
    if premise is None:
        return _is_at_least_zero((goal.coefficients, goal.constant), is_strict=goal.is_strict)
    for factor in _factors(goal, premise):
        rest = _add(
            (goal.coefficients, goal.constant),
            _scale((premise.coefficients, premise.constant), -factor),
        )
        # goal = factor · premise + rest, so that it holds where the rest is not below zero.
        if _is_at_least_zero(rest, is_strict=goal.is_strict and not premise.is_strict):
            return True
    return False


def _factors(goal: Bound, premise: Bound) -> Iterator[Decimal]:
    for atom, coefficient in goal.coefficients.items():
        other = premise.coefficients.get(atom, Decimal(0))
        if other and coefficient / other > 0:
            factor = coefficient / other
            # WHY: a quotient that never ends is rounded, and with it the proof would be.
            if factor * other == coefficient and len(factor.as_tuple().digits) <= _DIGITS:
                yield factor


_Form = tuple[Mapping[s.Node, Decimal], Decimal]


def _read(node: s.Node) -> _Form | None:
    match node:
        case s.Number(value=value):
            return {}, value
        case s.Negation(operand=operand):
            inner = _read(operand)
            return None if inner is None else _scale(inner, Decimal(-1))
        case s.Arithmetic(operator="+" | "-" | "*", left=left, right=right):
            found = _combine(node.operator, _read(left), _read(right))
            # WHY each step: what is rounded on the way is not exact in the end.
            return found if found is not None and _is_exact(found) else None
    return ({node: Decimal(1)}, Decimal(0)) if node.type.kind == "number" else None


def _combine(operator: str, left: _Form | None, right: _Form | None) -> _Form | None:
    if left is None or right is None:
        return None
    if operator != "*":
        return _add(left, _scale(right, Decimal(1 if operator == "+" else -1)))
    if right[0] and left[0]:
        return None
    return _scale(left, right[1]) if not right[0] else _scale(right, left[1])


def _add(left: _Form, right: _Form) -> _Form:
    atoms = dict.fromkeys((*left[0], *right[0]))
    zero = Decimal(0)
    summed = {one: left[0].get(one, zero) + right[0].get(one, zero) for one in atoms}
    return summed, left[1] + right[1]


def _scale(form: _Form, factor: Decimal) -> _Form:
    return {atom: value * factor for atom, value in form[0].items()}, form[1] * factor


def _is_exact(form: _Form) -> bool:
    """Whether the engine computes each term, and their sum, without rounding."""
    whole, places = 0, _places(form[1])
    whole = max(whole, form[1].adjusted() + 1)
    for atom, coefficient in form[0].items():
        kind = atom.type
        if not isinstance(kind, NumberType) or kind.scale is None:
            return False
        low, high = _bounds(atom)
        if low is None or high is None:
            return False
        greatest = max(abs(low), abs(high))
        whole = max(whole, greatest.adjusted() + coefficient.adjusted() + 3)
        whole = max(whole, greatest.adjusted() + 1)
        places = max(places, kind.scale + _places(coefficient))
    return whole + places + 2 <= _DIGITS


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else _DIGITS


def _bounds(atom: s.Node) -> tuple[Decimal | None, Decimal | None]:
    kind = atom.type
    if not isinstance(kind, NumberType):
        return None, None
    is_count = isinstance(atom, Aggregate) and atom.function == "count"
    high = _GREATEST_COUNT if is_count and kind.high is None else kind.high
    return kind.low, high


def _is_at_least_zero(form: _Form, *, is_strict: bool) -> bool:
    least = form[1]
    for atom, coefficient in form[0].items():
        low, high = _bounds(atom)
        end = low if coefficient > 0 else high
        if coefficient == 0:
            continue
        if end is None:
            return False
        least += coefficient * end
    return least > 0 if is_strict else least >= 0
