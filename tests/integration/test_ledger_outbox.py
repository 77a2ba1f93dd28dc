"""Messages beside real transactions, threads and a killed process: none lost, none out of order."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import defaultdict

import pytest
from sqlalchemy.orm import Session

from tests.integration.messages import (
    TENANT,
    after,
    happen,
    open_ledger,
    open_outbox,
    statuses,
    subject,
)
from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    command,
    stand_in_deciding,
)
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import deliver

SUBJECTS, EVENTS = 4, 4


@pytest.fixture
def engine(database):
    return database.open()


# --- with the event, or not at all ----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["connection", "session"])
def test_the_hosts_rollback_leaves_no_message_and_its_commit_leaves_all(engine, kind):
    ledger = open_ledger(engine)
    opened = {"connection": engine.connect, "session": lambda: Session(engine)}[kind]
    with opened() as target:
        happen(ledger, target, 1, 2)
        target.rollback()
    assert statuses(ledger, engine) == {}
    with opened() as target:
        happen(ledger, target, 1, 2)
        target.commit()
    assert [version for _, version in sorted(statuses(ledger, engine))] == [1, 2]


def test_a_refused_command_leaves_no_message_and_a_repeated_one_no_second(engine):
    ledger = open_ledger(engine)
    asked = command("提交校内审核", DEPUTY, 1, subject=subject(1))
    with stand_in_deciding():
        with pytest.raises(CommandRefused):
            ledger.act(engine, command("提交校内审核", HEAD, 0, subject=subject(1)))
        assert statuses(ledger, engine) == {}
        ledger.act(engine, asked)
        ledger.act(engine, asked)
    (start, step) = sorted(statuses(ledger, engine))
    assert (start[1], step[1]) == (1, 2)
    seen = []
    deliver(open_outbox(ledger), engine, seen.append, worker="w", clock=after)
    assert [(one.action, one.source, one.target) for one in seen] == [
        ("@start", None, "草稿"),
        ("提交校内审核", "草稿", "待校级审核"),
    ]


def test_a_lease_rolled_back_by_the_host_is_no_lease(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    with engine.connect() as connection:
        assert len(outbox.lease(connection, worker="w-1", now=after())) == 1
        connection.rollback()
    (message,) = outbox.lease(engine, worker="w-2", now=after())
    assert message.attempts == 1


# --- two workers ----------------------------------------------------------------------------------


class Clock:
    """Goes on by a second each time anybody looks at it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds = 0

    def __call__(self):
        with self._lock:
            self._seconds += 1
            return after(self._seconds)


class Consumer:
    """Takes messages and fails now and then: before it has taken one, or after."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self.taken = defaultdict(list)

    def __call__(self, message) -> None:
        with self._lock:
            luck = self._random.random()
            if luck < 0.2:
                raise ConnectionError
            self.taken[message.subject].append(message.version)
            if luck > 0.8:
                raise TimeoutError


def in_order_without_repeats(versions):
    """The versions in the order in which each came first."""
    return list(dict.fromkeys(versions))


@pytest.mark.parametrize("seed", [1, 2])
def test_two_workers_deliver_all_at_least_once_and_in_order(engine, seed):
    ledger = open_ledger(engine, SUBJECTS)
    outbox = open_outbox(ledger, first_wait_seconds=1, most_attempts=1000)
    consumer, clock, errors = Consumer(seed), Clock(), []
    is_written = threading.Event()

    def run(worker: str) -> None:
        try:
            while True:
                was_written = is_written.is_set()
                # WHY a long lease: the clock runs far faster than the handler.
                done = deliver(outbox, engine, consumer, worker=worker, clock=clock, seconds=86_400)
                if was_written and outbox.backlog(engine, now=clock()).waiting == 0:
                    return
                if not done:
                    time.sleep(0.01)
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=run, args=(f"w-{number}",)) for number in (1, 2)]
    for one in workers:
        one.start()
    for _ in range(EVENTS):
        for number in range(1, SUBJECTS + 1):
            happen(ledger, engine, number)
    is_written.set()
    for one in workers:
        one.join()
    assert errors == []
    assert set(statuses(ledger, engine).values()) == {"delivered"}
    expected = list(range(1, EVENTS + 1))
    for number in range(1, SUBJECTS + 1):
        taken = consumer.taken[subject(number)]
        assert in_order_without_repeats(taken) == expected
        # A repeat comes before its successor: nothing is ever seen again after what follows it.
        assert taken == sorted(taken)
    assert ledger.verify(engine).is_intact


def test_of_two_workers_at_once_one_gets_a_message(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger)
    barrier, found = threading.Barrier(4), []

    def run(worker: str) -> None:
        barrier.wait()
        found.extend(outbox.lease(engine, worker=worker, now=after()))

    workers = [threading.Thread(target=run, args=(f"w-{number}",)) for number in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(found) == 1


# --- a killed worker ------------------------------------------------------------------------------

KILLED = """
    import os, signal
    from datetime import datetime
    from sqlalchemy import create_engine
    from xbyx_rules.hosting import Outbox, deliver, ledger_tables

    engine = create_engine({url!r})
    now = datetime.fromisoformat({now!r})
    outbox = Outbox(ledger_tables(), {tenant!r})
    deliver(
        outbox,
        engine,
        lambda message: os.kill(os.getpid(), signal.SIGKILL),
        worker="killed",
        clock=lambda: now,
        seconds=60,
    )
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_what_a_killed_worker_had_is_delivered_when_its_lease_has_run_out(engine):
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1, 2)
    happen(ledger, engine, 2)
    script = KILLED.format(
        url=engine.url.render_as_string(hide_password=False),
        now=after().isoformat(),
        tenant=TENANT,
    )
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ,
        check=False,
        capture_output=True,
    )
    assert ended.returncode == -signal.SIGKILL
    outbox, seen = open_outbox(ledger), []

    def work(seconds):
        deliver(outbox, engine, seen.append, worker="w-2", clock=lambda: after(seconds))
        return [(one.subject, one.version, one.attempts) for one in seen]

    (left,) = [n for n in (1, 2) if n not in {int(one[0].key[-1]) for one in work(59)}]
    assert all(one[2] == 1 for one in work(59))
    (retaken,) = [one for one in work(60) if one[2] == 2]
    assert (retaken[0], retaken[1]) == (subject(left), 1)
    assert set(statuses(ledger, engine).values()) == {"delivered"}
