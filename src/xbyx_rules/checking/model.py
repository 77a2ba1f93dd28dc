"""What checking gives: the document with every expression parsed, typed and placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from xbyx_rules.errors import Language, Place
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.types import Type
from xbyx_rules.policy import Clause, Library, Period, Policy, Vocabulary
from xbyx_rules.tables import DecisionTable

from .approvals import Approvals
from .laws import StatedLaw

__all__ = [
    "CheckedClause",
    "CheckedExample",
    "CheckedLifecycle",
    "CheckedPattern",
    "CheckedPolicy",
    "CheckedTransition",
    "Invariant",
    "MessageTemplate",
    "ParameterValue",
    "Strictness",
]


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A message split into literal text and expressions: ``经费为 {教师培训经费预算} 元``."""

    parts: tuple[str | Node, ...]


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A parameter's value in one period: a FEEL value of `type`, `written` as in the document."""

    name: str
    value: object
    written: str
    type: Type
    period: Period
    basis: str
    is_verified: bool
    place: Place
    english: str = ""


@dataclass(frozen=True, slots=True)
class CheckedPattern:
    """One fact of a check: records of `entity`, named `alias`, for which `condition` holds."""

    entity: str
    alias: str
    condition: Node | None
    is_absent: bool


@dataclass(frozen=True, slots=True)
class Invariant:
    """``later 之前必有 earlier``: no path takes or reaches `later` before `earlier`.

    Both are names of states or of actions of the flow.
    """

    later: str
    earlier: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckedTransition:
    """One transition of a lifecycle; the fields are those of `TransitionRow`.

    `condition` is typed over the subject's fields, 经办人, 提交人 and 意见.
    """

    source: str
    action: str
    target: str
    roles: tuple[str, ...]
    must_meet: tuple[str, ...]
    condition: Node | None
    condition_text: str
    is_comment_required: bool
    deadline: str
    origin: str
    basis: str
    place: Place


@dataclass(frozen=True, slots=True)
class CheckedLifecycle:
    """An 办理流程 whose states are all reachable and lead to a final one, its invariants hold."""

    id: str
    subject: str
    initial: str
    finals: tuple[str, ...]
    states: tuple[str, ...]
    transitions: tuple[CheckedTransition, ...]
    invariants: tuple[Invariant, ...]
    properties: Mapping[str, str]
    approvals: Approvals = field(default_factory=Approvals)

    def transition(
        self, source: str, action: str, target: str | None = None
    ) -> CheckedTransition | None:
        """The transition for an action in a state; None when there is none.

        Where a row of the flow lets whoever acts choose among several states, they differ in
        nothing else; without `target` it is the one that the row names first.
        """
        found = self.choices(source, action)
        return next((one for one in found if target in (None, one.target)), None)

    def choices(self, source: str, action: str) -> tuple[CheckedTransition, ...]:
        """The transitions for an action in a state, one for each state it can lead to."""
        return tuple(
            one for one in self.transitions if one.source == source and one.action == action
        )


@dataclass(frozen=True, slots=True)
class CheckedExample:
    """An example with typed inputs (``path → value``; a blank cell is left out: Unknown)."""

    name: str
    inputs: tuple[tuple[tuple[str, ...], object], ...]
    expected: object
    place: Place


@dataclass(frozen=True, slots=True)
class Strictness:
    """Whether what stands in the place of a rule or a parameter above is at least as strict.

    Args:
        name: what was replaced: a clause's anchor, or a parameter's name.
        target: the same with the document above: ``cn/upper#funding``, ``cn/upper 比例``.
        status: ``proved``; ``tested``, no looser one among the cases tried; ``refused``, a looser
            one was found, or nothing shows it; ``unjudged``, not compared yet.
        cases: how many cases were tried.
        example: of ``refused`` a case in which it is looser, as rows of a table of examples, or
            what is looser, by language.
        authority: the clause that authorises a looser rule (授权), or "".
        is_vacuous: whether the rule above decides on no day on which this one does.
    """

    name: str
    target: str
    status: Literal["proved", "tested", "refused", "unjudged"] = "unjudged"
    cases: int = 0
    example: Mapping[Language, str] = field(default_factory=dict)
    authority: str = ""
    is_vacuous: bool = False

    def phrase(self, language: Language = "zh") -> str:
        """It in words.

        Example:
            >>> Strictness("floor", "cn/upper#floor", "tested", 500).phrase()
            '替换“cn/upper#floor”：试了 500 例，没有发现更宽松的，尚未证明'
        """
        key: str = "vacuous" if self.is_vacuous else self.status
        if self.status == "refused" and self.authority:
            key = "authorised"
        words = _STRICTNESS[key][0 if language == "zh" else 1]
        return words.format(target=self.target, cases=self.cases, authority=self.authority)


