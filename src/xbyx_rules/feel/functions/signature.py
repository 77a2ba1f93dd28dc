"""What a built-in function is, and which of its signatures a call means.

How `apply` is called: with proper values, in the order of `Signature.parameters`.  Optional
parameters come last; those not given at the end are left out, one left out before a given one
(possible with named arguments) is passed as None.  The last parameter of a variadic signature
repeats; its values follow one another.  None is passed otherwise only for a parameter in
`nullable`: a decision model passes its null there, and answers null itself for any other.
`apply` returns None for "no value"; a policy turns that into Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xbyx_rules.feel.types import (
    ContextType,
    EntityType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)

__all__ = ["Builtin", "Result", "Signature", "find_signature", "matches_type"]

Result = Type | Callable[[tuple[Type, ...]], Type]
"""The type of a call's value, or how it follows from the arguments' types."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in function.

    Args:
        parameters: names and types in order.
        result: the result's type, or a function of the arguments' types.
        apply: computes the value; how it is called stands in this module's docstring.
        required: how many of the parameters must be given.
        is_variadic: whether the last parameter repeats; with it, arguments have no names.
        nullable: the parameters that take null as a value of its own.
    """

    parameters: tuple[tuple[str, Type], ...]
    result: Result
    apply: Callable[..., Any]
    required: int
    is_variadic: bool = False
    nullable: frozenset[str] = frozenset()

    def result_type(self, arguments: tuple[Type, ...]) -> Type:
        """The type of a call with arguments of these types."""
        return self.result if isinstance(self.result, Type) else self.result(arguments)

    def accepts(self, arguments: Sequence[Type]) -> bool:
        """Whether positional arguments of these types fit, without any coercion."""
        count = len(arguments)
        if count < self.required or (count > len(self.parameters) and not self.is_variadic):
            return False
        last = len(self.parameters) - 1
        return all(
            matches_type(self.parameters[min(index, last)][1], given)
            or (given.kind == "Null" and self.parameters[min(index, last)][0] in self.nullable)
            for index, given in enumerate(arguments)
        )

    def arrange(self, names: Sequence[str]) -> tuple[int | None, ...] | None:
        """Where each parameter's value stands among arguments with these names.

        Returns:
            For each parameter up to the last one given, the argument's index, or None where an
            optional parameter was left out.  None when a name is wrong, given twice, or missing.

        Example:
            >>> from xbyx_rules.feel.functions import BUILTINS
            >>> BUILTINS["is"].signatures[0].arrange(["value2"])
            (None, 0)
        """
        known = [name for name, _ in self.parameters]
        if self.is_variadic or len(set(names)) != len(names) or not set(names) <= set(known):
            return None
        if not set(known[: self.required]) <= set(names):
            return None
        places = [names.index(name) if name in names else None for name in known]
        while places and places[-1] is None:
            places.pop()
        return tuple(places)


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function with all the ways to call it.

    Args:
        name: as written in FEEL, spaces single.
        signatures: in the order in which they are tried.
        needs_complete: over an `Incomplete` list there is no value: a policy answers Unknown
            and does not call `apply`.
        decides_early: an exception to that: `apply` may be called with an `Incomplete` list
            and itself returns None unless the known part decides.
        keeps_incomplete: `apply` returns an `Incomplete` list when it was given one.
        is_pure: False for what reads the clock; policies refuse it.
        work: for what works longer than in proportion to the size of its arguments, the steps it
            takes with them, each about as long as reading eight characters.
    """

    name: str
    signatures: tuple[Signature, ...]
    needs_complete: bool = False
    decides_early: bool = False
    keeps_incomplete: bool = False
    is_pure: bool = True
    work: Callable[..., int] | None = None


def find_signature(
    builtin: Builtin, arguments: Sequence[Type], names: Sequence[str] = ()
) -> Signature | None:
    """The first signature that fits the arguments' types, without any coercion.

    Args:
        builtin: the function called.
        arguments: the arguments' types, in the order of the call.
        names: the arguments' names, when the call is by name.

    Returns:
        The signature, or None when none fits.

    Example:
        >>> from xbyx_rules.feel.functions import BUILTINS
        >>> from xbyx_rules.feel.types import NUMBER
        >>> find_signature(BUILTINS["sum"], [NUMBER, NUMBER]).is_variadic
        True
    """
    for signature in builtin.signatures:
        if not names:
            if signature.accepts(arguments):
                return signature
            continue
        places = signature.arrange(names)
        if places is not None and all(
            place is None
            or matches_type(expected, arguments[place])
            or (arguments[place].kind == "Null" and name in signature.nullable)
            for place, (name, expected) in zip(places, signature.parameters, strict=False)
        ):
            return signature
    return None


def matches_type(expected: Type, given: Type) -> bool:
    """Whether a value of type `given` may stand where `expected` is asked for.

    `Any` on either side fits: what is not known before run time is checked then.
    """
    if "Any" in (expected.kind, given.kind):
        return True
    if expected.kind != given.kind:
        return False
    match expected, given:
        case ListType(), ListType():
            return matches_type(expected.element, given.element)
        case RangeType(), RangeType():
            return matches_type(expected.element, given.element)
        case ContextType(), ContextType() | EntityType():
            return _fields_match(expected.fields, given)
        case FunctionType(), FunctionType():
            return len(expected.parameters) == len(given.parameters)
    return True


def _fields_match(fields: Iterable[tuple[str, Type]], given: ContextType | EntityType) -> bool:
    for name, expected in fields:
        found = given.field(name)
        if found is None or not matches_type(expected, found):
            return False
    return True


def make_signature(
    apply: Callable[..., Any],
    result: Result,
    *parameters: tuple[str, Type],
    required: int | None = None,
    is_variadic: bool = False,
    nullable: Iterable[str] = (),
) -> Signature:
    """A signature whose parameters are all required unless `required` says otherwise."""
    return Signature(
        parameters,
        result,
        apply,
        len(parameters) if required is None else required,
        is_variadic,
        frozenset(nullable),
    )
