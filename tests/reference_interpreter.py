"""The meaning of checked FEEL under Unknown, written as plainly as possible: slow, and by itself.

It walks the typed tree as checked, before lowering, and shares with the library only the values,
the operator tables and the bodies of the built-in functions.  What is compiled must agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.functions import BUILTINS, find_signature
from xbyx_rules.feel.inference import uses_question_mark
from xbyx_rules.feel.operators import (
    ARITHMETIC,
    EQUALITY,
    NEGATION,
    ORDERING,
    PROPERTIES,
    is_in_range,
)
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import ContextType, EntityType, FunctionType, ListType, RangeType
from xbyx_rules.feel.values import UNKNOWN, Incomplete, Interval, kind_of
from xbyx_rules.tables import DecisionTable, aggregate_outputs, rank_outputs, select_rows

__all__ = ["interpret", "interpret_table"]

Names = Mapping[str, Any]


def interpret(node: s.Node, names: Names) -> Any:
    """The value of a typed tree; a name that `names` hasn't is Unknown."""
    return getattr(_Interpreter, f"_{type(node).__name__.lower()}")(node, names)


def interpret_table(table: DecisionTable, names: Names) -> Any:
    """The value of a decision table.

    Raises:
        OverlapError: the table is unique and two rows match.
    """
    inputs = [(interpret(one, names), one.type.kind) for one in table.inputs]
    matches = [
        _all_of([_passes(t, v, k, names) for t, (v, k) in zip(rule.tests, inputs, strict=True)])
        for rule in table.rules
    ]
    rows = select_rows(table.hit_policy, matches)
    if not isinstance(rows, tuple):
        return rows
    outputs = []
    for row in rows:
        values = [interpret(one, names) for one in table.rules[row].outputs]
        keys = [one.name for one in table.outputs]
        outputs.append(values[0] if len(values) == 1 else dict(zip(keys, values, strict=True)))
    if table.hit_policy in ("P", "O"):
        ranked = rank_outputs(outputs, table.outputs)
        if not isinstance(ranked, list):
            return ranked
        outputs = ranked
    return aggregate_outputs(table.hit_policy, outputs)


def _all_of(truths: list[Any]) -> Any:
    if any(one is False for one in truths):
        return False
    return UNKNOWN if any(one is UNKNOWN for one in truths) else True


def _any_of(truths: list[Any]) -> Any:
    return _not(_all_of([_not(one) for one in truths]))


def _not(truth: Any) -> Any:
    return UNKNOWN if truth is UNKNOWN else not truth


def _strict(apply: Callable[..., Any], *values: Any) -> Any:
    if any(one is UNKNOWN for one in values):
        return UNKNOWN
    result = apply(*values)
    return UNKNOWN if result is None else result


def _like(source: Any, items: list[Any]) -> list[Any]:
    return Incomplete(items) if isinstance(source, Incomplete) else items


def _compare(operator: str, left: Any, right: Any, kinds: tuple[str, str]) -> Any:
    table = EQUALITY if operator in ("=", "!=") else ORDERING
    return _strict(table[operator, *kinds], left, right)


def _ratio(node: s.Node, names: Names) -> Any:
    """A number as an exact fraction; a quotient is not rounded."""
    if isinstance(node, s.Arithmetic) and node.operator == "/" and _is_numeric(node):
        left, right = _ratio(node.left, names), interpret(node.right, names)
        if left is UNKNOWN or right is UNKNOWN or right == 0:
            return UNKNOWN
        return left / Fraction(right)
    return _strict(Fraction, interpret(node, names))


def _is_numeric(node: s.Arithmetic) -> bool:
    return node.left.type.kind == node.right.type.kind == "number"


def _passes(tests: s.UnaryTests, value: Any, kind: str, names: Names) -> Any:
    if not tests.tests:
        return True
    inner = {**names, "?": value}
    passed = _any_of([_passes_one(one, value, kind, inner) for one in tests.tests])
    return _not(passed) if tests.is_negated else passed


def _passes_one(test: Any, value: Any, kind: str, names: Names) -> Any:
    other, other_kind = interpret(test.value, names), test.value.type
    if isinstance(test, s.UnaryComparison):
        return _compare(test.operator, value, other, (kind, other_kind.kind))
    if uses_question_mark(test.value):
        return other
    if isinstance(other_kind, RangeType) and kind != "range":
        return _strict(is_in_range, value, other)
    if isinstance(other_kind, ListType) and kind != "list":
        if value is UNKNOWN or other is UNKNOWN:
            return UNKNOWN
        truths = [_strict(EQUALITY["=", kind, kind], value, one) for one in other]
        return _any_of([*truths, UNKNOWN] if isinstance(other, Incomplete) else truths)
    return _compare("=", value, other, (kind, other_kind.kind))


