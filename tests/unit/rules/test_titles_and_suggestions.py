"""The flows of demonstration titles and of models' suggestions, driven as the pure lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from xbyx_rules import Case, Subject, decide, load_policies
from xbyx_rules.deciding import decide_condition
from xbyx_rules.lifecycle import (
    Actor,
    Command,
    ConditionFinding,
    Definition,
    Effects,
    Guards,
    Refusal,
    Snapshot,
    build_definition,
    decide_command,
    pair_persons,
    person_facts,
)

TITLES = "cn/beijing/school-based-training/demonstration-schools"
PILOT = "cn/practice/ai-pilot"
POLICIES = load_policies()
DAY = date(2025, 5, 20)
APPLICATION: Mapping[str, Any] = {
    "学校": {"所属区": "110108"},
    "级别": "市级",
    "公示首日": date(2025, 5, 1),
    "公示末日": date(2025, 5, 8),
    "未办结异议数": 0,
    "授予日期": DAY,
    "失效日期": date(2028, 5, 19),
}
PRINCIPAL = Actor("p-1", frozenset({"校长"}), "school", "110108")
DISTRICT = Actor("d-1", frozenset({"区教委示范校管理员"}), "district", "110108")
TRAINING = Actor("t-1", frozenset({"区级审核员"}), "training institution", "110108")
JUDGE = Actor("c-1", frozenset({"市教师发展中心评审员"}), "centre")
CITY = Actor("c-2", frozenset({"市教委示范校管理员"}), "city")
TEACHER = Actor("t-9", frozenset({"教师"}), "school", "110108")
CITY_WAY = (
    ("申报市级", PRINCIPAL),
    ("推荐", DISTRICT),
    ("评审通过", JUDGE),
    ("开始公示", CITY),
    ("授予", CITY),
)


def flow(name: str, anchor: str) -> Definition:
    return build_definition(
        POLICIES[name].checked.lifecycles[anchor], policy=name, policy_hash="sha256:a"
    )


TITLE = flow(TITLES, "title")
SUGGESTION = flow(PILOT, "suggestion-flow")


def act(
    definition: Definition,
    state: str,
    action: str,
    actor: Actor,
    facts: Mapping[str, Any] = APPLICATION,
    *,
    submitters: tuple[Actor, ...] = (PRINCIPAL,),
    comment: str = "意见",
) -> Effects | Refusal:
    """Decide one command as a host would: requirements and conditions first, then the machine."""
    policy = POLICIES[definition.policy]
    subject = Subject(definition.lifecycle.subject, "1")
    case, snapshot = Case(subject, facts), Snapshot(state, submitters=submitters)
    at = datetime(2025, 5, 20, 2, tzinfo=UTC)
    command = Command(subject, action, actor, "k-1", at, comment=comment)
    transition = definition.lifecycle.transition(state, action)
    guards = Guards(on=DAY)
    if transition is not None:
        conditions = []
        for person, submitter in pair_persons(snapshot, command):
            extra = {"经办人": person_facts(person), "意见": comment}
            if submitter is not None:
                extra["提交人"] = person_facts(submitter)
            found = decide_condition(
                policy, definition.lifecycle.id, state, action, case, extra=extra, on=DAY
            )
            if found is not None:
                conditions.append(ConditionFinding(person, submitter, found))
        review = decide(policy, case, on=DAY, only=transition.must_meet)
        guards = Guards(DAY, tuple(review.findings), tuple(conditions))
    return decide_command(definition, snapshot, command, guards)


def codes(found: Effects | Refusal) -> list[str]:
    return [one.code for one in found.diagnostics] if isinstance(found, Refusal) else []


def test_an_application_goes_by_district_and_city_and_publication_to_a_title() -> None:
    state = TITLE.lifecycle.initial
    for action, actor in CITY_WAY:
        found = act(TITLE, state, action, actor)
        assert isinstance(found, Effects), codes(found)
        state = found.target
    assert state == "市级称号有效"


@pytest.mark.parametrize("skipped", range(len(CITY_WAY) - 1))
def test_no_step_on_the_way_to_a_title_can_be_left_out(skipped: int) -> None:
    state = TITLE.lifecycle.initial
    for number, (action, actor) in enumerate(CITY_WAY):
        if number == skipped:
            continue
        found = act(TITLE, state, action, actor)
        state = found.target if isinstance(found, Effects) else state
    assert state != "市级称号有效"


@pytest.mark.parametrize(
    ("state", "action", "actor", "code"),
    [
        # Another district's office, and who applied, do not recommend; nor do the wrong bodies.
        ("待区推荐", "推荐", Actor("d-2", DISTRICT.roles, "other", "110101"), "XR509"),
        ("待区推荐", "推荐", Actor("p-1", DISTRICT.roles, "district", "110108"), "XR509"),
        ("待区推荐", "推荐", TRAINING, "XR502"),
        ("待市评审", "评审通过", DISTRICT, "XR502"),
        ("市级公示中", "授予", JUDGE, "XR502"),
    ],
)
def test_each_step_belongs_to_its_body(state: str, action: str, actor: Actor, code: str) -> None:
    assert codes(act(TITLE, state, action, actor)) == [code]


def test_a_district_title_is_judged_by_the_authority_and_only_helped_by_the_institution() -> None:
    """六(三)-1e says 协助: the institution's opinion moves the papers on, it awards nothing."""
    facts = {**APPLICATION, "级别": "区级"}
    assert isinstance(act(TITLE, "待初审", "出具初审意见", TRAINING, facts), Effects)
    assert codes(act(TITLE, "待区评审", "区评审通过", TRAINING, facts)) == ["XR502"]
    assert isinstance(act(TITLE, "待区评审", "区评审通过", DISTRICT, facts), Effects)
    assert codes(act(TITLE, "申报草稿", "申报区级", PRINCIPAL)) == ["XR507"]


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (one.source, one.action)
        for one in TITLE.lifecycle.transitions
        if one.roles in (("区教委示范校管理员",), ("区级审核员",))
    ],
)
def test_no_step_of_a_district_is_done_by_another_district(state: str, action: str) -> None:
    """Recommending, publication, award, withdrawal: each is the school's own district's."""
    over = {**APPLICATION, "级别": "区级", "授予日期": date(2022, 5, 20)}
    facts = {**over, "失效日期": date(2025, 5, 19)} if action == "区级到期" else over
    for district, is_allowed in (("110108", True), ("110101", False)):
        roles = DISTRICT.roles | TRAINING.roles
        found = act(TITLE, state, action, Actor("d-2", roles, "", district), facts)
        assert isinstance(found, Effects) == is_allowed
        assert codes(found) == ([] if is_allowed else ["XR509"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"公示末日": DAY}, "XR507"),
        ({"未办结异议数": 1}, "XR507"),
        ({"失效日期": date(2025, 5, 19)}, "XR507"),
        ({"失效日期": None}, "XR508"),
    ],
)
def test_no_title_before_the_publication_is_over_or_without_a_period(
    change: dict[str, Any], code: str
) -> None:
    facts = {key: value for key, value in {**APPLICATION, **change}.items() if value is not None}
    assert codes(act(TITLE, "市级公示中", "授予", CITY, facts)) == [code]


