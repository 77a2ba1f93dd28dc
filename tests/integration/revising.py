"""A platform whose filed plans are in force, and what is done to revise them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.integration.year_plan import (
    DEPUTY,
    FLOW,
    NINE,
    PLAN,
    POLICY,
    WAY,
    add_plan,
    command,
    make_policy,
    open_platform,
)
from xbyx_rules.checking import Approvals
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Ledger, Receipt, revise
from xbyx_rules.lifecycle import Actor

__all__ = ["IN_FORCE", "MODEL", "NEW", "begin", "file_plan", "open_with_force", "other"]

IN_FORCE = replace(
    FLOW,
    approvals=Approvals(
        in_force=frozenset({"已备案"}), retractable=frozenset({"备案", "审核通过"})
    ),
)
NEW = Subject(PLAN.entity, "2026-001-r2")
MODEL = Actor("model-1", kind="model")


def other(number: str) -> Subject:
    """Another plan of the platform."""
    return Subject(PLAN.entity, number)


def open_with_force(place: Any, *numbers: str, **more: Any) -> tuple[Any, Ledger, Any]:
    """A platform with `PLAN` and others in draft; a filed one is in force."""
    policies = {POLICY: make_policy(IN_FORCE)}
    engine, ledger, host = open_platform(place, policies=policies, **more)
    with engine.begin() as connection:
        for number in numbers:
            add_plan(connection, number)
    return engine, ledger, host


def file_plan(
    ledger: Ledger, target: Any, subject: Subject, steps: int = len(WAY), at: datetime = NINE
) -> None:
    """Take a plan along its main way; all four steps file it."""
    for action, actor, more in WAY[:steps]:
        name = f"{subject.key}-{action}"
        ledger.act(target, command(action, actor, name, subject=subject, at=at, **more))


def begin(
    ledger: Ledger,
    target: Any,
    old: Subject = PLAN,
    new: Subject = NEW,
    *,
    command_id: str = "",
    **more: Any,
) -> Receipt:
    """Begin a revision."""
    given = {"actor": DEPUTY, "at": NINE, "reason": "增加一场研修", **more}
    return revise(ledger, target, old, new, command_id=command_id or f"r-{new.key}", **given)
