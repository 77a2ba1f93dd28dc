"""Who may grant what to whom, for how long; what is granted twice, what is revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool
from structlog.testing import capture_logs

from tests.integration.year_plan import NINE, OPENED, PLAN, tick
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting import Agency, Delegation, DelegationRegister, ledger_tables
from xbyx_rules.lifecycle import Actor

HEAD = Actor("t-01", frozenset({"校长"}))
AIDE = Actor("t-30", frozenset({"教研组长"}))
OFFICE = Actor("o-1", frozenset({"区级管理员"}))
MARCH = Delegation("t-01", "t-30", "校长", date(2026, 3, 1), date(2026, 3, 31))
TABLES = ledger_tables()


@pytest.fixture
def engine():
    made = create_engine("sqlite://", poolclass=StaticPool)
    OPENED.append(made)
    TABLES.metadata.create_all(made)
    return made


@pytest.fixture
def register():
    return DelegationRegister(TABLES, "110108", administrator="区级管理员")


def refused(call) -> list[str]:
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def grant(register, target, delegation=MARCH, actor=HEAD, number=1, at=NINE):
    return register.grant(target, delegation, delegation_id=f"g-{number}", actor=actor, at=at)


def count_rows(engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(TABLES.delegation)).scalar_one()


def find(register, engine, *, principal=HEAD, agent=AIDE, role="校长", subject=PLAN, on=15):
    with engine.connect() as connection:
        day = date(2026, 3, on) if isinstance(on, int) else on
        return register.find_delegation(connection, principal, agent, role, subject, day)


# --- granting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [HEAD, OFFICE, replace(OFFICE, kind="timer")])
def test_a_principal_and_an_administrator_may_grant_and_who_did_is_kept(register, engine, actor):
    made = grant(register, engine, actor=actor)
    assert (made.id, made.delegation, made.granted_by) == ("g-1", MARCH, actor.id)
    assert (made.granted_at, made.revoked_at, made.revoked_by) == (NINE, None, None)
    assert register.granted(engine) == (made,)


@pytest.mark.parametrize(
    ("changes", "actor", "codes"),
    [
        ({"valid_until": date(2026, 2, 28)}, HEAD, ["XR673"]),
        ({"valid_until": date(2027, 3, 2)}, HEAD, ["XR673"]),
        ({"agent_id": "t-01"}, HEAD, ["XR674"]),
        ({"agent_kind": "model"}, HEAD, ["XR674"]),
        ({"agent_kind": "timer"}, OFFICE, ["XR674"]),
        ({}, AIDE, ["XR675"]),  # the agent for themself
        ({"agent_id": "t-31"}, AIDE, ["XR675"]),  # an agent passes it on in the head's name
        ({"principal_id": "t-30", "agent_id": "t-31"}, AIDE, ["XR675"]),  # … in their own name
        ({}, Actor("t-01"), ["XR675"]),  # no longer the head
        ({}, replace(HEAD, kind="model"), ["XR503"]),
        ({}, replace(OFFICE, kind="model"), ["XR503"]),
        ({"valid_until": date(2026, 2, 1), "agent_id": "t-01"}, AIDE, ["XR673", "XR674", "XR675"]),
        ({"role": ""}, HEAD, ["XR530"]),
        ({"agent_id": "x" * 101}, HEAD, ["XR530"]),
        ({"subject_kind": ""}, HEAD, ["XR530"]),
        ({"subject_ref": "2026-001"}, HEAD, ["XR530"]),  # of what kind?
        ({"subject_kind": "年度计划", "subject_ref": ""}, HEAD, ["XR530"]),
    ],
)
def test_what_may_not_be_granted_is_refused_for_every_reason_and_leaves_no_row(
    register, engine, changes, actor, codes
):
    asked = replace(MARCH, **changes)
    assert refused(lambda: grant(register, engine, asked, actor)) == codes
    assert count_rows(engine) == 0


def test_the_longest_period_and_a_single_day_are_granted(register, engine):
    longest = replace(MARCH, valid_until=MARCH.valid_from + timedelta(days=365))
    assert longest.days == 366
    grant(register, engine, longest)
    grant(register, engine, replace(MARCH, valid_until=MARCH.valid_from), number=2)
    assert count_rows(engine) == 2


def test_how_long_is_the_registers_parameter(engine):
    week = DelegationRegister(TABLES, "110108", most_days=7)
    assert refused(lambda: grant(week, engine)) == ["XR673"]
    grant(week, engine, replace(MARCH, valid_until=date(2026, 3, 7)))
    for days in (0, -1, 3661):
        assert refused(lambda days=days: DelegationRegister(TABLES, "1", most_days=days)) == [
            "XR582"
        ]


def test_nobody_is_an_administrator_unless_a_role_is_named(engine):
    register = DelegationRegister(TABLES, "110108")
    for roles in (OFFICE.roles, frozenset({""})):
        actor = replace(OFFICE, roles=roles)
        assert refused(lambda actor=actor: grant(register, engine, actor=actor)) == ["XR675"]


def test_a_period_is_in_days_and_an_instant_has_a_zone(register, engine):
    with pytest.raises(TypeError):
        replace(MARCH, valid_from=NINE)
    naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001
    assert refused(lambda: grant(register, engine, at=naive)) == ["XR518"]
    assert refused(lambda: register.revoke(engine, "g-1", actor=HEAD, at=naive)) == ["XR518"]


def test_the_same_delegation_again_changes_nothing(register, engine):
    first = grant(register, engine)
    assert grant(register, engine, at=tick(5)) == first
    # Also after a change of post, and after it was revoked: it doesn't come back.
    assert grant(register, engine, actor=Actor(HEAD.id)) == first
    register.revoke(engine, "g-1", actor=HEAD, at=tick(6))
    assert grant(register, engine).revoked_at == tick(6)
    assert count_rows(engine) == 1
    assert find(register, engine) is None


@pytest.mark.parametrize(
    ("changes", "actor"),
    [
        ({"agent_id": "t-31"}, HEAD),
        ({"role": "书记"}, HEAD),
        ({"valid_until": date(2026, 4, 1)}, HEAD),
        ({"subject_kind": "年度计划"}, HEAD),
        ({}, OFFICE),
    ],
)
def test_an_id_used_for_another_delegation_is_a_conflict(register, engine, changes, actor):
    first = grant(register, engine)
    with pytest.raises(ConflictError) as caught:
        grant(register, engine, replace(MARCH, **changes), actor)
    assert [one.code for one in caught.value.diagnostics] == ["XR514"]
    assert register.granted(engine) == (first,)


def test_who_uses_an_id_between_looking_and_writing_is_seen(register, engine, monkeypatch):
    """As when another process grants at the same moment: the first reading finds nothing."""
    first = grant(register, engine)
    store = register._store
    found = iter([None, None])

    class Blind(type(store)):
        def find(self, connection, delegation_id, *, is_locked=False):
            if not is_locked:
                return next(found)
            return super().find(connection, delegation_id, is_locked=True)

    monkeypatch.setattr(register, "_store", Blind(store.tables, store.tenant))
    assert grant(register, engine, at=tick(1)) == first
    with pytest.raises(ConflictError):
        grant(register, engine, replace(MARCH, agent_id="t-31"))


# --- revoking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [HEAD, Actor("t-01"), AIDE, OFFICE])
def test_principal_agent_and_administrator_may_revoke_and_who_did_is_kept(register, engine, actor):
    grant(register, engine)
    ended = register.revoke(engine, "g-1", actor=actor, at=tick(2))
    assert (ended.revoked_at, ended.revoked_by) == (tick(2), actor.id)
    assert (ended.granted_by, ended.granted_at, ended.delegation) == ("t-01", NINE, MARCH)
    assert find(register, engine) is None
    # Again, by somebody else: the first stays.
    assert register.revoke(engine, "g-1", actor=OFFICE, at=tick(3)) == ended


@pytest.mark.parametrize(
    ("actor", "name", "code"),
    [
        (Actor("t-99", frozenset({"校长"})), "g-1", "XR675"),
        (replace(OFFICE, kind="model"), "g-1", "XR503"),
        (HEAD, "g-2", "XR676"),
    ],
)
def test_who_has_no_part_in_it_may_not_revoke(register, engine, actor, name, code):
    made = grant(register, engine)
    assert refused(lambda: register.revoke(engine, name, actor=actor, at=NINE)) == [code]
    assert register.granted(engine) == (made,)


# --- looking up -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 28), None),
        (date(2026, 3, 1), "g-1"),
        (date(2026, 3, 31), "g-1"),
        (date(2026, 4, 1), None),
    ],
)
def test_it_counts_from_the_first_day_to_the_last(register, engine, on, expected):
    (made,) = (grant(register, engine),)
    assert find(register, engine, on=on) == expected
    assert made.is_in_force(on) is (expected is not None)
    assert register.granted(engine, on) == ((made,) if expected else ())


@pytest.mark.parametrize(
    "other",
    [
        {"principal": Actor("t-02")},
        {"agent": Actor("t-31")},
        {"agent": replace(AIDE, kind="model")},
        {"agent": replace(AIDE, kind="timer")},
        {"role": "分管负责人"},
    ],
)
def test_it_counts_for_these_two_persons_and_this_role_only(register, engine, other):
    grant(register, engine)
    assert find(register, engine) == "g-1"
    assert find(register, engine, **other) is None


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({}, {"this", "another plan", "a doubt"}),
        ({"subject_kind": "年度计划"}, {"this", "another plan"}),
        ({"subject_kind": "年度计划", "subject_ref": "2026-001"}, {"this"}),
        ({"subject_kind": "疑点", "subject_ref": "2026-001"}, {"a doubt"}),
    ],
)
def test_a_scope_leaves_other_subjects_out(register, engine, scope, covered):
    asked = replace(MARCH, **scope)
    grant(register, engine, asked)
    subjects = {
        "this": PLAN,
        "another plan": Subject("年度计划", "2026-002"),
        "a doubt": Subject("疑点", "2026-001"),
    }
    for name, subject in subjects.items():
        assert (find(register, engine, subject=subject) is not None) is (name in covered)
        assert asked.covers(subject) is (name in covered)


def test_what_was_delegated_is_not_followed_further(register, engine):
    grant(register, engine)
    second = Actor("t-31", frozenset({"校长"}))
    onward = replace(MARCH, principal_id=AIDE.id, agent_id=second.id)
    grant(register, engine, onward, OFFICE, number=2)
    assert find(register, engine, agent=second) is None


def test_each_person_sees_what_they_gave_and_what_they_got(register, engine):
    first = grant(register, engine)
    second = grant(register, engine, replace(MARCH, agent_id="t-31"), number=2)
    ended = register.revoke(engine, "g-2", actor=HEAD, at=tick(1))
    day = date(2026, 3, 2)
    assert register.granted_by(engine, "t-01", day) == (first,)
    assert register.granted_by(engine, "t-01") == (first, ended)
    assert register.granted_to(engine, "t-31", day) == ()
    assert register.granted_to(engine, "t-31") == (ended,)
    assert second.delegation == ended.delegation
    assert register.granted_by(engine, "t-30") == ()


def test_more_than_one_page_is_read_whole(register, engine):
    with engine.begin() as connection, capture_logs():
        for number in range(405):
            grant(register, connection, number=f"{number:04}")
    assert [one.id for one in register.granted(engine)] == [f"g-{n:04}" for n in range(405)]


def test_tenants_never_see_each_other(register, engine):
    grant(register, engine)
    other = DelegationRegister(TABLES, "110105", administrator="区级管理员")
    assert other.granted(engine) == ()
    assert find(other, engine) is None
    assert refused(lambda: other.revoke(engine, "g-1", actor=OFFICE, at=NINE)) == ["XR676"]


# --- embedding ------------------------------------------------------------------------------------


def test_a_session_that_is_rolled_back_takes_the_delegation_with_it(register, engine):
    with Session(engine) as session:
        grant(register, session)
        assert register.granted(session) != ()
        session.rollback()
    assert count_rows(engine) == 0
    with Session(engine) as session, session.begin():
        grant(register, session)
    assert count_rows(engine) == 1


def test_the_log_says_that_it_was_done_and_of_nobody(register, engine):
    with capture_logs() as log:
        grant(register, engine)
        grant(register, engine)
        register.revoke(engine, "g-1", actor=HEAD, at=NINE)
        refused(lambda: register.revoke(engine, "g-9", actor=HEAD, at=NINE))
    assert [(one["event"], one["entity"], one["action"]) for one in log] == [
        ("command_done", "_OTHER", "@delegate"),
        ("command_replayed", "_OTHER", "@delegate"),
        ("command_done", "_OTHER", "@undelegate"),
        ("command_refused", "_OTHER", "@undelegate"),
    ]
    assert not any(text in repr(log) for text in ("t-01", "t-30", "g-1", "g-9", "校长"))


# --- for an inbox ---------------------------------------------------------------------------------

PEOPLE = {
    "t-01": replace(HEAD, organisation="2111000001"),
    "t-02": Actor("t-02", frozenset({"教研组长"}), "2111000002"),
}


def agencies(register, engine, agent=AIDE, day=15, known=PEOPLE.get):
    return register.agencies_of(engine, agent, date(2026, 3, day), known)


def test_delegations_become_what_an_inbox_takes_with_the_principal_of_today(register, engine):
    grant(register, engine)
    plans = replace(MARCH, subject_kind="年度计划", subject_ref="2026-001")
    grant(register, engine, plans, number=2)
    grant(register, engine, replace(MARCH, valid_until=date(2026, 3, 20)), number=3)
    assert agencies(register, engine) == (
        Agency(PEOPLE["t-01"], "校长"),
        Agency(PEOPLE["t-01"], "校长", "年度计划", "2026-001"),
    )
    register.revoke(engine, "g-1", actor=HEAD, at=tick(1))
    register.revoke(engine, "g-3", actor=HEAD, at=tick(1))
    assert [one.subject_ref for one in agencies(register, engine)] == ["2026-001"]
    assert agencies(register, engine, agent=replace(AIDE, id="t-31")) == ()
    assert register.agencies_of(engine, AIDE, date(2026, 4, 1), PEOPLE.get) == ()


def test_a_principal_who_left_or_lost_the_role_is_no_agency(register, engine):
    grant(register, engine)
    by_office = replace(MARCH, principal_id="t-02")
    grant(register, engine, by_office, actor=OFFICE, number=2)
    assert [one.principal.id for one in agencies(register, engine)] == ["t-01"]
    assert agencies(register, engine, known=lambda _: None) == ()


@pytest.mark.parametrize("kind", ["model", "timer"])
def test_only_a_person_has_agencies(register, engine, kind):
    grant(register, engine)
    assert agencies(register, engine, agent=replace(AIDE, kind=kind)) == ()


def test_a_principal_is_looked_up_once(register, engine):
    grant(register, engine)
    grant(register, engine, replace(MARCH, subject_kind="年度计划"), number=2)
    asked: list[str] = []
    agencies(register, engine, known=lambda one: asked.append(one) or PEOPLE.get(one))
    assert asked == ["t-01"]
