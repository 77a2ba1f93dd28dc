"""A rule in the words of an official: the prose target, for explanations and for reviewers."""

from __future__ import annotations

from collections.abc import Mapping

from xbyx_rules.errors import Language
from xbyx_rules.feel.syntax import Node
from xbyx_rules.policy import Vocabulary

from .prose import WORDS, Names, Speaker

__all__ = ["to_prose"]


def to_prose(
    node: Node,
    language: Language,
    *,
    vocabulary: Vocabulary | None = None,
    english: Mapping[str, str] | None = None,
) -> str:
    """Say a rule, or a part of one, in words.

    Knows every node of `feel.syntax`.  What nests deeper than `prose.DEEPEST` is left out and
    marked so.  Parentheses stand wherever the words alone could be read in two ways.

    Args:
        node: the source tree (not the lowered one).  Its types, where inference has run, decide
            the words: 不少于 of numbers, 不早于 of dates; before it, 不小于.
        language: ``zh`` or ``en``.
        vocabulary: English names of terms; a name it doesn't know stays Chinese.
        english: further English names: those of a document's parameters and calculations.

    Returns:
        A clause for a condition, otherwise a noun phrase; without a final stop.

    Example:
        >>> from xbyx_rules.feel.syntax import Comparison, Name, String
        >>> rule = Comparison(operator="=", left=Name(name="职务"), right=String(value="主任"))
        >>> to_prose(rule, "zh"), to_prose(rule, "en")
        ('职务是“主任”', '职务 is “主任”')
    """
    speaker = Speaker(WORDS[language], Names(WORDS[language], vocabulary, english))
    if speaker.is_condition(node) or node.type.kind == "boolean":
        return speaker.state(node).text
    return speaker.say(node).text
