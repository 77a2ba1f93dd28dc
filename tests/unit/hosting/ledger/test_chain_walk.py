"""Walking along the chains: page by page, past whatever somebody has left in a row."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from tests.integration.year_plan import (
    PLAN,
    WAY,
    add_plan,
    command,
    open_platform,
    stand_in_deciding,
    walk,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.ledger import unprotect
from xbyx_rules.hosting.ledger.chain import LOOK, commit_payload
from xbyx_rules.policy import canonical_text


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(tmp_path):
    """Two subjects of four and three steps, and nothing that keeps us from changing them."""
    engine, ledger, _ = open_platform(tmp_path / "platform.db")
    other = Subject(PLAN.entity, "2026-002")
    with engine.begin() as connection:
        add_plan(connection, other.key)
        unprotect(connection, ledger.tables.protected)
    walk(ledger, engine, 3)
    for number, (action, actor, more) in enumerate(WAY[:2]):
        ledger.act(engine, command(action, actor, f"o{number}", subject=other, **more))
    return engine, ledger


def found_of(verification):
    return [(one.code, dict(one.values)) for one in verification.problems]


def codes_of(verification):
    return {one.code for one in verification.problems}


@pytest.mark.parametrize("page", [1, 2, 3, 200])
def test_the_size_of_a_page_changes_nothing(platform, monkeypatch, page):
    engine, ledger = platform
    whole = ledger.verify(engine)
    with engine.begin() as connection:
        event = ledger.tables.event
        connection.execute(update(event).where(event.c.seq == 2).values(actor_id="t-99"))
        connection.execute(delete(event).where(event.c.seq == 1))
    found = ledger.verify(engine)
    monkeypatch.setattr("xbyx_rules.hosting.ledger.store._PAGE", page)
    monkeypatch.setattr("xbyx_rules.hosting.ledger.verification._SUBJECTS", 1)
    again = ledger.verify(engine)
    assert sorted(map(str, found_of(again))) == sorted(map(str, found_of(found)))
    assert (again.events, again.subjects) == (whole.events - 2, 2)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("occurred_at", 2**62),
        ("seq", 2**31 - 1),
        ("payload_digests", "no list"),
        ("payload_digests", '[["opinion"]]'),
        ("payload_digests", "[" * 5000),
        ("event_hash", "md5:0"),
    ],
)
def test_a_row_edited_into_nonsense_is_said_and_costs_no_more(platform, column, value):
    engine, ledger = platform
    table = ledger.tables.event
    with engine.begin() as connection:
        last = connection.execute(select(table.c.seq).order_by(table.c.seq.desc())).scalar()
        rows = update(table).where(table.c.seq == last)
        connection.execute(rows.values({column: value}))
    found = ledger.verify(engine)
    assert "XR550" in codes_of(found)
    assert len(found.problems) < 6


@pytest.mark.parametrize("text", ["[]", "{", '{"event_hash":1}'])
def test_a_result_edited_into_nonsense_is_said(platform, text):
    engine, ledger = platform
    table = ledger.tables.command
    with engine.begin() as connection:
        rows = update(table).where(table.c.command_id == "c-1")
        connection.execute(rows.values(result_text=text))
    assert codes_of(ledger.verify(engine)) == {"XR559"}


# --- memory ---------------------------------------------------------------------------------------


def grow(engine, ledger, steps):
    """Look at the plan again and again, straight into the tables."""
    store = ledger._desk.store
    with engine.begin() as connection:
        instance = store.find_instance(connection, PLAN)
        (last,) = store.events_of(connection, instance.id)[-1:]
        for _ in range(steps):
            body = commit_payload("finding", {"message": "学" * 500}, "sha256")
            event = replace(
                last.event,
                seq=instance.version + 1,
                command_id=f"look-{instance.version}",
                action=LOOK,
                source=instance.state,
                target=instance.state,
                payloads=((body.kind, body.digest),),
                prev_hash=instance.head_hash,
            )
            head = store.insert_event(connection, instance, event, [body])
            instance = store.advance_instance(connection, instance, event, head)
            result = canonical_text({"event_hash": head, "version": event.seq})
            store.insert_command(connection, event.command_id, "-", result)


def peak_of(work):
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_long_chain_is_not_held_in_memory(platform, monkeypatch):
    """800 steps more have bodies of 1,500 bytes each; a quarter of that is left for the driver."""
    engine, ledger = platform
    monkeypatch.setattr("xbyx_rules.hosting.ledger.store._PAGE", 20)
    grow(engine, ledger, 200)
    ledger.verify(engine)  # what is made once, such as compiled statements, is made now
    short = peak_of(lambda: ledger.verify(engine))
    grow(engine, ledger, 800)
    found = ledger.verify(engine)
    assert (found.is_intact, found.events) == (True, 1007)
    assert peak_of(lambda: ledger.verify(engine)) - short < 800 * 1500 / 4