def test_a_title_ends_by_running_out_or_by_being_withdrawn_with_a_reason() -> None:
    assert codes(act(TITLE, "市级称号有效", "到期", CITY)) == ["XR507"]
    over = {**APPLICATION, "授予日期": date(2022, 5, 20), "失效日期": date(2025, 5, 19)}
    found = act(TITLE, "市级称号有效", "到期", CITY, over)
    assert isinstance(found, Effects)
    assert found.target == "已到期"
    assert isinstance(act(TITLE, "市级称号有效", "撤销", CITY, comment=""), Refusal)
    assert isinstance(act(TITLE, "市级称号有效", "撤销", CITY), Effects)


@pytest.mark.parametrize("action", ["采纳", "不采纳"])
def test_a_model_never_decides_on_a_suggestion_a_person_does(action: str) -> None:
    """人在回路: the machine knows a model from a person, whatever roles the model is given."""
    model = Actor("m-1", TEACHER.roles, "school", "110108", kind="model")
    assert codes(act(SUGGESTION, "待确认", action, model, {})) == ["XR503"]
    assert isinstance(act(SUGGESTION, "待确认", action, TEACHER, {}), Effects)


def test_a_suggestion_that_waits_changes_nothing_and_each_way_out_is_by_a_person() -> None:
    assert SUGGESTION.lifecycle.initial == "待确认"
    ways = [one for one in SUGGESTION.lifecycle.transitions if one.target != "待确认"]
    assert {one.action for one in ways} == {"采纳", "不采纳"}
    assert isinstance(act(SUGGESTION, "待确认", "不采纳", TEACHER, {}, comment=""), Refusal)
