"""What is missing where a finding is undetermined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from xbyx_rules.compiling import EACH, ExecutableClause, ExecutableCondition, FactPath
from xbyx_rules.errors import Language
from xbyx_rules.feel.types import EntityType, ListType, Type
from xbyx_rules.feel.values import UNKNOWN, Incomplete
from xbyx_rules.policy import Term

from .evaluation import Evaluation
from .findings import Condition, Missing

__all__ = [
    "fields_in_english",
    "find_calculation",
    "find_failed_precondition",
    "find_missing",
    "follow_calculations",
    "say_path_in_english",
    "value_at",
]


def follow_calculations(paths: Iterable[FactPath], names: Evaluation) -> tuple[FactPath, ...]:
    """The paths, and behind each calculation among them what that reads itself, each once.

    Of a calculation about another entity's record only the parameters: its facts are not the
    subject's.
    """
    found: dict[FactPath, None] = {}
    seen: set[tuple[FactPath, bool]] = set()
    waiting = [(path, True) for path in reversed(tuple(paths))]
    while waiting:
        path, is_own = waiting.pop()
        if (path, is_own) in seen:
            continue
        seen.add((path, is_own))
        if is_own or path.root in names.policy.checked.parameters:
            found[path] = None
        clause = find_calculation(path.root, names) if len(path.steps) == 1 else None
        if clause is not None:
            is_same = is_own and clause.checked.subject in ("", names.subject)
            inner = [*clause.paths, *(path for gate in clause.gates for path in gate.paths)]
            waiting.extend((one, is_same) for one in reversed(inner))
    return tuple(found)


def find_calculation(name: str, names: Evaluation) -> ExecutableClause | None:
    """The calculation that a name stands for; None for a fact, a parameter or a bound name."""
    if name in names.extra or name in names.policy.checked.parameters or _is_term(name, names):
        return None
    return names.policy.calculations.get(name)


def find_failed_precondition(
    paths: Iterable[FactPath], names: Evaluation
) -> ExecutableCondition | None:
    """The first false 前提 of the calculations among the paths, which therefore have no value."""
    for path in paths:
        clause = find_calculation(path.root, names)
        if clause is None or clause.checked.subject not in ("", names.subject):
            continue
        gate = clause.precondition
        if gate is not None and gate.run(names.read, names.budget) is False:
            return gate
    return None


def value_at(path: FactPath, names: Evaluation) -> Any:
    """A fact's value by its path; a list of values where the path goes through a list."""
    value = names.read(path.root)
    for step in path.steps[1:]:
        if value is UNKNOWN:
            return UNKNOWN
        if step == EACH:
            continue
        if isinstance(value, list):
            value = [one.get(step, UNKNOWN) if isinstance(one, dict) else one for one in value]
        elif isinstance(value, dict):
            value = value.get(step, UNKNOWN)
    return value


def find_missing(
    clause: ExecutableClause,
    conditions: tuple[Condition, ...],
    paths: tuple[FactPath, ...],
    names: Evaluation,
) -> tuple[Missing, ...]:
    """The facts that are Unknown among those the open conditions read, each once."""
    is_open = {one.text for one in conditions if one.outcome is UNKNOWN}
    parts = [one for one in clause.conditions if one.text in is_open]
    open_paths = [path for part in parts for path in part.paths]
    read = follow_calculations(open_paths or paths, names)
    found: dict[str, Missing] = {}
    for path in read:
        for missing in _missing_at(path, names):
            found.setdefault(missing.name, missing)
    return tuple(found.values())


def _missing_at(path: FactPath, names: Evaluation) -> Iterator[Missing]:
    if not _is_fact(path.root, names):
        return
    value = names.read(path.root)
    for index, step in enumerate(path.steps[1:], start=1):
        if value is UNKNOWN:
            yield _missing(FactPath(path.steps[:index]), names)
            return
        if isinstance(value, Incomplete):
            yield _missing(FactPath(path.steps[:index]), names, note=_INCOMPLETE)
        if step == EACH:
            if _holds_incomplete(value):
                yield _missing(FactPath(path.steps[:index]), names, note=_INCOMPLETE)
            value = _items_of(value)
        elif isinstance(value, list):
            value = [one.get(step, UNKNOWN) if isinstance(one, dict) else one for one in value]
        elif isinstance(value, dict):
            value = value.get(step, UNKNOWN)
    if value is UNKNOWN:
        yield _missing(path, names)
    elif isinstance(value, Incomplete) or _holds_incomplete(value):
        yield _missing(path, names, note=_INCOMPLETE)
    elif isinstance(value, list) and any(one is UNKNOWN for one in value):
        count = str(sum(one is UNKNOWN for one in value))
        yield _missing(
            path, names, note=(f"（{count} 条未填）", f" (missing in {count} record(s))")
        )


