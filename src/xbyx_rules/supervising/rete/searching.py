"""From the Rete engine's answer to a check's hits: each is looked at again before it counts."""

from __future__ import annotations

from typing import Any

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.supervising.reference import Joining

from .encoding import Job

__all__ = ["Disputed", "read_hits"]


class Disputed(Exception):
    """The Rete engine found something that the rule itself denies.

    Args:
        diagnostic: XR810, with the check's place.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def read_hits(
    joining: Joining, job: Job, answer: list[dict[str, str]]
) -> tuple[Any, list[dict[str, Any]]]:
    """Whether nothing matches, and the hits in the rule's own order; UNKNOWN where it can't tell.

    Raises:
        Disputed: XR810.
    """
    if not job.is_exhaustive:
        return UNKNOWN, []
    present = joining.plan.present
    rows = {row.alias: row for row in present}
    numbers = {fact["id"]: source for fact, source in zip(job.facts, job.sources, strict=False)}
    found: set[tuple[int, ...]] = set()
    for hit in answer:
        chosen = dict(numbers[one] for one in hit.values() if one in numbers)
        if set(chosen) != set(rows):
            raise Disputed(Diagnostic("XR810", joining.plan.place))
        found.add(tuple(chosen[row.alias] for row in present))
    hits: list[dict[str, Any]] = []
    is_clear: Any = True if job.is_certain else UNKNOWN
    for combination in sorted(found):
        records = {
            row.alias: joining.records(row)[number]
            for row, number in zip(present, combination, strict=True)
        }
        truth = joining.holds(records)
        if truth is False:
            raise Disputed(Diagnostic("XR810", joining.plan.place))
        if truth is True:
            hits.append(records)
        else:
            # A record that isn't known well enough may be the one that there should be none of.
            is_clear = UNKNOWN
    return (False, hits) if hits else (is_clear, hits)
