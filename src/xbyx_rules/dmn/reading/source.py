"""The files of a model before their logic is read: elements by id, names by import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from xbyx_rules.dmn.definitions import Key
from xbyx_rules.dmn.xml_tree import Element
from xbyx_rules.errors import Diagnostic, Place

__all__ = ["GRAPH_ELEMENTS", "File", "Problems", "read_files"]

GRAPH_ELEMENTS: Final = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
"""The elements that a requirement can lead to."""


@dataclass(slots=True)
class Problems:
    """What was found wrong while reading."""

    found: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, file: str, line: int, **values: str) -> None:
        """Note one problem at a line of a file."""
        self.found.append(Diagnostic(code, Place(file, line), values))


@dataclass(slots=True)
class File:
    """One .dmn file.

    Args:
        name: the file's name, for places.
        namespace: the model's own.
        root: its tree.
        elements: its graph elements by id.
        items: its item definitions by name.
        imports: name spaces by the name under which they are imported.
    """

    name: str
    namespace: str
    root: Element
    elements: dict[str, Element] = field(default_factory=dict)
    items: dict[str, Element] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)

    def resolve(self, href: str) -> Key:
        """The key that a reference (``#id`` or ``name space#id``) leads to."""
        space, _, identity = href.rpartition("#")
        return (space or self.namespace, identity)

    def prefix_of(self, namespace: str) -> str:
        """The name under which a name space is imported; empty for the file's own."""
        if namespace == self.namespace:
            return ""
        return next((name for name, space in self.imports.items() if space == namespace), "")


def read_files(roots: Sequence[tuple[str, Element]], problems: Problems) -> Mapping[str, File]:
    """The files by name space; the first one is the model, the others may be imported."""
    files: dict[str, File] = {}
    for name, root in roots:
        file = _read_file(name, root, problems)
        files.setdefault(file.namespace, file)
    return files


def _read_file(name: str, root: Element, problems: Problems) -> File:
    file = File(name, root.get("namespace"), root)
    for child in root.children:
        if child.name in GRAPH_ELEMENTS:
            if not child.get("name"):
                problems.add("XR904", name, child.line, element=child.name, attribute="name")
                continue
            file.elements[child.get("id") or child.get("name")] = child
        elif child.name == "itemDefinition":
            file.items[child.get("name")] = child
        elif child.name == "import" and "DMN" in child.get("importType"):
            file.imports[child.get("name")] = child.get("namespace")
    return file
