"""Deciding a command: who, how, on what findings; all reasons at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    FLOW,
    HEAD,
    POLICY,
    REVIEWER,
    SCHOOL,
    command,
    make_finding,
)
from xbyx_rules.errors import CommandRefused
from xbyx_rules.lifecycle import (
    Actor,
    ConditionFinding,
    Effects,
    Guards,
    Refusal,
    Snapshot,
    build_definition,
    decide_command,
    hash_request,
    pair_persons,
)
from xbyx_rules.policy import Outcome

DEFINITION = build_definition(FLOW, policy=POLICY, policy_hash="sha256:a")
DAY = date(2026, 3, 2)
WAITING = Snapshot("待区级审核", version=3, submitters=(DEPUTY,), last_on=DAY)
SENT = command("审核通过", REVIEWER, 1)


def guards(outcome=Outcome.MET, condition=Outcome.MET, asked=SENT, snapshot=WAITING, **more):
    found = make_finding("annual-plan", condition)
    return Guards(
        on=DAY,
        requirements=(make_finding("funding-floor", outcome),),
        conditions=tuple(
            ConditionFinding(one, other, found) for one, other in pair_persons(snapshot, asked)
        ),
        organisations={"区级审核员": DISTRICT},
        **more,
    )


def codes(decided):
    assert isinstance(decided, Refusal)
    return [one.code for one in decided.diagnostics]


def test_what_is_allowed_has_effects():
    decided = decide_command(DEFINITION, WAITING, SENT, guards())
    assert isinstance(decided, Effects)
    assert (decided.source, decided.target, decided.version) == ("待区级审核", "审核通过", 4)
    assert decided.next_roles == ("区教委备案员",)


@pytest.mark.parametrize(
    ("outcome", "codes_expected"),
    [
        (Outcome.MET, []),
        (Outcome.NOT_APPLICABLE, []),
        (Outcome.NOT_MET, ["XR507"]),
        (Outcome.UNDETERMINED, ["XR508"]),
    ],
)
def test_a_requirement_allows_when_met_or_not_applicable(outcome, codes_expected):
    decided = decide_command(DEFINITION, WAITING, SENT, guards(outcome))
    assert isinstance(decided, Effects) is not codes_expected or codes(decided) == codes_expected
    if codes_expected:
        assert [one.outcome for one in decided.findings] == [outcome]


@pytest.mark.parametrize(
    ("outcome", "code"), [(Outcome.NOT_MET, "XR509"), (Outcome.UNDETERMINED, "XR510")]
)
def test_a_condition_that_does_not_hold_refuses(outcome, code):
    assert codes(decide_command(DEFINITION, WAITING, SENT, guards(condition=outcome))) == [code]


def test_a_requirement_blocks_even_where_its_word_only_reminds():
    found = replace(make_finding("funding-floor", Outcome.NOT_MET), is_blocking=False)
    given = replace(guards(), requirements=(found,))
    assert codes(decide_command(DEFINITION, WAITING, SENT, given)) == ["XR507"]


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (CLERK, "XR502"),
        (Actor("d-5", frozenset({"区级审核员"}), "elsewhere"), "XR506"),
        (Actor("d-5", frozenset({"区级审核员"})), "XR506"),
        (Actor("m-5", frozenset({"区级审核员"}), DISTRICT, kind="model"), "XR503"),
    ],
)
def test_who_may_not_act_is_refused(actor, code):
    asked = command("审核通过", actor, 1)
    assert codes(decide_command(DEFINITION, WAITING, asked, guards(asked=asked))) == [code]


def test_a_model_may_not_act_for_a_person_nor_a_person_for_a_model():
    model = Actor("m-1", frozenset({"区级审核员"}), DISTRICT, kind="model")
    for actor, principal in ((model, REVIEWER), (REVIEWER, model)):
        asked = command("审核通过", actor, 1, on_behalf_of=principal)
        given = guards(asked=asked, delegated=frozenset({"区级审核员"}))
        assert codes(decide_command(DEFINITION, WAITING, asked, given)) == ["XR503"]


def test_a_clock_acts_by_a_role_like_anybody():
    clock = Actor("timer", frozenset({"区级审核员"}), DISTRICT, kind="timer")
    asked = command("审核通过", clock, 1)
    assert isinstance(decide_command(DEFINITION, WAITING, asked, guards(asked=asked)), Effects)


def test_a_delegation_counts_for_the_role_it_names_only():
    asked = command("审核通过", Actor("d-9"), 1, on_behalf_of=REVIEWER)
    for delegated, expected in ((frozenset({"区级审核员"}), []), (frozenset({"校长"}), ["XR504"])):
        given = guards(asked=asked, delegated=delegated)
        decided = decide_command(DEFINITION, WAITING, asked, given)
        assert (codes(decided) if isinstance(decided, Refusal) else []) == expected


@pytest.mark.parametrize("comment", [None, "", "  "])
def test_an_opinion_of_blanks_is_none(comment):
    asked = command("退回补正", REVIEWER, 1, comment=comment)
    given = guards(asked=asked)
    assert codes(decide_command(DEFINITION, WAITING, asked, given)) == ["XR505"]


@pytest.mark.parametrize(
    ("state", "action", "code"),
    [("草稿", "审核通过", "XR501"), ("草稿", "没有", "XR501"), ("已备案", "备案", "XR522")],
)
def test_an_action_that_is_not_there_is_refused_with_what_is(state, action, code):
    asked = command(action, REVIEWER, 1)
    decided = decide_command(DEFINITION, Snapshot(state), asked, Guards(DAY))
    assert codes(decided) == [code]
    if code == "XR501":
        assert "提交校内审核" in decided.diagnostics[0].help("zh")


def test_a_day_before_the_last_step_is_refused():
    later = replace(WAITING, last_on=date(2026, 3, 3))
    assert codes(decide_command(DEFINITION, later, SENT, guards())) == ["XR529"]


def test_every_reason_is_given():
    stranger = Actor("x")
    asked = command("审核通过", stranger, 1)
    given = guards(Outcome.NOT_MET, Outcome.UNDETERMINED, asked)
    assert codes(decide_command(DEFINITION, WAITING, asked, given)) == ["XR502", "XR507", "XR510"]


@pytest.mark.parametrize("lacking", [{"requirements": ()}, {"conditions": ()}])
def test_a_finding_that_was_not_asked_for_never_counts_as_met(lacking):
    with pytest.raises(ValueError, match="no finding"):
        decide_command(DEFINITION, WAITING, SENT, replace(guards(), **lacking))


def test_conditions_are_asked_for_every_pair_of_persons():
    asked = command("签发并报送", Actor("aide"), 1, on_behalf_of=HEAD)
    both = Snapshot("待校级审核", submitters=(DEPUTY, Actor("p-2")))
    pairs = [(one.id, other.id) for one, other in pair_persons(both, asked)]
    assert pairs == [("aide", "t-17"), ("aide", "p-2"), ("t-01", "t-17"), ("t-01", "p-2")]
    assert pair_persons(Snapshot("待校级审核"), SENT) == ((REVIEWER, None),)


def test_a_time_without_a_zone_is_refused():
    naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001
    with pytest.raises(CommandRefused) as caught:
        command("撤回", DEPUTY, 1, at=naive)
    assert [one.code for one in caught.value.diagnostics] == ["XR518"]


def test_the_request_hash_tells_contents_apart_and_not_deliveries():
    base = command("撤回", DEPUTY, 1)
    promoted = replace(base, actor=Actor(DEPUTY.id, frozenset({"校长"}), SCHOOL))
    same = (replace(base, at=base.at.replace(hour=5)), promoted)
    other = (
        replace(base, action="提交校内审核"),
        replace(base, actor=HEAD),
        replace(base, comment="x"),
        replace(base, comment=""),
        replace(base, evidence=("doc",)),
        replace(base, expected_version=1),
        replace(base, on_behalf_of=HEAD),
    )
    hashes = [hash_request(one, "salt") for one in (base, *same)]
    assert len(set(hashes)) == 1
    assert len({hashes[0], *(hash_request(one, "salt") for one in other)}) == len(other) + 1
    assert hash_request(base, "other") != hashes[0]
