"""Function calls: ``not``, ``已知``, built-in functions, calculations and functions in line."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.functions import BUILTINS, Builtin, find_signature
from xbyx_rules.feel.inference import KNOWLEDGE
from xbyx_rules.feel.types import FunctionType
from xbyx_rules.feel.values import UNKNOWN

from . import runtime
from .builder import Operand, load
from .expressions import Rule, Visitor, negate

__all__ = ["RULES"]

# WHY: for arguments of these kinds "no argument is Unknown" is the whole of strictness.
_PLAIN_KINDS: Final = frozenset(
    {
        *("number", "string", "boolean", "date", "time", "date and time"),
        *("years and months duration", "days and time duration", "range"),
    }
)


def _call(visitor: Visitor, node: s.Call) -> Operand:
    name = node.function.name if isinstance(node.function, s.Name) else ""
    if name == KNOWLEDGE:
        return _ask_knowledge(visitor, node)
    if name == "not" and len(node.arguments) == 1:
        return negate(visitor, visitor.visit(node.arguments[0]))
    is_free = name not in visitor.bound and isinstance(node.function.type, FunctionType)
    if name in BUILTINS and is_free and name not in visitor.parameters:
        return _call_builtin(visitor, node, BUILTINS[name])
    function = visitor.visit(node.function)
    arguments = [visitor.visit(one) for one in node.arguments]
    made = ast.Call(function.code, [one.code for one in arguments], [])
    operand = visitor.builder.strict(made, function, *arguments)
    return Operand(operand.code, True)


def _ask_knowledge(visitor: Visitor, node: s.Call) -> Operand:
    value = visitor.visit(node.arguments[0])
    builder = visitor.builder
    test = ast.Compare(value.code, [ast.IsNot()], [builder.constant(UNKNOWN)])
    return Operand(load(builder.assign(test)), False)


def _call_builtin(visitor: Visitor, node: s.Call, builtin: Builtin) -> Operand:
    builder = visitor.builder
    signature = find_signature(builtin, [one.type for one in node.arguments], node.names)
    if signature is None:
        raise ValueError(f"no signature of {builtin.name} fits: the tree was not checked")
    given = [visitor.visit(one) for one in node.arguments]
    ordered: list[Operand] = given
    if node.names:
        none = Operand(ast.Constant(None), False)
        places = signature.arrange(node.names) or ()
        ordered = [none if place is None else given[place] for place in places]
    codes = [one.code for one in ordered]
    sized = [one.code for one, part in zip(given, node.arguments, strict=True) if _is_sized(part)]
    if sized and builtin.name != "count":
        builder.charge(*sized)
    if builtin.work is not None:
        work = builder.constant(builtin.work)
        builder.add(ast.Expr(builder.call(runtime.charge_work, load("budget"), work, *codes)))
    found = _call_applied(visitor, node, builtin, signature.apply, ordered)
    if _is_sized(node):
        builder.charge(found.code)
    return found


def _is_sized(node: s.Node) -> bool:
    """Whether a value's size is not bounded by its type."""
    return node.type.kind not in _PLAIN_KINDS or node.type.kind == "string"


def _call_applied(
    visitor: Visitor,
    node: s.Call,
    builtin: Builtin,
    apply: Callable[..., Any],
    arguments: list[Operand],
) -> Operand:
    builder = visitor.builder
    codes = [one.code for one in arguments]
    if all(one.type.kind in _PLAIN_KINDS for one in node.arguments):
        return builder.strict(builder.call(apply, *codes), *arguments, is_total=False)
    flags: list[ast.expr] = [
        ast.Constant(builtin.needs_complete),
        ast.Constant(builtin.decides_early),
        ast.Constant(builtin.name == "count"),
    ]
    made = builder.call(runtime.invoke, builder.constant(apply), *flags, *codes)
    return Operand(load(builder.assign(made)), True)


def _function(visitor: Visitor, node: s.Function) -> Operand:
    """A function in line becomes a nested function, which sees the names around it."""
    builder = visitor.builder
    arguments = {one.name: builder.fresh("p") for one in node.parameters}
    names = {name: Operand(load(argument), True) for name, argument in arguments.items()}
    before = builder.steps
    with builder.block() as body:
        result = visitor.binding(names).visit(node.body)
        builder.add(ast.Return(result.code))
    # WHY: a function handed to `sort` or `list replace` runs many times.
    steps = ast.Constant(builder.steps - before)
    spend = ast.Attribute(load("budget"), "spend", ast.Load())
    body.insert(0, ast.Expr(ast.Call(spend, [steps], [])))
    defined = builder.fresh("f")
    parameters = [ast.arg(one) for one in arguments.values()]
    # WHY: a function made in a loop keeps the values of its own round, as defaults; Python's own
    # closures would all see those of the last one.
    kept = _names_around(body, arguments.values(), builder.namespace)
    signature = ast.arguments(
        [], parameters, None, [ast.arg(one) for one in kept], [load(one) for one in kept], None, []
    )
    builder.add(ast.FunctionDef(defined, signature, body, []))
    return Operand(load(defined), False)


def _names_around(
    body: list[ast.stmt], own: Iterable[str], constants: Mapping[str, Any]
) -> list[str]:
    """The names that a function's body reads and does not make itself, in order of use."""
    made, read = set(own), dict[str, None]()
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            made.add(node.name)  # it reads from here only what it keeps
            waiting += filter(None, node.args.kw_defaults)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.Name):
            read[node.id] = None
        else:
            waiting += reversed(list(ast.iter_child_nodes(node)))
    return [name for name in read if name not in made and name not in constants]


RULES: Final[dict[type[s.Node], Rule]] = {s.Call: _call, s.Function: _function}
