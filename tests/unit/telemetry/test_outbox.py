"""An outbox's length and lag are read when metrics are collected, and a failure stays quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from tests.recording import Recorder, recording
from xbyx_rules.telemetry import (
    OutboxReader,
    OutboxReading,
    log_outbox,
    use_providers,
    watch_command,
    watch_outbox,
)

COUNT, LAG = "xbyx.outbox.message.count", "xbyx.outbox.lag"


@pytest.fixture
def watch() -> Iterator[Callable[[OutboxReader, str], Callable[[], None]]]:
    stops = []

    def start(read: OutboxReader, tenant: str) -> Callable[[], None]:
        stop = watch_outbox(read, tenant=tenant)
        stops.append(stop)
        return stop

    yield start
    for stop in stops:
        stop()


def lags(recorder: Recorder) -> dict[str, float]:
    return {str(labels[0][1]): value for labels, value in recorder.values(LAG).items()}


def test_each_tenants_outbox_is_a_series_of_its_own(watch):
    with recording() as recorder:
        watch(lambda: OutboxReading(waiting=3, parked=1, oldest_seconds=12.5), "110108")
        watch(lambda: OutboxReading(waiting=0, parked=0, oldest_seconds=0.0), "110105")
        counts = recorder.values(COUNT)
        assert lags(recorder) == {"110108": 12.5, "110105": 0.0}
    state, tenant = "xbyx.outbox.message.state", "xbyx.tenant"
    assert counts == {
        ((state, "waiting"), (tenant, "110108")): 3,
        ((state, "parked"), (tenant, "110108")): 1,
        ((state, "waiting"), (tenant, "110105")): 0,
        ((state, "parked"), (tenant, "110105")): 0,
    }


def test_what_is_watched_follows_the_outbox_until_it_is_stopped(watch):
    age = [1.0]
    with recording() as recorder:
        stop = watch(lambda: OutboxReading(1, 0, age[0]), "110108")
        assert lags(recorder) == {"110108": 1.0}
        age[0] = 61.0
        assert lags(recorder) == {"110108": 61.0}
        stop()
        stop()
        assert lags(recorder) == {}


def test_a_tenant_has_one_series_also_when_it_is_watched_again(watch):
    with recording() as recorder:
        stop = watch(lambda: OutboxReading(1, 0, 7.0), "110108")
        watch(lambda: OutboxReading(1, 0, 8.0), "110108")
        stop()
        assert lags(recorder) == {"110108": 8.0}


def test_providers_set_later_get_the_outboxes_watched_before(watch):
    watch(lambda: OutboxReading(1, 0, 7.0), "110108")
    with recording() as recorder:
        assert lags(recorder) == {"110108": 7.0}


def test_watching_an_outbox_leaves_the_other_instruments_alone(watch, caplog):
    with recording() as recorder, capture_logs():
        with watch_command("年度计划", "撤回") as command:
            command.finish()
        watch(lambda: OutboxReading(1, 0, 7.0), "110108")
        with watch_command("年度计划", "撤回") as command:
            command.finish()
        assert list(recorder.values("xbyx.command.duration").values()) == [2]
    assert caplog.records == []


def test_an_outbox_that_cannot_be_read_hides_no_other_and_tells_no_parameter(watch, caplog):
    def fail() -> OutboxReading:
        raise RuntimeError("[parameters: ('张三丰',)]")

    with recording() as recorder, capture_logs() as events:
        watch(fail, "110105")
        watch(lambda: OutboxReading(1, 0, 7.0), "110108")
        assert lags(recorder) == {"110108": 7.0}
    assert {(one["event"], one["tenant"], one["error"]) for one in events} == {
        ("outbox_unreadable", "110105", "RuntimeError")
    }
    assert "张三丰" not in repr(events) + caplog.text


@pytest.mark.parametrize(("parked", "level"), [(0, "info"), (2, "warning")])
def test_a_worker_logs_an_outbox_and_parked_messages_are_a_warning(parked, level):
    with capture_logs() as events:
        log_outbox(OutboxReading(4, parked, 3.14159), tenant="110108")
    assert events == [
        {
            "event": "outbox_read",
            "log_level": level,
            "tenant": "110108",
            "waiting": 4,
            "parked": parked,
            "lag_seconds": 3.142,
        }
    ]


def test_nobody_reads_an_outbox_that_no_collector_asks_for(watch):
    use_providers()
    asked = []

    def read() -> OutboxReading:
        asked.append(1)
        return OutboxReading(0, 0, 0.0)

    watch(read, "110108")
    assert asked == []
