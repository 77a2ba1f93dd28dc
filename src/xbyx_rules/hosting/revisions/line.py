"""The line of a subject's versions: which was in force when, and how each stands.

A step counts from its own instant, but never from one before the step that it follows, in its
own chain or, for a version that takes another's place, in that one's: within a day the clocks of
two servers may disagree, and at any instant at most one version of a line is in force all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.hosting.ledger import Event, Ledger, Target, from_microseconds
from xbyx_rules.hosting.ledger.desk import Desk
from xbyx_rules.hosting.ledger.rows import Instance
from xbyx_rules.hosting.ledger.store import Store
from xbyx_rules.hosting.ledger.succession import revisions_of
from xbyx_rules.hosting.ledger.transactions import read_moment_in
from xbyx_rules.hosting.ledger.version_trail import VersionTrail, read_trails

__all__ = ["LineVersion", "Period", "in_force", "line_as_plain", "line_of"]


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when a version was in force: the first instant in it, the first one after it.

    Example:
        >>> from datetime import UTC
        >>> nine, ten = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
        >>> nine in Period(nine, ten), ten in Period(nine, ten), ten in Period(nine, None)
        (True, False, True)
    """

    start: datetime
    end: datetime | None

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class LineVersion:
    """One version of a line.

    Args:
        subject: the record of the host.
        revision: 1 for the first; a revision has one more than what it revises.
        revises: the version that it revises, or None.
        state: where it stands.
        version: number of its last event.
        started_at: when it was taken into the ledger.
        is_in_force: whether it is in force now.
        periods: when it was, as far as its events say; the last one is open where it still is.
        superseded_at: when a revision took its place, or None.
        superseded_by: which one did, or None.
    """

    subject: Subject
    revision: int
    revises: Subject | None
    state: str
    version: int
    started_at: datetime
    is_in_force: bool
    periods: tuple[Period, ...]
    superseded_at: datetime | None
    superseded_by: Subject | None

    def was_in_force(self, at: datetime | None) -> bool:
        """Whether it was in force at an instant; None: whether it is now."""
        return self.is_in_force if at is None else any(at in one for one in self.periods)


def in_force(
    ledger: Ledger, target: Target, subject: Subject, *, at: datetime | None = None
) -> Subject | None:
    """Which version of a subject's line is in force.

    Args:
        ledger: the ledger.
        target: Engine, Connection or Session.
        subject: any version of the line.
        at: an instant, aware, as the events have it; None: as things stand now.

    Returns:
        The version; None where none is, or the ledger doesn't know the subject.

    Raises:
        CommandRefused: XR518 to XR520.
    """
    if at is not None and at.utcoffset() is None:
        raise CommandRefused(Diagnostic("XR518"))
    versions = line_of(ledger, target, subject)
    return next((one.subject for one in versions if one.was_in_force(at)), None)


def line_of(ledger: Ledger, target: Target, subject: Subject) -> tuple[LineVersion, ...]:
    """Every version of a subject's line, the oldest first, those that came to nothing too.

    Args:
        ledger: the ledger.
        target: Engine, Connection or Session.
        subject: any version of the line.

    Returns:
        The versions; empty when the ledger doesn't know the subject.

    Raises:
        CommandRefused: XR519, XR520.
    """
    return read_moment_in(target, lambda connection: _read_line(ledger.desk, connection, subject))


def line_as_plain(versions: Iterable[LineVersion]) -> list[dict[str, Any]]:
    """The versions as plain data; instants in ISO 8601."""
    return [
        {
            "subject": str(one.subject),
            "revision": one.revision,
            "revises": str(one.revises) if one.revises else None,
            "state": one.state,
            "version": one.version,
            "started_at": one.started_at.isoformat(),
            "is_in_force": one.is_in_force,
            "in_force": [
                [period.start.isoformat(), period.end.isoformat() if period.end else None]
                for period in one.periods
            ],
            "superseded_at": one.superseded_at.isoformat() if one.superseded_at else None,
            "superseded_by": str(one.superseded_by) if one.superseded_by else None,
        }
        for one in versions
    ]


