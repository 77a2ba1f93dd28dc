"""Try a plan: for each subject where it would go, or every reason why not.  Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

import structlog
from sqlalchemy import Connection, func, select

from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.hosting.host import read_states
from xbyx_rules.hosting.ledger import Ledger, Target
from xbyx_rules.hosting.ledger.chain import MIGRATE, START, Event
from xbyx_rules.hosting.ledger.desk import Desk, Flow
from xbyx_rules.hosting.ledger.rows import Instance
from xbyx_rules.hosting.ledger.store import Store
from xbyx_rules.hosting.ledger.transactions import read_in, read_moment_in
from xbyx_rules.hosting.ledger.version_trail import VersionTrail, read_trails
from xbyx_rules.lifecycle import (
    FlowOutline,
    InvariantGap,
    MigrationPlan,
    PastReading,
    check_migration,
    map_states,
    outline_flow,
)
from xbyx_rules.policy import digest_text

from .model import FlowVersion, MigrationTrial, SubjectMove, digest_moves

__all__ = [
    "Passage",
    "list_flow_versions",
    "name_command",
    "open_passage",
    "try_migration",
    "try_moves",
]

_LOG: Final = structlog.get_logger("xbyx_rules")
_SUBJECTS: Final = 100
"""How many subjects' records are read together."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A plan that was found sound, with both versions of its flow.

    Args:
        plan: the plan.
        before: the version that subjects follow now, as the ledger keeps it.
        after: the version that they are to follow.
        states: each state of the version before, and the one that takes its place.
    """

    plan: MigrationPlan
    before: FlowOutline
    after: Flow
    states: Mapping[str, str]


def try_migration(ledger: Ledger, target: Target, plan: MigrationPlan) -> MigrationTrial:
    """Try a plan on every subject that follows the version before.

    Args:
        ledger: the subjects'; the later version has to be loaded, the one before need not be.
        target: Engine, Connection or Session; read at one moment where the database can.
        plan: the plan.

    Returns:
        What would become of each subject, and the digest to carry it out by.

    Raises:
        CommandRefused: XR505, XR557, XR590: the plan itself; every fault at once.

    Source: docs/migrate-a-flow.md.
    """
    found = read_moment_in(target, lambda connection: try_moves(ledger.desk, connection, plan))
    codes = sorted({reason.code for one in found.moves for reason in one.reasons})
    _LOG.info(
        "flow_migration_tried",
        subjects=len(found.moves),
        possible=len(found.possible),
        codes=codes,
    )
    return found


def list_flow_versions(ledger: Ledger, target: Target, flow: str) -> tuple[FlowVersion, ...]:
    """The versions of a flow that the ledger keeps or that are loaded, the current one first.

    Args:
        ledger: whose.
        target: Engine, Connection or Session.
        flow: the flow's key, ``document#anchor``.
    """
    table, kept, tenant = ledger.tables.instance, ledger.tables.definition, ledger.desk.store.tenant
    followed = (
        select(table.c.definition_version, func.count())
        .where(table.c.tenant == tenant, table.c.definition_key == flow)
        .group_by(table.c.definition_version)
    )
    known = select(kept.c.definition_version).where(kept.c.definition_key == flow)

    def read(connection: Connection) -> dict[str, int]:
        counts = dict.fromkeys(sorted(connection.scalars(known)), 0)
        return counts | {row[0]: int(row[1]) for row in connection.execute(followed)}

    counts = read_in(target, read)
    loaded = [one.definition.version for one in ledger.desk.loaded_flows(flow)]
    return tuple(
        FlowVersion(
            flow=flow,
            version=one,
            subjects=counts.get(one, 0),
            is_current=one in loaded[:1],
            is_loaded=one in loaded,
        )
        for one in dict.fromkeys([*loaded, *counts])
    )


def open_passage(desk: Desk, connection: Connection, plan: MigrationPlan) -> Passage:
    """Check a plan against both versions of its flow.

    Raises:
        CommandRefused: XR505, XR557, XR590.
    """
    after = next(
        (one for one in desk.loaded_flows(plan.flow) if one.definition.version == plan.target),
        None,
    )
    kept = desk.store.find_definition(connection, plan.flow, plan.source)
    if after is None or kept is None:
        raise CommandRefused(
            _say_unknown(plan, is_loaded=after is not None, is_kept=kept is not None)
        )
    before, later = outline_flow(kept), outline_flow(after.definition.content)
    # WHY: what was edited in the database is no version of the document's.
    if not digest_text(kept).startswith(f"sha256:{plan.source}") or before is None:
        values = {"key": plan.flow, "version": plan.source}
        raise CommandRefused(Diagnostic("XR557", None, values))
    if later is None:
        raise RuntimeError("a flow that is loaded can't be read back")
    problems = check_migration(plan, before, later)
    if problems:
        raise CommandRefused(problems)
    states = map_states(plan, before, later)
    return Passage(plan, before, after, {old: new for old, new in states.items() if new})


def try_moves(
    desk: Desk, connection: Connection, plan: MigrationPlan, *, resumed: str | None = None
) -> MigrationTrial:
    """Try a plan in a transaction that `connection` is in.

    Args:
        desk: the ledger.
        connection: to read with.
        plan: the plan.
        resumed: the digest of a dry run that was carried out in part: the subjects that were moved
            by it are taken as they were before.

    Raises:
        CommandRefused: as `try_migration`.
    """
    passage = open_passage(desk, connection, plan)
    instances = desk.store.each_instance(connection, flow=plan.flow)
    moves: list[SubjectMove] = []
    while batch := list(islice(instances, _SUBJECTS)):
        pinned = [one for one in batch if one.definition_version == plan.source]
        moves.extend(_try_batch(desk, connection, passage, pinned))
        if resumed is not None:
            others = {one.id: one for one in batch if one.definition_version != plan.source}
            moves.extend(_find_moved(desk.store, connection, others, resumed))
    ordered = tuple(sorted(moves, key=lambda one: one.instance_id))
    return MigrationTrial(plan, ordered, digest_moves(plan, ordered, desk.store.digest))


def name_command(digest: str, instance_id: str) -> str:
    """The id of the command that moves one subject: the same whoever carries the plan out again.

    Example:
        >>> name_command("sha256:5f0c", "77aa")
        'm/5f0c/77aa'
    """
    return f"m/{digest.partition(':')[2]}/{instance_id}"


def _find_moved(
    store: Store, connection: Connection, others: Mapping[str, Instance], digest: str
) -> Iterator[SubjectMove]:
    for one in store.events_by_action(connection, list(others), MIGRATE):
        event, instance = one.event, others[one.instance_id]
        if event.command_id == name_command(digest, instance.id):
            yield SubjectMove(
                instance_id=instance.id,
                subject=instance.subject,
                version=event.seq - 1,
                head_hash=event.prev_hash or "",
                source=event.source or "",
                target=event.target,
                is_done=True,
            )


# --- one subject ----------------------------------------------------------------------------------


def _try_batch(
    desk: Desk, connection: Connection, passage: Passage, instances: list[Instance]
) -> Iterator[SubjectMove]:
    pasts = _read_pasts(desk.store, connection, passage, instances)
    states = read_states(desk.host, connection, [one.subject for one in instances])
    for one in instances:
        target = passage.states.get(one.state, "-")
        reasons = [
            *_check_place(passage, one, target),
            *(_say_gap(one, target, gap) for gap in pasts[one.id].find_gaps(target)),
            *_check_host(one, states[one.subject]),
        ]
        yield SubjectMove(
            instance_id=one.id,
            subject=one.subject,
            version=one.version,
            head_hash=one.head_hash,
            source=one.state,
            target=target,
            reasons=tuple(reasons),
        )


def _read_pasts(
    store: Store, connection: Connection, passage: Passage, instances: list[Instance]
) -> dict[str, PastReading]:
    trails = read_trails(store, connection, instances)
    versions = {version for one in trails.values() for version in one.versions}
    outlines = {one: _read_outline(store, connection, passage, one) for one in versions}
    lifecycle = passage.after.definition.lifecycle
    pasts = {one.id: PastReading(lifecycle) for one in instances}
    for page in store.event_pages(connection, pasts):
        for one in page:
            trail = trails[one.instance_id]
            outline = outlines[trail.version_at(one.event.seq)]
            _pass_event(pasts[one.instance_id], trail, outline, one.event, passage.plan)
    return pasts


def _read_outline(
    store: Store, connection: Connection, passage: Passage, version: str
) -> FlowOutline | None:
    if version == passage.plan.source:
        return passage.before
    text = store.find_definition(connection, passage.plan.flow, version)
    return outline_flow(text) if text is not None else None


def _pass_event(
    past: PastReading,
    trail: VersionTrail,
    outline: FlowOutline | None,
    event: Event,
    plan: MigrationPlan,
) -> None:
    is_ours = event.action.startswith("@") and event.action != START
    if is_ours and event.source == event.target:
        return
    # WHY asked: nearly no subject was ever moved, and a chain can be long.
    renames = trail.renames_since(event.seq, plan.renames) if trail.migrations else plan.renames
    state = renames.get(event.target, event.target)
    step = (event.source or "", event.action, event.target)
    if event.action == START:
        past.pass_step(None, state)
    elif event.action == MIGRATE:
        past.pass_step(None, state, "put")
    elif outline is not None and step not in outline.steps:
        past.pass_step(event.action, state, "beside")
    else:
        past.pass_step(renames.get(event.action, event.action), state)


def _check_place(passage: Passage, instance: Instance, target: str) -> Iterator[Diagnostic]:
    finals = passage.after.definition.lifecycle.finals
    if instance.state not in passage.states:
        zh, en = "它所在的状态不属于原版", "the state it is in is none of the version before"
        yield _say_against(instance, target, zh, en)
    elif instance.state in passage.before.finals and target not in finals:
        zh = "它已经终结，新版的这个状态还没有终结"
        en = "it has ended, and in the later version this state is no end"
        yield _say_against(instance, target, zh, en)


def _check_host(instance: Instance, state: str | None) -> Iterator[Diagnostic]:
    if state is None:
        values = {"subject": str(instance.subject), "initial": instance.state}
        yield Diagnostic("XR512", None, values)
    elif state != instance.state:
        values = {"subject": str(instance.subject), "recorded": instance.state, "state": state}
        yield Diagnostic("XR516", None, values)


def _say_gap(instance: Instance, target: str, gap: InvariantGap) -> Diagnostic:
    way = "".join(f" —{step.action}→ {step.target}" for step in gap.path)
    text, earlier = gap.invariant.text, gap.invariant.earlier
    zh = f"新版要求“{text}”，而它的记录里没有`{earlier}`"
    en = f"the later version demands `{text}`, and its record has no `{earlier}` before"
    if way:
        zh, en = f"{zh}，转过去就能 {target}{way}", f"{en}; from there {target}{way} would be open"
    return _say_against(instance, target, zh, en)


def _say_against(instance: Instance, target: str, reason: str, reason_en: str) -> Diagnostic:
    named = {"subject": str(instance.subject), "state": instance.state, "target": target}
    return Diagnostic("XR591", None, {**named, "reason": reason, "reason_en": reason_en})


def _say_unknown(plan: MigrationPlan, *, is_loaded: bool, is_kept: bool) -> list[Diagnostic]:
    named = {"flow": plan.flow, "source": plan.source, "target": plan.target}
    faults = []
    if not is_kept:
        faults.append(("台账里没有原版", "the ledger has no such version before"))
    if not is_loaded:
        faults.append(("新版没有载入", "the later version is not loaded"))
    return [
        Diagnostic("XR590", None, {**named, "reason": zh, "reason_en": en}) for zh, en in faults
    ]
