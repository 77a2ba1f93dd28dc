"""What a decision gives: findings, one for each rule, gathered in a review."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from xbyx_rules.checking import Strictness
from xbyx_rules.errors import Language
from xbyx_rules.policy import Force, Outcome, Period

from .case import Subject

__all__ = [
    "AppliedRow",
    "Condition",
    "Contribution",
    "Derivation",
    "Finding",
    "Missing",
    "Reading",
    "Remedy",
    "Review",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact or parameter that was read: its name as a path, its value (maybe UNKNOWN), its unit.

    Args:
        english: its English name, where the vocabulary has one.
        basis: of a parameter, locator of the clause that sets it.
        period: of a parameter, when this value is in force.
        written: of a parameter that is a number, as the document writes it (``5%``).
        is_verified: of a parameter, whether the figure is verified (核实); None of a fact.
        is_computed: whether a calculation gave it, so that nobody reports it.
        fields: of records, the English names of their terms.
    """

    name: str
    value: Any
    unit: str = ""
    english: str = ""
    basis: str = ""
    period: Period | None = None
    written: str = ""
    is_verified: bool | None = None
    is_computed: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the conditions joined by ``and`` in a rule.

    Args:
        text: the condition in FEEL, as the document has it.
        outcome: true, false or UNKNOWN.
        values: the sub-expressions worth showing, with their values, in reading order
            (``公用经费年度预算总额 * 培训经费最低比例`` → 50000.00).
        prose: the condition said in words, by language.
        spoken: the sub-expressions of `values` in words, in the same order, by language.
        units: the units of `values`, in the same order.
        shortfall: of a comparison of numbers that fails, how much is lacking or too much
            (positive), in the last of `units`; None otherwise.
    """

    text: str
    outcome: Any
    values: tuple[tuple[str, Any], ...]
    prose: Mapping[Language, str]
    spoken: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    shortfall: Any = None


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """A row of a decision table that applied: its number, tests and output in words, annotation."""

    number: str
    tests: Mapping[Language, str]
    output: Mapping[Language, str]
    annotation: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one record adds to a total; `value` is None where records are only counted.

    Args:
        record: the record, or an element that is none.
        fields: the English names of the record's terms.
        parts: how its own value came about, where that is calculated.
    """

    record: Any
    value: Any
    parts: tuple[Derivation, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a calculated value or a total came about.

    Args:
        spoken: what it is called, by language.
        value: what it gave, maybe UNKNOWN.
        unit: of the value.
        clause: locator and title of the calculation; "" for a total.
        prose: the expression in words, by language; empty for a table.
        values: the facts and parameters in it.
        rows: of a decision table the rows that applied.
        contributions: of a total its records, the first ones of `count`.
        parts: the calculated values in it, each derived in its turn.
    """

    spoken: Mapping[Language, str]
    value: Any
    unit: str = ""
    clause: str = ""
    prose: Mapping[Language, str] = field(default_factory=dict)
    values: tuple[Reading, ...] = ()
    rows: tuple[AppliedRow, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    count: int = 0
    parts: tuple[Derivation, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that would have been needed: its path and what it is, by language.

    Args:
        holder: who holds it (学校, 区级审核员), where known.
        is_attestation: whether it is a person's judgement (人工认定) that is missing.
    """

    name: str
    description: Mapping[Language, str]
    holder: str = ""
    is_attestation: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to satisfy a condition that isn't: in words, and for a fact its least change.

    Args:
        fact: the fact to change, or "" when there is no single one.
        value: the nearest value that satisfies the condition, or UNKNOWN when there is no single
            one: with this value it holds, with one a unit nearer to the present one it doesn't.
        prose: the same in words, by language.
        change: of a number how much it has to grow (or shrink: negative), of a date by how many
            days, of a list the items to add; None otherwise.
        is_alternative: whether it stands instead of the remedy before it, for the same condition.
    """

    fact: str
    value: Any
    prose: Mapping[Language, str]
    change: Any = None
    is_alternative: bool = False


class _Deferring:
    """What lets a `Finding` fill in most of its fields when one of them is first read."""

    __slots__ = ("_complete",)
    _complete: Callable[[], Finding]

    if not TYPE_CHECKING:
        # WHY hidden: a type checker would take every misspelt name for a field.

        def __getattr__(self, name: str) -> Any:
            """Fill the fields in; only a slot that is still empty leads here."""
            if name not in type(self).__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} has no field {name!r}")
            # WHY no lock: two threads make equal findings, and either's fields will do.
            whole = self._complete()
            for one in fields(whole):
                object.__setattr__(self, one.name, getattr(whole, one.name))
            # The facts of the case are not needed any longer.
            object.__setattr__(self, "_complete", lambda: whole)
            return getattr(whole, name)


@dataclass(frozen=True, slots=True)
class Finding(_Deferring):
    """The answer of one rule for one subject.

    `decide` gives the outcome at once and makes what explains it when a field is first read, from
    the facts as they were; reading one may raise `CaseError` XR304 or XR305.

    Args:
        clause: the rule's anchor in its document.
        locator: its clause in the official text, such as ``六(二)-5``.
        title: the heading's title.
        english_title: the heading's title in English, or "".
        basis: of a heading without locator, the clauses that it rests on (依据).
        policy: id of the document; `policy_hash` names its exact text.
        document: the document's number and title, for people.
        force: the normative word, or None.
        is_blocking: whether it blocks a step when not met.
        outcome: one of the four.
        value: for a calculation its value (or UNKNOWN), else None.
        conditions: each condition with its values; empty where none was evaluated.
        facts: the facts read, in reading order.
        parameters: the parameters read, with the value in force on the day.
        missing: what is missing, where undetermined, or where other conditions are.
        remedies: what would satisfy it, where not met.
        reason: why, by language, where the outcome isn't the conditions' alone (no rule in force,
            precondition, unverified figure, no attestation).
        message: the document's own message, filled in, by language; empty without one.
        strictness: how what replaces a rule above, and each parameter in it that has another value
            than above, compares with that.
        derivations: how the calculated values and the totals in it came about.
        is_withheld: whether the value is left out, since it would tell of persons (未公开); then
            nothing that it rests on is in the finding.  `decide` never sets it.
        is_calculation: whether it is a figure's: it asks nothing, so that nothing is met.
    """

    clause: str
    locator: str
    title: str
    policy: str
    policy_hash: str
    force: Force | None
    is_blocking: bool
    outcome: Outcome
    value: Any = None
    conditions: tuple[Condition, ...] = ()
    facts: tuple[Reading, ...] = ()
    parameters: tuple[Reading, ...] = ()
    missing: tuple[Missing, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    reason: Mapping[Language, str] = field(default_factory=dict)
    message: Mapping[Language, str] = field(default_factory=dict)
    strictness: tuple[Strictness, ...] = ()
    document: str = ""
    basis: str = ""
    english_title: str = ""
    derivations: tuple[Derivation, ...] = ()
    is_withheld: bool = False
    is_calculation: bool = False

    @classmethod
    def deferred(cls, complete: Callable[[], Finding], **known: Any) -> Finding:
        """A finding of which only some fields are known yet.

        Args:
            complete: makes the whole finding, with the same values for what is known already; it
                has to give the same whenever it is called.
            known: fields that are ready.
        """
        finding = object.__new__(cls)
        for name, value in known.items():
            object.__setattr__(finding, name, value)
        object.__setattr__(finding, "_complete", complete)
        return finding

    @property
    def allows(self) -> bool:
        """Whether a step that requires this finding may be taken: met or not applicable."""
        return self.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Review:
    """All findings on one subject on one day, in document order.

    Args:
        subject: whom or what they are about.
        on: the day asked about.
        policy: id of the document; `policy_hash` names its exact text.
        semantics: the engine's meaning, as a number.
        findings: one a rule.
        document: the document's number and title, for people.
        lapsed: how the documents above are cited that were not in force on the day: whoever
            relies on the review has to ask whether this document still stands on them.
    """

    subject: Subject
    on: date
    policy: str
    policy_hash: str
    semantics: int
    findings: tuple[Finding, ...]
    document: str = ""
    lapsed: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __getitem__(self, clause: str) -> Finding:
        """The finding of the clause with this anchor.

        Raises:
            KeyError: the review has no such finding.
        """
        for finding in self.findings:
            if finding.clause == clause:
                return finding
        raise KeyError(clause)

    @property
    def blocked_by(self) -> tuple[Finding, ...]:
        """The blocking findings that do not allow."""
        return tuple(one for one in self.findings if one.is_blocking and not one.allows)
