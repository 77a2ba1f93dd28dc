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
from .commands import Actor, ActorKind, Command, civil_date, hash_request, person_facts
from .definition import Definition, build_definition
from .diagram import draw_flow
from .receipts import person_as_plain, person_from_plain, receipt_of
from .snapshot import Snapshot
from .timeline import TimelineEntry, render_timeline

__all__ = [
    "ActionRefused",
    "Actor",
    "ActorKind",
    "Command",
    "ConditionFinding",
    "Definition",
    "Effects",
    "Guards",
    "Refusal",
    "Snapshot",
    "TimelineEntry",
    "build_definition",
    "civil_date",
    "decide_command",
    "draw_flow",
    "hash_request",
    "pair_persons",
    "person_as_plain",
    "person_facts",
    "person_from_plain",
    "receipt_of",
    "render_timeline",
]
