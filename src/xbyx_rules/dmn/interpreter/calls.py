"""Calls: the standard's functions with implicit conversions, and functions of the model.

Source: DMN 1.5 §10.3.2.13 (functions and invocation), §10.3.4 (built-in functions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.dmn.external import find_external
from xbyx_rules.dmn.functions import BuiltinValue, FunctionValue
from xbyx_rules.dmn.types import ANY, ItemType, midnight
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel import types as feel
from xbyx_rules.feel.functions import BUILTINS, Builtin, Signature, find_signature
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import Type
from xbyx_rules.feel.values import kind_of, type_of

from .converting import convert
from .environment import Environment, Rule, Run, evaluate

__all__ = ["CALL_RULES", "call", "make_external", "make_function"]

_MAY_BE_NULL: Final = frozenset({"get value"})
_LOOKING_INSIDE: Final = frozenset(
    {"distinct values", "index of", "is", "list contains", "string", "union"}
)
"""What takes as long as its arguments have parts, those within parts included."""


def _call(node: s.Call, env: Environment) -> Any:
    function = evaluate(node.function, env)
    values = [evaluate(one, env) for one in node.arguments]
    return call(function, values, node.names, node, env)


def call(
    function: Any, values: list[Any], names: Sequence[str], node: s.Node, env: Environment
) -> Any:
    """Call a function with arguments by position, or by name where `names` has their names."""
    if isinstance(function, BuiltinValue):
        return _call_builtin(function.builtin, values, names, node, env)
    if not isinstance(function, FunctionValue):
        return env.null("XR918", node, kind=kind_of(function))
    ordered = _arrange(function, values, names)
    if ordered is None:
        given = ", ".join(names) or str(len(values))
        return env.null("XR915", node, name=function.name or "function", given=given)
    converted = []
    for index, value in enumerate(ordered):
        expected = function.types[index] if index < len(function.types) else None
        fitting, is_well = convert(value, _item_type(expected), env.run)
        if not is_well:
            name = function.name or "function"
            return env.null("XR915", node, name=name, given=f"{kind_of(value)} ≠ {expected}")
        converted.append(fitting)
    env.run.count()
    env.run.descend()
    result = function.apply(*converted)
    env.run.ascend()
    expected = function.result
    fitting, is_well = convert(result, _item_type(expected), env.run)
    if not is_well:
        return env.null("XR919", node, value=kind_of(result), type=str(expected))
    return fitting


def _item_type(expected: object) -> ItemType:
    return expected if isinstance(expected, ItemType) else ANY


def _arrange(function: FunctionValue, values: list[Any], names: Sequence[str]) -> list[Any] | None:
    if len(values) != len(function.parameters):
        return None
    if not names:
        return values
    given = dict(zip(names, values, strict=True))
    if given.keys() != set(function.parameters):
        return None
    return [given[name] for name in function.parameters]


# The standard's functions


def _call_builtin(
    builtin: Builtin, values: list[Any], names: Sequence[str], node: s.Node, env: Environment
) -> Any:
    if not builtin.is_pure and not values:
        return _read_clock(builtin, env.run)
    found = _find(builtin, values, names)
    if found is None:
        given = ", ".join(map(kind_of, values))
        return env.null("XR915", node, name=builtin.name, given=given)
    signature, arguments = found
    _count_work(builtin, arguments, env.run)
    result = signature.apply(*(_callable(one, node, env) for one in arguments))
    if result is None and builtin.name not in _MAY_BE_NULL:
        return env.null("XR916", node, name=builtin.name)
    # WHY: loops can hold on to many long results, and memory is bounded by the steps.
    if isinstance(result, str | list):
        env.run.count(len(result) // (100 if isinstance(result, str) else 10))
    return result


def _read_clock(builtin: Builtin, run: Run) -> Any:
    """One instant for the whole of an evaluation, however often it asks."""
    if run.now is None:
        run.now = BUILTINS["now"].signatures[0].apply()
    return run.now if builtin.name == "now" or run.now is None else run.now.date


def _count_work(builtin: Builtin, arguments: Sequence[Any], run: Run) -> None:
    work = 0 if builtin.work is None else builtin.work(*arguments)
    lists = [one for one in arguments if isinstance(one, list)]
    elements = sum(map(len, lists))
    run.count(1 + elements // 10)
    if builtin.name not in _LOOKING_INSIDE:
        run.count(work)
        return
    # WHY a product: each pair of elements is compared down to its last part.
    parts = run.count_parts(*arguments)
    run.count(work * (1 + parts // (3 * max(1, elements))))


def _callable(value: Any, node: s.Node, env: Environment) -> Any:
    """An argument; a function as one that the standard's functions can call."""
    if isinstance(value, FunctionValue | BuiltinValue):
        return lambda *given: call(value, list(given), (), node, env)
    return value


