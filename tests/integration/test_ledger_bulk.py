"""Many commands at once: an answer to each, and whatever happens meanwhile, one effect of each."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, insert, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.integration.ledger_driver import open_ledger, way_of
from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    PLANS,
    REVIEWER,
    add_plan,
    command,
    open_platform,
    stand_in_deciding,
    tick,
)
from tests.servers.databases import Database
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import BulkItem, Ledger
from xbyx_rules.lifecycle import Command

NAMES = [f"2026-{number:03}" for number in range(1, 13)]


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(database: Database) -> tuple[Engine, Ledger]:
    engine, ledger, _ = open_platform(database)
    with engine.begin() as connection:
        for name in NAMES[1:]:
            add_plan(connection, name)
    return engine, ledger


def submit(name: str, **more: Any) -> Command:
    return command("提交校内审核", DEPUTY, f"s-{name}", subject=Subject("年度计划", name), **more)


def codes(items: tuple[BulkItem, ...]) -> list[str]:
    """``done``, ``again``, or the codes of why not."""
    return [
        ",".join(one.code for one in item.diagnostics)
        if item.receipt is None
        else "again"
        if item.receipt.is_replay
        else "done"
        for item in items
    ]


def events(engine: Engine, ledger: Ledger) -> Counter[str]:
    """How often each command is on record, and that the record is whole."""
    assert ledger.verify(engine).is_intact
    event_table = ledger.tables.event
    query = select(event_table.c.command_id).where(event_table.c.action_name != "@start")
    with engine.connect() as connection:
        return Counter(connection.execute(query).scalars())


def states(engine: Engine) -> dict[str, int]:
    query = select(PLANS.c.status, func.count()).group_by(PLANS.c.status)
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


# --- an answer to each --------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 4, 100])
def test_what_is_refused_leaves_nothing_and_the_others_stand(platform, chunk: int) -> None:
    engine, ledger = platform
    wrong = command("提交校内审核", HEAD, "wrong", subject=Subject("年度计划", NAMES[4]))
    unknown = submit("no-such-plan")
    stale = submit(NAMES[6], expected_version=5)
    asked = [submit(NAMES[9]), wrong, submit(NAMES[2]), unknown, stale, submit(NAMES[0])]
    found = ledger.act_all(engine, asked, chunk=chunk)
    assert [one.command for one in found] == asked
    assert codes(found) == ["done", "XR502", "done", "XR512", "XR515", "done"]
    assert [one.is_done for one in found] == [True, False, True, False, False, True]
    assert events(engine, ledger) == {asked[place].command_id: 1 for place in (0, 2, 5)}
    assert states(engine) == {"草稿": 9, "待校级审核": 3}
    # the refused ones left no row of their subject either
    assert ledger.verify(engine).subjects == 3
    assert codes(ledger.act_all(engine, asked, chunk=chunk))[0::5] == ["again", "again"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_receipts_are_those_of_commands_sent_singly(platform) -> None:
    engine, ledger = platform
    found = ledger.act_all(engine, [submit(NAMES[1]), submit(NAMES[0])])
    for item in found:
        single = ledger.act(engine, item.command)
        assert single.is_replay
        assert single == item.receipt
        assert single.subject == item.command.subject


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_commands_for_one_subject_or_of_one_id_take_effect_in_the_order_given(platform) -> None:
    engine, ledger = platform
    first, second = Subject("年度计划", NAMES[8]), Subject("年度计划", NAMES[3])
    sign = command("签发并报送", HEAD, "sign", subject=first, comment="同意", at=tick(1))
    send = command("提交校内审核", DEPUTY, "send", subject=first)
    taken = command("提交校内审核", DEPUTY, "send", subject=second)
    asked = [sign, send, send, taken, sign, submit(NAMES[3])]
    expected = []
    other_engine, other, _ = open_platform(None)
    with other_engine.begin() as connection:
        for name in NAMES[1:]:
            add_plan(connection, name)
    for one in asked:
        try:
            expected.append("again" if other.act(other_engine, one).is_replay else "done")
        except CommandRefused as refused:
            expected.append(",".join(one.code for one in refused.diagnostics))
    assert expected == ["XR501", "done", "again", "XR514", "done", "done"]
    assert codes(ledger.act_all(engine, asked)) == expected
    assert events(engine, ledger) == {"c-send": 1, "c-sign": 1, f"c-s-{NAMES[3]}": 1}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_empty_list_asks_nothing_and_a_chunk_has_bounds(platform) -> None:
    engine, ledger = platform
    assert ledger.act_all(engine, []) == ()
    with Session(engine) as session:
        assert ledger.act_all(session, []) == ()
    for chunk in (0, 1001):
        with pytest.raises(CommandRefused, match="XR582"):
            ledger.act_all(engine, [submit(NAMES[0])], chunk=chunk)


# --- transactions -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["connection", "session"])
def test_in_the_hosts_transaction_all_stand_or_fall_with_it(platform, kind: str) -> None:
    engine, ledger = platform
    asked = [
        submit(NAMES[5]),
        command("提交校内审核", HEAD, "x", subject=Subject("年度计划", NAMES[1])),
        submit(NAMES[0]),
    ]
    opened = {"connection": engine.connect, "session": lambda: Session(engine)}[kind]
    with opened() as target:
        assert codes(ledger.act_all(target, asked, chunk=1)) == ["done", "XR502", "done"]
        target.rollback()
    assert events(engine, ledger) == {}
    assert states(engine) == {"草稿": len(NAMES)}
    with opened() as target:
        ledger.act_all(target, asked, chunk=1)
        target.commit()
    assert states(engine) == {"草稿": len(NAMES) - 2, "待校级审核": 2}


def test_a_chunk_is_one_transaction_and_its_subjects_are_locked_in_order(platform) -> None:
    engine, ledger = platform
    commits, locked = [], []
    event.listen(engine, "commit", lambda _connection: commits.append(list(locked)))
    host, read = ledger._desk.host, ledger._desk.host.case

    def case(connection, subject, *, on):
        locked.append(subject.key)
        return read(connection, subject, on=on)

    host.case = case
    asked = [submit(name) for name in random.Random(3).sample(NAMES, len(NAMES))]
    assert codes(ledger.act_all(engine, asked, chunk=5)) == ["done"] * len(NAMES)
    assert locked == NAMES
    assert [len(one) for one in commits] == [5, 10, 12]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_error_of_the_platforms_undoes_its_chunk_and_sending_all_again_is_safe(
    platform,
) -> None:
    engine, ledger = platform
    ledger._desk.host.fails_after = "审核通过"
    asked = [submit(name) for name in NAMES[:4]]
    ways = [one for name in NAMES[4:6] for one in list(way_of(name))[:3]]
    with pytest.raises(RuntimeError, match="the platform failed"):
        ledger.act_all(engine, [*asked, *ways], chunk=4)
    assert set(events(engine, ledger)) == {one.command_id for one in asked}
    ledger._desk.host.fails_after = None
    found = codes(ledger.act_all(engine, [*asked, *ways], chunk=4))
    assert found == ["again"] * 4 + ["done"] * 6


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_chunk_that_meets_a_deadlock_is_done_again_as_a_whole(platform) -> None:
    """Somebody holds the chunk's last subject and then wants its first: one of the two must go."""
    engine, ledger = platform
    is_held, want = threading.Event(), threading.Event()
    host, read = ledger._desk.host, ledger._desk.host.case
    ledger.act_all(engine, [submit(name) for name in NAMES])

    def hold(connection: Any, name: str) -> None:
        subject = Subject("年度计划", name)
        assert ledger._desk.store.find_instance(connection, subject, is_locked=True)

    def other() -> str:
        with engine.connect() as connection:
            hold(connection, NAMES[-1])
            is_held.set()
            # WHY so much written, and so late: MariaDB undoes who has written less, PostgreSQL who
            # has waited longer, and that is to be the chunk.
            connection.execute(
                insert(PLANS), [{"plan_no": f"o-{n}", "status": "-"} for n in range(999)]
            )
            assert want.wait(20)
            time.sleep(0.5)
            try:
                hold(connection, NAMES[0])
            except Exception:
                connection.rollback()
                return "undone"
            connection.rollback()
            return "through"

    def case(connection, subject, *, on):
        if subject.key == NAMES[-2]:
            want.set()
        return read(connection, subject, on=on)

    host.case = case
    signing = [
        command("签发并报送", HEAD, f"h-{name}", subject=Subject("年度计划", name), comment="同意")
        for name in NAMES
    ]
    with ThreadPoolExecutor(1) as pool, capture_logs() as told:
        ended = pool.submit(other)
        assert is_held.wait(20)
        found = ledger.act_all(engine, signing)
        outcome = ended.result(30)
    assert codes(found) == ["done"] * len(NAMES)
    assert set(events(engine, ledger).values()) == {1}
    retried = [one for one in told if one["event"] == "transaction_retried"]
    # the database chose which of the two to undo
    assert len(retried) == (outcome == "through")
    assert [one["outcome"] for one in told if one["event"] == "command_done"] == ["done"] * 12


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_can_never_be_had_is_told_of_each_item(platform, database, monkeypatch) -> None:
    engine, ledger = platform
    monkeypatch.setattr("xbyx_rules.hosting.ledger.transactions.time.sleep", lambda _seconds: None)
    asked = [submit(NAMES[0]), submit(NAMES[1])]
    blocker = database.open()
    at_once = blocker.connect()
    at_once.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "connect")
    def hurry(connection, _record) -> None:
        connection.execute("PRAGMA busy_timeout = 1")

    with capture_logs() as told:
        found = ledger.act_all(engine, asked)
    at_once.rollback()
    at_once.close()
    assert codes(found) == ["XR680", "XR680"]
    assert [one["event"] for one in told][-3:] == [
        "command_failed",
        "command_failed",
        "bulk_failed",
    ]
    assert codes(ledger.act_all(engine, asked)) == ["done", "done"]


