"""Leases and outcomes: whose turn it is, who may report, when a message is parked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.dialects.mysql import mariadb
from sqlalchemy.pool import NullPool

from tests.integration.messages import (
    OPERATOR,
    TENANT,
    after,
    happen,
    open_ledger,
    open_outbox,
    statuses,
    subject,
    unpark,
)
from tests.integration.year_plan import NINE
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting import Backlog, Outbox, ledger_tables
from xbyx_rules.hosting.outbox.turns import can_skip_locked, find_ready
from xbyx_rules.lifecycle import Actor, render_timeline


@pytest.fixture
def engine(tmp_path):
    made = create_engine(f"sqlite:///{tmp_path / 'platform.db'}", poolclass=NullPool)
    yield made
    made.dispose()


def refused_code(call) -> str:
    with pytest.raises(CommandRefused) as caught:
        call()
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.code


def take(outbox, engine, *, worker="w-1", most=10, seconds_on=0, **more):
    return outbox.lease(engine, worker=worker, most=most, now=after(seconds_on), **more)


def fail(outbox, engine, number, *, reason="TimeoutError"):
    """Fail the one message that is due, again and again; the instants at which it was due."""
    instants, now = [], 0
    while len(instants) < number:
        leased = take(outbox, engine, seconds_on=now)
        if not leased:
            now += 1
            continue
        instants.append(now)
        outbox.failed(engine, leased[0], reason=reason, now=after(now))
    return instants


def park(engine, outbox, number=1):
    """Park the message of a subject that is due."""
    for message in take(outbox, engine):
        if message.subject == subject(number):
            assert outbox.failed(engine, message, reason="ValueError", now=NINE)
        else:
            outbox.release(engine, message)


# --- what a message says --------------------------------------------------------------------------


def test_a_message_tells_the_event_and_no_person_and_no_text(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1, 2)
    outbox = open_outbox(ledger)
    (first,) = take(outbox, engine)
    outbox.delivered(engine, first, now=NINE)
    (second,) = take(outbox, engine)
    assert (first.action, first.source, first.target) == ("@start", None, "草稿")
    assert (second.action, second.source, second.target) == ("@look", "草稿", "草稿")
    assert (second.subject, second.revision, second.version) == (subject(1), 1, 2)
    assert second.occurred_at == NINE
    with engine.connect() as connection:
        hashes = list(connection.scalars(select(ledger.tables.event.c.event_hash)))
    assert [first.event_hash, second.event_hash] == hashes
    assert set(json.loads(second.content)) == {
        *("format", "key", "tenant", "subject", "version", "action"),
        *("from", "to", "occurred_at", "event_hash"),
    }


def test_a_ledger_without_an_outbox_writes_no_message(engine):
    ledger = open_ledger(engine, outbox=False)
    happen(ledger, engine, 1, 2)
    assert statuses(ledger, engine) == {}


def test_tenants_do_not_see_each_others_messages(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    other = Outbox(ledger.tables, "110105")
    assert take(other, engine) == ()
    assert other.backlog(engine, now=NINE) == Backlog(0, 0, 0, None)
    (message,) = take(open_outbox(ledger), engine)
    with pytest.raises(ConflictError):
        other.delivered(engine, message, now=NINE)


# --- whose turn it is -----------------------------------------------------------------------------


def test_at_most_one_message_of_a_subject_is_out_at_a_time(engine):
    ledger = open_ledger(engine, 3)
    for number in (1, 2, 3):
        happen(ledger, engine, number, 2)
    outbox = open_outbox(ledger)
    leased = take(outbox, engine)
    assert {(one.subject, one.version) for one in leased} == {
        (subject(number), 1) for number in (1, 2, 3)
    }
    assert take(outbox, engine, worker="w-2") == ()
    outbox.delivered(engine, leased[0], now=NINE)
    (following,) = take(outbox, engine, worker="w-2")
    assert (following.subject, following.version) == (leased[0].subject, 2)


def test_no_more_are_leased_than_asked_for_and_the_oldest_first(engine):
    instants = iter([after(9), after(5), after(7)])
    ledger = open_ledger(engine, 3, clock=lambda: next(instants))
    for number in (1, 2, 3):
        happen(ledger, engine, number)
    leased = take(open_outbox(ledger), engine, most=2)
    assert [one.subject for one in leased] == [subject(2), subject(3)]


def test_a_released_message_is_due_at_once_and_counts_as_untried(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    (first,) = take(outbox, engine)
    outbox.release(engine, first)
    (again,) = take(outbox, engine, worker="w-2")
    assert (first.attempts, again.attempts) == (1, 1)
    assert again.lease.number == 2


# --- leases ---------------------------------------------------------------------------------------


def test_a_lease_that_ran_out_may_be_taken_over_and_not_before(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    take(outbox, engine, seconds=30)
    assert take(outbox, engine, worker="w-2", seconds_on=29.999999) == ()
    (taken,) = take(outbox, engine, worker="w-2", seconds_on=30)
    assert (taken.lease.worker, taken.attempts) == ("w-2", 2)


@pytest.mark.parametrize("worker", ["w-1", "w-2"])
def test_an_outcome_from_a_lease_that_was_taken_over_is_refused(engine, worker):
    """Also where the same worker took it again: the number of the lease counts, not the name."""
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    (late,) = take(outbox, engine, seconds=30)
    (taken,) = take(outbox, engine, worker=worker, seconds_on=30)
    for report in (
        lambda: outbox.delivered(engine, late, now=after(31)),
        lambda: outbox.failed(engine, late, reason="TimeoutError", now=after(31)),
        lambda: outbox.release(engine, late),
    ):
        assert refused_code(report) == "XR581"
    outbox.delivered(engine, taken, now=after(32))
    assert refused_code(lambda: outbox.delivered(engine, taken, now=after(33))) == "XR581"


def test_an_outcome_after_the_lease_counts_while_nobody_else_has_the_message(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    (message,) = take(outbox, engine, seconds=30)
    outbox.delivered(engine, message, now=after(300))
    assert take(outbox, engine, seconds_on=301) == ()


def test_another_workers_name_does_not_carry_a_lease(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    (message,) = take(outbox, engine)
    forged = replace(message, lease=replace(message.lease, worker="w-2"))
    assert refused_code(lambda: outbox.delivered(engine, forged, now=NINE)) == "XR581"


# --- failures -------------------------------------------------------------------------------------


def test_the_wait_doubles_up_to_a_limit(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger, first_wait_seconds=2, longest_wait_seconds=10)
    assert fail(outbox, engine, 6) == [0, 2, 6, 14, 24, 34]


def test_a_consumer_that_is_down_for_a_weekend_parks_nothing_by_default(engine):
    outbox = open_outbox(open_ledger(engine))
    waits = [outbox._wait(attempts) for attempts in range(1, 20)]
    assert sum(waits) > 2 * 86_400 * 1_000_000


def test_a_message_that_fails_too_often_is_parked_and_stops_only_its_subject(engine):
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1, 3)
    happen(ledger, engine, 2)
    outbox = open_outbox(ledger, most_attempts=1)
    park(engine, outbox)
    (parked,) = outbox.parked(engine)
    assert (parked.subject, parked.version, parked.attempts) == (subject(1), 1, 1)
    assert (parked.reason, parked.parked_at, parked.waiting) == ("ValueError", NINE, 2)
    happen(ledger, engine, 2)
    (other,) = take(outbox, engine, seconds_on=86_400)
    assert other.subject == subject(2)


def test_a_message_that_kills_its_worker_each_time_is_parked_too(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger, most_attempts=3)
    attempts = [take(outbox, engine, seconds=60, seconds_on=61 * n) for n in range(4)]
    assert [len(one) for one in attempts] == [1, 1, 1, 0]
    (parked,) = outbox.parked(engine)
    assert (parked.attempts, parked.reason) == (3, "lease expired")


@pytest.mark.parametrize(
    "content", ["", "{", "null", "[]", '{"key": "x"}', "[" * 100_000, '{"subject": 1}']
)
def test_a_spoilt_message_stops_its_subject_and_no_other(engine, content):
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1)
    happen(ledger, engine, 2)
    outbox, table = open_outbox(ledger), ledger.tables.outbox
    first = select(ledger.tables.instance.c.instance_id).where(
        ledger.tables.instance.c.subject_ref == subject(1).key
    )
    with engine.begin() as connection:
        rows = update(table).where(table.c.instance_id == first.scalar_subquery())
        connection.execute(rows.values(content=content))
    assert [one.subject for one in take(outbox, engine, most=1)] == [subject(2)]
    (parked,) = outbox.parked(engine)
    assert (parked.subject, parked.reason) == (subject(1), "unreadable")


@pytest.mark.parametrize(
    "change",
    [
        {"key": "other/1/1"},
        {"version": 7},
        {"action": 1},
        {"from": 1},
        {"subject": ["年度计划", "2026-1", "1"]},
        {"subject": ["年度计划", None, 1]},
        {"occurred_at": "2026-03-02T09:00:00"},
        {"occurred_at": "yesterday"},
    ],
)
def test_a_message_that_says_something_else_than_its_row_is_parked(engine, change):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    table = ledger.tables.outbox
    with engine.begin() as connection:
        content = json.loads(connection.scalars(select(table.c.content)).one())
        connection.execute(update(table).values(content=json.dumps(content | change)))
    assert take(open_outbox(ledger), engine) == ()
    assert set(statuses(ledger, engine).values()) == {"parked"}


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("TimeoutError", "TimeoutError"),
        ("", "-"),
        (" \n", "-"),
        ("a\nb\x1b[2Jc", "a b [2Jc"),
        ("错" * 300, "错" * 200),
    ],
)
def test_a_reason_is_kept_short_and_in_one_line(engine, reason, kept):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger, most_attempts=1)
    fail(outbox, engine, 1, reason=reason)
    assert outbox.parked(engine)[0].reason == kept


# --- a person's decision --------------------------------------------------------------------------


def test_retry_is_on_record_and_gives_the_message_all_its_attempts_again(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1, 2)
    outbox = open_outbox(ledger, most_attempts=1)
    park(engine, outbox)
    receipt = unpark(ledger, engine, 1, 1, "retry")
    assert (receipt.action, receipt.source, receipt.target) == ("@retry", "草稿", "草稿")
    assert outbox.parked(engine) == ()
    versions = []
    while leased := take(outbox, engine):
        versions.append((leased[0].version, leased[0].attempts))
        outbox.delivered(engine, leased[0], now=NINE)
    assert versions == [(1, 1), (2, 1), (3, 1)]


def test_skip_leaves_the_message_out_and_the_next_ones_turn_comes(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1, 2)
    outbox = open_outbox(ledger, most_attempts=1)
    park(engine, outbox)
    unpark(ledger, engine, 1, 1, "skip")
    (following,) = take(outbox, engine)
    assert following.version == 2
    assert statuses(ledger, engine)[subject(1).key, 1] == "skipped"


def test_who_decided_and_why_stands_in_the_timeline_and_the_chain_verifies(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger, most_attempts=1)
    park(engine, outbox)
    unpark(ledger, engine, 1, 1, "retry")
    park(engine, outbox)
    unpark(ledger, engine, 1, 1, "skip", reason="对方已停用")
    text = render_timeline(ledger.timeline(engine, subject(1)))
    assert "o-3 决定重新投递消息\n   意见：接收方已修复" in text
    assert "o-3 决定不再投递消息\n   意见：对方已停用" in text
    english = render_timeline(ledger.timeline(engine, subject(1)), "en")
    assert "o-3: message to be delivered again" in english
    found = ledger.verify(engine)
    assert (found.events, found.problems) == (3, ())
    ledger.erase(
        engine,
        subject(1),
        version=3,
        kind="opinion",
        reason="依申请",
        actor=OPERATOR,
        command_id="e",
        at=NINE,
    )
    assert ledger.verify(engine).is_intact
    assert "对方已停用" not in render_timeline(ledger.timeline(engine, subject(1)))


def test_a_decision_sent_twice_is_made_once(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger, most_attempts=1)
    park(engine, outbox)
    first = unpark(ledger, engine, 1, 1, "retry")
    park(engine, outbox)
    again = unpark(ledger, engine, 1, 1, "retry")
    assert (again, again.is_replay) == (first, True)
    assert len(outbox.parked(engine)) == 1
    with pytest.raises(ConflictError):
        unpark(ledger, engine, 1, 1, "skip", command_id="retry-1-1")


def test_a_decision_that_is_refused_changes_nothing(engine):
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1, 2)
    outbox = open_outbox(ledger, most_attempts=1)
    assert refused_code(lambda: unpark(ledger, engine, 1, 1, "retry")) == "XR583"
    park(engine, outbox)
    before = statuses(ledger, engine), ledger.verify(engine)
    model = Actor("m-1", kind="model")
    for code, call in {
        "XR583": lambda: unpark(ledger, engine, 1, 2, "skip"),
        "XR503": lambda: unpark(ledger, engine, 1, 1, "skip", actor=model),
        "XR505": lambda: unpark(ledger, engine, 1, 1, "skip", reason="　"),
        "XR584": lambda: unpark(ledger, engine, 1, 1, "drop"),
        "XR530": lambda: unpark(ledger, engine, 1, 1, "skip", command_id=""),
    }.items():
        assert refused_code(call) == code
    assert refused_code(lambda: unpark(ledger, engine, 2, 1, "skip")) == "XR583"
    assert (statuses(ledger, engine), ledger.verify(engine)) == before


# --- looking after it -----------------------------------------------------------------------------


def test_the_backlog_counts_what_waits_what_is_out_and_what_is_parked(engine):
    instants = iter([after(n) for n in range(9)])
    ledger = open_ledger(engine, 3, clock=lambda: next(instants))
    for number in (1, 2, 3):
        happen(ledger, engine, number, 2)
    outbox = open_outbox(ledger, most_attempts=1)
    assert outbox.backlog(engine, now=after(9)) == Backlog(6, 0, 0, after(0))
    park(engine, outbox)
    take(outbox, engine)
    backlog = outbox.backlog(engine, now=after(9))
    assert backlog == Backlog(waiting=5, leased=2, parked=1, oldest_at=after(1))
    assert outbox.backlog(engine, now=after(60)).leased == 0


def test_clearing_deletes_what_is_settled_and_long_ago_and_nothing_else(engine):
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1, 3)
    outbox = open_outbox(ledger)
    for seconds in (0, 60):
        (message,) = take(outbox, engine)
        outbox.delivered(engine, message, now=after(seconds))
    assert outbox.clear(engine, before=after(60)) == 1
    assert statuses(ledger, engine) == {
        (subject(1).key, 2): "delivered",
        (subject(1).key, 3): "waiting",
    }
    assert [one.version for one in take(outbox, engine)] == [3]
    assert outbox.clear(engine, before=after(61), most=1) == 1
    assert outbox.clear(engine, before=after(61), most=1) == 0
    assert ledger.verify(engine).is_intact


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("XR582", {"most": 0}),
        ("XR582", {"most": 1001}),
        ("XR582", {"seconds": 0}),
        ("XR582", {"seconds": 86_401}),
        ("XR530", {"worker": ""}),
        ("XR530", {"worker": "w" * 101}),
        ("XR518", {"now": datetime(2026, 3, 2)}),  # noqa: DTZ001 - that is what is refused
    ],
)
def test_what_can_not_be_meant_is_refused(engine, code, fields):
    outbox = open_outbox(open_ledger(engine))
    asked = {"worker": "w-1", "now": NINE, **fields}
    assert refused_code(lambda: outbox.lease(engine, **asked)) == code


@pytest.mark.parametrize(
    "limits",
    [
        {"most_attempts": 0},
        {"first_wait_seconds": 0},
        {"first_wait_seconds": 11, "longest_wait_seconds": 10},
        {"longest_wait_seconds": 30 * 86_400 + 1},
    ],
)
def test_limits_out_of_range_are_refused(engine, limits):
    ledger = open_ledger(engine)
    assert refused_code(lambda: Outbox(ledger.tables, TENANT, **limits)) == "XR582"


# --- databases ------------------------------------------------------------------------------------


class Stand:
    """A connection that keeps the statement it was given; finds nothing."""

    def __init__(self, dialect, version, **more):
        self.dialect = dialect
        self.dialect.server_version_info = version
        for name, value in more.items():
            setattr(self.dialect, name, value)

    def execute(self, statement):
        self.sql = str(statement.compile(dialect=self.dialect))
        return ()


@pytest.mark.parametrize(
    ("connection", "is_skipping"),
    [
        (Stand(postgresql.dialect(), (15, 3)), True),
        (Stand(postgresql.dialect(), (9, 2)), False),
        (Stand(mariadb.MariaDBDialect(), (10, 11, 6), is_mariadb=True), True),
        (Stand(mariadb.MariaDBDialect(), (10, 5, 9), is_mariadb=True), False),
        (Stand(mysql.dialect(), (8, 0, 36), is_mariadb=False), True),
        (Stand(mysql.dialect(), (8, 0, 11, 7, 5), is_mariadb=False), False),  # as TiDB says
        (Stand(mysql.dialect(), (5, 7, 44), is_mariadb=False), False),
        (Stand(sqlite.dialect(), (3, 40, 1)), False),
    ],
)
def test_locked_rows_are_left_to_others_where_the_database_can(connection, is_skipping):
    assert find_ready(connection, ledger_tables(), TENANT, instant=1, most=5) == []
    assert can_skip_locked(connection) is is_skipping
    assert connection.sql.endswith("FOR UPDATE SKIP LOCKED") is is_skipping
