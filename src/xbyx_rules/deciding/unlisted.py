"""Why a finding has no value although no fact is missing: a table that has no row for something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from xbyx_rules.compiling import ExecutableClause, FactPath, PythonTable, read_paths
from xbyx_rules.compiling.prose import say_value
from xbyx_rules.errors import Language
from xbyx_rules.feel.types import EntityType, ListType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.tables import OverlapError, select_rows

from .evaluation import Evaluation
from .missing import find_calculation
from .readings import find_term, read_facts
from .reasons import Reason, give_reason

__all__ = ["say_unlisted"]

_MOST: Final = 5
"""Of so many the values are told: a reader looks the others up once the first are settled."""


def say_unlisted(paths: Iterable[FactPath], names: Evaluation) -> Reason | None:
    """The first table on the paths without a row for the subject, or for some of its records.

    Args:
        paths: what the finding read, calculations followed.
        names: of the subject.

    Returns:
        The table's title with the values of its inputs that no row is for; None where every table
        has a row, or lacks a fact to choose it by.
    """
    for name in dict.fromkeys(path.root for path in paths if len(path.steps) == 1):
        clause = find_calculation(name, names)
        if clause is None or not isinstance(clause.value, PythonTable):
            continue
        found = {one["zh"]: one for one in _unlisted(clause, clause.value, names) if one["zh"]}
        if found:
            said = list(found.values())[:_MOST]
            head = clause.checked.clause
            return give_reason(
                "no_row",
                title={"zh": head.title, "en": head.property("英文标题") or head.title},
                values={
                    "zh": "；".join(one["zh"] for one in said),
                    "en": "; ".join(one["en"] for one in said),
                },
            )
    return None


def _unlisted(
    clause: ExecutableClause, table: PythonTable, names: Evaluation
) -> Iterator[dict[Language, str]]:
    for one in _subjects(clause, names):
        try:
            rows = select_rows(table.hit_policy, table.matches(one.read, one.budget))
        except OverlapError:
            continue
        if rows == ():
            yield _say_inputs(clause, one)


def _subjects(clause: ExecutableClause, names: Evaluation) -> Iterator[Evaluation]:
    """The subject itself, or each of its records of the entity that the calculation is about."""
    entity = clause.checked.subject
    if entity in ("", names.subject):
        yield names
        return
    for name, kind in names.policy.checked.vocabulary.fields_of(names.subject).items():
        if not (isinstance(kind, ListType) and isinstance(kind.element, EntityType)):
            continue
        records = names.read(name)
        if kind.element.entity == entity and records is not UNKNOWN:
            yield from (names.of_record(clause, one) for one in records)


def _say_inputs(clause: ExecutableClause, names: Evaluation) -> dict[Language, str]:
    table = clause.checked.table
    inputs = table.inputs if table is not None else ()
    paths = dict.fromkeys(path for one in inputs for path in read_paths(one))
    # WHY: a figure about few persons is withheld later, and its reason isn't.
    read = read_facts((one for one in paths if not _is_personal(one, names)), names)
    return {
        "zh": "，".join(f"{one.name} {say_value(one.value, 'zh', one.unit)}" for one in read),
        "en": ", ".join(
            f"{one.english or one.name} {say_value(one.value, 'en', one.unit)}" for one in read
        ),
    }


def _is_personal(path: FactPath, names: Evaluation) -> bool:
    term = find_term(path, names)
    return term is None or term.confidentiality in ("个人", "敏感")
