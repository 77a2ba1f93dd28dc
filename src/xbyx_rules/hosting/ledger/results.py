"""Results of commands: a command twice is a command once; what is refused leaves no result."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError, Diagnostic
from xbyx_rules.lifecycle import Command, hash_request
from xbyx_rules.policy import canonical_text

from .rows import Instance
from .store import Store
from .tables import LENGTHS

__all__ = ["Receipt", "check_sizes", "conflict", "keep_result", "refuse", "replay"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command has done.

    Args:
        subject: to whom or what.
        action: what was done.
        source: state before; None for the step that takes a subject into the ledger.
        target: state after.
        version: number of the event; what the next command expects.
        event_hash: the chain's new head for this subject.
        is_replay: whether the command had been carried out before, and nothing was done now.
    """

    subject: Subject
    action: str
    source: str | None
    target: str
    version: int
    event_hash: str
    is_replay: bool = field(default=False, compare=False)


def refuse(code: str, **values: str) -> NoReturn:
    """Refuse a command for one reason."""
    raise CommandRefused(Diagnostic(code, None, values))


def conflict(code: str, **values: str) -> NoReturn:
    """Refuse a command because something else came between."""
    raise ConflictError(Diagnostic(code, None, values))


def replay(store: Store, connection: Connection, command: Command) -> Receipt | None:
    """The stored result of a command that was carried out before; None for a new one.

    Raises:
        ConflictError: XR514, the id was used with another content.
    """
    known = store.find_command(connection, command.command_id)
    if known is None:
        return None
    request, result = known
    salt = request.partition("/")[0]
    if request != f"{salt}/{hash_request(command, salt)}":
        conflict("XR514", command=command.command_id)
    data = json.loads(result)
    return Receipt(
        subject=command.subject,
        action=data["action"],
        source=data["source"],
        target=data["target"],
        version=data["version"],
        event_hash=data["event_hash"],
        is_replay=True,
    )


def keep_result(
    store: Store,
    connection: Connection,
    command: Command,
    after: Instance,
    step: tuple[str, str | None, str],
    *,
    beside: Iterable[Instance] = (),
) -> Receipt:
    """Write a command's result down, for when the command comes again.

    Args:
        store: the ledger's rows.
        connection: in the command's transaction.
        command: the command.
        after: its subject's row after it.
        step: action, state before, state after.
        beside: the rows of other subjects in whose chains it left an event too.

    Raises:
        ConflictError: XR514, the id was used for something else at the same moment.
    """
    action, source, target = step
    result: dict[str, Any] = {
        "action": action,
        "source": source,
        "target": target,
        "version": after.version,
        "event_hash": after.head_hash,
    }
    others = {one.id: {"version": one.version, "event_hash": one.head_hash} for one in beside}
    if others:
        result["beside"] = others
    salt = secrets.token_hex(16)
    request = f"{salt}/{hash_request(command, salt)}"
    text = canonical_text(result)
    if not store.insert_command(connection, command.command_id, request, text):
        conflict("XR514", command=command.command_id)
    return Receipt(command.subject, action, source, target, after.version, after.head_hash)


def check_sizes(**texts: str) -> None:
    """Refuse texts that are empty or longer than their column (keys of `LENGTHS`).

    Raises:
        CommandRefused: XR530.  A database that isn't strict would cut them in silence.
    """
    for name, text in texts.items():
        if not 0 < len(text) <= LENGTHS[name]:
            refuse("XR530", field=name, most=str(LENGTHS[name]))
