"""The types of function calls: built-in functions, calculations of a document, and ``已知``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xbyx_rules.errors import nearest
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.functions import BUILTINS, find_signature
from xbyx_rules.feel.functions.regex import is_usable_pattern
from xbyx_rules.feel.functions.signature import Signature
from xbyx_rules.feel.joining import fits_type
from xbyx_rules.feel.temporals import parse_duration
from xbyx_rules.feel.types import ANY, BOOLEAN, FunctionType, ListType, Type
from xbyx_rules.feel.values import type_of

from .environment import Environment, Rule, expect_boolean, infer, mark, phrase_type
from .loops import infer_function

__all__ = ["KNOWLEDGE", "RULES", "infer_call"]

KNOWLEDGE = "已知"
"""The one function that asks whether a fact is known; it is never Unknown itself."""


def infer_call(node: s.Call, env: Environment) -> s.Node:
    """Type a call; its `function` stays a `Name` where it is a built-in function."""
    name = node.function.name if isinstance(node.function, s.Name) else ""
    if name == KNOWLEDGE:
        return _infer_knowledge(node, env)
    if name == "not" and len(node.arguments) == 1:
        return _infer_not(node, env)
    declared = env.scope.lookup(name) if name else None
    arguments = _infer_arguments(node, env.without_knowledge())
    if name in BUILTINS and declared is None:
        return _infer_builtin(node, name, arguments, env)
    if name and declared is None:
        near = nearest(name, (*BUILTINS, *env.scope.known_names())) or "—"
        env.report("XR214", node, name=name, nearest=near)
        return mark(node, ANY, unknown=True, arguments=arguments)
    function = _infer_called(node.function, arguments, env)
    if not isinstance(function.type, FunctionType):
        if env.require_type(function):
            env.report("XR214", node, name=name or "—", nearest=nearest(name, BUILTINS) or "—")
        return mark(node, ANY, unknown=True, arguments=arguments, function=function)
    _check_arguments(node, function.type, arguments, env)
    result = function.type.result
    return mark(node, result, unknown=True, arguments=arguments, function=function)


def _infer_arguments(node: s.Call, env: Environment) -> tuple[s.Node, ...]:
    """The arguments typed; a function in line takes elements of the list beside it."""
    typed = {
        index: infer(one, env)
        for index, one in enumerate(node.arguments)
        if not isinstance(one, s.Function)
    }
    kinds = [one.type for one in typed.values()]
    element = next((kind.element for kind in kinds if isinstance(kind, ListType)), ANY)
    # `sort` hands two elements over, `list replace` an element and the new item.
    handed = (element, kinds[-1] if len(kinds) > 1 else element)
    for index, one in enumerate(node.arguments):
        if isinstance(one, s.Function):
            typed[index] = infer_function(one, env, handed)
    return tuple(typed[index] for index in range(len(node.arguments)))


def _infer_called(node: s.Node, arguments: tuple[s.Node, ...], env: Environment) -> s.Node:
    if isinstance(node, s.Function):
        return infer_function(node, env, tuple(one.type for one in arguments))
    return infer(node, env)


def _infer_knowledge(node: s.Call, env: Environment) -> s.Node:
    if not env.knowledge:
        env.report("XR216", node)
    if len(node.arguments) != 1 or node.names:
        env.report("XR215", node, name=KNOWLEDGE, expected="1")
    arguments = tuple(infer(one, env.without_knowledge()) for one in node.arguments)
    function = mark(node.function, FunctionType((ANY,), BOOLEAN), unknown=False)
    return mark(node, BOOLEAN, unknown=False, arguments=arguments, function=function)


def _infer_not(node: s.Call, env: Environment) -> s.Node:
    if node.names not in ((), ("negand",)):
        env.report("XR215", node, name="not", expected="1")
    operand = infer(node.arguments[0], env.without_knowledge())
    expect_boolean(operand, env)
    function = mark(node.function, FunctionType((BOOLEAN,), BOOLEAN), unknown=False)
    unknown = operand.may_be_unknown
    return mark(node, BOOLEAN, unknown=unknown, arguments=(operand,), function=function)


def _infer_builtin(
    node: s.Call, name: str, arguments: tuple[s.Node, ...], env: Environment
) -> s.Node:
    builtin = BUILTINS[name]
    kinds = tuple(one.type for one in arguments)
    if not builtin.is_pure:
        env.report("XR217", node, name=name)
    signature = find_signature(builtin, kinds, node.names)
    if signature is None:
        given = "、".join(phrase_type(kind) for kind in kinds) or "—"
        expected = " / ".join(_phrase_signature(name, one) for one in builtin.signatures[:3])
        env.report("XR218", node, name=name, given=given, expected=expected)
        return mark(node, ANY, unknown=True, arguments=arguments)
    _check_fit(node, signature, arguments, env)
    _check_pattern(node, name, arguments, env)
    result = _literal_type(name, arguments) or signature.result_type(kinds)
    function = mark(node.function, FunctionType(kinds, result), unknown=False)
    return mark(node, result, unknown=True, arguments=arguments, function=function)


def _check_fit(
    node: s.Call, signature: Signature, arguments: tuple[s.Node, ...], env: Environment
) -> None:
    """Report arguments that only might fit: their types, or parts of them, are not known."""
    last = len(signature.parameters) - 1
    expected = dict(signature.parameters)
    for index, argument in enumerate(arguments):
        name = node.names[index] if node.names else signature.parameters[min(index, last)][0]
        wanted, given = expected[name], argument.type
        if isinstance(wanted, FunctionType):
            _check_function(node, wanted, argument, arguments, env)
        elif not fits_type(wanted, given) and not env.diagnostics:
            env.report("XR221", argument)


def _check_function(
    node: s.Call,
    wanted: FunctionType,
    argument: s.Node,
    arguments: tuple[s.Node, ...],
    env: Environment,
) -> None:
    """Report a function that can't take the elements of the list beside it."""
    others = [one.type for one in arguments if one is not argument]
    element = next((kind.element for kind in others if isinstance(kind, ListType)), ANY)
    handed = (element, others[-1] if len(others) > 1 else element)
    expected = FunctionType(handed, wanted.result)
    if not fits_type(expected, argument.type) and not env.diagnostics:
        name = node.function.name if isinstance(node.function, s.Name) else "—"
        found, said = phrase_type(argument.type), phrase_type(expected)
        env.report("XR219", argument, name=name, found=found, expected=said)


