"""Hosting: a platform's own tables read in the vocabulary's words, and the ledger beside them.

Takes: an adapter's `HostMapping`, policies ready to run, commands on the host's connection.
Gives: `MappedHost` (cases, states), `Ledger` (receipts, dry runs, tasks, timelines, verification).
May assume: the host has authenticated the actor and owns the transaction.
Refuses: a mapping that disagrees with the vocabulary, and a value that it doesn't explain.
"""

from .adapters import Adapter, find_adapter, list_adapters
from .conversions import (
    Codes,
    Conversion,
    Dates,
    DateTimes,
    FenToYuan,
    Number,
    SeparatedList,
    Text,
    YesNo,
)
from .doubts import DOUBT, Change, Doubt, Supervised, Supervisor, doubt_tables
from .host import Host, RowLocker, TransitionListener
from .ledger import (
    LENGTHS,
    Delegations,
    DryRun,
    Event,
    Export,
    Ledger,
    LedgerReplay,
    LedgerTables,
    Receipt,
    StepReplay,
    Target,
    Task,
    Trial,
    Verification,
    from_microseconds,
    ledger_tables,
    no_delegations,
    to_microseconds,
)
from .mapping import (
    Beside,
    Column,
    Constant,
    EntityMapping,
    Flow,
    HostMapping,
    Responsible,
    SameRow,
    Stamp,
    ToMany,
    ToOne,
)
from .mapping_check import check_flow, check_mapping
from .outbox import Backlog, Delivery, Lease, Message, Outbox, Parked, deliver
from .reading import MappedHost
from .table_check import check_tables

__all__ = [
    "DOUBT",
    "LENGTHS",
    "Adapter",
    "Backlog",
    "Beside",
    "Change",
    "Codes",
    "Column",
    "Constant",
    "Conversion",
    "DateTimes",
    "Dates",
    "Delegations",
    "Delivery",
    "Doubt",
    "DryRun",
    "EntityMapping",
    "Event",
    "Export",
    "FenToYuan",
    "Flow",
    "Host",
    "HostMapping",
    "Lease",
    "Ledger",
    "LedgerReplay",
    "LedgerTables",
    "MappedHost",
    "Message",
    "Number",
    "Outbox",
    "Parked",
    "Receipt",
    "Responsible",
    "RowLocker",
    "SameRow",
    "SeparatedList",
    "Stamp",
    "StepReplay",
    "Supervised",
    "Supervisor",
    "Target",
    "Task",
    "Text",
    "ToMany",
    "ToOne",
    "TransitionListener",
    "Trial",
    "Verification",
    "YesNo",
    "check_flow",
    "check_mapping",
    "check_tables",
    "deliver",
    "doubt_tables",
    "find_adapter",
    "from_microseconds",
    "ledger_tables",
    "list_adapters",
    "no_delegations",
    "to_microseconds",
]
