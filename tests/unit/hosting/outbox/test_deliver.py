"""A worker's round: each message handled and settled by itself, whatever the handler does."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from structlog.testing import capture_logs

from tests.integration.messages import after, happen, open_ledger, open_outbox, statuses, subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import deliver


@pytest.fixture
def engine(tmp_path):
    made = create_engine(f"sqlite:///{tmp_path / 'platform.db'}", poolclass=NullPool)
    yield made
    made.dispose()


def ticking(step=1):
    """A clock that goes on by some seconds each time it is looked at."""
    seconds = itertools.count(0, step)
    return lambda: after(next(seconds))


def work(outbox, engine, handler, **more):
    return deliver(outbox, engine, handler, **{"worker": "w-1", "clock": ticking(), **more})


def test_a_round_delivers_all_that_is_due_each_subjects_in_order(engine):
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1, 3)
    happen(ledger, engine, 2, 2)
    seen = []
    done = work(open_outbox(ledger), engine, seen.append)
    assert [one.message for one in done] == seen
    assert {one.outcome for one in done} == {"delivered"}
    of = {n: [one.version for one in seen if one.subject == subject(n)] for n in (1, 2)}
    assert of == {1: [1, 2, 3], 2: [1, 2]}
    assert set(statuses(ledger, engine).values()) == {"delivered"}
    assert work(open_outbox(ledger), engine, seen.append) == ()


def test_a_round_ends_after_as_many_as_asked_for(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1, 3)
    outbox = open_outbox(ledger)
    assert len(work(outbox, engine, lambda _: None, most=2)) == 2
    assert len(work(outbox, engine, lambda _: None, most=2)) == 1


def test_no_transaction_is_open_while_the_handler_runs(engine):
    """The handler writes on a connection of its own; SQLite has one writer at a time."""
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1)
    seen = []

    def handler(message):
        seen.append(message.subject)
        if message.subject == subject(1):
            happen(ledger, engine, 2)

    done = work(open_outbox(ledger), engine, handler)
    assert [one.outcome for one in done] == ["delivered", "delivered"]
    assert seen == [subject(1), subject(2)]


def test_a_handler_that_raises_fails_its_message_alone(engine):
    ledger = open_ledger(engine, 3)
    for number in (1, 2, 3):
        happen(ledger, engine, number, 2)

    def handler(message):
        if message.subject == subject(2):
            raise ConnectionError("李老师的手机号")

    outbox = open_outbox(ledger, most_attempts=2, first_wait_seconds=60)
    with capture_logs() as logs:
        done = work(outbox, engine, handler)
    assert [one.outcome for one in done].count("failed") == 1
    (failed,) = [one for one in done if one.outcome == "failed"]
    assert isinstance(failed.error, ConnectionError)
    assert len(done) == 5
    assert {status for (key, _), status in statuses(ledger, engine).items() if key[-1] != "2"} == {
        "delivered"
    }
    assert "李老师" not in repr(logs)
    assert {one["error"] for one in logs if one["event"] == "message_failed"} == {"ConnectionError"}
    (parked,) = work(outbox, engine, handler, clock=lambda: after(3600))
    assert parked.outcome == "parked"
    assert outbox.parked(engine)[0].reason == "ConnectionError"


def test_an_error_of_a_library_is_named_with_its_module(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)

    def handler(_):
        raise CommandRefused(())

    outbox = open_outbox(ledger, most_attempts=1)
    work(outbox, engine, handler)
    assert outbox.parked(engine)[0].reason == "xbyx_rules.errors.exceptions.CommandRefused"


@pytest.mark.parametrize("fails", [False, True])
def test_a_worker_that_was_too_slow_is_late_and_changes_nothing(engine, fails):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    taken = []

    def handler(_):
        taken.extend(outbox.lease(engine, worker="w-2", now=after(60), seconds=60))
        if fails:
            raise TimeoutError

    (done,) = work(outbox, engine, handler, seconds=30)
    assert done.outcome == "late"
    assert isinstance(done.error, TimeoutError) is fails
    outbox.delivered(engine, taken[0], now=after(61))


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit])
def test_a_worker_told_to_stop_gives_its_message_back(engine, signal):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)

    def handler(_):
        raise signal

    with pytest.raises(signal):
        work(outbox, engine, handler)
    (again,) = outbox.lease(engine, worker="w-2", now=after())
    assert again.attempts == 1


def test_a_worker_told_to_stop_stops_also_when_somebody_has_its_message(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)

    def handler(_):
        outbox.lease(engine, worker="w-2", now=after(60))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(outbox, engine, handler, seconds=30)
    assert outbox.backlog(engine, now=after(61)).leased == 1
