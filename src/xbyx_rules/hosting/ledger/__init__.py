"""The ledger in the host's database: one command, one transaction, one event in a chain.

Takes: policies ready to run, a `Host`, and commands on an Engine, a Connection or a Session.
Gives: receipts, dry runs, tasks, timelines, verification; state and record change together.
May assume: the host has authenticated the actor; their roles are what it says.
Refuses: what the flow or its rules don't allow, a stale version, an id used for something else.
"""

from .anchors import ANCHOR_LIMIT, Anchor, AnchorRow, Head, read_anchor
from .bulk import BulkItem
from .chain import Event, from_microseconds, to_microseconds
from .desk import Delegations, no_delegations
from .digests import DigestName
from .exporting import Export
from .inbox import Agency, Inbox, InboxItem, InboxPage
from .ledger import Ledger
from .protection import protect, unprotect
from .replaying import LedgerReplay, StepReplay
from .results import Receipt
from .submissions import SubmittedDifferences
from .suggestions import Suggestion
from .tables import LENGTHS, LedgerTables, ledger_tables
from .tasks import Task
from .transactions import Target
from .trials import DryRun, Trial
from .unparking import Decision
from .vacancies import Vacancy
from .verification import Verification

__all__ = [
    "ANCHOR_LIMIT",
    "LENGTHS",
    "Agency",
    "Anchor",
    "AnchorRow",
    "BulkItem",
    "Decision",
    "Delegations",
    "DigestName",
    "DryRun",
    "Event",
    "Export",
    "Head",
    "Inbox",
    "InboxItem",
    "InboxPage",
    "Ledger",
    "LedgerReplay",
    "LedgerTables",
    "Receipt",
    "StepReplay",
    "SubmittedDifferences",
    "Suggestion",
    "Target",
    "Task",
    "Trial",
    "Vacancy",
    "Verification",
    "from_microseconds",
    "ledger_tables",
    "no_delegations",
    "protect",
    "read_anchor",
    "to_microseconds",
    "unprotect",
]
