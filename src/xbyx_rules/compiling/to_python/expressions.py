"""The visitor: each kind of node to statements that compute it under Unknown."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any, Final

from xbyx_rules.compiling.lowered import ComparedRatios
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.operators import ARITHMETIC, EQUALITY, NEGATION, ORDERING, PROPERTIES
from xbyx_rules.feel.types import ContextType, EntityType, ListType
from xbyx_rules.feel.values import UNKNOWN, Interval

from . import runtime
from .builder import Builder, Operand, load, store

__all__ = ["RULES", "Rule", "Visitor", "compare", "join", "negate"]

Rule = Callable[["Visitor", Any], Operand]

_INLINE: Final[Mapping[str, type[ast.cmpop]]] = {
    "=": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
# WHY: for these kinds Python's own comparison is the table's, and saves a call.
_COMPARED_BY_PYTHON: Final = frozenset({"number", "string", "boolean", "date"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Turns nodes into operands, writing the statements they need into the builder.

    Args:
        builder: the function being built; its first parameter is the budget.
        rules: how each kind of node is visited.  WHY a field: lists, calls and tests visit
            expressions and expressions visit them, so their tables meet in `functions` only.
        parameters: free names of the expression → parameters of the function, in order of use.
        bound: names bound inside (by loops, filters, functions) → how to read them.
    """

    builder: Builder
    rules: Mapping[type[s.Node], Rule]
    parameters: dict[str, str] = field(default_factory=dict)
    bound: Mapping[str, Operand] = field(default_factory=dict)

    def visit(self, node: s.Node) -> Operand:
        """The operand that holds the node's value."""
        return self.rules[type(node)](self, node)

    def binding(self, names: Mapping[str, Operand]) -> Visitor:
        """The visitor inside a construct that binds names."""
        return replace(self, bound={**self.bound, **names})

    def read_name(self, name: str) -> Operand:
        """A bound name's operand, else the parameter of a free one."""
        if name in self.bound:
            return self.bound[name]
        parameter = self.parameters.setdefault(name, f"a{len(self.parameters)}")
        return Operand(load(parameter), True)


def _constant(visitor: Visitor, node: Any) -> Operand:
    return Operand(visitor.builder.constant(node.value), False)


def _list(visitor: Visitor, node: s.List) -> Operand:
    items = [visitor.visit(item).code for item in node.items]
    return Operand(load(visitor.builder.assign(ast.List(items, ast.Load()))), False)


def _context(visitor: Visitor, node: s.Context) -> Operand:
    values: list[ast.expr] = []
    for key, value in node.entries:
        operand = visitor.visit(value)
        values.append(operand.code)
        visitor = visitor.binding({key: operand})
    names = visitor.builder.constant(tuple(key for key, _ in node.entries))
    made = visitor.builder.call(runtime.make_context, names, ast.Tuple(values, ast.Load()))
    return Operand(load(visitor.builder.assign(made)), False)


def _range(visitor: Visitor, node: s.Range) -> Operand:
    none = Operand(ast.Constant(None), False)
    low = visitor.visit(node.low) if node.low else none
    high = visitor.visit(node.high) if node.high else none
    closed = [ast.Constant(node.is_low_closed), ast.Constant(node.is_high_closed)]
    made = visitor.builder.call(Interval, low.code, high.code, *closed)
    return visitor.builder.strict(made, low, high)


def _name(visitor: Visitor, node: s.Name) -> Operand:
    return visitor.read_name(node.name)


def _path(visitor: Visitor, node: s.Path) -> Operand:
    base = visitor.visit(node.base)
    builder, name = visitor.builder, visitor.builder.constant(node.name)
    kind = node.base.type
    if kind.kind == "list":
        builder.charge(base.code)
        element = kind.element if isinstance(kind, ListType) else kind
        read = PROPERTIES.get((element.kind, node.name))
        if read is not None:
            made = builder.call(runtime.map_property, base.code, builder.constant(read.apply))
        else:
            made = builder.call(runtime.map_field, base.code, name)
        return Operand(load(builder.assign(made)), base.may_be_unknown)
    if isinstance(kind, ContextType | EntityType):
        get = ast.Attribute(base.code, "get", ast.Load())
        found = ast.Call(get, [name, builder.constant(UNKNOWN)], [])
        return Operand(builder.strict(found, base).code, True)
    apply = PROPERTIES[kind.kind, node.name].apply
    return builder.strict(builder.call(apply, base.code), base, is_total=False)


def _negation(visitor: Visitor, node: s.Negation) -> Operand:
    operand = visitor.visit(node.operand)
    apply = NEGATION[node.operand.type.kind].apply
    made = visitor.builder.call(apply, operand.code)
    return visitor.builder.strict(made, operand, is_total=False)


def _arithmetic(visitor: Visitor, node: s.Arithmetic) -> Operand:
    left, right = visitor.visit(node.left), visitor.visit(node.right)
    operation = ARITHMETIC[node.operator, node.left.type.kind, node.right.type.kind]
    made = visitor.builder.call(operation.apply, left.code, right.code)
    is_total = not node.may_be_unknown
    value = visitor.builder.strict(made, left, right, is_total=is_total)
    if node.type.kind == "string":
        visitor.builder.charge(value.code)
    return value


