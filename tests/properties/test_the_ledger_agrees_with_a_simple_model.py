"""Law: whatever is sent in whatever order, the ledger on a real database does what a dict would do.

The model is a dict of plans and a few lines that read the flow's table; it has no database, no
machine and no hashes.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    FLOW,
    HEAD,
    NINE,
    OPINION,
    PLANS,
    POLICY,
    REVIEWER,
    SAME_DISTRICT,
    SCHOOL,
    SEPARATE,
    PlanHost,
    add_plan,
    make_policy,
    open_platform,
    set_plan,
    stand_in_deciding,
)
from tests.servers.databases import Database
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting.ledger import Ledger
from xbyx_rules.lifecycle import Actor, Command

BOTH = Actor(DEPUTY.id, frozenset({"分管负责人", "校长"}), SCHOOL, "110108")
STRANGER = Actor("d-77", frozenset({"区级审核员", "区教委备案员"}), DISTRICT, "110105")
PEOPLE = (DEPUTY, HEAD, REVIEWER, CLERK, BOTH, STRANGER)
ACTIONS = tuple(dict.fromkeys(one.action for one in FLOW.transitions))
ANSWERS = ("yes", "no", None)

_RUNS = count(1)


@dataclass
class Plan:
    """What the model knows of a plan."""

    documents: str | None = "yes"
    funding: str | None = "yes"
    state: str = "草稿"
    version: int = 0
    submitter: str | None = None
    day: int = 0
    steps: list[tuple[str, str, str, str | None]] = field(default_factory=list)

    def allows(self, action: str, actor: Actor, comment: str | None, day: int) -> str | None:
        """Where an action leads, or None."""
        for one in FLOW.transitions:
            if (one.source, one.action) != (self.state, action):
                continue
            role = one.roles[0]
            place = SCHOOL if role in ("分管负责人", "校长") else DISTRICT
            facts = {"four-documents": self.documents, "funding-floor": self.funding}
            conditions = {
                "": True,
                OPINION: bool(comment),
                SEPARATE: actor.id != self.submitter,
                SAME_DISTRICT: actor.district == "110108",
            }
            is_allowed = (
                role in actor.roles
                and actor.organisation == place
                and all(facts[anchor] == "yes" for anchor in one.must_meet)
                and conditions[one.condition_text]
                and day >= self.day
            )
            return one.target if is_allowed else None
        return None

    def move(self, action: str, actor: Actor, comment: str | None, day: int, target: str) -> None:
        """Take an action that was allowed."""
        self.version += 1 if self.version else 2
        if self.state == "草稿":
            self.submitter = actor.id
        self.steps.append((action, self.state, target, comment))
        self.state, self.day = target, day

    @property
    def turns(self) -> set[str]:
        """Whose turn it is, once the ledger knows the plan."""
        waiting = [one.roles[0] for one in FLOW.transitions if one.source == self.state]
        return set(waiting) if self.version else set()


class LedgerAgainstModel(RuleBasedStateMachine):
    """Commands to the ledger and to the model; each example is a tenant of its own."""

    sent = Bundle("sent")

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.patched = ExitStack()
        self.patched.enter_context(stand_in_deciding())
        self.engine = database.open(connections=2)
        self.run = next(_RUNS)
        self.day = 0
        self.numbers = count(1)
        self.ledger = Ledger(
            {POLICY: make_policy()}, PlanHost(), tenant=f"tenant-{self.run}", clock=lambda: NINE
        )
        self.plans: dict[str, Plan] = {}

    @initialize()
    def add_plans(self) -> None:
        for name in ("a", "b"):
            self.plans[f"{self.run}-{name}"] = Plan()
        with self.engine.begin() as connection:
            for key in self.plans:
                add_plan(connection, key)

    def teardown(self) -> None:
        found = self.ledger.verify(self.engine)
        assert found.is_intact
        assert found.events == sum(one.version for one in self.plans.values())
        self.engine.dispose()
        self.patched.close()

    # --- what is done -----------------------------------------------------------------------------

    @rule(
        target=sent,
        number=st.sampled_from(("a", "b")),
        action=st.sampled_from(ACTIONS),
        actor=st.sampled_from(PEOPLE),
        comment=st.sampled_from((None, "请补正")),
        days=st.sampled_from((0, 0, 0, 1, -1)),
        is_ours=st.booleans(),
    )
    def act(
        self,
        number: str,
        action: str,
        actor: Actor,
        comment: str | None,
        days: int,
        is_ours: bool,
    ) -> Any:
        key = f"{self.run}-{number}"
        plan, day = self.plans[key], max(0, self.day + days)
        command = Command(
            Subject("年度计划", key),
            action,
            actor,
            f"c{next(self.numbers)}",
            NINE + timedelta(days=day),
            comment=comment,
        )
        target = plan.allows(action, actor, comment, day)
        if target is None:
            with pytest.raises(CommandRefused):
                self._send(command, is_ours=is_ours)
            return multiple()
        receipt = self._send(command, is_ours=is_ours)
        plan.move(action, actor, comment, day, target)
        self.day = day
        assert (receipt.target, receipt.version) == (target, plan.version)
        assert not receipt.is_replay
        return command, receipt

    def _send(self, command: Command, *, is_ours: bool) -> Any:
        if is_ours:
            return self.ledger.act(self.engine, command)
        with self.engine.begin() as connection:  # the host's own transaction
            return self.ledger.act(connection, command)

    @rule(done=sent)
    def send_again(self, done: tuple[Command, Any]) -> None:
        command, receipt = done
        again = self.ledger.act(self.engine, command)
        assert (again, again.is_replay) == (receipt, True)

    @rule(done=sent)
    def use_its_id_for_something_else(self, done: tuple[Command, Any]) -> None:
        with pytest.raises(ConflictError):
            self.ledger.act(self.engine, replace(done[0], comment="改了"))

    @rule(done=consumes(sent), is_stale=st.booleans())
    def expect_a_version(self, done: tuple[Command, Any], is_stale: bool) -> None:
        """A stale version is a conflict whoever asks; the right one is no reason against."""
        command, receipt = done
        plan = self.plans[command.subject.key]
        expected = receipt.version - 1 if is_stale else plan.version
        asked = replace(command, command_id=f"c{next(self.numbers)}", expected_version=expected)
        with pytest.raises(CommandRefused) as caught:
            self.ledger.act(self.engine, replace(asked, action="没有这一步"))
        assert isinstance(caught.value, ConflictError) is is_stale

    @rule(
        number=st.sampled_from(("a", "b")),
        documents=st.sampled_from(ANSWERS),
        funding=st.sampled_from(ANSWERS),
    )
    def change_what_the_platform_knows(
        self, number: str, documents: str | None, funding: str | None
    ) -> None:
        plan = self.plans[f"{self.run}-{number}"]
        plan.documents, plan.funding = documents, funding
        set_plan(self.engine, f"{self.run}-{number}", documents=documents, funding=funding)

    @rule(
        number=st.sampled_from(("a", "b")),
        action=st.sampled_from(ACTIONS),
        actor=st.sampled_from(PEOPLE),
    )
    def act_and_roll_back(self, number: str, action: str, actor: Actor) -> None:
        """The host changes its mind; and the ledger never was there."""
        key, name = f"{self.run}-{number}", f"c{next(self.numbers)}"
        at = NINE + timedelta(days=self.day)
        command = Command(Subject("年度计划", key), action, actor, name, at, comment="同意")
        is_allowed = self.plans[key].allows(action, actor, "同意", self.day) is not None
        with self.engine.connect() as connection, connection.begin() as transaction:
            if is_allowed:
                self.ledger.act(connection, command)
            else:
                with pytest.raises(CommandRefused):
                    self.ledger.act(connection, command)
            transaction.rollback()

    @rule(number=st.sampled_from(("a", "b")), actor=st.sampled_from(PEOPLE))
    def try_first(self, number: str, actor: Actor) -> None:
        """What a dry run allows is what the model allows, an opinion taken as written."""
        key = f"{self.run}-{number}"
        at = NINE + timedelta(days=self.day)
        found = self.ledger.dry_run(self.engine, Subject("年度计划", key), actor=actor, at=at)
        for trial in found.trials:
            comment = "…" if trial.is_comment_required else None
            target = self.plans[key].allows(trial.action, actor, comment, self.day)
            assert trial.is_allowed is (target is not None)

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def the_platform_and_the_ledger_show_what_the_model_has(self) -> None:
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(PLANS.c.plan_no, PLANS.c.status).where(PLANS.c.plan_no.in_(self.plans))
            )
            assert dict(rows.all()) == {key: one.state for key, one in self.plans.items()}
            waiting: dict[str, set[str]] = {key: set() for key in self.plans}
            for role in {one.roles[0] for one in FLOW.transitions}:
                for task in self.ledger.tasks(connection, role):
                    waiting[task.subject.key].add(role)
            assert waiting == {key: one.turns for key, one in self.plans.items()}
            for key, plan in self.plans.items():
                steps = self.ledger.timeline(connection, Subject("年度计划", key))
                shown = [(one.action, one.source, one.target, one.comment) for one in steps]
                assert shown[1:] == plan.steps
                assert len(shown) == plan.version


@pytest.fixture
def platform(database: Database) -> Database:
    engine, _, _ = open_platform(database)
    engine.dispose()
    return database


@pytest.mark.slow
def test_the_ledger_agrees_with_a_simple_model(platform: Database) -> None:
    run_state_machine_as_test(
        lambda: LedgerAgainstModel(platform),
        settings=settings(max_examples=12, stateful_step_count=25, deadline=None),
    )
