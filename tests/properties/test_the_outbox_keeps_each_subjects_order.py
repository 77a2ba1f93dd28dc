"""Law: whatever workers do, a subject's messages are settled in its order, and none is lost.

The outbox is compared, step by step, with a model of a few lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.pool import StaticPool

from tests.integration.messages import (
    TENANT,
    after,
    happen,
    open_ledger,
    open_outbox,
    statuses,
    subject,
    unpark,
)
from tests.integration.year_plan import PLANS
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting.ledger import unprotect
from xbyx_rules.hosting.ledger.chain import name_instance

NUMBERS = (1, 2)
WORKERS = st.sampled_from(["w-1", "w-2"])
OUTCOMES = st.sampled_from(["delivered", "failed", "release"])
# Small, so that limits and the instants at which something ends are often met.
MOST_ATTEMPTS, FIRST_WAIT, LONGEST_WAIT, LEASE = 2, 1, 2, 2


@pytest.fixture
def engine():
    made = create_engine("sqlite://", poolclass=StaticPool)
    yield made
    made.dispose()


@dataclass
class Told:
    """The model's message."""

    recorded: int
    status: str = "waiting"
    attempts: int = 0
    leases: int = 0
    lease: tuple[str, int] | None = None
    until: int = 0
    due: int = 0

    @property
    def is_settled(self) -> bool:
        return self.status in ("delivered", "skipped")


