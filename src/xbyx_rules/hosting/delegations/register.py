"""The register of a tenant's delegations: grant, revoke, look up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError, Diagnostic
from xbyx_rules.hosting.ledger import Agency, LedgerTables, Target
from xbyx_rules.hosting.ledger.delegation_chain import record_grant, record_revocation
from xbyx_rules.hosting.ledger.digests import DigestName, check_digest_name
from xbyx_rules.hosting.ledger.results import check_sizes
from xbyx_rules.hosting.ledger.store import Store
from xbyx_rules.hosting.ledger.transactions import read_in, write_in
from xbyx_rules.lifecycle import Actor
from xbyx_rules.telemetry import OTHER, watch_command

from .checks import check_grant, check_revocation
from .model import Delegation, GrantedDelegation
from .store import DelegationStore

__all__ = ["DelegationRegister"]

_LONGEST_DAYS: Final = 3660
_DELEGATE: Final = "@delegate"
_END: Final = "@undelegate"


def _now() -> datetime:
    return datetime.now(UTC)


class DelegationRegister:
    """Who may act for whom in one tenant; what is granted and revoked is on record in the ledger.

    A delegation lets the agent act on one principal's behalf in one role; the principal must hold
    the role themself when it is used.  It is never passed on: whoever acts for somebody who acts
    for a third has no delegation of the third's.

    Every method with a `target` takes an Engine, a Connection or a Session, as `Ledger` does.

    Args:
        tables: the ledger's (`Ledger.tables`, or `ledger_tables`).
        tenant: whose.
        administrator: the role whose holders may grant and revoke for others (an audited
            reassignment while somebody is ill); nobody's unless given.
        most_days: the longest period.  A year and a day unless told, our choice: what runs for
            ever is forgotten.
        digest: as the ledger's: by which the hashes of what is granted and revoked are made.
        clock: gives the instant at which it is recorded (UTC now); nothing is decided by it.

    Raises:
        CommandRefused: XR530; XR582, `most_days` is not between 1 and 3660.
        HostError: XR568, there is no such algorithm here.

    Example:
        >>> from sqlalchemy import create_engine
        >>> from xbyx_rules.hosting import Ledger, ledger_tables
        >>> engine, tables = create_engine("sqlite://"), ledger_tables()
        >>> tables.metadata.create_all(engine)
        >>> register = DelegationRegister(tables, "110108", administrator="区级管理员")
        >>> register.granted_to(engine, "t-17", date(2026, 7, 15))
        ()
        >>> ledger = Ledger({}, None, tenant="110108", delegations=register.find_delegation)
    """

    def __init__(
        self,
        tables: LedgerTables,
        tenant: str,
        *,
        administrator: str = "",
        most_days: int = 366,
        digest: DigestName = "sha256",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        check_sizes(tenant=tenant)
        if not 1 <= most_days <= _LONGEST_DAYS:
            values = {"name": "most_days", "least": "1", "most": str(_LONGEST_DAYS)}
            raise CommandRefused(Diagnostic("XR582", None, values))
        check_digest_name(digest)
        self._store = DelegationStore(tables, tenant)
        self._ledger = Store(tables, tenant, digest)
        self._clock = clock
        self._administrator = administrator
        self._most_days = most_days

    # --- granting and revoking ------------------------------------------------------------------

    def grant(
        self,
        target: Target,
        delegation: Delegation,
        *,
        delegation_id: str,
        actor: Actor,
        at: datetime,
    ) -> GrantedDelegation:
        """Grant a delegation.

        Args:
            target: Engine, Connection or Session.
            delegation: who may act for whom, as what, when.
            delegation_id: unique for the tenant; the same delegation again changes nothing, also
                when it was revoked meanwhile.
            actor: who grants: the principal, with the roles they hold, or an administrator.
            at: when, aware.

        Returns:
            The delegation as it stands in the register.

        Raises:
            CommandRefused: XR503, XR518, XR530, XR673 to XR675, all that speaks against it.
            ConflictError: XR514, the id was used for another one, or by somebody else; XR693, it is
                on record, and its row was taken away.
        """
        with watch_command(OTHER, _DELEGATE) as watch:
            _check_aware(at)
            _check_columns(delegation, delegation_id, actor)

            def work(connection: Connection) -> tuple[GrantedDelegation, bool]:
                return self._grant(
                    connection, GrantedDelegation(delegation_id, delegation, at, actor.id), actor
                )

            made, is_replay = write_in(target, work)
            watch.finish(is_replay=is_replay)
        return made

    def revoke(
        self, target: Target, delegation_id: str, *, actor: Actor, at: datetime
    ) -> GrantedDelegation:
        """Revoke a delegation: from now on nothing is done by it; what was done stays.

        One that was revoked before stays as it is: who did so first, and when, is kept.

        Args:
            target: Engine, Connection or Session.
            delegation_id: which.
            actor: who revokes: the principal, the agent (who gives it back) or an administrator.
            at: when, aware.

        Returns:
            The delegation as it stands in the register.

        Raises:
            CommandRefused: XR503, XR518, XR530; XR675, it isn't theirs; XR676, there is none.
        """
        with watch_command(OTHER, _END) as watch:
            _check_aware(at)
            check_sizes(command_id=delegation_id, actor_id=actor.id)
            found, is_replay = write_in(
                target, lambda connection: self._revoke(connection, delegation_id, actor, at)
            )
            watch.finish(is_replay=is_replay)
        return found

    # --- questions ------------------------------------------------------------------------------

    def find_delegation(
        self,
        connection: Connection,
        principal: Actor,
        actor: Actor,
        role: str,
        subject: Subject,
        on: date,
    ) -> str | None:
        """The id of the delegation by which an actor may act for a principal; `Ledger` asks it.

        Only what the principal themself was granted for: nothing is followed further.  In a
        REPEATABLE READ transaction of the host's a revocation is seen that was committed before
        it first read anything.
        """
        if actor.kind != "person":
            return None
        return self._store.find_valid(
            connection,
            principal_id=principal.id,
            agent_id=actor.id,
            role=role,
            subject=subject,
            on=on,
        )

    def agencies_of(
        self,
        target: Target,
        agent: Actor,
        on: date,
        principal_of: Callable[[str], Actor | None],
    ) -> tuple[Agency, ...]:
        """Whom a person may act for on a day, as `Inbox.tasks` takes it (`acting_for`).

        What the ledger would not accept is left out: a principal whom the platform doesn't know
        any more or who no longer holds the role, and an agent who is no person.

        Args:
            target: Engine, Connection or Session.
            agent: who acts.
            on: a civil date in the ledger's zone.
            principal_of: the person of an id as the platform has them today, with their roles and
                organisation; None where there is none.  Asked once for each.

        Returns:
            Each once, in the order of the delegations' ids.
        """
        if agent.kind != "person":
            return ()
        said = [one.delegation for one in self.granted_to(target, agent.id, on)]
        known = {one: principal_of(one) for one in dict.fromkeys(one.principal_id for one in said)}
        agencies = (
            Agency(principal, one.role, one.subject_kind, one.subject_ref)
            for one in said
            if (principal := known[one.principal_id]) is not None and one.role in principal.roles
        )
        return tuple(dict.fromkeys(agencies))

    def granted_by(
        self, target: Target, person: str, on: date | None = None
    ) -> tuple[GrantedDelegation, ...]:
        """Who may act for a person on a day; None: every one there ever was, revoked ones too."""
        return self.granted(target, on, principal_id=person)

    def granted_to(
        self, target: Target, person: str, on: date | None = None
    ) -> tuple[GrantedDelegation, ...]:
        """For whom a person may act on a day; None: every one there ever was, revoked ones too."""
        return self.granted(target, on, agent_id=person)

    def granted(
        self,
        target: Target,
        on: date | None = None,
        *,
        principal_id: str | None = None,
        agent_id: str | None = None,
    ) -> tuple[GrantedDelegation, ...]:
        """The tenant's delegations by their ids.

        Args:
            target: Engine, Connection or Session.
            on: only those that count on this day; None: every one there ever was.
            principal_id: only those of this person.
            agent_id: only those to this person.
        """
        return read_in(
            target,
            lambda connection: tuple(
                self._store.each(connection, principal_id=principal_id, agent_id=agent_id, on=on)
            ),
        )

    # --- inside ---------------------------------------------------------------------------------

    def _grant(
        self, connection: Connection, wanted: GrantedDelegation, actor: Actor
    ) -> tuple[GrantedDelegation, bool]:
        known = self._store.find(connection, wanted.id)
        if known is None:
            # WHY after looking: one sent again gets its answer, whatever post the actor has by now.
            problems = tuple(
                check_grant(
                    wanted.delegation,
                    actor,
                    administrator=self._administrator,
                    most_days=self._most_days,
                )
            )
            if problems:
                raise CommandRefused(problems)
            if self._store.insert(connection, wanted):
                columns = self._store.said(wanted.delegation)
                at = (wanted.granted_at, self._clock())
                record_grant(self._ledger, connection, wanted.id, columns, actor, at)
                return wanted, False
            # Somebody else has just used the id; reading with a lock shows what they wrote.
            known = self._store.find(connection, wanted.id, is_locked=True)
        said = (wanted.delegation, wanted.granted_by)
        if known is None or (known.delegation, known.granted_by) != said:
            raise ConflictError(Diagnostic("XR514", None, {"command": wanted.id}))
        return known, True

    def _revoke(
        self, connection: Connection, delegation_id: str, actor: Actor, at: datetime
    ) -> tuple[GrantedDelegation, bool]:
        known = self._store.find(connection, delegation_id, is_locked=True)
        if known is None:
            raise CommandRefused(Diagnostic("XR676", None, {"delegation": delegation_id}))
        problems = tuple(
            check_revocation(known.delegation, actor, administrator=self._administrator)
        )
        if problems:
            raise CommandRefused(problems)
        if known.revoked_at is not None:
            return known, True
        self._store.mark_revoked(connection, delegation_id, by=actor.id, at=at)
        record_revocation(self._ledger, connection, delegation_id, actor, (at, self._clock()))
        after = self._store.find(connection, delegation_id, is_locked=True)
        if after is None:
            raise RuntimeError("a delegation that was locked is gone")
        return after, False


def _check_aware(at: datetime) -> None:
    if at.utcoffset() is None:
        raise CommandRefused(Diagnostic("XR518"))


def _check_columns(delegation: Delegation, delegation_id: str, actor: Actor) -> None:
    """Refuse what a column could not hold."""
    check_sizes(command_id=delegation_id, role_name=delegation.role)
    for person in (delegation.principal_id, delegation.agent_id, actor.id):
        check_sizes(actor_id=person)
    if delegation.subject_kind is not None or delegation.subject_ref is not None:
        # A key without its kind names no subject.
        check_sizes(subject_kind=delegation.subject_kind or "")
    if delegation.subject_ref is not None:
        check_sizes(subject_ref=delegation.subject_ref)
