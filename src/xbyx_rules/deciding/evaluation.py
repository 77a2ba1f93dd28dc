"""Evaluating the names of one case: facts, parameters in time, calculations, 判定日."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from xbyx_rules.checking import JUDGED_ON, ParameterValue
from xbyx_rules.compiling import Budget, ExecutableClause, ExecutablePolicy
from xbyx_rules.errors import CaseError, Diagnostic
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import ListType
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import DocumentStatus
from xbyx_rules.tables import OverlapError

from .coercion import coerce
from .watching import Watched

__all__ = ["STEP_LIMIT", "Evaluation", "find_parameter"]

STEP_LIMIT = 10_000_000
"""Steps that deciding one case may take; see `compiling.Budget`."""

_DEEPEST = 50
_CALL_STEPS = 10


@dataclass(slots=True)
class Evaluation:
    """The names of one subject on one day, each evaluated once, on first use.

    Args:
        policy: the compiled document.
        subject: the entity that the facts are of; "" for a check.
        facts: the subject's facts as the host gave them, or an already coerced record.
        records: lists of records by entity.
        on: the day asked about.
        extra: further names, as FEEL values (经办人, 提交人, 意见).
        budget: the steps left.
        depth: how many calculations call each other above this one.
    """

    policy: ExecutablePolicy
    subject: str
    facts: Mapping[str, Any]
    records: Mapping[str, Any]
    on: date
    extra: Mapping[str, Any] = field(default_factory=dict)
    budget: Budget = field(default_factory=lambda: Budget(STEP_LIMIT))
    depth: int = 0
    is_coerced: bool = False
    _known: dict[str, Any] = field(default_factory=dict)
    _settled: Evaluation | None = None

    def settle(self) -> Evaluation:
        """The same names, to be read again later; each explanation reads them `afresh`.

        What was read already is shared; the host's mappings are copied, so that a fact it adds or
        takes away meanwhile changes nothing.
        """
        if self._settled is None:
            self._settled = replace(self, facts=_copy(self.facts), records=_copy(self.records))
        return self._settled

    def afresh(self) -> Evaluation:
        """The same names with all their steps: so no explanation depends on those read before it.

        WHY without functions: one that was read spends the steps of the evaluation it was made in.
        """
        known = {name: value for name, value in self._known.items() if not callable(value)}
        return replace(self, budget=Budget(STEP_LIMIT), depth=0, _known=known, _settled=None)

    def read(self, name: str) -> Any:
        """A name's value; UNKNOWN where the case doesn't say."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Any:
        vocabulary = self.policy.checked.vocabulary
        if name in self.extra:
            return self.extra[name]
        if self.subject:
            kind = vocabulary.fields_of(self.subject).get(name)
            if kind is not None:
                value = self.facts.get(name, UNKNOWN)
                return value if self.is_coerced else coerce(value, kind, name)
        if name == JUDGED_ON:
            return Date(self.on.year, self.on.month, self.on.day)
        if name in self.policy.checked.parameters:
            parameter = find_parameter(self.policy.checked.parameters[name], self.on)
            usable = parameter is not None and parameter.is_verified
            return parameter.value if parameter is not None and usable else UNKNOWN
        if name in self.policy.calculations:
            return self._calculation(name, self.policy.calculations[name])
        if name in vocabulary.entities:
            listed = ListType(vocabulary.type_of(name), records=True)
            return coerce(self.records.get(name), listed, name)
        return UNKNOWN

    def _calculation(self, name: str, clause: ExecutableClause) -> Any:
        if clause.checked.subject in ("", self.subject):
            return self.compute(clause, name)
        return self._function_of(name, clause)

    def _function_of(self, name: str, clause: ExecutableClause) -> Callable[[Any], Any]:
        # WHY: a rule that compares records with each other asks the same of each many times over.
        # The record is kept beside its value, so that no other one can take its identity.
        known: dict[int, tuple[Any, Any]] = {}

        def call(record: Any) -> Any:
            found = known.get(id(record))
            if found is None:
                self.budget.spend(_CALL_STEPS)
                found = record, self.of_record(clause, record).compute(clause, name)
                known[id(record)] = found
            self.budget.spend(0)
            return found[1]

        return call

    def of_record(self, clause: ExecutableClause, record: Any) -> Evaluation:
        """The names of one record of the entity that a calculation is about."""
        return Evaluation(
            self.policy,
            clause.checked.subject,
            record,
            self.records,
            self.on,
            budget=self.budget,
            depth=self.depth,
            is_coerced=True,
        )

    def compute(self, clause: ExecutableClause, name: str = "") -> Any:
        """The value of a calculation, or of the expression of another clause.

        Raises:
            CaseError: XR304 two rows of a unique table apply, XR305 too many steps.
        """
        if clause.value is None or self.reason_not_in_force(clause):
            return UNKNOWN
        # INVARIANT: calculations call each other on Python's own stack, which has an end.
        if self.depth >= _DEEPEST:
            place = clause.checked.clause.place
            raise CaseError(Diagnostic("XR305", place, {"clause": clause.checked.clause.title}))
        self.depth += 1
        for gate in clause.gates:
            if gate.run(self.read, self.budget) is not True:
                self.depth -= 1
                return UNKNOWN
        value = self.run(clause)
        self.depth -= 1
        if not name or len(clause.checked.results) < 2:
            return value
        if isinstance(value, list):
            return [one.get(name, UNKNOWN) for one in value]
        return value.get(name, UNKNOWN) if isinstance(value, dict) else value

    def run(self, clause: ExecutableClause) -> Any:
        """The value of a clause that is in force and whose gates are true.

        Raises:
            CaseError: as `compute` does.
        """
        try:
            return clause.value(self.read, self.budget) if clause.value else UNKNOWN
        except OverlapError as error:
            rules = clause.checked.table.rules if clause.checked.table else ()
            rows = "、".join(rules[row].number for row in error.rows)
            title = clause.checked.clause.title
            values = {"clause": title, "rows": rows}
            raise CaseError(Diagnostic("XR304", clause.checked.clause.place, values)) from None

    def reason_not_in_force(self, clause: ExecutableClause) -> str:
        """Why a clause answers nothing on this day: a code of `reasons`, or ""."""
        policy = clause.policy
        if policy.status is DocumentStatus.UNVERIFIED:
            return "document_unverified"
        if policy.status is DocumentStatus.DRAFT:
            return "document_draft"
        if policy.closing is not None and self.on >= policy.closing.on:
            return "superseded"
        if self.on not in policy.period or self.on not in clause.checked.clause.period:
            return "not_in_force"
        if clause.checked.clause.property("核实") in ("未核实", "unverified"):
            return "clause_unverified"
        return ""

    def with_facts(self, changed: Mapping[tuple[str, ...], Any], budget: Budget) -> Evaluation:
        """The same case with other values for some facts: to try what they would give.

        Args:
            changed: FEEL values by the paths of the facts; a path leads through records.
            budget: the steps that reading it may take.
        """
        terms = self.policy.checked.vocabulary.fields_of(self.subject) if self.subject else ()
        # WHY: the facts that stay needn't be read again; what is computed from them has to be.
        known = {
            name: value
            for name, value in self._known.items()
            if name in terms or name in self.extra
        }
        for path, value in changed.items():
            known[path[0]] = _put(known.get(path[0], self.read(path[0])), path[1:], value)
        return replace(self, budget=budget, _known=known, _settled=None)


def _copy(content: Mapping[str, Any]) -> Mapping[str, Any]:
    # WHY: a watched mapping is to note what is read of it later, and doesn't change.
    return content if isinstance(content, Watched) else dict(content)


def find_parameter(values: tuple[ParameterValue, ...], on: date) -> ParameterValue | None:
    """The value in force on a day, or None: never the last known one."""
    return next((one for one in values if on in one.period), None)


def _put(record: Any, path: tuple[str, ...], value: Any) -> Any:
    """A record with another value at a path; the record itself stays as it is."""
    if not path:
        return value
    # WHY: a record keeps its class, by which two of them are compared.
    changed = copy(record) if isinstance(record, dict) else {}
    changed[path[0]] = _put(changed.get(path[0]), path[1:], value)
    return changed
