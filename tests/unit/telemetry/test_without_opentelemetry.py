"""Without the API package, without an SDK, and with one that fails: commands go on as ever."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import Sampler, SamplingResult
from structlog.testing import capture_logs

from tests.recording import recording
from xbyx_rules.telemetry import add_trace_context, use_providers, watch_command
from xbyx_rules.telemetry.instruments import instruments

WITHOUT_THE_API = """
import sys
for name in ("opentelemetry", "opentelemetry.trace", "opentelemetry.metrics"):
    sys.modules[name] = None  # as where it isn't installed
from structlog.testing import capture_logs
from xbyx_rules.telemetry import *
from xbyx_rules.telemetry.instruments import instruments
assert instruments() is None
stop = watch_outbox(lambda: OutboxReading(1, 0, 1.0), tenant="1")
with capture_logs() as events:
    with watch_run() as run, watch_subject("学校") as subject, watch_decision("a") as decision:
        with watch_command("年度计划", "撤回") as command:
            note_retry(database="sqlite", state="SQLITE_BUSY", attempt=1)
            command.finish()
    log_outbox(OutboxReading(1, 0, 1.0), tenant="1")
    try:
        with watch_command("年度计划", "撤回"):
            raise KeyError("x")
    except KeyError:
        pass
stop()
use_providers()
print(add_trace_context(None, "info", {}), *(one["event"] for one in events))
"""


def run(code: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return found.stdout.strip()


def test_without_the_api_package_only_the_log_is_left():
    assert run(WITHOUT_THE_API).split() == [
        "{}",
        "transaction_retried",
        "command_done",
        "decided",
        "supervised",
        "supervision_run_done",
        "outbox_read",
        "command_failed",
    ]


def test_importing_the_library_imports_no_opentelemetry():
    code = (
        "import sys, xbyx_rules.hosting, xbyx_rules.telemetry, xbyx_rules.cli.app;"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    assert run(code) == "[]"


def test_without_an_sdk_a_command_makes_no_span_and_has_no_trace():
    use_providers()
    assert instruments() is not None
    with capture_logs() as events, watch_command("年度计划", "撤回") as watch:
        inside = add_trace_context(None, "info", {})
        watch.finish()
    assert inside == {}
    assert [one["event"] for one in events] == ["command_done"]


def test_an_sdk_set_after_the_first_command_gets_the_next():
    code = """
from structlog.testing import capture_logs
from xbyx_rules.telemetry import watch_command
from opentelemetry import metrics, trace
from tests.recording import Recorder
def act():
    with capture_logs(), watch_command("年度计划", "撤回") as watch:
        watch.finish()
act()
recorder = Recorder()
trace.set_tracer_provider(recorder.tracers)
metrics.set_meter_provider(recorder.meters)
act()
print(len(recorder.spans), *recorder.values("xbyx.command.duration").values())
"""
    assert run(code) == "1 1"


def test_log_events_name_the_trace_they_belong_to():
    with recording() as recorder, capture_logs(), watch_command("年度计划", "撤回") as watch:
        found = add_trace_context(None, "info", {"event": "x"})
        watch.finish()
    context = recorder.spans[0].context
    assert context is not None
    assert found == {
        "event": "x",
        "trace_id": f"{context.trace_id:032x}",
        "span_id": f"{context.span_id:016x}",
        "trace_flags": f"{context.trace_flags:02x}",
    }


class _Broken(Sampler):
    def should_sample(self, *_arguments: object, **_named: object) -> SamplingResult:
        raise ValueError("张三丰")

    def get_description(self) -> str:
        return "broken"


def test_a_failing_sdk_changes_nothing_but_a_line_in_the_log(caplog):
    use_providers(TracerProvider(sampler=_Broken(), shutdown_on_exit=False))
    try:
        with capture_logs() as events, watch_command("年度计划", "撤回") as watch:
            watch.finish()
    finally:
        use_providers()
    assert [one["event"] for one in events] == ["command_done"]
    assert [one.getMessage() for one in caplog.records] == ["telemetry failed: ValueError"]
    assert "张三丰" not in caplog.text


def test_an_api_package_that_is_too_old_is_told_of_once(monkeypatch, caplog):
    def get_meter(*_arguments: object) -> None:
        raise TypeError("unexpected keyword argument")

    monkeypatch.setattr("opentelemetry.metrics.get_meter", get_meter)
    use_providers()
    try:
        with capture_logs() as events:
            for _ in range(2):
                with watch_command("年度计划", "撤回") as watch:
                    watch.finish()
        told = [one.getMessage() for one in caplog.records]
    finally:
        monkeypatch.undo()
        use_providers()
    assert [one["event"] for one in events] == ["command_done"] * 2
    assert told == ["telemetry failed: TypeError"]


def test_a_failing_log_changes_nothing_that_was_done(monkeypatch, caplog):
    def fail(*_arguments: object, **_named: object) -> None:
        raise OSError("no space left for 张三丰")

    monkeypatch.setattr("xbyx_rules.telemetry.commands.LOG.info", fail, raising=False)
    with watch_command("年度计划", "撤回") as watch:
        watch.finish()
    assert [one.getMessage() for one in caplog.records] == ["telemetry failed: OSError"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1)])
def test_who_ends_the_process_is_not_held_up(error):
    with capture_logs() as events, pytest.raises(type(error)), watch_command("年度计划", "撤回"):
        raise error
    assert [one["event"] for one in events] == ["command_failed"]
