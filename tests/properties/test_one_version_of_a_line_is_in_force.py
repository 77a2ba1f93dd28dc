"""Law: at any instant at most one version of a line is in force, and from the first on exactly one.

Revisions are begun, returned, withdrawn, filed and revised again, in any order, each command dated
by the clock of another server within a day; the model is the version that was filed last.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.integration.revising import begin, file_plan, open_with_force, other
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    WAY,
    add_plan,
    command,
    stand_in_deciding,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import in_force, line_of

SKEWS = st.integers(0, 600).map(lambda minutes: timedelta(minutes=minutes))


class Line(RuleBasedStateMachine):
    """One plan and its revisions."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = ExitStack()
        self.patched.enter_context(stand_in_deciding())
        self.engine, self.ledger, _ = open_with_force(None)
        file_plan(self.ledger, self.engine, PLAN)
        self.current = PLAN
        self.draft: Subject | None = None
        self.steps = 0
        self.number = 0
        self.instants = [NINE]

    def teardown(self) -> None:
        assert self.ledger.verify(self.engine).is_intact
        self.engine.dispose()
        self.patched.close()

    def _at(self, skew: timedelta) -> datetime:
        self.instants.append(NINE + skew)
        return NINE + skew

    def _act(self, action: str, actor: object, at: datetime, **more: object) -> None:
        self.number += 1
        asked = command(action, actor, self.number, subject=self.draft, at=at, **more)
        self.ledger.act(self.engine, asked)

    @rule(skew=SKEWS)
    def begin_a_revision(self, skew: timedelta) -> None:
        self.number += 1
        made = other(f"v{self.number}")
        with self.engine.begin() as connection:
            add_plan(connection, made.key)
        at = self._at(skew)
        if self.draft is not None:
            with pytest.raises(CommandRefused) as caught:
                begin(self.ledger, self.engine, self.current, made, at=at)
            assert [one.code for one in caught.value.diagnostics] == ["XR682"]
            return
        begin(self.ledger, self.engine, self.current, made, at=at)
        self.draft, self.steps = made, 0

    @precondition(lambda self: self.draft is not None)
    @rule(skew=SKEWS)
    def take_its_next_step(self, skew: timedelta) -> None:
        action, actor, more = WAY[self.steps]
        self._act(action, actor, self._at(skew), **more)
        self.steps += 1
        if self.steps == len(WAY):
            self.current, self.draft = self.draft, None

    @precondition(lambda self: self.draft is not None)
    @rule(skew=SKEWS)
    def take_all_its_steps(self, skew: timedelta) -> None:
        """WHY beside single steps: laws about three versions in a row need them to be filed."""
        while self.draft is not None:
            self.take_its_next_step(skew)

    @precondition(lambda self: self.draft is not None and self.steps == 1)
    @rule(skew=SKEWS)
    def return_it(self, skew: timedelta) -> None:
        self._act("退回补正", HEAD, self._at(skew), comment="补正")
        self.steps = 0

    @precondition(lambda self: self.draft is not None and self.steps == 0)
    @rule(skew=SKEWS)
    def withdraw_it(self, skew: timedelta) -> None:
        self._act("撤回", DEPUTY, self._at(skew))
        self.draft = None

    @rule()
    def take_back_what_is_in_force(self) -> None:
        self.number += 1
        with pytest.raises(CommandRefused):
            self.ledger.signers.retract(
                self.engine, self.current, actor=CLERK, command_id=f"t{self.number}", at=NINE
            )

    @invariant()
    def exactly_one_is_in_force_now(self) -> None:
        versions = line_of(self.ledger, self.engine, self.draft or self.current)
        assert [one.subject for one in versions if one.is_in_force] == [self.current]

    @invariant()
    def exactly_one_was_at_every_instant_since_the_first(self) -> None:
        versions = line_of(self.ledger, self.engine, PLAN)
        for at in self.instants:
            there = [one.subject for one in versions if any(at in period for period in one.periods)]
            assert len(there) == 1, (at, there)
            assert in_force(self.ledger, self.engine, PLAN, at=at) == there[0]
        early = NINE - timedelta(microseconds=1)
        assert in_force(self.ledger, self.engine, PLAN, at=early) is None
        late = max(self.instants) + timedelta(days=1)
        assert in_force(self.ledger, self.engine, PLAN, at=late) == self.current


def test_one_version_of_a_line_is_in_force() -> None:
    run_state_machine_as_test(
        Line, settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
    )
