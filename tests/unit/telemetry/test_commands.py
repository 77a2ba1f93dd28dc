"""A command's outcome is told alike by its log event, its span and its figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs

from tests.recording import Recorder, recording
from xbyx_rules.errors import CaseError, CommandRefused, ConflictError, Diagnostic
from xbyx_rules.telemetry import OTHER, note_retry, watch_command

STALE = {"subject": "-", "expected": "1", "actual": "2", "state": "草稿"}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as found:
        yield found


def fail(error: BaseException, entity: str = "年度计划", action: str = "撤回") -> dict[str, object]:
    """A command that raises; its log event."""
    with capture_logs() as events, pytest.raises(type(error)), watch_command(entity, action):
        raise error
    (event,) = events
    return event


@pytest.mark.parametrize(("is_replay", "outcome"), [(False, "done"), (True, "replayed")])
def test_a_command_that_came_through_is_told_with_its_event(
    recorder: Recorder, is_replay: bool, outcome: str
) -> None:
    with capture_logs() as events, watch_command("年度计划", "撤回") as watch:
        watch.finish(is_replay=is_replay, version=3, target="已撤回", event_hash="sha256:1")
    (event,) = events
    assert event.pop("seconds") > 0
    assert event == {
        "event": f"command_{outcome}",
        "log_level": "info",
        "entity": "年度计划",
        "action": "撤回",
        "outcome": outcome,
        "version": 3,
        "target": "已撤回",
        "event_hash": "sha256:1",
    }
    span = recorder.span("撤回 年度计划")
    assert span.attributes == {
        "xbyx.command.entity": "年度计划",
        "xbyx.command.action": "撤回",
        "xbyx.command.outcome": outcome,
    }
    assert span.status.status_code is StatusCode.UNSET
    (labels,) = recorder.metrics()["xbyx.command.duration"]
    assert dict(labels) == span.attributes


@pytest.mark.parametrize(
    ("error", "outcome"), [(CommandRefused, "refused"), (ConflictError, "conflict")]
)
def test_a_refusal_is_an_answer_and_no_error(
    recorder: Recorder, error: type[CommandRefused], outcome: str
) -> None:
    codes = ["XR518", "XR515"]
    diagnostics = [Diagnostic("XR518"), Diagnostic("XR515", None, STALE), Diagnostic("XR518")]
    event = fail(error(diagnostics))
    assert (event["event"], event["outcome"]) == ("command_refused", outcome)
    assert event["codes"] == codes
    span = recorder.span("撤回 年度计划")
    assert span.status.status_code is StatusCode.UNSET
    assert span.attributes is not None
    assert "error.type" not in span.attributes
    assert span.attributes["xbyx.command.outcome"] == outcome
    assert list(span.attributes["xbyx.diagnostic.codes"]) == codes  # type: ignore[arg-type]
    refusals = recorder.values("xbyx.command.refusals")
    assert {dict(labels)["xbyx.diagnostic.code"]: n for labels, n in refusals.items()} == {
        "XR518": 1,
        "XR515": 1,
    }


def test_a_failure_is_told_by_the_class_of_its_error_alone(recorder: Recorder) -> None:
    event = fail(RuntimeError("张三丰的培训经费"))
    assert (event["event"], event["log_level"]) == ("command_failed", "error")
    assert (event["outcome"], event["error"], event["codes"]) == ("error", "RuntimeError", [])
    assert "exc_info" not in event
    span = recorder.span("撤回 年度计划")
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None
    assert span.events == ()
    assert span.attributes is not None
    assert span.attributes["error.type"] == "RuntimeError"
    (labels,) = recorder.metrics()["xbyx.command.duration"]
    assert ("error.type", "RuntimeError") in labels


def test_an_error_of_ours_tells_its_codes_too(recorder: Recorder) -> None:
    event = fail(CaseError(Diagnostic("XR309", None, {"name": "发现日期", "found": "张三丰"})))
    assert (event["error"], event["codes"]) == (
        "xbyx_rules.errors.exceptions.CaseError",
        ["XR309"],
    )
    assert "张三丰" not in recorder.everything()


@pytest.mark.parametrize(
    ("entity", "action", "name"),
    [
        ("年度计划", "撤回", "撤回 年度计划"),
        ("年度计划", OTHER, "act 年度计划"),
        (OTHER, OTHER, "act"),
        (OTHER, "@revoke", "@revoke"),
    ],
)
def test_a_span_is_named_by_what_is_declared(
    recorder: Recorder, entity: str, action: str, name: str
) -> None:
    with watch_command(entity, action) as watch:
        watch.finish()
    assert [one.name for one in recorder.spans] == [name]


def test_retries_are_counted_and_the_command_knows_of_them(recorder: Recorder) -> None:
    with capture_logs() as events, watch_command("年度计划", "撤回") as watch:
        for attempt in (1, 2):
            note_retry(database="postgresql", state="40001", attempt=attempt)
        watch.finish()
    assert [one["event"] for one in events] == [*["transaction_retried"] * 2, "command_done"]
    assert events[1] == {
        "event": "transaction_retried",
        "log_level": "warning",
        "database": "postgresql",
        "state": "40001",
        "attempt": 2,
    }
    assert events[2]["attempts"] == 3
    attributes = recorder.span("撤回 年度计划").attributes
    assert attributes is not None
    assert attributes["xbyx.transaction.attempts"] == 3
    labels = (("db.response.status_code", "40001"), ("db.system.name", "postgresql"))
    assert recorder.values("xbyx.transaction.retries") == {labels: 2}


def test_a_retry_outside_any_command_is_counted_too(recorder: Recorder) -> None:
    note_retry(database="sqlite", state="SQLITE_BUSY", attempt=1)
    assert sum(recorder.values("xbyx.transaction.retries").values()) == 1


def test_a_retry_within_is_not_the_outer_commands(recorder: Recorder) -> None:
    with capture_logs() as events, watch_command("年度计划", "撤回") as outer:
        with watch_command("疑点", "@look") as inner:
            note_retry(database="sqlite", state="SQLITE_BUSY", attempt=1)
            inner.finish()
        outer.finish()
    told = {one["entity"]: one.get("attempts") for one in events if "entity" in one}
    assert told == {"疑点": 2, "年度计划": None}
    inner_span, outer_span = recorder.spans
    assert inner_span.parent == outer_span.context
