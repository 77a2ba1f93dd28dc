"""Which version of its flow each step of a subject was taken under.

A subject's row has the version that it follows now.  Where it was moved from one to another, each
``@migrate`` event beside its chain says so; that event itself is counted with the later version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection

from .chain import MIGRATE
from .payloads import MIGRATION, body_digest
from .rows import Instance
from .store import Store

__all__ = ["Migration", "VersionTrail", "read_trail", "read_trails"]

_UNKNOWN: Final = "-"


@dataclass(frozen=True, slots=True)
class Migration:
    """One move to another version of the flow, as recorded.

    Args:
        seq: number of its event.
        source: the version before; ``-`` where the record can't be read.
        target: the version since; likewise.
        states: each state of the version before, and the one that takes its place.
        renames: names (states, actions) of the version before → the same under a new name.
    """

    seq: int
    source: str
    target: str
    states: Mapping[str, str]
    renames: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VersionTrail:
    """The versions that a subject has followed, in order.

    Args:
        last: the version in the subject's row.
        migrations: from one to the next; empty for nearly every subject.

    Example:
        >>> moved = Migration(4, "v1", "v2", {}, {"拟稿": "草稿"})
        >>> trail = VersionTrail("v2", (moved,))
        >>> [trail.version_at(step) for step in (1, 3, 4, 5)]
        ['v1', 'v1', 'v2', 'v2']
    """

    last: str
    migrations: tuple[Migration, ...] = ()

    @property
    def is_unbroken(self) -> bool:
        """Whether each move begins where the one before ended, and the row has the last one."""
        ends = [one.target for one in self.migrations]
        starts = [one.source for one in self.migrations]
        return not ends or (starts[1:] == ends[:-1] and ends[-1] == self.last)

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version that a step was taken under, in order."""
        first = [one.source for one in self.migrations[:1]] or [self.last]
        return (*first, *(one.target for one in self.migrations))

    def version_at(self, seq: object) -> str:
        """The version that the step with this number was taken under."""
        # WHY asked: SQLite keeps a text in a column of numbers.
        if not self.migrations or not isinstance(seq, int):
            return self.last
        passed = [one for one in self.migrations if one.seq <= seq]
        return passed[-1].target if passed else self.migrations[0].source

    def migration_at(self, seq: object) -> Migration | None:
        """The move that a step is, or None."""
        return next((one for one in self.migrations if one.seq == seq), None)

    def renames_since(
        self, seq: int, final: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, str]:
        """What became of names that were in use at a step, through every later move.

        Args:
            seq: the step.
            final: renames that come after all that is on record.

        Example:
            >>> first = Migration(4, "v1", "v2", {}, {"甲": "乙"})
            >>> VersionTrail("v2", (first,)).renames_since(2, {"乙": "丙"})
            {'乙': '丙', '甲': '丙'}
        """
        found = dict(final)
        for one in reversed([each for each in self.migrations if each.seq > seq]):
            found |= {old: found.get(new, new) for old, new in one.renames.items()}
        return found


def read_trail(store: Store, connection: Connection, instance: Instance) -> VersionTrail:
    """The versions that a subject has followed."""
    return read_trails(store, connection, [instance])[instance.id]


def read_trails(
    store: Store, connection: Connection, instances: Iterable[Instance]
) -> dict[str, VersionTrail]:
    """The versions that some subjects have followed, by the key of their row."""
    asked = {one.id: one for one in instances}
    moved = store.events_by_action(connection, list(asked), MIGRATE)
    events = [one for one in moved if _is_number(one.event.seq)]
    digests = [body_digest(one.event, MIGRATION) or "" for one in events]
    bodies = store.payloads_of(connection, digests) if events else {}
    found: dict[str, list[Migration]] = {}
    for one, digest in zip(events, digests, strict=True):
        body = bodies.get(digest)
        content = body.content if body is not None else None
        found.setdefault(one.instance_id, []).append(_read_migration(one.event.seq, content))
    return {
        key: VersionTrail(one.definition_version, tuple(found.get(key, ())))
        for key, one in asked.items()
    }


def _read_migration(seq: int, content: str | None) -> Migration:
    # WHY: whoever edits a row may leave anything there; verifying then says that it was edited.
    try:
        body = json.loads(content or "")
    except (ValueError, RecursionError):
        body = None
    read = body if isinstance(body, dict) else {}
    return Migration(
        seq,
        _text(read.get("from")),
        _text(read.get("to")),
        _texts(read.get("states")),
        _texts(read.get("renames")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _UNKNOWN


def _texts(value: Any) -> Mapping[str, str]:
    found = value if isinstance(value, dict) else {}
    return {key: one for key, one in found.items() if isinstance(one, str)}


def _is_number(value: object) -> bool:
    # WHY asked: SQLite keeps a text in a column of numbers.
    return isinstance(value, int)
