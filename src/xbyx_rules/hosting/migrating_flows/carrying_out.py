"""Carry a plan out as its dry run has shown it: chunk by chunk, each subject an audited event.

Nothing is decided here that the dry run hasn't shown.  A subject of which anything was recorded
since is left alone, and its head says so: the same head is the same past.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection

from xbyx_rules.errors import CommandRefused, ConflictError, Diagnostic
from xbyx_rules.hosting.ledger import Ledger, Receipt, Target, from_microseconds
from xbyx_rules.hosting.ledger.chain import MIGRATE, Payload, commit_payload
from xbyx_rules.hosting.ledger.desk import Desk
from xbyx_rules.hosting.ledger.payloads import MIGRATION, OPINION
from xbyx_rules.hosting.ledger.recording import record_event
from xbyx_rules.hosting.ledger.results import check_sizes, conflict, keep_result, refuse
from xbyx_rules.hosting.ledger.rows import Instance
from xbyx_rules.hosting.ledger.succession import supersede
from xbyx_rules.hosting.ledger.tasks import close_tasks
from xbyx_rules.hosting.ledger.transactions import read_moment_in, write_in
from xbyx_rules.hosting.ledger.turns import open_turns
from xbyx_rules.lifecycle import Actor, Command, MigrationPlan
from xbyx_rules.telemetry import watch_command

from .model import MigrationReport, SubjectMove, SubjectOutcome
from .trying import Passage, name_command, open_passage, try_moves

__all__ = ["CHUNK", "carry_out_migration"]

_LOG: Final = structlog.get_logger("xbyx_rules")

CHUNK: Final = 50
"""How many subjects are moved in one transaction: others wait for theirs as long as that takes."""


def carry_out_migration(
    ledger: Ledger,
    target: Target,
    plan: MigrationPlan,
    *,
    digest: str,
    actor: Actor,
    at: datetime,
    chunk: int = CHUNK,
) -> MigrationReport:
    """Move the subjects that a dry run has shown can be moved.

    With an Engine each chunk is a transaction of its own: what was interrupted is taken up by the
    same call again, and what was done stays done once.  A command that comes at the same time
    either was first, and then its subject is left alone, or is decided by the later version.

    Args:
        ledger: the subjects'.
        target: Engine; or Connection or Session, and then all is in the host's transaction.
        plan: the plan.
        digest: of `try_migration`.
        actor: who carries it out; never a model.  The host decides who may.
        at: when, aware.
        chunk: how many subjects in one transaction.

    Returns:
        What became of each subject.

    Raises:
        CommandRefused: XR503, XR505, XR518, XR530, XR557, XR590: nothing was done.
        ConflictError: XR592, something has changed since the dry run; nothing was done.

    Source: docs/migrate-a-flow.md.
    """
    if at.utcoffset() is None:
        refuse("XR518")
    if actor.kind == "model":
        refuse("XR503", action=MIGRATE)
    check_sizes(actor_id=actor.id)
    desk = ledger.desk
    trial = read_moment_in(
        target, lambda connection: try_moves(desk, connection, plan, resumed=digest)
    )
    if trial.digest != digest:
        raise ConflictError(Diagnostic("XR592", None, {"given": digest, "found": trial.digest}))
    entity = _entity_of(desk, plan)
    outcomes: dict[str, SubjectOutcome] = {}
    for part in _parts(trial.possible, max(1, chunk)):
        with watch_command(entity, MIGRATE) as watch:
            work = _Chunk(desk, plan, digest, actor, at, part)
            outcomes |= write_in(target, work.move_all)
            watch.finish()
    found = tuple(
        outcomes.get(one.instance_id) or _refused(one, one.reasons) for one in trial.moves
    )
    report = MigrationReport(digest, found)
    codes = sorted({reason.code for one in found for reason in one.reasons})
    counts = {one: report.count(one) for one in ("done", "replayed", "refused")}
    _LOG.info("flow_migrated", codes=codes, **counts)
    return report


def _entity_of(desk: Desk, plan: MigrationPlan) -> str:
    return desk.loaded_flows(plan.flow)[0].definition.lifecycle.subject


def _parts(moves: tuple[SubjectMove, ...], size: int) -> Iterator[tuple[SubjectMove, ...]]:
    for start in range(0, len(moves), size):
        yield moves[start : start + size]


def _refused(move: SubjectMove, reasons: tuple[Diagnostic, ...]) -> SubjectOutcome:
    return SubjectOutcome(move.subject, "refused", move.source, move.target, None, reasons)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The subjects of one transaction, by the key of their row: the order in which they lock."""

    desk: Desk
    plan: MigrationPlan
    digest: str
    actor: Actor
    at: datetime
    moves: tuple[SubjectMove, ...]

    def move_all(self, connection: Connection) -> dict[str, SubjectOutcome]:
        passage = open_passage(self.desk, connection, self.plan)
        self.desk.store.keep_definition(connection, passage.after.definition)
        return {one.instance_id: self._try_to_move(connection, passage, one) for one in self.moves}

    def _try_to_move(
        self, connection: Connection, passage: Passage, move: SubjectMove
    ) -> SubjectOutcome:
        try:
            # WHY a savepoint: one that is refused midway takes back nothing of the others.
            with connection.begin_nested():
                return SubjectOutcome.of_receipt(self._move(connection, passage, move))
        except CommandRefused as error:
            return _refused(move, error.diagnostics)

    def _move(self, connection: Connection, passage: Passage, move: SubjectMove) -> Receipt:
        command = Command(
            subject=move.subject,
            action=MIGRATE,
            actor=self.actor,
            command_id=name_command(self.digest, move.instance_id),
            at=self.at,
            expected_version=move.version,
            comment=self.plan.reason,
        )
        store = self.desk.store
        instance = store.find_instance(connection, move.subject, is_locked=True)
        done = self._find_done(connection, command)
        if done is not None:
            return done
        before = self._check(connection, instance, move)
        self._change_host(connection, move)
        # The event and all after it are the later version's.
        later = replace(before, definition_version=self.plan.target)
        step = (MIGRATE, move.source, move.target)
        text = passage.after.definition.policy_hash
        bodies = self._bodies(passage)
        after = record_event(self.desk, connection, text, later, command, step, bodies)
        # Nobody's turn is over by what they did; whose it is now, the later version says.
        close_tasks(store, connection, after.id, ((), None), self.at)
        if after.superseded_at is None:
            open_turns(self.desk, connection, passage.after, after, self.at)
        older = supersede(self.desk, connection, command, passage.after, move.source, after)
        return keep_result(store, connection, command, after, step, beside=older)

    def _find_done(self, connection: Connection, command: Command) -> Receipt | None:
        """What the same plan has done with the subject before, whoever carried it out then.

        WHY not by the request's hash: that has the actor in it, and a plan may be taken up by
        somebody else; its digest, which the id is made of, has all the rest.
        """
        known = self.desk.store.find_command(connection, command.command_id)
        if known is None:
            return None
        result = json.loads(known[1])
        if result["action"] != MIGRATE:
            conflict("XR514", command=command.command_id)
        return Receipt(
            subject=command.subject,
            action=MIGRATE,
            source=result["source"],
            target=result["target"],
            version=result["version"],
            event_hash=result["event_hash"],
            is_replay=True,
        )

    def _check(
        self, connection: Connection, instance: Instance | None, move: SubjectMove
    ) -> Instance:
        """The subject's row, locked, as the dry run has seen it."""
        if instance is None or (instance.id, instance.version, instance.head_hash) != (
            move.instance_id,
            move.version,
            move.head_hash,
        ):
            conflict(
                "XR515",
                subject=str(move.subject),
                expected=str(move.version),
                actual=str(instance.version) if instance else "-",
                state=instance.state if instance else "-",
            )
        # INVARIANT: a plain reading suffices in a host's transaction that shows the past, since the
        # dry run was read there too, and the head above is that of the event it saw last.
        last = self.desk.store.find_last_event(connection, instance.id)
        on = self.desk.day_of(self.at)
        if last is not None:
            last_on = self.desk.day_of(from_microseconds(last.event.occurred_at))
            if on < last_on:
                refuse("XR529", day=on.isoformat(), last=last_on.isoformat())
        return instance

    def _change_host(self, connection: Connection, move: SubjectMove) -> None:
        """Put the platform's record in the state too; compare it where the state stays."""
        host, subject = self.desk.host, move.subject
        state = host.read_state(connection, subject)
        if state is None:
            refuse("XR512", subject=str(subject), initial=move.source)
        if state != move.source:
            conflict("XR516", subject=str(subject), recorded=move.source, state=state)
        if move.target != move.source:
            changed = host.write_state(connection, subject, move.source, move.target)
            if changed != 1:
                conflict("XR517", subject=str(subject))

    def _bodies(self, passage: Passage) -> list[Payload]:
        plan, digest = self.plan, self.desk.store.digest
        content = {
            "from": plan.source,
            "to": plan.target,
            "states": dict(passage.states),
            "renames": dict(plan.renames),
            "trial": self.digest,
        }
        return [
            commit_payload(MIGRATION, content, digest),
            # WHY apart from it: a reason is a person's text, and can be erased as one.
            commit_payload(OPINION, {"comment": plan.reason, "evidence": []}, digest),
        ]