def _run(low: Any, high: Any) -> Any:
    """From low to high, upwards or downwards, as whole numbers or dates."""
    if low is UNKNOWN or high is UNKNOWN:
        return UNKNOWN
    if isinstance(low, Date):
        first, last = low.ordinal, high.ordinal
    elif not (_is_whole(low) and _is_whole(high)):
        return UNKNOWN
    else:
        first, last = int(low), int(high)
    step = 1 if first <= last else -1
    made = Date.from_ordinal if isinstance(low, Date) else Decimal
    return [made(one) for one in range(first, last + step, step)]


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _domain(iterator: s.Iterator, names: Names) -> Any:
    domain = interpret(iterator.domain, names)
    if iterator.last is not None:
        return _run(domain, interpret(iterator.last, names))
    if not isinstance(domain, Interval):
        return domain
    if domain.low is None or domain.high is None:
        return UNKNOWN
    items = _run(domain.low, domain.high)
    if items is UNKNOWN:
        return UNKNOWN
    items = items if domain.is_low_closed else items[1:]
    return items if domain.is_high_closed else items[:-1]


class _Interpreter:
    """One function a kind of node, found by the kind's name."""

    @staticmethod
    def _number(node: s.Number, names: Names) -> Any:
        return node.value

    _string = _boolean = _temporal = _number

    @staticmethod
    def _list(node: s.List, names: Names) -> Any:
        return [interpret(one, names) for one in node.items]

    @staticmethod
    def _context(node: s.Context, names: Names) -> Any:
        made: dict[str, Any] = {}
        for key, value in node.entries:
            made[key] = interpret(value, {**names, **made})
        return made

    @staticmethod
    def _range(node: s.Range, names: Names) -> Any:
        low = interpret(node.low, names) if node.low else None
        high = interpret(node.high, names) if node.high else None
        if low is UNKNOWN or high is UNKNOWN:
            return UNKNOWN
        return Interval(low, high, node.is_low_closed, node.is_high_closed)

    @staticmethod
    def _name(node: s.Name, names: Names) -> Any:
        return names.get(node.name, UNKNOWN)

    @staticmethod
    def _path(node: s.Path, names: Names) -> Any:
        base, kind = interpret(node.base, names), node.base.type

        def read(value: Any) -> Any:
            if isinstance(value, dict):
                return value.get(node.name, UNKNOWN)
            if value is UNKNOWN:
                return UNKNOWN
            return _strict(PROPERTIES[kind_of(value), node.name].apply, value)

        if kind.kind != "list" or base is UNKNOWN:
            return read(base)
        return _like(base, [read(one) for one in base])

    @staticmethod
    def _filter(node: s.Filter, names: Names) -> Any:
        base = interpret(node.base, names)
        if node.condition.type.kind == "number":
            index = interpret(node.condition, names)
            is_closed = base is not UNKNOWN and not isinstance(base, Incomplete)
            if index is UNKNOWN or not is_closed or not _is_whole(index) or index == 0:
                return UNKNOWN
            if abs(index) > len(base):
                return UNKNOWN
            return base[int(index) - 1 if index > 0 else int(index)]
        if base is UNKNOWN:
            return UNKNOWN
        element = node.base.type.element if isinstance(node.base.type, ListType) else None
        fields = element.names if isinstance(element, ContextType | EntityType) else ()
        kept = []
        for item in base:
            known: dict[str, Any] = dict(item) if isinstance(item, dict) else {}
            inner = {one: known.get(one, UNKNOWN) for one in fields} | {"item": item}
            truth = interpret(node.condition, {**names, **inner, "item": item})
            if truth is UNKNOWN:
                return UNKNOWN
            if truth:
                kept.append(item)
        return _like(base, kept)

    @staticmethod
    def _negation(node: s.Negation, names: Names) -> Any:
        apply = NEGATION[node.operand.type.kind].apply
        return _strict(apply, interpret(node.operand, names))

    @staticmethod
    def _arithmetic(node: s.Arithmetic, names: Names) -> Any:
        left, right = interpret(node.left, names), interpret(node.right, names)
        operation = ARITHMETIC[node.operator, node.left.type.kind, node.right.type.kind]
        return _strict(operation.apply, left, right)

    @staticmethod
    def _comparison(node: s.Comparison, names: Names) -> Any:
        kinds = (node.left.type.kind, node.right.type.kind)
        if kinds == ("number", "number"):
            left, right = _ratio(node.left, names), _ratio(node.right, names)
        else:
            left, right = interpret(node.left, names), interpret(node.right, names)
        return _compare(node.operator, left, right, kinds)

    @staticmethod
    def _between(node: s.Between, names: Names) -> Any:
        value, low, high = (interpret(one, names) for one in (node.value, node.low, node.high))
        kind = (node.value.type.kind, node.low.type.kind)
        return _all_of([_compare(">=", value, low, kind), _compare("<=", value, high, kind)])

    @staticmethod
    def _in(node: s.In, names: Names) -> Any:
        return _passes(node.tests, interpret(node.value, names), node.value.type.kind, names)

    @staticmethod
    def _instanceof(node: s.InstanceOf, names: Names) -> Any:
        return _is_instance(interpret(node.value, names), node.expected)

    @staticmethod
    def _and(node: s.And, names: Names) -> Any:
        return _all_of([interpret(one, names) for one in node.operands])

    @staticmethod
    def _or(node: s.Or, names: Names) -> Any:
        return _any_of([interpret(one, names) for one in node.operands])

    @staticmethod
    def _if(node: s.If, names: Names) -> Any:
        condition = interpret(node.condition, names)
        if condition is UNKNOWN:
            return UNKNOWN
        return interpret(node.consequence if condition else node.alternative, names)

    @staticmethod
    def _for(node: s.For, names: Names) -> Any:
        results: list[Any] = []
        is_open = False

        def loop(iterators: tuple[s.Iterator, ...], inner: Names) -> bool:
            nonlocal is_open
            if not iterators:
                so_far = Incomplete(results) if is_open else list(results)
                results.append(interpret(node.result, {**inner, "partial": so_far}))
                return True
            domain = _domain(iterators[0], inner)
            if domain is UNKNOWN:
                return False
            is_open = is_open or isinstance(domain, Incomplete)
            return all(loop(iterators[1:], {**inner, iterators[0].name: one}) for one in domain)

        if not loop(node.iterators, names):
            return UNKNOWN
        return Incomplete(results) if is_open else results

    @staticmethod
    def _quantified(node: s.Quantified, names: Names) -> Any:
        gather = _any_of if node.quantifier == "some" else _all_of

        def loop(iterators: tuple[s.Iterator, ...], inner: Names) -> Any:
            if not iterators:
                return interpret(node.condition, inner)
            domain = _domain(iterators[0], inner)
            if domain is UNKNOWN:
                return UNKNOWN
            truths = [loop(iterators[1:], {**inner, iterators[0].name: one}) for one in domain]
            return gather([*truths, UNKNOWN] if isinstance(domain, Incomplete) else truths)

        return loop(node.iterators, names)

    @staticmethod
    def _call(node: s.Call, names: Names) -> Any:
        name = node.function.name if isinstance(node.function, s.Name) else ""
        values = [interpret(one, names) for one in node.arguments]
        if name == "已知":
            return values[0] is not UNKNOWN
        if name == "not" and name not in names:
            return _not(values[0])
        if name in BUILTINS and name not in names and isinstance(node.function.type, FunctionType):
            return _call_builtin(name, node, values)
        return _strict(interpret(node.function, names), *values)

    @staticmethod
    def _function(node: s.Function, names: Names) -> Any:
        def call(*values: Any) -> Any:
            keys = [one.name for one in node.parameters]
            return interpret(node.body, {**names, **dict(zip(keys, values, strict=True))})

        return call


