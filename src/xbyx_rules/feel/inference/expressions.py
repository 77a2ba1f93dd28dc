"""The types of expressions, one rule a kind of node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xbyx_rules.errors import nearest
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.joining import join_types
from xbyx_rules.feel.operators import ARITHMETIC, EQUALITY, NEGATION, ORDERING
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    DAYS_TIME,
    YEARS_MONTHS,
    ContextType,
    EntityType,
    ListType,
    NumberType,
    RangeType,
    StringType,
    Type,
)
from xbyx_rules.feel.values import kind_of
from xbyx_rules.feel.walking import walk

from .environment import Environment, Rule, expect_boolean, infer, mark, phrase_type
from .loops import SIMPLE_TYPES, TYPE_NAMES

__all__ = ["RULES", "check_comparison", "check_domain", "check_records", "is_always_told"]


def check_domain(value: s.Node, other: s.Node, env: Environment) -> None:
    """Report a text that the term it is compared with can never have (a typo in a value)."""
    if not isinstance(value, s.String) or isinstance(other, s.String):
        return
    allowed = other.type.values if isinstance(other.type, StringType) else None
    if allowed is not None and value.value not in allowed:
        near = nearest(value.value, allowed) or "、".join(f"`{one}`" for one in allowed[:8])
        env.report("XR205", value, value=value.value, nearest=near)


def _number(node: s.Number, env: Environment) -> s.Node:
    exponent = node.value.normalize().as_tuple().exponent
    scale = max(0, -exponent) if isinstance(exponent, int) else None
    return mark(node, NumberType(node.value, node.value, scale), unknown=False)


def _string(node: s.String, env: Environment) -> s.Node:
    return mark(node, StringType((node.value,)), unknown=False)


def _boolean(node: s.Boolean, env: Environment) -> s.Node:
    return mark(node, BOOLEAN, unknown=False)


def _null(node: s.Null, env: Environment) -> s.Node:
    env.report("XR206", node)
    return mark(node, ANY, unknown=True)


def _temporal(node: s.Temporal, env: Environment) -> s.Node:
    return mark(node, SIMPLE_TYPES[kind_of(node.value)], unknown=False)


def _list(node: s.List, env: Environment) -> s.Node:
    items = tuple(infer(item, env) for item in node.items)
    element: Type | None = items[0].type if items else ANY
    for item in items[1:]:
        element = join_types(element, item.type) if element is not None else None
    if element is None:
        env.report("XR203", node)
    unknown = any(item.may_be_unknown for item in items)
    return mark(node, ListType(element or ANY, len(items)), unknown=unknown, items=items)


def _context(node: s.Context, env: Environment) -> s.Node:
    entries: list[tuple[str, s.Node]] = []
    for key, value in node.entries:
        typed = infer(value, env)
        entries.append((key, typed))
        env = env.with_names({key: typed.type}, frozenset())
    kind = ContextType(tuple((key, value.type) for key, value in entries))
    return mark(node, kind, unknown=False, entries=tuple(entries))


def _range(node: s.Range, env: Environment) -> s.Node:
    low = infer(node.low, env) if node.low else None
    high = infer(node.high, env) if node.high else None
    ends = [end for end in (low, high) if end is not None]
    kinds = {end.type.kind for end in ends if env.require_type(end)}
    is_ordered = len(kinds) == 1 and all(("<", kind, kind) in ORDERING for kind in kinds)
    if not is_ordered and len(kinds - {"Any"}) == len(kinds):
        env.report("XR207", node, left=phrase_type(ends[0].type), right=phrase_type(ends[-1].type))
    unknown = any(end.may_be_unknown for end in ends)
    element = join_types(ends[0].type, ends[-1].type) if is_ordered else None
    return mark(node, RangeType(element or ANY), unknown=unknown, low=low, high=high)


def _name(node: s.Name, env: Environment) -> s.Node:
    kind = env.scope.lookup(node.name)
    if kind is None:
        known = env.scope.known_names()
        env.report("XR201", node, name=node.name, nearest=nearest(node.name, known) or "—")
        return mark(node, ANY, unknown=True)
    return mark(node, kind, unknown=node.name not in env.known)


def _negation(node: s.Negation, env: Environment) -> s.Node:
    operand = infer(node.operand, env.without_knowledge())
    operation = NEGATION.get(operand.type.kind)
    if env.require_type(operand) and operation is None:
        env.report("XR208", node, operator="-", found=phrase_type(operand.type))
    kind = operation.result(operand.type) if operation else ANY
    return mark(node, kind, unknown=operand.may_be_unknown, operand=operand)


def _arithmetic(node: s.Arithmetic, env: Environment) -> s.Node:
    left, right = (infer(side, env.without_knowledge()) for side in (node.left, node.right))
    operation = ARITHMETIC.get((node.operator, left.type.kind, right.type.kind))
    if env.require_type(left) and env.require_type(right) and operation is None:
        _report_pair("XR209", node, node.operator, left, right, env)
    kind = operation.result(left.type, right.type) if operation else ANY
    # WHY: an overflow or a division by zero has no value, so arithmetic alone can give Unknown;
    # sums and products of bounded numbers can't.
    unknown = left.may_be_unknown or right.may_be_unknown or not _is_total(node.operator, kind)
    return mark(node, kind, unknown=unknown, left=left, right=right)


def _is_total(operator: str, kind: Type) -> bool:
    bounded = isinstance(kind, NumberType) and kind.low is not None and kind.high is not None
    return bounded and operator in ("+", "-", "*")


def _comparison(node: s.Comparison, env: Environment) -> s.Node:
    left, right = (infer(side, env.without_knowledge()) for side in (node.left, node.right))
    check_comparison(node.operator, left, right, node, env)
    unknown = left.may_be_unknown or right.may_be_unknown or not is_always_told(left)
    return mark(node, BOOLEAN, unknown=unknown, left=left, right=right)


def is_always_told(compared: s.Node) -> bool:
    """Whether two known values of a node's type always compare.

    Local and zoned times don't, nor do lists and records that hold something Unknown.
    """
    return compared.type.kind in _ALWAYS_TOLD


_ALWAYS_TOLD = frozenset({"number", "string", "boolean", "date", DAYS_TIME.kind, YEARS_MONTHS.kind})


def check_comparison(
    operator: s.ComparisonOperator, left: s.Node, right: s.Node, node: s.Node, env: Environment
) -> None:
    """Report two operands that can't be compared, and texts that can never be equal."""
    pair = (operator, left.type.kind, right.type.kind)
    table = EQUALITY if operator in ("=", "!=") else ORDERING
    if not (env.require_type(left) and env.require_type(right)):
        return
    if pair not in table:
        _report_pair("XR207", node, operator, left, right, env)
    else:
        check_records(left, left.type, right.type, env, node)
    if operator in ("=", "!="):
        check_domain(left, right, env)
        check_domain(right, left, env)


