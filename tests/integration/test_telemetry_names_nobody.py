"""Whatever happens to commands and runs, no log event, span or figure tells of whom."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    NINE,
    PLATFORM,
    POLICY,
    REVIEWER,
    PlanHost,
    add_plan,
    make_policy,
    stand_in_deciding,
)
from tests.recording import Recorder, recording
from tests.servers.databases import Database
from xbyx_rules import Attestation, Case, Complete, Outcome, Subject, load_policies
from xbyx_rules.errors import CaseError, CommandRefused, ConflictError, Diagnostic
from xbyx_rules.hosting import Ledger, Supervisor
from xbyx_rules.hosting.deadlines import run_timers
from xbyx_rules.lifecycle import Actor, Command

MARK = "私密"
"""Stands in every value that belongs to a person or a school, so that one search finds any."""
PLAN = Subject("年度计划", f"{MARK}计划-01")
AT = datetime(2025, 8, 1, 2, tzinfo=UTC)


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.open()


class Told:
    """Everything that was told while something ran."""

    def __init__(self, recorder: Recorder, events: list[Any], caplog: Any) -> None:
        self.recorder = recorder
        self.events = events
        self._caplog = caplog

    def names(self) -> list[str]:
        return [one["event"] for one in self.events]

    def of(self, event: str) -> Any:
        (found,) = [one for one in self.events if one["event"] == event]
        return found

    def everything(self) -> str:
        return self.recorder.everything() + repr(self.events) + self._caplog.text


@pytest.fixture
def told(caplog) -> Iterator[Told]:
    caplog.set_level(logging.DEBUG)
    with recording() as recorder, capture_logs() as events:
        yield Told(recorder, events, caplog)


def marked(actor: Actor) -> Actor:
    """An actor whose id and organisation are recognisable."""
    return replace(actor, id=f"{MARK}{actor.id}", organisation=f"{MARK}机构")


class MarkedHost(PlanHost):
    """The small platform, with an organisation that is recognisable and a way to break."""

    error: Exception | None = None

    def responsible(self, connection: Any, subject: Subject, role: str) -> str:
        return f"{MARK}机构"

    def case(self, connection: Any, subject: Subject, *, on: date) -> Case:
        if self.error is not None:
            raise self.error
        return super().case(connection, subject, on=on)


class Plans:
    """The ledger over one recognisable plan, and its steps."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.host = MarkedHost()
        PLATFORM.create_all(engine)
        with engine.begin() as connection:
            add_plan(connection, PLAN.key)
        self.ledger = Ledger(
            {POLICY: make_policy()},
            self.host,
            tenant="110108",
            clock=lambda: NINE,
            delegations=lambda *_: True,
        )
        self.ledger.create_tables(engine)
        self._number = 0

    def command(self, action: str, actor: Actor, **more: Any) -> Command:
        self._number += 1
        more.setdefault("at", NINE + timedelta(hours=self._number))
        more.setdefault("comment", f"{MARK}意见")
        more.setdefault("evidence", (f"{MARK}附件",))
        name = more.pop("command_id", f"{MARK}命令{self._number}")
        return Command(more.pop("subject", PLAN), action, marked(actor), name, **more)

    def act(self, action: str, actor: Actor, target: Any = None, **more: Any) -> Any:
        return self.ledger.act(target or self.engine, self.command(action, actor, **more))


@pytest.fixture
def plans(engine: Engine) -> Iterator[Plans]:
    with stand_in_deciding():
        yield Plans(engine)


def test_the_search_finds_a_name_wherever_it_stands(told: Told) -> None:
    """So that not finding one means something."""
    tracer = told.recorder.tracers.get_tracer("test")
    counter = told.recorder.meters.get_meter("test").create_counter("test")
    places = {
        "name": lambda: tracer.start_span(MARK).end(),
        "attribute": lambda: tracer.start_span("a", attributes={"a": [MARK]}).end(),
        "metric": lambda: counter.add(1, {"a": MARK}),
        "log": lambda: logging.getLogger("any").debug(MARK),
        "event": lambda: structlog.get_logger("any").debug("a", b=MARK),
    }
    for place, tell in places.items():
        before = told.everything().count(MARK)
        tell()
        assert told.everything().count(MARK) > before, place
    with suppress(KeyError), tracer.start_as_current_span("a"):
        raise KeyError(MARK)  # an event of the span, with its message and its stack
    assert f"KeyError: '{MARK}'" in told.everything()


# --- the ledger -----------------------------------------------------------------------------------


