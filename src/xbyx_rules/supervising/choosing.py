"""Which checks a subject's records are put to, and by which document each of them is decided.

A district's document may give another value to a parameter that a check of the city's reads, or
replace the check: then what it says counts for the schools of that district.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.errors import CaseError, Diagnostic
from xbyx_rules.policy import ClauseKind, DocumentStatus

from .dependence import names_read

__all__ = ["ChosenCheck", "select_checks"]

_LEVEL = 2
"""Digits of a division code for each level: province, city, district."""


@dataclass(frozen=True, slots=True)
class ChosenCheck:
    """One check to decide.

    Args:
        policy: id of the document that it stands in.
        anchor: the check's.
        decided_by: id of the document whose values count: that one, or one laid over it.
    """

    policy: str
    anchor: str
    decided_by: str


def select_checks(
    policies: Mapping[str, ExecutablePolicy],
    records: Mapping[str, object],
    *,
    on: date,
    division: str = "",
) -> tuple[ChosenCheck, ...]:
    """The checks all of whose records are given, in the order of the documents.

    A check that a document inherits is decided once, in the one that it stands in; or in the lowest
    document in force below that one in which it reads otherwise.

    Args:
        policies: documents by id.
        records: lists of records by entity.
        on: civil date asked about.
        division: code of the subject's division (GB/T 2260), of which documents of other divisions
            say nothing; "" where it isn't known, and every document counts.

    Raises:
        CaseError: XR882, a check reads otherwise in several documents none of which refines the
            others.

    Source: GB/T 2260 (two digits a level).
    """
    near = {key: one for key, one in policies.items() if _covers(one, division)}
    chosen: list[ChosenCheck] = []
    for key, policy in near.items():
        for anchor, clause in policy.clauses.items():
            is_own = policy.checked.origins[anchor].id == key
            if not is_own or clause.checked.clause.kind is not ClauseKind.CHECK:
                continue
            if all(row.entity in records for row in clause.checked.pattern):
                by = _find_lowest(near, key, anchor, on)
                if anchor in near[by].clauses:  # WHY: one that replaces it is a check of its own
                    chosen.append(ChosenCheck(key, anchor, by))
    return tuple(chosen)


def _covers(policy: ExecutablePolicy, division: str) -> bool:
    code = policy.policy.division
    while code.endswith("0" * _LEVEL):
        code = code[:-_LEVEL]
    return not division or division.startswith(code)


def _find_lowest(policies: Mapping[str, ExecutablePolicy], key: str, anchor: str, on: date) -> str:
    """The lowest document below one in which its check reads otherwise; itself where none is."""
    changing = {
        other: {one.id for one in below.checked.above}
        for other, below in policies.items()
        if _is_deciding(below, on)
        and any(one.id == key for one in below.checked.above)
        and _reads_otherwise(policies[key], below, anchor)
    }
    lowest = [one for one in changing if not _is_refined(one, changing.values())]
    if len(lowest) > 1:
        clause = policies[key].clauses[anchor].checked.clause
        values = {"clause": clause.title, "documents": "、".join(f"`{one}`" for one in lowest)}
        raise CaseError(Diagnostic("XR882", clause.place, values))
    return lowest[0] if lowest else key


def _is_refined(key: str, above: Iterable[set[str]]) -> bool:
    return any(key in one for one in above)


def _is_deciding(policy: ExecutablePolicy, on: date) -> bool:
    is_issued = policy.policy.status in (DocumentStatus.IN_FORCE, DocumentStatus.EXPIRED)
    return is_issued and on in policy.policy.period


def _reads_otherwise(upper: ExecutablePolicy, lower: ExecutablePolicy, anchor: str) -> bool:
    """Whether a document itself replaces a check that stands above, or anything that it reads."""
    checked, key = lower.checked, lower.policy.id
    mine = [
        lower.clauses[one.id].checked.replaces
        for one in lower.policy.clauses
        if one.id in lower.clauses
    ]
    if anchor not in lower.clauses:
        return any(one.endswith(f"#{anchor}") for one in mine)
    if not any(mine) and not checked.strictness:
        return False
    for name in names_read(lower, anchor):
        rows = checked.parameters[name] if name in checked.strictness else ()
        used = lower.calculations.get(name)
        is_own = used is not None and used.policy.id == key and name in upper.calculations
        if is_own or any(one.place.file == lower.policy.file for one in rows):
            return True
    return False
