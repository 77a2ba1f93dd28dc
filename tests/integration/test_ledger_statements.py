"""What a command asks of the database: no more than it needs, by statements made before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from tests.integration.crashing import name_statement
from tests.integration.year_plan import (
    WAY,
    add_plan,
    command,
    open_platform,
    stand_in_deciding,
    tick,
    walk,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Ledger
from xbyx_rules.lifecycle import Command


@pytest.fixture(autouse=True)
def _deciding():
    with stand_in_deciding():
        yield


def sent_by(engine: Any, ledger: Ledger, asked: Command) -> list[str]:
    """What a command sends, one by one."""
    found: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        found.append(name_statement(statement))

    event.listen(engine, "before_cursor_execute", note)
    ledger.act(engine, asked)
    event.remove(engine, "before_cursor_execute", note)
    return found


def test_a_command_reads_and_writes_each_thing_once() -> None:
    engine, ledger, _ = open_platform(None)
    walk(ledger, engine, 1)
    action, actor, more = WAY[1]
    assert sent_by(engine, ledger, command(action, actor, 1, at=tick(1), **more)) == [
        "SELECT",
        "BEGIN",
        "SELECT xbyx_instance",
        "SELECT xbyx_command",
        'SELECT "plan"',
        'SELECT "plan"',
        "SELECT xbyx_attestation",
        "SELECT xbyx_event",
        "SELECT xbyx_task",
        "SELECT xbyx_payload",
        'UPDATE "plan"',
        "INSERT xbyx_payload",
        "INSERT xbyx_event",
        "INSERT xbyx_outbox",
        "UPDATE xbyx_instance",
        "UPDATE xbyx_task",
        "INSERT xbyx_task",
        "INSERT xbyx_timer",
        "UPDATE xbyx_task",
        "INSERT xbyx_command",
    ]


def test_timers_are_looked_at_where_the_state_has_a_time_limit_only() -> None:
    engine, ledger, _ = open_platform(None)
    sent = [
        [one for one in sent_by(engine, ledger, asked) if "timer" in one]
        for asked in (
            command(action, actor, number, at=tick(number), **more)
            for number, (action, actor, more) in enumerate(WAY)
        )
    ]
    assert sent == [[], ["INSERT xbyx_timer"], ["UPDATE xbyx_timer"], []]


def test_the_second_subject_needs_no_new_statement() -> None:
    engine, ledger, _ = open_platform(None)
    with engine.begin() as connection:
        add_plan(connection, "2026-002")
    walk(ledger, engine)
    made = dict(ledger.tables._prepared)
    for number, (action, actor, more) in enumerate(WAY):
        subject = Subject("年度计划", "2026-002")
        ledger.act(
            engine, command(action, actor, f"b-{number}", subject=subject, at=tick(number), **more)
        )
    assert len(made) > 10
    assert {key: id(one) for key, one in made.items()} == {
        key: id(one) for key, one in ledger.tables._prepared.items()
    }
