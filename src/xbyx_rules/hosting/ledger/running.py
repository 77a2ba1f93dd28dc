"""Run a command in whoever's transaction it is, with what it did in the log and the figures."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from xbyx_rules.lifecycle import Command
from xbyx_rules.telemetry import watch_command

from .desk import Desk
from .naming import name_command
from .results import Receipt
from .transactions import Target, write_in

__all__ = ["run_command"]


def run_command(
    desk: Desk,
    target: Target,
    command: Command,
    work: Callable[[Connection], Receipt],
    *,
    is_typed: bool = False,
) -> Receipt:
    """Run a command.

    Args:
        desk: the ledger.
        target: Engine, Connection or Session.
        command: what is asked.
        work: carries it out in a transaction.
        is_typed: whether its action was given from outside, not by the ledger (``@erase``).
    """
    # WHY no key, no person, no opinion: logs are read by many and kept by others.  No digest of
    # a key either: whoever has a list of staff numbers finds the one that was digested.
    with watch_command(*name_command(desk, command, is_typed=is_typed)) as watch:
        receipt = write_in(target, work)
        watch.finish(
            is_replay=receipt.is_replay,
            version=receipt.version,
            target=receipt.target,
            event_hash=receipt.event_hash,
        )
    return receipt