def compare(
    visitor: Visitor, operator: str, left: Operand, right: Operand, kinds: tuple[str, str]
) -> Operand:
    """``left operator right`` for operands of these kinds."""
    builder = visitor.builder
    if kinds[0] == kinds[1] and kinds[0] in _COMPARED_BY_PYTHON:
        made: ast.expr = ast.Compare(left.code, [_INLINE[operator]()], [right.code])
        return builder.strict(made, left, right)
    if kinds[0] in ("list", "context"):
        builder.charge(left.code, right.code)
    table = EQUALITY if operator in ("=", "!=") else ORDERING
    made = builder.call(table[operator, kinds[0], kinds[1]], left.code, right.code)
    return builder.strict(made, left, right, is_total=False)


def _compared_ratios(visitor: Visitor, node: ComparedRatios) -> Operand:
    builder = visitor.builder
    one = Operand(builder.constant(Decimal(1)), False)
    parts = (node.left, node.left_by, node.right, node.right_by)
    operands = [one if part is None else visitor.visit(part) for part in parts]
    operation = EQUALITY if node.operator in ("=", "!=") else ORDERING
    compared = builder.constant(operation[node.operator, "number", "number"])
    made = builder.call(runtime.compare_ratios, compared, *(part.code for part in operands))
    return builder.strict(made, *operands, is_total=False)


def _comparison(visitor: Visitor, node: s.Comparison) -> Operand:
    left, right = visitor.visit(node.left), visitor.visit(node.right)
    return compare(visitor, node.operator, left, right, (node.left.type.kind, node.right.type.kind))


def _between(visitor: Visitor, node: s.Between) -> Operand:
    value, low, high = (visitor.visit(part) for part in (node.value, node.low, node.high))
    kind = node.value.type.kind
    parts: list[Callable[[], Operand]] = [
        lambda: compare(visitor, ">=", value, low, (kind, node.low.type.kind)),
        lambda: compare(visitor, "<=", value, high, (kind, node.high.type.kind)),
    ]
    return join(visitor, parts, is_conjunction=True)


def join(
    visitor: Visitor, parts: Sequence[Callable[[], Operand]], *, is_conjunction: bool
) -> Operand:
    """``and`` (or ``or``) of parts, each computed only while the answer is open.

    A false part decides a conjunction, a true one a disjunction; else an UNKNOWN part makes it
    UNKNOWN.
    """
    builder = visitor.builder
    decides, rest = not is_conjunction, is_conjunction
    result = builder.assign(ast.Constant(rest))
    unknown = False
    for index, part in enumerate(parts):
        with builder.block() as body:
            operand = part()
            unknown = unknown or operand.may_be_unknown
            builder.add(_update(builder, result, operand, decides))
        if index == 0:
            builder.statements.extend(body)
        else:
            still_open = ast.Compare(load(result), [ast.IsNot()], [ast.Constant(decides)])
            builder.add(ast.If(still_open, body, []))
    return Operand(load(result), unknown)


def _update(builder: Builder, result: str, operand: Operand, decides: bool) -> ast.stmt:
    unknown: list[ast.stmt] = []
    if operand.may_be_unknown:
        lose: ast.stmt = ast.Assign([store(result)], builder.constant(UNKNOWN))
        unknown = [ast.If(builder.is_same(operand.code, UNKNOWN), [lose], [])]
    decide: ast.stmt = ast.Assign([store(result)], ast.Constant(decides))
    return ast.If(builder.is_same(operand.code, decides), [decide], unknown)


def _and(visitor: Visitor, node: s.And) -> Operand:
    return join(
        visitor, [partial(visitor.visit, one) for one in node.operands], is_conjunction=True
    )


def _or(visitor: Visitor, node: s.Or) -> Operand:
    parts = [partial(visitor.visit, one) for one in node.operands]
    return join(visitor, parts, is_conjunction=False)


def negate(visitor: Visitor, operand: Operand) -> Operand:
    """``not``: UNKNOWN stays UNKNOWN."""
    return visitor.builder.strict(ast.UnaryOp(ast.Not(), operand.code), operand)


def _if(visitor: Visitor, node: s.If) -> Operand:
    builder = visitor.builder
    condition = visitor.visit(node.condition)
    result = builder.assign(builder.constant(UNKNOWN))
    with builder.block() as consequence:
        builder.assign(visitor.visit(node.consequence).code, result)
    with builder.block() as alternative:
        builder.assign(visitor.visit(node.alternative).code, result)
    otherwise = ast.If(builder.is_same(condition.code, False), alternative, [])
    builder.add(ast.If(builder.is_same(condition.code, True), consequence, [otherwise]))
    return Operand(load(result), True)


def _instance_of(visitor: Visitor, node: s.InstanceOf) -> Operand:
    value = visitor.visit(node.value)
    expected = visitor.builder.constant(node.expected)
    made = visitor.builder.call(runtime.is_instance, value.code, expected)
    return Operand(visitor.builder.strict(made, value).code, True)


RULES: Final[Mapping[type[s.Node], Rule]] = {
    s.Number: _constant,
    s.String: _constant,
    s.Boolean: _constant,
    s.Temporal: _constant,
    ComparedRatios: _compared_ratios,
    s.List: _list,
    s.Context: _context,
    s.Range: _range,
    s.Name: _name,
    s.Path: _path,
    s.Negation: _negation,
    s.Arithmetic: _arithmetic,
    s.Comparison: _comparison,
    s.Between: _between,
    s.And: _and,
    s.Or: _or,
    s.If: _if,
    s.InstanceOf: _instance_of,
}
