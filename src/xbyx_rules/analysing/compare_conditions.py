"""Two versions of a condition: in words, and whether they are provably the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import localcontext

from xbyx_rules.compiling import to_prose
from xbyx_rules.compiling.equivalence import is_equivalent
from xbyx_rules.errors import Language
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.syntax import And, Name, Node, Or, Path
from xbyx_rules.feel.types import NumberType, StringType
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.feel.walking import has_node_deeper_than, walk
from xbyx_rules.policy import Vocabulary

__all__ = ["is_same", "phrase_change"]

# The engine's own limit on nesting is far higher; beyond this a proof is not worth its time.
_DEEPEST = 60


def is_same(old: Node, new: Node, *, has_one_vocabulary: bool) -> bool:
    """Whether two typed conditions provably give the same for every case and day.

    Args:
        old: typed in the scope of the old version.
        new: typed in that of the new one.
        has_one_vocabulary: whether both scopes are of one vocabulary; otherwise bounds and
            allowed values may differ, and only the same tree is the same.
    """
    if old == new:
        return True
    if not has_one_vocabulary or any(has_node_deeper_than(one, _DEEPEST) for one in (old, new)):
        return False
    mine, theirs = _bounds(old), _bounds(new)
    # WHY: the proof rests on the bounds of each tree's own scope; a parameter with another value
    # has other bounds, and then the two forms prove nothing about each other.
    if any(theirs.get(name, kind) != kind for name, kind in mine.items()):
        return False
    with localcontext(NUMBERS):
        return is_equivalent(old, new)


def _bounds(node: Node) -> dict[str, str]:
    """The type of each name and path of numbers or texts."""
    return {
        print_expression(one): repr(one.type)
        for one in walk(node)
        if isinstance(one, Name | Path) and isinstance(one.type, NumberType | StringType)
    }


def phrase_change(
    old: Node | None, new: Node | None, vocabularies: Sequence[Vocabulary]
) -> Mapping[Language, str]:
    """The change of a condition in words, by language: what is left out, what is added.

    Args:
        old: None where there was no condition.
        new: None where there is none now.
        vocabularies: of the old version and of the new one.

    Example:
        >>> from xbyx_rules.feel.syntax import Boolean
        >>> yes, no = Name("已成立"), Name("专项列支")
        >>> phrase_change(And((yes, no)), yes, [Vocabulary({}, "")] * 2)["zh"]
        '去掉“专项列支”'
    """
    return {language: _phrase(old, new, vocabularies, language) for language in _LANGUAGES}


_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _phrase(
    old: Node | None, new: Node | None, vocabularies: Sequence[Vocabulary], language: Language
) -> str:
    lost, gained = _split(old, new)
    before = [to_prose(one, language, vocabulary=vocabularies[0]) for one in lost]
    after = [to_prose(one, language, vocabulary=vocabularies[1]) for one in gained]
    zh = language == "zh"
    if len(before) == len(after) == 1:
        first, second = _quote(before, language), _quote(after, language)
        return f"由{first}改为{second}" if zh else f"from {first} to {second}"
    parts: list[str] = []
    if before:
        parts.append(("去掉" if zh else "without ") + _quote(before, language))
    if after:
        parts.append(("增加" if zh else "also ") + _quote(after, language))
    return ("；" if zh else "; ").join(parts)


def _quote(texts: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(f"“{one}”" for one in texts)


def _split(old: Node | None, new: Node | None) -> tuple[list[Node], list[Node]]:
    """What only the old one says and what only the new one says: operands of one ``and``."""
    if old is None or new is None:
        return [old] if old else [], [new] if new else []
    if isinstance(old, Or) and isinstance(new, Or):
        mine, theirs = old.operands, new.operands
    elif isinstance(old, And) or isinstance(new, And):
        mine, theirs = _operands(old), _operands(new)
    else:
        return [old], [new]
    # WHY by their text: a rule of very many operands is compared in one pass, not in their square.
    printed = [{print_expression(one) for one in each} for each in (mine, theirs)]
    lost = [one for one in mine if print_expression(one) not in printed[1]]
    gained = [one for one in theirs if print_expression(one) not in printed[0]]
    # WHY: alternatives left out or added would read as requirements, so those are said whole.
    if not (lost or gained) or isinstance(old, Or):
        return [old], [new]
    return lost, gained


def _operands(node: Node) -> tuple[Node, ...]:
    return node.operands if isinstance(node, And) else (node,)
