"""Two rules on the same case: which answers are looser, and the smallest case that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from xbyx_rules.compiling import ExecutablePolicy, compile_policy
from xbyx_rules.deciding.case import Case
from xbyx_rules.deciding.decide import decide
from xbyx_rules.errors import CaseError, Language
from xbyx_rules.feel.formatting import to_feel_text
from xbyx_rules.feel.values import Incomplete
from xbyx_rules.policy import ClauseKind, Outcome

__all__ = ["Comparison", "Difference", "is_looser"]

_ATTEMPTS: Final = 200
_PASSING: Final = (Outcome.MET, Outcome.NOT_APPLICABLE)


def is_looser(old: Outcome, new: Outcome) -> bool:
    """Whether an answer in the place of another one is looser.

    What was not applicable may become anything.  Otherwise nothing becomes not applicable, and
    nothing becomes met that wasn't: neither what was not met nor what could not be told.
    """
    if new not in _PASSING or old is Outcome.NOT_APPLICABLE:
        return False
    return not (old is Outcome.MET and new is Outcome.MET)


@dataclass(frozen=True, slots=True)
class Difference:
    """A case in which the new rule is looser."""

    case: Case
    on: date
    old: Outcome
    new: Outcome

    def rows(self, language: Language = "zh") -> str:
        """The case as a table of examples, with what the rule above expects."""
        cells = dict(_cells((), self.case.facts)) | dict(_cells((), self.case.records))
        names = ["例", *(".".join(path) for path in cells), "判定日", "结果"]
        values = ["反例", *cells.values(), f'@"{self.on}"', self.old.zh]
        table = "\n".join(_row(one) for one in (names, ["---"] * len(names), values))
        table = f"\n{table}\n"
        if language == "zh":
            return f"{table}上位规定{self.old.zh}，本文件{self.new.zh}"
        old, new = (one.en.replace("_", " ") for one in (self.old, self.new))
        return f"{table}{old} by the rule above, {new} by this document"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(
    path: tuple[str, ...], facts: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _cells((*path, name), value)
        elif value is not None:
            yield (*path, name), _literal(value).replace("|", "\\|")


def _literal(value: Any) -> str:
    if isinstance(value, list):
        text = f"[{', '.join(map(_literal, value))}]"
        # WHY: an example's list is always complete, so that this one can't be pasted.
        return f"{text}（可能不全）" if isinstance(value, Incomplete) else text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(one)}" for name, one in value.items()) + "}"
    return f'@"{value}"' if isinstance(value, date) else to_feel_text(value)


@dataclass(slots=True)
class Comparison:
    """One rule of a document above and what stands in its place, on the days given.

    Args:
        old: the document above.
        new: the document that replaces.
        anchors: of the rule above, and of the one in its place.
    """

    old: ExecutablePolicy
    new: ExecutablePolicy
    anchors: tuple[str, str]
    _ungated: ExecutablePolicy | None = field(default=None)

    def differ(self, case: Case, on: date) -> Difference | None:
        """The difference on one case, where the new rule is looser on it."""
        try:
            after = self._decide(self.new, self.anchors[1], case, on)
            if after not in _PASSING and not self._is_value:
                return None
            before = self._decide(self.old, self.anchors[0], case, on)
            if self._is_value:
                return self._differ_in_value(case, on)
            if not is_looser(before, after) or self._holds_anyway(case, on, before, after):
                return None
        except CaseError:
            return None  # WHY: a case that one of them can't decide passes nobody
        return Difference(case, on, before, after)

    def shrink(self, found: Difference) -> Difference:
        """A smaller case that shows the same: without facts, fields and records it doesn't need."""
        left, smaller = _ATTEMPTS, True
        while smaller:
            smaller = False
            for case in _smaller(found.case):
                left -= 1
                less = self.differ(case, found.on) if left > 0 else None
                # WHY the same outcome: a case that is not met says more than one not known.
                if less is not None and less.old is found.old:
                    found, smaller = less, True
                    break
        return found

    @property
    def _is_value(self) -> bool:
        kind = self.old.clauses[self.anchors[0]].checked.clause.kind
        return kind is ClauseKind.CALCULATION

    def _differ_in_value(self, case: Case, on: date) -> Difference | None:
        """Another value: no requirement tells which one is the stricter."""
        before = decide(self.old, case, on=on, only=self.anchors[:1])[self.anchors[0]]
        after = decide(self.new, case, on=on, only=self.anchors[1:])[self.anchors[1]]
        if (before.outcome, before.value) == (after.outcome, after.value):
            return None
        return Difference(case, on, before.outcome, after.outcome)

    def _holds_anyway(self, case: Case, on: date, before: Outcome, after: Outcome) -> bool:
        """Whether the old rule is met or not applicable, and only which of the two isn't known.

        WHY: a rule that now applies to all is no looser where nobody knows to whom it applied.
        """
        if before is not Outcome.UNDETERMINED or after is not Outcome.MET:
            return False
        anchor = self.anchors[0]
        clause = self.old.clauses[anchor].checked
        if clause.applicability is None:
            return False
        if self._ungated is None:
            checked = self.old.checked
            clauses = {**checked.clauses, anchor: replace(clause, applicability=None)}
            self._ungated = compile_policy(replace(checked, clauses=clauses))
        return self._decide(self._ungated, anchor, case, on) is Outcome.MET

    @staticmethod
    def _decide(policy: ExecutablePolicy, anchor: str, case: Case, on: date) -> Outcome:
        return decide(policy, case, on=on, only=(anchor,))[anchor].outcome


def _smaller(case: Case) -> Iterator[Case]:
    for way in tuple(_ways((), case.facts)):
        yield replace(case, facts=_without(case.facts, way))
    for way in tuple(_ways((), case.records)):
        yield replace(case, records=_without(case.records, way))


def _without(whole: Mapping[str, Any], way: tuple[Any, ...]) -> dict[str, Any]:
    less = deepcopy(dict(whole))
    inside: Any = less
    for step in way[:-1]:
        inside = inside[step]
    del inside[way[-1]]
    return less


def _ways(way: tuple[Any, ...], value: Any) -> Iterator[tuple[Any, ...]]:
    """Ways to each entry of nested mappings and lists, outer ones first."""
    if isinstance(value, dict):
        steps: list[Any] = list(value)
    else:
        steps = list(range(len(value))) if isinstance(value, list) else []
    for step in steps:
        yield (*way, step)
        yield from _ways((*way, step), value[step])
