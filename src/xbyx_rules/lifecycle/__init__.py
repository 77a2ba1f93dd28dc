"""Lifecycles as pure values: a flow with its machine, a command and a snapshot in, effects out.

Takes: a checked flow, where a subject stands, what somebody asks, and finished findings.
Gives: `Effects` or a `Refusal` with every reason; timelines, diagrams, differences.
May assume: the flow was checked (it can't get stuck, its invariants hold on every way).
Refuses: a model that acts; a step that the flow doesn't have; a person who signs twice.
"""

from .act import (
    ActionRefused,
    ConditionFinding,
    Effects,
    Guards,
    Refusal,
    decide_command,
    lead_of,
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
from .difference_words import render_differences
from .differences import PathStep, TermChange, differences
from .migration import (
    FlowOutline,
    InvariantGap,
    MigrationPlan,
    PastReading,
    check_migration,
    map_states,
    outline_flow,
)
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
from .seats import Seat, SeatStatus, find_seat, is_agreement, open_ready, sign_seat, tally_seats
from .snapshot import Snapshot
from .steps_beside import RETRACT
from .straight_back import required_anchors
from .submitting import is_submission
from .timeline import Kind, TimelineEntry, entry_as_plain, render_timeline
from .versions import SubmittedVersion, read_version, version_of

__all__ = [
    "RECEIPT_FORMAT",
    "RETRACT",
    "ActionRefused",
    "Actor",
    "ActorKind",
    "Command",
    "ConditionFinding",
    "Definition",
    "Effects",
    "FlowOutline",
    "Guards",
    "InvariantGap",
    "Kind",
    "MigrationPlan",
    "PastReading",
    "PathStep",
    "Refusal",
    "ReplayedGuard",
    "Seat",
    "SeatStatus",
    "Snapshot",
    "StepReceipt",
    "SubmittedVersion",
    "TermChange",
    "TimelineEntry",
    "build_definition",
    "check_migration",
    "civil_date",
    "condition_facts",
    "decide_command",
    "differences",
    "draw_flow",
    "entry_as_plain",
    "find_seat",
    "format_of_receipt",
    "hash_request",
    "is_agreement",
    "is_opinion_read",
    "is_submission",
    "lead_of",
    "map_states",
    "open_ready",
    "outline_flow",
    "pair_persons",
    "person_as_plain",
    "person_facts",
    "person_from_plain",
    "read_step_receipt",
    "read_version",
    "receipt_of",
    "render_differences",
    "render_timeline",
    "replay_guards",
    "required_anchors",
    "sign_seat",
    "tally_seats",
    "version_of",
]
