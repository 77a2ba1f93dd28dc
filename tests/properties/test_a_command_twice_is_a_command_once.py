"""Law: a command sent several times leaves what it leaves when sent once, and answers the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    PLAN,
    REVIEWER,
    command,
    open_platform,
    stand_in_deciding,
    tick,
)
from xbyx_rules.errors import CommandRefused

PEOPLE = (DEPUTY, HEAD, REVIEWER, CLERK)
ACTIONS = ("提交校内审核", "签发并报送", "审核通过", "备案", "退回补正", "撤回")
COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(PEOPLE),
        st.sampled_from([None, "请补正"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)
# Ids and hashes without the salts, which differ from run to run.
ROWS = "SELECT seq, command_id, actor_id, action_name, from_state, to_state FROM xbyx_event"


def run(commands, *, is_repeated: bool):
    """What the ledger holds after the commands, and what each was answered."""
    answers = []
    with stand_in_deciding():
        engine, ledger, _ = open_platform(None)
        for number, (action, actor, comment, times) in enumerate(commands):
            asked = command(action, actor, number, comment=comment, at=tick(number))
            given_answers = [_answer(ledger, engine, asked) for _ in range(1 + times * is_repeated)]
            assert len(set(given_answers)) == 1
            answers.append(given_answers[0])
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(ROWS))]
        assert ledger.verify(engine).is_intact
        state = ledger.snapshot(engine, PLAN).state
        engine.dispose()
    return rows, state, answers


def _answer(ledger, engine, asked):
    try:
        receipt = ledger.act(engine, asked)
    except CommandRefused as refused:
        return tuple(one.code for one in refused.diagnostics)
    return receipt.action, receipt.source, receipt.target, receipt.version


@given(COMMANDS)
@settings(max_examples=25, deadline=None)
def test_a_command_twice_is_a_command_once(commands) -> None:
    assert run(commands, is_repeated=True) == run(commands, is_repeated=False)


@given(COMMANDS)
@settings(max_examples=15, deadline=None)
def test_old_commands_sent_again_later_change_nothing(commands) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(None)
        done = []
        for number, (action, actor, comment, _) in enumerate(commands):
            asked = command(action, actor, number, comment=comment, at=tick(number))
            try:
                done.append((asked, ledger.act(engine, asked)))
            except CommandRefused:
                continue
        before = ledger.verify(engine)
        for asked, receipt in done:
            assert ledger.act(engine, asked) == receipt
        assert ledger.verify(engine) == before
        engine.dispose()
