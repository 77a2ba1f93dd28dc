"""A run of supervision is told as a whole, subject by subject, check by check."""

from __future__ import annotations

import pytest
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs

from tests.recording import recording
from xbyx_rules.telemetry import note_retry, watch_run, watch_subject

CHECK = ("cn/a", "double-claim", "not_met", "rete")


def test_what_subjects_say_is_added_up():
    with recording() as recorder, capture_logs() as events:
        with watch_run() as run:
            with watch_subject("学校") as one:
                one.finish(is_unchanged=False, codes=(), checks=[CHECK], doubts=["opened"] * 2)
            run.add(is_unchanged=False, is_refused=False, doubts=["opened", "opened"])
            with watch_subject("学校") as one:
                one.finish(is_unchanged=True, codes=(), checks=(), doubts=())
            run.add(is_unchanged=True, is_refused=False, doubts=())
            with watch_subject("学校") as one:
                one.finish(is_unchanged=False, codes=["XR301", "XR301"], checks=(), doubts=())
            run.add(is_unchanged=False, is_refused=True, doubts=())
        checks = recorder.values("xbyx.supervision.checks")
        doubts = recorder.values("xbyx.supervision.doubts")
        subjects = recorder.values("xbyx.supervision.subject.duration")
    assert [(one["event"], one.get("outcome")) for one in events] == [
        ("supervised", "decided"),
        ("supervised", "unchanged"),
        ("supervised", "refused"),
        ("supervision_run_done", None),
    ]
    assert [one.get("codes") for one in events[:3]] == [[], [], ["XR301"]]
    last = events[-1]
    assert (last["subjects"], last["decided"], last["unchanged"], last["refused"]) == (3, 1, 1, 1)
    assert last["opened"] == 2
    *inner, outer = recorder.spans
    assert [one.name for one in inner] == ["supervise 学校"] * 3
    assert all(one.parent == outer.context for one in inner)
    assert outer.attributes is not None
    assert outer.attributes["xbyx.supervision.subjects"] == 3
    assert [dict(labels)["xbyx.clause.id"] for labels in checks] == ["double-claim"]
    assert doubts == {(("xbyx.doubt.change", "opened"), ("xbyx.supervision.entity", "学校")): 2}
    assert sorted(dict(labels)["xbyx.supervision.outcome"] for labels in subjects) == [
        "decided",
        "refused",
        "unchanged",
    ]


def fail_at_one_school() -> None:
    with watch_run(), watch_subject("学校"):
        note_retry(database="mariadb", state="1213", attempt=1)
        raise OSError("2111000001")


def test_an_error_ends_the_run_and_is_told_by_its_class():
    with recording() as recorder, capture_logs() as events:
        with pytest.raises(OSError, match="2111000001"):
            fail_at_one_school()
        told = recorder.everything()
    assert [one["event"] for one in events] == [
        "transaction_retried",
        "supervision_failed",
        "supervision_run_failed",
    ]
    assert (events[1]["error"], events[1]["outcome"], events[1]["attempts"]) == (
        "OSError",
        "error",
        2,
    )
    assert {one.status.status_code for one in recorder.spans} == {StatusCode.ERROR}
    assert "2111000001" not in told + repr(events)
