"""Law: where 经办人 != 提交人, no delegation lets one person stand on both sides.

Whoever signs, for whomever, and whoever had submitted, for whomever: the two pairs share nobody.
The reading that the ledger is held against knows no ledger: persons, roles, delegations, sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from structlog.testing import capture_logs

from tests.integration.year_plan import (
    NINE,
    PLATFORM,
    POLICY,
    SCHOOL,
    PlanHost,
    add_plan,
    command,
    make_policy,
    stand_in_deciding,
    tick,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Delegation, DelegationRegister, Ledger, ledger_tables
from xbyx_rules.lifecycle import Actor

SUBMITS, SIGNS = "分管负责人", "校长"
OFFICE = Actor("office", frozenset({"管理员"}))
DAY = date(2026, 3, 2)
PERSONS = ("甲", "乙", "丙", "丁")
NUMBERS = count()


@dataclass(frozen=True)
class Given:
    """One delegation; its period in days from the day of the acts."""

    principal: str
    agent: str
    role: str
    first: int = 0
    last: int = 0
    is_revoked: bool = False


@dataclass(frozen=True)
class Act:
    """Who acts, and for whom."""

    actor: str
    principal: str | None = None

    @property
    def persons(self) -> set[str]:
        return {self.actor, self.principal or self.actor}


@dataclass(frozen=True)
class World:
    """Who holds which roles, and who may act for whom."""

    roles: dict[str, frozenset[str]]
    delegations: tuple[Given, ...]

    def may(self, act: Act, role: str) -> bool:
        if role not in self.roles[act.principal or act.actor]:
            return False
        return act.principal is None or any(
            (one.principal, one.agent, one.role) == (act.principal, act.actor, role)
            and one.first <= 0 <= one.last
            and not one.is_revoked
            for one in self.delegations
        )


ROLE = st.sampled_from([SUBMITS, SIGNS])
PAIRS = [(one, other) for one in PERSONS for other in PERSONS if one != other]
PERIODS = [(0, 0), (-1, 1), (0, 9), (-9, 0), (-9, -1), (1, 9)]  # the last two are not in force
DELEGATION = st.builds(
    lambda pair, role, period, is_revoked: Given(*pair, role, *period, is_revoked),
    st.sampled_from(PAIRS),
    ROLE,
    st.sampled_from(PERIODS),
    st.sampled_from([False, False, False, True]),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, Act, Act]:
    """A world and two acts in it; mostly such as a delegation allows, so that many come through."""
    held = st.sets(ROLE, min_size=1).map(frozenset)
    roles = {one: draw(held) for one in PERSONS}
    delegations = tuple(draw(st.lists(DELEGATION, max_size=7)))
    world = World(roles, delegations)
    return world, draw(_acts(world, SUBMITS)), draw(_acts(world, SIGNS))


def _acts(world: World, role: str) -> st.SearchStrategy[Act]:
    whole = [Act(a, b) for a in PERSONS for b in (None, *PERSONS)]
    allowed = [one for one in whole if world.may(one, role)]
    anything = st.sampled_from(whole)
    return st.one_of(*[st.sampled_from(allowed)] * 3, anything) if allowed else anything


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", poolclass=StaticPool)
    PLATFORM.create_all(made)
    ledger_tables().metadata.create_all(made)
    yield made
    made.dispose()


BOTH = dict.fromkeys(PERSONS, frozenset({SUBMITS, SIGNS}))
# Two persons who act for each other.
MUTUAL = World(BOTH, (Given("甲", "乙", SIGNS), Given("乙", "甲", SUBMITS)))


@given(worlds())
@example((MUTUAL, Act("甲"), Act("乙", "甲")))  # who submitted has somebody sign for them
@example((MUTUAL, Act("乙"), Act("乙", "甲")))  # … signs for somebody
@example((MUTUAL, Act("甲", "乙"), Act("甲")))  # who submitted for somebody signs
@example((MUTUAL, Act("甲", "乙"), Act("乙")))  # for whom somebody submitted signs
@example((MUTUAL, Act("甲", "乙"), Act("乙", "甲")))  # crosswise
@example((MUTUAL, Act("甲", "乙"), Act("丙")))  # nobody on both sides
@settings(max_examples=60, deadline=None)
def test_delegation_never_joins_separated_duties(
    engine: Engine, drawn: tuple[World, Act, Act]
) -> None:
    world, submission, signature = drawn
    tenant, plan = f"t{next(NUMBERS)}", Subject("年度计划", f"p{next(NUMBERS)}")
    with stand_in_deciding(), capture_logs():
        ledger = _open(engine, world, tenant, plan)
        is_submitted = _try(ledger, engine, world, plan, "提交校内审核", submission)
        assert is_submitted == world.may(submission, SUBMITS)
        if not is_submitted:
            event("not submitted")
            return
        is_signed = _try(ledger, engine, world, plan, "签发并报送", signature)
        is_separate = not (submission.persons & signature.persons)
        event(f"may sign: {world.may(signature, SIGNS)}, separate: {is_separate}")
        assert is_signed == (world.may(signature, SIGNS) and is_separate)
        _check_record(ledger, engine, plan, is_signed=is_signed)


def _open(engine: Engine, world: World, tenant: str, plan: Subject) -> Ledger:
    register = DelegationRegister(ledger_tables(), tenant, administrator="管理员")
    for number, one in enumerate(world.delegations):
        first, last = DAY + timedelta(days=one.first), DAY + timedelta(days=one.last)
        asked = Delegation(one.principal, one.agent, one.role, first, last)
        name = f"g{number}"
        register.grant(engine, asked, delegation_id=name, actor=OFFICE, at=NINE)
        if one.is_revoked:
            register.revoke(engine, name, actor=OFFICE, at=NINE)
    with engine.begin() as connection:
        add_plan(connection, plan.key)
    return Ledger(
        {POLICY: make_policy()},
        PlanHost(),
        tenant=tenant,
        delegations=register.find_delegation,
        clock=lambda: NINE,
    )


def _try(
    ledger: Ledger, engine: Engine, world: World, plan: Subject, action: str, act: Act
) -> bool:
    def person(name: str) -> Actor:
        return Actor(name, world.roles[name], SCHOOL, "110108")

    asked = command(
        action,
        person(act.actor),
        action,
        subject=plan,
        at=tick(1),
        on_behalf_of=person(act.principal) if act.principal else None,
    )
    try:
        ledger.act(engine, asked)
    except CommandRefused:
        return False
    return True


def _check_record(ledger: Ledger, engine: Engine, plan: Subject, *, is_signed: bool) -> None:
    """What stands on record says the same: two steps whose persons have nobody in common."""
    steps = [one for one in ledger.timeline(engine, plan) if one.kind == "step"]
    pairs = [{one.actor, one.on_behalf_of or one.actor} for one in steps]
    assert len(pairs) == 1 + is_signed
    assert len(set().union(*pairs)) == sum(map(len, pairs))
