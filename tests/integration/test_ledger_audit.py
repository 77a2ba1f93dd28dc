"""The ledger shows what was done to it behind its back; an audited erasure is no such thing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    PLANS,
    POLICY,
    PlanHost,
    add_plan,
    command,
    make_policy,
    open_platform,
    stand_in_deciding,
    tick,
    walk,
)
from xbyx_rules.deciding import Attestation, Subject
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting import Ledger
from xbyx_rules.hosting.ledger import ledger_tables, unprotect
from xbyx_rules.lifecycle import Actor
from xbyx_rules.policy import Outcome


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(database):
    engine, ledger, _ = open_platform(database)
    yield engine, ledger
    engine.dispose()


def tamper(engine, statement, **values):
    """As somebody who may take the triggers away."""
    with engine.begin() as connection:
        unprotect(connection, ledger_tables().protected)
        assert connection.execute(text(statement), values).rowcount > 0


def codes_of(verification):
    return {one.code for one in verification.problems}


# --- tampering ------------------------------------------------------------------------------------

COPY = (
    "INSERT INTO xbyx_event SELECT instance_id, {to}, command_id, actor_id, actor_kind, "
    "principal_id, action_name, from_state, to_state, occurred_at, recorded_at, policy_hash, "
    "semantics, payload_digests, prev_hash, event_hash FROM xbyx_event WHERE seq = {of}"
)
TAMPERINGS = {
    "an actor edited": (
        "UPDATE xbyx_event SET actor_id = 't-99' WHERE seq = 3",
        {"XR550"},
    ),
    "a state edited": (
        "UPDATE xbyx_event SET to_state = '审核通过' WHERE seq = 3",
        {"XR550", "XR552", "XR558"},
    ),
    "an instant edited": (
        "UPDATE xbyx_event SET occurred_at = occurred_at - 1 WHERE seq = 2",
        {"XR550"},
    ),
    "an event deleted in the middle": (
        "DELETE FROM xbyx_event WHERE seq = 3",
        {"XR551", "XR552"},
    ),
    "the first event deleted": ("DELETE FROM xbyx_event WHERE seq = 1", {"XR551", "XR552"}),
    "the tail cut": ("DELETE FROM xbyx_event WHERE seq = 5", {"XR553"}),
    "two events exchanged": (
        (
            "UPDATE xbyx_event SET seq = 30 WHERE seq = 3;"
            "UPDATE xbyx_event SET seq = 3 WHERE seq = 4;"
            "UPDATE xbyx_event SET seq = 4 WHERE seq = 30"
        ),
        {"XR550", "XR552"},
    ),
    "an event inserted in the middle": (
        (
            "UPDATE xbyx_event SET seq = seq + 10 WHERE seq >= 4;"
            f"{COPY.format(to=4, of=3)};"
            "UPDATE xbyx_event SET seq = seq - 9 WHERE seq > 10"
        ),
        {"XR550", "XR552", "XR553"},
    ),
    "an event added": (COPY.format(to=6, of=5), {"XR550", "XR552", "XR553"}),
    "the current state edited": (
        "UPDATE xbyx_instance SET current_state = '审核通过'",
        {"XR556", "XR516"},
    ),
    "the subject exchanged": ("UPDATE xbyx_instance SET subject_ref = 'other'", {"XR550"}),
    "an opinion edited": (
        (
            "UPDATE xbyx_payload SET content = replace(content, '同意', '不同意') "
            "WHERE content LIKE '%同意%'"
        ),
        {"XR555"},
    ),
    "an opinion deleted": (
        "DELETE FROM xbyx_payload WHERE payload_class = 'opinion'",
        {"XR554"},
    ),
    "an opinion emptied without a record": (
        "UPDATE xbyx_payload SET content = NULL, salt = NULL WHERE payload_class = 'opinion'",
        {"XR554"},
    ),
    "a receipt edited": (
        (
            "UPDATE xbyx_payload SET content = replace(content, '\"met\"', '\"not_met\"') "
            "WHERE payload_class = 'receipt'"
        ),
        {"XR555"},
    ),
    "the flow edited": (
        "UPDATE xbyx_definition SET content = replace(content, '校长', '门卫')",
        {"XR557"},
    ),
    "a command deleted": ("DELETE FROM xbyx_command WHERE command_id = 'c-1'", {"XR559"}),
    "the subject's row deleted": ("DELETE FROM xbyx_instance", {"XR560"}),
    "the platform's column edited": ("UPDATE plan SET status = '草稿'", {"XR516"}),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_shows(platform, name):
    engine, ledger = platform
    walk(ledger, engine)
    assert ledger.verify(engine).is_intact
    statements, expected = TAMPERINGS[name]
    for statement in statements.split(";"):
        tamper(engine, statement)
    found = ledger.verify(engine)
    assert expected <= codes_of(found)
    for one in found.problems:
        assert one.render("zh")
        assert one.render("en")


def test_an_event_written_anew_shows_in_the_next_one(platform):
    engine, ledger = platform
    walk(ledger, engine)
    tamper(engine, "UPDATE xbyx_event SET event_hash = 'sha256:forged' WHERE seq = 3")
    tamper(engine, "UPDATE xbyx_event SET prev_hash = 'sha256:forged' WHERE seq = 4")
    edited = [one for one in ledger.verify(engine).problems if one.code == "XR550"]
    assert [one.values["sequence"] for one in edited] == ["3", "4"]


def test_a_row_that_moved_on_meanwhile_is_not_written_over(platform):
    engine, ledger = platform
    walk(ledger, engine, 2)
    store = ledger._desk.store
    with engine.begin() as connection:
        now = store.find_instance(connection, PLAN)
        (last,) = [one for one in store.events_of(connection, now.id) if one.event.seq == 3]
        stale = replace(now, version=2)
        assert store.advance_instance(connection, stale, last.event, "sha256:x") is None
    assert ledger.verify(engine).is_intact


def test_a_tail_cut_with_its_row_shows_in_the_digest_kept_outside(platform):
    """The chain alone can't show this: that is what the digest outside the database is for."""
    engine, ledger = platform
    walk(ledger, engine, 3)
    kept = ledger.verify(engine).heads_digest
    rows = "SELECT event_hash, to_state, command_id FROM xbyx_event WHERE seq = 3"
    with engine.begin() as connection:
        head, state, _ = connection.execute(text(rows)).one()
    tamper(engine, "DELETE FROM xbyx_event WHERE seq = 4")
    tamper(
        engine,
        "UPDATE xbyx_instance SET version = 3, head_hash = :head, current_state = :state",
        head=head,
        state=state,
    )
    tamper(engine, "UPDATE plan SET status = :state", state=state)
    found = ledger.verify(engine)
    assert found.is_intact
    assert found.heads_digest != kept


