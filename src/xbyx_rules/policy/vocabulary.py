"""The vocabulary: entities and their terms, the one contract between policies and adapters.

Source: `rules/vocabulary.md`; the table's columns are described in docs/add-a-rule.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from xbyx_rules.errors import Place
from xbyx_rules.feel.types import EntityType, ListType, Type

__all__ = ["Entity", "Relation", "Term", "Vocabulary"]

Relation = Literal["", "key", "reference", "to_one", "to_many"]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an entity.

    Args:
        name: Chinese name, as rules write it.
        english: English name.
        type: FEEL type with bounds, scale and unit; a record type for relations.
        relation: ``key`` (主键), ``reference`` (引用: text that is another entity's key),
            ``to_one`` (对一: a record), ``to_many`` (对多: a list of records) or "" (plain).
        target: the entity a relation leads to.
        confidentiality: 公开, 内部, 个人 or 敏感.
        data_element: code of the data element in a standard, or "".
        note: for people.
        holder: who reports the fact (填报): 学校, 区教委; "" where its entity says it.
        is_remediable: whether a remedy may advise another value (补正); of what is as it is, such
            as the funds allotted or the kind of school, it may not.
    """

    name: str
    english: str
    type: Type
    relation: Relation
    target: str
    confidentiality: str
    data_element: str
    note: str
    place: Place
    holder: str = ""
    is_remediable: bool = True


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity.

    Args:
        name: Chinese name.
        english: English name.
        terms: by name, in the order of the vocabulary.
        anchor: its ``{#id}``.
        holder: who reports those of its terms that name nobody themselves, or "".
    """

    name: str
    english: str
    terms: Mapping[str, Term]
    place: Place
    anchor: str = ""
    holder: str = ""

    @property
    def key(self) -> Term | None:
        """The term that identifies a record, if the entity has one."""
        return next((term for term in self.terms.values() if term.relation == "key"), None)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All entities.  It is what an `EntityType` asks for its fields.

    Args:
        entities: by name.
        hash: ``sha256:…`` of its text and, laid over another, of that one's hash.
        texts: the texts it was read from, the lowest layer first: what it can be read from again.
    """

    entities: Mapping[str, Entity]
    hash: str
    texts: tuple[str, ...] = field(default=(), compare=False, repr=False)
    _fields: dict[str, Mapping[str, Type]] = field(default_factory=dict, compare=False, repr=False)

    def fields_of(self, entity: str) -> Mapping[str, Type]:
        """The types of an entity's terms by name.

        Raises:
            KeyError: the vocabulary has no such entity.
        """
        if entity not in self._fields:
            terms = self.entities[entity].terms
            fields = {name: self._type_of(term) for name, term in terms.items()}
            self._fields[entity] = MappingProxyType(fields)
        return self._fields[entity]

    def key_of(self, entity: str) -> str | None:
        """The name of an entity's key, or None."""
        key = self.entities[entity].key
        return key.name if key else None

    def record_term(self, entity: str, target: str) -> str | None:
        """The one term of `entity` that holds a record of `target` (对一).

        Returns:
            Its name; None when there is none, and when there are several: which of two is meant
            nobody can tell.
        """
        terms = self.entities[entity].terms.values()
        found = [one.name for one in terms if one.relation == "to_one" and one.target == target]
        return found[0] if len(found) == 1 else None

    def type_of(self, entity: str) -> EntityType:
        """The type of a record of this entity."""
        return EntityType(entity, self)

    def _type_of(self, term: Term) -> Type:
        # WHY: relations are typed here, not by the reader, since entities refer to each other.
        if term.relation == "to_one":
            return self.type_of(term.target)
        if term.relation == "to_many":
            return ListType(self.type_of(term.target), records=True)
        return term.type
