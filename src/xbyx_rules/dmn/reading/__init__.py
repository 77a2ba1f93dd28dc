"""From .dmn files to the elements of a model.

Takes: the XML trees of a model and of those it may import.
Gives: `Elements` by key, and diagnostics; a text that can't be read becomes null in its place.
May assume: the trees are DMN (`xml_tree`).
Refuses: references that lead to nothing, decisions that require themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xbyx_rules.dmn.definitions import Element, Key
from xbyx_rules.dmn.interpreter import Environment, Run, passes
from xbyx_rules.dmn.types import Counter
from xbyx_rules.dmn.xml_tree import Element as XmlElement
from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel import Scope
from xbyx_rules.feel import types as feel

from .graph import GraphReader
from .item_types import Types
from .source import File, Problems, read_files
from .texts import read_cell

__all__ = ["read_elements"]

_MOST_STEPS = 100_000
"""The most turns of loops in one test against allowed values."""


def read_elements(
    roots: Sequence[tuple[str, XmlElement]],
) -> tuple[dict[Key, Element], str, tuple[Diagnostic, ...]]:
    """Read a model with what it imports.

    Args:
        roots: file names with their trees, the model's own first.

    Returns:
        The elements by name space and id, the model's own name space, and what is wrong.
    """
    problems = Problems()
    files = read_files(roots, problems)
    types = {space: _types_of(file, problems) for space, file in files.items()}
    for space, file in files.items():
        known = {name: types[one] for name, one in file.imports.items() if one in types}
        types[space].imported = known
        for one in file.imports.values():
            if one not in types:
                problems.add("XR907", file.name, 1, namespace=one)
    reader = GraphReader(files, types, problems)
    reader.read_all()
    return reader.elements, next(iter(files)), tuple(problems.found)


def _types_of(file: File, problems: Problems) -> Types:
    return Types(file, problems, lambda types, one: _read_constraint(types, one, file, problems))


def _read_constraint(
    types: Types, element: XmlElement, file: File, problems: Problems
) -> Callable[[Any, Counter], bool] | None:
    """Whether a value is among the allowed ones.  They can name nothing but the value itself."""
    cell = read_cell(element, Scope({"?": feel.ANY}), file, problems)
    tests = cell.tests
    if tests is None:
        return None

    def allows(value: Any, count: Counter) -> bool:
        run = Run(most_steps=_MOST_STEPS)
        is_passed = passes(tests, value, Environment({}, run, types.written, cell.origin))
        count(run.steps)
        return is_passed is True

    return allows