# --- at once ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_bulk_and_bulk_and_single_commands_at_once_have_one_effect_each(
    platform, database: Database
) -> None:
    """Four senders of everything at once, in orders of their own; two of them singly."""
    engine, ledger = platform
    ways = {name: list(way_of(name)) for name in NAMES}
    barrier = threading.Barrier(4)

    def send(seed: int) -> list[str]:
        own, sender, chance = database.open(connections=1), open_ledger(), random.Random(seed)
        found = []
        for step in range(4):
            asked = [way[step] for way in ways.values()]
            chance.shuffle(asked)
            barrier.wait(60)
            if seed % 2:
                found += codes(sender.act_all(own, asked, chunk=5))
            else:
                found += ["again" if sender.act(own, one).is_replay else "done" for one in asked]
        return found

    with ThreadPoolExecutor(4) as pool:
        answers = [one for part in pool.map(send, range(4)) for one in part]
    commands = [one.command_id for way in ways.values() for one in way]
    assert Counter(answers) == {"done": len(commands), "again": 3 * len(commands)}
    assert events(engine, ledger) == dict.fromkeys(commands, 1)
    assert states(engine) == {"已备案": len(NAMES)}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_command_is_told_of_after_the_commit_and_the_transaction_once(platform) -> None:
    engine, ledger = platform
    wrong = command("审核通过", REVIEWER, "w", subject=Subject("年度计划", NAMES[1]))
    with capture_logs() as told:
        event.listen(engine, "commit", lambda _connection: told.append({"event": "commit"}))
        ledger.act_all(engine, [wrong, submit(NAMES[0])])
    names = [one["event"] for one in told if one["event"] != "decided"]
    assert names == ["commit", "command_done", "command_refused", "bulk_done"]
    whole = told[-1]
    assert (whole["commands"], whole["done"], whole["refused"]) == (2, 1, 1)