def test_a_plans_whole_way_tells_what_was_done_and_of_nobody(plans: Plans, told: Told) -> None:
    plans.act("提交校内审核", DEPUTY)
    with Session(plans.engine) as session, session.begin():
        aide = marked(Actor("aide"))
        signed = plans.command("签发并报送", HEAD)
        plans.ledger.act(session, replace(signed, actor=aide, on_behalf_of=signed.actor))
    passed = plans.command("审核通过", REVIEWER)
    plans.ledger.act(plans.engine, passed)
    plans.ledger.act(plans.engine, passed)
    plans.act("备案", CLERK)
    plans.ledger.dry_run(plans.engine, PLAN, actor=marked(CLERK), at=NINE + timedelta(days=2))
    plans.ledger.verify(plans.engine)
    assert [one for one in told.names() if one.startswith("command")] == [
        *["command_done"] * 3,
        "command_replayed",
        "command_done",
    ]
    assert [one.name for one in told.recorder.spans] == [
        f"decide {POLICY}",
        "提交校内审核 年度计划",
        f"decide {POLICY}",
        "签发并报送 年度计划",
        f"decide {POLICY}",
        "审核通过 年度计划",
        "审核通过 年度计划",
        "备案 年度计划",
    ]
    assert MARK not in told.everything()


def test_the_hash_that_is_logged_finds_the_subject_for_who_may_read_the_ledger(
    plans: Plans, told: Told
) -> None:
    receipt = plans.act("提交校内审核", DEPUTY)
    logged = told.of("command_done")["event_hash"]
    assert logged == receipt.event_hash
    query = text(
        "SELECT subject_ref FROM xbyx_instance JOIN xbyx_event USING (instance_id)"
        " WHERE event_hash = :hash"
    )
    with plans.engine.connect() as connection:
        assert connection.execute(query, {"hash": logged}).scalar_one() == PLAN.key


def test_every_kind_of_refusal_tells_codes_and_of_nobody(plans: Plans, told: Told) -> None:
    first = plans.command("提交校内审核", DEPUTY)
    plans.ledger.act(plans.engine, first)
    stranger = Subject(f"{MARK}类别", f"{MARK}编号")
    missing = Subject("年度计划", f"{MARK}无此计划")
    refused = [
        (plans.command(f"{MARK}动作", DEPUTY), "XR501"),
        (plans.command("@erase", DEPUTY), "XR501"),
        (plans.command("签发并报送", HEAD, subject=stranger), "XR519"),
        (plans.command("签发并报送", HEAD, subject=missing), "XR512"),
        (plans.command("签发并报送", DEPUTY), "XR502"),
        (plans.command("签发并报送", HEAD, expected_version=9), "XR515"),
        (replace(first, comment=f"{MARK}别的意见"), "XR514"),
        (plans.command("签发并报送", HEAD, at=NINE - timedelta(days=9)), "XR529"),
        (plans.command("签发并报送", HEAD, command_id=MARK * 200), "XR530"),
    ]
    for command, code in refused:
        with pytest.raises(CommandRefused) as caught:
            plans.ledger.act(plans.engine, command)
        assert code in [one.code for one in caught.value.diagnostics]
    events = [one for one in told.events if one["event"] == "command_refused"]
    assert [code in one["codes"] for one, (_, code) in zip(events, refused, strict=True)] == [
        True
    ] * len(refused)
    assert [one["outcome"] for one in events[5:7]] == ["conflict"] * 2
    assert [(one["entity"], one["action"]) for one in events[:3]] == [
        *[("年度计划", "_OTHER")] * 2,
        ("_OTHER", "_OTHER"),
    ]
    items = plans.ledger.act_all(plans.engine, [command for command, _ in refused])
    for item, (_, code) in zip(items, refused, strict=True):
        assert code in [one.code for one in item.diagnostics]
    assert told.of("bulk_done")["refused"] == len(refused) - 2
    assert told.recorder.spans[-1].name == "act_all"
    assert MARK not in told.everything()


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (RuntimeError(f"{MARK}的电话是 13800000000"), []),
        (CaseError(Diagnostic("XR309", None, {"name": "日期", "found": MARK})), ["XR309"]),
        (IntegrityError("INSERT …", {"name": MARK}, Exception(MARK)), []),
    ],
)
def test_an_error_of_the_platform_tells_its_class_and_of_nobody(
    plans: Plans, told: Told, error: Exception, codes: list[str]
) -> None:
    plans.host.error = error
    with pytest.raises(type(error)):
        plans.act("提交校内审核", DEPUTY)
    event = told.of("command_failed")
    assert event["error"].endswith(type(error).__name__)
    assert event["codes"] == codes
    assert MARK not in told.everything()
    assert MARK in str(error)


