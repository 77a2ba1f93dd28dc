"""Decisions, knowledge and services, each read once what it requires has been read.

Source: DMN 1.5 §6.3 (decision requirements graph), §6.3.10 (imports).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from xbyx_rules.dmn.boxed import BoxedFunction
from xbyx_rules.dmn.definitions import (
    Decision,
    Element,
    InputData,
    Key,
    Knowledge,
    Requirement,
    Service,
)
from xbyx_rules.dmn.types import ANY, ItemType, to_feel_type
from xbyx_rules.dmn.xml_tree import Element as XmlElement
from xbyx_rules.feel import Scope
from xbyx_rules.feel import types as feel

from .boxes import BoxReader, declared
from .item_types import Types
from .source import File, Problems

__all__ = ["GraphReader"]

_REQUIREMENTS: Final = {
    "informationRequirement": ("requiredInput", "requiredDecision"),
    "knowledgeRequirement": ("requiredKnowledge",),
}


class GraphReader:
    """Reads the graph elements of a model and of what it imports.

    Args:
        files: the files by name space.
        types: their types by name space.
        problems: where what is wrong is noted.
    """

    def __init__(
        self, files: Mapping[str, File], types: Mapping[str, Types], problems: Problems
    ) -> None:
        self._files = files
        self._types = types
        self._problems = problems
        self._open: set[Key] = set()
        self._shapes: dict[Key, feel.Type] = {}
        self.elements: dict[Key, Element] = {}

    def read_all(self) -> None:
        """Read every element of every file into `elements`."""
        for namespace, file in self._files.items():
            for identity in file.elements:
                self._read((namespace, identity))

    def _read(self, key: Key) -> feel.Type:
        """Read one element, and say what its value looks like to the parser."""
        if key in self._shapes:
            return self._shapes[key]
        file = self._files[key[0]]
        element = file.elements[key[1]]
        if key in self._open:
            if element.name == "decision":
                self._problems.add("XR906", file.name, element.line, name=element.get("name"))
            return feel.ANY  # a function may call itself
        self._open.add(key)
        found, shape = self._build(key, element, file)
        self.elements[key] = found
        self._shapes[key] = shape
        self._open.discard(key)
        return shape

    def _build(self, key: Key, element: XmlElement, file: File) -> tuple[Element, feel.Type]:
        expected = self._variable_type(key, element)
        match element.name:
            case "inputData":
                return InputData(key, element.get("name"), expected), to_feel_type(expected)
            case "decisionService":
                return self._build_service(key, element, file, expected)
            case "businessKnowledgeModel":
                return self._build_knowledge(key, element, file, expected)
        requirements = self._requirements_of(element, file)
        logic = self._reader(key).logic_of(element, self._scope_of(key, requirements))
        shape = declared(expected, feel.ANY if logic is None else logic.type)
        types = self._types[key[0]].written
        name = element.get("name")
        return Decision(key, name, expected, requirements, logic, types), shape

    def _reader(self, key: Key) -> BoxReader:
        return BoxReader(self._files[key[0]], self._types[key[0]], self._problems)

    def _variable_type(self, key: Key, element: XmlElement) -> ItemType:
        variable = element.first("variable")
        if variable is None:
            return ANY
        return self._types[key[0]].of(variable, variable.get("typeRef"))

    def _build_knowledge(
        self, key: Key, element: XmlElement, file: File, expected: ItemType
    ) -> tuple[Knowledge, feel.Type]:
        requirements = self._requirements_of(element, file)
        scope = self._scope_of(key, (*requirements, Requirement(key)))
        logic: BoxedFunction | None = None
        encapsulated = element.first("encapsulatedLogic")
        if encapsulated is not None:
            logic = self._reader(key).read_function(encapsulated, scope)
            if expected.kind == "function":
                expected = expected.result or ANY
            if logic.result is ANY:
                logic = replace(logic, result=expected)
        shape = feel.ANY if logic is None else logic.type
        types = self._types[key[0]].written
        return Knowledge(key, element.get("name"), requirements, logic, types), shape

    def _build_service(
        self, key: Key, element: XmlElement, file: File, expected: ItemType
    ) -> tuple[Service, feel.Type]:
        given = self._references(element, file, "inputData", "inputDecision")
        outputs = self._references(element, file, "outputDecision")
        shapes = tuple(self._read(one) for one in given)
        results = [(self._name_of(one), self._read(one)) for one in outputs]
        shape = results[0][1] if len(results) == 1 else feel.ContextType(tuple(results))
        if expected.kind == "function":
            expected = expected.result or ANY
        service = Service(key, element.get("name"), expected, outputs, given)
        return service, feel.FunctionType(shapes, declared(expected, shape))

    # Requirements

    def _requirements_of(self, element: XmlElement, file: File) -> tuple[Requirement, ...]:
        found = []
        for child in element.children:
            keys = self._references(child, file, *_REQUIREMENTS.get(child.name, ()))
            found += [Requirement(key, file.prefix_of(key[0])) for key in keys]
        return tuple(found)

    def _references(self, element: XmlElement, file: File, *names: str) -> tuple[Key, ...]:
        found = []
        for name in names:
            for child in element.all(name):
                key = file.resolve(child.get("href"))
                if key[0] in self._files and key[1] in self._files[key[0]].elements:
                    found.append(key)
                else:
                    self._problems.add("XR905", file.name, child.line, href=child.get("href"))
        return tuple(found)

    def _name_of(self, key: Key) -> str:
        return self._files[key[0]].elements[key[1]].get("name")

    def _scope_of(self, key: Key, requirements: tuple[Requirement, ...]) -> Scope:
        names: dict[str, feel.Type] = {}
        imported: dict[str, dict[str, feel.Type]] = {}
        for one in requirements:
            target = names if not one.prefix else imported.setdefault(one.prefix, {})
            target[self._name_of(one.target)] = self._read(one.target)
        for prefix, fields in imported.items():
            names[prefix] = feel.ContextType(tuple(fields.items()))
        return Scope(names, types=self._types[key[0]].names)
