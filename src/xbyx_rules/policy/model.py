"""What a policy document says, as values: the reader makes them, every later stage reads them.

Texts that a later stage parses keep their place, so that any error points into the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Self

from xbyx_rules.errors import Language, Place

__all__ = [
    "Body",
    "Clause",
    "ClauseKind",
    "ClauseNature",
    "Closing",
    "DocumentStatus",
    "Example",
    "Expression",
    "Force",
    "Outcome",
    "ParameterRow",
    "Parameters",
    "Pattern",
    "PatternRow",
    "Period",
    "Policy",
    "Table",
    "Taxonomy",
    "TaxonomyRow",
    "Text",
    "TransitionRow",
    "Transitions",
]


@dataclass(frozen=True, slots=True)
class Text:
    r"""A stretch of the document that a later stage parses: its characters and where they stand.

    Args:
        value: the characters, with ``\|`` read as ``|``; words that have several spellings
            (应当, shall) stand in the Chinese one.
        place: of the first character; `length` counts to the end of the first line.
        pieces: (offset in `value`, place) wherever the text doesn't simply run on: after an
            escaped ``|``, and at each further line.
    """

    value: str
    place: Place
    pieces: tuple[tuple[int, Place], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.value)

    def place_at(self, offset: int, length: int = 1) -> Place:
        """Where the character at `offset` of the value stands in the document.

        Example:
            >>> str(Text("学时 / 20", Place("policy.md", 41, 20, 7)).place_at(5, 2))
            'policy.md:41:25'
        """
        start, place = 0, self.place
        for position, piece in self.pieces:
            if position > offset:
                break
            start, place = position, piece
        return Place(place.file, place.line, place.column + offset - start, length)


@dataclass(frozen=True, slots=True)
class Period:
    """Civil dates, both ends included; a side that is None is open.

    Example:
        >>> date(2026, 1, 1) in Period(date(2021, 1, 1), date(2025, 12, 31))
        False
    """

    start: date | None = None
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether the two have a day in common."""
        first_ends = self.end is not None and other.start is not None and self.end < other.start
        other_ends = other.end is not None and self.start is not None and other.end < self.start
        return not (first_ends or other_ends)

    def __str__(self) -> str:
        return f"{self.start or ''}..{self.end or ''}"