def test_judgements_findings_and_erasures_are_told_and_of_nobody(plans: Plans, told: Told) -> None:
    ledger, engine = plans.ledger, plans.engine
    subject = Subject(f"{MARK}类别", f"{MARK}编号")
    given = Attestation(
        clause="well-led",
        outcome=Outcome.MET,
        person=f"{MARK}专家",
        role="专家",
        evidence=f"{MARK}证明",
        on=date(2026, 3, 2),
    )
    keep = {"attestation_id": f"{MARK}认定", "policy": POLICY, "at": NINE}
    ledger.attest(engine, subject, given, **keep)
    with pytest.raises(ConflictError):
        ledger.attest(engine, subject, replace(given, evidence=f"{MARK}另一份"), **keep)
    with pytest.raises(CommandRefused):
        ledger.attest(engine, subject, given, **{**keep, "policy": f"{MARK}文件"})
    ledger.revoke(engine, f"{MARK}认定", by=marked(HEAD), at=NINE)
    with pytest.raises(CommandRefused):
        ledger.revoke(engine, f"{MARK}没有", by=marked(HEAD), at=NINE)
    by = {"actor": marked(HEAD), "at": NINE + timedelta(days=1)}
    ledger.keep_finding(engine, PLAN, {"message": MARK}, command_id=f"{MARK}1", **by)
    ledger.erase(engine, PLAN, version=1, kind="finding", reason=MARK, command_id=f"{MARK}2", **by)
    assert [(one["event"], one["action"], one["outcome"]) for one in told.events] == [
        ("command_done", "@attest", "done"),
        ("command_refused", "@attest", "conflict"),
        ("command_refused", "@attest", "refused"),
        ("command_done", "@revoke", "done"),
        ("command_refused", "@revoke", "refused"),
        ("command_done", "@look", "done"),
        ("command_done", "@erase", "done"),
    ]
    assert MARK not in told.everything()


def test_a_timer_is_a_span_of_its_own_and_tells_of_nobody(plans: Plans, told: Told) -> None:
    plans.act("提交校内审核", DEPUTY)
    plans.act("签发并报送", HEAD)
    late = NINE + timedelta(days=60)
    (fired,) = run_timers(plans.ledger, plans.engine, now=late, worker=f"{MARK}进程")
    assert told.of("timer_run")["version"] == fired.version
    attributes = told.recorder.span("timer overdue").attributes
    assert attributes is not None
    assert (attributes["xbyx.timer.entity"], attributes["xbyx.timer.outcome"]) == (
        "年度计划",
        "fired",
    )
    assert MARK not in told.everything()


class Locked(Exception):
    """What PostgreSQL's drivers raise, as far as the ledger reads it."""

    def __init__(self, state: str) -> None:
        super().__init__(f"deadlock, Process {MARK}")
        self.sqlstate = state


@contextmanager
def locks(host: MarkedHost, *states: str) -> Iterator[None]:
    """The next commands meet a lock each, as their case is read."""
    waiting = list(states)
    before = host.case

    def case(connection: Any, subject: Subject, *, on: date) -> Case:
        if waiting:
            raise OperationalError("SELECT …", {"ref": MARK}, Locked(waiting.pop(0)))
        return before(connection, subject, on=on)

    host.case = case  # type: ignore[method-assign]
    yield
    del host.case


