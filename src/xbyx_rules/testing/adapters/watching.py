"""What a host sends to the database while one of its methods runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

__all__ = ["Watched", "watching"]


@dataclass(frozen=True, slots=True)
class Watched:
    """Statements, and what ended the transaction, in the order they came."""

    statements: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    @property
    def changing(self) -> tuple[str, ...]:
        """The statements that are no plain reading."""
        return tuple(one for one in self.statements if _verb(one) not in ("SELECT", "WITH"))


@contextmanager
def watching(connection: Connection) -> Iterator[Watched]:
    """Listen to a connection."""
    watched = Watched()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        watched.statements.append(statement)

    def note_commit(_connection: Any) -> None:
        watched.ended.append("commit")

    def note_rollback(_connection: Any) -> None:
        watched.ended.append("rollback")

    listeners: dict[str, Callable[..., Any]] = {
        "before_cursor_execute": note,
        "commit": note_commit,
        "rollback": note_rollback,
    }
    for name, listener in listeners.items():
        event.listen(connection, name, listener)
    try:
        yield watched
    finally:
        for name, listener in listeners.items():
            event.remove(connection, name, listener)


def _verb(statement: str) -> str:
    words = statement.split(None, 1)
    return words[0].upper() if words else ""
