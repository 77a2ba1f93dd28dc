"""Item definitions to types, and types written in texts to the same.

Source: DMN 1.5 §7.3.2 (item definitions), §10.3.1.2 rule 52 (types in texts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Any, Final

from xbyx_rules.dmn.types import ANY, SIMPLE_TYPES, Counter, ItemType, list_of
from xbyx_rules.dmn.xml_tree import Element
from xbyx_rules.errors import nearest
from xbyx_rules.feel.syntax import TypeName

from .source import File, Problems

__all__ = ["Types"]

Constraint = Callable[[Any, Counter], bool]

_GREATEST_TYPE: Final = 10_000
_MOST_HINTS: Final = 50


class Types:
    """The types of one file, built when they are first asked for.

    Args:
        file: the file.
        problems: where an unknown type is noted.
        read_constraint: reads allowed values: whether a value is among them.
    """

    def __init__(
        self,
        file: File,
        problems: Problems,
        read_constraint: Callable[[Types, Element], Constraint | None],
    ) -> None:
        self._file = file
        self._problems = problems
        self._read_constraint = read_constraint
        self._built: dict[str, ItemType] = {}
        self._open: set[str] = set()
        self.imported: Mapping[str, Types] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that may stand after ``instance of``, those of imports included."""
        inner = {f"{key}.{name}" for key, one in self.imported.items() for name in one._file.items}
        return frozenset(self._file.items) | inner

    def find(self, name: str) -> ItemType | None:
        """A type by its name; None when nobody defines it."""
        plain = name.removeprefix("feel:").strip()
        if plain in self._file.items:
            return self._find_own(plain)
        if plain in SIMPLE_TYPES:
            return SIMPLE_TYPES[plain]
        for prefix, types in self.imported.items():
            for sign in (".", ":"):
                if plain.startswith(f"{prefix}{sign}"):
                    return types.find(plain[len(prefix) + 1 :])
        unnamed = self.imported.get("")
        # WHY only its own: two files may import each other without a name.
        if unnamed is not None and plain in unnamed._file.items:
            return unnamed._find_own(plain)
        return None

    def of(self, element: Element | None, name: str) -> ItemType:
        """The type that an element refers to; Any, and a problem, when nobody defines it."""
        if not name:
            return ANY
        found = self.find(name)
        if found is None:
            line = 1 if element is None else element.line
            self._problems.add("XR909", self._file.name, line, name=name, nearest=self._hint(name))
            return ANY
        return found

    def written(self, name: TypeName) -> ItemType | None:
        """The type that is written in a text; None when a name in it is unknown."""
        arguments = [self.written(one) for one in name.arguments]
        if None in arguments:
            return None
        known = [one for one in arguments if one is not None]
        base = self.find(name.name)
        if base is None or not known:
            return base
        match name.name:
            case "list" | "range":
                return replace(base, element=known[0])
            case "context":
                return replace(base, fields=tuple(zip(name.keys, known, strict=True)))
            case "function":
                return replace(base, parameters=tuple(known[:-1]), result=known[-1])
        return base

    def _hint(self, name: str) -> str:
        # WHY bounds: looking for names like one takes long, and a file may have a million unknown.
        if len(self._problems.found) >= _MOST_HINTS:
            return "–"
        return nearest(name, islice((*SIMPLE_TYPES, *self._file.items), 1_000)) or "–"

    def _find_own(self, name: str) -> ItemType:
        built = self._built.get(name)
        if built is not None:
            return built
        if name in self._open:
            return ANY  # WHY: a type within itself has no end; deeper it is not looked at
        self._open.add(name)
        element = self._file.items[name]
        built = self._build(element)
        if built.size > _GREATEST_TYPE:
            what = f"`{name}`"
            self._problems.add(
                "XR902", self._file.name, element.line, what=what, limit=str(_GREATEST_TYPE)
            )
            built = ANY
        self._built[name] = built
        self._open.discard(name)
        return built

    def _build(self, element: Element) -> ItemType:
        base = self._base_of(element)
        allowed = element.first("allowedValues")
        base = self._constrain(base, allowed)
        if element.get("isCollection") == "true":
            base = list_of(base)
        base = self._constrain(base, element.first("typeConstraint"))
        return replace(base, name=element.get("name"))

    def _base_of(self, element: Element) -> ItemType:
        components = list(element.all("itemComponent"))
        function = element.first("functionItem")
        if components:
            fields = tuple((one.get("name"), self._build(one)) for one in components)
            return ItemType("context", fields=fields)
        if function is not None:
            parameters = tuple(
                self.of(one, one.get("typeRef")) for one in function.all("parameters")
            )
            result = self.of(function, function.get("outputTypeRef"))
            return ItemType("function", parameters=parameters, result=result)
        return self.of(element, element.text_of("typeRef") or element.get("typeRef"))

    def _constrain(self, base: ItemType, element: Element | None) -> ItemType:
        if element is None:
            return base
        allows = self._read_constraint(self, element)
        before = base.allows
        if allows is None or before is None:
            return replace(base, allows=allows or before)
        own = allows
        return replace(base, allows=lambda value, count: before(value, count) and own(value, count))