class AtOnce(PlanHost):
    """A platform that reads the states of many plans at once."""

    asked = 0

    def read_states(self, connection, subjects):
        self.asked += 1
        found = connection.execute(select(PLANS.c.plan_no, PLANS.c.status)).all()
        states = {Subject("年度计划", row.plan_no): row.status for row in found}
        return {one: states[one] for one in subjects if one in states}


def test_the_platforms_states_are_read_at_once_where_it_can(platform):
    engine, ledger = platform
    plans = [Subject("年度计划", f"more-{number}") for number in range(20)]
    with engine.begin() as connection:
        for one in plans:
            add_plan(connection, one.key)
    for one in plans:
        ledger.start(engine, one, actor=DEPUTY, command_id=f"s-{one.key}", at=NINE)
    host = AtOnce()
    again = Ledger({POLICY: make_policy()}, host, tenant="110108")
    assert again.verify(engine).is_intact
    assert host.asked == 1
    tamper(engine, "UPDATE plan SET status = '已备案' WHERE plan_no = 'more-3'")
    tamper(engine, "DELETE FROM plan WHERE plan_no = 'more-4'")
    found = again.verify(engine)
    assert {one.values["subject"] for one in found.problems} == {str(one) for one in plans[3:5]}
    assert codes_of(found) == {"XR516"}
    assert codes_of(ledger.verify(engine)) == {"XR516"}


def test_an_intact_ledger_gives_the_same_digest_twice(platform):
    engine, ledger = platform
    walk(ledger, engine)
    first, second = ledger.verify(engine), ledger.verify(engine)
    assert first == second
    assert (first.subjects, first.events, first.erased) == (1, 5, 0)


# --- what an event records ------------------------------------------------------------------------


def test_a_receipt_records_what_was_decided_on(platform):
    engine, ledger = platform
    late = NINE.replace(day=1, hour=16, minute=30)  # past midnight in Beijing
    ledger.act(engine, command("提交校内审核", DEPUTY, 1, at=late))
    query = "SELECT content FROM xbyx_payload WHERE payload_class = 'receipt'"
    with engine.connect() as connection:
        receipt = json.loads(connection.execute(text(query)).scalar_one())
    assert receipt["on"] == "2026-03-02"
    assert receipt["semantics"] == 1
    assert receipt["actor"]["roles"] == ["分管负责人"]
    (found,) = receipt["requirements"]
    assert (found["clause"], found["outcome"]) == ("four-documents", "met")
    assert receipt["facts"] == {"four-documents": True}


def test_an_instant_is_kept_to_the_microsecond(platform):
    engine, ledger = platform
    exact = NINE.replace(microsecond=123457)
    ledger.act(
        engine, command("撤回", Actor("t", frozenset({"分管负责人"}), "2111000001"), 1, at=exact)
    )
    assert ledger.timeline(engine, PLAN)[-1].at == exact


# --- erasure --------------------------------------------------------------------------------------


