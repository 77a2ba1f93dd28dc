"""One round of a worker: lease a message, hand it over, write down what became of it; again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from xbyx_rules.errors import ConflictError

from .message import Message
from .outbox import Outbox

__all__ = ["Delivery", "Handler", "deliver"]

_LOG: Final = structlog.get_logger("xbyx_rules")

Handler = Callable[[Message], object]
"""What hands a message to the host's other system: it returns when that has taken it, or raises."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message.

    Args:
        message: which.
        outcome: ``delivered``; ``failed``, to be tried again; ``parked``, failed for the last
            time; ``late``, the lease had run out and another worker has it now.
        error: what the handler raised, or None.
    """

    message: Message
    outcome: Literal["delivered", "failed", "parked", "late"]
    error: Exception | None = None


def deliver(
    outbox: Outbox,
    engine: Engine,
    handler: Handler,
    *,
    worker: str,
    clock: Callable[[], datetime],
    most: int = 100,
    seconds: int = 60,
) -> tuple[Delivery, ...]:
    """Deliver what is due, up to `most` messages.

    Each message is leased, handled and settled by itself, in transactions of ours: none is open
    while the handler runs, and a handler that raises fails its message alone.

    Args:
        outbox: of the tenant.
        engine: of the database.  WHY no Connection or Session: an outcome must not be undone
            together with something else.
        handler: called once for each message.
        worker: who works, unique among the workers.
        clock: gives the instant, aware; a lease begins when its message's turn comes.
        most: after so many the round is over, such as to look whether to stop.
        seconds: how long a lease lasts; longer than the handler ever takes.

    Returns:
        What became of each message, in the order in which they were handled; empty when nothing
        is due.

    Raises:
        CommandRefused: XR518, XR530, XR582.
    """
    found: list[Delivery] = []
    while len(found) < most:
        # WHY one by one: the last of many would be handled when its lease is nearly over, and the
        # next of the same subject may follow at once.
        leased = outbox.lease(engine, worker=worker, now=clock(), seconds=seconds)
        if not leased:
            break
        done = _hand_over(outbox, engine, handler, clock, leased[0])
        # WHY no key, no digest of one and no person: many read logs; an error may hold any of them.
        _LOG.info(
            f"message_{done.outcome}",
            event_hash=done.message.event_hash,
            version=done.message.version,
            attempts=done.message.attempts,
            error=None if done.error is None else _name_error(done.error),
        )
        found.append(done)
    return tuple(found)


def _hand_over(
    outbox: Outbox,
    engine: Engine,
    handler: Handler,
    clock: Callable[[], datetime],
    message: Message,
) -> Delivery:
    error: Exception | None = None
    try:
        handler(message)
    except Exception as raised:  # noqa: BLE001 - the handler is the host's: all it raises fails
        error = raised
    except BaseException:
        # The worker is told to stop: who takes over need not wait for the lease to run out.
        with suppress(ConflictError, SQLAlchemyError):
            outbox.release(engine, message)
        raise
    try:
        if error is None:
            outbox.delivered(engine, message, now=clock())
            return Delivery(message, "delivered")
        is_parked = outbox.failed(engine, message, reason=_name_error(error), now=clock())
        return Delivery(message, "parked" if is_parked else "failed", error)
    except ConflictError:
        return Delivery(message, "late", error)


def _name_error(error: Exception) -> str:
    kind = type(error)
    name = kind.__qualname__
    return name if kind.__module__ == "builtins" else f"{kind.__module__}.{name}"
