"""The ledger: the one door through which a subject's state changes, and the record of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from xbyx_rules.calendars import WorkingCalendar
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Attestation, Subject
from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.hosting.host import Host
from xbyx_rules.lifecycle import Actor, Command
from xbyx_rules.telemetry import OTHER, watch_command

from .acting import carry_out, start
from .anchoring import take_anchor
from .anchors import Anchor
from .attestations import keep_attestation, revoke_attestation
from .bulk import BulkItem, act_all
from .chain import LOOK, START
from .defining import define_in
from .desk import Delegations, Desk, no_delegations
from .digests import DigestName, check_digest_name
from .erasing import erase_body
from .findings import keep_finding
from .naming import ATTEST, REVOKE, name_entity
from .questions import Questions, check_aware
from .results import Receipt, check_sizes
from .running import run_command
from .signers import Signers
from .store import Store
from .tables import LedgerTables, ledger_tables
from .transactions import Target, write_in
from .unparking import ACTIONS, Decision, unpark_message

__all__ = ["Ledger"]


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger(Questions):
    """A tenant's ledger in the host's database.

    Every method takes a `target`: an Engine (we own the transaction and commit), or the host's
    Connection or Session (we join its transaction and never commit or roll it back).

    Args:
        policies: documents by id, ready to run.
        host: the platform, through its adapter.
        tenant: whose ledger, such as a district's code; tenants never see each other.
        prefix: stands before each table's name.
        zone: the jurisdiction's time zone; an instant's date there is the date decided on.
        delegations: who may act for whom; nobody for anybody unless given.
        earlier: earlier texts of documents, for subjects pinned to a flow of theirs.
        clock: gives the instant at which a step is recorded (UTC now); no decision reads it.
        outbox: whether each event leaves a message (`hosting.outbox`).  On unless told: a message
            that one program of several leaves out is lost unseen, one that nobody takes costs a
            row.  A host without any worker turns it off, in all its programs.
        digest: by which the ledger's hashes are made from now on, ``sha256`` or ``sm3``; those
            that are there stay as they are and are compared by their own.
        administrator: the role whose holders may reassign a seat (改派); None: nobody may.
        calendar: the working days that time limits (时限) are counted in.  Without one, 日 are
            exact and 工作日 are Monday to Friday, each day due provisional.

    Raises:
        HostError: XR568, there is no such algorithm here.

    Example:
        >>> from sqlalchemy import create_engine
        >>> ledger = Ledger({}, host=None, tenant="110108")  # type: ignore[arg-type]
        >>> engine = create_engine("sqlite://")
        >>> ledger.create_tables(engine)
        >>> ledger.tasks(engine, "校长")
        ()
    """

    def __init__(  # noqa: PLR0913
        self,
        policies: Mapping[str, ExecutablePolicy],
        host: Host,
        *,
        tenant: str,
        prefix: str = "xbyx_",
        zone: str = "Asia/Shanghai",
        delegations: Delegations = no_delegations,
        earlier: Iterable[ExecutablePolicy] = (),
        clock: Callable[[], datetime] = _now,
        outbox: bool = True,
        digest: DigestName = "sha256",
        administrator: str | None = None,
        calendar: WorkingCalendar | None = None,
    ) -> None:
        check_sizes(tenant=tenant)
        check_digest_name(digest)
        self.tables: LedgerTables = ledger_tables(prefix)
        desk = Desk(
            policies=policies,
            earlier=tuple(earlier),
            host=host,
            store=Store(self.tables, tenant, digest),
            zone=zone,
            delegations=delegations,
            clock=clock,
            has_outbox=outbox,
            administrator=administrator,
            calendar=calendar or WorkingCalendar(),
        )
        super().__init__(desk)
        self.signers = Signers(desk)

    @property
    def desk(self) -> Desk:
        """What commands are decided with, for the packages beside this one; not for hosts."""
        return self._desk

    def create_tables(self, target: Target) -> None:
        """Create those of the ledger's tables that are not there yet.

        Triggers protect what is on record from being changed or deleted (SQLite, PostgreSQL,
        openGauss, MySQL, MariaDB).  Where they can't be made the ledger works without them:
        the log says ``ledger_unprotected``, and `Verification.unprotected` names the tables.
        On MariaDB and MySQL each table made commits the host's own transaction.

        Raises:
            HostError: XR688, somebody else has been making tables there for too long.
        """
        define_in(target, self.tables.metadata.create_all)

    # --- commands -------------------------------------------------------------------------------

    def act(self, target: Target, command: Command) -> Receipt:
        """Carry out a command: wholly, once, or not at all.

        A subject in its initial state is taken into the ledger by its first command.  With the
        host's own transaction, what was written becomes lasting when the host commits.

        Args:
            target: Engine, Connection or Session.
            command: what is asked; sent again with the same id it returns the same receipt.

        Returns:
            What was done.

        Raises:
            ActionRefused: the flow or its rules don't allow it; `refusal` has every reason and
                every finding that stands in the way.
            ConflictError: XR514 to XR517, somebody or something else came between.
            CommandRefused: XR511 to XR513, XR519, XR520, XR530, XR684, XR685.
            CaseError: the platform's facts don't fit the vocabulary.
        """
        return run_command(
            self._desk,
            target,
            command,
            lambda connection: carry_out(self._desk, connection, command),
            is_typed=True,
        )

    def act_all(
        self, target: Target, commands: Sequence[Command], *, chunk: int = 100
    ) -> tuple[BulkItem, ...]:
        """Carry out many commands: each wholly, once, or not at all, with an answer to each.

        What is refused leaves nothing and holds no other up.  With an Engine each chunk is one
        transaction, done again as a whole after a deadlock; what then still can't be had is told
        of each of its items (XR680).  Commands for one subject, or of one id, take effect in the
        order given.

        Args:
            target: Engine, Connection or Session.
            commands: what is asked.
            chunk: how many to a transaction of ours, up to 1000; others wait for its subjects.

        Returns:
            What became of each command, in the order given.

        Raises:
            CommandRefused: XR582, there is no such chunk.
        """
        return act_all(self._desk, target, commands, chunk=chunk)

    def start(
        self, target: Target, subject: Subject, *, actor: Actor, command_id: str, at: datetime
    ) -> Receipt:
        """Take a subject into the ledger in the state the host has it in.

        Needed only for one that stands beyond its initial state, such as a plan that was under
        way before the platform had a ledger.

        Raises:
            CommandRefused: XR511 to XR513, XR518, XR519, XR523, XR530.
            ConflictError: XR514.
        """
        command = Command(subject, START, actor, command_id, at)
        return run_command(
            self._desk, target, command, lambda connection: start(self._desk, connection, command)
        )

    def keep_finding(
        self,
        target: Target,
        subject: Subject,
        finding: Mapping[str, object],
        *,
        actor: Actor,
        command_id: str,
        at: datetime,
    ) -> Receipt:
        """Record what a check (核查) has found about a subject; its state stays as it is.

        The first finding takes the subject into the ledger.  The finding, as plain JSON data, is a
        body that can be erased.

        Raises:
            CommandRefused: XR512, XR513, XR518 to XR520, XR530.
            ConflictError: XR514.
        """
        command = Command(subject, LOOK, actor, command_id, at)
        return run_command(
            self._desk,
            target,
            command,
            lambda connection: keep_finding(self._desk, connection, command, finding),
        )

    def erase(  # noqa: PLR0913
        self,
        target: Target,
        subject: Subject,
        *,
        version: int,
        kind: str,
        reason: str,
        actor: Actor,
        command_id: str,
        at: datetime,
    ) -> Receipt:
        """Erase the ``opinion``, ``receipt``, ``finding``, ``version`` or ``suggestion`` of a step.

        The host decides who may; the reason must not repeat what is erased.

        Raises:
            CommandRefused: XR503, XR505, XR518, XR528, XR530.
            ConflictError: XR514.
        """
        evidence = (str(version), kind)
        command = Command(
            subject, "@erase", actor, command_id, at, comment=reason, evidence=evidence
        )
        return run_command(
            self._desk,
            target,
            command,
            lambda connection: erase_body(
                self._desk, connection, command, version=version, kind=kind
            ),
        )

    def unpark(  # noqa: PLR0913
        self,
        target: Target,
        subject: Subject,
        *,
        version: int,
        decision: Decision,
        reason: str,
        actor: Actor,
        command_id: str,
        at: datetime,
    ) -> Receipt:
        """Decide about a parked message: ``retry`` it or ``skip`` it; who did, and why, is kept.

        The decision is an event of the subject and leaves its state as it is.  The host decides
        who may; the reason is kept as an opinion and can be erased.

        Args:
            target: Engine, Connection or Session.
            subject: whose messages stand still (`hosting.outbox.Outbox.parked`).
            version: the event whose message is parked.
            decision: ``retry`` counts its attempts anew; after ``skip`` the next one's turn comes.
            reason: why.
            actor: who decides; never a model.
            command_id: sent again with the same id it returns the same receipt.
            at: when, aware.

        Raises:
            CommandRefused: XR503, XR505, XR518, XR530, XR583, XR584.
            ConflictError: XR514.
        """
        if decision not in ACTIONS:
            raise CommandRefused(Diagnostic("XR584", None, {"decision": str(decision)}))
        command = Command(
            subject,
            ACTIONS[decision],
            actor,
            command_id,
            at,
            comment=reason,
            evidence=(str(version),),
        )
        return run_command(
            self._desk,
            target,
            command,
            lambda connection: unpark_message(
                self._desk, connection, command, version=version, number=1
            ),
        )

    def attest(
        self,
        target: Target,
        subject: Subject,
        attestation: Attestation,
        *,
        attestation_id: str,
        policy: str,
        at: datetime,
    ) -> None:
        """Record a person's judgement (人工认定); from now on decisions know it.

        Args:
            target: Engine, Connection or Session.
            subject: on whom or what.
            attestation: the judgement, with its evidence.
            attestation_id: unique for the tenant; the same judgement again changes nothing.
            policy: id of the document that has the clause.
            at: when, aware.

        Raises:
            CommandRefused: XR503, XR518, XR519, XR524 to XR526, XR530, XR531.
            ConflictError: XR514.
        """
        with watch_command(name_entity(self._desk.policies, subject.entity), ATTEST) as watch:
            check_aware(at)
            if policy not in self._desk.policies:
                raise CommandRefused(Diagnostic("XR519", None, {"entity": policy}))
            write_in(
                target,
                lambda connection: keep_attestation(
                    self._desk.store,
                    connection,
                    subject,
                    attestation,
                    attestation_id=attestation_id,
                    policy=self._desk.policies[policy],
                    at=at,
                ),
            )
            watch.finish()

    def revoke(self, target: Target, attestation_id: str, *, by: Actor, at: datetime) -> None:
        """Revoke a judgement; it stays on record and counts no more.

        Raises:
            CommandRefused: XR518, XR527, XR530.
        """
        store = self._desk.store
        with watch_command(OTHER, REVOKE) as watch:
            check_aware(at)
            write_in(
                target,
                lambda connection: revoke_attestation(
                    store, connection, attestation_id, by=by.id, at=at
                ),
            )
            watch.finish()

    def anchor(self, target: Target, *, at: datetime) -> Anchor:
        """Write down where every chain stands, to be kept outside the database too.

        Args:
            target: Engine, Connection or Session.
            at: when, aware.

        Returns:
            The anchor; keep its `as_json` where who administers the database can't write.

        Raises:
            CommandRefused: XR518.
            ConflictError: XR567.
        """
        check_aware(at)
        store = self._desk.store
        return write_in(target, lambda connection: take_anchor(store, connection, at))
