"""What a command is called in logs and figures: by names that documents declare, or not at all.

What stands in a command is what somebody has typed: an action that no flow has may be a person's
name, and each new one would be a new series of figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.lifecycle import Command
from xbyx_rules.telemetry import OTHER

from .desk import Desk

__all__ = ["ATTEST", "REVOKE", "name_command", "name_entity"]

ATTEST: Final = "@attest"
"""What recording a judgement is called in logs and figures; it makes no event."""
REVOKE: Final = "@revoke"
"""What revoking a judgement is called there."""


def name_command(desk: Desk, command: Command, *, is_typed: bool) -> tuple[str, str]:
    """A command's entity and action, each where it is declared; else `OTHER`.

    Args:
        desk: the ledger's.
        command: the command.
        is_typed: whether its action was given from outside, not by the ledger (``@erase``).
    """
    entity = command.subject.entity
    if getattr(desk.host, "lifecycle_of", None) is None:
        # WHY: deciding about a parked message asks no platform, and none need be named for it.
        return OTHER, OTHER if is_typed else command.action
    try:
        policy_id, anchor = desk.host.lifecycle_of(entity)
    except KeyError:
        return OTHER, OTHER if is_typed else command.action
    if not is_typed:
        return entity, command.action
    current = desk.policies.get(policy_id)
    earlier = [one for one in desk.earlier if one.policy.id == policy_id]
    for text in (current, *earlier):
        flow = text.checked.lifecycles.get(anchor) if text is not None else None
        if flow is not None and any(one.action == command.action for one in flow.transitions):
            return entity, command.action
    return entity, OTHER


def name_entity(policies: Mapping[str, ExecutablePolicy], entity: str) -> str:
    """An entity where a document's vocabulary declares it; else `OTHER`."""
    vocabularies = (one.checked.vocabulary for one in policies.values())
    return entity if any(entity in one.entities for one in vocabularies) else OTHER
