"""A host's mapping: frozen declarations of which table and column fills which vocabulary term.

An adapter writes them down once; `mapping_check` compares them with the vocabulary when they are
loaded, `reading` reads rows by them.  They hold names only: no SQL text, no code of the host.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from .conversions import DECLARATION, Conversion, FrozenMap, Text

__all__ = [
    "Beside",
    "Column",
    "Constant",
    "EntityMapping",
    "Flow",
    "Holders",
    "HostMapping",
    "Identifier",
    "Literally",
    "Responsible",
    "SameRow",
    "Stamp",
    "TermMapping",
    "ToMany",
    "ToOne",
]


def _check_identifier(name: str) -> str:
    # WHY so narrow: names reach SQL as identifiers; nothing that needs care when quoted may pass.
    if not name.isidentifier() or len(name) > 63:
        raise ValueError(f"`{name}` is no name of a table or column")
    return name


Identifier = Annotated[str, AfterValidator(_check_identifier)]
"""The name of a table, column or schema: letters (Chinese ones too), digits, underscore."""

Literally = bool | date | Decimal | str | tuple[str, ...]
"""A value of a term, written into a mapping."""


@dataclass(frozen=True, config=DECLARATION)
class Column:
    """A term that one column fills.

    Args:
        name: the column.
        conversion: how its values are read; `Text` unless said otherwise.
        missing: values that mean "not filled in" in this column, such as "" or "0000-00-00"; they
            make the term Unknown, as NULL does.
        when_null: what NULL means here, where the host's own rules give it a meaning (an open end
            of a period, say).  None: NULL is Unknown.
    """

    name: Identifier
    conversion: Conversion = Text()
    missing: tuple[str, ...] = ()
    when_null: Literally | None = None


@dataclass(frozen=True, config=DECLARATION)
class Constant:
    """A term that has one value for every record of this host."""

    value: Literally


@dataclass(frozen=True, config=DECLARATION)
class SameRow:
    """A record (对一) that stands in columns of the same row."""

    terms: FrozenMap[str, Column | Constant]


@dataclass(frozen=True, config=DECLARATION)
class ToOne:
    """A record (对一) in another row.

    Args:
        on: column of this row → column of the other, which together name one row.
        of: how the other record is read; the mapping's entry for the entity unless given.
        only: the terms to read of it; all that are mapped unless given.
        where: column → value that the other row must have besides.
        when_absent: the terms of a record to take when there is no such row, where its absence
            itself says something (``{"已成立": False}``).  None: the record is Unknown.
    """

    on: FrozenMap[Identifier, Identifier]
    of: EntityMapping | None = None
    only: tuple[str, ...] | None = None
    where: FrozenMap[Identifier, int | str] = Field(default_factory=dict)
    when_absent: FrozenMap[str, Literally] | None = None


@dataclass(frozen=True, config=DECLARATION)
class ToMany:
    """A list of records (对多) in other rows.

    Args:
        on: column of this row → column of the others.
        is_complete: whether the adapter vouches that what is not in the table does not exist.  Only
            then can a rule say "none", "every" or a sum.
        of: how each is read; the mapping's entry for the entity unless given.
        only: the terms to read of each; all that are mapped unless given.
        where: column → value that each row must have besides.
        filled: columns that must not be NULL for a row to count.
        order_by: columns that give the records their order, for stable explanations.
    """

    on: FrozenMap[Identifier, Identifier]
    is_complete: bool
    of: EntityMapping | None = None
    only: tuple[str, ...] | None = None
    where: FrozenMap[Identifier, int | str] = Field(default_factory=dict)
    filled: tuple[Identifier, ...] = ()
    order_by: tuple[Identifier, ...] = ()


TermMapping = Column | Constant | SameRow | ToOne | ToMany


@dataclass(frozen=True, config=DECLARATION)
class Beside:
    """Another table that holds some of an entity's terms, at most one row a record.

    Args:
        table: the other table.
        on: column of the entity's own table → column of this one.
        terms: term → the column of this table that fills it; without a row they are Unknown.
        where: column → value that the row must have besides (the budget year, say).
    """

    table: Identifier
    on: FrozenMap[Identifier, Identifier]
    terms: FrozenMap[str, Column]
    where: FrozenMap[Identifier, int | str] = Field(default_factory=dict)
    schema: Identifier | None = None


@dataclass(frozen=True, config=DECLARATION)
class Responsible:
    """Which organisation is to act for a subject in a role: a column of its row, or a constant."""

    role: str
    organisation: Column | Constant


@dataclass(frozen=True, config=DECLARATION)
class EntityMapping:
    """An entity of the vocabulary: the table its records stand in and what fills each term.

    Args:
        entity: its name in the vocabulary.
        table: the host's table or view.
        key: the column that names a row; it fills the entity's key term (主键) by itself.
        terms: term → what fills it; a term left out is Unknown in this host.
        beside: other tables with more of its terms.
        records: entity → rows that checks (核查) over several records read along with it.
        key_is_number: whether the key column holds whole numbers.
        responsible: who acts on records that no flow of the host moves, by role; on doubts (疑点)
            about a school, the school's entry says who.
        schema: the database schema, where it is not the connection's own.
    """

    entity: str
    table: Identifier
    key: Identifier
    terms: FrozenMap[str, TermMapping]
    beside: tuple[Beside, ...] = ()
    records: FrozenMap[str, ToMany] = Field(default_factory=dict)
    key_is_number: bool = False
    responsible: tuple[Responsible, ...] = ()
    schema: Identifier | None = None


@dataclass(frozen=True, config=DECLARATION)
class Stamp:
    """What the host writes into the subject's row when an action is taken, beside the new state.

    Args:
        action: the action's name in the flow.
        column: the column to fill.
        value: what to write: the date of the act, or nothing (NULL), to take a stamp back.
        form: how the column holds a date.
    """

    action: str
    column: Identifier
    value: Literal["date", "nothing"] = "date"
    form: Literal["DATE", "YYYY-MM-DD", "YYYYMMDD"] = "DATE"


@dataclass(frozen=True, config=DECLARATION)
class Flow:
    """The flow (办理流程) that moves records of an entity, and the host's column for the state.

    Args:
        entity: the flow's subject.
        policy: id of the document, such as ``cn/beijing/school-based-training``.
        lifecycle: anchor of the 办理流程 in it.
        column: the state column of the entity's table.
        states: the host's code → the flow's word for the state; one to one.
        responsible: who acts, by role.
        stamps: what else the host's row gets when an action is taken.
        states_are_numbers: whether the state column holds whole numbers.
    """

    entity: str
    policy: str
    lifecycle: str
    column: Identifier
    states: FrozenMap[str, str] = Field(min_length=1)
    responsible: tuple[Responsible, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    states_are_numbers: bool = False


@dataclass(frozen=True, config=DECLARATION)
class Holders:
    """Where it stands who holds a role: a row for each person, with their organisation and period.

    Args:
        table: the host's table or view.
        person: the column with the person's id, as `Actor.id` has it.
        roles: the role that every row is about; or, with `role`, the host's code → the role.
            Several codes may mean one role, and rows with another code are passed by.
        role: the column with the role's code.
        organisation: the column with the organisation, as `Responsible` names it; None where the
            table's people act for every organisation.
        valid_from: the column with the first day on which a row counts; empty: from ever.
        valid_until: the column with the last day; empty: for ever.
        form: how both hold a date.
        missing: further values that leave an end open, such as "00000000".
        where: column → value that a row must have besides (在职标志, say).
        order_by: columns by which those who sign in turn (依次) follow each other.
        codes_are_numbers: whether the role column holds whole numbers.
        schema: the database schema, where it is not the connection's own.

    Raises:
        ValueError: codes without their column, or a column without codes.

    Example:
        >>> officers = Holders("sys_js", "gh", {"21": "区级审核员"}, role="jsdm")
        >>> officers.named
        ('区级审核员',)
    """

    table: Identifier
    person: Identifier
    roles: str | FrozenMap[str, str]
    role: Identifier | None = None
    organisation: Identifier | None = None
    valid_from: Identifier | None = None
    valid_until: Identifier | None = None
    form: Literal["DATE", "YYYY-MM-DD", "YYYYMMDD"] = "DATE"
    missing: tuple[str, ...] = ()
    where: FrozenMap[Identifier, int | str] = Field(default_factory=dict)
    order_by: tuple[Identifier, ...] = ()
    codes_are_numbers: bool = False
    schema: Identifier | None = None

    def __post_init__(self) -> None:
        if isinstance(self.roles, str) != (self.role is None):
            raise ValueError("a table of several roles needs both: a column and its codes")

    @property
    def named(self) -> tuple[str, ...]:
        """The roles that it says something about, each once."""
        roles = (self.roles,) if isinstance(self.roles, str) else self.roles.values()
        return tuple(dict.fromkeys(roles))

    def codes_of(self, role: str) -> list[int | str]:
        """The codes by which the host names a role, as the column holds them."""
        codes = {} if isinstance(self.roles, str) else self.roles
        found = [code for code, name in codes.items() if name == role]
        return [int(code) if self.codes_are_numbers else code for code in found]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        single = (self.person, self.role, self.organisation, self.valid_from, self.valid_until)
        return tuple(dict.fromkeys([*(one for one in single if one), *self.where, *self.order_by]))


@dataclass(frozen=True, config=DECLARATION)
class HostMapping:
    """Everything an adapter says about a host's tables: one entry an entity, one a flow.

    Args:
        entities: the tables that terms are read from.
        flows: the state columns that actions move.
        holders: who holds which role.  Without any the host can't say, and a role that nobody
            holds is not noticed.

    Example:
        >>> from xbyx_rules.hosting import Column, EntityMapping, FenToYuan, HostMapping
        >>> schools = EntityMapping(
        ...     entity="学校",
        ...     table="jcxx_xx",
        ...     key="xxbsm",
        ...     terms={"学校名称": Column("xxmc"), "教师培训经费预算": Column("pxjf", FenToYuan())},
        ... )
        >>> HostMapping(entities=(schools,)).entity("学校").table
        'jcxx_xx'
    """

    entities: tuple[EntityMapping, ...]
    flows: tuple[Flow, ...] = ()
    holders: tuple[Holders, ...] = ()

    def entity(self, name: str) -> EntityMapping | None:
        """The entry for an entity; None when this host has none."""
        return next((one for one in self.entities if one.entity == name), None)

    def flow(self, entity: str) -> Flow | None:
        """The flow that moves an entity's records; None when there is none."""
        return next((one for one in self.flows if one.entity == entity), None)