class Workers(RuleBasedStateMachine):
    leased = Bundle("leased")

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine

    @initialize()
    def begin(self) -> None:
        self.now = 0
        self.model: dict[tuple[int, int], Told] = {}
        self.ledger = open_ledger(self.engine, len(NUMBERS), clock=lambda: after(self.now))
        self.outbox = open_outbox(
            self.ledger,
            most_attempts=MOST_ATTEMPTS,
            first_wait_seconds=FIRST_WAIT,
            longest_wait_seconds=LONGEST_WAIT,
        )

    def teardown(self) -> None:
        with self.engine.begin() as connection:
            unprotect(connection, self.ledger.tables.protected)
            for table in reversed(self.ledger.tables.metadata.sorted_tables):
                connection.execute(delete(table))
            connection.execute(delete(PLANS))

    def _add(self, number: int) -> None:
        version = 1 + sum(1 for one, _ in self.model if one == number)
        self.model[number, version] = Told(self.now)

    # --- what may happen ------------------------------------------------------------------

    @rule(number=st.sampled_from(NUMBERS), times=st.integers(1, 2))
    def events(self, number: int, times: int) -> None:
        happen(self.ledger, self.engine, number, times)
        for _ in range(times):
            self._add(number)

    @rule(seconds=st.integers(1, LEASE))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(target=leased, worker=WORKERS, most=st.integers(1, len(NUMBERS)))
    def lease(self, worker: str, most: int) -> Any:
        return multiple(*self._lease(worker, most))

    @rule(message=leased, outcome=OUTCOMES)
    def report(self, message: Any, outcome: str) -> None:
        self._report(message, outcome)

    @rule(worker=WORKERS, outcome=OUTCOMES)
    def a_round(self, worker: str, outcome: str) -> None:
        self._round(worker, outcome)

    @rule(worker=WORKERS, rounds=st.integers(1, MOST_ATTEMPTS))
    def the_consumer_is_down(self, worker: str, rounds: int) -> None:
        for _ in range(rounds):
            self._round(worker, "failed")
            self.now += LONGEST_WAIT

    def _round(self, worker: str, outcome: str) -> None:
        for message in self._lease(worker, len(NUMBERS)):
            self._report(message, outcome)

    def _lease(self, worker: str, most: int) -> Any:
        expected = []
        for key in self._ready():
            told = self.model[key]
            if len(expected) == most:
                break
            if told.attempts >= MOST_ATTEMPTS:
                told.status, told.lease = "parked", None
                continue
            told.attempts += 1
            told.leases += 1
            told.lease, told.until = (worker, told.leases), self.now + LEASE
            expected.append((*key, told.attempts, told.leases))
        found = self.outbox.lease(
            self.engine, worker=worker, most=most, now=after(self.now), seconds=LEASE
        )
        assert expected == [
            (int(one.subject.key[-1]), one.version, one.attempts, one.lease.number) for one in found
        ]
        return found

    def _report(self, message: Any, outcome: str) -> None:
        told = self.model[int(message.subject.key[-1]), message.version]
        held = told.status == "waiting"
        held = held and told.lease == (message.lease.worker, message.lease.number)
        now = after(self.now)
        try:
            if outcome == "delivered":
                self.outbox.delivered(self.engine, message, now=now)
            elif outcome == "failed":
                self.outbox.failed(self.engine, message, reason="TimeoutError", now=now)
            else:
                self.outbox.release(self.engine, message)
        except ConflictError:
            assert not held
            return
        assert held
        told.lease = None
        if outcome == "delivered":
            told.status = "delivered"
        elif outcome == "release":
            told.attempts -= 1
        elif told.attempts >= MOST_ATTEMPTS:
            told.status = "parked"
        else:
            told.due = self.now + min(FIRST_WAIT * 2 ** (told.attempts - 1), LONGEST_WAIT)

    @rule(number=st.sampled_from(NUMBERS), data=st.data())
    def decide(self, number: int, data: st.DataObject) -> None:
        versions = [version for one, version in self.model if one == number]
        parked = [one for one in versions if self.model[number, one].status == "parked"]
        # More often about one that is parked, and sometimes about another.
        version = data.draw(st.sampled_from(parked * 4 + versions or [1]))
        decision = data.draw(st.sampled_from(["retry", "skip"]))
        told = self.model.get((number, version))
        command_id = f"{number}-{version}-{len(versions)}-{decision}"
        try:
            unpark(self.ledger, self.engine, number, version, decision, command_id=command_id)
        except CommandRefused:
            assert told is None or told.status != "parked"
            return
        assert told is not None
        assert told.status == "parked"
        if decision == "skip":
            told.status = "skipped"
        else:
            told.status, told.attempts, told.due = "waiting", 0, 0
        self._add(number)

    # --- what must hold -------------------------------------------------------------------

    @invariant()
    def the_tables_say_what_the_model_says(self) -> None:
        assert statuses(self.ledger, self.engine) == {
            (subject(number).key, version): told.status
            for (number, version), told in self.model.items()
        }

    @invariant()
    def nothing_overtakes(self) -> None:
        found = statuses(self.ledger, self.engine)
        for number in NUMBERS:
            row = [found[key] for key in sorted(found) if key[0] == subject(number).key]
            settled = [one in ("delivered", "skipped") for one in row]
            assert settled == sorted(settled, reverse=True)

    @invariant()
    def what_is_parked_is_shown(self) -> None:
        shown = {(one.subject, one.version) for one in self.outbox.parked(self.engine)}
        assert shown == {
            (subject(number), version)
            for (number, version), told in self.model.items()
            if told.status == "parked"
        }

    def _ready(self) -> list[tuple[int, int]]:
        heads = {}
        for (number, version), told in sorted(self.model.items()):
            if not told.is_settled:
                heads.setdefault(number, (number, version))
        ready = [
            key
            for key in heads.values()
            if self.model[key].status == "waiting"
            and self.model[key].due <= self.now
            and (self.model[key].lease is None or self.model[key].until <= self.now)
        ]
        return sorted(
            ready,
            key=lambda key: (
                self.model[key].recorded,
                name_instance(TENANT, subject(key[0])),
            ),
        )


@pytest.mark.slow
def test_the_outbox_behaves_as_its_model(engine) -> None:
    run_state_machine_as_test(
        lambda: Workers(engine),
        settings=settings(max_examples=25, stateful_step_count=40, deadline=None),
    )
