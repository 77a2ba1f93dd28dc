"""What became of a timer is told alike by its log event, its span and its figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs

from tests.recording import Recorder, recording
from xbyx_rules.telemetry import note_retry, watch_timer

LABELS = {"xbyx.timer.entity": "年度计划", "xbyx.timer.kind": "overdue"}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as found:
        yield found


@pytest.mark.parametrize(
    ("outcome", "version", "codes", "level"),
    [
        ("fired", 4, [], "info"),
        ("moved", 5, [], "info"),
        ("gone", None, [], "info"),
        ("refused", None, ["XR516"], "warning"),
    ],
)
def test_a_timer_is_told_with_what_came_of_it(recorder, outcome, version, codes, level):
    with capture_logs() as events, watch_timer("年度计划", "overdue") as watch:
        watch.finish(outcome, version=version, codes=codes)
    (event,) = events
    assert event.pop("seconds") > 0
    assert event == {
        "event": "timer_run",
        "log_level": level,
        "entity": "年度计划",
        "kind": "overdue",
        "outcome": outcome,
        "version": version,
        "codes": codes,
    }
    span = recorder.span("timer overdue")
    told = {"xbyx.diagnostic.codes": tuple(codes)} if codes else {}
    assert span.attributes == {**LABELS, "xbyx.timer.outcome": outcome, **told}
    assert span.status.status_code is StatusCode.UNSET
    (labels,) = recorder.metrics()["xbyx.timer.duration"]
    assert dict(labels) == {**LABELS, "xbyx.timer.outcome": outcome}


def test_an_error_is_told_by_its_class_and_passes_on(recorder):
    with (
        capture_logs() as events,
        pytest.raises(KeyError),
        watch_timer("年度计划", "overdue"),
    ):
        raise KeyError("t-17")
    (event,) = events
    assert (event["event"], event["outcome"], event["error"]) == (
        "timer_failed",
        "error",
        "KeyError",
    )
    assert "t-17" not in repr(event)
    span = recorder.span("timer overdue")
    assert span.status.status_code is StatusCode.ERROR
    assert not span.events
    (labels,) = recorder.metrics()["xbyx.timer.duration"]
    assert dict(labels)["error.type"] == "KeyError"


def test_a_retry_inside_is_counted_as_the_timers(recorder):
    with capture_logs() as events, watch_timer("年度计划", "remind") as watch:
        note_retry(database="postgresql", state="40001", attempt=1)
        watch.finish("fired", version=4, codes=())
    assert [one["event"] for one in events] == ["transaction_retried", "timer_run"]
    assert events[1]["attempts"] == 2
    assert recorder.span("timer remind").attributes["xbyx.transaction.attempts"] == 2
