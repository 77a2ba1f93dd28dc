"""What is granted and revoked is on record: verifying notices what is done past the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tests.integration.year_plan import (
    HEAD,
    NINE,
    PLAN,
    open_platform,
    stand_in_deciding,
    tick,
    walk,
)
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting import Delegation, DelegationRegister, ledger_tables, unprotect
from xbyx_rules.hosting.ledger.export_checking import check_lines

TABLES = ledger_tables()
ROW = TABLES.delegation
WEEK = Delegation(HEAD.id, "t-30", "校长", date(2026, 3, 2), date(2026, 3, 8))
OTHER = replace(WEEK, agent_id="t-31", subject_kind="年度计划", subject_ref=PLAN.key)


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def register():
    return DelegationRegister(TABLES, "110108", clock=lambda: tick(0))


@pytest.fixture
def platform(database, register):
    """A plan under way, one delegation in force and one revoked, on each of the databases."""
    engine, ledger, _ = open_platform(database, delegations=register.find_delegation)
    walk(ledger, engine, 1)
    grant(register, engine)
    grant(register, engine, OTHER, 2)
    register.revoke(engine, "g-2", actor=HEAD, at=tick(1))
    return engine, ledger


def grant(register, target, delegation=WEEK, number=1, actor=HEAD):
    return register.grant(target, delegation, delegation_id=f"g-{number}", actor=actor, at=NINE)


def problems(ledger, engine, **more):
    found = ledger.verify(engine, **more)
    return [(one.code, one.values.get("delegation")) for one in found.problems]


def change(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount == 1


def test_grants_and_revocations_are_on_record_and_verify(platform):
    engine, ledger = platform
    found = ledger.verify(engine)
    assert found.problems == ()
    assert (found.subjects, found.delegations, found.events) == (1, 2, 5)
    assert found.heads_digest == ledger.anchor(engine, at=tick(3)).row.heads_digest
    assert ledger.replay(engine).subjects == 1
    lines: list[str] = []
    assert ledger.export(engine, lines.append).subjects == 3
    assert list(check_lines(lines)) == []
    with engine.connect() as connection:
        events = connection.execute(
            select(TABLES.event).where(TABLES.event.c.command_id.like("delegation:%"))
        ).all()
    assert sorted((one.action_name, one.actor_id, one.to_state) for one in events) == [
        ("@start", HEAD.id, "有效"),
        ("@start", HEAD.id, "有效"),
        ("@undelegate", HEAD.id, "已撤销"),
    ]


def test_what_is_sent_again_is_recorded_once(platform, register):
    engine, ledger = platform
    grant(register, engine)
    grant(register, engine, OTHER, 2)
    register.revoke(engine, "g-2", actor=HEAD, at=tick(5))
    assert ledger.verify(engine).events == 5


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("principal_id", "t-02"),
        ("agent_id", "t-99"),
        ("role_name", "区级审核员"),
        ("subject_kind", "实施方案"),
        ("subject_ref", "2026-009"),
        ("valid_from", "2026-01-01"),
        ("valid_until", "2026-12-31"),
        ("granted_at", 1),
        ("granted_by", "t-99"),
        ("revoked_at", None),
        ("revoked_by", "t-99"),
    ],
)
def test_a_row_altered_past_the_register_is_noticed(platform, column, value):
    engine, ledger = platform
    change(engine, update(ROW).where(ROW.c.delegation_id == "g-2").values({column: value}))
    (found,) = ledger.verify(engine).problems
    assert (found.code, found.values) == (
        "XR690",
        {"delegation": "g-2", "columns": f"`{column}`"},
    )


def test_a_revocation_written_past_the_register_is_noticed(platform):
    engine, ledger = platform
    change(engine, update(ROW).where(ROW.c.delegation_id == "g-1").values(revoked_at=5))
    assert problems(ledger, engine) == [("XR690", "g-1")]


def test_a_row_taken_away_is_noticed_and_its_id_is_not_used_again(platform, register):
    engine, ledger = platform
    change(engine, delete(ROW).where(ROW.c.delegation_id == "g-1"))
    assert problems(ledger, engine) == [("XR691", "g-1")]
    with pytest.raises(ConflictError, match="XR693"):
        grant(register, engine)
    with pytest.raises(CommandRefused, match="XR676"):
        register.revoke(engine, "g-1", actor=HEAD, at=tick(2))
    assert problems(ledger, engine) == [("XR691", "g-1")]


def test_a_row_written_past_the_register_is_noticed_and_gets_no_record_by_being_revoked(
    platform, register
):
    engine, ledger = platform
    with engine.begin() as connection:
        row = dict(
            connection.execute(select(ROW).where(ROW.c.delegation_id == "g-1")).one()._mapping
        )
        connection.execute(insert(ROW).values(**{**row, "delegation_id": "g-9"}))
    assert problems(ledger, engine) == [("XR692", "g-9")]
    register.revoke(engine, "g-9", actor=HEAD, at=tick(2))
    assert problems(ledger, engine) == [("XR692", "g-9")]
    assert ledger.verify(engine).events == 5


def test_a_delegation_dropped_with_its_chain_shows_against_an_anchor(platform):
    engine, ledger = platform
    kept = ledger.anchor(engine, at=tick(3))
    with engine.begin() as connection:
        unprotect(connection, TABLES.protected)
        instance = TABLES.instance.c.instance_id
        (one,) = connection.scalars(select(instance).where(TABLES.instance.c.subject_ref == "g-1"))
        connection.execute(delete(TABLES.event).where(TABLES.event.c.instance_id == one))
        connection.execute(delete(TABLES.instance).where(instance == one))
        connection.execute(delete(ROW).where(ROW.c.delegation_id == "g-1"))
    assert problems(ledger, engine) == []
    (found,) = ledger.verify(engine, anchors=[kept]).problems
    assert (found.code, found.values["subject"]) == ("XR563", "@delegation/g-1")


def test_what_the_hosts_transaction_undoes_leaves_neither_row_nor_record(platform, register):
    engine, ledger = platform
    with Session(engine) as session:
        grant(register, session, number=3)
        register.revoke(session, "g-1", actor=HEAD, at=tick(2))
        session.rollback()
    assert problems(ledger, engine) == []
    assert ledger.verify(engine).delegations == 2
    with Session(engine) as session, session.begin():
        grant(register, session, number=3)
    assert ledger.verify(engine).delegations == 3
    assert problems(ledger, engine) == []


def test_the_record_keeps_the_algorithm_of_its_time(platform):
    engine, ledger = platform
    grant(DelegationRegister(TABLES, "110108", digest="sm3"), engine, number=4)
    assert problems(ledger, engine) == []
    change(engine, update(ROW).where(ROW.c.delegation_id == "g-4").values(agent_id="t-99"))
    assert problems(ledger, engine) == [("XR690", "g-4")]
