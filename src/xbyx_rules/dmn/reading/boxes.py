"""Boxed expressions of the XML to nodes, each text parsed in the scope it stands in.

Source: DMN 1.5 §7.3 (boxed expressions) and their XML, `DMN15.xsd`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from xbyx_rules.dmn.boxed import (
    BoxedFunction,
    BoxedQuantifier,
    Conditional,
    Placed,
    Typed,
    TypedContext,
    Unreadable,
)
from xbyx_rules.dmn.origins import Origin
from xbyx_rules.dmn.types import ANY, ItemType, to_feel_type
from xbyx_rules.dmn.xml_tree import Element
from xbyx_rules.feel import Scope
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel import types as feel

from .item_types import Types
from .source import File, Problems
from .tables import read_table
from .texts import read_literal

__all__ = ["EXPRESSIONS", "BoxReader", "declared"]


def declared(expected: ItemType, shape: feel.Type) -> feel.Type:
    """What the parser may know of a value: its declared type, else what its logic shows."""
    known = to_feel_type(expected)
    return shape if known == feel.ANY else known


class BoxReader:
    """Reads the boxed expressions of one file.

    Args:
        file: the file.
        types: its types.
        problems: where what is wrong is noted.
    """

    def __init__(self, file: File, types: Types, problems: Problems) -> None:
        self.file = file
        self.types = types
        self.problems = problems

    def logic_of(self, element: Element, scope: Scope) -> s.Node | None:
        """The first boxed expression within an element; None where it has none."""
        logic = element.first(*EXPRESSIONS)
        return None if logic is None else self.read(logic, scope)

    def read(self, element: Element, scope: Scope) -> s.Node:
        """Read one boxed expression, with the place where it stands."""
        reader = EXPRESSIONS[element.name]
        foreign = self._foreign_part_of(element)
        if foreign:
            self.problems.add("XR908", self.file.name, element.line, construct=foreign)
            return self.nothing(element)
        node = reader(self, element, scope)
        if isinstance(node, Placed):
            return node
        return Placed(node, Origin(self.file.name, element.line), type=node.type)

    def part(self, element: Element, name: str, scope: Scope) -> s.Node:
        """The expression in a named part of a boxed expression, such as ``then``."""
        holder = element.first(name)
        logic = None if holder is None else self.logic_of(holder, scope)
        return self.nothing(element) if logic is None else logic

    def parameters_of(self, element: Element) -> tuple[tuple[str, ItemType], ...]:
        """The formal parameters of a function."""
        return tuple(
            (one.get("name"), self.types.of(one, one.get("typeRef")))
            for one in element.all("formalParameter")
        )

    def read_function(self, element: Element, scope: Scope) -> BoxedFunction:
        """Read a function definition: parameters and body."""
        parameters = self.parameters_of(element)
        names = {name: to_feel_type(kind) for name, kind in parameters}
        logic = element.first(*EXPRESSIONS)
        result = self.types.of(logic, "" if logic is None else logic.get("typeRef"))
        body = self.nothing(element)
        language = element.get("kind") or "FEEL"
        if logic is not None:
            body = self.read(logic, scope.with_names(names))
        shape = feel.FunctionType(tuple(names.values()), declared(result, body.type))
        return BoxedFunction(parameters, body, language, result, type=shape)

    def _foreign_part_of(self, element: Element) -> str:
        """A language other than FEEL, or values from another file; empty where there is none."""
        language = element.get("expressionLanguage") or self.file.root.get("expressionLanguage")
        if language and "FEEL" not in language.upper():
            return language
        return "importedValues" if element.first("importedValues") is not None else ""

    def nothing(self, element: Element) -> s.Node:
        """What stands where an expression is missing: null, recorded as an error."""
        return Placed(Unreadable(), Origin(self.file.name, element.line))


def _literal(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    return read_literal(element, scope, reader.file, reader.problems)


def _context(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    entries: list[tuple[str, s.Node]] = []
    result = None
    names: dict[str, feel.Type] = {}
    for entry in element.all("contextEntry"):
        inner = scope.with_names(names)
        value = reader.logic_of(entry, inner)
        value = reader.nothing(entry) if value is None else value
        variable = entry.first("variable")
        if variable is None:
            result = value
            continue
        expected = reader.types.of(variable, variable.get("typeRef"))
        name = variable.get("name")
        names[name] = declared(expected, value.type)
        entries.append((name, _typed(value, expected)))
    shape = feel.ContextType(tuple(names.items())) if result is None else result.type
    return TypedContext(tuple(entries), result, type=shape)


def _typed(value: s.Node, expected: ItemType) -> s.Node:
    return value if expected is ANY else Typed(value, expected, type=declared(expected, value.type))


def _list(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    items = tuple(reader.read(one, scope) for one in element.children if one.name in EXPRESSIONS)
    shape = items[0].type if items else feel.ANY
    return s.List(items, type=feel.ListType(shape))


def _relation(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    columns = [
        (one.get("name"), reader.types.of(one, one.get("typeRef"))) for one in element.all("column")
    ]
    rows = []
    for row in element.all("row"):
        cells = [reader.read(one, scope) for one in row.children if one.name in EXPRESSIONS]
        pairs = zip(columns, cells, strict=False)
        rows.append(TypedContext(tuple((name, _typed(cell, kind)) for (name, kind), cell in pairs)))
    shape = feel.ContextType(tuple((name, to_feel_type(kind)) for name, kind in columns))
    return s.List(tuple(rows), type=feel.ListType(shape))


def _invocation(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    function = reader.logic_of(element, scope)
    names, arguments = [], []
    for binding in element.all("binding"):
        parameter = binding.first("parameter")
        value = reader.logic_of(binding, scope)
        names.append("" if parameter is None else parameter.get("name"))
        arguments.append(reader.nothing(binding) if value is None else value)
    if function is None:
        return reader.nothing(element)
    shape = function.type.result if isinstance(function.type, feel.FunctionType) else feel.ANY
    return s.Call(function, tuple(arguments), tuple(names), type=shape)


def _function(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    return reader.read_function(element, scope)


def _conditional(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    parts = [reader.part(element, name, scope) for name in ("if", "then", "else")]
    return Conditional(parts[0], parts[1], parts[2], type=parts[1].type)


def _element_of(node: s.Node) -> feel.Type:
    return node.type.element if isinstance(node.type, feel.ListType) else feel.ANY


def _filter(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    items = reader.part(element, "in", scope)
    shape = _element_of(items)
    names = {"item": shape}
    if isinstance(shape, feel.ContextType):
        names |= dict(shape.fields)
    match = reader.part(element, "match", scope.with_names(names))
    return s.Filter(items, match, type=items.type)


def _iterator(
    reader: BoxReader, element: Element, scope: Scope
) -> tuple[tuple[s.Iterator, ...], Scope]:
    items = reader.part(element, "in", scope)
    name = element.get("iteratorVariable")
    names = {name: _element_of(items), "partial": feel.ListType(feel.ANY)}
    return (s.Iterator(name, items),), scope.with_names(names)


def _for(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    iterators, inner = _iterator(reader, element, scope)
    result = reader.part(element, "return", inner)
    return s.For(iterators, result, type=feel.ListType(result.type))


def _some(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    iterators, inner = _iterator(reader, element, scope)
    return BoxedQuantifier("some", iterators[0], reader.part(element, "satisfies", inner))


def _every(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    iterators, inner = _iterator(reader, element, scope)
    return BoxedQuantifier("every", iterators[0], reader.part(element, "satisfies", inner))


def _table(reader: BoxReader, element: Element, scope: Scope) -> s.Node:
    return read_table(element, scope, reader.file, reader.types, reader.problems)


EXPRESSIONS: Final[Mapping[str, Callable[[BoxReader, Element, Scope], s.Node]]] = MappingProxyType(
    {
        "literalExpression": _literal,
        "context": _context,
        "list": _list,
        "relation": _relation,
        "invocation": _invocation,
        "functionDefinition": _function,
        "conditional": _conditional,
        "filter": _filter,
        "for": _for,
        "some": _some,
        "every": _every,
        "decisionTable": _table,
    }
)
"""What reads each boxed expression, by the element's name."""
