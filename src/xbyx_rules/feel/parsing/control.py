"""Constructs that begin with a keyword: ``if``, ``for``, ``some``, ``every``, ``function``.

Source: DMN 1.5 §10.3.1.2, rules 44-46, 55, 56 and 65 (iteration context).
"""

from __future__ import annotations

from typing import Literal

from xbyx_rules.feel.lexer import Token
from xbyx_rules.feel.syntax import For, Function, If, Iterator, Node, Parameter, Quantified
from xbyx_rules.feel.types import ANY, FunctionType, ListType

from .literals import can_start_value
from .names import read_new_name
from .reader import OpenFrame, Reader
from .shapes import element_of
from .type_names import read_type

__all__ = ["read_construct"]


def read_construct(reader: Reader) -> Node | None:
    """Read what the next keyword begins; None when it begins nothing."""
    begun = reader.current
    match begun.text:
        case "if":
            return _read_if(reader)
        case "for":
            return _read_for(reader)
        case "some" | "every":
            return _read_quantified(reader)
        case "function":
            return _read_function(reader)
    return None


def _read_if(reader: Reader) -> If:
    begun = reader.advance()
    condition = reader.read()
    reader.expect_keyword("then", begun)
    consequence = reader.read()
    reader.expect_keyword("else", begun)
    alternative = reader.read()
    shape = alternative.type if consequence.type == ANY else consequence.type
    return If(condition, consequence, alternative, start=begun.start, end=reader.end, type=shape)


def _read_for(reader: Reader) -> For:
    begun = reader.advance()
    frame = OpenFrame()
    reader.frames.append(frame)
    iterators = _read_iterators(reader, begun, frame)
    reader.expect_keyword("return", begun)
    frame.declare("partial", ListType(ANY))
    result = reader.read()
    reader.frames.pop()
    shape = ListType(result.type)
    return For(iterators, result, start=begun.start, end=reader.end, type=shape)


def _read_quantified(reader: Reader) -> Quantified:
    begun = reader.advance()
    frame = OpenFrame()
    reader.frames.append(frame)
    iterators = _read_iterators(reader, begun, frame)
    reader.expect_keyword("satisfies", begun)
    condition = reader.read()
    reader.frames.pop()
    quantifier: Literal["some", "every"] = "some" if begun.text == "some" else "every"
    return Quantified(quantifier, iterators, condition, start=begun.start, end=reader.end)


def _read_iterators(reader: Reader, begun: Token, frame: OpenFrame) -> tuple[Iterator, ...]:
    iterators: list[Iterator] = []
    while not iterators or reader.take_sign(","):
        start = reader.start
        name = read_new_name(reader, until="in")
        reader.expect_keyword("in", begun)
        domain = reader.read()
        last = None
        if begun.text == "for" and reader.take_sign(".."):
            last = reader.read()
        iterators.append(Iterator(name, domain, last, start=start, end=reader.end))
        frame.declare(name, ANY if last is not None else element_of(domain.type))
    return tuple(iterators)


def _read_function(reader: Reader) -> Function:
    begun = reader.advance()
    opened = reader.expect_sign("(")
    frame = OpenFrame()
    parameters: list[Parameter] = []
    while not reader.is_sign(")") or parameters:
        parameters.append(_read_parameter(reader))
        frame.declare(parameters[-1].name)
        if not reader.take_sign(","):
            break
    reader.expect_sign(")", also="`,`", opened=opened)
    reader.frames.append(frame)
    is_external = _take_external(reader)
    body = reader.read()
    reader.frames.pop()
    shape = FunctionType((ANY,) * len(parameters), body.type)
    return Function(
        tuple(parameters), body, is_external, start=begun.start, end=reader.end, type=shape
    )


def _read_parameter(reader: Reader) -> Parameter:
    start = reader.start
    name = read_new_name(reader)
    expected = read_type(reader) if reader.take_sign(":") else None
    return Parameter(name, expected, start=start, end=reader.end)


def _take_external(reader: Reader) -> bool:
    """Take the word ``external``, unless it is itself the body: a name by this word."""
    if not reader.is_keyword("external"):
        return False
    reader.advance()
    if can_start_value(reader, but=("]",)):
        return True
    reader.at -= 1
    return False
