"""Drive a ledger as an application server does: another process, some threads, one database.

``python -m tests.integration.ledger_driver URL THREADS SEED`` sends the way of every plan, once a
thread, and writes what each command answered, one JSON line a command.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import QueuePool

from tests.integration.year_plan import POLICY, WAY, PlanHost, make_policy, stand_in_deciding, tick
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import XbyxError
from xbyx_rules.hosting.ledger import Ledger
from xbyx_rules.lifecycle import Command

__all__ = ["PLANS", "open_ledger", "send_all", "send_in_threads", "way_of"]

PLANS = tuple(f"2026-{number:03}" for number in range(1, 61))


def open_ledger(**more: Any) -> Ledger:
    """The ledger that every server of the platform opens."""
    return Ledger({POLICY: make_policy()}, PlanHost(), tenant="110108", **more)


def way_of(plan: str) -> Iterator[Command]:
    """The commands that bring a plan from draft to filed, each with an id of its own."""
    for number, (action, actor, more) in enumerate(WAY):
        subject = Subject("年度计划", plan)
        yield Command(subject, action, actor, f"{plan}-{number}", tick(number), **more)


def send_all(engine: Engine, seed: int) -> list[dict[str, Any]]:
    """Send every plan's way in order, the plans in an order of this sender's own."""
    ledger, chance = open_ledger(), random.Random(seed)
    ways = {plan: list(way_of(plan)) for plan in PLANS}
    answers = []
    while ways:
        plan = chance.choice(sorted(ways))
        command = ways[plan].pop(0)
        if not ways[plan]:
            del ways[plan]
        try:
            receipt = ledger.act(engine, command)
        except XbyxError as error:
            codes = [one.code for one in error.diagnostics]
            answers.append({"command": command.command_id, "codes": codes})
        else:
            answer = {"command": command.command_id, "hash": receipt.event_hash}
            answers.append({**answer, "version": receipt.version, "replay": receipt.is_replay})
    return answers


def send_in_threads(url: str, threads: int, seed: int) -> list[dict[str, Any]]:
    """Every thread sends everything, in one order, so that they meet at every command."""
    # WHY a pool: as servers have one; each thread takes and gives back a connection a command.
    engine = create_engine(url, poolclass=QueuePool, pool_size=threads, max_overflow=0)
    with stand_in_deciding(), ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda _: send_all(engine, seed), range(threads)))
    engine.dispose()
    return [answer for part in parts for answer in part]


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    for one in send_in_threads(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])):
        sys.stdout.write(json.dumps(one) + "\n")
