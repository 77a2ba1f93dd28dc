"""Check a whole document: from texts with places to typed trees, or diagnostics."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import localcontext
from types import MappingProxyType
from typing import TypeVar

from xbyx_rules.errors import Diagnostic, has_errors, nearest
from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.inference import KNOWLEDGE
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.policy import (
    Clause,
    ClauseKind,
    DocumentStatus,
    Keeper,
    Policy,
    Text,
    Vocabulary,
    find_placeholders,
)

from .check_clause import check_clause, read_results
from .cycles import find_cycle
from .layers import (
    check_layers,
    check_parameter_types,
    is_like,
    redirect_flows,
    retype_inherited,
)
from .lifecycles import check_lifecycle
from .model import (
    CheckedClause,
    CheckedLifecycle,
    CheckedPolicy,
    ParameterValue,
    Strictness,
)
from .names import Calculation, Names, check_expression, is_usable_name, name_rules
from .parameters import check_parameters, english_of_parameters, parameter_types
from .populations import check_populations
from .tables import collected_types
from .taxonomies import check_taxonomies

__all__ = ["check_policy"]

_T = TypeVar("_T")
_Checked = tuple[CheckedPolicy | None, tuple[Diagnostic, ...]]
_KEPT = Keeper[_Checked](2_000_000)
"""Documents checked of late, by the length of their texts."""


def check_policy(
    policy: Policy, vocabulary: Vocabulary, above: Sequence[CheckedPolicy] = ()
) -> tuple[CheckedPolicy | None, tuple[Diagnostic, ...]]:
    """Check one document against the vocabulary and the documents it refines.

    Args:
        policy: from `read_policy`.
        vocabulary: from `read_vocabulary`.
        above: the checked documents that `refines` names.

    Returns:
        The checked document, or None when any diagnostic is an error; all diagnostics in reading
        order.
    """
    # INVARIANT: all of them are immutable, so that the same ones are found to be the same.
    return _KEPT.get(
        lambda: _check(policy, vocabulary, above),
        policy,
        vocabulary,
        *above,
        weight=len(policy.text),
    )


def _check(policy: Policy, vocabulary: Vocabulary, above: Sequence[CheckedPolicy]) -> _Checked:
    checker = _Checker(policy, vocabulary, above)
    with localcontext(NUMBERS):  # WHY: no type may depend on the host's own decimal context
        checked = checker.check()
    found = _report_unfilled(policy, checker.diagnostics)
    found.sort(key=lambda one: one.place.line if one.place else 0)
    lines = policy.text.splitlines()
    # WHY: a heading's problem is met once for each row below it, and is said once.
    once = {(one.code, one.place, *one.values.values()): one for one in found}
    shown = tuple(_with_excerpt(one, lines) for one in once.values())
    return (None if has_errors(shown) else checked), shown


def _report_unfilled(policy: Policy, found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """What was found, with each line that is yet to be filled in reported as that alone."""
    unfilled = find_placeholders(policy)
    lines = {(policy.file, place.line) for place in unfilled}
    others = [
        one for one in found if one.place is None or (one.place.file, one.place.line) not in lines
    ]
    return [*(Diagnostic("XR073", place) for place in unfilled), *others]


def _split(text: str) -> list[str]:
    """The names of a property that lists several."""
    return [part.strip() for part in re.split("[,，、]", text) if part.strip()]


def _with_excerpt(diagnostic: Diagnostic, lines: Sequence[str]) -> Diagnostic:
    """The diagnostic with the document's own line, whole, so that columns are the document's."""
    place = diagnostic.place
    if place is None or not 0 < place.line <= len(lines):
        return diagnostic
    return replace(diagnostic, excerpt=lines[place.line - 1])


@dataclass(slots=True)
class _Checker:
    policy: Policy
    vocabulary: Vocabulary
    above: Sequence[CheckedPolicy]
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def check(self) -> CheckedPolicy:
        if self.above:
            self.diagnostics += check_layers(self.above, self.policy.places["refines"])
        inherited = {key: one for upper in self.above for key, one in upper.clauses.items()}
        origins = {key: one for upper in self.above for key, one in upper.origins.items()}
        parameters = self._parameters()
        calculations = self._calculations(inherited, parameters)
        names = name_rules(self.vocabulary, parameter_types(parameters), calculations)
        clauses = dict(inherited)
        replacements: dict[str, str] = {}
        for clause in self.policy.clauses:
            if clause.kind is None:
                continue
            replaced = self._replaced(clause, inherited, origins)
            anchor = replaced.partition("#")[2]
            if clause.id in inherited and clause.id != anchor:
                self._report("XR280", clause, id=clause.id, policy=origins[clause.id].id)
            one, problems = check_clause(clause, names, replaced)
            self.diagnostics += self._without_wishes(clause, problems)
            if replaced:
                self._check_replacement(one, inherited[anchor], replacements)
                replacements[anchor] = clause.id
                clauses.pop(anchor, None)
                authority = clause.property("授权")
                unjudged = Strictness(anchor, replaced, authority=authority)
                one = replace(one, strictness=unjudged)
            clauses[clause.id] = one
        origins |= {one.id: self.policy for one in self.policy.clauses if one.kind is not None}
        kept = {key: one for key, one in inherited.items() if clauses.get(key) is one}
        clauses |= self._retype(kept, names)
        upper = [one.clause for one in inherited.values()]
        self.diagnostics += check_taxonomies(self.policy.clauses, upper, self.vocabulary)
        self._check_status()
        self._check_cycles(clauses)
        self.diagnostics += check_populations(self.policy, clauses, parameters, self.vocabulary)
        flows = {key: one for upper in self.above for key, one in upper.lifecycles.items()}
        flows = redirect_flows(flows, replacements) | self._lifecycles(clauses, names)
        self._check_duties(flows)
        above = {one.id: one for upper in self.above for one in (*upper.above, upper.policy)}
        return CheckedPolicy(
            self.policy,
            self.vocabulary,
            MappingProxyType(clauses),
            MappingProxyType(parameters),
            MappingProxyType(flows),
            MappingProxyType(origins),
            tuple(above.values()),
            MappingProxyType(
                {**_english_of(clauses.values()), **english_of_parameters(parameters)}
            ),
        )

    def _parameters(self) -> dict[str, tuple[ParameterValue, ...]]:
        inherited = {key: one for upper in self.above for key, one in upper.parameters.items()}
        own, problems = check_parameters(self.policy, self.vocabulary)
        self.diagnostics += (*problems, *check_parameter_types(own, inherited))
        return inherited | own

    def _retype(
        self, inherited: Mapping[str, CheckedClause], names: Names
    ) -> dict[str, CheckedClause]:
        """Clauses of documents above, typed again where this one has changed what they name."""
        known = names.parameters
        is_changed = any(
            known[name] != kind
            for upper in self.above
            for name, kind in parameter_types(upper.parameters).items()
        )
        is_replaced = any(one.property("细化") for one in self.policy.clauses)
        if has_errors(self.diagnostics) or not (is_changed or is_replaced):
            return {}
        place = self.policy.places["refines"]
        return self._take(retype_inherited(inherited, names, place))

    def _calculations(
        self, inherited: Mapping[str, CheckedClause], parameters: Collection[str]
    ) -> dict[str, Calculation]:
        found: dict[str, Calculation] = {}
        replaced = {one.property("细化").partition("#")[2] for one in self.policy.clauses}
        for one in inherited.values():
            if one.clause.kind is ClauseKind.CALCULATION:
                for name, kind in one.results:
                    found[name] = Calculation(name, one.subject, kind)
        kept = [one for key, one in inherited.items() if key not in replaced]
        taken = {*parameters, *(name for one in kept for name, _ in one.results)}
        for clause in self.policy.clauses:
            if clause.kind is ClauseKind.CALCULATION:
                for name, kind in collected_types(clause, read_results(clause)[0]):
                    if name in BUILTINS or name == KNOWLEDGE:
                        self._report("XR281", clause, "结果", name=name)
                    elif not is_usable_name(name, self.vocabulary):
                        self._report("XR233", clause, "结果", name=name)
                    elif name in taken:
                        self._report("XR234", clause, "结果", name=name)
                    taken.add(name)
                    found[name] = Calculation(name, clause.property("对象"), kind)
        return found

    def _replaced(
        self,
        clause: Clause,
        inherited: Mapping[str, CheckedClause],
        origins: Mapping[str, Policy],
    ) -> str:
        target = clause.property("细化").strip()
        if not target:
            return ""
        document, _, anchor = target.partition("#")
        if anchor not in inherited or origins[anchor].id != document:
            known = [f"{origins[key].id}#{key}" for key in inherited]
            near = nearest(target, known) or "—"
            self._report("XR283", clause, "细化", target=target, nearest=near)
            return ""
        return target

    def _without_wishes(
        self, clause: Clause, problems: Sequence[Diagnostic]
    ) -> Sequence[Diagnostic]:
        """The problems but for examples that no rule that decides nothing could pass."""
        is_open = self.policy.status in (DocumentStatus.UNVERIFIED, DocumentStatus.DRAFT)
        if is_open or clause.property("核实") == "未核实":
            return [one for one in problems if one.code != "XR270"]
        return problems

    def _check_replacement(
        self, one: CheckedClause, above: CheckedClause, replacements: Mapping[str, str]
    ) -> None:
        target = one.replaces
        if above.id in replacements:
            self._report("XR293", one.clause, "细化", target=target, other=replacements[above.id])
        elif not is_like(one, above):
            self._report("XR292", one.clause, "细化", target=target)

    def _check_status(self) -> None:
        if self.policy.status is DocumentStatus.EXPIRED and self.policy.period.end is None:
            place = self.policy.places.get("status")
            self.diagnostics.append(Diagnostic("XR296", place, {"title": self.policy.title}))

    def _check_cycles(self, clauses: Mapping[str, CheckedClause]) -> None:
        cycle = find_cycle(clauses.values())
        if cycle:
            first = clauses[cycle[0]].clause
            self._report(
                "XR288", first, path=" → ".join(clauses[one].clause.title for one in cycle)
            )

    def _lifecycles(
        self, clauses: Mapping[str, CheckedClause], names: Names
    ) -> dict[str, CheckedLifecycle]:
        found: dict[str, CheckedLifecycle] = {}
        for clause in self.policy.clauses:
            subject = clause.property("对象")
            if clause.kind is not ClauseKind.LIFECYCLE or subject not in self.vocabulary.entities:
                continue
            guards = self._guards(clauses, subject)
            scope = names.scope_for_guard(subject)

            def parse(
                text: Text, scope: Scope = scope
            ) -> tuple[Node | None, tuple[Diagnostic, ...]]:
                return check_expression(text, scope)

            flow = self._take(check_lifecycle(clause, guards, parse))
            if flow is not None:
                found[clause.id] = flow
        return found

    def _guards(self, clauses: Mapping[str, CheckedClause], subject: str) -> frozenset[str]:
        """The requirements and judgements on the subject or on a record it has one of."""
        entities = self.vocabulary.entities
        near = {one for one in entities if self.vocabulary.record_term(subject, one) is not None}
        kinds = (ClauseKind.REQUIREMENT, ClauseKind.JUDGEMENT)
        return frozenset(
            key
            for key, one in clauses.items()
            if one.clause.kind in kinds and one.subject in {subject, *near}
        )

    def _check_duties(self, flows: Mapping[str, CheckedLifecycle]) -> None:
        written = {one.id for one in self.policy.clauses if one.kind is ClauseKind.LIFECYCLE}
        for clause in self.policy.clauses:
            if clause.kind is not ClauseKind.DUTY:
                continue
            named = _split(clause.property("流程").replace("#", ""))
            for flow in named:
                # WHY headings too: a flow with an error of its own is there, and was reported.
                if flow not in {*flows, *written}:
                    near = nearest(flow, flows) or "—"
                    self._report("XR289", clause, "流程", name=flow, nearest=near)
            acting = [flows[one] for one in named or flows if one in flows]
            known = {role for flow in acting for one in flow.transitions for role in one.roles}
            for role in _split(clause.property("角色")):
                if role not in known:
                    near = nearest(role, known) or "—"
                    self._report("XR257", clause, "角色", name=role, nearest=near)

    def _take(self, pair: tuple[_T, tuple[Diagnostic, ...]]) -> _T:
        self.diagnostics += pair[1]
        return pair[0]

    def _report(self, code: str, clause: Clause, key: str = "", **values: str) -> None:
        text = clause.properties.get(key)
        self.diagnostics.append(Diagnostic(code, text.place if text else clause.place, values))


def _english_of(clauses: Iterable[CheckedClause]) -> dict[str, str]:
    """The English names of calculated values: 英文名, in the order of 结果."""
    found: dict[str, str] = {}
    for one in clauses:
        written = [part.strip() for part in re.split("[,，]", one.clause.property("英文名"))]
        # WHY: one name for several results would call different things alike.
        if len(written) == len(one.results):
            found |= {
                name: english for (name, _), english in zip(one.results, written, strict=True)
            }
    return {name: english for name, english in found.items() if english}
