"""How strict a document is beside those above it: proved, tested on cases, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import localcontext
from types import MappingProxyType
from typing import Final

from xbyx_rules.checking import CheckedPolicy, Strictness
from xbyx_rules.errors import Diagnostic, Language
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.policy import Clause, ClauseKind, Parameters

from .compare_rules import compare_force, compare_rules
from .flows import compare_flows, compare_judgements
from .inlining import names_in

__all__ = ["judge_overlay"]

_NOBODY: Final[Mapping[Language, str]] = MappingProxyType(
    {
        "zh": "没有要求用到它，看不出宽严",
        "en": "no requirement reads it, so that nothing tells which value is stricter",
    }
)
_ORDER: Final = ("refused", "tested", "proved")


def judge_overlay(
    checked: CheckedPolicy, above: Iterable[CheckedPolicy]
) -> tuple[CheckedPolicy, tuple[Diagnostic, ...]]:
    """Judge each rule and parameter of a document that stands in the place of one above.

    Pure and deterministic: the cases tried depend on the two documents alone.

    Args:
        checked: the document, from `check_policy`.
        above: the checked documents that it refines.

    Returns:
        The document with its `Strictness`; and XR880 for what is refused without 授权.
    """
    known = {name: one for upper in above for name, one in upper.strictness.items()}
    found: list[Diagnostic] = []
    for upper in above:
        with localcontext(NUMBERS):
            checked = _Judge(upper, checked, found).judge()
    inherited = {name: one for name, one in known.items() if name not in checked.strictness}
    if inherited:
        together = MappingProxyType(inherited | dict(checked.strictness))
        checked = replace(checked, strictness=together)
    return checked, tuple(found)


@dataclass(slots=True)
class _Judge:
    """A document beside one of those above it.

    Args:
        upper: the document above.
        lower: the document.
        found: gets the diagnostics.
    """

    upper: CheckedPolicy
    lower: CheckedPolicy
    found: list[Diagnostic]
    _pairs: dict[str, str] = field(default_factory=dict)
    _changed: frozenset[str] = frozenset()
    _judged: dict[str, Strictness] = field(default_factory=dict)

    def judge(self) -> CheckedPolicy:
        """The document with how strict it is."""
        mine = {one.id for one in self.lower.policy.clauses}
        replacing = {
            one.replaces.partition("#")[2]: key
            for key, one in self.lower.clauses.items()
            if key in mine and one.replaces.partition("#")[2] in self.upper.clauses
        }
        parameters = self._own_parameters()
        if not replacing and not parameters:
            return self.lower
        kept = {key: key for key in self.upper.clauses if key in self.lower.clauses}
        self._pairs = kept | replacing
        self._changed = self._find_changed(replacing, parameters)
        clauses = dict(self.lower.clauses)
        for old, new in replacing.items():
            clauses[new] = replace(clauses[new], strictness=self._judge_clause(old, new))
            self._report(clauses[new].strictness, clauses[new].clause)
        judged = {name: self._judge_parameter(name, parameters[name]) for name in parameters}
        for name, clause in parameters.items():
            self._report(judged[name], clause)
        return replace(
            self.lower,
            clauses=MappingProxyType(clauses),
            strictness=MappingProxyType({**self.lower.strictness, **judged}),
        )

    def _own_parameters(self) -> dict[str, Clause]:
        """The parameters that have another history here, with the headings they stand under."""
        found: dict[str, Clause] = {}
        for clause in self.lower.policy.clauses:
            if isinstance(clause.body, Parameters):
                for name in {row.name for row in clause.body.rows} & self.upper.parameters.keys():
                    if _history(self.lower, name) != _history(self.upper, name):
                        found[name] = clause
        return dict(sorted(found.items()))

    def _find_changed(
        self, replacing: Mapping[str, str], parameters: Iterable[str]
    ) -> frozenset[str]:
        """The names that mean something else here, those included that rest on such a name."""
        changed = set(parameters)
        for old in replacing:
            changed |= {name for name, _ in self.upper.clauses[old].results}
        while True:
            more = {
                name
                for one in self.lower.clauses.values()
                if one.results and not changed.isdisjoint(names_in(one))
                for name, _ in one.results
            } - changed
            if not more:
                return frozenset(changed)
            changed |= more

    def _judge_clause(self, old: str, new: str) -> Strictness:
        clause = self.lower.clauses[new]
        head = Strictness(old, clause.replaces, authority=clause.clause.property("授权"))
        kind = clause.clause.kind
        if kind is ClauseKind.CALCULATION:
            resting = self._resting_on({name for name, _ in clause.results})
            return self._worst(head, resting) if resting else self._judge_pair(head, old, new)
        if kind is ClauseKind.LIFECYCLE:
            kept = {one: other for one, other in self._pairs.items() if self._is_strict(one)}
            flows = self.upper.lifecycles[old], self.lower.lifecycles[new]
            return _by_words(head, compare_flows(*flows, kept))
        if kind is ClauseKind.JUDGEMENT:
            looser = compare_judgements(self.upper.clauses[old], clause)
            return _by_words(head, looser or compare_force(self.upper, self.lower, (old, new)))
        if kind in (ClauseKind.REQUIREMENT, ClauseKind.CHECK):
            return self._judge_pair(head, old, new)
        # WHY: a taxonomy lists all values of its term (XR287), so both allow the same; a duty or a
        # principle decides nothing that could be compared.
        return replace(head, status="proved") if kind is ClauseKind.TAXONOMY else head

    def _judge_parameter(self, name: str, clause: Clause) -> Strictness:
        target = f"{self.upper.policy.id} {name}"
        head = Strictness(name, target, authority=clause.property("授权"))
        resting = self._resting_on({name})
        return self._worst(head, resting) if resting else _by_words(head, _NOBODY)

    def _resting_on(self, names: set[str]) -> list[str]:
        """The requirements and checks above that read one of these names, however indirectly."""
        names = set(names)
        calculations = [one for one in self.upper.clauses.values() if one.results]
        while True:
            more = {
                name
                for one in calculations
                if not names.isdisjoint(names_in(one))
                for name, _ in one.results
            } - names
            if not more:
                break
            names |= more
        kinds = (ClauseKind.REQUIREMENT, ClauseKind.CHECK)
        return [
            key
            for key, one in self.upper.clauses.items()
            if key in self._pairs
            and one.clause.kind in kinds
            and not names.isdisjoint(names_in(one))
        ]

    def _worst(self, head: Strictness, rules: Iterable[str]) -> Strictness:
        """Of a value: as strict as the least strict of the rules that read it."""
        judged = [self._judge_pair(head, one, self._pairs[one]) for one in rules]
        least = min(judged, key=lambda one: _ORDER.index(one.status))
        return replace(
            least,
            cases=sum(one.cases for one in judged),
            is_vacuous=all(one.is_vacuous for one in judged),
        )

    def _is_strict(self, old: str) -> bool:
        new = self._pairs[old]
        if old == new and self._changed.isdisjoint(names_in(self.upper.clauses[old])):
            return True
        if self.upper.clauses[old].clause.kind is not ClauseKind.REQUIREMENT:
            return False
        return self._judge_pair(Strictness(old, ""), old, new).status != "refused"

    def _judge_pair(self, head: Strictness, old: str, new: str) -> Strictness:
        if old not in self._judged:
            self._judged[old] = compare_rules(self.upper, self.lower, (old, new), self._changed)
        return replace(
            self._judged[old], name=head.name, target=head.target, authority=head.authority
        )

    def _report(self, judged: Strictness | None, clause: Clause) -> None:
        if judged is None or judged.status != "refused" or judged.authority:
            return
        text = clause.properties.get("细化")
        place = text.place if text else clause.place
        values = {"target": judged.target}
        values |= {"example": judged.example["zh"], "example_en": judged.example["en"]}
        lines = self.lower.policy.text.splitlines()
        self.found.append(Diagnostic("XR880", place, values, lines[place.line - 1]))


def _history(policy: CheckedPolicy, name: str) -> list[tuple[object, ...]]:
    rows = policy.parameters[name]
    return [(one.value, one.period, one.is_verified) for one in rows]


def _by_words(head: Strictness, looser: Mapping[Language, str]) -> Strictness:
    if looser:
        return replace(head, status="refused", example=looser)
    return replace(head, status="proved")
