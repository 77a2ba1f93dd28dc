"""`xbyx ledger outbox` and `xbyx ledger unpark` on a database of their own."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.integration.messages import after, happen, open_ledger, open_outbox, subject
from tests.integration.year_plan import add_plan
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli.terminal import ExitCode


@pytest.fixture
def engine(tmp_path):
    made = create_engine(f"sqlite:///{tmp_path / 'platform.db'}", poolclass=NullPool)
    yield made
    made.dispose()


@pytest.fixture
def parked(engine):
    """A ledger in which the first message of 2026-1 is parked, one behind it, one elsewhere."""
    ledger = open_ledger(engine, 2)
    happen(ledger, engine, 1)
    outbox = open_outbox(ledger, most_attempts=1)
    (message,) = outbox.lease(engine, worker="w-1", now=after())
    outbox.failed(engine, message, reason="ConnectionError", now=after(60))
    happen(ledger, engine, 1)
    happen(ledger, engine, 2)
    return ledger


def run(engine, *arguments, runner=xbyx):
    return runner("ledger", *arguments, "--database", engine.url, "--at", after(90).isoformat())


UNPARK = ("unpark", "2026-1", "1")
BY = ("--actor", "o-3", "--reason", "接收方已修复")


@pytest.mark.usefixtures("parked")
def test_the_outbox_shows_what_waits_and_what_is_parked_and_ends_with_1(engine):
    result = run(engine, "outbox")
    assert result.exit_code == ExitCode.FINDINGS
    assert "待投递 2 条（其中 0 条正在投递），搁置 1 条" in result.stdout
    assert "最早的一条从 2026-03-02 09:00 起在等" in result.stdout
    (row,) = [line for line in result.stdout.splitlines() if "2026-1" in line]
    assert row.split()[-6:] == ["1", "1", "ConnectionError", "2026-03-02", "09:01", "1"]
    assert result.stderr.startswith("XR585")


@pytest.mark.usefixtures("parked")
def test_the_outbox_as_json(engine):
    found = run(engine, "outbox", runner=xbyx_json)
    (diagnostic,) = found.pop("diagnostics")
    assert diagnostic["code"] == "XR585"
    assert found == {
        "tenant": "110108",
        "waiting": 2,
        "leased": 0,
        "oldest_at": after().isoformat(),
        "parked": [
            {
                "subject": str(subject(1)),
                "version": 1,
                "attempts": 1,
                "reason": "ConnectionError",
                "parked_at": after(60).isoformat(),
                "waiting": 1,
            }
        ],
        "parked_in_all": 1,
    }


def test_an_outbox_without_trouble_ends_with_0(engine):
    ledger = open_ledger(engine)
    happen(ledger, engine, 1)
    result = run(engine, "outbox", "--lang", "en")
    assert result.exit_code == ExitCode.FINE
    assert "110108: 1 messages wait (0 are being delivered), 0 are parked" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(("decision", "said"), [("retry", "将重新投递"), ("skip", "不再投递")])
def test_a_decision_is_recorded_and_said(engine, parked, decision, said):
    result = run(engine, *UNPARK, decision, *BY, "--command-id", "d-1")
    assert result.exit_code == ExitCode.FINE
    assert f"第 1 步的消息{said}（记为第 3 步，指令号 d-1）" in result.stdout
    assert run(engine, "outbox").exit_code == ExitCode.FINE
    assert parked.timeline(engine, subject(1))[-1].actor == "o-3"
    again = run(engine, *UNPARK, decision, *BY, "--command-id", "d-1")
    assert "本次没有改动" in again.stdout
    assert parked.verify(engine).is_intact


@pytest.mark.usefixtures("parked")
def test_a_decision_about_what_is_not_parked_ends_with_3(engine):
    result = run(engine, "unpark", "2026-1", "2", "retry", *BY)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("XR583")


def test_a_key_can_not_command_the_terminal(engine):
    key = "1\x1b[2J\n合格"
    ledger = open_ledger(engine, 0)
    with engine.begin() as connection:
        add_plan(connection, subject(key).key)
    happen(ledger, engine, key)
    outbox = open_outbox(ledger, most_attempts=1)
    (message,) = outbox.lease(engine, worker="w-1", now=after())
    outbox.failed(engine, message, reason="-", now=after())
    result = run(engine, "outbox")
    assert "\x1b" not in result.stdout
    assert "1�[2J" in result.stdout
