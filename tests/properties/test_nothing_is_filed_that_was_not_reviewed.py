"""Law: in every ledger a filed plan was reviewed and passed before, by somebody of the district."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    PLAN,
    REVIEWER,
    command,
    open_platform,
    set_plan,
    stand_in_deciding,
    tick,
)
from xbyx_rules.errors import CommandRefused
from xbyx_rules.lifecycle import Actor

PEOPLE = (DEPUTY, HEAD, REVIEWER, CLERK, Actor("m-1", REVIEWER.roles, kind="model"))
MAIN = (
    ("提交校内审核", DEPUTY),
    ("签发并报送", HEAD),
    ("审核通过", REVIEWER),
    ("备案", CLERK),
)
# Mostly steps of the main way, so that many runs come far; and anything by anybody.
STEPS = st.one_of(
    st.sampled_from(MAIN),
    st.tuples(
        st.sampled_from(
            ["提交校内审核", "签发并报送", "审核通过", "备案", "退回补正", "不予通过", "撤回"]
        ),
        st.sampled_from(PEOPLE),
    ),
)
RUNS = st.lists(st.tuples(STEPS, st.sampled_from(["yes", "yes", "no", None])), max_size=14)


@given(RUNS)
@settings(max_examples=40, deadline=None)
def test_nothing_is_filed_that_was_not_reviewed(run) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(None)
        for number, ((action, actor), funding) in enumerate(run):
            set_plan(engine, funding=funding)
            asked = command(action, actor, number, at=tick(number), comment="意见")
            try:
                ledger.act(engine, asked)
            except CommandRefused:
                continue
        _check(ledger, engine)
        engine.dispose()


@given(st.permutations(MAIN))
@settings(max_examples=24, deadline=None)
def test_no_order_of_the_right_steps_files_what_was_not_reviewed(order) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(None)
        for number, (action, actor) in enumerate(order):
            try:
                ledger.act(engine, command(action, actor, number, at=tick(number)))
            except CommandRefused:
                continue
        _check(ledger, engine)
        is_filed = ledger.snapshot(engine, PLAN).state == "已备案"
        assert is_filed == (tuple(order) == MAIN)
        engine.dispose()


def _check(ledger, engine) -> None:
    entries = ledger.timeline(engine, PLAN)
    targets = [one.target for one in entries]
    if "已备案" in targets:
        passed = [one for one in entries[: targets.index("已备案")] if one.action == "审核通过"]
        assert passed
        assert passed[-1].actor == REVIEWER.id
    assert ledger.verify(engine).is_intact
