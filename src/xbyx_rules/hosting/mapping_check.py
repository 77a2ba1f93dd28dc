"""A mapping compared with the vocabulary, and with a flow's definition.

Each function gives diagnostics and raises nothing; `MappedHost` refuses a mapping with errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.feel.types import ListType, NumberType, StringType, Type
from xbyx_rules.policy import Entity, Term, Vocabulary

from .mapping import (
    Column,
    Constant,
    EntityMapping,
    Flow,
    HostMapping,
    Literally,
    SameRow,
    TermMapping,
    ToMany,
    ToOne,
)

__all__ = ["check_flow", "check_mapping", "followed", "near"]

_KINDS = {
    "string": ("文本", "text"),
    "number": ("数", "a number"),
    "boolean": ("是非", "yes or no"),
    "date": ("日期", "a date"),
    "list": ("列表<文本>", "a list of texts"),
    "context": ("一条记录", "a record"),
}
_RELATIONS = {
    "": ("一个值", "a value", "Column / Constant"),
    "key": ("主键", "a key", "Column / Constant"),
    "reference": ("引用", "a reference", "Column / Constant"),
    "to_one": ("一条记录", "a record", "ToOne / SameRow"),
    "to_many": ("多条记录", "a list of records", "ToMany"),
}


def check_mapping(mapping: HostMapping, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """What is wrong with a mapping, given the vocabulary: names, types, code lists, relations."""
    check = _Check(mapping, vocabulary)
    return tuple(check.all())


def check_flow(flow: Flow, lifecycle: CheckedLifecycle) -> tuple[Diagnostic, ...]:
    """What is wrong with a flow's mapping, given its definition: states, actions and roles."""
    found: list[Diagnostic] = []
    words = set(flow.states.values())
    found += [
        Diagnostic(
            "XR613",
            values={
                "lifecycle": flow.lifecycle,
                "state": state,
                "column": flow.column,
                "known": _join(flow.states.values()),
            },
        )
        for state in lifecycle.states
        if state not in words
    ]
    named = (
        ("状态", "state", lifecycle.states, flow.states.values()),
        (
            "动作",
            "action",
            {one.action for one in lifecycle.transitions},
            [one.action for one in flow.stamps],
        ),
        (
            "角色",
            "role",
            {role for one in lifecycle.transitions for role in one.roles},
            [one.role for one in flow.responsible],
        ),
    )
    for kind_zh, kind_en, known, used in named:
        found += [
            Diagnostic(
                "XR614",
                values={
                    "lifecycle": flow.lifecycle,
                    "kind_zh": kind_zh,
                    "kind_en": kind_en,
                    "name": name,
                    "nearest": near(name, known),
                },
            )
            for name in used
            if name not in known
        ]
    return tuple(found)


