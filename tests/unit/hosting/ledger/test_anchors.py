"""Reading a kept anchor back: whatever else a file holds is refused, shortly and in words."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import HostError
from xbyx_rules.hosting.ledger.anchors import Anchor, Head, digest_anchor, read_anchor
from xbyx_rules.policy import digest_text

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def make(count: int = 2) -> Anchor:
    heads = tuple(
        Head(Subject("年度计划", f"2026-{number}"), 1, 3, digest_text(str(number)))
        for number in range(count)
    )
    digest = digest_text(*(one.canonical() for one in heads))
    events = 3 * count
    row = digest_anchor(
        "110108", 1, AT, subjects=count, events=events, heads_digest=digest, previous=None
    )
    return Anchor(row, heads)


def changed(**changes: Any) -> str:
    return json.dumps({**make().as_json(), **changes})


def test_an_anchor_is_read_back_as_it_was() -> None:
    read = read_anchor(json.dumps(make().as_json()))
    assert read == make()
    assert read.is_whole is True
    assert read.at == AT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        changed(format=2),
        changed(format=True),
        changed(number="1"),
        changed(number=1.5),
        changed(at="yesterday"),
        changed(at="2026-03-02T09:00:00"),
        changed(at="0001-01-01T00:00:00+08:00"),
        changed(heads=[["年度计划", "2026-0", 1, 3]]),
        changed(heads=[["年度计划", "2026-0", 1, "3", "sha256:0"]]),
        changed(heads=[[["年度计划"], "2026-0", 1, 3, "sha256:0"]]),
        changed(heads=[make().heads[0].as_plain()] * 2),
        changed(more=1),
        changed(previous=1),
    ],
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(HostError) as caught:
        read_anchor(text)
    (told,) = caught.value.diagnostics
    assert told.code == "XR566"
    assert len(told.render("zh")) < 400


@pytest.mark.parametrize(
    "changes",
    [
        {"tenant": "110105"},
        {"tenant": "\ud800"},
        {"number": 2},
        {"number": 10**14},
        {"at": "2026-03-02T09:00:00+08:01"},
        {"events": 5},
        {"heads_digest": digest_text("x")},
        {"heads_digest": "md5:0"},
        {"previous": digest_text("x")},
        {"digest": digest_text("x")},
        {"digest": ""},
        {"heads": []},
        {"heads": [one.as_plain() for one in reversed(make().heads)]},
        {"heads": [[*one.as_plain()[:4], "\ud800"] for one in make().heads]},
        {"heads": [[*one.as_plain()[:2], True, *one.as_plain()[3:]] for one in make().heads]},
    ],
)
def test_an_altered_anchor_is_not_whole(changes: dict[str, Any]) -> None:
    assert read_anchor(changed(**changes)).is_whole is False


def test_another_zone_is_the_same_moment() -> None:
    assert read_anchor(changed(at="2026-03-02T09:00:00+08:00")).is_whole is True


def test_ten_thousand_subjects_are_read_and_checked_in_seconds() -> None:
    text = json.dumps(make(10_000).as_json())
    begun = time.process_time()
    assert read_anchor(text).is_whole is True
    assert time.process_time() - begun < 10
