"""Names: known ones by longest match, unknown ones as single words, new ones up to a sign.

Source: DMN 1.5 §10.3.1.2, rules 25-30, and §10.3.1.4 (names that hold signs and spaces).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xbyx_rules.feel.lexer import NAME_SIGNS, Token, tokenise
from xbyx_rules.feel.scope import NameTree
from xbyx_rules.feel.syntax import Name, Node, Path
from xbyx_rules.feel.types import ANY, ListType

from .failures import FeelSyntaxError, fail_at, missing_value
from .levels import KEYWORDS
from .reader import Found, Frame, OpenFrame, Reader
from .shapes import element_of

__all__ = [
    "find_known_name",
    "frames_of_items",
    "is_name",
    "is_new_name_before",
    "read_known_name",
    "read_new_name",
    "read_path",
    "read_unknown_name",
]

_MAX_NAME_TOKENS: Final = 100


def find_known_name(reader: Reader) -> Found | None:
    """The known name at the reader's place; a keyword alone is none."""
    found = reader.find_name()
    if found is not None and found.end == reader.at + 1 and reader.current.text in KEYWORDS:
        return None
    return found


def read_known_name(reader: Reader, found: Found) -> Name:
    """Take a name that was found."""
    start = reader.start
    reader.at = found.end
    reader.mark_name(is_known=True)
    return Name(found.name, start=start, end=reader.end, type=found.type)


def read_unknown_name(reader: Reader) -> Name:
    """Take one word as a name that nobody declared."""
    token = reader.advance()
    reader.mark_name(is_known=False)
    return Name(token.text, start=token.start, end=token.end, type=ANY)


def read_path(reader: Reader, base: Node, start: int) -> Path:
    """Read ``.name`` after a value: a field of its type, else any known name, else one word."""
    reader.advance()
    element = element_of(base.type)
    fields = reader.fields_of(element)
    found = None if fields is None else fields.tree.find_longest(reader.tokens, reader.at)
    if found is None:
        # WHY: a value that turns out to have no such field is the checker's to report.
        found = reader.tree_of_all_fields().find_longest(reader.tokens, reader.at)
    if found is not None:
        name, reader.at = found
    elif reader.current.kind == "word":
        name = reader.advance().text
        reader.mark_name(is_known=False, candidates=None if fields is None else fields.types)
    else:
        raise missing_value(reader)
    type_ = ANY if fields is None else fields.types.get(name, ANY)
    # WHY: a path over a list maps to the elements' fields.
    shape = ListType(type_) if isinstance(base.type, ListType) else type_
    return Path(base, name, start=start, end=reader.end, type=shape)


def frames_of_items(reader: Reader, base: Node) -> tuple[Frame, Frame]:
    """The names in scope within a filter, innermost last: ``item``, the fields of the elements."""
    element = element_of(base.type)
    item = OpenFrame()
    item.declare("item", element)
    fields = reader.fields_of(element)
    if fields is None:
        tree = reader.tree_of_all_fields() if element == ANY else NameTree()
        fields = Frame(tree, {})
    return item, fields


def read_new_name(reader: Reader, *, until: str = "") -> str:
    """Read a name that is being declared: a key, a parameter, a variable before ``in``.

    Args:
        reader: stands at the name's first word.
        until: a word that ends the name.
    """
    first = reader.at
    if reader.current.kind != "word" or reader.current.text == until:
        raise missing_name(reader)
    while _is_new_name_part(reader.current) and reader.current.text != until:
        reader.advance()
        if reader.at - first > _MAX_NAME_TOKENS:
            raise fail_at("XR123", reader.tokens[first], limit=str(_MAX_NAME_TOKENS))
    if reader.at == first + 1 and reader.tokens[first].text in KEYWORDS:
        raise fail_at("XR122", reader.tokens[first])
    return _join(reader.tokens[first : reader.at])


def is_new_name_before(reader: Reader, sign: str) -> bool:
    """Whether a name and then `sign` stand here: ``start position:`` is a named argument."""
    at = reader.at
    if reader.current.kind != "word":
        return False
    while _is_new_name_part(reader.tokens[at]) and at - reader.at <= _MAX_NAME_TOKENS:
        at += 1
    return reader.tokens[at].kind == "sign" and reader.tokens[at].text == sign


def is_name(text: str) -> bool:
    """Whether a text can be written as a name, rather than as a string, where one is declared.

    Example:
        >>> is_name("date of birth"), is_name("if"), is_name("a (b)")
        (True, False, False)
    """
    tokens = tokenise(text)[:-1]
    if not tokens or tokens[0].kind != "word" or len(tokens) > _MAX_NAME_TOKENS:
        return False
    if not all(_is_new_name_part(token) for token in tokens):
        return False
    return _join(tokens) == text and not (len(tokens) == 1 and text in KEYWORDS)


def missing_name(reader: Reader) -> FeelSyntaxError:
    """The failure where a name should stand."""
    if reader.current.kind == "number":
        return fail_at("XR126", reader.current)
    if reader.current.text in KEYWORDS:
        return fail_at("XR122", reader.current)
    return missing_value(reader)


def _is_new_name_part(token: Token) -> bool:
    if token.kind == "sign":
        return token.text in NAME_SIGNS
    return token.kind in ("word", "number")


def _join(tokens: Sequence[Token]) -> str:
    parts = [tokens[0].text]
    for token in tokens[1:]:
        parts += (" " * token.is_spaced, token.text)
    return "".join(parts)
