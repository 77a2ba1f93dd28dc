"""Doubts (疑点): found by checks, recorded in the ledger, dealt with by persons.

Takes: policies, a `Host` whose cases hold the records of a school, subjects, an instant.
Gives: `Supervised` a subject; each doubt is a subject of the ledger with a flow of its own.
May assume: nothing of the run before but what stands in its tables.
Refuses: nothing as a whole: a school whose records can't be read fails alone.
"""

from .host import DOUBT, HostWithDoubts
from .store import Doubt
from .supervisor import Change, Supervised, Supervisor
from .tables import DoubtTables, doubt_tables

__all__ = [
    "DOUBT",
    "Change",
    "Doubt",
    "DoubtTables",
    "HostWithDoubts",
    "Supervised",
    "Supervisor",
    "doubt_tables",
]
