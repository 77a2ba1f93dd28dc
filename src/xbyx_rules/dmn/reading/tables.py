"""Decision tables of the XML to nodes.

Source: DMN 1.5 §8.3 (the table's metamodel) and table 33 (hit policies).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from xbyx_rules.dmn.boxed import (
    Cell,
    InputColumn,
    OutputColumn,
    Placed,
    Table,
    TableRule,
    Typed,
    Unreadable,
)
from xbyx_rules.dmn.types import ANY
from xbyx_rules.dmn.xml_tree import Element
from xbyx_rules.feel import Scope
from xbyx_rules.feel import types as feel
from xbyx_rules.feel.syntax import Node, Null

from .item_types import Types
from .source import File, Problems
from .texts import is_blank, read_cell, read_literal

__all__ = ["read_table"]

_POLICIES: Final = MappingProxyType(
    {
        "": "U",
        "UNIQUE": "U",
        "ANY": "A",
        "PRIORITY": "P",
        "FIRST": "F",
        "RULE ORDER": "R",
        "OUTPUT ORDER": "O",
        "COLLECT": "C",
    }
)
_AGGREGATIONS: Final = MappingProxyType({"": "", "SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"})


def read_table(
    element: Element, scope: Scope, file: File, types: Types, problems: Problems
) -> Node:
    """Read one decision table; null where its rows don't fit its columns or its policy is none."""
    policy = _read_policy(element)
    if policy is None:
        found = f"{element.get('hitPolicy')} {element.get('aggregation')}".strip()
        problems.add("XR908", file.name, element.line, construct=found)
        return Unreadable()
    reader = _TableReader(scope, file, types, problems)
    inputs = tuple(map(reader.read_input, element.all("input")))
    outputs = tuple(map(reader.read_output, element.all("output")))
    rules = []
    for rule in element.all("rule"):
        tests = tuple(reader.read_test(one) for one in rule.all("inputEntry"))
        cells = tuple(reader.read_value(one) for one in rule.all("outputEntry"))
        if (len(tests), len(cells)) != (len(inputs), len(outputs)):
            found = f"rule {len(tests)}/{len(cells)} ≠ {len(inputs)}/{len(outputs)}"
            problems.add("XR908", file.name, rule.line, construct=found)
            return Unreadable()
        rules.append(TableRule(tests, cells))
    return Table(policy, inputs, outputs, tuple(rules), type=_shape_of(outputs))


def _read_policy(element: Element) -> str | None:
    policy = _POLICIES.get(element.get("hitPolicy"))
    aggregation = _AGGREGATIONS.get(element.get("aggregation"))
    if policy is None or aggregation is None:
        return None
    return policy + aggregation if policy == "C" else policy


def _shape_of(outputs: tuple[OutputColumn, ...]) -> feel.Type:
    if len(outputs) < 2:
        return feel.ANY
    return feel.ContextType(tuple((one.name, feel.ANY) for one in outputs))


class _TableReader:
    """Reads the parts of one table."""

    def __init__(self, scope: Scope, file: File, types: Types, problems: Problems) -> None:
        self._scope = scope
        self._file = file
        self._types = types
        self._problems = problems
        self._test_scope = scope.with_names({"?": feel.ANY})

    def read_input(self, element: Element) -> InputColumn:
        expression = element.first("inputExpression")
        if expression is None:
            return InputColumn(Unreadable())
        value = read_literal(expression, self._scope, self._file, self._problems)
        expected = self._types.of(expression, expression.get("typeRef"))
        if expected is not ANY:
            value = Typed(value, expected)
        return InputColumn(value, self._allowed(element.first("inputValues")))

    def read_output(self, element: Element) -> OutputColumn:
        expected = self._types.of(element, element.get("typeRef"))
        default = element.first("defaultOutputEntry")
        value = None if is_blank(default) or default is None else self.read_value(default)
        allowed = self._allowed(element.first("outputValues"))
        return OutputColumn(element.get("name"), expected, allowed, value)

    def read_test(self, element: Element) -> Cell:
        return read_cell(element, self._test_scope, self._file, self._problems)

    def read_value(self, element: Element) -> Node:
        if is_blank(element) or element.text_of("text") == "-":
            return Placed(Null())
        return read_literal(element, self._scope, self._file, self._problems)

    def _allowed(self, element: Element | None) -> Cell | None:
        return None if is_blank(element) else self.read_test(element)  # type: ignore[arg-type]