class _Check:
    """One check of one mapping; each method yields what it finds."""

    def __init__(self, mapping: HostMapping, vocabulary: Vocabulary) -> None:
        self._mapping = mapping
        self._vocabulary = vocabulary

    def all(self) -> Iterator[Diagnostic]:
        yield from _doubles([one.entity for one in self._mapping.entities])
        yield from _doubles([f"{one.entity} {one.lifecycle}" for one in self._mapping.flows])
        for entity in self._mapping.entities:
            yield from self._entity(entity)
        for flow in self._mapping.flows:
            yield from self._flow(flow)

    def _entity(self, mapped: EntityMapping, path: tuple[str, ...] = ()) -> Iterator[Diagnostic]:
        entity = self._vocabulary.entities.get(mapped.entity)
        if entity is None:
            yield self._unknown_entity(mapped.entity)
            return
        for name, way in mapped.terms.items():
            term = entity.terms.get(name)
            if term is None:
                yield _unknown_term(entity, name)
            else:
                yield from self._term(mapped.table, entity, term, way)
        for other in mapped.beside:
            yield from _doubles([*mapped.terms, *other.terms])
            yield from self._inner_terms(other.table, entity, other.terms)
        yield from _doubles([f"{mapped.entity} {one.role}" for one in mapped.responsible])
        for name, way in mapped.records.items():
            if name not in self._vocabulary.entities:
                yield self._unknown_entity(name)
            else:
                yield from self._target(mapped.entity, name, name, way)
        if not path:
            yield from self._cycles(mapped, ())
            yield from self._cycles_of_records(mapped)

    def _term(
        self, table: str, entity: Entity, term: Term, way: TermMapping
    ) -> Iterator[Diagnostic]:
        allowed: tuple[type, ...] = (Column, Constant)
        if term.relation in ("to_one", "to_many"):
            allowed = (ToOne, SameRow) if term.relation == "to_one" else (ToMany,)
        if not isinstance(way, allowed):
            zh, en, wanted = _RELATIONS[term.relation]
            yield Diagnostic(
                "XR605",
                values={
                    "entity": entity.name,
                    "term": term.name,
                    "relation_zh": zh,
                    "relation_en": en,
                    "given": type(way).__name__,
                    "wanted": wanted,
                },
            )
        elif isinstance(way, Column):
            yield from _column(table, entity, term, way)
        elif isinstance(way, Constant):
            yield from _literal(entity, term, way.value)
        elif isinstance(way, SameRow):
            inner = self._vocabulary.entities[term.target]
            yield from self._inner_terms(table, inner, way.terms)
        else:
            yield from self._target(entity.name, term.name, term.target, way)

    def _inner_terms(
        self, table: str, inner: Entity, terms: Mapping[str, Column | Constant]
    ) -> Iterator[Diagnostic]:
        for name, way in terms.items():
            if name in inner.terms:
                yield from self._term(table, inner, inner.terms[name], way)
            else:
                yield _unknown_term(inner, name)

    def _target(
        self, entity: str, term: str, target: str, way: ToOne | ToMany
    ) -> Iterator[Diagnostic]:
        values = {"entity": entity, "term": term, "target": target}
        if way.of is not None and way.of.entity != target:
            yield Diagnostic("XR607", values={**values, "given": way.of.entity})
            return
        other = way.of or self._mapping.entity(target)
        if other is None:
            yield Diagnostic("XR606", values=values)
            return
        if way.of is not None:
            yield from self._entity(way.of, (entity,))
        inner = self._vocabulary.entities[target]
        key = [inner.key.name] if inner.key else []
        given = [*key, *other.terms, *(name for one in other.beside for name in one.terms)]
        for name in way.only or ():
            if name not in given:
                like = near(name, given)
                yield Diagnostic("XR611", values={"term": name, "entity": target, "nearest": like})
        if isinstance(way, ToOne):
            for name, value in (way.when_absent or {}).items():
                if name in inner.terms:
                    yield from _literal(inner, inner.terms[name], value)
                else:
                    yield _unknown_term(inner, name)

    def _cycles(
        self, mapped: EntityMapping, path: tuple[str, ...], only: tuple[str, ...] | None = None
    ) -> Iterator[Diagnostic]:
        # INVARIANT: reading follows the same steps, so a mapping without findings ends.
        if mapped.entity in path:
            way_round = " → ".join([*path[path.index(mapped.entity) :], mapped.entity])
            yield Diagnostic("XR608", values={"path": way_round})
            return
        further = (*path, mapped.entity)
        for other, way in followed(self._mapping, self._vocabulary, mapped, only, False):
            yield from self._cycles(other, further, way.only)

    def _cycles_of_records(self, mapped: EntityMapping) -> Iterator[Diagnostic]:
        # WHY a path of their own: records are read beside a subject, never beside a record, so one
        # of them may well be, or lead to, the subject.
        for name, way in mapped.records.items():
            other = way.of or self._mapping.entity(name)
            if other is not None and other.entity == name:
                yield from self._cycles(other, (), way.only)

    def _flow(self, flow: Flow) -> Iterator[Diagnostic]:
        if flow.entity not in self._vocabulary.entities:
            yield self._unknown_entity(flow.entity)
        elif self._mapping.entity(flow.entity) is None:
            yield Diagnostic("XR615", values={"entity": flow.entity})
        codes: dict[str, list[str]] = {}
        for code, state in flow.states.items():
            codes.setdefault(state, []).append(code)
        for state, several in codes.items():
            if len(several) > 1:
                yield Diagnostic("XR612", values={"state": state, "codes": _join(several)})
        yield from _doubles([f"{flow.entity} {one.role}" for one in flow.responsible])

    def _unknown_entity(self, name: str) -> Diagnostic:
        like = near(name, self._vocabulary.entities)
        return Diagnostic("XR601", values={"entity": name, "nearest": like})


