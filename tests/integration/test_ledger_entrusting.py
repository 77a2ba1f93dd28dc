"""Work entrusted and given back (委派): somebody prepares, and the seat's owner decides."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.integration.test_ledger_signing import (
    ADMIN,
    EXPERT,
    FIRST,
    SECOND,
    THIRD,
    act,
    ask,
    codes,
    column,
    open_panel,
    signing,
)
from tests.integration.year_plan import CLERK, FLOW, PLAN, stand_in_deciding, tick
from xbyx_rules.checking import Approvals
from xbyx_rules.hosting import Inbox
from xbyx_rules.hosting.deadlines import run_timers
from xbyx_rules.lifecycle import Actor, render_timeline


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


def entrust(ledger, engine, number, *, seat=1, to="e-1", actor=FIRST, role="专家", **more):
    asked = ask(number, actor, **more)
    return ledger.signers.entrust(engine, PLAN, seat, to, role=role, **asked)


def give_back(ledger, engine, number, seat, *, actor=EXPERT, opinion="数据属实", **more):
    asked = ask(number, actor, **more)
    return ledger.signers.give_back(engine, PLAN, seat, opinion=opinion, **asked)


def test_who_is_entrusted_prepares_and_the_owner_decides(database):
    engine, ledger = open_panel(database, Approvals())
    first = entrust(ledger, engine, 0, reason="请核对经费")
    assert entrust(ledger, engine, 0, reason="请核对经费") == first
    own, assist = ledger.signers.of(engine, PLAN)
    assert (own.assignee, own.status, own.waits_on) == (FIRST.id, "waiting", (assist.number,))
    assert (assist.assignee, assist.status, assist.is_assist) == ("e-1", "open", True)
    page = Inbox(ledger.tables, "110108").tasks(engine, EXPERT, now=tick(12))
    assert [(one.kind, one.number) for one in page.items] == [("assist", assist.number)]
    assert codes(lambda: act(ledger, engine, "审核通过", FIRST, "a")) == ["XR535"]
    assert codes(lambda: act(ledger, engine, "审核通过", EXPERT, "b")) == ["XR502"]
    assert codes(lambda: act(ledger, engine, "审核通过", SECOND, "c")) == ["XR534"]
    done = give_back(ledger, engine, 1, assist.number, evidence=("doc-7",))
    assert give_back(ledger, engine, 1, assist.number, evidence=("doc-7",)) == done
    assert column(engine) == "待区级审核"
    assert Inbox(ledger.tables, "110108").tasks(engine, EXPERT, now=tick(12)).items == ()
    assert codes(lambda: act(ledger, engine, "审核通过", SECOND, "d")) == ["XR534"]
    assert act(ledger, engine, "审核通过", FIRST, "e", at=tick(12)).target == "审核通过"
    entries = ledger.timeline(engine, PLAN)
    assert [one.kind for one in entries][-3:] == ["entrust", "give_back", "step"]
    assert (entries[-2].actor, entries[-2].comment) == ("e-1", "数据属实")
    assert "e-1 交回委派的事项" in render_timeline(entries)
    assert ledger.verify(engine).problems == ()


def test_in_a_panel_it_is_no_signature(database):
    engine, ledger = open_panel(database, Approvals(signings=(signing(),)))
    entrust(ledger, engine, 0)
    act(ledger, engine, "审核通过", SECOND, "a")
    give_back(ledger, engine, 1, 4)
    assert act(ledger, engine, "审核通过", THIRD, "b", at=tick(12)).target == "待区级审核"
    assert act(ledger, engine, "审核通过", FIRST, "c", at=tick(13)).target == "审核通过"
    with engine.connect() as connection:
        signature = ledger.tables.signature
        signers = connection.scalars(select(signature.c.signer_id)).all()
    assert sorted(signers) == ["d-05", "d-06", "d-07"]


def test_it_is_taken_back_before_it_is_given_back():
    engine, ledger = open_panel(None, Approvals())
    entrust(ledger, engine, 0)
    remove = ledger.signers.remove
    assert codes(lambda: remove(engine, PLAN, 2, **ask(1, EXPERT))) == ["XR539"]
    remove(engine, PLAN, 2, **ask(2, FIRST))
    assert codes(lambda: give_back(ledger, engine, 3, 2)) == ["XR540"]
    assert act(ledger, engine, "审核通过", FIRST, "a", at=tick(12)).target == "审核通过"


def test_whoever_the_seat_was_handed_to_may_take_it_back():
    engine, ledger = open_panel(None, Approvals())
    entrust(ledger, engine, 0)
    ledger.signers.reassign(engine, PLAN, 1, "d-06", **ask(1, ADMIN, reason="调岗"))
    assert codes(lambda: ledger.signers.remove(engine, PLAN, 2, **ask(2, THIRD))) == ["XR539"]
    ledger.signers.remove(engine, PLAN, 2, **ask(3, SECOND))
    assert act(ledger, engine, "审核通过", SECOND, "a", at=tick(12)).target == "审核通过"


def test_only_whom_it_was_entrusted_to_gives_it_back_and_says_what_they_found():
    engine, ledger = open_panel(None, Approvals())
    entrust(ledger, engine, 0)
    other = replace(EXPERT, id="e-2")
    assert codes(lambda: give_back(ledger, engine, 1, 2, actor=other)) == ["XR534"]
    assert codes(lambda: give_back(ledger, engine, 2, 2, actor=FIRST)) == ["XR502"]
    assert codes(lambda: give_back(ledger, engine, 3, 2, opinion=" ")) == ["XR505"]
    model = replace(EXPERT, kind="model")
    assert codes(lambda: give_back(ledger, engine, 4, 2, actor=model)) == ["XR503"]
    assert codes(lambda: give_back(ledger, engine, 5, 1)) == ["XR540"]
    give_back(ledger, engine, 6, 2)
    assert codes(lambda: give_back(ledger, engine, 7, 2)) == ["XR540"]


def test_only_ones_own_seat_is_entrusted_to_another_person_of_the_role():
    engine, ledger = open_panel(None, Approvals())
    assert codes(lambda: entrust(ledger, engine, 0, actor=CLERK)) == ["XR502"]
    assert codes(lambda: entrust(ledger, engine, 1, to="e-9")) == ["XR536"]
    assert codes(lambda: entrust(ledger, engine, 2, to=FIRST.id, role="区级审核员")) == ["XR533"]
    entrust(ledger, engine, 3, to="d-06", role="区级审核员")
    assert codes(lambda: entrust(ledger, engine, 4, to="d-06", role="区级审核员")) == ["XR533"]
    entrust(ledger, engine, 5)
    assert [one.status for one in ledger.signers.of(engine, PLAN)] == ["waiting", "open", "open"]
    give_back(ledger, engine, 6, 3)
    assert codes(lambda: act(ledger, engine, "审核通过", FIRST, "a", at=tick(12))) == ["XR535"]
    give_back(ledger, engine, 7, 2, actor=SECOND)
    assert act(ledger, engine, "审核通过", FIRST, "b", at=tick(12)).target == "审核通过"


def test_what_was_entrusted_is_not_passed_on():
    engine, ledger = open_panel(None, Approvals(extendable=frozenset({"审核通过"})))
    entrust(ledger, engine, 0)
    hand = ledger.signers
    more = {"role": "专家", "position": "after"}
    assert codes(lambda: hand.transfer(engine, PLAN, 2, "e-2", **ask(1, EXPERT))) == ["XR540"]
    assert codes(lambda: entrust(ledger, engine, 2, seat=2, actor=EXPERT)) == ["XR540"]
    assert codes(lambda: hand.add(engine, PLAN, 2, "e-2", **more, **ask(3, EXPERT))) == ["XR540"]


def test_who_leaves_the_state_ends_it():
    engine, ledger = open_panel(None, Approvals(retractable=frozenset({"签发并报送"})))
    entrust(ledger, engine, 0)
    head = Actor("t-01", frozenset({"校长"}), "2111000001", "110108")
    ledger.signers.retract(engine, PLAN, **ask(1, head))
    assert codes(lambda: give_back(ledger, engine, 2, 2)) == ["XR540"]
    assert ledger.tasks(engine, "专家") == ()


def test_it_is_due_with_what_its_owner_decides_and_is_reminded():
    engine, ledger = open_panel(None, Approvals(), FLOW)
    entrust(ledger, engine, 0)
    with engine.connect() as connection:
        task = ledger.tables.task
        due = connection.execute(select(task.c.role_name, task.c.due_at)).all()
    found = dict(due)
    assert found["专家"] == found["区级审核员"] is not None
    (fired,) = run_timers(ledger, engine, now=datetime(2026, 6, 1, tzinfo=UTC), worker="w-1")
    assert fired.outcome == "fired"
    with engine.connect() as connection:
        sent = connection.scalars(select(ledger.tables.outbox.c.content)).all()
    told = [json.loads(one).get("told") for one in sent]
    (to,) = [one["to"] for one in told if one]
    assert [(one["role"], one["assignee"]) for one in to] == [("专家", "e-1")]
