"""Figures about persons by school, with the small ones left out and what would betray them.

Each count is worked out anew for each school, on the records about its own persons.  A table is
made only where the schools' figures add up to the whole's: a person in two schools would stand in
two cells, and what is left out could no longer be reckoned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, decide
from xbyx_rules.feel.values import Complete, Incomplete
from xbyx_rules.policy import Entity

from .protecting import Protection, is_number
from .suppressing import Cell, suppress_table

__all__ = ["Breakdown", "Column", "break_down", "hide_parts"]

_UNIT: Final = "学校"
_PERSON: Final = "教职工"


@dataclass(frozen=True, slots=True)
class Column:
    """One count by school; a value or the total is None where it is left out.

    Args:
        clause: anchor of the calculation.
        values: one a unit.
        total: of all units.
    """

    clause: str
    values: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Counts of persons by unit: the whole first, then its parts.

    Args:
        units: the schools, in the order of their keys.
        columns: the count of a group, and counts that are parts of it.
    """

    units: tuple[str, ...]
    columns: tuple[Column, ...]


def break_down(
    policy: ExecutablePolicy, case: Case, protection: Protection, on: date
) -> Iterator[Breakdown]:
    """The counts of persons of a case by school, one table for each group of persons.

    Args:
        policy: the document.
        case: the subject's case.
        protection: of that case by that document.
        on: the day asked about.

    Raises:
        CaseError: as `decide`.
    """
    populations, whole = protection.populations, protection.counts
    parts = _split_case(policy, case, populations.personal[case.subject.entity])
    if not parts or protection.threshold is None:
        return
    decided = [decide(policy, one, on=on, only=list(whole)) for one in parts.values()]
    counts = {key: [review[key].value for review in decided] for key in whole}
    summed = [key for key in whole if _adds_up(counts[key], whole[key])]
    for base in summed:
        if any(one in whole for one in populations.groups[base]) or not protection.is_open(base):
            continue
        people = [int(one) for one in counts[base]]
        hidden = _hidden(people, protection.threshold)
        shown = tuple(None if unit in hidden else one for unit, one in enumerate(people))
        columns = [Column(base, shown, sum(people))]
        for key in summed:
            if base in populations.groups[key] and protection.is_open(key):
                values = [int(one) for one in counts[key]]
                columns.append(Column(key, *hide_parts(values, people, protection.threshold)))
        yield Breakdown(tuple(parts), tuple(columns))


def hide_parts(
    counted: Sequence[int], people: Sequence[int], threshold: int
) -> tuple[tuple[int | None, ...], int | None]:
    """Counts of some of the persons of each unit, with what tells of few of them left out.

    A unit is left out where few persons belong to it, where few of them are counted and where few
    are not, each with the other unit that hides it.

    Args:
        counted: one count a unit.
        people: how many persons each unit has, in the same order; no less than are counted.
        threshold: least persons of a figure that may be shown.

    Returns:
        The counts, None where left out, and the total, None where it would say the same of all
        persons left out.

    Example:
        >>> hide_parts([20, 28, 7], [30, 30, 30], 5)
        ((None, None, 7), 55)
    """
    left = [one - some for one, some in zip(people, counted, strict=True)]
    hidden = _hidden(people, threshold) | _hidden(counted, threshold)
    # WHY not where nobody is left: then there is nobody to be told from the others.
    hidden |= _hidden(left, threshold) if any(left) else set()
    rest = sum(counted[one] for one in hidden)
    is_betrayed = bool(hidden) and rest in (0, sum(people[one] for one in hidden))
    values = tuple(None if key in hidden else one for key, one in enumerate(counted))
    return values, None if is_betrayed else sum(counted)


def _hidden(counts: Sequence[int], threshold: int) -> set[int]:
    # WHY padded: another unit is chosen by name, and here the order is the name.
    cells = [Cell(f"{key:09}", one) for key, one in enumerate(counts)]
    table = suppress_table(cells, threshold=threshold)
    return {key for key, one in enumerate(table.cells) if one.teachers is None}


def _adds_up(values: Sequence[Any], whole: Any) -> bool:
    return all(is_number(one) for one in (whole, *values)) and sum(values) == whole


def _split_case(
    policy: ExecutablePolicy, case: Case, personal: Collection[str]
) -> Mapping[str, Case]:
    """The case of each school: the records about its own persons; none where one isn't known."""
    entities = policy.checked.vocabulary.entities
    terms = entities[case.subject.entity].terms
    lists = {
        name: entities[terms[name].target]
        for name in personal
        if isinstance(case.facts.get(name), (Complete, Incomplete))
    }
    homes: dict[str, dict[str, None]] = {}
    for name, entity in lists.items():
        person = _person_of(entity)
        if person and _is_home(entity):
            for one in case.facts[name]:
                if not isinstance(one.get(_UNIT), str) or not isinstance(one.get(person), str):
                    return {}
                homes.setdefault(one[_UNIT], {})[one[person]] = None
    return {
        unit: replace(
            case,
            facts={
                **case.facts,
                **{
                    name: _keep(case.facts[name], _person_of(entity), homes[unit])
                    for name, entity in lists.items()
                },
            },
        )
        for unit in sorted(homes)
    }


def _person_of(entity: Entity) -> str:
    """The term of a record that names the person it is about."""
    found = (one for one in entity.terms.values() if one.relation == "reference")
    return next((one.name for one in found if one.target == _PERSON), "")


def _is_home(entity: Entity) -> bool:
    """Whether a record says which school a person belongs to: it has both and no key of its own."""
    has_unit = _UNIT in entity.terms and entity.terms[_UNIT].relation == "reference"
    return has_unit and all(one.relation != "key" for one in entity.terms.values())


def _keep(records: Any, person: str, persons: Collection[str]) -> Any:
    kept = [one for one in records if one.get(person) in persons]
    return type(records)(kept)
