"""Senders, workers and servers that are killed at any moment leave nothing half done.

After each kill the same is asked again, as a platform does that had no answer: then every event is
there once, the platform's column agrees, the chain is whole, and every message was delivered, in
order.

``make crash`` kills at every point, some hundred times, and prints where; the suite does so less
often.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from tests.integration.crash_runs import KILLS, crash_often, print_histogram
from tests.integration.crashing import Crash, Work
from tests.integration.ledger_driver import open_ledger, way_of
from tests.integration.messages import TENANT, after
from tests.integration.year_plan import PLANS, WAY, add_plan, open_platform, stand_in_deciding
from tests.servers.databases import Database, Servers
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Outbox, deliver

SERVER_KILLS = max(2, KILLS // 30)

_NUMBERS = count(1)


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


def new_plan(engine: Engine) -> str:
    plan = f"crash-{next(_NUMBERS):04}"
    with engine.begin() as connection:
        add_plan(connection, plan)
    return plan


def send_again_and_check(engine: Engine, plan: str) -> None:
    ledger = open_ledger()
    receipts = [ledger.act(engine, one) for one in way_of(plan)]
    assert [one.version for one in receipts] == [2, 3, 4, 5]
    subject = Subject("年度计划", plan)
    steps = ledger.timeline(engine, subject)
    assert [one.action for one in steps] == ["@start", *(action for action, _, _ in WAY)]
    with engine.connect() as connection:
        state = select(PLANS.c.status).where(PLANS.c.plan_no == plan)
        assert connection.execute(state).scalar_one() == "已备案"
    waiting = [ledger.tasks(engine, role) for _, actor, _ in WAY for role in actor.roles]
    assert not any(task.subject == subject for tasks in waiting for task in tasks)


# --- what is killed -----------------------------------------------------------------------------


def send_singly(plans: list[str]) -> Work:
    """All of a plan's way, command by command."""

    def work(engine: Engine, say: Callable[[str], None]) -> None:
        ledger = open_ledger()
        for plan in plans:
            for command in way_of(plan):
                ledger.act(engine, command)
                say("answered")

    return work


def send_in_bulk(plans: list[str]) -> Work:
    """Half of each plan's way at once, so that a transaction ends amid what is one plan's."""

    def work(engine: Engine, say: Callable[[str], None]) -> None:
        commands = [one for plan in plans for one in list(way_of(plan))[:2]]
        found = open_ledger().act_all(engine, commands, chunk=3)
        assert all(one.is_done for one in found)
        say("answered")

    return work


@pytest.mark.slow
@pytest.mark.parametrize(("send", "plans"), [(send_singly, 1), (send_in_bulk, 2)])
def test_a_sender_killed_at_any_point_leaves_every_command_done_once_or_not_at_all(
    send: Callable[[list[str]], Work],
    plans: int,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine, ledger, _ = open_platform(database)
    sent: list[str] = []

    def prepare() -> Work:
        made = [new_plan(engine) for _ in range(plans)]
        sent.extend(made)
        return send(made)

    def check(_crash: Crash) -> None:
        for plan in sent[-plans:]:
            send_again_and_check(engine, plan)

    crashes, points = zip(*crash_often(database, prepare, check, 0.25), strict=True)
    for plan in sent[: 2 * plans]:
        send_again_and_check(engine, plan)
    found = ledger.verify(engine)
    assert found.is_intact
    assert found.events == 5 * len(sent)
    print_histogram(f"{database.name}, {send.__name__}", crashes, points[0], capsys)


@pytest.mark.slow
def test_a_worker_killed_at_any_point_leaves_no_message_undelivered_or_out_of_order(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    engine, ledger, _ = open_platform(database)
    outbox, hours = Outbox(ledger.tables, TENANT), count(1)
    waiting: list[str] = []

    def delivering() -> Callable[[Engine, Callable[[str], None]], None]:
        # An hour after any lease before, so that nobody waits for one that nobody holds.
        now = after(3600 * next(hours))

        def deliver_all(target: Engine, take: Callable[[str], None]) -> None:
            deliver(
                outbox,
                target,
                lambda message: take(f"{message.subject.key}/{message.version}"),
                worker="w",
                clock=lambda: now,
            )

        return deliver_all

    def prepare() -> Work:
        waiting[:] = [new_plan(engine), new_plan(engine)]
        commands = [one for plan in waiting for one in list(way_of(plan))[:2]]
        assert all(one.is_done for one in ledger.act_all(engine, commands))
        deliver_all = delivering()
        return lambda target, say: deliver_all(target, lambda key: say(f"taken {key}"))

    def check(crash: Crash) -> None:
        taken = [one.removeprefix("taken ") for one in crash.passed if one.startswith("taken ")]
        delivering()(engine, taken.append)
        for plan in waiting:
            versions = [one for one in taken if one.startswith(plan)]
            assert list(dict.fromkeys(versions)) == [f"{plan}/{number}" for number in (1, 2, 3)]
            assert len(versions) <= 4  # at most the one that was under way comes again
            assert versions == sorted(versions)
        backlog = outbox.backlog(engine, now=after(10**9))
        assert (backlog.waiting, backlog.parked) == (0, 0)

    crashes, points = zip(*crash_often(database, prepare, check, 0.15), strict=True)
    print_histogram(f"{database.name}, deliver", crashes, points[0], capsys)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["postgresql", "mariadb"])
def test_a_server_that_is_killed_loses_no_command_that_was_answered(
    name: str, servers: Servers
) -> None:
    server, chance = servers.get(name, is_durable=True), random.Random(11)
    made = server.make_database()
    database = Database(name, server.url(made).render_as_string(hide_password=False))
    engine, ledger, _ = open_platform(database)
    plans = 0
    for _ in range(SERVER_KILLS):
        answered: list[str] = []
        waiting = [new_plan(engine) for _ in range(12)]
        plans += len(waiting)

        def send(plans: list[str] = waiting, done: list[str] = answered) -> None:
            own = database.open(connections=1)
            try:
                for plan in plans:
                    for one in way_of(plan):
                        ledger.act(own, one)
                        done.append(one.command_id)
            except (DBAPIError, own.dialect.loaded_dbapi.Error):
                # As a platform whose database is gone.  WHY the driver's own, too: some of what
                # SQLAlchemy sends beside statements, such as the isolation level, it doesn't wrap.
                return

        sender = threading.Thread(target=send)
        sender.start()
        sender.join(chance.uniform(0.05, 0.6))
        server.kill()
        sender.join()
        server.start()
        known = {event for plan in waiting for event in command_ids(engine, plan)}
        assert set(answered) <= known
        for plan in waiting:
            send_again_and_check(engine, plan)
    found = ledger.verify(engine)
    assert found.is_intact
    assert found.events == 5 * plans


def command_ids(engine: Engine, plan: str) -> list[str]:
    ledger = open_ledger()
    store = ledger._desk.store
    with engine.connect() as connection:
        instance = store.find_instance(connection, Subject("年度计划", plan))
        if instance is None:
            return []
        return [one.event.command_id for one in store.events_of(connection, instance.id)]
