"""Literals, names, navigation, operators and ``if`` under the standard's null semantics.

Source: DMN 1.5 §10.3.2 (semantics), tables 42 to 62.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.dmn.functions import BuiltinValue
from xbyx_rules.dmn.types import is_instance
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.operators import ARITHMETIC, NEGATION, PROPERTIES, Truth, all_true
from xbyx_rules.feel.values import Interval, kind_of

from .comparing import compare
from .environment import MISSING, Environment, Rule, evaluate

__all__ = ["EXPRESSION_RULES", "read_field"]


def _constant(node: Any, _env: Environment) -> Any:
    return node.value


def _null(_node: s.Null, _env: Environment) -> None:
    return None


def _list(node: s.List, env: Environment) -> list[Any]:
    return [evaluate(item, env) for item in node.items]


def _context(node: s.Context, env: Environment) -> Any:
    made: dict[str, Any] = {}
    inner = env.with_names(made)  # an entry sees those before it
    for key, value in node.entries:
        if key in made:
            return env.null("XR928", node, what=f"`{key}` ×2")
        made[key] = evaluate(value, inner)
    return made


def _range(node: s.Range, env: Environment) -> Any:
    low = None if node.low is None else evaluate(node.low, env)
    high = low if node.high is node.low else None
    if node.high is not None and node.high is not node.low:
        high = evaluate(node.high, env)
    is_comparison = node.low is None or node.high is None or node.low is node.high
    if not is_comparison and None not in (low, high):
        kinds = kind_of(low), kind_of(high)
        if compare("<=", low, high) is None:
            return env.null("XR913", node, operator="..", left=kinds[0], right=kinds[1])
    return Interval(low, high, node.is_low_closed, node.is_high_closed, is_comparison)


def _name(node: s.Name, env: Environment) -> Any:
    value = env.find(node.name)
    if value is not MISSING:
        return value
    builtin = BUILTINS.get(node.name)
    if builtin is None:
        return env.unknown_name(node, node.name)
    return BuiltinValue(builtin)


def _path(node: s.Path, env: Environment) -> Any:
    return read_field(evaluate(node.base, env), node, env)


def read_field(value: Any, node: s.Path, env: Environment) -> Any:
    """One field of a context, or one property of a value; null where there is none."""
    if value is None:
        return None
    if isinstance(value, dict):
        if node.name in value:
            return value[node.name]
        near = env.hint(node.name, value)
        return env.null("XR917", node, kind="context", name=node.name, nearest=near)
    if isinstance(value, list):
        env.run.count(1 + len(value) // 3)
        return [read_field(one, node, env) for one in value]
    known = PROPERTIES.get((kind_of(value), node.name))
    if known is None:
        kind = kind_of(value)
        near = env.hint(node.name, (name for of, name in PROPERTIES if of == kind))
        return env.null("XR917", node, kind=kind, name=node.name, nearest=near)
    return known.apply(value)


def _negation(node: s.Negation, env: Environment) -> Any:
    value = evaluate(node.operand, env)
    operation = NEGATION.get(kind_of(value))
    if operation is None:
        return env.null("XR913", node, operator="-", left=kind_of(value), right="–")
    try:
        return operation.apply(value)
    except (ArithmeticError, ValueError):
        return env.null("XR914", node, operator="-")


def _arithmetic(node: s.Arithmetic, env: Environment) -> Any:
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    kinds = kind_of(left), kind_of(right)
    operation = ARITHMETIC.get((node.operator, *kinds))
    if operation is None:
        return env.null("XR913", node, operator=node.operator, left=kinds[0], right=kinds[1])
    result = operation.apply(left, right)
    if isinstance(result, str):
        env.run.count(len(result) // 100)  # loops can hold on to many long texts
    return env.null("XR914", node, operator=node.operator) if result is None else result


def _comparison(node: s.Comparison, env: Environment) -> Any:
    left, right = evaluate(node.left, env), evaluate(node.right, env)
    env.run.count_parts(left)
    answer = compare(node.operator, left, right)
    if answer is None:
        kinds = kind_of(left), kind_of(right)
        return env.null("XR913", node, operator=node.operator, left=kinds[0], right=kinds[1])
    return answer


def _between(node: s.Between, env: Environment) -> Any:
    value, low, high = (evaluate(one, env) for one in (node.value, node.low, node.high))
    answer = all_true((compare(">=", value, low), compare("<=", value, high)))
    if answer is None:
        kinds = kind_of(value), f"{kind_of(low)}, {kind_of(high)}"
        return env.null("XR913", node, operator="between", left=kinds[0], right=kinds[1])
    return answer


def _truth(node: s.Node, env: Environment) -> Truth:
    """An operand of ``and`` and ``or``; what is neither true nor false counts as null."""
    value = evaluate(node, env)
    if value is None or isinstance(value, bool):
        return value
    env.null("XR921", node, kind=kind_of(value))
    return None


def _and(node: s.And, env: Environment) -> Truth:
    return all_true(_truth(one, env) for one in node.operands)


def _or(node: s.Or, env: Environment) -> Truth:
    result: Truth = False
    for one in node.operands:
        truth = _truth(one, env)
        if truth is True:
            return True
        result = None if truth is None else result
    return result


def _instance_of(node: s.InstanceOf, env: Environment) -> Any:
    expected = env.types(node.expected)
    if expected is None:
        return env.null("XR928", node, what=f"instance of `{node.expected.name}`?")
    value = evaluate(node.value, env)
    if expected.looks_inside:
        env.run.count_parts(value)
    return is_instance(value, expected)


def _if(node: s.If, env: Environment) -> Any:
    condition = _truth(node.condition, env)
    return evaluate(node.consequence if condition is True else node.alternative, env)


def _filter(node: s.Filter, env: Environment) -> Any:
    base = evaluate(node.base, env)
    if base is None:
        return env.null("XR924", node, kind="Null")
    return filter_items(base if isinstance(base, list) else [base], node.condition, env)


def filter_items(items: list[Any], condition: s.Node, env: Environment) -> Any:
    """The elements for which a condition is true; the one at a position, where it is a number."""
    env.run.count(len(items) + 1)
    kept = []
    scopes = items or [None]
    for index, item in enumerate(scopes):
        inner = env.with_names({"item": item})
        if isinstance(item, dict):
            inner = inner.with_names(item)
        truth = evaluate(condition, inner)
        if index == 0 and isinstance(truth, Decimal):
            # A number that depends on the element is no position.
            if evaluate(condition, env) != truth:
                return env.null("XR921", condition, kind="number")
            return _pick(items, truth, condition, env)
        if truth is True and items:
            kept.append(item)
        elif truth is not False and truth is not None:
            if not items:
                break
            return env.null("XR921", condition, kind=kind_of(truth))
    return kept


def _pick(items: list[Any], position: Decimal, node: s.Node, env: Environment) -> Any:
    index = int(position) if position == position.to_integral_value() else 0
    if index == 0 or abs(index) > len(items):
        return env.null("XR917", node, kind="list", name=str(position), nearest=f"1–{len(items)}")
    return items[index - 1 if index > 0 else index]


EXPRESSION_RULES: Final[Mapping[type[s.Node], Rule]] = MappingProxyType(
    {
        **dict.fromkeys((s.Number, s.String, s.Boolean, s.Temporal), _constant),
        s.Null: _null,
        s.List: _list,
        s.Context: _context,
        s.Range: _range,
        s.Name: _name,
        s.Path: _path,
        s.Filter: _filter,
        s.Negation: _negation,
        s.Arithmetic: _arithmetic,
        s.Comparison: _comparison,
        s.Between: _between,
        s.And: _and,
        s.Or: _or,
        s.InstanceOf: _instance_of,
        s.If: _if,
    }
)
"""What evaluates literals, navigation and operators."""