class _UndecidedError(Exception):
    pass


def _call_builtin(name: str, node: s.Call, values: list[Any]) -> Any:
    """Strict; but a list may be incomplete, or hold Unknowns, where the function can bear it."""
    builtin = BUILTINS[name]
    signature = find_signature(builtin, [one.type for one in node.arguments], node.names)
    assert signature is not None
    if node.names:
        places = signature.arrange(node.names) or ()
        values = [None if one is None else values[one] for one in places]
    if any(one is UNKNOWN for one in values):
        return UNKNOWN
    given = []
    for argument in values:
        value = argument
        if isinstance(value, list) and name != "count" and any(map(_is_open, value)):
            if not builtin.decides_early:
                return UNKNOWN
            value = Incomplete(one for one in value if not _holds_unknown(one))
        if isinstance(value, Incomplete) and builtin.needs_complete and not builtin.decides_early:
            return UNKNOWN
        given.append(_deciding(value) if callable(value) else value)
    try:
        result = signature.apply(*given)
    except _UndecidedError:
        return UNKNOWN
    return UNKNOWN if result is None else result


def _is_open(item: Any) -> bool:
    return item is UNKNOWN or (isinstance(item, list) and _holds_unknown(item))


def _holds_unknown(value: Any) -> bool:
    if value is UNKNOWN or isinstance(value, Incomplete):
        return True
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(_holds_unknown, parts))


def _deciding(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        result = function(*values)
        if result is UNKNOWN:
            raise _UndecidedError
        return result

    return call


def _is_instance(value: Any, expected: s.TypeName) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if expected.name == "Any":
        return True
    if kind_of(value) != expected.name:
        return False
    if expected.name == "list" and expected.arguments:
        truths = [_is_instance(one, expected.arguments[0]) for one in value]
        return _all_of([*truths, UNKNOWN] if isinstance(value, Incomplete) else truths)
    if expected.name == "range" and expected.arguments:
        ends = [one for one in (value.low, value.high) if one is not None]
        return _all_of([_is_instance(one, expected.arguments[0]) for one in ends])
    if expected.name == "context" and expected.keys:
        if any(key not in value for key in expected.keys):
            return False
        pairs = zip(expected.keys, expected.arguments, strict=True)
        return _all_of([_is_instance(value[key], one) for key, one in pairs])
    return True