def _find(
    builtin: Builtin, values: list[Any], names: Sequence[str]
) -> tuple[Signature, list[Any]] | None:
    """The signature that takes the values as they are, else the first that does converted."""
    exact = find_signature(builtin, list(map(_type_of, values)), names)
    signatures = builtin.signatures if exact is None else (exact, *builtin.signatures)
    for signature in signatures:
        arguments = _place(signature, values, names)
        if arguments is None:
            continue
        if signature is not exact:
            arguments = _convert_all(arguments, signature)
        fits = signature is exact or signature.accepts(list(map(_type_of, arguments)))
        if fits and _takes_nulls(signature, arguments, names):
            return signature, arguments
    return None


def _place(signature: Signature, values: list[Any], names: Sequence[str]) -> list[Any] | None:
    """The arguments in the order of the parameters; None where number or names don't fit."""
    if names:
        places = signature.arrange(names)
        return None if places is None else [None if p is None else values[p] for p in places]
    most = len(values) if signature.is_variadic else len(signature.parameters)
    return values if signature.required <= len(values) <= most else None


def _parameter(signature: Signature, index: int) -> tuple[str, Type]:
    return signature.parameters[min(index, len(signature.parameters) - 1)]


def _takes_nulls(signature: Signature, arguments: list[Any], names: Sequence[str]) -> bool:
    """Whether null stands only where it is a value of its own, or was left out by name."""
    for index, one in enumerate(arguments):
        name, _ = _parameter(signature, index)
        if one is None and name not in signature.nullable and not (names and name not in names):
            return False
    return True


def _type_of(value: Any) -> Type:
    if isinstance(value, FunctionValue):
        return feel.FunctionType((feel.ANY,) * len(value.parameters), feel.ANY)
    if isinstance(value, BuiltinValue):
        count = value.builtin.signatures[0].required
        return feel.FunctionType((feel.ANY,) * count, feel.ANY)
    return type_of(value)


def _convert_all(arguments: list[Any], signature: Signature) -> list[Any]:
    return [_convert(one, _parameter(signature, at)[1]) for at, one in enumerate(arguments)]


def _convert(value: Any, expected: Type) -> Any:
    if isinstance(value, list):
        is_single = len(value) == 1 and expected.kind not in ("list", "Any")
        return _convert(value[0], expected) if is_single else value
    if expected.kind == "list" and value is not None:
        return [value]
    if expected.kind == "date and time" and isinstance(value, Date):
        return midnight(value)
    return value


# Functions of the model


def make_function(
    name: str,
    parameters: Sequence[tuple[str, ItemType]],
    body: s.Node,
    env: Environment,
    result: ItemType = ANY,
) -> FunctionValue:
    """A function that evaluates a body where it was made, with its parameters in front."""
    names = tuple(key for key, _ in parameters)

    def apply(*values: Any) -> Any:
        return evaluate(body, env.with_names(dict(zip(names, values, strict=True))))

    return FunctionValue(name, names, apply, tuple(kind for _, kind in parameters), result)


def _function(node: s.Function, env: Environment) -> Any:
    parameters = []
    for one in node.parameters:
        kind = ANY if one.expected is None else env.types(one.expected)
        if kind is None:
            return env.null("XR928", node, what=f"`{one.name}: ?`")
        parameters.append((one.name, kind))
    if node.is_external:
        found = evaluate(node.body, env)
        mapping = found.get("java") if isinstance(found, dict) else None
        return make_external(mapping, parameters, node, env)
    return make_function("", parameters, node.body, env)


def make_external(
    mapping: Any, parameters: Sequence[tuple[str, ItemType]], node: s.Node, env: Environment
) -> Any:
    """A function from outside, by its class and signature; null unless it is on the list."""
    fields = mapping if isinstance(mapping, dict) else {}
    owner, signature = fields.get("class"), fields.get("method signature")
    if not isinstance(owner, str) or not isinstance(signature, str):
        return env.null("XR926", node, name="–")
    apply = find_external(owner, signature)
    if apply is None:
        return env.null("XR926", node, name=f"{owner}.{signature}")
    found = apply  # as a name of its own: what is known of `apply` ends at the function below

    def counted(*values: Any) -> Any:
        env.run.count_parts(*values)
        result = found(*values)
        if isinstance(result, str):
            env.run.count(len(result) // 100)
        return result

    names = tuple(name for name, _ in parameters)
    kinds = tuple(kind for _, kind in parameters)
    return FunctionValue(f"{owner}.{signature}", names, counted, kinds)


CALL_RULES: Final[Mapping[type[s.Node], Rule]] = MappingProxyType(
    {s.Call: _call, s.Function: _function}
)
"""What evaluates calls and functions."""