class _Labelled(Enum):
    """An enumeration whose members are written in Chinese or in English, with one meaning."""

    def __init__(self, zh: str, en: str, *aliases: str) -> None:
        self.zh = zh
        self.en = en
        self.aliases = aliases

    def label(self, language: Language = "zh") -> str:
        """The word for people."""
        return self.zh if language == "zh" else self.en

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every accepted spelling, Chinese first."""
        return (self.zh, self.en, *self.aliases)

    @classmethod
    def find(cls, spelling: str) -> Self | None:
        """The member with this spelling, or None.

        Example:
            >>> ClauseKind.find("决定").label()
            '计算'
        """
        return next((member for member in cls if spelling in member.spellings), None)


class ClauseKind(_Labelled):
    """What a heading is (property 类别)."""

    REQUIREMENT = ("要求", "requirement")
    CALCULATION = ("计算", "calculation", "决定")
    PARAMETER = ("参数", "parameter")
    TAXONOMY = ("分类", "taxonomy")
    DUTY = ("职责", "duty")
    LIFECYCLE = ("办理流程", "lifecycle", "生命周期")
    CHECK = ("核查", "check", "督导")
    JUDGEMENT = ("人工认定", "judgement", "判断")
    PRINCIPLE = ("原则性条款", "principle", "说明")


class ClauseNature(_Labelled):
    """What a clause of the official source is by nature, whoever encodes it (column 性质)."""

    COMPUTABLE = ("可计算", "computable")
    TAXONOMY = ("分类", "taxonomy")
    JUDGEMENT = ("人工判断", "judgement")
    PROCESS = ("程序职责", "process")
    DECLARATORY = ("宣示", "declaratory")


class Outcome(_Labelled):
    """The four outcomes of a finding; the code (`value`'s English) is stable."""

    MET = ("符合", "met")
    NOT_MET = ("不符合", "not_met")
    UNDETERMINED = ("暂无法判定", "undetermined")
    NOT_APPLICABLE = ("不适用", "not_applicable")

    @property
    def code(self) -> str:
        """The stable code: ``met``, ``not_met``, ``undetermined``, ``not_applicable``."""
        return self.en


class Force(_Labelled):
    """The normative word (property 规范用语): the first three block by default."""

    SHALL = ("应当", "shall")
    SHALL_NOT = ("不得", "shall_not")
    ONLY_THEN = ("方可", "only_then")
    MAY = ("可以", "may")
    ENCOURAGED = ("鼓励", "encouraged")
    DUTY = ("职责", "duty")

    @property
    def is_blocking(self) -> bool:
        """Whether a requirement with this word blocks when it is not met."""
        return self in (Force.SHALL, Force.SHALL_NOT, Force.ONLY_THEN)


class DocumentStatus(_Labelled):
    """The front matter's `status`."""

    IN_FORCE = ("现行有效", "in-force")
    EXPIRED = ("已失效", "expired")
    UNVERIFIED = ("未核实", "unverified")
    DRAFT = ("草案", "draft")


@dataclass(frozen=True, slots=True)
class Expression:
    """A `feel` block."""

    text: Text


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table as written: input and output headings, and one row a rule.

    Each row has the cells in the order inputs, outputs, annotations.
    """

    hit_policy: Text
    inputs: tuple[Text, ...]
    outputs: tuple[Text, ...]
    annotations: tuple[Text, ...]
    rows: tuple[TableRow, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class TableRow:
    """One rule of a decision table."""

    number: str
    inputs: tuple[Text, ...]
    outputs: tuple[Text, ...]
    annotations: tuple[Text, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One value of a parameter in one period; several rows of a name are its history.

    `english` is its English name, "" where no row of the name has one.
    """

    name: str
    value: Text
    period: Period
    basis: str
    is_verified: bool
    place: Place
    english: str = ""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The body of a 参数 heading."""

    rows: tuple[ParameterRow, ...]


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """One row of an 办理流程: who may take which action from which state, and on what conditions.

    Args:
        source: state before.
        action: the act's name.
        target: state after.
        by: roles, any of which may act.
        must_meet: anchors (without ``#``) of requirements that must be met or not applicable.
        condition: plain FEEL, or None.
        deadline: such as ``15 工作日``, or None.
        origin: ``条文`` (the source says it), ``推论`` (our inference), ``参数`` (the
            host's choice) or "".
        basis: locator of the clause, or "".
    """

    source: str
    action: str
    target: str
    by: tuple[str, ...]
    must_meet: tuple[str, ...]
    condition: Text | None
    deadline: Text | None
    origin: str
    basis: str
    place: Place


@dataclass(frozen=True, slots=True)
class Transitions:
    """The body of an 办理流程 heading."""

    rows: tuple[TransitionRow, ...]


@dataclass(frozen=True, slots=True)
class PatternRow:
    """One fact of a 核查: a record of `entity`, named `alias`, for which `condition` holds.

    With `is_absent` (written ``无 有效批准``) there must be no such record.
    """

    entity: str
    alias: str
    condition: Text | None
    is_absent: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Pattern:
    """The body of a 核查 heading."""

    rows: tuple[PatternRow, ...]


@dataclass(frozen=True, slots=True)
class TaxonomyRow:
    """One allowed value, with the value above it in a two-level taxonomy.

    The value above is one of the same table or, with 上级词项, one of that term.
    """

    value: str
    parent: Text
    english: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The body of a 分类 heading."""

    rows: tuple[TaxonomyRow, ...]


Body = Expression | Table | Parameters | Transitions | Pattern | Taxonomy


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a table of examples: inputs as written (empty cell: unknown), expected result."""

    name: str
    inputs: tuple[tuple[Text, Text], ...]
    expected: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Clause:
    """One heading of a document with all that stands under it.

    Args:
        id: the anchor ``{#id}``; unique in the document.
        locator: the clause's place in the official text (``六(二)-5``); "" where it is our own.
        title: the heading without locator and anchor.
        level: 1 for ``#``.
        kind: None for a heading that only structures the document.
        properties: canonical Chinese key → text.
        prose: our own wording, paragraphs joined by a blank line.
        body: the one formal block of the heading, if any.
        messages: by language, the template shown when it is not met.
        period: the heading's own period (施行), open where it has none.
        source: the heading's lines in the document, as they stand (for hashes and diffs).
    """

    id: str
    locator: str
    title: str
    level: int
    kind: ClauseKind | None
    properties: Mapping[str, Text]
    prose: str
    body: Body | None
    messages: Mapping[Language, Text]
    examples: tuple[Example, ...]
    period: Period
    place: Place
    source: str = field(repr=False, default="")

    def title_in(self, language: Language) -> str:
        """The title; in English the 英文标题, where there is one."""
        return (self.property("英文标题") if language == "en" else "") or self.title

    def property(self, key: str) -> str:
        """A property's text by its Chinese key; "" when it has none."""
        found = self.properties.get(key)
        return found.value if found else ""


@dataclass(frozen=True, slots=True)
class Closing:
    """That a document has a successor.

    Args:
        by: the successor's id.
        citation: how the successor is cited.
        on: the successor's first day in force.
    """

    by: str
    citation: str
    on: date


@dataclass(frozen=True, slots=True)
class Policy:
    r"""A whole document.

    Args:
        id: path-like name, such as ``cn/beijing/school-based-training``.
        hash: ``sha256:…`` of the document's text (line ends as ``\n``, no BOM): names it for ever.
        refines: ids of the documents above it.
        text: without a byte order mark, line ends as they stand.
        places: where the values of the front matter stand, by English key.
        preface: prose before the first heading.
        supersedes: ids of the documents whose place this one takes.
        closing: what ended it before it would end by itself, or after; `period` ends by then.
    """

    id: str
    title: str
    document: str
    kind: str
    issuer: str
    division: str
    adopted: date | None
    period: Period
    validity: str
    refines: tuple[str, ...]
    status: DocumentStatus
    clauses: tuple[Clause, ...]
    file: str
    text: str = field(repr=False)
    hash: str = field(repr=False)
    places: Mapping[str, Place] = field(repr=False, compare=False, default_factory=dict)
    preface: str = ""
    supersedes: tuple[str, ...] = ()
    closing: Closing | None = None

    @property
    def citation(self) -> str:
        """How the document is cited: ``京教人〔2022〕8号《…》``."""
        return f"{self.document}《{self.title}》"

    def clause(self, anchor: str) -> Clause | None:
        """The clause with this anchor, or None."""
        return next((one for one in self.clauses if one.id == anchor), None)