def test_a_command_done_at_the_third_attempt_is_told_once_with_its_attempts(
    plans: Plans, told: Told, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xbyx_rules.hosting.ledger.transactions.time.sleep", lambda _: None)
    with locks(plans.host, "40001", "40P01"):
        plans.act("提交校内审核", DEPUTY)
    retries = [one for one in told.events if one["event"] == "transaction_retried"]
    assert [(one["database"], one["state"], one["attempt"]) for one in retries] == [
        (database.name, "40001", 1),
        (database.name, "40P01", 2),
    ]
    assert told.of("command_done")["attempts"] == 3
    attributes = told.recorder.span("提交校内审核 年度计划").attributes
    assert attributes is not None
    assert attributes["xbyx.transaction.attempts"] == 3
    assert sum(told.recorder.values("xbyx.transaction.retries").values()) == 2
    assert MARK not in told.everything()


def test_an_error_that_trying_again_does_not_mend_is_no_retry(plans: Plans, told: Told) -> None:
    with locks(plans.host, "42501"), pytest.raises(OperationalError):
        plans.act("提交校内审核", DEPUTY)
    assert told.names() == ["command_failed"]
    assert told.of("command_failed")["error"] == "sqlalchemy.exc.OperationalError"
    assert MARK not in told.everything()


def test_a_hosts_own_transaction_is_never_tried_again(plans: Plans, told: Told) -> None:
    with (
        locks(plans.host, "40001"),
        plans.engine.begin() as connection,
        suppress(OperationalError),
    ):
        plans.act("提交校内审核", DEPUTY, connection)
    assert told.names() == ["command_failed"]


# --- supervision ----------------------------------------------------------------------------------


class Schools:
    """A platform with schools whose every value is recognisable."""

    def __init__(self) -> None:
        self.keys = [f"{MARK}学校{n}" for n in range(3)]
        self.broken = self.keys[2]

    def case(self, _connection: Any, subject: Subject, *, on: date) -> Case:
        activity = {
            "活动编号": f"{MARK}活动",
            "学校": subject.key,
            "名称": f"{MARK}名称",
            "日期": date(2025, 3, 1),
            "学年": "2024-2025",
            "已评价": f"{MARK}不是真假" if subject.key == self.broken else False,
        }
        staff = {"工号": f"{MARK}工号", "职务": "教师", "上级": f"{MARK}上级"}
        records = {"研修活动": Complete([activity]), "教职工": Complete([staff])}
        facts = {"学校标识码": subject.key, "所属区": "110199"}
        return Case(subject, facts, records=records)

    def read_state(self, *_: Any) -> str | None:
        return None

    def write_state(self, *_: Any) -> int:
        return 0

    def responsible(self, *_: Any) -> str:
        return f"{MARK}机构"

    def lifecycle_of(self, entity: str) -> tuple[str, str]:
        raise KeyError(entity)


def test_a_run_of_supervision_tells_counts_and_of_no_school(engine: Engine, told: Told) -> None:
    platform = Schools()
    supervisor = Supervisor(load_policies(), platform, tenant="110199", evaluator="reference")
    supervisor.create_tables(engine)
    subjects = [Subject("学校", key) for key in platform.keys]
    for minutes in (0, 1):
        at = AT + timedelta(minutes=minutes)
        found = supervisor.supervise(engine, subjects, at=at, on=at.date())
    assert [one.is_unchanged for one in found] == [True, True, False]
    first, second = [one for one in told.events if one["event"] == "supervision_run_done"]
    opened = len(supervisor.doubts(engine))
    assert opened >= 2
    assert (first["subjects"], first["decided"], first["refused"]) == (3, 2, 1)
    assert first["opened"] == opened
    assert (second["subjects"], second["unchanged"], second["refused"]) == (3, 2, 1)
    schools = [one for one in told.events if one["event"] == "supervised"]
    assert [one["outcome"] for one in schools] == [
        *("decided", "decided", "refused"),
        *("unchanged", "unchanged", "refused"),
    ]
    assert schools[2]["codes"] == ["XR301"]
    checks = told.recorder.values("xbyx.supervision.checks")
    doubts = told.recorder.values("xbyx.supervision.doubts")
    assert sum(doubts.values()) == opened
    hits = [n for labels, n in checks.items() if ("xbyx.finding.outcome", "not_met") in labels]
    assert sum(hits) >= 2
    assert MARK not in told.everything()


def test_a_doubts_own_way_tells_of_nobody(engine: Engine, told: Told) -> None:
    supervisor = Supervisor(load_policies(), Schools(), tenant="110199", evaluator="reference")
    supervisor.create_tables(engine)
    school = Subject("学校", f"{MARK}学校0")
    supervisor.supervise(engine, [school], at=AT, on=AT.date())
    doubt = Subject("疑点", supervisor.doubts(engine)[0].id)
    actor = Actor(f"{MARK}督学", frozenset({"督学"}), "110199", "110199")
    run = supervisor.ledger.dry_run(engine, doubt, actor=actor, at=AT + timedelta(hours=1))
    for trial in run.trials:
        command = Command(doubt, trial.action, actor, trial.action, AT + timedelta(hours=1))
        with suppress(CommandRefused):
            supervisor.ledger.act(engine, replace(command, comment=f"{MARK}意见"))
    told_of = [one for one in told.events if one.get("action") not in (None, "@look", "@start")]
    assert told_of
    assert {one["entity"] for one in told_of} == {"疑点"}
    assert "_OTHER" not in {one["action"] for one in told_of}
    assert MARK not in told.everything()
    assert doubt.key not in told.everything()
