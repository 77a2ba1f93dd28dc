"""What a decision reads of a case, and how confidential that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Term, Vocabulary

__all__ = ["PERSONAL", "PUBLIC", "Watched", "classify_records", "classify_term", "strictest"]

PUBLIC: Final = "公开"
PERSONAL: Final = ("个人", "敏感")
_CLASSES: Final = (PUBLIC, "内部", *PERSONAL)


class Watched(Mapping[str, Any]):
    """A mapping that notes, in order, which keys its reader asks the value of.

    Example:
        >>> facts = Watched({"甲": 1, "乙": 2})
        >>> facts.get("丙"), facts["甲"], facts.asked
        (None, 1, ('丙', '甲'))
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._asked: dict[str, None] = {}

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys asked for, whether they are there or not, each once."""
        return tuple(self._asked)

    def __getitem__(self, key: str) -> Any:
        self._asked[key] = None
        return self._content[key]

    def __contains__(self, key: object) -> bool:
        return key in self._content

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)


def strictest(*classes: str) -> str:
    """The strictest of some classes of confidentiality; 公开 of none.

    Example:
        >>> strictest("内部", "个人", "公开")
        '个人'
    """
    return max(classes, key=_CLASSES.index, default=PUBLIC)


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
        return strictest(term.confidentiality, key.confidentiality if key else PUBLIC)
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
