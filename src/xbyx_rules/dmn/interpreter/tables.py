"""Decision tables where a missing answer is null: matching rules, then what the hit policy makes.

Source: DMN 1.5 §8.2.8 to §8.2.11 and table 33 (hit policies).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.dmn.boxed import Cell, InputColumn, OutputColumn, Table, TableRule
from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.operators import Truth
from xbyx_rules.feel.syntax import Node, UnaryTests
from xbyx_rules.feel.values import kind_of
from xbyx_rules.tables import HIT_POLICIES

from .comparing import are_equal
from .converting import convert
from .environment import Environment, Rule, evaluate
from .tests import passes

__all__ = ["TABLE_RULES"]

_AGGREGATORS: Final = MappingProxyType({"C+": "sum", "C<": "min", "C>": "max"})


def _table(node: Table, env: Environment) -> Any:
    inputs = []
    for column in node.inputs:
        value = evaluate(column.value, env)
        if not _is_allowed(value, column, env):
            return env.null("XR927", node, value=kind_of(value))
        inputs.append(value)
    hits = _find_hits(node, inputs, env)
    if not hits:
        return _without_hit(node, env)
    if node.hit_policy == "U" and len(hits) > 1:
        return _overlap(node, hits, env)
    outputs = [_output_of(node, node.rules[hit].outputs, env) for hit in hits]
    if node.hit_policy == "A":
        env.run.count_parts(outputs)
    if node.hit_policy == "A" and any(are_equal(one, outputs[0]) is not True for one in outputs):
        return _overlap(node, hits, env)
    if node.hit_policy in ("P", "O"):
        outputs = _rank(outputs, node, env)
    return _aggregate(outputs, node, env)


def _is_allowed(value: Any, column: InputColumn, env: Environment) -> bool:
    return column.allowed is None or value is None or _test(column.allowed, value, env) is True


def _test(cell: Cell, value: Any, env: Environment) -> Truth:
    if cell.tests is None:
        return None
    return passes(cell.tests, value, env.at(cell.origin))


def _find_hits(node: Table, inputs: Sequence[Any], env: Environment) -> list[int]:
    hits = []
    for index, rule in enumerate(node.rules):
        env.run.count()
        if _matches(rule, inputs, env):
            hits.append(index)
            if node.hit_policy == "F":
                break
    return hits


def _matches(rule: TableRule, inputs: Sequence[Any], env: Environment) -> bool:
    pairs = zip(rule.tests, inputs, strict=True)
    return all(_test(cell, value, env) is True for cell, value in pairs)


def _output_of(node: Table, cells: Sequence[Node], env: Environment) -> Any:
    values = []
    for column, cell in zip(node.outputs, cells, strict=True):
        value, is_well = convert(evaluate(cell, env), column.expected, env.run)
        if not is_well:
            env.null("XR919", node, value=column.name or "–", type=str(column.expected))
        values.append(value)
    if len(values) == 1:
        return values[0]
    return dict(zip((one.name for one in node.outputs), values, strict=True))


def _without_hit(node: Table, env: Environment) -> Any:
    defaults = [one.default for one in node.outputs if one.default is not None]
    if defaults and len(defaults) == len(node.outputs):
        return _output_of(node, defaults, env)
    return None


def _overlap(node: Table, hits: Sequence[int], env: Environment) -> Any:
    rows = ", ".join(str(hit + 1) for hit in hits)
    return env.null("XR920", node, rows=rows, policy=HIT_POLICIES[node.hit_policy])


def _rank(outputs: list[Any], node: Table, env: Environment) -> list[Any]:
    """The outputs by the order of the allowed values, first column first."""

    def rank(output: Any) -> tuple[int, ...]:
        values = [output] if len(node.outputs) == 1 else [output[c.name] for c in node.outputs]
        pairs = zip(node.outputs, values, strict=True)
        return tuple(_position(column, value, env) for column, value in pairs)

    return sorted(outputs, key=rank)


def _position(column: OutputColumn, value: Any, env: Environment) -> int:
    if column.allowed is None or column.allowed.tests is None:
        return 0
    tests = column.allowed.tests.tests
    inner = env.at(column.allowed.origin)
    for index, test in enumerate(tests):
        if passes(UnaryTests((test,)), value, inner) is True:
            return index
    return len(tests)


def _aggregate(outputs: list[Any], node: Table, env: Environment) -> Any:
    policy = node.hit_policy
    if policy in ("R", "O", "C"):
        return outputs
    if policy == "C#":
        return BUILTINS["count"].signatures[0].apply(outputs)
    if policy in _AGGREGATORS:
        name = _AGGREGATORS[policy]
        result = BUILTINS[name].signatures[0].apply(outputs)
        return env.null("XR916", node, name=name) if result is None else result
    return outputs[0]


TABLE_RULES: Final[Mapping[type[Node], Rule]] = MappingProxyType({Table: _table})
"""What evaluates decision tables."""