def _read_line(desk: Desk, connection: Connection, subject: Subject) -> tuple[LineVersion, ...]:
    rows = _gather(desk.store, connection, subject)
    events: dict[str, list[Event]] = {one: [] for one in rows}
    for page in desk.store.event_pages(connection, rows):
        for stored in page:
            events[stored.instance_id].append(stored.event)
    trails = read_trails(desk.store, connection, rows.values())
    stays: dict[str, _Stay] = {}
    for row in rows.values():  # each after the one that it revises
        before = stays.get(row.revises_id or "")
        in_force = desk.flow_of(row).definition.lifecycle.approvals.in_force
        moves = _moves(events[row.id], trails[row.id])
        stays[row.id] = _follow(moves, in_force, before.last if before else 0)
    return tuple(_version(rows, stays, events, row) for row in rows.values())


@dataclass(frozen=True, slots=True)
class _Stay:
    """When a version was in force, in microseconds, whatever took its place afterwards.

    Args:
        spans: (from, until); until None where it never left by itself.
        last: its last step; what takes its place comes after it.
        is_in_force: whether it stands in a state in which it is in force.
    """

    spans: tuple[tuple[int, int | None], ...]
    last: int
    is_in_force: bool


def _moves(events: Iterable[Event], trail: VersionTrail) -> Iterator[tuple[int, str]]:
    """When a subject came into which state, as the version of the flow that it follows now says.

    WHY not what moves nothing: nobody's suggestion, dated as it may be, moves a step's instant.
    """
    for event in events:
        if event.source != event.target:
            renames = trail.renames_since(event.seq)
            yield event.occurred_at, renames.get(event.target, event.target)


def _follow(moves: Iterable[tuple[int, str]], in_force: frozenset[str], since: int) -> _Stay:
    """Follow a chain in and out of force; no step counts before `since` or the one before it."""
    spans: list[tuple[int, int | None]] = []
    now, entered = since, None
    for at, state in moves:
        now = max(now, at)
        if state in in_force and entered is None:
            entered = now
        elif state not in in_force and entered is not None:
            spans.append((entered, now))
            entered = None
    if entered is not None:
        spans.append((entered, None))
    return _Stay(tuple(spans), now, entered is not None)


def _version(
    rows: Mapping[str, Instance],
    stays: Mapping[str, _Stay],
    events: Mapping[str, list[Event]],
    row: Instance,
) -> LineVersion:
    stay, superseded_at = stays[row.id], row.superseded_at
    revises = rows.get(row.revises_id or "")
    after = next((one for one in rows.values() if _took_place(one, row, stays)), None)
    until = stays[after.id].spans[0][0] if after else None
    listed = events[row.id]
    return LineVersion(
        subject=row.subject,
        revision=row.revision,
        revises=revises.subject if revises else None,
        state=row.state,
        version=row.version,
        started_at=from_microseconds(listed[0].occurred_at if listed else 0),
        is_in_force=stay.is_in_force and superseded_at is None,
        periods=tuple(_each_period(stay, until)),
        superseded_at=None if superseded_at is None else from_microseconds(superseded_at),
        superseded_by=after.subject if after else None,
    )


def _took_place(one: Instance, old: Instance, stays: Mapping[str, _Stay]) -> bool:
    return one.revises_id == old.id and one.id != old.id and bool(stays[one.id].spans)


def _each_period(stay: _Stay, until: int | None) -> Iterator[Period]:
    for start, left in stay.spans:
        end = until if left is None else left
        if end is None or start < end:
            yield Period(from_microseconds(start), None if end is None else from_microseconds(end))


def _gather(store: Store, connection: Connection, subject: Subject) -> dict[str, Instance]:
    """The rows of a line by key: up to the first version, and down to every revision of it."""
    first = store.find_instance(connection, subject)
    seen: set[str] = set()
    # WHY `seen`: whoever edits a row may make versions revise each other in a circle.
    while first is not None and first.revises_id is not None and first.id not in seen:
        seen.add(first.id)
        first = store.find_instance_by_id(connection, first.revises_id) or first
    rows: dict[str, Instance] = {}
    level: tuple[Instance, ...] = () if first is None else (first,)
    while level:
        rows.update((one.id, one) for one in level)
        found = revisions_of(store, connection, [one.id for one in level])
        level = tuple(one for one in found if one.id not in rows)
    return rows
