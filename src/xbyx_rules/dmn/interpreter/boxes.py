"""Boxed expressions: contexts with types, function definitions, texts with their places."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.dmn.boxed import (
    BoxedFunction,
    Conditional,
    Placed,
    Typed,
    TypedContext,
    Unreadable,
)
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.values import kind_of

from .calls import make_external, make_function
from .converting import convert
from .environment import Environment, Rule, evaluate

__all__ = ["BOX_RULES"]


def _placed(node: Placed, env: Environment) -> Any:
    return evaluate(node.tree, env.at(node.origin))


def _unreadable(node: Unreadable, env: Environment) -> Any:
    return env.null("XR923", node)


def _typed(node: Typed, env: Environment) -> Any:
    found = evaluate(node.value, env)
    value, is_well = convert(found, node.expected, env.run)
    if not is_well:
        return env.null("XR919", node, value=kind_of(found), type=str(node.expected))
    return value


def _context(node: TypedContext, env: Environment) -> Any:
    made: dict[str, Any] = {}
    inner = env.with_names(made)
    for name, value in node.entries:
        made[name] = evaluate(value, inner)
    return made if node.result is None else evaluate(node.result, inner)


def _conditional(node: Conditional, env: Environment) -> Any:
    condition = evaluate(node.condition, env)
    if condition is not None and not isinstance(condition, bool):
        return env.null("XR921", node, kind=kind_of(condition))
    return evaluate(node.consequence if condition is True else node.alternative, env)


def _function(node: BoxedFunction, env: Environment) -> Any:
    if node.language == "Java":
        return make_external(evaluate(node.body, env), node.parameters, node, env)
    if node.language != "FEEL":
        return env.null("XR926", node, name=node.language)
    return make_function("", node.parameters, node.body, env, node.result)


BOX_RULES: Final[Mapping[type[Node], Rule]] = MappingProxyType(
    {
        Placed: _placed,
        Unreadable: _unreadable,
        Typed: _typed,
        TypedContext: _context,
        BoxedFunction: _function,
        Conditional: _conditional,
    }
)
"""What evaluates boxed expressions."""
