"""Acting for somebody by a delegation in the register: what is let through, what goes on record."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    REVIEWER,
    SCHOOL,
    command,
    open_platform,
    stand_in_deciding,
    tick,
    walk,
)
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Delegation, DelegationRegister, ledger_tables, unprotect
from xbyx_rules.lifecycle import Actor

AIDE = Actor("t-30", frozenset(), SCHOOL, "110108")
WEEK = Delegation(HEAD.id, AIDE.id, "校长", date(2026, 3, 2), date(2026, 3, 8))
SIGN = command("签发并报送", AIDE, "s", at=tick(2), on_behalf_of=HEAD)


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def register():
    return DelegationRegister(ledger_tables(), "110108")


@pytest.fixture
def platform(register):
    engine, ledger, _ = open_platform(None, delegations=register.find_delegation)
    walk(ledger, engine, 1)
    return engine, ledger


@pytest.fixture
def platform_anywhere(database, register):
    """On each of the databases."""
    engine, ledger, _ = open_platform(database, delegations=register.find_delegation)
    walk(ledger, engine, 1)
    return engine, ledger


def grant(register, engine, delegation=WEEK, number=1):
    return register.grant(engine, delegation, delegation_id=f"g-{number}", actor=HEAD, at=NINE)


def refused(call) -> list[str]:
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def bodies(ledger, engine, kind):
    table = ledger.tables.payload
    with engine.connect() as connection:
        query = select(table.c.content).where(table.c.payload_class == kind)
        return [json.loads(one) for one in connection.scalars(query)]


def test_a_step_for_somebody_else_has_the_delegation_on_record(platform_anywhere, register):
    engine, ledger = platform_anywhere
    assert refused(lambda: ledger.act(engine, SIGN)) == ["XR504"]
    grant(register, engine)
    receipt = ledger.act(engine, SIGN)
    assert bodies(ledger, engine, "agency") == [
        {"format": 1, "delegations": [{"role": "校长", "delegation": "g-1"}]}
    ]
    # What is on record stays when the delegation ends, and the step still holds.
    register.revoke(engine, "g-1", actor=HEAD, at=tick(3))
    assert ledger.act(engine, SIGN) == receipt
    assert ledger.verify(engine).is_intact
    lines: list[str] = []
    ledger.export(engine, lines.append)
    kinds = [[body["kind"] for body in json.loads(one).get("bodies", ())] for one in lines]
    assert ["receipt", "agency"] in kinds


def test_an_altered_agency_is_noticed(platform, register):
    engine, ledger = platform
    grant(register, engine)
    ledger.act(engine, SIGN)
    with engine.begin() as connection:
        table = ledger.tables.payload
        unprotect(connection, ledger.tables.protected)
        connection.execute(
            update(table)
            .where(table.c.payload_class == "agency")
            .values(content='{"delegations":[],"format":1}')
        )
    codes = [one.code for one in ledger.verify(engine).problems]
    assert codes == ["XR555"]


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, 6, []),
        ({}, 7, ["XR504"]),
        ({"valid_from": date(2026, 3, 3)}, 0, ["XR504"]),
        ({"subject_kind": "年度计划", "subject_ref": PLAN.key}, 0, []),
        ({"subject_kind": "年度计划", "subject_ref": "2026-002"}, 0, ["XR504"]),
    ],
)
def test_a_delegation_counts_in_its_period_and_for_its_subject(
    platform, register, changes, day, expected
):
    engine, ledger = platform
    grant(register, engine, replace(WEEK, **changes))
    asked = replace(SIGN, at=SIGN.at + timedelta(days=day))
    trial = ledger.dry_run(engine, PLAN, SIGN.action, actor=AIDE, at=asked.at, on_behalf_of=HEAD)
    assert [one.code for one in trial[SIGN.action].diagnostics] == expected
    if expected:
        assert refused(lambda: ledger.act(engine, asked)) == expected
    else:
        assert ledger.act(engine, asked).target == "待区级审核"


def test_an_agent_of_an_agent_acts_for_nobody(platform, register):
    engine, ledger = platform
    grant(register, engine)
    office = DelegationRegister(ledger_tables(), "110108", administrator="管理员")
    onward = replace(WEEK, principal_id=AIDE.id, agent_id="t-31")
    office.grant(
        engine, onward, delegation_id="g-2", actor=Actor("o", frozenset({"管理员"})), at=NINE
    )
    third = Actor("t-31", frozenset(), SCHOOL)
    for principal, code in ((HEAD, "XR504"), (AIDE, "XR521")):
        asked = command("签发并报送", third, "s", at=tick(2), on_behalf_of=principal)
        assert refused(lambda asked=asked: ledger.act(engine, asked)) == [code]


def test_a_revocation_that_is_rolled_back_never_happened(platform_anywhere, register):
    engine, ledger = platform_anywhere
    grant(register, engine)
    with engine.connect() as connection:
        register.revoke(connection, "g-1", actor=HEAD, at=tick(1))
        assert refused(lambda: ledger.act(connection, SIGN)) == ["XR504"]
        connection.rollback()
    assert ledger.act(engine, SIGN).target == "待区级审核"


def test_a_step_in_ones_own_name_names_no_delegation(platform, register):
    engine, ledger = platform
    grant(register, engine)
    ledger.act(engine, command("签发并报送", HEAD, "s", at=tick(2)))
    ledger.act(engine, command("审核通过", REVIEWER, "r", at=tick(3)))
    assert bodies(ledger, engine, "agency") == []


def test_a_platform_that_keeps_no_ids_may_still_say_yes():
    engine, ledger, _ = open_platform(None, delegations=lambda *_: True)
    walk(ledger, engine, 1)
    ledger.act(engine, SIGN)
    assert bodies(ledger, engine, "agency") == []
    assert ledger.timeline(engine, PLAN)[-1].on_behalf_of == HEAD.id


def test_who_submitted_can_not_sign_for_the_head_who_let_them(platform, register):
    engine, ledger = platform
    grant(register, engine, replace(WEEK, agent_id=DEPUTY.id))
    asked = command("签发并报送", DEPUTY, "s", at=tick(2), on_behalf_of=HEAD)
    assert refused(lambda: ledger.act(engine, asked)) == ["XR509"]


def test_the_same_delegation_granted_by_many_at_once_is_one(database, register):
    engine, _, _ = open_platform(database)
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: grant(register, engine), range(12)))
    assert made == [made[0]] * 12
    assert register.granted(engine) == (made[0],)