def check_records(
    value: s.Node, left: Type, right: Type, env: Environment, node: s.Node | None = None
) -> None:
    """Report records that can't be told to be the same.

    INVARIANT: records are the same when their keys are, so both are of one entity that has a key.
    """
    if not isinstance(left, EntityType) and not isinstance(right, EntityType):
        return
    if not isinstance(left, EntityType) or left != right or not left.source.key_of(left.entity):
        names = [one.entity if isinstance(one, EntityType) else "—" for one in (left, right)]
        env.report("XR210", node or value, left=names[0], right=names[1])


def _logic(node: Any, env: Environment) -> s.Node:
    operands = tuple(infer(operand, env) for operand in node.operands)
    for operand in operands:
        expect_boolean(operand, env)
    unknown = any(operand.may_be_unknown for operand in operands)
    return mark(node, BOOLEAN, unknown=unknown, operands=operands)


def _between(node: s.Between, env: Environment) -> s.Node:
    inner = env.without_knowledge()
    value, low, high = (infer(part, inner) for part in (node.value, node.low, node.high))
    check_comparison(">=", value, low, node, env)
    check_comparison("<=", value, high, node, env)
    unknown = any(part.may_be_unknown for part in (value, low, high)) or not is_always_told(value)
    return mark(node, BOOLEAN, unknown=unknown, value=value, low=low, high=high)


def _instance_of(node: s.InstanceOf, env: Environment) -> s.Node:
    value = infer(node.value, env.without_knowledge())
    for one in walk(node.expected):
        if isinstance(one, s.TypeName) and one.name not in TYPE_NAMES:
            env.report("XR201", one, name=one.name, nearest=nearest(one.name, TYPE_NAMES) or "—")
    return mark(node, BOOLEAN, unknown=value.may_be_unknown, value=value)


def _if(node: s.If, env: Environment) -> s.Node:
    condition = infer(node.condition, env.without_knowledge())
    expect_boolean(condition, env)
    inner = env.without_knowledge()
    consequence, alternative = infer(node.consequence, inner), infer(node.alternative, inner)
    kind = join_types(consequence.type, alternative.type)
    if kind is None:
        left, right = phrase_type(consequence.type), phrase_type(alternative.type)
        env.report("XR211", node, left=left, right=right)
    if kind == ANY and env.diagnostics:  # one branch is wrong: go on with the other's type
        kind = alternative.type if consequence.type == ANY else consequence.type
    parts = (condition, consequence, alternative)
    return mark(
        node,
        kind or ANY,
        unknown=any(part.may_be_unknown for part in parts),
        condition=condition,
        consequence=consequence,
        alternative=alternative,
    )


def _report_pair(
    code: str, node: s.Node, operator: str, left: s.Node, right: s.Node, env: Environment
) -> None:
    names = {"left": phrase_type(left.type), "right": phrase_type(right.type)}
    env.report(code, node, operator=operator, **names)


RULES: Final[Mapping[type[s.Node], Rule]] = {
    s.Number: _number,
    s.String: _string,
    s.Boolean: _boolean,
    s.Null: _null,
    s.Temporal: _temporal,
    s.List: _list,
    s.Context: _context,
    s.Range: _range,
    s.Name: _name,
    s.Negation: _negation,
    s.Arithmetic: _arithmetic,
    s.Comparison: _comparison,
    s.And: _logic,
    s.Or: _logic,
    s.Between: _between,
    s.InstanceOf: _instance_of,
    s.If: _if,
}
