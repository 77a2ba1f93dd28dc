"""Loops: filters, ``for``, quantifiers and aggregates."""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.compiling.lowered import Aggregate
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.types import ContextType, EntityType, ListType, Type
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.feel.walking import walk

from . import runtime
from .builder import Operand, load, store
from .expressions import Rule, Visitor

__all__ = ["RULES"]


def _filter(visitor: Visitor, node: s.Filter) -> Operand:
    base = visitor.visit(node.base)
    builder = visitor.builder
    if node.condition.type.kind == "number":
        index = visitor.visit(node.condition)
        made = builder.call(runtime.item_at, base.code, index.code)
        return Operand(load(builder.assign(made)), True)
    result = builder.assign(builder.constant(UNKNOWN))
    known = builder.is_same(base.code, UNKNOWN)
    with builder.block() as body:
        collected = _collector(visitor, [base])
        item, before = builder.fresh("v"), builder.steps
        with builder.block() as loop:
            inner = visitor.binding(_item_names(visitor, node.base.type, item))
            condition = inner.visit(node.condition)
            _append_where(visitor, collected, condition, load(item))
        _add_loop(visitor, item, base.code, loop, before)
        builder.assign(load(collected), result)
    builder.add(ast.If(known, [ast.Pass()], body))
    return Operand(load(result), True)


def _item_names(visitor: Visitor, kind: Type, item: str) -> dict[str, Operand]:
    """`item`, and of a record its fields, which are all UNKNOWN where the record is."""
    builder = visitor.builder
    element = kind.element if isinstance(kind, ListType) else None
    names = {"item": Operand(load(item), True)}
    if isinstance(element, ContextType | EntityType):
        blank = builder.constant(_BLANK)
        is_unknown = builder.is_same(load(item), UNKNOWN)
        record = builder.assign(ast.IfExp(is_unknown, blank, load(item)))
        for field in element.names:
            get = ast.Attribute(load(record), "get", ast.Load())
            value = ast.Call(get, [builder.constant(field), load("UNKNOWN")], [])
            names[field] = Operand(value, True)
    return names


_BLANK: Final = MappingProxyType[str, Any]({})
"""Stands for a record that is not known."""


def _collector(visitor: Visitor, domains: list[Operand]) -> str:
    """A new list: `Incomplete` when one of the domains is."""
    builder = visitor.builder
    tests: list[ast.expr] = [_is_incomplete(one.code) for one in domains]
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)
    empty = ast.List([], ast.Load())
    return builder.assign(ast.IfExp(test, ast.Call(load("Incomplete"), [], []), empty))


def _is_incomplete(value: ast.expr) -> ast.expr:
    kind = ast.Call(load("type"), [value], [])
    return ast.Compare(kind, [ast.Is()], [load("Incomplete")])


def _append_where(visitor: Visitor, collected: str, condition: Operand, item: ast.expr) -> None:
    """Append an item where the condition is true; an UNKNOWN condition makes the list UNKNOWN."""
    builder = visitor.builder
    append = ast.Call(ast.Attribute(load(collected), "append", ast.Load()), [item], [])
    unknown: list[ast.stmt] = []
    if condition.may_be_unknown:
        mark: list[ast.stmt] = [
            ast.Assign([store(collected)], builder.constant(UNKNOWN)),
            ast.Break(),
        ]
        unknown = [ast.If(builder.is_same(condition.code, UNKNOWN), mark, [])]
    test = builder.is_same(condition.code, True)
    builder.add(ast.If(test, [ast.Expr(append)], unknown))


def _add_loop(
    visitor: Visitor, item: str, domain: ast.expr, body: list[ast.stmt], before: int
) -> None:
    """The loop, which takes its steps off the budget first; `before` is where its body began."""
    builder = visitor.builder
    length: ast.expr = ast.Call(ast.Attribute(domain, "__len__", ast.Load()), [], [])
    weight = 1 + builder.steps - before
    if weight > 1:
        length = ast.BinOp(length, ast.Mult(), ast.Constant(weight))
    spend = ast.Call(ast.Attribute(load("budget"), "spend", ast.Load()), [length], [])
    builder.add(ast.Expr(spend))
    builder.add(ast.For(store(item), domain, body, []))


def _domain(visitor: Visitor, iterator: s.Iterator) -> Operand:
    domain = visitor.visit(iterator.domain)
    builder = visitor.builder
    if iterator.last is not None:
        last = visitor.visit(iterator.last)
        made = builder.call(runtime.span, domain.code, last.code)
        return Operand(load(builder.assign(made)), True)
    if iterator.domain.type.kind == "range":
        made = builder.call(runtime.span_of, domain.code)
        return Operand(load(builder.assign(made)), True)
    return domain


