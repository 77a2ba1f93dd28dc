"""A suggestion is on record, and nothing is done by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.revising import MODEL, NEW, begin, file_plan, open_with_force
from tests.integration.year_plan import (
    CLERK,
    HEAD,
    NINE,
    PLAN,
    REVIEWER,
    command,
    stand_in_deciding,
    tick,
)
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting import Receipt, suggest, suggestions
from xbyx_rules.lifecycle import render_timeline


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform():
    engine, ledger, _ = open_with_force(None, NEW.key)
    file_plan(ledger, engine, PLAN, 2)
    return engine, ledger


def propose(platform: Any, action: str = "审核通过", name: str = "m-1", **more: Any) -> Receipt:
    engine, ledger = platform
    given = {"actor": MODEL, "at": tick(1), "reason": "材料齐全", **more}
    subject = given.pop("subject", PLAN)
    return suggest(ledger, engine, subject, action, command_id=name, **given)


def codes_of(call: Any) -> list[str]:
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def test_a_model_suggests_and_only_the_record_grows(platform) -> None:
    engine, ledger = platform
    before, tasks = ledger.snapshot(engine, PLAN), ledger.tasks(engine, "区级审核员")
    replayed = ledger.replay(engine)
    receipt = propose(platform, evidence=("doc-3",))
    after = ledger.snapshot(engine, PLAN)
    assert (after.state, after.version) == (before.state, before.version + 1)
    assert after.seats == before.seats
    assert [one.opened_at for one in ledger.tasks(engine, "区级审核员")] == [
        one.opened_at for one in tasks
    ]
    (found,) = suggestions(ledger, engine, PLAN)
    assert (found.version, found.action, found.reason) == (4, "审核通过", "材料齐全")
    assert (found.actor, found.actor_kind, found.evidence) == ("model-1", "model", ("doc-3",))
    again = propose(platform, evidence=("doc-3",))
    assert (again, again.is_replay) == (receipt, True)
    with pytest.raises(ConflictError):
        propose(platform, "不予通过", evidence=("doc-3",))
    assert ledger.verify(engine).is_intact
    assert ledger.replay(engine).problems == replayed.problems


def test_who_follows_it_names_it_and_the_next_state_has_none(platform) -> None:
    engine, ledger = platform
    propose(platform)
    (found,) = suggestions(ledger, engine, PLAN)
    ledger.act(engine, command("审核通过", REVIEWER, "a", at=tick(1), evidence=(found.reference,)))
    assert suggestions(ledger, engine, PLAN) == ()
    steps = render_timeline(ledger.timeline(engine, PLAN)).splitlines()
    assert steps[-4:] == [
        "4. 2026-03-02 10:00 model-1 建议：审核通过",
        "   意见：材料齐全",
        "5. 2026-03-02 10:00 d-05 审核通过：待区级审核 → 审核通过",
        "   附件：suggestion:4",
    ]


def test_suggestions_keep_nobody_from_acting(platform) -> None:
    """Neither one dated far ahead nor the version that it takes is in a person's way."""
    engine, ledger = platform
    propose(platform, "不予通过", "m-2")
    propose(platform, at=NINE + timedelta(days=4000))
    seen = command("审核通过", REVIEWER, "a", expected_version=3, comment="同意")
    assert ledger.act(engine, seen).version == 6
    stale = command("备案", CLERK, "b", expected_version=5)
    assert codes_of(lambda: ledger.act(engine, stale)) == ["XR515"]
    assert codes_of(
        lambda: ledger.act(engine, command("备案", CLERK, "b", expected_version=-1))
    ) == ["XR515"]


@pytest.mark.parametrize(
    ("action", "more", "code"),
    [
        ("备案", {}, "XR501"),
        ("审核通过", {"reason": "  "}, "XR505"),
        ("审核通过", {"subject": NEW}, "XR686"),
        ("", {}, "XR530"),
        ("审" * 65, {}, "XR530"),
    ],
)
def test_what_is_suggested_is_an_action_of_the_state_with_a_reason(
    platform, action: str, more: dict[str, Any], code: str
) -> None:
    engine, ledger = platform
    assert codes_of(lambda: propose(platform, action, **more)) == [code]
    assert ledger.snapshot(engine, PLAN).version == 3


def test_nothing_is_suggested_where_the_flow_has_ended_or_on_what_was_superseded(platform) -> None:
    engine, ledger = platform
    file_plan(ledger, engine, PLAN)
    assert codes_of(lambda: propose(platform)) == ["XR522"]
    begin(ledger, engine)
    file_plan(ledger, engine, NEW)
    assert codes_of(lambda: propose(platform)) == ["XR684"]


def test_an_erased_suggestion_says_that_there_was_one(platform) -> None:
    engine, ledger = platform
    propose(platform)
    ledger.erase(
        engine,
        PLAN,
        version=4,
        kind="suggestion",
        reason="依申请",
        actor=HEAD,
        command_id="e",
        at=tick(2),
    )
    (found,) = suggestions(ledger, engine, PLAN)
    assert (found.version, found.action, found.reason) == (4, "", None)
    assert ledger.timeline(engine, PLAN)[3].is_opinion_erased
    checked = ledger.verify(engine)
    assert (checked.is_intact, checked.erased) == (True, 1)