def _items_of(value: Any) -> Any:
    """The records of the lists in a list, such as the posts of all staff; another value itself."""
    if not isinstance(value, list) or not any(isinstance(one, list) for one in value):
        return value
    # WHY: a list that isn't known is said to be missing where the path ends at it.
    return [item for one in value if isinstance(one, list) for item in one]


def _holds_incomplete(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Incomplete) for one in value)


_INCOMPLETE = ("（名单未声明完整）", " (the list is not declared complete)")


def _is_fact(name: str, names: Evaluation) -> bool:
    vocabulary = names.policy.checked.vocabulary
    if name in names.extra or name in vocabulary.entities:
        return True
    return _is_term(name, names)


def _is_term(name: str, names: Evaluation) -> bool:
    vocabulary = names.policy.checked.vocabulary
    return bool(names.subject) and name in vocabulary.fields_of(names.subject)


def _missing(path: FactPath, names: Evaluation, note: tuple[str, str] = ("", "")) -> Missing:
    steps = [step for step in path.steps if step != EACH]
    description: dict[Language, str] = {
        "zh": "的".join(steps) + note[0],
        "en": " / ".join(_english(path, names)) + note[1],
    }
    return Missing(str(path), description, _holder(path, names))


def _holder(path: FactPath, names: Evaluation) -> str:
    """Who reports a fact: by its own term, or else by the nearest thing on its way that says so."""
    return next((one for one in reversed(tuple(_holders(path, names))) if one), "")


def _holders(path: FactPath, names: Evaluation) -> Iterator[str]:
    """Whoever each step of a path names, the outermost entity first."""
    entities = names.policy.checked.vocabulary.entities
    entity = names.subject
    if entity in entities:
        yield entities[entity].holder
    for step, term in _terms(path, names):
        is_record = term is not None and term.relation in ("to_one", "to_many")
        entity = step if term is None else term.target if is_record else ""
        if entity in entities:
            yield entities[entity].holder
        if term is not None:
            yield term.holder


def _english(path: FactPath, names: Evaluation) -> Iterator[str]:
    entities = names.policy.checked.vocabulary.entities
    for step, term in _terms(path, names):
        if term is None:
            yield entities[step].english if step in entities else step
        else:
            yield term.english or step


def fields_in_english(kind: Type, names: Evaluation) -> dict[str, str]:
    """The English names of the terms of a record, or of the records of a list."""
    element = kind.element if isinstance(kind, ListType) else kind
    if not isinstance(element, EntityType):
        return {}
    terms = names.policy.checked.vocabulary.entities[element.entity].terms
    return {name: term.english for name, term in terms.items() if term.english}


def say_path_in_english(path: FactPath, names: Evaluation) -> str:
    """A fact's path as it is read aloud: leading group's head, leading group is established."""
    said = ""
    for english in _english(path, names):
        is_said_of = english.partition(" ")[0] in ("is", "are", "has", "have")
        said = english if not said else f"{said} {english}" if is_said_of else f"{said}'s {english}"
    return said


def _terms(path: FactPath, names: Evaluation) -> Iterator[tuple[str, Term | None]]:
    """The steps of a path, each with the term it is; None for an entity's or a bound name."""
    vocabulary = names.policy.checked.vocabulary
    entity = names.subject
    for step in path.steps:
        if step == EACH:
            continue
        known = vocabulary.entities.get(entity)
        term = known.terms.get(step) if known else None
        yield step, term
        if term is None:
            entity = step
            continue
        kind: Type = vocabulary.fields_of(entity)[step]
        element = kind.element if isinstance(kind, ListType) else kind
        entity = element.entity if isinstance(element, EntityType) else ""
