"""Successors: a document takes the place of another one, whose period ends the day before.

What is closed is the period of the document as a value; its text and its hash stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from xbyx_rules.errors import Diagnostic, Place

from .keeping import Keeper
from .model import Closing, DocumentStatus, Period, Policy
from .source import Source, near_names

__all__ = ["close_predecessors", "is_above", "report_front"]

_DAY: Final = timedelta(days=1)
_CLOSED: Final = Keeper[Policy](2_000_000)
"""Documents with their successors: the same two give the same object, found again later on."""


def close_predecessors(
    policies: Mapping[str, Policy],
) -> tuple[dict[str, Policy], tuple[Diagnostic, ...]]:
    """Close the period of each document that another one supersedes.

    A successor that is a draft, or isn't verified, closes nothing.

    Args:
        policies: the documents by id.

    Returns:
        The documents in the same order, the superseded ones with their `closing`; and what was
        found: XR870 to XR875.
    """
    found: list[Diagnostic] = []
    successors: dict[str, list[Policy]] = {}
    for one in policies.values():
        for name in one.supersedes:
            if _may_close(one, policies.get(name), name, policies, found):
                successors.setdefault(name, []).append(one)
    closed = {name: _close(one, successors.get(name, ())) for name, one in policies.items()}
    for name, following in successors.items():
        _check_gap(policies[name], following, found)
        _check_overlap(name, [closed[one.id] for one in following], found)
    return closed, tuple(found)


def _may_close(
    one: Policy,
    before: Policy | None,
    name: str,
    known: Collection[str],
    found: list[Diagnostic],
) -> bool:
    """Whether a document closes another one; what is wrong with that is reported."""
    if before is None:
        # WHY a warning: what a document repeals need not have been encoded, unlike what it refines.
        near = near_names(name, sorted(known))
        report_front(found, "XR870", one, "supersedes", name=name, nearest=near)
        return False
    if not is_above(one.id, name):
        report_front(found, "XR872", one, "supersedes", name=name, below=one.id)
        return False
    if one.status not in (DocumentStatus.IN_FORCE, DocumentStatus.EXPIRED):
        return False
    start, earlier = one.period.start, before.period.start
    if start is None or (earlier or date.min) >= start:
        values = {"name": name, "start": str(earlier or "…"), "own": str(start or "…")}
        report_front(found, "XR873", one, "supersedes", **values)
        return False
    return True


def _close(policy: Policy, successors: Collection[Policy]) -> Policy:
    starts = {one.period.start: one for one in successors if one.period.start is not None}
    if not starts:
        return policy
    first = min(starts)
    successor = starts[first]

    def make() -> Policy:
        last = first - _DAY
        end = last if policy.period.end is None else min(last, policy.period.end)
        closing = Closing(successor.id, successor.citation, first)
        return replace(policy, period=Period(policy.period.start, end), closing=closing)

    return _CLOSED.get(make, policy, successor, weight=len(policy.text))


def _check_gap(policy: Policy, successors: Collection[Policy], found: list[Diagnostic]) -> None:
    """Report days after a document's own end on which no successor is in force yet."""
    end = policy.period.end
    first = min(successors, key=lambda one: one.period.start or date.max)
    start = first.period.start
    if end is not None and start is not None and start - _DAY > end:
        values = {"name": policy.id, "end": str(end), "start": str(start)}
        report_front(found, "XR874", first, "supersedes", **values)


def _check_overlap(name: str, successors: Collection[Policy], found: list[Diagnostic]) -> None:
    """Report two documents that take one document's place on the same day."""
    # WHY neighbours only: of periods by their beginnings, if any two overlap, two neighbours do.
    ordered = sorted(successors, key=lambda one: one.period.start or date.min)
    for one, other in pairwise(ordered):
        if one.period.overlaps(other.period):
            values = {"name": name, "other": one.id, "day": str(other.period.start)}
            report_front(found, "XR875", other, "supersedes", **values)


def is_above(upper: str, lower: str) -> bool:
    """Whether a document's jurisdiction is the other's, or one above it.

    Example:
        >>> is_above("cn/beijing/credits", "cn/beijing/haidian/credits")
        True
        >>> is_above("cn/beijing/credits", "cn/shanghai/credits")
        False
    """
    jurisdiction = upper.split("/")[:-1]
    return lower.split("/")[:-1][: len(jurisdiction)] == jurisdiction


def report_front(
    found: list[Diagnostic], code: str, policy: Policy, key: str, **values: str
) -> None:
    """Note a problem of a document, at a value of its front matter; of a list at the `name`."""
    lines = Source(policy.text, policy.file).lines
    place = _narrow(policy.places[key], lines, values.get("name", ""))
    found.append(Diagnostic(code, place, values, lines[place.line - 1]))


def _narrow(place: Place, lines: Sequence[str], name: str) -> Place:
    """Where a name stands in a value, which may go on over lines; the value where it doesn't."""
    whole = re.compile(rf"(?<![\w/.-]){re.escape(name)}(?![\w/.-])")
    for number, line in enumerate(lines[place.line - 1 :], place.line):
        hit = whole.search(line, place.column - 1 if number == place.line else 0)
        if hit and name:
            return replace(place, line=number, column=hit.start() + 1, length=len(name))
        if number > place.line and not line.lstrip().startswith("-"):
            break
    return place