def _check_pattern(
    node: s.Call, name: str, arguments: tuple[s.Node, ...], env: Environment
) -> None:
    """Report a pattern, written out, that is malformed or could keep the engine busy."""
    if name not in _WITH_PATTERN or node.names or not isinstance(arguments[1], s.String):
        return
    flags = arguments[-1] if len(arguments) > _WITH_PATTERN[name] else None
    given = [one.value for one in (arguments[1], flags) if isinstance(one, s.String)]
    if not is_usable_pattern(*given):
        env.report("XR222", arguments[1], pattern=given[0])


_WITH_PATTERN = {"matches": 2, "replace": 3, "split": 2}
"""The functions whose second argument is a pattern, with the arguments they need."""


def _literal_type(name: str, arguments: tuple[s.Node, ...]) -> Type | None:
    """The type of ``duration("P1Y")``, which only its text tells."""
    if name == "duration" and len(arguments) == 1 and isinstance(arguments[0], s.String):
        value = parse_duration(arguments[0].value)
        return None if value is None else type_of(value)
    return None


def _phrase_signature(name: str, signature: Signature) -> str:
    parameters = [f"{one}: {phrase_type(kind)}" for one, kind in signature.parameters]
    return f"`{name}({', '.join(parameters)})`"


def _check_arguments(
    node: s.Call, function: FunctionType, arguments: tuple[s.Node, ...], env: Environment
) -> None:
    name = node.function.name if isinstance(node.function, s.Name) else "—"
    if len(arguments) != len(function.parameters) or node.names:
        env.report("XR215", node, name=name, expected=str(len(function.parameters)))
        return
    for argument, expected in zip(arguments, function.parameters, strict=True):
        if not fits_type(expected, argument.type):
            found, wanted = phrase_type(argument.type), phrase_type(expected)
            env.report("XR219", argument, name=name, found=found, expected=wanted)


RULES: Final[Mapping[type[s.Node], Rule]] = {s.Call: infer_call}
