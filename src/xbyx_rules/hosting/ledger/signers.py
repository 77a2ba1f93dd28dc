"""The seats of a subject: who has to sign, and how a seat is handed on, added or taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import RETRACT, Actor, Command, Seat

from .chain import ADD_SIGNER, ENTRUST, GIVE_BACK, REASSIGN, REMOVE_SIGNER, TRANSFER
from .desk import Desk
from .entrusting import entrust, give_back
from .handing import Position, add_signer, hand_on, remove_signer, retract
from .results import Receipt
from .running import run_command
from .transactions import Target, read_in

__all__ = ["Signers"]

Work = Callable[[Desk, Connection, Command], Receipt]


class Signers:
    """Who has to sign in the state a subject is in; reached as `Ledger.signers`.

    Each change is an event of the subject, in the name of whoever asks for it; it leaves the state
    as it is (`retract` apart), and is carried out once, whatever is sent twice.

    Every method that changes something raises `CommandRefused` (XR502, XR503, XR505, XR506, XR530,
    XR533, XR534, XR536 to XR540, XR544, XR545, XR684, XR686) or `ConflictError` (XR514 to XR517).
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, target: Target, subject: Subject) -> tuple[Seat, ...]:
        """The seats of the state that a subject is in, signed ones too; by number."""

        def read(connection: Connection) -> tuple[Seat, ...]:
            instance = self._desk.store.find_instance(connection, subject)
            if instance is None:
                return ()
            flow = self._desk.flow_of(instance)
            return self._desk.snapshot_of(connection, instance, flow).seats

        return read_in(target, read)

    def transfer(  # noqa: PLR0913
        self,
        target: Target,
        subject: Subject,
        seat: int,
        to: str,
        *,
        actor: Actor,
        command_id: str,
        at: datetime,
        reason: str | None = None,
    ) -> Receipt:
        """Hand one's own seat on to another person of its role (转办); only they can then act.

        Args:
            target: Engine, Connection or Session.
            subject: whose seat.
            seat: its number.
            to: the person's id.
            actor: whose seat it is, or who holds its role where it is nobody's.
            command_id: sent again with the same id it returns the same receipt.
            at: when, aware.
            reason: why; kept as an opinion, can be erased.
        """
        command = Command(
            subject, TRANSFER, actor, command_id, at, comment=reason, evidence=(str(seat), to)
        )
        return self._run(target, command, partial(hand_on, number=seat, to=to))

    def reassign(  # noqa: PLR0913
        self,
        target: Target,
        subject: Subject,
        seat: int,
        to: str,
        *,
        actor: Actor,
        command_id: str,
        at: datetime,
        reason: str,
    ) -> Receipt:
        """Give anybody's seat to another person of its role (改派): only an administrator may.

        It changes who acts, never what has to be done: no step is skipped and nothing approved.
        """
        command = Command(
            subject, REASSIGN, actor, command_id, at, comment=reason, evidence=(str(seat), to)
        )
        return self._run(target, command, partial(hand_on, number=seat, to=to))

    def add(  # noqa: PLR0913
        self,
        target: Target,
        subject: Subject,
        seat: int,
        to: str,
        *,
        role: str,
        position: Position,
        actor: Actor,
        command_id: str,
        at: datetime,
        reason: str | None = None,
    ) -> Receipt:
        """Ask another person to sign, too (加签), where the flow's 加签 allows it.

        Args:
            target: Engine, Connection or Session.
            subject: whose seat.
            seat: the number of one's own.
            to: who is asked.
            role: in which role.
            position: ``before`` one's own signature (前加签), ``beside`` or ``after`` it.
            actor: whose seat it is.
            command_id: sent again with the same id it returns the same receipt.
            at: when, aware.
            reason: why; kept as an opinion, can be erased.
        """
        asked_for = (str(seat), position, to, role)
        command = Command(
            subject, ADD_SIGNER, actor, command_id, at, comment=reason, evidence=asked_for
        )
        added = (position, to, role)
        return self._run(target, command, partial(add_signer, number=seat, added=added))

    def entrust(  # noqa: PLR0913
        self,
        target: Target,
        subject: Subject,
        seat: int,
        to: str,
        *,
        role: str,
        actor: Actor,
        command_id: str,
        at: datetime,
        reason: str | None = None,
    ) -> Receipt:
        """Have another person prepare what one decides oneself (委派); until then one's seat waits.

        They sign nothing and take no step.  `give_back` ends it, `remove` by its owner takes it
        back, and so does whoever leaves the state.

        Args:
            target: Engine, Connection or Session.
            subject: whose seat.
            seat: the number of one's own; from now on it is one's own by name.
            to: who is to prepare it.
            role: in which role, by which they find it in their inbox.
            actor: whose seat it is.
            command_id: sent again with the same id it returns the same receipt.
            at: when, aware.
            reason: what is asked; kept as an opinion, can be erased.
        """
        command = Command(
            subject, ENTRUST, actor, command_id, at, comment=reason, evidence=(str(seat), to, role)
        )
        return self._run(target, command, partial(entrust, number=seat, to=to, role=role))

    def give_back(  # noqa: PLR0913
        self,
        target: Target,
        subject: Subject,
        seat: int,
        *,
        actor: Actor,
        command_id: str,
        at: datetime,
        opinion: str,
        evidence: Sequence[str] = (),
    ) -> Receipt:
        """Give back what one was entrusted with, with what one has found (交回); its owner decides.

        Args:
            target: Engine, Connection or Session.
            subject: whose seat.
            seat: the number of the one entrusted, not of its owner's.
            actor: to whom it was entrusted.
            command_id: sent again with the same id it returns the same receipt.
            at: when, aware.
            opinion: what one has found; kept as an opinion, can be erased.
            evidence: the host's references of documents.
        """
        references = (str(seat), *evidence)
        command = Command(
            subject, GIVE_BACK, actor, command_id, at, comment=opinion, evidence=references
        )
        return self._run(target, command, partial(give_back, number=seat))

    def remove(
        self,
        target: Target,
        subject: Subject,
        seat: int,
        *,
        actor: Actor,
        command_id: str,
        at: datetime,
        reason: str | None = None,
    ) -> Receipt:
        """Leave out a signature that one has asked for oneself, before it is given (减签).

        Or take back what one has entrusted to somebody, before it is given back.
        """
        command = Command(
            subject, REMOVE_SIGNER, actor, command_id, at, comment=reason, evidence=(str(seat),)
        )
        return self._run(target, command, partial(remove_signer, number=seat))

    def retract(
        self,
        target: Target,
        subject: Subject,
        *,
        actor: Actor,
        command_id: str,
        at: datetime,
        expected_version: int | None = None,
        reason: str | None = None,
    ) -> Receipt:
        """Take back (取回) one's signature among several, else the step one has taken last.

        Only for actions that the flow's 取回 names, and only until somebody has gone on.  What
        others have signed since a step that is taken back is void.
        """
        command = Command(subject, RETRACT, actor, command_id, at, expected_version, reason)
        return self._run(target, command, retract)

    def _run(self, target: Target, command: Command, work: Work) -> Receipt:
        desk = self._desk
        return run_command(
            desk, target, command, lambda connection: work(desk, connection, command)
        )