_ADDED: Final = 2


def _for(visitor: Visitor, node: s.For) -> Operand:
    builder = visitor.builder
    result = builder.assign(ast.List([], ast.Load()))

    def write(inner: Visitor, iterators: tuple[s.Iterator, ...]) -> None:
        if not iterators:
            value = inner.binding(_partial(inner, node.result, result)).visit(node.result)
            append = ast.Attribute(load(result), "append", ast.Load())
            builder.add(ast.Expr(ast.Call(append, [value.code], [])))
            return
        domain = _domain(inner, iterators[0])
        with builder.block() as body:
            empty = ast.Call(load("Incomplete"), [load(result)], [])
            widen: ast.stmt = ast.Assign([store(result)], empty)
            is_wide = ast.UnaryOp(ast.Not(), _is_incomplete(load(result)))
            test = ast.BoolOp(ast.And(), [_is_incomplete(domain.code), is_wide])
            builder.add(ast.If(test, [widen], []))
            item, before = builder.fresh("v"), builder.steps
            with builder.block() as loop:
                names = {iterators[0].name: Operand(load(item), iterators[0].may_be_unknown)}
                write(inner.binding(names), iterators[1:])
                builder.add(ast.If(builder.is_same(load(result), UNKNOWN), [ast.Break()], []))
            # WHY: what a round adds to the result stays in memory.
            _add_loop(inner, item, domain.code, loop, before - _ADDED)
        lost: ast.stmt = ast.Assign([store(result)], builder.constant(UNKNOWN))
        builder.add(ast.If(builder.is_same(domain.code, UNKNOWN), [lost], body))

    write(visitor, node.iterators)
    return Operand(load(result), True)


def _partial(visitor: Visitor, body: s.Node, result: str) -> dict[str, Operand]:
    if not any(isinstance(one, s.Name) and one.name == "partial" for one in walk(body)):
        return {}
    builder = visitor.builder
    made = builder.call(runtime.copy_list, load(result), load("budget"))
    return {"partial": Operand(load(builder.assign(made)), True)}


def _quantified(visitor: Visitor, node: s.Quantified) -> Operand:
    first, rest = node.iterators[0], node.iterators[1:]
    # WHY: `some a in x, b in y` is `some a in x satisfies some b in y`, and likewise for every.
    inner_node = (
        s.Quantified(node.quantifier, rest, node.condition, type=node.type)
        if rest
        else node.condition
    )
    decides = node.quantifier == "some"
    return _quantify(visitor, first, decides, lambda inner: inner.visit(inner_node))


def _quantify(
    visitor: Visitor, iterator: s.Iterator, decides: bool, condition: Callable[[Visitor], Operand]
) -> Operand:
    """One element whose condition is `decides` settles it.

    Else an UNKNOWN condition, or an incomplete list, leaves it UNKNOWN.
    """
    builder = visitor.builder
    domain = _domain(visitor, iterator)
    result = builder.assign(builder.constant(UNKNOWN))
    with builder.block() as body:
        closed = ast.IfExp(
            _is_incomplete(domain.code), builder.constant(UNKNOWN), ast.Constant(not decides)
        )
        builder.assign(closed, result)
        item, before = builder.fresh("v"), builder.steps
        with builder.block() as loop:
            names = {iterator.name: Operand(load(item), iterator.may_be_unknown)}
            verdict = condition(visitor.binding(names))
            settle: list[ast.stmt] = [
                ast.Assign([store(result)], ast.Constant(decides)),
                ast.Break(),
            ]
            lose: ast.stmt = ast.Assign([store(result)], builder.constant(UNKNOWN))
            unknown = ast.If(builder.is_same(verdict.code, UNKNOWN), [lose], [])
            builder.add(ast.If(builder.is_same(verdict.code, decides), settle, [unknown]))
        _add_loop(visitor, item, domain.code, loop, before)
    builder.add(ast.If(builder.is_same(domain.code, UNKNOWN), [ast.Pass()], body))
    return Operand(load(result), True)


def _aggregate(visitor: Visitor, node: Aggregate) -> Operand:
    domain = visitor.visit(node.domain)
    builtin = BUILTINS[node.function]
    apply = next(one.apply for one in builtin.signatures if not one.is_variadic)
    flags = [ast.Constant(one) for one in (True, False, node.function == "count")]
    builder = visitor.builder
    if node.function != "count":
        builder.charge(domain.code)
    made = builder.call(runtime.invoke, builder.constant(apply), *flags, domain.code)
    return Operand(load(builder.assign(made)), True)


RULES: Final[dict[type[s.Node], Rule]] = {
    s.Filter: _filter,
    s.For: _for,
    s.Quantified: _quantified,
    Aggregate: _aggregate,
}
