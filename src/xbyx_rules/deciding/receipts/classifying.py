"""How confidential a fact is, by the classes of the vocabulary (密级)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Term, Vocabulary

__all__ = ["PERSONAL", "classes_up_to", "classify_records", "classify_term", "strictest"]

_PUBLIC: Final = "公开"
PERSONAL: Final = ("个人", "敏感")
_CLASSES: Final = (_PUBLIC, "内部", *PERSONAL)


def strictest(*classes: str) -> str:
    """The strictest of some classes of confidentiality; 公开 of none.

    Example:
        >>> strictest("内部", "个人", "公开")
        '个人'
    """
    return max(classes, key=_CLASSES.index, default=_PUBLIC)


def is_class(name: str) -> bool:
    """Whether a word is a class of confidentiality (密级)."""
    return name in _CLASSES


def classes_up_to(name: str) -> tuple[str, ...]:
    """A class and those less strict, all of which something of that class may hold.

    A word that is no class, as a payload from outside may have it, stands alone.

    Example:
        >>> classes_up_to("个人")
        ('公开', '内部', '个人')
    """
    return _CLASSES[: _CLASSES.index(name) + 1] if name in _CLASSES else (name,)


def classify_term(vocabulary: Vocabulary, term: Term, value: Any) -> str:
    """How confidential a fact is: its own class, or a stricter one of what it holds or refers to.

    Args:
        vocabulary: knows the entities.
        term: of the fact.
        value: the fact as a FEEL value.
    """
    if term.relation == "reference":
        # WHY: the key of a person names the person, wherever it stands.
        key = vocabulary.entities[term.target].key
        return strictest(term.confidentiality, key.confidentiality if key else _PUBLIC)
    if term.relation in ("to_one", "to_many"):
        return strictest(term.confidentiality, classify_records(vocabulary, term.target, value))
    return term.confidentiality


def classify_records(vocabulary: Vocabulary, entity: str, value: Any) -> str:
    """How confidential a record, or a list of records, of an entity is: by its known fields."""
    terms = vocabulary.entities[entity].terms
    records = value if isinstance(value, list) else [value]
    found = {
        classify_term(vocabulary, terms[name], part)
        for record in records
        if isinstance(record, Mapping)
        for name, part in record.items()
        if part is not UNKNOWN and name in terms
    }
    return strictest(*found)
