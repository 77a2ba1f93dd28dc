"""The facts and parameters that a finding read, each with what a reader asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from xbyx_rules.checking import ParameterValue
from xbyx_rules.compiling import EACH, FactPath
from xbyx_rules.feel.types import EntityType, ListType, NumberType, Type
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Term

from .evaluation import Evaluation, find_parameter
from .findings import Reading
from .missing import fields_in_english, find_calculation, say_path_in_english, value_at
from .reasons import Reason, give_reason

__all__ = ["find_term", "read_facts", "read_parameters"]


def read_facts(paths: Iterable[FactPath], names: Evaluation) -> tuple[Reading, ...]:
    """The facts and calculated values on these paths, whole lists as one, each once."""
    found: dict[str, Reading] = {}
    for path in paths:
        if EACH in path.steps or path.root in names.policy.checked.parameters:
            continue
        value = value_at(path, names)
        if callable(value) or path.root in found:
            continue
        term = find_term(path, names)
        unit = term.type.unit if term and isinstance(term.type, NumberType) else ""
        english = names.policy.checked.english.get(path.root, "")
        if term is not None or path.root in names.policy.checked.vocabulary.entities:
            english = say_path_in_english(path, names)
        is_computed = find_calculation(path.root, names) is not None
        reading = Reading(
            str(path),
            value,
            unit,
            english,
            is_computed=is_computed,
            fields=fields_in_english(term.type, names) if term else {},
        )
        found.setdefault(str(path), reading)
    return tuple(found.values())


def read_parameters(
    paths: Iterable[FactPath], names: Evaluation
) -> tuple[tuple[Reading, ...], Reason | None]:
    """The parameters on these paths, and why one of them could not be used."""
    found: dict[str, Reading] = {}
    unusable: Reason | None = None
    for name in dict.fromkeys(path.root for path in paths):
        history = names.policy.checked.parameters.get(name)
        if history is None:
            continue
        value = find_parameter(history, names.on)
        english = names.policy.checked.english.get(name, "")
        spoken = {"zh": name, "en": english or name}
        if value is None:
            unusable = give_reason("parameter_not_in_force", name=spoken, on=names.on)
            nearest = _nearest(history, names.on)
            found[name] = Reading(
                name, UNKNOWN, english=english, basis=nearest.basis, period=nearest.period
            )
            continue
        if not value.is_verified:
            unusable = give_reason("parameter_unverified", name=spoken)
        found[name] = Reading(
            name,
            value.value,
            english=english,
            basis=value.basis,
            period=value.period,
            written=value.written if isinstance(value.type, NumberType) else "",
            is_verified=value.is_verified,
        )
    return tuple(found.values()), unusable


def _nearest(history: tuple[ParameterValue, ...], on: date) -> ParameterValue:
    """The value whose period ended last before a day, or else the first one to come."""
    ended = [one for one in history if one.period.end is not None and one.period.end < on]
    if ended:
        return max(ended, key=lambda one: one.period.end or on)
    return min(history, key=lambda one: one.period.start or on)


def find_term(path: FactPath, names: Evaluation) -> Term | None:
    """The vocabulary's term that a path ends at; None when it ends at no term."""
    vocabulary = names.policy.checked.vocabulary
    steps = [step for step in path.steps if step != EACH]
    entity, term = names.subject, None
    if steps[0] in vocabulary.entities and not _has_term(entity, steps[0], names):
        entity, steps = steps[0], steps[1:]
    for step in steps:
        known = vocabulary.entities.get(entity)
        term = known.terms.get(step) if known else None
        if term is None:
            return None
        kind: Type = vocabulary.fields_of(entity)[step]
        element = kind.element if isinstance(kind, ListType) else kind
        entity = element.entity if isinstance(element, EntityType) else ""
    return term


def _has_term(entity: str, name: str, names: Evaluation) -> bool:
    known = names.policy.checked.vocabulary.entities.get(entity)
    return known is not None and name in known.terms
