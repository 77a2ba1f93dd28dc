"""Which columns of a host fill which terms, read off a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xbyx_rules.policy import Term, Vocabulary

from .mapping import Column, EntityMapping, HostMapping, SameRow, ToMany
from .mapping_check import followed

__all__ = ["Filled", "list_entries", "list_filled", "list_joining"]


@dataclass(frozen=True, slots=True)
class Filled:
    """A column that fills a term.

    Args:
        mapped: the entry whose records have the term.
        table: where the column stands: the entry's own table, or one beside it.
        schema: of that table, or None.
        term: what is filled.
        way: the column and its conversion.
        within: the record (对一) in the same row that the term is part of, or "".
    """

    mapped: EntityMapping
    table: str
    schema: str | None
    term: Term
    way: Column
    within: str = ""

    @property
    def at(self) -> str:
        """The column as messages name it."""
        return f"{self.table}.{self.way.name}"


def list_entries(mapping: HostMapping, vocabulary: Vocabulary) -> tuple[EntityMapping, ...]:
    """Every entry of a sound mapping, those inside relations (`of`) too, each once."""
    found: dict[int, EntityMapping] = {}

    def visit(mapped: EntityMapping) -> None:
        if id(mapped) not in found:
            found[id(mapped)] = mapped
            for other, _ in followed(mapping, vocabulary, mapped, None, True):
                visit(other)

    for entity in mapping.entities:
        visit(entity)
    return tuple(found.values())


def list_filled(mapped: EntityMapping, vocabulary: Vocabulary) -> Iterator[Filled]:
    """The columns that fill the terms of one entry's records, with those of tables beside."""
    terms = vocabulary.entities[mapped.entity].terms
    for name, way in mapped.terms.items():
        if isinstance(way, Column):
            yield Filled(mapped, mapped.table, mapped.schema, terms[name], way)
        elif isinstance(way, SameRow):
            inner = vocabulary.entities[terms[name].target].terms
            for part, one in way.terms.items():
                if isinstance(one, Column):
                    yield Filled(mapped, mapped.table, mapped.schema, inner[part], one, name)
    for other in mapped.beside:
        for name, way in other.terms.items():
            yield Filled(mapped, other.table, other.schema, terms[name], way)


def list_joining(mapping: HostMapping, vocabulary: Vocabulary) -> frozenset[tuple[str, str]]:
    """Tables' columns by which rows are found: keys, both ends of relations, conditions."""
    found: set[tuple[str, str]] = set()
    for mapped in list_entries(mapping, vocabulary):
        found.add((mapped.table, mapped.key))
        for beside in mapped.beside:
            found |= {(mapped.table, one) for one in beside.on}
            found |= {(beside.table, one) for one in (*beside.on.values(), *beside.where)}
        for other, way in followed(mapping, vocabulary, mapped, None, True):
            found |= {(mapped.table, one) for one in way.on}
            found |= {(other.table, one) for one in (*way.on.values(), *way.where)}
            if isinstance(way, ToMany):
                found |= {(other.table, one) for one in way.filled}
    return frozenset(found)
