"""What can be asked of a ledger: where a subject stands, what an action would do, what holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.lifecycle import Actor, Definition, Snapshot, TimelineEntry, draw_flow
from xbyx_rules.policy import PolicyStore

from .acting import read_host_state
from .anchors import Anchor
from .desk import Desk
from .exporting import Export, export_ledger
from .findings import read_findings
from .inbox_queries import list_tasks
from .reading_back import list_visited, read_timeline
from .replaying import LedgerReplay, replay_ledger
from .submissions import SubmittedDifferences, submitted_differences
from .tasks import Task
from .transactions import Target, read_in, read_moment_in
from .trials import DryRun, Question, Trial, try_actions
from .vacancies import Vacancy, list_vacancies
from .verification import Verification, verify_ledger

__all__ = ["Questions", "check_aware"]

_LOG: Final = structlog.get_logger("xbyx_rules")


class Questions:
    """The part of a ledger that only reads; reached as `Ledger`, which see."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def dry_run(
        self,
        target: Target,
        subject: Subject,
        action: str | None = None,
        *,
        actor: Actor,
        at: datetime,
        comment: str | None = None,
        on_behalf_of: Actor | None = None,
    ) -> DryRun:
        """Ask what would become of an action, or of each one; writes nothing.

        Where an opinion is required and none is given, it is taken as written.

        Raises:
            CommandRefused: XR512, XR513, XR518 to XR520: the subject itself is not in order.
        """
        check_aware(at)
        question = Question(subject, action, actor, at, comment, on_behalf_of)
        return read_in(target, lambda connection: try_actions(self._desk, connection, question))

    def available_actions(
        self, target: Target, subject: Subject, *, actor: Actor, at: datetime
    ) -> tuple[Trial, ...]:
        """The actions that this actor could take now.

        Raises:
            CommandRefused: as `dry_run`.
        """
        trials = self.dry_run(target, subject, actor=actor, at=at).trials
        return tuple(trial for trial in trials if trial.is_allowed)

    def tasks(self, target: Target, role: str, organisation: str | None = None) -> tuple[Task, ...]:
        """The inbox of a role: what waits for it, the oldest first.

        Args:
            target: Engine, Connection or Session.
            role: whose turn it is.
            organisation: only what is this organisation's, or anybody's; None for all.
        """
        store = self._desk.store
        return read_in(target, lambda connection: list_tasks(store, connection, role, organisation))

    def vacancies(self, target: Target, *, at: datetime) -> tuple[Vacancy, ...] | None:
        """The open tasks that nobody can do: nobody holds the role, or the assignee no more.

        Args:
            target: Engine, Connection or Session.
            at: when, aware; its date in the ledger's zone is the day asked about.

        Returns:
            None when the host can't say who holds a role (it is no `RoleDirectory`); roles of which
            it can't are left out.

        Raises:
            CommandRefused: XR518.
        """
        check_aware(at)
        on = self._desk.day_of(at)
        return read_in(target, lambda connection: list_vacancies(self._desk, connection, on))

    def timeline(self, target: Target, subject: Subject) -> tuple[TimelineEntry, ...]:
        """A subject's steps in order (办理轨迹); empty for one the ledger doesn't know."""
        return read_in(target, lambda connection: read_timeline(self._desk, connection, subject))

    def differences(
        self,
        target: Target,
        subject: Subject,
        *,
        since: int | None = None,
        until: int | None = None,
    ) -> SubmittedDifferences:
        """What two submissions of a subject say differently, term by term; asks no host.

        Args:
            target: Engine, Connection or Session.
            subject: whose.
            since: number of the earlier event; the submission before `until` unless given.
            until: number of the later one; the last submission unless given.

        Returns:
            The differences; or, as a problem and not raised, why there is nothing to compare.

        Raises:
            CommandRefused: XR520, XR666.
        """
        return read_in(
            target,
            lambda connection: submitted_differences(
                self._desk, connection, subject, since=since, until=until
            ),
        )

    def diagram(self, target: Target, subject: Subject) -> str:
        """The flow as SVG with the steps done, the current state and what is not reached marked.

        Raises:
            CommandRefused: XR512, XR513, XR519, XR520.
        """
        snapshot = self.snapshot(target, subject)
        done = read_in(target, lambda connection: list_visited(self._desk, connection, subject))
        flow = self.definition(target, subject)
        return draw_flow(flow.lifecycle, current=snapshot.state, visited=done)

    def snapshot(self, target: Target, subject: Subject) -> Snapshot:
        """Where a subject stands; version 0 when the ledger doesn't know it yet.

        Raises:
            CommandRefused: XR512, XR513, XR519, XR520.
        """

        def read(connection: Connection) -> Snapshot:
            instance = self._desk.store.find_instance(connection, subject)
            if instance is not None:
                flow = self._desk.flow_of(instance)
                return self._desk.snapshot_of(connection, instance, flow)
            flow = self._desk.current_flow(subject.entity)
            state = read_host_state(self._desk, connection, subject, flow)
            return Snapshot(state, definition_version=flow.definition.version)

        return read_in(target, read)

    def definition(self, target: Target, subject: Subject) -> Definition:
        """The flow a subject goes through: the one it is pinned to, else the current one.

        Raises:
            CommandRefused: XR519, XR520.
        """

        def read(connection: Connection) -> Definition:
            instance = self._desk.store.find_instance(connection, subject)
            if instance is None:
                return self._desk.current_flow(subject.entity).definition
            return self._desk.flow_of(instance).definition

        return read_in(target, read)

    def findings(self, target: Target, subject: Subject) -> tuple[Mapping[str, object] | None, ...]:
        """What checks have found about a subject, the oldest first; None for one erased since."""
        return read_in(
            target, lambda connection: read_findings(self._desk.store, connection, subject)
        )

    def verify(
        self, target: Target, *, is_host_compared: bool = True, anchors: Sequence[Anchor] = ()
    ) -> Verification:
        """Verify every chain of the tenant.

        Args:
            target: Engine, Connection or Session.
            is_host_compared: whether to read each subject's state on the platform too.
            anchors: as kept outside the database (`read_anchor`): only they show that a tail
                was cut, a subject dropped, or a chain written anew.
        """
        found = read_moment_in(
            target,
            lambda connection: verify_ledger(
                self._desk, connection, is_host_compared=is_host_compared, anchors=anchors
            ),
        )
        codes = sorted({one.code for one in found.problems})
        _LOG.info("ledger_verified", events=found.events, erased=found.erased, codes=codes)
        return found

    def replay(
        self,
        target: Target,
        *,
        subject: Subject | None = None,
        store: PolicyStore | None = None,
    ) -> LedgerReplay:
        """Decide every recorded guard again, from its receipt, and compare; asks no host.

        Each by the exact texts its receipt names: from the policies and `earlier`, else from the
        store.  What can't be decided again is counted and named.

        Args:
            target: Engine, Connection or Session.
            subject: whose steps; None for everybody's.
            store: where texts lie by content that are not loaded.
        """
        found = read_in(
            target,
            lambda connection: replay_ledger(self._desk, connection, subject=subject, store=store),
        )
        codes = sorted({one.code for one in found.problems})
        _LOG.info("ledger_replayed", steps=found.steps, erased=found.erased, codes=codes)
        return found

    def export(
        self, target: Target, write: Callable[[str], object], *, subject: Subject | None = None
    ) -> Export:
        """Write the ledger out, one JSON object a line, for whoever has nothing but the file.

        Args:
            target: Engine, Connection or Session.
            write: is given each line with its end, such as a text file's ``write``; what is
                written can hold personal data.
            subject: whose record; None for everybody's.

        Source: docs/ledger-export.md.
        """
        found = read_in(
            target,
            lambda connection: export_ledger(self._desk.store, connection, write, subject=subject),
        )
        _LOG.info("ledger_exported", events=found.events, erased=found.erased)
        return found


def check_aware(at: datetime) -> None:
    """Refuse an instant of no zone.

    Raises:
        CommandRefused: XR518.
    """
    if at.utcoffset() is None:
        raise CommandRefused(Diagnostic("XR518"))
