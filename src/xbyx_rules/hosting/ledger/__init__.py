"""The ledger in the host's database: one command, one transaction, one event in a chain.

Takes: policies ready to run, a `Host`, and commands on an Engine, a Connection or a Session.
Gives: receipts, dry runs, tasks, timelines, verification; state and record change together.
May assume: the host has authenticated the actor; their roles are what it says.
Refuses: what the flow or its rules don't allow, a stale version, an id used for something else.
"""

from .chain import Event, from_microseconds, to_microseconds
from .desk import Delegations, no_delegations
from .exporting import Export
from .ledger import Ledger
from .replaying import LedgerReplay, StepReplay
from .results import Receipt
from .tables import LENGTHS, LedgerTables, ledger_tables
from .tasks import Task
from .transactions import Target
from .trials import DryRun, Trial
from .unparking import Decision
from .verification import Verification

__all__ = [
    "LENGTHS",
    "Decision",
    "Delegations",
    "DryRun",
    "Event",
    "Export",
    "Ledger",
    "LedgerReplay",
    "LedgerTables",
    "Receipt",
    "StepReplay",
    "Target",
    "Task",
    "Trial",
    "Verification",
    "from_microseconds",
    "ledger_tables",
    "no_delegations",
    "to_microseconds",
]
