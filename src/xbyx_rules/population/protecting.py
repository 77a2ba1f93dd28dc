"""Keep a review of statistics from telling of persons: small figures and records are left out.

A figure is withheld (未公开) where it counts fewer persons than the threshold, where it leaves out
fewer than that of those it is a part of (29 of 30 tells of one), and where a count that it is
about or calculates with is withheld.  What is shown is shown without the records behind it.

What is withheld of one review stays computable from what other tables say of the same persons;
see docs/decisions/0013 for what this does not cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.checking import THRESHOLD, Populations, read_populations
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Derivation, Finding, Reading, decide
from xbyx_rules.errors import Language
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome

from .suppressing import LEAST_THRESHOLD

__all__ = ["Protection", "counts_persons", "is_number"]

_SMALL: Final[Mapping[Language, str]] = {
    "zh": "未公开：这个数、它背后的人或余下的人不满 {threshold} 人，公开会说到个人",
    "en": "not published: fewer than {threshold} persons are counted, stand behind the figure, or "
    "are left, so it would tell of persons",
}
_NO_THRESHOLD: Final[Mapping[Language, str]] = {
    "zh": "未公开：判定日没有可用的“小单元教师数下限”",
    "en": "not published: no threshold of small cells is in force and verified on the day",
}


def counts_persons(policy: ExecutablePolicy) -> bool:
    """Whether a document has figures that may not be shown as they are."""
    return bool(_populations(policy))


@dataclass(slots=True)
class Protection:
    """Which figures of one case may be shown.

    Args:
        populations: what the document says of persons.
        counts: anchor of a calculation that counts persons → its value, maybe UNKNOWN.
        threshold: in force on the day; None where none is.
        closed: counts withheld for another reason, as that a table by school leaves them out.
    """

    populations: Populations
    counts: Mapping[str, Any]
    threshold: int | None
    subject: str
    closed: frozenset[str] = frozenset()
    known: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: ExecutablePolicy, case: Case, on: date) -> Protection | None:
        """The protection of a case; None where the document counts no persons of its subject.

        Raises:
            CaseError: as `decide`.
        """
        populations = _populations(policy)
        about = case.subject.entity
        counting = [
            one for one in populations.counts if policy.clauses[one].checked.subject == about
        ]
        if not counting:
            return None
        values = {one.clause: one.value for one in decide(policy, case, on=on, only=counting)}
        return cls(populations, values, _find_threshold(policy, on), about)

    def close(self, clauses: Iterable[str]) -> None:
        """Withhold some more counts, and all that rests on them."""
        self.closed = self.closed.union(clauses)
        self.known.clear()

    def apply(self, finding: Finding) -> Finding:
        """A finding as it may be shown."""
        if not self.is_about_persons(finding.clause):
            return finding
        if not self.is_open(finding.clause) and not self._is_unknown(finding):
            return self._withhold(finding)
        return replace(
            _read_whole(finding),
            conditions=(),
            facts=tuple(one for one in finding.facts if _is_plain(one)),
            derivations=tuple(_without_records(one) for one in finding.derivations if one.clause),
            remedies=(),
            message={},
        )

    def is_open(self, clause: str) -> bool:
        """Whether the figure of a clause may be shown."""
        if clause not in self.known:
            self.known[clause] = False  # WHY: no circle is checked, so this is never read
            self.known[clause] = self._judge(clause)
        return self.known[clause]

    def _judge(self, clause: str) -> bool:
        if self.threshold is None or clause in self.closed or clause in self.populations.unnamed:
            return False
        groups = self.populations.groups.get(clause, ())
        if not all(self.is_open(one) for one in groups if self.is_about_persons(one)):
            return False
        if clause not in self.counts:
            return True
        value = self.counts[clause]
        wholes = [self.counts[one] for one in groups if one in self.counts]
        return (
            is_number(value)
            and value >= self.threshold
            and all(not 0 < whole - value < self.threshold for whole in wholes)
        )

    def is_about_persons(self, clause: str) -> bool:
        """Whether a rule counts persons, reads records about them or rests on one that does."""
        found = self.populations
        return (
            clause in found.counts
            or clause in found.unnamed
            or any(self.is_about_persons(one) for one in found.groups.get(clause, ()))
        )

    def _is_unknown(self, finding: Finding) -> bool:
        """Whether facts are missing, so that there is no figure and nothing to be withheld."""
        behind = self._behind(finding.clause) & self.counts.keys()
        is_counted = all(is_number(self.counts[one]) for one in behind)
        return finding.outcome is Outcome.UNDETERMINED and not is_counted

    def _behind(self, clause: str) -> set[str]:
        """The rule itself and all that it is about or calculates with, near and far."""
        groups = self.populations.groups.get(clause, ())
        return {clause}.union(*(self._behind(one) for one in groups))

    def _withhold(self, finding: Finding) -> Finding:
        words = _SMALL if self.threshold is not None else _NO_THRESHOLD
        return replace(
            _read_whole(finding),
            # WHY one outcome for all: of a share of nobody it would tell that there is nobody.
            outcome=Outcome.MET if finding.force is None else Outcome.UNDETERMINED,
            value=UNKNOWN,
            conditions=(),
            facts=(),
            parameters=(),
            missing=(),
            remedies=(),
            reason={
                language: text.format(threshold=self.threshold) for language, text in words.items()
            },
            message={},
            derivations=(),
            is_withheld=True,
        )


def _populations(policy: ExecutablePolicy) -> Populations:
    return read_populations(policy.checked.clauses, policy.checked.vocabulary)


def _find_threshold(policy: ExecutablePolicy, on: date) -> int | None:
    rows = policy.checked.parameters.get(THRESHOLD, ())
    usable = [one.value for one in rows if on in one.period and one.is_verified]
    if not usable or not is_number(usable[0]):
        return None
    # WHY at least three: of cells of one teacher or none the total says too much.
    return max(int(str(usable[0])), LEAST_THRESHOLD)


def _read_whole(finding: Finding) -> Finding:
    """The finding with every field read, so that `replace` copies no deferred one."""
    _ = finding.derivations
    return finding


def is_number(value: Any) -> bool:
    """Whether a value is a number, and so neither unknown nor null."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _is_plain(reading: Reading) -> bool:
    """Whether a reading is one value of the subject itself, not records or what stands in them."""
    return not isinstance(reading.value, (list, tuple, Mapping)) and "." not in reading.name


def _without_records(derivation: Derivation) -> Derivation:
    return replace(
        derivation,
        values=tuple(one for one in derivation.values if _is_plain(one)),
        contributions=(),
        count=0,
        # WHY only those of a clause: those were judged, a total within an expression was not.
        parts=tuple(_without_records(one) for one in derivation.parts if one.clause),
    )
