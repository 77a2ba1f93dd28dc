"""What a name is called: its own Chinese, or the vocabulary's English where it has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xbyx_rules.feel.types import EntityType, Type
from xbyx_rules.policy import Term, Vocabulary

from .words import Words

__all__ = ["Names"]

_PREPOSITIONS: Final = frozenset({"at", "by", "for", "from", "in", "of", "on", "to", "until"})


class Names:
    """Names in one language.

    Args:
        words: the language's words.
        vocabulary: where English names come from; without one, Chinese names stay.
        english: further English names: of parameters and calculations.
    """

    def __init__(
        self,
        words: Words,
        vocabulary: Vocabulary | None,
        english: Mapping[str, str] | None = None,
    ) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._english = english or {}

    def of_name(self, name: str, kind: Type) -> str:
        """What a bare name is called; `kind` picks among terms of one name."""
        if self._words.language == "zh":
            return name
        term = self._find_term(name, kind)
        english = _noun_of(term) if term else self._english_entity(name) or self._english.get(name)
        if not english:
            return self._words.names.get(name, name)
        return english if english.startswith("“") else f"the {english}"

    def of_field(self, name: str, base: Type) -> str:
        """What a field is called after ``base.``."""
        if base.kind != "context" and name in self._words.properties:
            return self._words.properties[name]
        if self._words.language == "zh":
            return name
        term = self.find_field(name, base)
        return _noun_of(term) if term else self._english.get(name, name)

    def find_field(self, name: str, base: Type) -> Term | None:
        """The term with an English name that a field is; of any entity where `base` is unknown."""
        if isinstance(base, EntityType):
            term = self._terms_of(base.entity).get(name)
            return term if term is not None and term.english else None
        return self._find_term(name, None)

    def _find_term(self, name: str, kind: Type | None) -> Term | None:
        found = []
        for entity in self._vocabulary.entities if self._vocabulary else ():
            term = self._terms_of(entity).get(name)
            if term is not None and term.english:
                found.append((entity, term))
        for entity, term in found:
            if self._vocabulary and self._vocabulary.fields_of(entity)[name] == kind:
                return term
        return found[0][1] if found else None

    def of_record(self, entity: str) -> str:
        """What one record of an entity is called; "" where the vocabulary has no English for it."""
        return entity if self._words.language == "zh" else self._english_entity(entity)

    def _english_entity(self, name: str) -> str:
        if self._vocabulary is None or name not in self._vocabulary.entities:
            return ""
        return self._vocabulary.entities[name].english

    def _terms_of(self, entity: str) -> Mapping[str, Term]:
        found = self._vocabulary.entities.get(entity) if self._vocabulary else None
        return found.terms if found else {}


def _noun_of(term: Term) -> str:
    """A term's English name, in quotation marks where it is no noun (approved on)."""
    is_noun = term.type.kind != "boolean" and term.english.split()[-1] not in _PREPOSITIONS
    return term.english if is_noun else f"“{term.english}”"
