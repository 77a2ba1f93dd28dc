"""Lifecycles as pure values: a flow with its machine, a command and a snapshot in, effects out.

Takes: a checked flow, where a subject stands, what somebody asks, and finished findings.
Gives: `Effects` or a `Refusal` with every reason; timelines and diagrams for people.
May assume: the flow was checked (it can't get stuck, its invariants hold on every way).
Refuses: a flow that asks for joint signatures or a return straight back; a model that acts.
"""

from .act import (
    ActionRefused,
    ConditionFinding,
    Effects,
    Guards,
    Refusal,
    decide_command,
    pair_persons,
)
from .commands import (
    Actor,
    ActorKind,
    Command,
    civil_date,
    condition_facts,
    hash_request,
    person_facts,
)
from .definition import Definition, build_definition
from .diagram import draw_flow
from .receipts import (
    RECEIPT_FORMAT,
    StepReceipt,
    format_of_receipt,
    person_as_plain,
    person_from_plain,
    read_step_receipt,
    receipt_of,
)
from .replaying import ReplayedGuard, is_opinion_read, replay_guards
from .snapshot import Snapshot
from .timeline import TimelineEntry, entry_as_plain, render_timeline

__all__ = [
    "RECEIPT_FORMAT",
    "ActionRefused",
    "Actor",
    "ActorKind",
    "Command",
    "ConditionFinding",
    "Definition",
    "Effects",
    "Guards",
    "Refusal",
    "ReplayedGuard",
    "Snapshot",
    "StepReceipt",
    "TimelineEntry",
    "build_definition",
    "civil_date",
    "condition_facts",
    "decide_command",
    "draw_flow",
    "entry_as_plain",
    "format_of_receipt",
    "hash_request",
    "is_opinion_read",
    "pair_persons",
    "person_as_plain",
    "person_facts",
    "person_from_plain",
    "read_step_receipt",
    "receipt_of",
    "render_timeline",
    "replay_guards",
]