def _column(table: str, entity: Entity, term: Term, way: Column) -> Iterator[Diagnostic]:
    values = {"entity": entity.name, "term": term.name, "table": table, "column": way.name}
    if not way.conversion.suits(term.type):
        zh, en = _KINDS.get(term.type.kind, (term.type.kind, term.type.kind))
        given = [_KINDS[kind] for kind in sorted(way.conversion.kinds)]
        yield Diagnostic(
            "XR603",
            values={
                **values,
                "type_zh": zh,
                "type_en": en,
                "given_zh": "、".join(one for one, _ in given),
                "given_en": ", ".join(one for _, one in given),
            },
        )
        return
    allowed = _allowed_words(term.type)
    if allowed is not None:
        for word in way.conversion.words:
            if word not in allowed:
                yield Diagnostic(
                    "XR604", values={**values, "word": word, "allowed": _join(allowed)}
                )
    if way.when_null is not None:
        yield from _literal(entity, term, way.when_null)


def _literal(entity: Entity, term: Term, value: Literally) -> Iterator[Diagnostic]:
    if not _is_of(value, term.type):
        zh, en = _KINDS.get(term.type.kind, (term.type.kind, term.type.kind))
        yield Diagnostic(
            "XR610",
            values={
                "entity": entity.name,
                "term": term.name,
                "given": f"`{value}`",
                "type_zh": zh,
                "type_en": en,
            },
        )


def _is_of(value: Any, kind: Type) -> bool:
    if isinstance(kind, StringType):
        return isinstance(value, str) and (kind.values is None or value in kind.values)
    if isinstance(kind, NumberType):
        low, high = kind.low, kind.high
        return (
            isinstance(value, Decimal)
            and (low is None or low <= value)
            and (high is None or value <= high)
        )
    if isinstance(kind, ListType):
        return isinstance(value, tuple) and all(_is_of(one, kind.element) for one in value)
    return isinstance(value, {"boolean": bool, "date": date}.get(kind.kind, ()))


def _allowed_words(kind: Type) -> tuple[str, ...] | None:
    if isinstance(kind, ListType):
        return _allowed_words(kind.element)
    return kind.values if isinstance(kind, StringType) else None


def _unknown_term(entity: Entity, name: str) -> Diagnostic:
    like = near(name, entity.terms)
    return Diagnostic("XR602", values={"entity": entity.name, "term": name, "nearest": like})


def _doubles(names: list[str]) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Diagnostic("XR609", values={"what": name})


def followed(
    mapping: HostMapping,
    vocabulary: Vocabulary,
    mapped: EntityMapping,
    only: tuple[str, ...] | None,
    with_records: bool,
) -> Iterator[tuple[EntityMapping, ToOne | ToMany]]:
    """The other tables' entries that a record leads to, with the relation that leads there."""
    terms = vocabulary.entities[mapped.entity].terms
    ways: list[tuple[str, TermMapping]] = [
        (terms[name].target, way)
        for name, way in mapped.terms.items()
        if name in terms and (only is None or name in only)
    ]
    if with_records:
        ways += mapped.records.items()
    for target, way in ways:
        if isinstance(way, ToOne | ToMany):
            other = way.of or mapping.entity(target)
            if other is not None and other.entity == target:
                yield other, way


def near(name: str, known: Iterable[str]) -> str:
    """The known names like `name`, or all of them, for a help line."""
    # WHY the list when nothing is near: an adapter's author then sees what there is.
    names = list(known)
    return nearest(name, names) or _join(names) or "—"


def _join(names: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in names)
