"""A ledger on a given database whose events are findings: quick, and each leaves one message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from tests.integration.year_plan import (
    NINE,
    PLATFORM,
    POLICY,
    PlanHost,
    add_plan,
    make_policy,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Ledger, Outbox
from xbyx_rules.lifecycle import Actor

TENANT = "110108"
ENGINE_ACTOR = Actor("engine", kind="timer")
OPERATOR = Actor("o-3")


def after(seconds: float = 0) -> datetime:
    """An instant, seconds after the one at which everything begins."""
    return NINE + timedelta(seconds=seconds)


def subject(number: int | str) -> Subject:
    return Subject("年度计划", f"2026-{number}")


def open_ledger(engine: Engine, subjects: int = 1, **more: Any) -> Ledger:
    """A ledger with its tables, on a platform with plans 2026-1, 2026-2 and so on in draft."""
    PLATFORM.create_all(engine)
    with engine.begin() as connection:
        for number in range(1, subjects + 1):
            add_plan(connection, subject(number).key)
    more.setdefault("clock", lambda: NINE)
    ledger = Ledger({POLICY: make_policy()}, PlanHost(), tenant=TENANT, **more)
    ledger.create_tables(engine)
    return ledger


def happen(ledger: Ledger, target: Any, number: int | str, times: int = 1) -> None:
    """Let something happen to a subject: one event, one message, each time."""
    for _ in range(times):
        version = ledger.snapshot(target, subject(number)).version
        ledger.keep_finding(
            target,
            subject(number),
            {"seen": version},
            actor=ENGINE_ACTOR,
            command_id=f"look-{number}-{version}",
            at=NINE,
        )


def open_outbox(ledger: Ledger, **more: Any) -> Outbox:
    return Outbox(ledger.tables, TENANT, **more)


def unpark(ledger: Ledger, target: Any, number: int, version: int, decision: Any, **more: Any):
    """Decide about a parked message."""
    fields = {
        "reason": "接收方已修复",
        "actor": OPERATOR,
        "command_id": f"{decision}-{number}-{version}",
        "at": NINE,
        **more,
    }
    return ledger.unpark(target, subject(number), version=version, decision=decision, **fields)


def statuses(ledger: Ledger, target: Engine) -> dict[tuple[str, int], str]:
    """Each message's status by subject and version."""
    one, instance = ledger.tables.outbox, ledger.tables.instance
    query = select(instance.c.subject_ref, one.c.seq, one.c.message_status).join(
        instance, instance.c.instance_id == one.c.instance_id
    )
    with target.connect() as connection:
        return {(row[0], row[1]): row[2] for row in connection.execute(query)}