def erase(ledger, engine, **more):
    fields = {
        "version": 3,
        "kind": "opinion",
        "reason": "依申请删除",
        "actor": CLERK,
        "command_id": "e-1",
        "at": tick(9),
        **more,
    }
    return ledger.erase(engine, PLAN, **fields)


def test_an_erased_opinion_is_gone_and_the_chain_holds(platform, database):
    engine, ledger = platform
    walk(ledger, engine, 3)
    erase(ledger, engine)
    found = ledger.verify(engine)
    assert found.is_intact
    assert found.erased == 1
    assert not any('{"comment":"同意"' in line for line in database.dump())
    entries = ledger.timeline(engine, PLAN)
    assert (entries[2].comment, entries[2].is_opinion_erased) == (None, True)
    assert entries[-1].kind == "erase"


def test_a_plan_goes_on_after_an_erasure(platform):
    engine, ledger = platform
    walk(ledger, engine, 3)
    erase(ledger, engine, version=2, kind="receipt")
    ledger.act(engine, command("备案", CLERK, "x", at=tick(10)))
    assert ledger.verify(engine).is_intact


def test_separated_duties_survive_the_erasure_of_the_receipt(platform):
    engine, ledger = platform
    walk(ledger, engine, 1)
    erase(ledger, engine, version=2, kind="receipt", at=tick(1))
    promoted = Actor("t-17", frozenset({"校长"}), "2111000001", "110108")
    with pytest.raises(CommandRefused) as caught:
        ledger.act(engine, command("签发并报送", promoted, "x", at=tick(2)))
    assert [one.code for one in caught.value.diagnostics] == ["XR509"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"version": 2}, "XR528"),  # had no opinion
        ({"version": 99}, "XR528"),
        ({"kind": "erasure"}, "XR528"),
        ({"reason": " "}, "XR505"),
        ({"actor": Actor("m", kind="model")}, "XR503"),
    ],
)
def test_what_can_not_be_erased_is_refused(platform, database, more, code):
    engine, ledger = platform
    walk(ledger, engine, 3)
    before = database.dump()
    with pytest.raises(CommandRefused) as caught:
        erase(ledger, engine, **more)
    assert [one.code for one in caught.value.diagnostics] == [code]
    assert database.dump() == before


def test_an_erased_command_sent_again_is_a_conflict_not_a_second_act(platform):
    engine, ledger = platform
    walk(ledger, engine, 3)
    erase(ledger, engine)
    with pytest.raises(ConflictError):
        ledger.act(engine, command("签发并报送", HEAD, 1, at=tick(1), comment="同意"))


# --- attestations ---------------------------------------------------------------------------------

JUDGED = Attestation("well-led", Outcome.MET, "t-01", "校长", "minutes-3", date(2026, 3, 1))


def attest(ledger, engine, judged=JUDGED, **more):
    fields = {"attestation_id": "a-1", "policy": POLICY, "at": NINE, **more}
    ledger.attest(engine, PLAN, judged, **fields)


def known(ledger, engine):
    flow = ledger._desk.current_flow(PLAN.entity)
    with engine.connect() as connection:
        return ledger._desk.read_case(connection, PLAN, flow, on=NINE.date()).attestations


def test_a_judgement_is_known_until_it_is_revoked(platform):
    engine, ledger = platform
    attest(ledger, engine)
    attest(ledger, engine)
    assert known(ledger, engine) == (JUDGED,)
    ledger.revoke(engine, "a-1", by=CLERK, at=tick(1))
    assert known(ledger, engine) == ()
    with pytest.raises(CommandRefused):
        ledger.revoke(engine, "a-1", by=CLERK, at=tick(1))


def _judged(**more):
    return replace(JUDGED, **more)


@pytest.mark.parametrize(
    ("judged", "code"),
    [
        (_judged(is_model=True), "XR503"),
        (_judged(clause="well-fed"), "XR524"),
        (_judged(evidence=" "), "XR525"),
        (_judged(role="门卫"), "XR526"),
        (_judged(outcome=Outcome.UNDETERMINED), "XR531"),
        (_judged(person=""), "XR530"),
    ],
)
def test_a_judgement_out_of_order_is_refused(platform, database, judged, code):
    engine, ledger = platform
    before = database.dump()
    with pytest.raises(CommandRefused) as caught:
        attest(ledger, engine, judged)
    assert [one.code for one in caught.value.diagnostics] == [code]
    assert database.dump() == before


def test_an_id_that_stands_for_another_judgement_is_a_conflict(platform):
    engine, ledger = platform
    attest(ledger, engine)
    with pytest.raises(ConflictError):
        attest(ledger, engine, _judged(outcome=Outcome.NOT_MET))


# --- sizes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["", "x" * 101])
def test_an_id_that_a_column_can_not_hold_is_refused(platform, number):
    engine, ledger = platform
    asked = replace(command("撤回", HEAD, 1), command_id=number)
    with pytest.raises(CommandRefused) as caught:
        ledger.act(engine, asked)
    assert [one.code for one in caught.value.diagnostics] == ["XR530"]
