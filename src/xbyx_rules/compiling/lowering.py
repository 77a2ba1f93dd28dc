"""Lowering: the one rewriting that every target shares, so that there is one meaning.

Constants are folded; division by 2^i·5^j becomes multiplication; compared quotients are
cross-multiplied (``a/b >= c`` by the sign of b), since databases divide each in its own way;
records are compared by key; aggregates become nodes.  The source tree stays for prose.

Source: docs/architecture.md (one tree, many targets).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, Inexact, localcontext
from typing import Final, TypeGuard, get_args

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.operators import ARITHMETIC
from xbyx_rules.feel.types import BOOLEAN, EntityType, NumberType, Type
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.feel.walking import children, replace_children

from .lowered import Aggregate, AggregateFunction, ComparedRatios

__all__ = ["lower"]

_AGGREGATES: Final = frozenset(get_args(AggregateFunction))
_MIRRORED: Final[dict[str, s.ComparisonOperator]] = {
    "=": "=",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}


def lower(node: s.Node) -> s.Node:
    """The lowered form of a typed tree; the tree given is left as it is."""
    parts = children(node)
    lowered = tuple(lower(part) for part in parts)
    if any(new is not old for new, old in zip(lowered, parts, strict=True)):
        node = replace_children(node, lowered)
    if isinstance(node, s.Arithmetic):
        return _lower_arithmetic(node)
    if isinstance(node, s.Negation) and isinstance(node.operand, s.Number):
        value = NUMBERS.minus(node.operand.value)
        return replace(node.operand, value=value, text="", type=node.type)
    if isinstance(node, s.Comparison):
        return _lower_comparison(node)
    if isinstance(node, s.Call):
        return _lower_call(node)
    return node


def _lower_arithmetic(node: s.Arithmetic) -> s.Node:
    left, right = node.left, node.right
    if _is_quotient(node) and isinstance(right, s.Number):
        # WHY: a quotient that never ends is not folded either: rounded, it could no longer be
        # compared exactly.
        inverse = _exact_inverse(right.value)
        if inverse is None:
            return node
        right = _number(inverse, right)
        kind = ARITHMETIC["*", "number", "number"].result(left.type, right.type)
        node = replace(node, operator="*", right=right, type=kind)
    if isinstance(left, s.Number) and isinstance(right, s.Number) and not _is_quotient(node):
        value = ARITHMETIC[node.operator, "number", "number"].apply(left.value, right.value)
        if value is not None:
            return _number(value, node)
    return node


def _number(value: Decimal, like: s.Node) -> s.Number:
    exponent = value.normalize().as_tuple().exponent
    scale = max(0, -exponent) if isinstance(exponent, int) else None
    kind = NumberType(value, value, scale)
    return s.Number(value, start=like.start, end=like.end, type=kind, may_be_unknown=False)


def _exact_inverse(value: Decimal) -> Decimal | None:
    """1/value when it terminates within 34 digits, else None."""
    if value == 0:
        return None
    with localcontext(NUMBERS) as context:
        context.clear_flags()
        try:
            inverse = context.divide(Decimal(1), value)
        except ArithmeticError:
            return None
        return None if context.flags[Inexact] else inverse


def _lower_comparison(node: s.Comparison) -> s.Node:
    left, right = node.left, node.right
    if isinstance(left.type, EntityType) and isinstance(right.type, EntityType):
        key = left.type.source.key_of(left.type.entity)
        if key is not None:
            return replace(node, left=_key(left, key), right=_key(right, key))
    if _is_quotient(left) or _is_quotient(right):
        return _cross_multiply(node)
    return node


def _key(record: s.Node, key: str) -> s.Node:
    kind = record.type.field(key) if isinstance(record.type, EntityType) else None
    return s.Path(record, key, start=record.start, end=record.end, type=kind or record.type)


def _is_quotient(node: s.Node) -> TypeGuard[s.Arithmetic]:
    """Whether a node divides a number by a number (durations divide too)."""
    if not isinstance(node, s.Arithmetic) or node.operator != "/":
        return False
    return node.left.type.kind == node.right.type.kind == "number"


def _cross_multiply(node: s.Comparison) -> s.Node:
    """``a/b ∘ c/d``: ``a·d ∘ c·b`` where exact and the signs are known, else `ComparedRatios`."""
    left, left_by = _split(node.left)
    right, right_by = _split(node.right)
    sign = _sign(left_by) * _sign(right_by)
    products = _product(left, right_by), _product(right, left_by)
    if sign == 0 or not all(_is_exact(one.type) for one in products):
        return ComparedRatios(
            node.operator,
            left,
            left_by,
            right,
            right_by,
            start=node.start,
            end=node.end,
            type=BOOLEAN,
        )
    operator = node.operator if sign > 0 else _MIRRORED[node.operator]
    return replace(node, operator=operator, left=products[0], right=products[1])


def _is_exact(kind: Type) -> bool:
    """Whether every number of a type has at most the 34 digits that arithmetic keeps."""
    if not isinstance(kind, NumberType) or kind.low is None or kind.high is None:
        return False
    greatest = max(abs(kind.low), abs(kind.high))
    return kind.scale is not None and greatest.adjusted() + 1 + kind.scale <= NUMBERS.prec


def _split(node: s.Node) -> tuple[s.Node, s.Node | None]:
    """A quotient as dividend and divisor, ``a/b/c`` as a and b·c; another node as it is."""
    divisor: s.Node | None = None
    while _is_quotient(node):
        divisor = _product(node.right, divisor)
        node = node.left
    return node, divisor


def _product(left: s.Node, right: s.Node | None) -> s.Node:
    if right is None:
        return left
    kind = ARITHMETIC["*", "number", "number"].result(left.type, right.type)
    product = s.Arithmetic("*", left, right, start=left.start, end=left.end, type=kind)
    return _lower_arithmetic(product)


def _sign(divisor: s.Node | None) -> int:
    """1 or -1 where a divisor is known to be positive or negative, else 0; of none it is 1."""
    if divisor is None:
        return 1
    kind = divisor.type
    if isinstance(kind, NumberType) and kind.low is not None and kind.low > 0:
        return 1
    return -1 if isinstance(kind, NumberType) and kind.high is not None and kind.high < 0 else 0


def _lower_call(node: s.Call) -> s.Node:
    name = node.function.name if isinstance(node.function, s.Name) else ""
    is_over_list = len(node.arguments) == 1 and node.arguments[0].type.kind == "list"
    if name in _AGGREGATES and is_over_list and not node.names:
        (domain,) = node.arguments
        return Aggregate(
            name,  # type: ignore[arg-type]
            domain,
            start=node.start,
            end=node.end,
            type=node.type,
            may_be_unknown=node.may_be_unknown,
        )
    return node
