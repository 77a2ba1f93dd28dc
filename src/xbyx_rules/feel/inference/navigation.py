"""The types of paths and filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from xbyx_rules.errors import nearest
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.joining import is_settled
from xbyx_rules.feel.operators import PROPERTIES
from xbyx_rules.feel.types import (
    ANY,
    ContextType,
    EntityType,
    ListType,
    Type,
)

from .environment import Environment, Rule, expect_boolean, infer, mark, phrase_type

__all__ = ["RULES", "holds_known_elements", "infer_filter", "infer_path"]


def infer_path(node: s.Path, env: Environment) -> s.Node:
    """``base.name``: a field, a property, or over a list the fields of its elements."""
    base = infer(node.base, env.without_knowledge())
    if isinstance(base.type, ListType):
        if not is_settled(base.type) and not env.diagnostics:
            env.report("XR221", base)
        element = _field_of(base.type.element, node, env)
        return mark(
            node, replace(base.type, element=element), unknown=base.may_be_unknown, base=base
        )
    env.require_type(base)
    # WHY: a field may be missing, a local time has no zone, an open range no end.
    return mark(node, _field_of(base.type, node, env), unknown=True, base=base)


def _field_of(kind: Type, node: s.Path, env: Environment) -> Type:
    if kind.kind == "Any":
        return ANY
    if isinstance(kind, ContextType | EntityType):
        known = kind.names
        found = kind.field(node.name)
    else:
        known = tuple(name for owner, name in PROPERTIES if owner == kind.kind)
        read = PROPERTIES.get((kind.kind, node.name))
        found = read.result(kind) if read else None
    if found is None:
        owner = kind.entity if isinstance(kind, EntityType) else phrase_type(kind)
        near = nearest(node.name, known) or "、".join(f"`{one}`" for one in known[:8]) or "—"
        env.report("XR202", node, name=node.name, owner=owner, nearest=near)
        return ANY
    return found


def infer_filter(node: s.Filter, env: Environment) -> s.Node:
    """``base[condition]``: a list by condition, one element by index."""
    base = infer(node.base, env.without_knowledge())
    element: Type = ANY
    if isinstance(base.type, ListType):
        element = base.type.element
    elif env.require_type(base):
        env.report("XR212", base, found=phrase_type(base.type))
    outer = env.without_knowledge().inside_loop(node)
    before = len(env.diagnostics)
    condition = infer(node.condition, _inside(outer, base, element))
    if condition.type.kind == "number":
        # An index is the same for all elements, so it can't speak of one.
        del env.diagnostics[before:]
        condition = infer(node.condition, outer)
        return mark(node, element, unknown=True, base=base, condition=condition)
    expect_boolean(condition, env)
    unknown = base.may_be_unknown or condition.may_be_unknown
    return mark(node, base.type, unknown=unknown, base=base, condition=condition)


def _inside(env: Environment, base: s.Node, element: Type) -> Environment:
    """The environment of a filter's condition: `item`, and the fields of one that is a record."""
    names: dict[str, Type] = {"item": element}
    if isinstance(element, ContextType | EntityType):
        names |= {name: element.field(name) or ANY for name in element.names}
    known = frozenset({"item"}) if holds_known_elements(base, env) else frozenset()
    return env.with_names(names, known)


def holds_known_elements(node: s.Node, env: Environment) -> bool:
    """Whether no element of a list can be Unknown: a literal's, or the host's own records.

    WHY: ``教职工.部门`` is a list of records too, but a member of staff may have no known 部门.
    """
    kind = node.type
    is_records = isinstance(kind, ListType) and kind.records
    match node:
        case s.List():
            return not node.may_be_unknown
        case s.Name(name=name):
            return is_records and name not in env.bound
        case s.Path(base=base):
            return is_records and isinstance(base.type, EntityType)
        case s.Filter(base=base):
            return holds_known_elements(base, env)
    return False


RULES: Final[Mapping[type[s.Node], Rule]] = {
    s.Path: infer_path,
    s.Filter: infer_filter,
}
