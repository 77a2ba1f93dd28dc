"""Types as they are written after ``instance of`` and in parameters.

Source: DMN 1.5 §10.3.1.2, rule 52.
"""

from __future__ import annotations

from typing import Final

from xbyx_rules.feel.lexer import Token
from xbyx_rules.feel.scope import NameTree
from xbyx_rules.feel.syntax import TypeName

from .failures import fail_at, missing_sign
from .names import read_new_name
from .reader import Reader

__all__ = ["TYPE_NAMES", "read_type"]

TYPE_NAMES: Final = (
    "date and time",
    "days and time duration",
    "years and months duration",
)
"""The standard's types whose names are more than one word."""

_TYPE_TREE: Final = NameTree(TYPE_NAMES)
_PARAMETRIC: Final = frozenset({"context", "function", "list", "range"})


def read_type(reader: Reader) -> TypeName:
    """Read a type."""
    reader.descend()
    start = reader.start
    name = _read_name(reader)
    arguments: list[TypeName] = []
    keys: list[str] = []
    if name in _PARAMETRIC and reader.is_sign("<", "<>"):
        opened = reader.current
        if name != "function" and opened.text == "<>":
            raise fail_at("XR138", opened)
        if name == "function":
            _read_function(reader, opened, arguments)
        else:
            reader.expect_sign("<")
            while not arguments or (name == "context" and reader.take_sign(",")):
                if name == "context":
                    keys.append(read_new_name(reader))
                    reader.expect_sign(":")
                arguments.append(read_type(reader))
            _expect_greater(reader, opened)
    reader.ascend()
    return TypeName(name, tuple(arguments), tuple(keys), start=start, end=reader.end)


def _read_function(reader: Reader, opened: Token, arguments: list[TypeName]) -> None:
    if not reader.take_sign("<>"):
        reader.advance()
        if not reader.is_sign(">"):
            arguments.append(read_type(reader))
        while arguments and reader.take_sign(","):
            arguments.append(read_type(reader))
        _expect_greater(reader, opened)
    reader.expect_sign("->")
    arguments.append(read_type(reader))


def _expect_greater(reader: Reader, opened: Token) -> None:
    """Take ``>``; a ``>=`` is one too, and leaves its ``=``."""
    if reader.is_sign(">="):
        token = reader.current
        middle = min(token.start + 1, token.end - 1)
        reader.tokens[reader.at : reader.at + 1] = (
            Token("sign", ">", token.start, middle, token.is_spaced),
            Token("sign", "=", middle, token.end, is_spaced=False),
        )
    if not reader.take_sign(">"):
        if reader.current.kind == "end":
            raise fail_at("XR108", opened, line=str(reader.line_of(opened.start)))
        raise missing_sign(reader, "`>`")


def _read_name(reader: Reader) -> str:
    trees = (_TYPE_TREE, *(scope.type_tree for scope in reader.scope.chain()))
    found = [tree.find_longest(reader.tokens, reader.at) for tree in trees]
    longest = max(filter(None, found), key=lambda one: one[1], default=None)
    if longest is not None:
        reader.at = longest[1]
        return longest[0]
    if reader.current.kind != "word":
        raise fail_at("XR138", reader.current)
    name = reader.advance().text
    while reader.is_sign("."):
        reader.advance()
        if reader.current.kind != "word":
            raise fail_at("XR138", reader.current)
        name += f".{reader.advance().text}"
    return name
