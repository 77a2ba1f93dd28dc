"""What a document says, without where and how: two layouts of one document are equal by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from xbyx_rules.feel.respelling import respell

from .clause_list import ClauseList
from .model import Clause, Policy, Text
from .vocabulary import Vocabulary

__all__ = ["meaning_of"]

_OF_THE_TEXT = frozenset({"file", "place", "places", "pieces"})
_OF_THE_WHOLE: Mapping[type, frozenset[str]] = {
    Policy: frozenset({"text", "hash"}),
    Vocabulary: frozenset({"hash"}),
    Clause: frozenset({"source"}),
    ClauseList: frozenset({"text"}),
}


def meaning_of(value: Any) -> object:
    """A model of a document as plain tuples, to be compared with another's.

    Left out are places, the text itself and its hash, and the order of properties and messages;
    full-width signs of expressions are read as the ASCII ones.

    Example:
        >>> from xbyx_rules.errors import Place
        >>> one = Text("学时 ＞ 20", Place("a.md", 3, 5, 7))
        >>> meaning_of(one) == meaning_of(Text("学时 > 20", Place("b.md", 9)))
        True
    """
    if isinstance(value, Text):
        return respell(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        skipped = _OF_THE_TEXT | _OF_THE_WHOLE.get(type(value), frozenset())
        names = [one.name for one in fields(value) if one.compare and one.name not in skipped]
        return (
            type(value).__name__,
            *((name, meaning_of(getattr(value, name))) for name in names),
        )
    if isinstance(value, tuple | list):
        return tuple(meaning_of(one) for one in value)
    if isinstance(value, Mapping):
        return {key: meaning_of(one) for key, one in value.items()}
    return value