_STRICTNESS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "proved": (
            "替换“{target}”：已证明不比它宽松",
            "replaces “{target}”: proved to be at least as strict",
        ),
        "vacuous": (
            "替换“{target}”：没有它据以判定的日子可比",
            "replaces “{target}”, which decides on no day on which this does",
        ),
        "tested": (
            "替换“{target}”：试了 {cases} 例，没有发现更宽松的，尚未证明",
            "replaces “{target}”: {cases} cases tried, none looser; not proved",
        ),
        "refused": (
            "替换“{target}”：比它宽松，或者看不出不比它宽松",
            "replaces “{target}”: looser, or not shown to be as strict",
        ),
        "authorised": (
            "替换“{target}”：比它宽松，或者看不出不比它宽松，依据 {authority} 的授权",
            "replaces “{target}”: looser, or not shown to be as strict, as {authority} authorises",
        ),
        "unjudged": (
            "替换“{target}”：没有比较宽严",
            "replaces “{target}”: not compared",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class CheckedClause:
    """A clause with its formal parts as typed trees; a part it doesn't have is None or empty.

    Args:
        clause: the clause as read.
        subject: the entity it is about, "" for none.
        condition: of a 要求 the condition, of a 计算 the expression.
        precondition: 前提.
        applicability: 适用条件.
        table: of a 计算 with a decision table.
        pattern: of a 核查.
        hits: of a 核查 the records that match, as contexts by alias; false where they don't.
        results: names and types of a 计算's values; one unless a table has several outputs.
        replaces: ``document#anchor`` of the clause above that this one replaces, or "".
        strictness: of one that replaces, how it compares with that.
        laws: what it declares to hold of every case (性质).
    """

    clause: Clause
    subject: str = ""
    condition: Node | None = None
    precondition: Node | None = None
    applicability: Node | None = None
    table: DecisionTable | None = None
    pattern: tuple[CheckedPattern, ...] = ()
    hits: Node | None = None
    results: tuple[tuple[str, Type], ...] = ()
    messages: Mapping[Language, MessageTemplate] = field(default_factory=dict)
    examples: tuple[CheckedExample, ...] = ()
    replaces: str = ""
    strictness: Strictness | None = None
    laws: tuple[StatedLaw, ...] = ()

    @property
    def id(self) -> str:
        """The clause's anchor."""
        return self.clause.id


@dataclass(frozen=True, slots=True)
class CheckedPolicy:
    """A document that passed every check, ready to compile.

    Args:
        policy: as read.
        clauses: its own clauses and those of the documents above that it does not replace, each
            clause knowing its document through `origins`.
        parameters: every parameter's values in time, by name.
        lifecycles: by anchor.
        origins: anchor → the document it stands in.
        above: the documents it refines, directly or through another.
        english: English names of parameters and of calculated values, where they have one.
        standing: all documents that tell what it says on any day, where successors are among them.
        strictness: of each parameter that has another value than above, how it compares.
    """

    policy: Policy
    vocabulary: Vocabulary
    clauses: Mapping[str, CheckedClause]
    parameters: Mapping[str, tuple[ParameterValue, ...]]
    lifecycles: Mapping[str, CheckedLifecycle]
    origins: Mapping[str, Policy]
    above: tuple[Policy, ...] = ()
    english: Mapping[str, str] = field(default_factory=dict)
    standing: tuple[Policy, ...] = ()
    strictness: Mapping[str, Strictness] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        """The documents and the vocabulary that it stands on: all it takes to check it again."""
        documents = {one.id: one for one in self.standing or (*self.above, self.policy)}
        return Library(MappingProxyType(documents), self.vocabulary)
