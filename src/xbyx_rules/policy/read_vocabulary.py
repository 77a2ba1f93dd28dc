"""The vocabulary, from its text to a `Vocabulary`: a heading is an entity, its table the terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from xbyx_rules.errors import Diagnostic, has_errors

from .blocks import Block, Fence, Heading, Items, Paragraph, Quote, read_blocks
from .grid import Grid, NamedRow, name_columns
from .headings import HeadingParts, read_heading
from .keeping import Keeper
from .read_policy import split_sections
from .read_terms import TERM_COLUMNS, check_name, read_terms, relation_type
from .source import LARGEST_SIZE, Source, hash_text, shorten
from .vocabulary import Entity, Term, Vocabulary

__all__ = ["read_vocabulary"]

_Read = tuple[Vocabulary | None, tuple[Diagnostic, ...]]
_KEPT = Keeper[_Read](LARGEST_SIZE, least=1_000)

_REFUSED: Mapping[type[Block], tuple[str, str]] = {
    Items: ("列表", "a list"),
    Fence: ("代码块", "a code block"),
    Quote: ("引用", "a quote"),
    Grid: ("表格", "a table"),
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entity as written: terms are typed once all entities are known."""

    heading: Heading
    names: HeadingParts
    rows: tuple[NamedRow, ...]


def read_vocabulary(
    text: str, file: str, base: Vocabulary | None = None
) -> tuple[Vocabulary | None, tuple[Diagnostic, ...]]:
    """Read a vocabulary.

    Pure: opens no file.  What a text was read as is kept for a while, and given again.

    Args:
        text: the document, of at most 2,000,000 bytes.
        file: its name in places.
        base: a vocabulary that this one lies over: it may add entities, and add or replace terms.

    Returns:
        The vocabulary, or None when there is an error; and all that was found.

    Example:
        >>> vocabulary, found = read_vocabulary("## 学校", "vocabulary.md")
        >>> vocabulary is None, [one.code for one in found]
        (True, ['XR080'])

    Source: docs/add-a-rule.md describes the columns.
    """
    return _KEPT.get(lambda: _read(text, file, base), text, file, base, weight=len(text))


def _read(text: str, file: str, base: Vocabulary | None) -> _Read:
    source = Source(text, file)
    if not source.is_readable():
        return None, source.problems
    preface, sections = split_sections(source, read_blocks(source))
    _check_blocks(source, preface, allowed=(Paragraph, Items))
    drafts = (_read_section(source, heading, blocks) for heading, blocks, _ in sections)
    by_name = _check_once(source, (draft for draft in drafts if draft is not None))
    vocabulary = _build(source, by_name, base)
    found = source.problems
    return (None if has_errors(found) else vocabulary), found


def _read_section(source: Source, heading: Heading, blocks: Sequence[Block]) -> _Draft | None:
    """An entity as written; None for a heading that only structures, or after a report."""
    names = read_heading(source, heading, with_english=True)
    if heading.level == 1 and not names.anchor:
        _check_blocks(source, blocks, allowed=(Paragraph, Items))
        return None
    _check_blocks(source, blocks, allowed=(Paragraph, Grid))
    title = heading.text.value.split("{", 1)[0].strip()
    if heading.level != 2 or not names.anchor or not names.english:
        source.report("XR080", heading.place, title=shorten(title))
        return None
    check_name(source, "实体", heading.text, title)
    grids = [block for block in blocks if isinstance(block, Grid)]
    if not grids:
        source.report("XR090", heading.place, name=shorten(title))
        return None
    for grid in grids[1:]:
        line = str(grids[0].place.line)
        source.report("XR055", grid.place, what="词表", what_en="table of terms", line=line)
    rows = name_columns(source, grids[0], TERM_COLUMNS) if grids[0].header else ()
    # WHY: a locator has no meaning here, so a name that looks like one stays whole.
    return _Draft(heading, replace(names, title=title, locator=""), rows)


def _check_blocks(
    source: Source, blocks: Iterable[Block], allowed: tuple[type[Block], ...]
) -> None:
    for block in blocks:
        if not isinstance(block, allowed):
            what, what_en = _REFUSED[type(block)]
            source.report("XR006", block.place, what=what, what_en=what_en)


def _check_once(source: Source, drafts: Iterable[_Draft]) -> dict[str, _Draft]:
    """The entities by name; a name or an anchor that stands twice is reported."""
    by_name: dict[str, _Draft] = {}
    by_anchor: dict[str, _Draft] = {}
    for draft in drafts:
        name, anchor = draft.names.title, draft.names.anchor
        for first, code, what in (
            (by_name.setdefault(name, draft), "XR081", name),
            (by_anchor.setdefault(anchor, draft), "XR037", anchor),
        ):
            if first is not draft:
                line = str(first.heading.place.line)
                source.report(code, draft.heading.place, name=shorten(what), line=line)
    return by_name


def _build(source: Source, drafts: Mapping[str, _Draft], base: Vocabulary | None) -> Vocabulary:
    """Type every term, now that all entities have names."""
    entities: dict[str, Entity] = {}
    own = hash_text(source.text)
    # INVARIANT: filled before anybody sees it; terms need the vocabulary they belong to.
    vocabulary = Vocabulary(
        MappingProxyType(entities),
        hash_text(f"{base.hash}\n{own}") if base else own,
        (*(base.texts if base else ()), source.text),
    )
    for name, entity in (base.entities if base else {}).items():
        terms = {key: _retype(vocabulary, term) for key, term in entity.terms.items()}
        entities[name] = replace(entity, terms=MappingProxyType(terms))
    known = dict.fromkeys([*entities, *drafts])
    for name, draft in drafts.items():
        below = entities[name].terms if name in entities else {}
        own_terms = read_terms(source, draft.rows, vocabulary, known)
        entities[name] = Entity(
            name=name,
            english=draft.names.english,
            terms=MappingProxyType({**below, **own_terms}),
            place=draft.heading.place,
            anchor=draft.names.anchor,
            holder=draft.names.holder or (entities[name].holder if name in entities else ""),
        )
    for name in drafts:
        _check_keys(source, entities[name])
        for term in entities[name].terms.values():
            _check_reference(source, term, entities)
    return vocabulary


def _retype(vocabulary: Vocabulary, term: Term) -> Term:
    """A term of the vocabulary below, whose relation now leads into this one."""
    if term.relation in ("to_one", "to_many"):
        return replace(term, type=relation_type(vocabulary, term.relation, term.target))
    return term


def _check_keys(source: Source, entity: Entity) -> None:
    """Report a second key; a term of the vocabulary below is never the one at fault."""
    keys = [term for term in entity.terms.values() if term.relation == "key"]
    own = [term for term in keys if term.place.file == source.file]
    if len(keys) > 1:
        for term in [one for one in own if one is not keys[0]] or own:
            line = str(keys[0].place.line)
            source.report("XR085", term.place, name=entity.name, line=line)


def _check_reference(source: Source, term: Term, entities: Mapping[str, Entity]) -> None:
    """A reference has the type of the key that it refers to."""
    target = entities.get(term.target)
    if term.relation != "reference" or target is None or term.place.file != source.file:
        return
    if target.key is None or target.key.type.kind != term.type.kind:
        source.report("XR089", term.place, type=term.name, relation=f"引用 {term.target}")
