"""The types of loops and of functions in line: what they bind, and what they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.joining import join_types
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)
from xbyx_rules.feel.walking import walk

from .environment import Environment, Rule, expect_boolean, infer, mark, phrase_type
from .navigation import holds_known_elements

__all__ = [
    "RULES",
    "SIMPLE_TYPES",
    "TYPE_NAMES",
    "infer_for",
    "infer_function",
    "infer_quantified",
    "read_type_name",
]

SIMPLE_TYPES: dict[str, Type] = {
    one.kind: one
    for one in (BOOLEAN, DATE, TIME, DATE_TIME, YEARS_MONTHS, DAYS_TIME, NUMBER, STRING)
}
"""The types without parameters, by their names."""

TYPE_NAMES = frozenset({*SIMPLE_TYPES, "list", "range", "context", "function", "Any"})
"""Every name of a type that may stand after ``instance of``."""

_COUNTED = frozenset({"number", "date"})


def infer_quantified(node: s.Quantified, env: Environment) -> s.Node:
    """``some`` and ``every``."""
    iterators, inner, _ = _infer_iterators(node.iterators, env.without_knowledge())
    condition = infer(node.condition, inner)
    expect_boolean(condition, env)
    return mark(node, BOOLEAN, unknown=True, iterators=iterators, condition=condition)


def _infer_iterators(
    iterators: tuple[s.Iterator, ...], env: Environment
) -> tuple[tuple[s.Iterator, ...], Environment, bool]:
    """The iterators typed, the environment of the body, and whether a domain may be Unknown."""
    typed: list[s.Iterator] = []
    unknown = False
    for one in iterators:
        domain = infer(one.domain, env)
        last = infer(one.last, env) if one.last else None
        element, is_known = _element_of(domain, last, env)
        # WHY: ends that are no whole numbers, and ranges without an end, have nothing to count.
        is_counted = last is not None or domain.type.kind == "range"
        unknown = unknown or domain.may_be_unknown or is_counted
        typed.append(
            replace(one, type=element, may_be_unknown=not is_known, domain=domain, last=last)
        )
        names = frozenset({one.name}) if is_known else frozenset()
        env = env.inside_loop(one).with_names({one.name: element}, names)
    return tuple(typed), env, unknown


def _element_of(domain: s.Node, last: s.Node | None, env: Environment) -> tuple[Type, bool]:
    """The type of a loop's variable, and whether it is never Unknown."""
    if not env.require_type(domain) or (last is not None and not env.require_type(last)):
        return ANY, False
    if last is not None:
        if domain.type.kind != last.type.kind or domain.type.kind not in _COUNTED:
            left, right = phrase_type(domain.type), phrase_type(last.type)
            env.report("XR207", domain, left=left, right=right)
        return (NUMBER if domain.type.kind == "number" else domain.type), True
    if isinstance(domain.type, ListType):
        return domain.type.element, holds_known_elements(domain, env)
    if isinstance(domain.type, RangeType) and domain.type.element.kind in _COUNTED:
        return domain.type.element, True
    env.report("XR212", domain, found=phrase_type(domain.type))
    return ANY, False


def infer_for(node: s.For, env: Environment) -> s.Node:
    """``for``."""
    iterators, inner, unknown = _infer_iterators(node.iterators, env.without_knowledge())
    result = _infer_result(node.result, inner)
    records = any(
        isinstance(one.domain.type, ListType) and one.domain.type.records for one in iterators
    )
    kind = ListType(result.type, None, records)
    return mark(node, kind, unknown=unknown, iterators=iterators, result=result)


def _infer_result(result: s.Node, env: Environment) -> s.Node:
    """The result of a ``for``, in which ``partial`` is the list of the results so far."""
    if not any(isinstance(one, s.Name) and one.name == "partial" for one in walk(result)):
        return infer(result, env)
    # WHY: what `partial` holds is the result's own type, so it is inferred once to learn that.
    first = infer(result, _with_partial(ANY, replace(env, diagnostics=[])))
    element = _widened(first.type)
    typed = infer(result, _with_partial(element, env))
    if join_types(element, typed.type) is None:
        left, right = phrase_type(element), phrase_type(typed.type)
        env.report("XR211", result, left=left, right=right)
    return replace(typed, type=element)


def _with_partial(element: Type, env: Environment) -> Environment:
    # WHY: of an unknown element the list is empty for now, which goes with any other.
    kind = ListType(element, 0 if element == ANY else None)
    return env.with_names({"partial": kind}, frozenset({"partial"}))


def _widened(kind: Type) -> Type:
    """The type without bounds and allowed values, which later rounds of a loop may pass."""
    if isinstance(kind, ListType):
        return ListType(_widened(kind.element), None, kind.records)
    if isinstance(kind, ContextType):
        return ContextType(tuple((name, _widened(one)) for name, one in kind.fields))
    return SIMPLE_TYPES.get(kind.kind, kind)


def infer_function(node: s.Function, env: Environment, handed: tuple[Type, ...] = ()) -> s.Node:
    """Type a function in line; a parameter without a type takes that of what is handed to it."""
    if node.is_external:
        env.report("XR213", node)
    names: dict[str, Type] = {}
    for index, one in enumerate(node.parameters):
        given = handed[index] if index < len(handed) else ANY
        names[one.name] = read_type_name(one.expected) if one.expected else given
    inner = env.without_knowledge().inside_function().with_names(names, frozenset())
    body = infer(node.body, inner)
    kind = FunctionType(tuple(names.values()), body.type)
    return mark(node, kind, unknown=False, body=body)


def read_type_name(name: s.TypeName) -> Type:
    """The type that a `TypeName` stands for; Any where it is not one of FEEL's own."""
    arguments = [read_type_name(one) for one in name.arguments]
    match name.name, arguments:
        case "list", [element]:
            return ListType(element)
        case "range", [element]:
            return RangeType(element)
        case "context", _:
            return ContextType(tuple(zip(name.keys, arguments, strict=True)))
        case "function", [*parameters, result]:
            return FunctionType(tuple(parameters), result)
    return SIMPLE_TYPES.get(name.name, ANY)


RULES: Final[Mapping[type[s.Node], Rule]] = {
    s.For: infer_for,
    s.Quantified: infer_quantified,
    s.Function: infer_function,
}
