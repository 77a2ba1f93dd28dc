"""How far an outbox is behind: read by whoever collects metrics, or logged by a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from .harmless import name_error
from .instruments import register_outbox
from .watching import LOG

if TYPE_CHECKING:
    from opentelemetry.metrics import Observation

__all__ = ["OutboxReader", "OutboxReading", "log_outbox", "watch_outbox"]


@dataclass(frozen=True, slots=True)
class OutboxReading:
    """An outbox at one moment.

    Args:
        waiting: messages to be delivered, those that a worker has taken included.
        parked: messages given up, which stop their subject until somebody decides.
        oldest_seconds: age of the oldest one waiting; 0 when none is.
    """

    waiting: int
    parked: int
    oldest_seconds: float


class OutboxReader(Protocol):
    """Reads an outbox, in the thread that collects metrics: on a connection of its own."""

    def __call__(self) -> OutboxReading:
        """The outbox now."""


_READERS: Final[dict[str, OutboxReader]] = {}
"""By tenant."""


def watch_outbox(read: OutboxReader, *, tenant: str) -> Callable[[], None]:
    """Have an outbox's length and lag reported with every collection of metrics.

    Gives `xbyx.outbox.message.count` and `xbyx.outbox.lag`; without an SDK `read` is never called.
    A reader that fails gives no figures that time, and a log event names the class of its error.

    Args:
        read: reads the outbox, twice a collection: one indexed query, no more.
        tenant: whose; a later reader of the same tenant takes the place of the earlier.

    Returns:
        Call it to stop.

    Example:
        >>> stop = watch_outbox(lambda: OutboxReading(3, 0, 12.5), tenant="110108")
        >>> stop()
    """
    _READERS[tenant] = read
    register_outbox(_observe)

    def stop() -> None:
        if _READERS.get(tenant) is read:
            del _READERS[tenant]

    return stop


def log_outbox(reading: OutboxReading, *, tenant: str) -> None:
    """Log an outbox: for a worker, after a round, on a platform that collects no metrics.

    A warning when messages are parked.

    Args:
        reading: the outbox now.
        tenant: whose.
    """
    log = LOG.warning if reading.parked else LOG.info
    log(
        "outbox_read",
        tenant=tenant,
        waiting=reading.waiting,
        parked=reading.parked,
        lag_seconds=round(reading.oldest_seconds, 3),
    )


def _observe() -> tuple[list[Observation], list[Observation]]:
    from opentelemetry.metrics import Observation

    messages: list[Observation] = []
    lags: list[Observation] = []
    for tenant, read in tuple(_READERS.items()):
        try:
            reading = read()
        except Exception as error:  # noqa: BLE001
            # WHY caught: the SDK would log the message, and a database's holds its parameters.
            LOG.error("outbox_unreadable", tenant=tenant, error=name_error(error))
            continue
        label = {"xbyx.tenant": tenant}
        for state, number in (("waiting", reading.waiting), ("parked", reading.parked)):
            messages.append(Observation(number, {**label, "xbyx.outbox.message.state": state}))
        lags.append(Observation(reading.oldest_seconds, label))
    return messages, lags
