"""Senders and servers that are killed at any moment leave nothing half done.

After each kill the same commands are sent again, as a platform does that had no answer: then every
event is there once, the platform's column agrees, and the chain is whole.

``make crash`` kills some hundred times and prints where; the suite does so less often.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from itertools import count

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from tests.integration.crashing import Crash, crash_at, crash_sometime, list_points
from tests.integration.ledger_driver import open_ledger, way_of
from tests.integration.year_plan import PLANS, WAY, add_plan, open_platform, stand_in_deciding
from tests.servers.databases import Database, Servers
from xbyx_rules.deciding import Subject

KILLS = int(os.environ.get("XBYX_KILLS", "36"))
"""Of senders, for each database; a fifth at a random time, the others at a point."""
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


def choose_points(points: tuple[str, ...], kills: int, chance: random.Random) -> list[int]:
    """Every point once where the kills suffice, and commits first where they don't."""
    order = list(range(len(points)))
    chance.shuffle(order)
    order.sort(key=lambda one: "COMMIT" not in points[one] and points[one] != "answered")
    while len(order) < kills:
        order.append(chance.randrange(len(points)))
    return order[:kills]


@pytest.mark.slow
def test_a_sender_killed_at_any_point_leaves_every_command_done_once_or_not_at_all(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    engine, ledger, _ = open_platform(database)
    chance, crashes = random.Random(7), list[Crash]()
    list_points(database.url, open_ledger(), way_of(new_plan(engine)))  # writes the flow down
    points = list_points(database.url, open_ledger(), way_of(new_plan(engine)))
    assert points.count("answered") == len(WAY)
    assert points.count("before COMMIT") == points.count("after COMMIT") == len(WAY)
    for point in choose_points(points, KILLS - KILLS // 5, chance):
        plan = new_plan(engine)
        crash = crash_at(database.url, open_ledger(), way_of(plan), point)
        assert crash.was_killed
        assert crash.point == points[point]
        crashes.append(crash)
        send_again_and_check(engine, plan)
    while len(crashes) < KILLS:
        plan = new_plan(engine)
        crash = crash_sometime(database.url, open_ledger(), way_of(plan), chance, 0.25)
        crashes.append(crash)
        send_again_and_check(engine, plan)
    found = ledger.verify(engine)
    assert found.is_intact
    assert found.events == 5 * (len(crashes) + 2)
    print_histogram(database.name, crashes, points, capsys)


def print_histogram(
    name: str,
    crashes: list[Crash],
    points: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    killed = Counter(one.point for one in crashes if one.was_killed)
    kinds = set(points)
    with capsys.disabled():
        done = sum(not one.was_killed for one in crashes)
        print(f"\n{name}: {sum(killed.values())} senders killed, {done} done before")  # noqa: T201
        for point, times in sorted(killed.items(), key=lambda one: (-one[1], one[0])):
            print(f"  {times:4}  {point}")  # noqa: T201
        left = sorted(kinds - set(killed))
        print(f"  kinds of points: {len(kinds)}, not met: {left or 'none'}")  # noqa: T201


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
            except DBAPIError:
                return  # as a platform whose database is gone

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
