"""Where a subject stands, as values: all that a command may know of its past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .commands import Actor
from .seats import Seat

__all__ = ["Snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A subject's place in its flow.

    Args:
        state: the state it is in.
        version: number of events so far; 0 before the ledger knows it.
        revision: which revision of the subject (1 for the first).
        definition_version: the version of the flow it is pinned to.
        submitters: who last took it out of the initial state, and for whom; empty when nobody has,
            or it is not known.
        last_on: civil date of the last event, or None.
        entry: the number of the event by which it came to this state; 0 when not known.
        seats: whose turn it is, who has signed; empty when not known.
        returned_from: the state that returned it with 直达, to which it goes straight back; "".
    """

    state: str
    version: int = 0
    revision: int = 1
    definition_version: str = ""
    submitters: tuple[Actor, ...] = ()
    last_on: date | None = None
    entry: int = 0
    seats: tuple[Seat, ...] = ()
    returned_from: str = ""
