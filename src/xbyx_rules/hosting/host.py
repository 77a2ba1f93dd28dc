"""What the ledger asks of a host platform: to read, to compare-and-set one column, to say who.

An adapter implements `Host`; the ledger never sees the host's tables.  Every method gets the
connection the command runs on, so that what it reads and writes is part of the one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from sqlalchemy import Connection

from xbyx_rules.checking import CheckedTransition
from xbyx_rules.deciding import Case, Subject

__all__ = [
    "Host",
    "RoleDirectory",
    "RowLocker",
    "StatesReader",
    "SupersessionListener",
    "TransitionListener",
    "read_states",
]


class Host(Protocol):
    """The host platform, as the ledger sees it.  No method commits, rolls back or reads a clock."""

    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        """Read what is known of a subject: facts, records, and judgements the host itself keeps.

        Args:
            connection: the one the command runs on.
            subject: entity and key.
            on: civil date that is asked about.

        Returns:
            The case; the ledger adds the attestations of its own table.
        """

    def read_state(self, connection: Connection, subject: Subject) -> str | None:
        """The subject's state in the policy's words (草稿), read afresh from the host's column.

        Returns:
            None when there is no such record, or its state column is empty.
        """

    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        """Set the state column from `old` to `new`, and only from `old` (``WHERE … state = old``).

        Returns:
            The number of rows changed: 1, or 0 when the record is no longer in `old`.
        """

    def responsible(self, connection: Connection, subject: Subject, role: str) -> str:
        """The organisation whose people act in this role on this subject.

        For 校长 the subject's school, for 区级审核员 the district's institution.  It is where the
        task appears, and an actor of the role must belong to it (`Actor.organisation`).

        Returns:
            The organisation as `Actor.organisation` names it; "" when any may act.
        """

    def lifecycle_of(self, entity: str) -> tuple[str, str]:
        """The flow that subjects of an entity go through: document id and anchor.

        Returns:
            Such as ``("cn/beijing/school-based-training", "annual-plan")``.

        Raises:
            KeyError: subjects of this entity go through no flow.
        """


@runtime_checkable
class TransitionListener(Protocol):
    """Optional: a host that sets columns of its own when a transition is taken (批准日期)."""

    def on_transition(
        self, connection: Connection, subject: Subject, transition: CheckedTransition, at: datetime
    ) -> None:
        """Called after the state column was set, in the same transaction.

        An exception from here undoes the whole command.

        Args:
            connection: the one the command runs on.
            subject: whose transition.
            transition: the one taken.
            at: the command's instant, in the ledger's zone: its ``date()`` is the date decided on.
        """


@runtime_checkable
class RowLocker(Protocol):
    """Optional: a host that locks the rows a command is decided on, until the command's end.

    Without it, a fact changed by somebody else between the decision and the commit is not seen
    (on SQLite nobody else can write in between); nor, on MariaDB and MySQL, one that was changed
    after the host's own REPEATABLE READ transaction read anything for the first time.
    """

    def lock_case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        """What `Host.case` gives, read by locking (``SELECT … FOR UPDATE``).

        WHY one reading, not a lock and then a reading: on MariaDB and MySQL a plain one shows the
        moment at which the transaction first read, whatever is locked by now.
        """


@runtime_checkable
class RoleDirectory(Protocol):
    """Optional: a host that can say who holds a role.

    Without it those who sign together (会签) are one for each role named, and that a role has
    nobody is never noticed.
    """

    def holders(
        self, connection: Connection, subject: Subject, role: str, *, on: date
    ) -> tuple[str, ...] | None:
        """The ids of the persons who hold a role for a subject on a day, as `Actor.id` has them.

        Args:
            connection: the one the command runs on.
            subject: entity and key.
            role: which.
            on: civil date, in the ledger's zone.

        Returns:
            In the order in which they sign where they sign in turn (依次); empty when the role
            has nobody; None when the host can't say for this role.
        """


@runtime_checkable
class SupersessionListener(Protocol):
    """Optional: a host that marks a record whose place a revision has taken (被取代)."""

    def on_superseded(
        self, connection: Connection, old: Subject, new: Subject, at: datetime
    ) -> None:
        """Called when a revision has come into force, in the same transaction.

        The state column of the old record stays as it is; other columns are the host's.  An
        exception from here undoes the whole command.

        Args:
            connection: the one the command runs on.
            old: the version that was in force until now.
            new: the one in force from now on.
            at: the command's instant, in the ledger's zone.
        """


@runtime_checkable
class StatesReader(Protocol):
    """Optional: a host that can say at once in which states many subjects are.

    Without it verifying a ledger asks for one subject after the other, which on a database server
    takes longer than all the rest.
    """

    def read_states(
        self, connection: Connection, subjects: Sequence[Subject]
    ) -> Mapping[Subject, str | None]:
        """What `Host.read_state` says of each; one that is left out has no such record."""


def read_states(
    host: Host, connection: Connection, subjects: Sequence[Subject]
) -> dict[Subject, str | None]:
    """The states of some subjects, at once where the host can.

    Example:
        >>> class OnlyDrafts:
        ...     def read_state(self, connection, subject):
        ...         return "草稿"
        >>> read_states(OnlyDrafts(), None, [Subject("年度计划", "1")])
        {Subject(entity='年度计划', key='1'): '草稿'}
    """
    if not isinstance(host, StatesReader):
        return {one: host.read_state(connection, one) for one in subjects}
    found = host.read_states(connection, subjects)
    return {one: found.get(one) for one in subjects}
