"""Documents side by side: conflicts of equal rank, and documents that outlive what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from xbyx_rules.errors import Diagnostic, Place
from xbyx_rules.policy import DocumentStatus, Library, Period, Policy

from .model import CheckedPolicy, Strictness

__all__ = ["check_ranks", "check_standing", "list_strictness"]

_CITING = ("依据", "授权")
# A number of a document that is shorter may well be a word in a sentence.
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class _Claim:
    """That a document says what counts in the place of a rule or a parameter above."""

    policy: Policy
    target: str
    what: str
    what_en: str
    period: Period
    place: Place


def check_ranks(checked: Mapping[str, CheckedPolicy]) -> tuple[Diagnostic, ...]:
    """Report documents of one jurisdiction that replace the same for the same time: XR876.

    Args:
        checked: the checked documents of a library, by id.
    """
    claims: dict[tuple[str, str], list[_Claim]] = {}
    for one in checked.values():
        if one.policy.status in (DocumentStatus.IN_FORCE, DocumentStatus.EXPIRED):
            jurisdiction = one.policy.id.rpartition("/")[0]
            for claim in _claims_of(one):
                claims.setdefault((jurisdiction, claim.target), []).append(claim)
    found: list[Diagnostic] = []
    for rivals in claims.values():
        # WHY once each: of many rivals every pair would be reported.
        ordered = sorted(rivals, key=lambda one: (str(one.period.start or ""), one.policy.id))
        for first, second in pairwise(ordered):
            ids = first.policy.id, second.policy.id
            if ids[0] == ids[1] or _is_nested(checked, *ids):
                continue
            if first.period.overlaps(second.period):
                values = {"other": first.policy.id}
                values |= {"what": second.what, "what_en": second.what_en}
                excerpt = second.policy.text.splitlines()[second.place.line - 1]
                found.append(Diagnostic("XR876", second.place, values, excerpt))
    return tuple(found)


def _is_nested(checked: Mapping[str, CheckedPolicy], one: str, other: str) -> bool:
    """Whether one of two documents refines the other, which says which of them counts."""
    above = [{upper.id for upper in checked[name].above} for name in (one, other)]
    return other in above[0] or one in above[1]


def _claims_of(checked: CheckedPolicy) -> Iterator[_Claim]:
    policy = checked.policy
    for clause in policy.clauses:
        target = clause.property("细化")
        period = _meet(policy.period, clause.period)
        if target and period is not None:
            words = (f"替换 `{target}`", f"replaces `{target}`")
            yield _Claim(policy, target, *words, period, clause.properties["细化"].place)
    for name in checked.strictness:
        for row in checked.parameters[name]:
            period = _meet(policy.period, row.period)
            is_own = row.place.file == policy.file
            if is_own and period is not None:
                words = (f"给出参数 `{name}`", f"gives a value to `{name}`")
                yield _Claim(policy, name, *words, period, row.place)


def _meet(one: Period, other: Period) -> Period | None:
    """The days that two periods share; None where they share none."""
    if not one.overlaps(other):
        return None
    starts = [day for day in (one.start, other.start) if day is not None]
    ends = [day for day in (one.end, other.end) if day is not None]
    return Period(max(starts, default=None), min(ends, default=None))


def check_standing(library: Library) -> tuple[Diagnostic, ...]:
    """Report documents that go on after one that they refine or cite has ended: XR877.

    Those count as well that they rest on through others.

    Args:
        library: the documents, the superseded ones with their periods closed.
    """
    numbers = {
        one.document: name
        for name, one in library.policies.items()
        if len(one.document) >= _SHORTEST
    }
    resting = {name: _rests_on(one, numbers) for name, one in library.policies.items()}
    found: list[Diagnostic] = []
    for name, policy in library.policies.items():
        if policy.status is DocumentStatus.IN_FORCE:
            for base, place in _reach(name, resting).items():
                if _outlives(policy, library.policies[base]):
                    is_above = library.policies[base] in library.above(name)
                    found.append(_report(policy, library.policies[base], place, is_above=is_above))
    return tuple(found)


def _rests_on(policy: Policy, numbers: Mapping[str, str]) -> dict[str, Place]:
    """The documents that one refines or cites by their number, with where it says so."""
    found: dict[str, Place] = {}
    for one in policy.refines:
        found[one] = policy.places["refines"]
    for clause in policy.clauses:
        for text in (clause.properties.get(key) for key in _CITING):
            for number, name in numbers.items() if text else ():
                if text and number in text.value and name != policy.id:
                    found.setdefault(name, text.place)
    return found


def _reach(name: str, resting: Mapping[str, Mapping[str, Place]]) -> dict[str, Place]:
    """All that a document rests on, with where in it the way there begins."""
    found: dict[str, Place] = {}
    waiting = list(resting[name].items())
    while waiting:
        base, place = waiting.pop()
        if base != name and base not in found:
            found[base] = place
            waiting += ((further, place) for further in resting[base])
    return found


def _outlives(policy: Policy, base: Policy) -> bool:
    end, last = policy.period.end, base.period.end
    return last is not None and (end is None or end > last)


def _report(policy: Policy, base: Policy, place: Place, *, is_above: bool) -> Diagnostic:
    closing = base.closing
    values = {
        "name": base.id,
        "end": str(base.period.end),
        "how": "细化" if is_above else "引用",
        "how_en": "refines" if is_above else "cites",
        "by": f"，由 `{closing.by}` 取代" if closing else "",
        "by_en": f", superseded by `{closing.by}`," if closing else "",
    }
    return Diagnostic("XR877", place, values, policy.text.splitlines()[place.line - 1])


def list_strictness(checked: CheckedPolicy) -> tuple[Strictness, ...]:
    """How each rule and parameter that a document itself replaces compares, in its order."""
    own = {one.id for one in checked.policy.clauses}
    rules = (one.strictness for key, one in checked.clauses.items() if key in own)
    parameters = (
        one
        for name, one in checked.strictness.items()
        if checked.parameters[name][0].place.file == checked.policy.file
    )
    return (*(one for one in rules if one is not None), *parameters)
